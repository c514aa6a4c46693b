package emberwall.engine.optimizing;

import java.util.ArrayList;
import java.util.List;

/** Where exceptions are caught: clauses that are asked in order, then those of the region around. */
final class Region {
    /** More clauses than that at one call are too much work. */
    private static final int MOST = 4096;

    private final Region parent;
    private final List<Handler> handlers = new ArrayList<>();
    private List<Handler> all;

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

    Handler handler(int index) {
        return handlers.get(index);
    }

    /** All clauses that may be asked, up to one that catches everything. */
    List<Handler> all() {
        if (all == null) {
            all = new ArrayList<>();
            for (Region region = this; region != null; region = region.parent) {
                for (Handler handler : region.handlers) {
                    all.add(handler);
                    if (handler.clause().tag() == Target.Clause.ALL) {
                        return all;
                    }
                    if (all.size() > MOST) {
                        throw new Unsupported("too many exception handlers around each other");
                    }
                }
            }
        }
        return all;
    }
}
