package emberwall.engine.optimizing;

import java.util.ArrayList;
import java.util.List;

/**
 * Where exceptions are caught: clauses that are asked in order, then those of the region around.
 *
 * <p>A call has a landing block for each clause that may be asked, and so that calls inside of many regions have no more
 * than {@link #MOST} of them, some regions ask <em>on behalf</em> of theirs: calls in them catch whatever comes, and go to
 * one block, behind the last of them, which throws it again, and which has the landing blocks.
 */
final class Region {
    /** How many clauses calls ask themselves. */
    private static final int MOST = 32;

    private static final int[] NONE = {};

    private final Region parent;
    private final List<Handler> handlers = new ArrayList<>();
    private List<Handler> asked;
    private List<Handler> onBehalf;

    /**
     * A clause.
     *
     * @param clause what it catches
     * @param types the value types of what the exception carries
     * @param frame the block that it leaves, or null
     * @param merge where it goes on, where there is no frame
     * @param firstLocal where the locals are of the function that it is in
     */
    record Handler(Target.Clause clause, int[] types, Frame frame, Merge merge, int firstLocal) {}

    Region(Region parent) {
        this.parent = parent;
    }

    void add(Handler handler) {
        handlers.add(handler);
    }

    /** Ends the list of clauses; that of the region around has ended. */
    void seal(Translation t) {
        asked = new ArrayList<>();
        for (Handler handler : handlers) {
            asked.add(handler);
            if (handler.clause().tag() == Target.Clause.ALL) {
                break;
            }
        }
        boolean catchesAll = !asked.isEmpty() && asked.getLast().clause().tag() == Target.Clause.ALL;
        if (!catchesAll && parent != null) {
            asked.addAll(parent.asked);
        }
        if (asked.size() > MOST) {
            onBehalf = asked;
            Target.Clause anything = new Target.Clause(Target.Clause.ALL, 0, true);
            asked = List.of(new Handler(anything, NONE, null, new Merge(t, t.localCount, 1), t.firstLocal));
        }
    }

    Handler handler(int index) {
        return handlers.get(index);
    }

    /** All clauses that a call asks, up to one that catches everything. */
    List<Handler> asked() {
        return asked;
    }

    /** All clauses that are asked on behalf of calls, or null. */
    List<Handler> onBehalf() {
        return onBehalf;
    }
}
