package emberwall.engine.optimizing;

import emberwall.ir.Block;
import emberwall.ir.Kind;
import java.util.List;

/**
 * A loop that does nothing before a table of branches leaves it for the place that a local says. Go's compiler makes such a loop
 * of each function, for goroutines stop and go on anywhere: the labels are the function's blocks, in order, and a branch is
 * a number for the local and a way back to the loop.
 *
 * <p>Where the number is known, so is the label. If its block is still open, the place lies ahead, and one can go there at
 * once: an {@code if} is an {@code if} again. Such ways go round no loop, so that no poll is missed. Those to places
 * behind go through the table.
 */
final class Dispatch {
    private final int local;
    private final Frame[] entries;

    private Dispatch(int local, Frame[] entries) {
        this.local = local;
        this.entries = entries;
    }

    /** What a table at work is to the innermost loop, if it is that: of the blocks that it leaves for none takes operands. */
    static Dispatch of(Translation t, Frame loop, int index, Frame[] entries) {
        Block header = loop.header;
        boolean isAtStart = t.b.current() == header
                && t.graph.kind(index) == Kind.PARAMETER
                && t.graph.home(index) == header
                && loop.carried == 0
                && t.top == loop.base;
        if (!isAtStart) {
            return null;
        }
        for (int i = 0; i < header.size(); i++) {
            if (t.graph.kind(header.node(i)) != Kind.POLL) {
                return null;
            }
        }
        for (int i = 0; i < loop.changing.length; i++) {
            if (t.values[t.firstLocal + loop.changing[i]] != header.parameter(i)) {
                return null;
            }
        }
        return new Dispatch(loop.changing[t.graph.number(index)], entries);
    }

    /** Whether the local is a parameter of the function. */
    boolean isGiven(Translation t) {
        return local < t.types.parameterCount(t.module.functionTypeIndex(t.function));
    }

    /**
     * Where a way to the loop leads that brings what locals are now.
     *
     * @param open the blocks that are open, from the outermost
     * @return a block that is left, or null if the way goes through the table
     */
    Frame ahead(Translation t, List<Frame> open) {
        int number = t.values[t.firstLocal + local];
        if (!t.graph.isConstant(number)) {
            return null;
        }
        Frame entry = entries[(int) Math.min(t.graph.bits(number), entries.length - 1)];
        boolean isOpen = entry.place < open.size() && open.get(entry.place) == entry;
        return isOpen && entry.header == null && entry.carried == 0 ? entry : null;
    }
}
