package emberwall.engine.baseline;

import emberwall.wasm.Feature;
import emberwall.wasm.Immediate;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.Signature;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A module with memories and tables of every kind and functions that each access one, most of them near some edge. */
final class AddressesModule {
    /** A kind of memory: its type, and how many bytes it has at first. */
    record Kind(String type, boolean address64, long bytes) {}

    static final List<Kind> MEMORIES = List.of(
            new Kind("i64 1 3", true, 65_536),
            new Kind("1 2", false, 65_536),
            new Kind("i64 70001 70101 (pagesize 1)", true, 70_001),
            new Kind("100 200 (pagesize 1)", false, 100),
            new Kind("i64 0 1", true, 0));

    private static final List<Kind> TABLES =
            List.of(new Kind("i64 10 30 funcref", true, 10), new Kind("10 30 funcref", false, 10));

    private static final int OFFSETS = 2;
    private static final int SEGMENT = 50;
    private static final long[] EDGES = {
        0,
        1,
        15,
        16,
        17,
        0x7FFF_FFEFL,
        0x7FFF_FFF0L,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFEL,
        0xFFFF_FFFFL,
        1L << 32,
        (1L << 32) + 1,
        (1L << 47) - 1,
        1L << 47,
        Long.MAX_VALUE - 7,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -65_536,
        -17,
        -16,
        -8,
        -2,
        -1
    };

    /** A function that accesses a memory once or twice, and addresses worth trying. */
    record Access(String name, int memory, long[] edges) {}

    /** A function of a bulk instruction: the memories or tables whose addresses it takes, -1 for plain i32. */
    record Bulk(String name, List<Kind> operands) {
        Object[] arguments(SplittableRandom random) {
            Object[] arguments = new Object[operands.size()];
            for (int i = 0; i < arguments.length; i++) {
                Kind kind = operands.get(i);
                long value = random.nextInt(4) == 0
                        ? EDGES[random.nextInt(EDGES.length)]
                        : random.nextLong(-1, Math.max(2, kind.bytes + (random.nextInt(3) == 0 ? 20 : 0)));
                if (random.nextInt(2) == 0) {
                    value = random.nextInt(6);
                }
                arguments[i] = kind.address64 ? (Object) value : (Object) (int) value;
            }
            return arguments;
        }
    }

    private final SplittableRandom random;
    /** The kinds, those of all modules in another order. */
    private final List<Kind> memories = new ArrayList<>(MEMORIES);

    private final List<Access> accesses = new ArrayList<>();
    private final List<Bulk> bulk = new ArrayList<>();
    private final Map<String, String> lines = new HashMap<>();
    private final StringBuilder text = new StringBuilder("(module\n");

    /** A module whose memory 0 is of the kind {@code first}. */
    AddressesModule(SplittableRandom random, int first) {
        this.random = random;
        Collections.rotate(memories, -first);
        for (int i = 0; i < memories.size(); i++) {
            add("(memory $m" + i + " (export \"m" + i + "\") " + memories.get(i).type + ")");
        }
        for (int i = 0; i < TABLES.size(); i++) {
            add("(table $t" + i + " (export \"t" + i + "\") " + TABLES.get(i).type + ")");
        }
        for (int i = 0; i < memories.size(); i++) {
            Kind memory = memories.get(i);
            long length = Math.min(memory.bytes, 64);
            segment("(memory " + i + ") (" + constant(memory, 0) + ")", length);
            segment("(memory " + i + ") (" + constant(memory, memory.bytes - length) + ")", length);
        }
        segment("$segment", SEGMENT);
        add("(elem $elements func $two $one $two $one $one)");
        add("(type $plain (func (result i32)))");
        add("(func $one (type $plain) (i32.const 1)) (func $two (type $plain) (i32.const 2))");
        for (int i = 0; i < Opcode.count(); i++) {
            Opcode opcode = Opcode.at(i);
            if (opcode.meaning() instanceof Meaning.Memory access && opcode.feature() != Feature.THREADS) {
                accesses(opcode, access.bytes());
            }
        }
        bulkOfMemories();
        bulkOfTables();
        text.append(")\n");
    }

