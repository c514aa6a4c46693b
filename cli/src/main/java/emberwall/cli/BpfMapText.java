package emberwall.cli;

import emberwall.ebpf.btf.ValueText;
import emberwall.ebpf.host.BpfModule;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.EventArray;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapOfMaps;
import emberwall.ebpf.map.ProgramArray;
import emberwall.ebpf.map.QueueMap;
import emberwall.ebpf.map.RingBuffer;
import emberwall.ebpf.object.BpfObject;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Maps as text: a line for each, as bpftool shows them, and a line of JSON for each entry, by the object's types. */
final class BpfMapText {
    private final PrintStream out;
    private final BpfObject object;
    private final ValueText values;

    BpfMapText(PrintStream out, BpfObject object) {
        this.out = out;
        this.object = object;
        this.values = new ValueText(object.types());
    }

    void definition(MapDefinition map) {
        out.println(Main.printable(map.name()) + ": "
                + map.kind().name().toLowerCase(Locale.ROOT) + "  key " + map.keySize() + "B  value " + map.valueSize()
                + "B  max_entries " + map.maxEntries() + "  flags 0x" + Integer.toHexString(map.flags())
                + types(map));
    }

    private String types(MapDefinition map) {
        if (map.contents() != null || map.keyType() == 0 && map.valueType() == 0) return "";
        String key = map.keyType() == 0 ? "" : object.types().describe(map.keyType());
        String value = map.valueType() == 0 ? "" : object.types().describe(map.valueType());
        return "  (" + Main.printable(key + (key.isEmpty() ? "" : " -> ") + value) + ")";
    }

    /** Definitions and contents of all maps; what ring buffers and queues hold is taken out. */
    void dump(BpfModule module) {
        for (int i = 0; i < module.maps().size(); i++) {
            BpfMap map = module.maps().get(i);
            definition(map.definition());
            if (map.definition().contents() != null) {
                variables(map, i);
            } else {
                contents(map, "    ");
            }
        }
    }

    private void variables(BpfMap map, int index) {
        byte[] all = map.get(new byte[Integer.BYTES]);
        boolean named = false;
        for (BpfObject.Variable variable : object.variables()) {
            if (variable.map() == index) {
                named = true;
                byte[] value = Arrays.copyOfRange(all, variable.offset(), variable.offset() + variable.size());
                out.println("    " + Main.printable(variable.name()) + " = " + values.text(variable.type(), value));
            }
        }
        if (!named) out.println("    " + values.text(0, all));
    }

    private void contents(BpfMap map, String indent) {
        int type = map.definition().valueType();
        switch (map) {
            case RingBuffer ring ->
                ring.poll(bytes -> out.println(indent + "{\"record\": " + record(type, bytes) + "}"));
            case EventArray events ->
                events.poll(bytes -> out.println(indent + "{\"event\": " + record(0, bytes) + "}"));
            case QueueMap queue -> {
                for (byte[] value = queue.pop(); value != null; value = queue.pop()) {
                    out.println(indent + "{\"value\": " + values.text(type, value) + "}");
                }
            }
            case ProgramArray programs -> {
                for (byte[] key : programs.keys()) {
                    if (programs.program(BpfRun.index(key)) != null) {
                        out.println(indent + "{\"key\": " + BpfRun.index(key) + ", \"value\": \"a program\"}");
                    }
                }
            }
            case MapOfMaps outer -> {
                for (byte[] key : outer.keys()) {
                    BpfMap inner = outer.inner(key);
                    if (inner != null) {
                        out.println(indent + "{\"key\": " + key(map, key) + "}");
                        contents(inner, indent + "    ");
                    }
                }
            }
            default -> entries(map, indent);
        }
    }

    private String record(int type, byte[] bytes) {
        boolean fits = type != 0 && object.types().size(type) == bytes.length;
        return values.text(fits ? type : 0, bytes);
    }

    /** Entries of arrays that are zero are left out: most of them nobody has ever touched. */
    private void entries(BpfMap map, String indent) {
        MapDefinition definition = map.definition();
        for (byte[] key : map.keys()) {
            byte[] value = map.get(key);
            if (value == null || definition.kind().isArray() && isZero(value)) continue;
            out.println(indent + "{\"key\": " + key(map, key) + ", " + value(definition, value) + "}");
        }
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) return false;
        }
        return true;
    }

    private String key(BpfMap map, byte[] key) {
        MapDefinition definition = map.definition();
        boolean plain = definition.keyType() == 0 && definition.kind().isArray();
        return plain ? String.valueOf(BpfRun.index(key)) : values.text(definition.keyType(), key);
    }

    private String value(MapDefinition definition, byte[] value) {
        int size = definition.valueSize();
        if (!definition.kind().isPerThread()) return "\"value\": " + values.text(definition.valueType(), value);
        StringBuilder all = new StringBuilder("\"values\": [");
        for (int at = 0; at < value.length; at += size) {
            byte[] one = Arrays.copyOfRange(value, at, at + size);
            if (isZero(one)) continue;
            all.append(all.charAt(all.length() - 1) == '[' ? "" : ", ")
                    .append("{\"cpu\": ")
                    .append(at / size);
            all.append(", \"value\": ")
                    .append(values.text(definition.valueType(), one))
                    .append('}');
        }
        return all.append(']').toString();
    }
}
