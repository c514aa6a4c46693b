package emberwall.ebpf.verify;

import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.ebpf.verify.ContextType.FieldKind;
import emberwall.ebpf.verify.RegisterState.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a case of PREVAIL's says is known at the beginning, as a state of ours. */
final class PrevailState {
    /** What PREVAIL's tests have for a context: addresses of packet and end in the first two words. */
    static final ContextType CONTEXT = ContextType.named("context", 64)
            .pointer(FieldKind.PACKET, 0, 4)
            .pointer(FieldKind.PACKET_END, 4, 4)
            .writable(8, 8, 7)
            .build();

    private static final int STACK = 512;
    private static final Pattern REGISTER = Pattern.compile("r(\\d+)\\.(\\w+)=(.+)");
    private static final Pattern CELL = Pattern.compile("s\\[(\\d+)\\.\\.\\.(\\d+)\\]\\.(\\w+)=(.+)");
    private static final Pattern INTERVAL = Pattern.compile("\\[(\\S+?), ?(\\S+)\\]");

    /** The state cannot be said in ours; the message is the reason's name. */
    @SuppressWarnings("serial")
    static final class InexpressibleException extends Exception {
        InexpressibleException(String reason) {
            super(reason);
        }
    }

    private final PrevailCase test;
    private final Map<Integer, Map<String, String>> registers = new TreeMap<>();
    private final Map<String, Map<String, String>> cells = new LinkedHashMap<>();
    private long packetSize;
    private boolean metaIsOther;

    private PrevailState(PrevailCase test) throws InexpressibleException {
        this.test = test;
        for (var equation : test.before()) {
            read(equation);
        }
    }

    /** The map that PREVAIL's tests know, of the kind that the program's helper wants. */
    static List<MapDefinition> maps(PrevailCase test) {
        var ring = test.code().values().stream()
                .anyMatch(lines -> lines.stream().anyMatch(line -> line.contains("ringbuf")));
        return List.of(
                ring
                        ? new MapDefinition("map", MapKind.RING_BUFFER, 0, 0, 4096, 0)
                        : new MapDefinition("map", MapKind.HASH, 4, 4, 4, 0));
    }

    /** Puts what is known into a state. */
    static void fill(PrevailCase test, State state) throws InexpressibleException {
        var known = new PrevailState(test);
        state.set(1, RegisterState.UNINITIALIZED);
        for (var register : known.registers.entrySet()) {
            if (register.getKey() != 10) {
                state.set(register.getKey(), known.register(register.getKey(), register.getValue()));
            }
        }
        for (var cell : known.cells.entrySet()) {
            known.cell(state, cell.getKey(), cell.getValue());
        }
        known.numericStack(state);
    }

    private void read(String equation) throws InexpressibleException {
        var register = REGISTER.matcher(equation);
        var cell = CELL.matcher(equation);
        if (register.matches()) {
            registers
                    .computeIfAbsent(Integer.parseInt(register.group(1)), r -> new TreeMap<>())
                    .put(register.group(2), register.group(3));
        } else if (cell.matches()) {
            cells.computeIfAbsent(cell.group(1) + " " + cell.group(2), c -> new TreeMap<>())
                    .put(cell.group(3), cell.group(4));
        } else if (equation.startsWith("packet_size=")) {
            packetSize = word(interval(equation.substring(12))[0]);
        } else if (equation.startsWith("meta_offset=")) {
            metaIsOther = !equation.equals("meta_offset=0");
        } else {
            throw new InexpressibleException(equation.contains(" in ") ? "one of several types" : "relation");
        }
    }

    private RegisterState register(int register, Map<String, String> facts) throws InexpressibleException {
        var type = facts.get("type");
        if (type == null) {
            return RegisterState.UNINITIALIZED;
        }
        return switch (type) {
            case "number" -> RegisterState.number(number(register, facts));
            case "stack" -> moved(RegisterState.framePointer(0), facts, "stack_offset", -STACK);
            case "ctx" -> moved(RegisterState.pointer(Kind.CONTEXT, 64, true), facts, "ctx_offset", 0);
            case "packet" -> packet(facts);
            case "map_fd" -> RegisterState.map(maps(test).getFirst());
            case "shared" -> shared(facts);
            default -> throw new InexpressibleException("type " + type);
        };
    }

    private RegisterState packet(Map<String, String> facts) throws InexpressibleException {
        if (metaIsOther) {
            throw new InexpressibleException("bytes in front of the packet");
        }
        if ("packet_size".equals(facts.get("packet_offset"))) {
            return RegisterState.pointer(Kind.PACKET_END, 0, false);
        }
        var packet = RegisterState.pointer(Kind.PACKET, 0, true).range((int) packetSize);
        return moved(packet, facts, "packet_offset", 0);
    }