    String text() {
        return text.toString();
    }

    List<Access> accesses() {
        return accesses;
    }

    List<Bulk> bulk() {
        return bulk;
    }

    /** The text of a function. */
    String line(String function) {
        return lines.get(function);
    }

    /** An address as a memory's instructions take it. */
    Object word(int memory, long address) {
        return memories.get(memory).address64 ? (Object) address : (Object) (int) address;
    }

    private void add(String line) {
        text.append(line).append('\n');
    }

    private void segment(String place, long length) {
        StringBuilder bytes = new StringBuilder();
        for (long i = 0; i < length; i++) {
            bytes.append(String.format("\\%02x", random.nextInt(256)));
        }
        add("(data " + place + " \"" + bytes + "\")");
    }

    private static String type(Kind kind) {
        return kind.address64 ? "i64" : "i32";
    }

    private static String constant(Kind kind, long value) {
        return type(kind) + ".const " + (kind.address64 ? value : (int) value);
    }

    private void function(String name, String rest) {
        String function = "(func (export \"" + name + "\") " + rest + ")";
        lines.put(name, function);
        add(function);
    }

    // ---- single accesses

    private void accesses(Opcode opcode, int bytes) {
        for (int memory = 0; memory < memories.size(); memory++) {
            for (int i = 0; i < OFFSETS; i++) {
                access(opcode, memory, offset(memories.get(memory), bytes), bytes);
            }
        }
    }

    private long offset(Kind memory, int bytes) {
        long offset = switch (random.nextInt(3)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> memory.bytes - bytes + random.nextInt(-1, 3);
            default -> random.nextLong(memory.bytes + 20);
        };
        return memory.address64 ? offset : offset & 0xFFFF_FFFFL;
    }

    private void access(Opcode opcode, int memory, long offset, int bytes) {
        Kind kind = memories.get(memory);
        long[] near = {-offset, -offset - 1, -offset + 1, -offset - bytes, kind.bytes - offset - bytes};
        List<Long> edges = new ArrayList<>();
        for (long edge : near) {
            edges.add(edge);
        }
        edges.add(kind.bytes - offset - bytes + 1);
        edges.add(kind.bytes - bytes);
        edges.add(kind.bytes - bytes + 1);
        edges.add(EDGES[random.nextInt(EDGES.length)]);
        edges.add(EDGES[random.nextInt(EDGES.length)]);
        long[] addresses = edges.stream().mapToLong(Long::longValue).toArray();
        String name = opcode.text() + " " + memory + " " + accesses.size();
        boolean isConstant = random.nextInt(4) == 0;
        String address =
                isConstant ? constant(kind, addresses[random.nextInt(addresses.length)]) : "local.get $address";
        String body = instruction(opcode, memory, offset, address);
        if (random.nextInt(4) == 0) {
            // Twice with the same address, and something may be known of it the second time.
            long other = random.nextBoolean() ? offset(kind, bytes) : offset + random.nextInt(3);
            body = "(i64.xor " + body + " "
                    + instruction(opcode, memory, kind.address64 ? other : other & 0xFFFF_FFFFL, address) + ")";
        }
        function(name, "(param $address " + type(kind) + ") (param $value i64) (result i64) " + body);
        accesses.add(new Access(name, memory, isConstant ? new long[] {0} : addresses));
    }

