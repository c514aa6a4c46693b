package emberwall.engine.optimizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.code.OperatorFeatures;
import emberwall.ir.Access;
import emberwall.ir.Builder;
import emberwall.ir.Callee;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.ir.Interpreter;
import emberwall.link.CodeSpace;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.V128;
import emberwall.os.Cpu;
import emberwall.os.Pages;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every operator that WebAssembly has, as machine code of the optimizing compiler: with operands in registers, constants and
 * memory, with one operand twice, and with operands that are needed later; against the interpreter of graphs.
 */
class SelectedOperatorsTest {
    private static final int ROUNDS = 8;
    private static final long[] EDGES = {
        0,
        1,
        2,
        3,
        7,
        8,
        31,
        32,
        63,
        64,
        127,
        128,
        255,
        65535,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        -1,
        -2,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        0x3F80_0000L,
        0xBF00_0000L,
        0x7FC0_0000L,
        0xFF80_0000L,
        0x3FF0_0000_0000_0000L,
        0xBFE8_0000_0000_0000L,
        0x7FF8_0000_0000_0000L,
        0x41E0_0000_0000_0000L,
        0x43E0_0000_0000_0000L,
        0x4F00_0000L,
        0x5F00_0000L
    };
    private static final long[] CONSTANTS = {
        0, 1, 2, 3, 5, 7, 8, 28, 641, 1_000_000_007, 9, 10, 24, 255, 65535, -1, -8, 1L << 33, 0xFFFF_FFFFL
    };

    private final Random random = new Random(11);
    private final CodeSpace space = CodeSpace.reserve(1 << 24);
    private final long block = Pages.allocate(CompiledGraph.BLOCK_BYTES);

    @AfterEach
    void release() {
        space.close();
        Pages.release(block, CompiledGraph.BLOCK_BYTES);
    }

    private record Row(Op op, Type type) {}

    private static Set<Row> rows() {
        Set<Row> rows = new LinkedHashSet<>();
        for (int i = 0; i < Opcode.count(); i++) {
            if (Opcode.at(i).meaning() instanceof Meaning.Numeric numeric) {
                rows.add(new Row(numeric.op(), numeric.type()));
            }
        }
        return rows;
    }

    /** How an operand comes. */
    private enum Form {
        PARAMETER,
        CONSTANT,
        MEMORY,
        SAME
    }

    static int features() {
        return OperatorFeatures.of(Cpu.features());
    }

    private static List<CompiledGraph.Way> ways() {
        return List.of(new CompiledGraph.Way(features(), true), new CompiledGraph.Way(0, true));
    }

    @Test
    void computesWhatTheInterpreterDoes() {
        Set<Row> rows = rows();
        assertTrue(rows.size() > 350, "only " + rows.size());
        for (CompiledGraph.Way way : ways()) {
            for (Row row : rows) {
                for (Form first : Form.values()) {
                    for (Form second : Form.values()) {
                        boolean single = row.op.arity() == 1;
                        if (first != Form.SAME && (!single || second == Form.PARAMETER)) {
                            check(way, row, first, second);
                        }
                    }
                }
            }
        }
    }

    private void check(CompiledGraph.Way way, Row row, Form first, Form second) {
        for (int variant = 0; variant < 2; variant++) {
            boolean keeps = variant == 1;
            long seed = random.nextLong();
            Graph graph = graph(row, first, second, keeps, new Random(seed));
            if (graph == null) {
                return;
            }
            String what = row + " " + first + " " + second + (keeps ? " kept " : " ") + way;
            try (CompiledGraph compiled = new CompiledGraph(graph, way, space)) {
                for (int round = 0; round < ROUNDS; round++) {
                    run(graph, compiled, what);
                }
            } catch (AssertionError | RuntimeException thrown) {
                throw new AssertionError(what, thrown);
            }
        }
    }

