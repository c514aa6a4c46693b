package emberwall.engine.optimizing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ir.Callee;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.ir.Interpreter;
import emberwall.link.CodeSpace;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Functions that nobody wrote, scheduled, selected, allocated and run, against the interpreter of graphs: results, traps with
 * their origin, memory, and the calls in between. The property {@code emberwall.graphs} says how many.
 */
class SelectedGraphsTest {
    private static final int COUNT = Integer.getInteger("emberwall.graphs", 150);
    private static final long FIRST = Long.getLong("emberwall.graphs.first", 1);
    private static final int ROUNDS = 3;
    private static final int STEPS = 100_000;

    private final CodeSpace space = CodeSpace.reserve(1 << 24);
    private final long block = Pages.allocate(CompiledGraph.BLOCK_BYTES);

    @AfterEach
    void release() {
        space.close();
        Pages.release(block, CompiledGraph.BLOCK_BYTES);
    }

    @Test
    void doesWhatTheInterpreterDoes() {
        List<CompiledGraph.Way> ways = List.of(
                new CompiledGraph.Way(SelectedOperatorsTest.features(), true),
                new CompiledGraph.Way(0, true),
                new CompiledGraph.Way(SelectedOperatorsTest.features(), false));
        int trapped = 0;
        for (long seed = FIRST; seed < FIRST + COUNT; seed++) {
            CompiledGraph.Way way = ways.get((int) (seed % ways.size()));
            try {
                trapped += check(seed, way);
            } catch (AssertionError | RuntimeException thrown) {
                throw new AssertionError("seed " + seed + ", " + way, thrown);
            }
        }
        assertTrue(trapped < COUNT * ROUNDS / 2, trapped + " have trapped");
    }

    private int check(long seed, CompiledGraph.Way way) {
        Graph graph = RandomGraphs.generate(seed);
        Random random = new Random(seed);
        int trapped = 0;
        try (CompiledGraph compiled = new CompiledGraph(graph, way, space)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<V128> arguments = new ArrayList<>();
                for (Type type : RandomGraphs.PARAMETERS) {
                    long low = random.nextBoolean() ? random.nextLong() : random.nextInt(20);
                    arguments.add(CompiledGraph.cut(type, new V128(low, random.nextLong())));
                }
                long memory = random.nextLong();
                fill(memory);
                String expected;
                try {
                    expected = Interpreter.run(graph, new World(), STEPS, arguments)
                            .toString();
                } catch (Interpreter.TrapException trap) {
                    expected = CompiledGraph.outcome(trap);
                    trapped++;
                }
                expected += " memory " + sum();
                fill(memory);
                String actual;
                try {
                    actual = compiled.run(arguments, block).toString();
                } catch (CompiledGraph.Trapped trap) {
                    actual = CompiledGraph.outcome(trap);
                }
                actual += " memory " + sum();
                assertEquals(expected, actual);
            }
        }
        return trapped;
    }

    private void fill(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CompiledGraph.MEMORY_BYTES; i += 8) {
            RawMemory.putLong(block + CompiledGraph.MEMORY + i, random.nextInt(3) == 0 ? i & 7 : random.nextLong());
        }
    }

    private long sum() {
        long sum = 0;
        for (int i = 0; i < CompiledGraph.MEMORY_BYTES; i += 8) {
            sum = sum * 31 + RawMemory.getLong(block + CompiledGraph.MEMORY + i);
        }
        return sum;
    }

    /** The block's memory. */
    private final class World implements Interpreter.World {
        @Override
        public V128 load(Op op, Type type, long address) {
            V128 there = CompiledGraph.get(address);
            long bits = there.low();
            long loaded = switch (op) {
                case LOAD8_S -> (byte) bits;
                case LOAD8_U -> bits & 0xFF;
                case LOAD16_S -> (short) bits;
                case LOAD16_U -> bits & 0xFFFF;
                case LOAD32_S -> (int) bits;
                case LOAD32_U -> bits & 0xFFFF_FFFFL;
                default -> bits;
            };
            return CompiledGraph.cut(type, new V128(loaded, there.high()));
        }

        @Override
        public void store(Op op, Type type, long address, V128 written) {
            int bytes = switch (op) {
                case STORE8 -> 1;
                case STORE16 -> 2;
                case STORE32 -> 4;
                default -> type.bytes();
            };
            for (int i = 0; i < bytes; i++) {
                long word = i < 8 ? written.low() : written.high();
                RawMemory.putByte(address + i, (byte) (word >>> i % 8 * 8));
            }
        }

        @Override
        public List<V128> call(Callee callee, List<V128> arguments) {
            return CompiledGraph.mix(callee, arguments);
        }

        @Override
        public long address(Context context) {
            return context == Context.MEMORY0 ? block + CompiledGraph.MEMORY : block;
        }
    }
}
