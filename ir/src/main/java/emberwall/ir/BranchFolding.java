package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;
import java.util.BitSet;

/**
 * Makes branches, switches and checks what they have become: conditions that are constant, or known from a branch or check
 * above, decide. A branch around a trap becomes a check, a block that only goes on is passed by, and one with a single way in
 * is put behind what leads to it.
 */
public final class BranchFolding {
    /** After so many nodes nobody asks further what something is computed from. */
    private static final int MOST_STEPS = 1000;

    private static final int NOTHING = 0;
    private static final int SOMETHING = 1;
    private static final int UNCLEAR = 2;

    private final Graph graph;
    /** As it was at first. */
    private final Order order;

    private final Block[] blocks;
    /** By node: how many nodes and edges use it; null as long as nobody wants to know. */
    private int[] uses;

    private boolean changed;

    private BranchFolding(Graph graph) {
        this.graph = graph;
        order = graph.order();
        blocks = order.treeOrder();
    }

    /** Whether anything has changed. */
    public static boolean run(Graph graph) {
        graph.prune();
        BranchFolding pass = new BranchFolding(graph);
        pass.decide();
        graph.prune();
        pass.passBy();
        graph.prune();
        pass.merge();
        assert Verifier.verify(graph);
        return pass.changed;
    }

    // ---- conditions

    /** Whether some condition is constant, or looked at in several places, which may be one above the other. */
    static boolean mayDecide(Graph graph) {
        Order order = graph.order();
        BitSet asked = new BitSet(graph.size());
        for (int i = 0; i < order.size(); i++) {
            Block block = order.block(i);
            for (int at = graph.mayCheck() ? 0 : block.size() - 1; at < block.size(); at++) {
                if (isConditional(graph.kind(block.node(at)))) {
                    int condition = plain(graph, graph.input(block.node(at), 0));
                    if (graph.isConstant(condition) || asked.get(condition)) {
                        return true;
                    }
                    asked.set(condition);
                }
            }
        }
        return false;
    }

    private static boolean isConditional(Kind kind) {
        return kind == Kind.BRANCH || kind == Kind.TRAP_IF || kind == Kind.SWITCH;
    }

    /** A condition, or what it is the contrary of. */
    private static int plain(Graph graph, int condition) {
        int at = condition;
        while (Known.isContrary(graph, at)) {
            at = graph.input(at, 0);
        }
        return at;
    }

    private void decide() {
        Known known = new Known(graph, order);
        for (Block block : blocks) {
            known.enter(block);
            if (checks(block, known)) {
                graph.compact(block);
            }
            end(block, known);
        }
    }

    /** Whether a check of the block was dropped. */
    private boolean checks(Block block, Known known) {
        boolean dropped = false;
        for (int i = 0; i < block.size(); i++) {
            int node = block.node(i);
            if (graph.kind(node) == Kind.TRAP_IF) {
                int condition = graph.input(node, 0);
                switch (known.ask(condition)) {
                    case 0 -> {
                        graph.detach(node);
                        dropped = true;
                    }
                    case 1 -> {
                        cut(block, i);
                        return true;
                    }
                    default -> known.learn(condition, false);
                }
            }
        }
        changed |= dropped;
        return dropped;
    }

    /** The check traps: the block ends there. */
    private void cut(Block block, int at) {
        int check = block.node(at);
        for (int i = at + 1; i < block.size() - 1; i++) {
            graph.detach(block.node(i));
        }
        int trap = graph.addNode(Kind.TRAP, null, graph.number(check));
        graph.replaceEnd(block, trap, graph.origin(check));
        graph.detach(check);
        graph.leave(block);
        changed = true;
    }

    private void end(Block block, Known known) {
        int end = block.end();
        switch (graph.kind(end)) {
            case BRANCH -> {
                int truth = known.ask(graph.input(end, 0));
                if (truth >= 0) {
                    jump(block, block.outgoing[1 - truth]);
                } else if (isSame(block.outgoing[0], block.outgoing[1])) {
                    jump(block, block.outgoing[0]);
                } else if (!check(block, 0, known)) {
                    check(block, 1, known);
                }
            }
            case SWITCH -> choice(block, end, graph.input(end, 0));
            default -> {}
        }
    }

    private void choice(Block block, int end, int index) {
        int last = block.outgoing.length - 1;
        boolean same = true;
        for (Block.Edge edge : block.outgoing) {
            same &= isSame(edge, block.outgoing[0]);
        }
        if (graph.isConstant(index) || same) {
            jump(block, block.outgoing[same ? 0 : (int) Math.min(graph.bits(index), last)]);
        } else if (last == 1) {
            int branch = graph.addNode(Kind.BRANCH, null, 0);
            graph.addInput(index);
            graph.replaceEnd(block, branch, graph.origin(end));
            graph.leave(block, block.outgoing[1], block.outgoing[0]);
            changed = true;
        }
    }

    private void jump(Block block, Block.Edge edge) {
        graph.replaceEnd(block, graph.addNode(Kind.JUMP, null, 0), graph.origin(block.end()));
        graph.leave(block, edge);
        changed = true;
    }

