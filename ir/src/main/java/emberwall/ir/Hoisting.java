package emberwall.ir;

import emberwall.op.Type;
import java.util.BitSet;

/**
 * Which loops a value leaves. One that costs a single instruction and a constant stays in loops that call something: outside,
 * it would wait for its use in memory, which costs a load there and a store in front of the loop, and as much of a register.
 */
final class Hoisting {
    private static final int NONE = -1;

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    private final BitSet cold;
    /** By place: the next dominator that is in fewer loops, or NONE. */
    private final int[] shallower;
    /** The places of headers of loops that call something, be it in a loop inside, unless that is hardly ever done. */
    private final BitSet calling;

    Hoisting(Graph graph, Order order, Loops loops, BitSet cold) {
        this.graph = graph;
        this.order = order;
        this.loops = loops;
        this.cold = cold;
        shallower = loops.shallower();
        calling = new BitSet(order.size());
        for (int i = 0; i < order.size(); i++) {
            Block loop = loops.header(order.block(i));
            if (loop != null && !cold.get(i) && !calling.get(order.place(loop)) && calls(order.block(i))) {
                for (; loop != null; loop = loops.outer(loop)) {
                    calling.set(order.place(loop));
                }
            }
        }
    }

    private boolean calls(Block block) {
        for (int i = 0; i < block.size(); i++) {
            Kind kind = graph.kind(block.node(i));
            if (kind == Kind.CALL || kind == Kind.INVOKE) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where to compute a value that is wanted in a block: there, or above loops around it.
     *
     * @param wanted the place of the block; values for cold ones stay
     * @param early the place of the lowest block that has the value's inputs
     */
    int best(int node, int wanted, int early) {
        int best = wanted;
        int high = order.depth(early);
        boolean isTrivial = isTrivial(node);
        while (!cold.get(best) && shallower[best] != NONE && order.depth(shallower[best]) >= high) {
            if (isTrivial && calling.get(order.place(loops.header(order.block(best))))) {
                break;
            }
            best = shallower[best];
        }
        return best;
    }

    private boolean isTrivial(int node) {
        if (graph.kind(node) != Kind.COMPUTE
                || graph.workingType(node) != Type.I32 && graph.workingType(node) != Type.I64) {
            return false;
        }
        return switch (graph.op(node)) {
            case ADD, AND, OR, XOR, SHL, SHR_S, SHR_U -> graph.isConstant(graph.input(node, 1));
            case WRAP, EXTEND_I32_U -> true;
            default -> false;
        };
    }
}
