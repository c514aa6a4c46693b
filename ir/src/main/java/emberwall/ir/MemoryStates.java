package emberwall.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the memory of each alias class is like where: a number for each state, the same on two paths only if no one writes
 * between. A store makes a new state from one before it, and so do ways that meet, with all the stores since they parted.
 * After anything else that writes nothing is known. Classes beyond the first few share their states, and {@link Access#INVARIANT}
 * has one state, 0.
 */
final class MemoryStates {
    private static final int SLOTS = 16;
    private static final int INVARIANT = 0;
    private static final int ALL = -1;
    private static final int MOST_WRITERS = 8;

    private final Graph graph;
    private final Order order;
    private final Loops loops;
    /** By state: the stores any of which may have made it, or null if it is not known what did. */
    private Address[][] writers = new Address[64][];
    /** By state: the one before these stores; it has a lower number. */
    private int[] before = new int[64];

    private int count;
    /** By place: the states at the end of a block, by slot; null before it was visited. */
    private final int[][] atEnd;
    /** By place of a header: which slots the loop writes. */
    private final int[] written;
    /** The states at the place of work. */
    private int[] now = new int[SLOTS];

    private Block block;

    MemoryStates(Graph graph, Order order, Loops loops) {
        this.graph = graph;
        this.order = order;
        this.loops = loops;
        atEnd = new int[order.size()][];
        written = new int[order.size()];
        findWritten();
    }

    private static int slot(int aliasClass) {
        return aliasClass == Access.INVARIANT ? INVARIANT : 1 + aliasClass % (SLOTS - 1);
    }

    /** What a node may do to memory. */
    enum Effect {
        NONE,
        STORE,
        ANY
    }

    static Effect effect(Graph graph, int node) {
        return switch (graph.kind(node)) {
            case CALL, INVOKE, ATOMIC -> Effect.ANY;
            case POLL -> graph.number(node) == 0 ? Effect.ANY : Effect.NONE;
            case LOAD, STORE ->
                graph.op(node).isAtomic() ? Effect.ANY : graph.op(node).writesMemory() ? Effect.STORE : Effect.NONE;
            case COMPUTE -> graph.op(node).readsMemory() || graph.op(node).writesMemory() ? Effect.ANY : Effect.NONE;
            default -> Effect.NONE;
        };
    }

    private void findWritten() {
        for (int i = order.size() - 1; i >= 0; i--) {
            Block at = order.block(i);
            Block loop = loops.header(at);
            if (loop == null) {
                continue;
            }
            int mask = 0;
            for (int n = 0; n < at.size(); n++) {
                int node = at.node(n);
                mask |= switch (effect(graph, node)) {
                    case NONE -> 0;
                    case STORE -> 1 << slot(Access.aliasClass(graph.access(node)));
                    case ANY -> ALL;
                };
            }
            written[order.place(loop)] |= mask;
            if (loop == at && loops.outer(loop) != null) {
                written[order.place(loops.outer(loop))] |= written[i];
            }
        }
    }

    /** Goes on at the beginning of a block; those before it in the order were visited. */
    void enter(Block next) {
        block = next;
        int at = order.place(next);
        int[] states = null;
        boolean known = true;
        for (Block.Edge edge : next.incoming) {
            int from = order.place(edge.from);
            if (from >= at) {
                known &= loops.isHeader(next) && order.dominates(next, edge.from);
            } else if (from >= 0) {
                states = states == null ? atEnd[from].clone() : met(states, atEnd[from]);
            }
        }
        now = states == null ? new int[SLOTS] : states;
        if (states == null || !known) {
            change(ALL);
        } else if (loops.isHeader(next)) {
            change(written[at]);
        }
    }

    private int[] met(int[] states, int[] others) {
        int one = INVARIANT;
        int other = INVARIANT;
        int both = INVARIANT;
        for (int i = 0; i < SLOTS; i++) {
            if (states[i] != others[i]) {
                // Slots that nothing was stored to since all were written are alike.
                if (states[i] != one || others[i] != other) {
                    one = states[i];
                    other = others[i];
                    both = met(one, other);
                }
                states[i] = both;
            }
        }
        return states;
    }

    private int met(int one, int other) {
        List<Address> stores = new ArrayList<>();
        int a = one;
        int b = other;
        while (a != b) {
            int later = Math.max(a, b);
            if (writers[later] == null || stores.size() + writers[later].length > MOST_WRITERS) {
                return make(null, 0);
            }
            stores.addAll(Arrays.asList(writers[later]));
            a = a == later ? before[a] : a;
            b = b == later ? before[b] : b;
        }
        return make(stores.toArray(Address[]::new), a);
    }

    /** The end of the block is reached. */
    void leave() {
        atEnd[order.place(block)] = now;
    }

    /** Anything may have been written. */
    void changeAll() {
        change(ALL);
    }

    private void change(int mask) {
        if (mask == ALL) {
            Arrays.fill(now, INVARIANT + 1, SLOTS, make(null, 0));
        } else if (mask != 0) {
            int fresh = make(null, 0);
            for (int i = 0; i < SLOTS; i++) {
                now[i] = (mask & 1 << i) != 0 ? fresh : now[i];
            }
        }
    }

    /** Something was written there. */
    void change(Address store) {
        int slot = slot(store.aliasClass());
        now[slot] = make(new Address[] {store}, now[slot]);
    }

    private int make(Address[] stores, int from) {
        if (++count == before.length) {
            writers = Arrays.copyOf(writers, count * 2);
            before = Arrays.copyOf(before, count * 2);
        }
        writers[count] = stores;
        before[count] = from;
        return count;
    }

    /** The last state, of so many before this one, in which the bytes may have been written. */
    int lastWritten(Address address, int steps) {
        int state = now[slot(address.aliasClass())];
        for (int i = 0; i < steps && isApart(writers[state], address); i++) {
            state = before[state];
        }
        return state;
    }

    private static boolean isApart(Address[] stores, Address address) {
        if (stores == null) {
            return false;
        }
        for (Address store : stores) {
            if (!store.isApart(address)) {
                return false;
            }
        }
        return true;
    }
}
