package emberwall.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Functions that nobody wrote, with a place for everything. */
class ScheduleTest {
    private static final int FUNCTIONS = 600;
    private static final int ARGUMENTS = 6;
    private static final long STEPS = 5000;

    @Test
    void scheduledFunctionsMeanTheSame() {
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph graph = GraphGenerator.generate(seed, seed % 2 == 0);
            if (seed % 3 != 0) {
                CriticalEdges.split(graph);
            }
            Schedule schedule = Schedule.of(graph);
            Random random = new Random(seed);
            for (int i = 0; i < ARGUMENTS; i++) {
                List<V128> arguments = GraphGenerator.arguments(random);
                assertEquals(
                        Outcome.of(graph, null, arguments, STEPS),
                        Outcome.of(graph, schedule, arguments, STEPS),
                        () -> Printer.print(graph, schedule));
            }
        }
    }

    @Test
    void valuesStandAboveTheirUses() {
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph graph = GraphGenerator.generate(seed, seed % 2 == 0);
            CriticalEdges.split(graph);
            Schedule schedule = Schedule.of(graph);
            Map<Integer, Integer> uses = new HashMap<>();
            Map<Integer, Integer> positions = new HashMap<>();
            Layout layout = schedule.layout();
            for (int place = 0; place < layout.size(); place++) {
                Block block = layout.block(place);
                assertEquals(place, layout.place(block));
                for (int i = 0; i < schedule.size(block); i++) {
                    int node = schedule.node(block, i);
                    assertSame(block, schedule.block(node));
                    // What stands in a dominator comes first in the layout, too.
                    for (int input = 0; input < graph.inputCount(node); input++) {
                        above(graph, schedule, positions, graph.input(node, input), block);
                        uses.merge(graph.input(node, input), 1, Integer::sum);
                    }
                    positions.put(node, i);
                    if (graph.kind(node) == Kind.RESULT && !graph.isPinned(node)) {
                        int before = schedule.node(block, i - 1);
                        int of = graph.kind(before) == Kind.RESULT ? graph.input(before, 0) : before;
                        assertEquals(graph.input(node, 0), of);
                    }
                }
                for (int e = 0; e < block.successorCount(); e++) {
                    Block.Edge edge = block.successor(e);
                    for (int a = 0; a < edge.argumentCount(); a++) {
                        above(graph, schedule, positions, graph.argument(edge, a), block);
                        uses.merge(graph.argument(edge, a), 1, Integer::sum);
                    }
                }
                assertEquals(block.end(), schedule.node(block, schedule.size(block) - 1));
            }
            for (int node = 0; node < graph.size(); node++) {
                assertEquals(uses.getOrDefault(node, 0), schedule.uses(node), "uses of " + node);
            }
        }
    }

    private static void above(Graph graph, Schedule schedule, Map<Integer, Integer> positions, int value, Block user) {
        if (!graph.isAnywhere(value)) {
            assertNotNull(schedule.block(value), () -> value + " has no place");
            assertTrue(schedule.order().dominates(schedule.block(value), user), () -> value + " for " + user);
            boolean there = graph.kind(value) == Kind.PARAMETER || positions.containsKey(value);
            assertTrue(there, () -> value + " comes too late");
        }
    }

    @Test
    void loopsAreContiguous() {
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph graph = GraphGenerator.generate(seed, true);
            CriticalEdges.split(graph);
            Schedule schedule = Schedule.of(graph);
            Layout layout = schedule.layout();
            Loops loops = schedule.loops();
            for (int place = 0; place < layout.size(); place++) {
                Block header = layout.block(place);
                if (loops.isHeader(header)) {
                    int end = place;
                    while (end < layout.size() && loops.contains(header, layout.block(end))) {
                        end++;
                    }
                    for (int i = 0; i < layout.size(); i++) {
                        assertEquals(i >= place && i < end, loops.contains(header, layout.block(i)));
                    }
                }
            }
            boolean cold = false;
            for (int place = 0; place < layout.size(); place++) {
                assertTrue(!cold || schedule.isCold(layout.block(place)));
                cold = schedule.isCold(layout.block(place));
            }
        }
    }

    @Test
    void noEdgeStaysCritical() {
        int split = 0;
        for (long seed = 0; seed < FUNCTIONS; seed++) {
            Graph graph = GraphGenerator.generate(seed, true);
            int before = graph.blocks().size();
            CriticalEdges.split(graph);
            split += graph.blocks().size() > before ? 1 : 0;
            for (Block block : graph.blocks()) {
                for (int i = 0; i < block.successorCount(); i++) {
                    assertTrue(block.successorCount() == 1
                            || block.successor(i).to().predecessors().size() == 1);
                }
            }
        }
        assertTrue(split > FUNCTIONS / 4, split + " had critical edges");
    }

    @Test
    void valuesThatAreNotThereAreMissed() {
        Builder builder = new Builder("f", List.of(Type.I32), List.of(Type.I32));
        int square = builder.compute(Op.MUL, Type.I32, builder.parameter(0), builder.parameter(0));
        int more = builder.compute(Op.ADD, Type.I32, square, builder.i32(1));
        builder.returns(square);
        Graph graph = builder.finish();
        Schedule schedule = Schedule.of(graph);
        graph.replace(square, builder.compute(Op.SUB, Type.I32, builder.parameter(0), builder.i32(3)));
        assertTrue(schedule.block(more) == null);
        assertThrows(
                IllegalStateException.class,
                () -> Interpreter.run(graph, schedule, new TestWorld(), STEPS, List.of(new V128(3, 0))));
    }

    @Test
    void longFunctionsTakeNoLonger() {
        // A quarter of a million nodes in twenty thousand blocks, all of which may leave for the same one.
        int blocks = 20_000;
        Builder builder = new Builder("long", List.of(Type.I32), List.of(Type.I32));
        Block done = builder.block(Type.I32);
        int sum = builder.parameter(0);
        for (int i = 0; i < blocks; i++) {
            Block next = builder.block();
            for (int k = 1; k < 5; k++) {
                sum = builder.compute(Op.ADD, Type.I32, sum, builder.i32(i * k));
                sum = builder.compute(Op.MUL, Type.I32, sum, builder.i32(2 * k + 1));
            }
            builder.branch(sum, next, new int[0], done, new int[] {sum});
            builder.at(next);
        }
        builder.jump(done, sum);
        builder.at(done);
        builder.returns(done.parameter(0));
        Graph graph = builder.finish();
        CriticalEdges.split(graph);
        Schedule schedule = Schedule.of(graph);
        List<V128> arguments = List.of(new V128(7, 0));
        assertEquals(
                Outcome.of(graph, null, arguments, 10L * blocks), Outcome.of(graph, schedule, arguments, 10L * blocks));
    }

    @Test
    void circlesWithTwoEntriesAreNoLoops() {
        Graph graph = Parser.parse("""
                function f(i32) -> (i32) {
                b0(%0: i32):
                  branch %0, b1(), b2()
                b1():
                  poll
                  jump b2()
                b2():
                  branch %0, b1(), b3()
                b3():
                  %1 = i32.mul %0, %0
                  return %1
                }
                """);
        Schedule schedule = Schedule.of(graph);
        Order order = schedule.order();
        assertEquals(4, order.size());
        for (Block block : graph.blocks().subList(1, 3)) {
            assertSame(graph.entry(), order.dominator(block));
            assertEquals(0, schedule.loopDepth(block));
        }
        assertSame(graph.blocks().get(2), order.dominator(graph.blocks().get(3)));
    }
}
