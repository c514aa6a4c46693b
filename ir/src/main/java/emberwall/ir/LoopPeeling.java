package emberwall.ir;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts a copy of its first round in front of a small loop in which each round checks, or loads, the same thing. What the copy
 * has checked and loaded dominates the loop, so that others find it there: {@link BranchFolding}, {@link LoadElimination}.
 *
 * <pre>
 *   before ─► loop ⟲ ─► behind        before ─► copy ─► loop ⟲ ─► behind(values)
 *                                                └───────────────►┘
 * </pre>
 *
 * Values that the loop pins and others behind it use come from the copy or the loop then: the block that the loop leads to
 * gets a parameter for each, and what is computed from them behind it is computed anew.
 */
public final class LoopPeeling {
    private static final int MOST_LOOPS = 8;
    private static final int MOST_BLOCKS = 16;
    private static final int MOST_PINNED = 40;
    private static final int MOST_NODES = 300_000;

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    private final Block header;
    /** In order. */
    private final List<Block> blocks;

    private final Dependence inside;
    private final List<Use> uses = new ArrayList<>();

    /** A place behind the loop where something is used that depends on what the loop pins. */
    private record Use(Block exit, int node, Block.Edge edge, int index) {}

    private LoopPeeling(Graph graph, Order order, Loops loops, List<Block> blocks) {
        this.graph = graph;
        this.order = order;
        this.loops = loops;
        this.blocks = blocks;
        header = blocks.getFirst();
        inside = new Dependence(graph, home -> order.place(home) >= 0 && loops.contains(header, home));
    }

    /** Whether a loop was peeled. */
    public static boolean run(Graph graph) {
        graph.prune();
        boolean changed = false;
        int last = -1;
        for (int count = 0; count < MOST_LOOPS && graph.size() < MOST_NODES; count++) {
            LoopPeeling next = next(graph, last);
            if (next == null) {
                break;
            }
            last = next.header.number;
            next.peel();
            graph.prune();
            changed = true;
        }
        assert Verifier.verify(graph);
        return changed;
    }

    /** The next loop that is worth it, by the number of its header. */
    private static LoopPeeling next(Graph graph, int last) {
        Order order = graph.order();
        Loops loops = order.loops();
        Map<Integer, List<Block>> inner = inner(order, loops, last);
        int tries = 0;
        for (List<Block> blocks : inner.values()) {
            LoopPeeling loop = new LoopPeeling(graph, order, loops, blocks);
            if (loop.isSmall() && loop.repeats() && tries++ < MOST_LOOPS && loop.findUses()) {
                return loop;
            }
        }
        return null;
    }

