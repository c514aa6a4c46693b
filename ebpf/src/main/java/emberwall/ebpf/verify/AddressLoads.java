package emberwall.ebpf.verify;

import java.util.HashMap;
import java.util.Map;

/** Which loads find addresses in the context. A load that does so on one path finds the same field on all. */
final class AddressLoads {
    private static final ContextType.Field NONE = new ContextType.Field(0, 0, 0, ContextType.FieldKind.NUMBER, false);

    private final Map<Integer, ContextType.Field> fields = new HashMap<>();

    /**
     * Notes a load, and answers whether it reads what it read on the paths before.
     *
     * @param field the one that holds an address, or null where it reads anything else
     */
    boolean isOneField(int instruction, ContextType.Field field) {
        var now = field == null ? NONE : field;
        var before = fields.putIfAbsent(instruction, now);
        return before == null || before.equals(now);
    }

    Map<Integer, ContextType.Field> found() {
        Map<Integer, ContextType.Field> found = new HashMap<>(fields);
        found.values().removeIf(NONE::equals);
        return found;
    }
}