    /** The operator of (base of memory, operands as parameters), and if they are kept also the operands. */
    private Graph graph(Row row, Form first, Form second, boolean keeps, Random choices) {
        int operands = Typing.operands(row.op);
        int arity = row.op.arity();
        List<Type> parameters = new ArrayList<>();
        for (int i = 0; i < arity; i++) {
            parameters.add(isWide(row.op) ? Type.I64 : Typing.operand(row.op, row.type, i));
        }
        List<Type> results = new ArrayList<>();
        results.add(isWide(row.op) ? Type.I64 : Typing.result(row.op, row.type));
        if (isWide(row.op)) {
            results.add(Type.I64);
        }
        if (keeps) {
            results.addAll(parameters);
        }
        Builder b = new Builder("f", parameters, results);
        b.origin(5);
        int[] values = new int[4];
        for (int i = 0; i < operands; i++) {
            Form form = i == 0 ? first : i == 1 ? second : Form.PARAMETER;
            if (i >= arity) {
                values[i] = immediate(b, row, choices);
                continue;
            }
            Type type = parameters.get(i);
            values[i] = switch (form) {
                case PARAMETER -> b.parameter(i);
                case CONSTANT -> {
                    long bits =
                            choices.nextInt(3) == 0 ? choices.nextLong() : CONSTANTS[choices.nextInt(CONSTANTS.length)];
                    yield type == Type.V128 ? b.vector(bits, choices.nextLong()) : b.constant(type, bits);
                }
                case MEMORY -> b.load(Op.LOAD, type, b.context(Context.MEMORY0), 32 * i, Access.of(1) | Access.TRAPS);
                case SAME -> {
                    if (parameters.get(0) != type) {
                        yield -1;
                    }
                    yield values[0];
                }
            };
            if (values[i] < 0) {
                return null;
            }
        }
        List<Integer> all = new ArrayList<>();
        if (isWide(row.op)) {
            int node = b.computeWide(row.op, values[0], values[1], values[2], values[3]);
            all.add(node);
            all.add(b.result(node, 1, Type.I64));
        } else {
            all.add(
                    switch (operands) {
                        case 1 -> b.compute(row.op, row.type, values[0]);
                        case 2 -> b.compute(row.op, row.type, values[0], values[1]);
                        default -> b.compute(row.op, row.type, values[0], values[1], values[2]);
                    });
        }
        for (int i = 0; keeps && i < arity; i++) {
            all.add(values[i]);
        }
        b.returns(all.stream().mapToInt(i -> i).toArray());
        return b.finish();
    }

    private static boolean isWide(Op op) {
        return Typing.results(op) == 2;
    }

    private static int immediate(Builder b, Row row, Random choices) {
        if (row.op == Op.SHUFFLE) {
            long low = 0;
            long high = 0;
            for (int i = 0; i < 8; i++) {
                low = low << 8 | choices.nextInt(32);
                high = high << 8 | choices.nextInt(32);
            }
            return b.vector(low, high);
        }
        return b.i32(choices.nextInt(row.type.lanes()));
    }

    private V128 any(Type type) {
        long bits = random.nextInt(3) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
        long high = random.nextInt(3) == 0 ? random.nextLong() : EDGES[random.nextInt(EDGES.length)];
        return CompiledGraph.cut(type, new V128(bits, high));
    }

    private void run(Graph graph, CompiledGraph compiled, String what) {
        List<V128> arguments = graph.parameterTypes().stream().map(this::any).toList();
        for (int i = 0; i < 8; i++) {
            CompiledGraph.put(block + CompiledGraph.MEMORY + 32 * i, any(Type.V128));
        }
        String expected;
        try {
            expected = Interpreter.run(graph, new World(), 1000, arguments).toString();
        } catch (Interpreter.TrapException trap) {
            expected = CompiledGraph.outcome(trap);
        }
        String actual;
        try {
            actual = compiled.run(arguments, block).toString();
        } catch (CompiledGraph.Trapped trap) {
            actual = CompiledGraph.outcome(trap);
        }
        assertEquals(expected, actual, () -> what + " of " + arguments);
    }

    /** The block's memory. */
    private final class World implements Interpreter.World {
        @Override
        public V128 load(Op op, Type type, long address) {
            return CompiledGraph.cut(type, CompiledGraph.get(address));
        }

        @Override
        public void store(Op op, Type type, long address, V128 written) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<V128> call(Callee callee, List<V128> arguments) {
            return CompiledGraph.mix(callee, arguments);
        }

        @Override
        public long address(Context context) {
            return block + CompiledGraph.MEMORY;
        }
    }
}