    private RegisterState shared(Map<String, String> facts) throws InexpressibleException {
        var size = facts.get("shared_region_size");
        if (size == null || size.startsWith("[")) {
            throw new InexpressibleException("memory of unknown size");
        }
        var map = new MapDefinition("shared", MapKind.HASH, 4, Integer.parseInt(size), 4, 0);
        var value = moved(RegisterState.mapValue(map), facts, "shared_offset", 0);
        var address = facts.getOrDefault("svalue", "[0, 1]");
        return word(interval(address)[0]) <= 0 ? value.orNull(1_000_000) : value;
    }

    private RegisterState moved(RegisterState pointer, Map<String, String> facts, String name, int base)
            throws InexpressibleException {
        var text = facts.get(name);
        if (text == null) {
            return pointer.value(Scalar.UNKNOWN);
        }
        var bounds = interval(text);
        var low = word(bounds[0]);
        var high = word(bounds[1]);
        return low == high ? pointer.at((int) low + base) : pointer.at(base).value(Scalar.signed(low, high));
    }

    private Scalar number(int register, Map<String, String> facts) throws InexpressibleException {
        var number = Scalar.UNKNOWN;
        var signed = facts.get("svalue");
        var unsigned = facts.get("uvalue");
        if (signed != null && !signed.startsWith("r" + register + ".")) {
            var bounds = interval(signed);
            number = within(number, Condition.GE_S, bounds[0]);
            number = within(number, Condition.LE_S, bounds[1]);
        }
        if (unsigned != null && !unsigned.startsWith("r" + register + ".")) {
            var bounds = interval(unsigned);
            number = within(number, Condition.GE_U, bounds[0]);
            number = within(number, Condition.LE_U, bounds[1]);
        }
        if (number == null) {
            throw new InexpressibleException("contradiction");
        }
        return number;
    }

    private static Scalar within(Scalar number, Condition condition, String bound) throws InexpressibleException {
        return number == null || bound.endsWith("oo")
                ? number
                : number.refine(condition, true, Scalar.constant(word(bound)));
    }

    private static String[] interval(String text) throws InexpressibleException {
        var matcher = INTERVAL.matcher(text);
        if (matcher.matches()) {
            return new String[] {matcher.group(1), matcher.group(2)};
        }
        if (text.startsWith("r") || text.startsWith("s") || text.startsWith("p")) {
            throw new InexpressibleException("relation");
        }
        return new String[] {text, text};
    }

    private static long word(String text) throws InexpressibleException {
        if (text.endsWith("oo")) {
            throw new InexpressibleException("no bound");
        }
        return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    }

    // ---- the stack

    private void cell(State state, String place, Map<String, String> facts) throws InexpressibleException {
        if (!"number".equals(facts.get("type"))) {
            throw new InexpressibleException("a pointer in memory");
        }
        var bounds = place.split(" ");
        var from = Integer.parseInt(bounds[0]) - STACK;
        var to = Integer.parseInt(bounds[1]) - STACK;
        if (from < -STACK || to >= 0) {
            throw new InexpressibleException("another function's stack");
        }
        var value = number(-1, facts);
        if (to - from == 7 && from % 8 == 0 && !value.equals(Scalar.UNKNOWN)) {
            state.frame().set(Frame.slotOf(from), Slot.of(RegisterState.number(value)));
        } else {
            numbers(state, from, to);
        }
    }

    private static void numbers(State state, int from, int to) {
        for (int at = from; at <= to; at++) {
            var slot = Frame.slotOf(at);
            state.frame().set(slot, state.frame().slot(slot).with(Frame.byteOf(at), 1, Slot.MISC));
        }
    }

    /** Bytes behind pointers into the stack that are said to be numbers. */
    private void numericStack(State state) throws InexpressibleException {
        for (var register : registers.entrySet()) {
            var facts = register.getValue();
            if (facts.containsKey("stack_numeric_size")) {
                var size = word(interval(facts.get("stack_numeric_size"))[0]);
                var bounds = interval(facts.getOrDefault("stack_offset", "relation"));
                var from = (int) word(bounds[0]) - STACK;
                var to = (int) (word(bounds[1]) - STACK + size) - 1;
                if (from < -STACK || to >= 0) {
                    throw new InexpressibleException("another function's stack");
                }
                numbers(state, from, to);
            }
        }
    }
}
