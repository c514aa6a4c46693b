package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Finds accesses whose index is an i32 sum {@code x + c} that can be a part of the address: nobody has to wrap it. In a memory
 * that is {@link Access#SHORT}, what an access had as its index is below 2^32 - {@link Access#MARGIN}, if that did not trap. So
 *
 * <ul>
 *   <li>{@code x + c} does not wrap, for {@code c} up to the margin, where {@code x} was an index on every way here;
 *   <li>{@code x - c} does not wrap where it was an index itself;
 *   <li>{@code x - c} without a displacement traps if it wraps, and less than nothing traps as well.
 * </ul>
 */
final class ExactIndices {
    private static final long WORD = 1L << 32;

    private final Graph graph;
    private final Order order;
    /** By node: the highest block in which an access had it as its index; or null. */
    private final Block[] indices;

    private boolean changed;

    private ExactIndices(Graph graph) {
        this.graph = graph;
        order = graph.order();
        indices = new Block[graph.size()];
    }

    /** Whether anything has changed. */
    static boolean run(Graph graph) {
        ExactIndices pass = new ExactIndices(graph);
        for (Block block : pass.order.treeOrder()) {
            for (int i = 0; i < block.size(); i++) {
                pass.visit(block, block.node(i));
            }
        }
        return pass.changed;
    }

    private void visit(Block block, int node) {
        int access = graph.access(node);
        if (!Access.isShort(access) || !graph.isIndexed(node)) {
            return;
        }
        int wide = graph.input(node, 1);
        if (graph.kind(wide) != Kind.COMPUTE || graph.op(wide) != Op.EXTEND_I32_U) {
            return;
        }
        int index = graph.input(wide, 0);
        if (isExact(block, index, graph.number(node))) {
            graph.setAccess(node, access | Access.EXACT);
            changed = true;
        }
        if (!wasIndex(index, block)) {
            indices[index] = block;
        }
    }

    private boolean isExact(Block block, int index, int displacement) {
        if (graph.kind(index) != Kind.COMPUTE
                || graph.op(index) != Op.ADD
                || graph.workingType(index) != Type.I32
                || !graph.isConstant(graph.input(index, 1))) {
            return false;
        }
        long added = graph.bits(graph.input(index, 1));
        if (added <= Access.MARGIN) {
            return wasIndex(graph.input(index, 0), block);
        }
        return added >= WORD - Access.MARGIN && (displacement == 0 || wasIndex(index, block));
    }

    private boolean wasIndex(int node, Block block) {
        return indices[node] != null && order.dominates(indices[node], block);
    }
}