    private boolean isSame(Block.Edge one, Block.Edge other) {
        if (one.to != other.to) {
            return false;
        }
        for (int i = 0; i < one.argumentCount(); i++) {
            if (graph.argument(one, i) != graph.argument(other, i)) {
                return false;
            }
        }
        return true;
    }

    /** If a branch leads to nothing but a trap, it is a check. */
    private boolean check(Block block, int way, Known known) {
        Block to = block.outgoing[way].to;
        if (graph.kind(to.end()) != Kind.TRAP || to.size() > 1) {
            return false;
        }
        int condition = graph.input(block.end(), 0);
        known.learn(condition, way == 1);
        if (way == 1) {
            int contrary = graph.addNode(Kind.COMPUTE, Op.EQZ, Type.I32, Type.I32, 0);
            graph.addInput(condition);
            condition = contrary;
        }
        int check = graph.addNode(Kind.TRAP_IF, null, graph.number(to.end()));
        graph.addInput(condition);
        graph.pinBeforeEnd(check, block, graph.origin(to.end()));
        jump(block, block.outgoing[1 - way]);
        return true;
    }

    // ---- blocks

    private void passBy() {
        // From the last one on, so that what is passed by leads on to the end of a row of such blocks.
        for (int i = blocks.length - 1; i > 0; i--) {
            Block block = blocks[i];
            if (block.size() == 1 && graph.kind(block.end()) == Kind.JUMP) {
                Block.Edge out = block.outgoing[0];
                if (out.to != block && usesNothingElse(block)) {
                    for (Block.Edge edge : block.incoming) {
                        passBy(edge, block, out);
                    }
                }
            }
        }
    }

    private void passBy(Block.Edge edge, Block block, Block.Edge out) {
        if (graph.kind(edge.from.end()) == Kind.INVOKE || edge.to != block) {
            return;
        }
        IntList arguments = new IntList();
        for (int i = 0; i < out.argumentCount(); i++) {
            int argument = graph.argument(out, i);
            int brought = isOwn(argument, block) ? graph.argument(edge, graph.number(argument)) : argument;
            arguments.add(brought);
        }
        if (uses != null) {
            count(edge.arguments, -1);
            count(arguments, 1);
        }
        graph.redirect(edge, out.to);
        edge.arguments = arguments;
        out.to.incoming.add(edge);
        changed = true;
    }

    private boolean isOwn(int node, Block block) {
        return graph.kind(node) == Kind.PARAMETER && graph.home(node) == block;
    }

    /** Whether the parameters of a block that only jumps are needed for that alone. */
    private boolean usesNothingElse(Block block) {
        if (block.parameterCount() == 0) {
            return true;
        }
        if (order.dominatesNothingElse(block)) {
            // What else uses them floats, and is computed for the edge.
            int found = look(block);
            if (found != UNCLEAR) {
                return found == NOTHING;
            }
        }
        if (uses == null) {
            countUses();
        }
        Block.Edge out = block.outgoing[0];
        int[] own = new int[block.parameterCount()];
        for (int i = 0; i < out.argumentCount(); i++) {
            int argument = graph.argument(out, i);
            if (isOwn(argument, block)) {
                own[graph.number(argument)]++;
            }
        }
        for (int i = 0; i < own.length; i++) {
            if (uses[block.parameter(i)] != own[i]) {
                return false;
            }
        }
        return true;
    }

    /** Looks whether a block brings something that is computed from its own parameters. */
    private int look(Block block) {
        Block.Edge out = block.outgoing[0];
        int steps = 0;
        IntList work = new IntList();
        for (int i = 0; i < out.argumentCount(); i++) {
            addInputs(graph.argument(out, i), work);
            while (!work.isEmpty()) {
                int node = work.removeLast();
                if (isOwn(node, block)) {
                    return SOMETHING;
                }
                if (++steps > MOST_STEPS) {
                    return UNCLEAR;
                }
                addInputs(node, work);
            }
        }
        return NOTHING;
    }

    private void addInputs(int node, IntList work) {
        for (int i = 0; graph.home(node) == null && i < graph.inputCount(node); i++) {
            work.add(graph.input(node, i));
        }
    }

    private void countUses() {
        uses = new int[graph.size()];
        LiveNodes live = new LiveNodes(graph, order, true);
        for (int i = 0; i < live.size(); i++) {
            for (int input = 0; input < graph.inputCount(live.node(i)); input++) {
                uses[graph.input(live.node(i), input)]++;
            }
        }
        for (int i = 0; i < order.size(); i++) {
            for (Block.Edge edge : order.block(i).outgoing) {
                count(edge.arguments, 1);
            }
        }
    }

    private void count(IntList values, int more) {
        for (int i = 0; i < values.size(); i++) {
            uses[graph.resolve(values.get(i))] += more;
        }
    }

    private void merge() {
        for (Block block : blocks) {
            while (isReached(block) && graph.kind(block.end()) == Kind.JUMP) {
                Block next = block.outgoing[0].to;
                if (next.incoming.size() > 1 || next == block) {
                    break;
                }
                graph.absorb(block, next);
                changed = true;
            }
        }
    }

    private boolean isReached(Block block) {
        return block == graph.entry() || !block.incoming.isEmpty();
    }
}