    /** The blocks of loops with no others in them, by the numbers of their headers, which are above the last one. */
    private static Map<Integer, List<Block>> inner(Order order, Loops loops, int last) {
        BitSet outer = new BitSet();
        boolean any = false;
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            if (loops.isHeader(block)) {
                any |= block.number > last;
                if (loops.outer(block) != null) {
                    outer.set(loops.outer(block).number);
                }
            }
        }
        if (!any) {
            return Map.of();
        }
        Map<Integer, List<Block>> inner = new TreeMap<>();
        for (int i = 0; i < order.size(); i++) {
            Block header = loops.header(order.block(i));
            if (header != null && header.number > last && !outer.get(header.number)) {
                inner.computeIfAbsent(header.number, number -> new ArrayList<>())
                        .add(order.block(i));
            }
        }
        return inner;
    }

    // ---- which loops

    /** Whether the loop has little in it, and nothing that cannot be copied. */
    private boolean isSmall() {
        int pinned = 0;
        for (int i = 0; i < blocks.size() && i < MOST_BLOCKS; i++) {
            pinned += graph.kind(blocks.get(i).end()) == Kind.INVOKE ? MOST_PINNED : pinned(blocks.get(i));
        }
        return blocks.size() <= MOST_BLOCKS && pinned <= MOST_PINNED;
    }

    /** How many nodes of a block may become instructions. */
    private int pinned(Block block) {
        int count = block.size();
        for (int i = 0; i < block.size(); i++) {
            count -= graph.kind(block.node(i)) == Kind.STATE ? 1 : 0;
        }
        return count;
    }

    /** Whether something that each round does is the same in each. */
    private boolean repeats() {
        for (Block block : blocks) {
            if (isInEachRound(block)) {
                for (int i = 0; i < block.size(); i++) {
                    int node = block.node(i);
                    boolean fits =
                            graph.kind(node) == Kind.TRAP_IF || graph.kind(node) == Kind.LOAD && isUnwritten(node);
                    if (fits && isInvariant(node)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean isInEachRound(Block block) {
        for (Block.Edge edge : header.incoming) {
            if (loops.contains(header, edge.from) && !order.dominates(block, edge.from)) {
                return false;
            }
        }
        return true;
    }

    private boolean isInvariant(int node) {
        for (int i = 0; i < graph.inputCount(node); i++) {
            if (inside.depends(graph.input(node, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isUnwritten(int load) {
        int aliasClass = Access.aliasClass(graph.access(load));
        for (Block block : blocks) {
            for (int i = 0; i < block.size(); i++) {
                boolean free = switch (MemoryStates.effect(graph, block.node(i))) {
                    case NONE -> true;
                    case STORE -> Access.aliasClass(graph.access(block.node(i))) != aliasClass;
                    case ANY -> false;
                };
                if (!free) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Finds what is used behind the loop; whether a block with ways from the loop only is above each use. */
    private boolean findUses() {
        Block[] exits = new Block[order.size()];
        for (int i = order.place(header) + 1; i < order.size(); i++) {
            Block block = order.block(i);
            if (loops.contains(header, block)) {
                continue;
            }
            Block above = order.dominator(block);
            exits[i] = loops.contains(header, above) ? block : exits[order.place(above)];
            if (exits[i] != null && !findUses(block, exits[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean findUses(Block block, Block exit) {
        int before = uses.size();
        for (int i = 0; i < block.size(); i++) {
            int node = block.node(i);
            for (int input = 0; input < graph.inputCount(node); input++) {
                if (inside.depends(graph.input(node, input))) {
                    uses.add(new Use(exit, node, null, input));
                }
            }
        }
        for (Block.Edge edge : block.outgoing) {
            for (int i = 0; i < edge.argumentCount(); i++) {
                if (inside.depends(graph.argument(edge, i))) {
                    uses.add(new Use(exit, -1, edge, i));
                }
            }
        }
        return uses.size() == before || isLedToFromLoop(exit);
    }

    private boolean isLedToFromLoop(Block exit) {
        for (Block.Edge edge : exit.incoming) {
            if (!loops.contains(header, edge.from)) {
                return false;
            }
        }
        return true;
    }

    // ---- the copy

    private void peel() {
        Map<Block, Block> copies = new HashMap<>();
        Rebuilt copied = new Rebuilt(graph, inside);
        for (Block block : blocks) {
            Block copy = graph.addBlock();
            copies.put(block, copy);
            for (int i = 0; i < block.parameterCount(); i++) {
                int parameter = block.parameter(i);
                int made = graph.addParameter(copy, graph.type(parameter));
                if (graph.isReference(parameter)) {
                    graph.setReference(made);
                }
                copied.put(parameter, made);
            }
        }
        // In an order in which values come before their uses; what edges bring only when all is there.
        for (Block block : blocks) {
            for (int i = 0; i < block.size(); i++) {
                copy(block.node(i), copies.get(block), copied);
            }
        }
        List<Block.Edge> entries = new ArrayList<>(header.incoming);
        List<Block.Edge> made = copyEdges(copies, copied);
        for (Block.Edge edge : entries) {
            if (!loops.contains(header, edge.from)) {
                graph.redirect(edge, copies.get(header));
            }
        }
        replaceUses(made, copied);
    }

    private void copy(int node, Block to, Rebuilt copied) {
        int[] inputs = new int[graph.inputCount(node)];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = copied.of(graph.input(node, i));
        }
        int copy = graph.addLike(node);
        for (int input : inputs) {
            graph.addInput(input);
        }
        graph.pin(copy, to, graph.origin(node));
        copied.put(node, copy);
    }

    /** The copies of edges; those back to the header lead to the loop itself. */
    private List<Block.Edge> copyEdges(Map<Block, Block> copies, Rebuilt copied) {
        List<Block.Edge> made = new ArrayList<>();
        for (Block block : blocks) {
            Block copy = copies.get(block);
            Block.Edge[] edges = new Block.Edge[block.outgoing.length];
            for (int e = 0; e < edges.length; e++) {
                Block.Edge edge = block.outgoing[e];
                IntList arguments = new IntList();
                for (int i = 0; i < edge.argumentCount(); i++) {
                    arguments.add(copied.of(graph.argument(edge, i)));
                }
                Block to = edge.to == header ? header : copies.getOrDefault(edge.to, edge.to);
                edges[e] = new Block.Edge(copy, to, arguments);
                made.add(edges[e]);
            }
            graph.leave(copy, edges);
        }
        return made;
    }

    /** What is used behind the loop is a parameter there, for which the loop and the copy bring their own. */
    private void replaceUses(List<Block.Edge> made, Rebuilt copied) {
        Map<Block, Rebuilt> behind = new HashMap<>();
        for (Use use : uses) {
            Rebuilt rebuilt = behind.computeIfAbsent(
                    use.exit, exit -> new Rebuilt(graph, inside, leaf -> bring(exit, leaf, made, copied)));
            if (use.edge == null) {
                graph.setInput(use.node, use.index, rebuilt.of(graph.input(use.node, use.index)));
            } else {
                use.edge.arguments.set(use.index, rebuilt.of(graph.argument(use.edge, use.index)));
            }
        }
    }

    private int bring(Block exit, int leaf, List<Block.Edge> made, Rebuilt copied) {
        int parameter = graph.addParameter(exit, graph.type(leaf));
        if (graph.isReference(leaf)) {
            graph.setReference(parameter);
        }
        for (Block.Edge edge : exit.incoming) {
            edge.arguments.add(leaf);
        }
        for (Block.Edge edge : made) {
            if (edge.to == exit) {
                edge.arguments.add(copied.of(leaf));
            }
        }
        return parameter;
    }
}