    /** An access as an expression of type i64. */
    private String instruction(Opcode opcode, int memory, long offset, String address) {
        Signature signature = opcode.signature();
        StringBuilder access =
                new StringBuilder("(").append(opcode.text()).append(' ').append(memory);
        access.append(" offset=").append(Long.toUnsignedString(offset));
        if (opcode.immediate() == Immediate.MEMARG_LANE) {
            access.append(' ').append(random.nextInt(2));
        }
        access.append(" (").append(address).append(')');
        if (signature.parameterCount() > 1) {
            access.append(' ')
                    .append(
                            switch (signature.parameter(1)) {
                                case ValueType.I32 -> "(i32.wrap_i64 (local.get $value))";
                                case ValueType.I64 -> "(local.get $value)";
                                case ValueType.F32 -> "(f32.reinterpret_i32 (i32.wrap_i64 (local.get $value)))";
                                case ValueType.F64 -> "(f64.reinterpret_i64 (local.get $value))";
                                default -> "(i64x2.splat (local.get $value))";
                            });
        }
        access.append(')');
        if (signature.resultCount() == 0) {
            return "(block (result i64) " + access + " (i64.const 0))";
        }
        return switch (signature.result(0)) {
            case ValueType.I32 -> "(i64.extend_i32_u " + access + ")";
            case ValueType.I64 -> access.toString();
            case ValueType.F32 -> "(i64.extend_i32_u (i32.reinterpret_f32 " + access + "))";
            case ValueType.F64 -> "(i64.reinterpret_f64 " + access + ")";
            default -> "(call $halves " + access + ")";
        };
    }

    // ---- bulk

    private void bulk(String what, String result, List<Kind> operands) {
        StringBuilder function = new StringBuilder();
        for (Kind operand : operands) {
            function.append("(param ").append(type(operand)).append(") ");
        }
        function.append(result).append(" (").append(what);
        for (int i = 0; i < operands.size(); i++) {
            function.append(" (local.get ").append(i).append(')');
        }
        function(what, function.append(')').toString());
        bulk.add(new Bulk(what, operands));
    }

    private static Kind word(long most) {
        return new Kind("", false, most);
    }

    private static Kind least(Kind x, Kind y) {
        return new Kind("", x.address64 && y.address64, Math.min(x.bytes, y.bytes));
    }

    private static String result(Kind kind) {
        return "(result " + type(kind) + ")";
    }

    private void bulkOfMemories() {
        add("(func $halves (param v128) (result i64)"
                + " (i64.xor (i64x2.extract_lane 0 (local.get 0)) (i64x2.extract_lane 1 (local.get 0))))");
        for (int i = 0; i < memories.size(); i++) {
            Kind memory = memories.get(i);
            Kind pages = new Kind("", memory.address64, 3);
            bulk("memory.size " + i, result(memory), List.of());
            bulk("memory.grow " + i, result(memory), List.of(pages));
            bulk("memory.fill " + i, "", List.of(memory, word(256), memory));
            bulk("memory.init " + i + " $segment", "", List.of(memory, word(SEGMENT), word(SEGMENT)));
            for (int j = 0; j < memories.size(); j++) {
                Kind source = memories.get(j);
                bulk("memory.copy " + i + " " + j, "", List.of(memory, source, least(memory, source)));
            }
        }
    }

    private void bulkOfTables() {
        for (int i = 0; i < TABLES.size(); i++) {
            Kind table = TABLES.get(i);
            String index = "(param $index " + type(table) + ")";
            String get = " (table.get " + i + " (local.get $index))";
            String set = "(table.set " + i + " (local.get $index)";
            function("get" + i, index + " (result i32) (ref.is_null" + get + ")");
            function("set" + i, index + set + " (ref.func $two))");
            function("clear" + i, index + set + " (ref.null func))");
            function("call" + i, index + " (result i32) (call_indirect " + i + " (type $plain) (local.get $index))");
            function(
                    "fill" + i,
                    index + " (param $length " + type(table) + ") (table.fill " + i
                            + " (local.get $index) (ref.func $one) (local.get $length))");
            function("grow" + i, index + result(table) + " (table.grow " + i + " (ref.func $two) (local.get $index))");
            for (String name : List.of("get", "set", "clear", "call", "grow")) {
                bulk.add(new Bulk(name + i, List.of(table)));
            }
            bulk.add(new Bulk("fill" + i, List.of(table, table)));
            bulk("table.size " + i, result(table), List.of());
            bulk("table.init " + i + " $elements", "", List.of(table, word(5), word(5)));
            for (int j = 0; j < TABLES.size(); j++) {
                Kind source = TABLES.get(j);
                bulk("table.copy " + i + " " + j, "", List.of(table, source, least(table, source)));
            }
        }
    }
}
