package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;
import java.util.BitSet;

/**
 * Loads of what is known, since it was loaded or stored before and nobody has written there since, are that value; stores of
 * what is there already go, and so do those that another one hides before anybody can look.
 *
 * <p>An access that may trap traps where the one before it would have, for it has the same bytes; a store that is hidden must
 * not trap itself, nor may anything between it and the other one.
 */
public final class LoadElimination {
    /** How many stores elsewhere to look behind, and at how many accesses that may be the one that is wanted. */
    private static final int STEPS = 16;

    private static final int MOST_PENDING = 8;

    private final Graph graph;
    private final Order order;
    private final MemoryStates states;
    private final Builder builder;
    /** The places of blocks with several stores that cannot trap, and of those in which nodes no longer stand. */
    private final BitSet storing = new BitSet();

    private final BitSet thinned = new BitSet();
    private Entry[] table = new Entry[256];
    private int size;
    private boolean changed;

    /** What an access has shown about its place in a state of memory. */
    private static final class Entry {
        final int state;
        final Address address;
        int node;
        Entry next;

        Entry(int state, Address address, int node, Entry next) {
            this.state = state;
            this.address = address;
            this.node = node;
            this.next = next;
        }
    }

    private LoadElimination(Graph graph) {
        this.graph = graph;
        order = graph.order();
        states = new MemoryStates(graph, order, order.loops());
        builder = new Builder(graph);
    }

    /** Whether a load or store is gone. */
    public static boolean run(Graph graph) {
        LoadElimination pass = new LoadElimination(graph);
        for (int i = 0; i < pass.order.size(); i++) {
            pass.visit(pass.order.block(i));
        }
        HiddenStores hidden = pass.new HiddenStores();
        for (int i = pass.storing.nextSetBit(0); i >= 0; i = pass.storing.nextSetBit(i + 1)) {
            hidden.visit(pass.order.block(i));
        }
        for (int i = pass.thinned.nextSetBit(0); i >= 0; i = pass.thinned.nextSetBit(i + 1)) {
            graph.compact(pass.order.block(i));
        }
        assert Verifier.verify(graph);
        return pass.changed;
    }

    private void visit(Block block) {
        states.enter(block);
        int stores = 0;
        for (int i = 0; i < block.size(); i++) {
            int node = block.node(i);
            switch (MemoryStates.effect(graph, node)) {
                case ANY -> states.changeAll();
                case STORE -> {
                    stores += Access.traps(graph.access(node)) ? 0 : 1;
                    store(node, block);
                }
                case NONE -> {
                    if (graph.kind(node) == Kind.LOAD && graph.op(node).arity() == 1) {
                        load(node, block);
                    }
                }
            }
        }
        states.leave();
        storing.set(order.place(block), stores > 1);
    }

    private void lost(Block block) {
        thinned.set(order.place(block));
        changed = true;
    }

    private void load(int node, Block block) {
        Address address = Address.of(graph, node);
        Entry entry = find(address, block);
        int known = entry == null ? -1 : value(entry.node, node);
        if (known >= 0) {
            graph.replaceDetached(node, known);
            lost(block);
        } else {
            note(address, states.lastWritten(address, STEPS), node, entry);
        }
    }

    private void store(int node, Block block) {
        Address address = Address.of(graph, node);
        Entry entry = find(address, block);
        if (entry != null && isStored(entry.node, node)) {
            graph.detach(node);
            lost(block);
            return;
        }
        states.change(address);
        note(address, states.lastWritten(address, 0), node, null);
    }

    // ---- what is known

    private Entry find(Address address, Block block) {
        int state = states.lastWritten(address, STEPS);
        Entry entry = table[bucket(address, state)];
        for (int i = 0; i < STEPS && entry != null; i++) {
            boolean fits = entry.state == state && entry.address.isSamePlace(address);
            if (fits && order.dominates(graph.home(entry.node), block)) {
                return entry;
            }
            entry = entry.next;
        }
        return null;
    }

    private int bucket(Address address, int state) {
        int hash = address.placeHash() ^ state * 0x85EBCA6B;
        return (hash ^ hash >>> 15) & table.length - 1;
    }

    private void note(Address address, int state, int node, Entry known) {
        if (known != null) {
            known.node = node;
            return;
        }
        int at = bucket(address, state);
        table[at] = new Entry(state, address, node, table[at]);
        if (++size > table.length) {
            grow();
        }
    }

    private void grow() {
        Entry[] old = table;
        table = new Entry[old.length * 2];
        for (Entry first : old) {
            Entry next;
            for (Entry entry = first; entry != null; entry = next) {
                next = entry.next;
                int at = bucket(entry.address, entry.state);
                entry.next = table[at];
                table[at] = entry;
            }
        }
    }

    // ---- values

    /** What a load gives, if an access before it has shown that; else -1. */
    private int value(int before, int load) {
        if (graph.kind(before) == Kind.LOAD) {
            boolean same = graph.op(before) == graph.op(load) && graph.type(before) == graph.type(load);
            return same ? before : -1;
        }
        return stored(graph.op(before), graph.workingType(before), stored(before), load);
    }

    private int stored(int store) {
        return graph.input(store, graph.inputCount(store) - 1);
    }

    private int stored(Op op, Type from, int value, int load) {
        Type to = graph.type(load);
        int bits = storedBits(op, from);
        int wanted = loadedBits(graph.op(load), to);
        if (op == Op.STORE && graph.op(load) == Op.LOAD && bits == wanted) {
            return from == to ? value : from.isVector() ? -1 : builder.compute(Op.REINTERPRET, to, value);
        }
        boolean integers = isInteger(from) && isInteger(to);
        if (!integers || bits <= 0 || wanted <= 0 || wanted > bits) {
            return -1;
        }
        int word = from == to
                ? value
                : from == Type.I64
                        ? builder.compute(Op.WRAP, Type.I32, value)
                        : builder.compute(Op.EXTEND_I32_U, Type.I64, value);
        return wanted == to.bits() ? word : extended(graph.op(load), to, word, wanted);
    }

    private int extended(Op load, Type type, int word, int bits) {
        return switch (load) {
            case LOAD8_S -> builder.compute(Op.EXTEND8_S, type, word);
            case LOAD16_S -> builder.compute(Op.EXTEND16_S, type, word);
            case LOAD32_S -> builder.compute(Op.EXTEND32_S, type, word);
            default -> builder.compute(Op.AND, type, word, builder.constant(type, (1L << bits) - 1));
        };
    }

    private static boolean isInteger(Type type) {
        return type == Type.I32 || type == Type.I64;
    }

    private static int storedBits(Op op, Type type) {
        return switch (op) {
            case STORE -> type.isVector() ? Type.V128.bits() : type.bits();
            case STORE8 -> 8;
            case STORE16 -> 16;
            case STORE32 -> 32;
            default -> 0;
        };
    }

    private static int loadedBits(Op op, Type type) {
        return switch (op) {
            case LOAD -> type.isVector() ? Type.V128.bits() : type.bits();
            case LOAD8_S, LOAD8_U -> 8;
            case LOAD16_S, LOAD16_U -> 16;
            case LOAD32_S, LOAD32_U -> 32;
            default -> 0;
        };
    }

    /** Whether an access has shown that what is to be stored is there. */
    private boolean isStored(int before, int store) {
        Op op = graph.op(store);
        Type type = graph.workingType(store);
        if (graph.kind(before) == Kind.LOAD) {
            return op == Op.STORE
                    && graph.op(before) == Op.LOAD
                    && graph.type(before) == type
                    && stored(store) == graph.resolve(before);
        }
        return graph.op(before) == op
                && storedBits(op, type) > 0
                && graph.workingType(before) == type
                && stored(before) == stored(store);
    }

    // ---- stores that nobody sees

    /** Goes through blocks from the end, with the stores that come later and hide others. */
    private final class HiddenStores {
        private final Address[] later = new Address[MOST_PENDING];
        private int count;

        void visit(Block block) {
            count = 0;
            for (int i = block.size() - 2; i >= 0; i--) {
                int node = block.node(i);
                if (graph.home(node) == block) {
                    visit(node);
                }
            }
        }

        private void visit(int node) {
            switch (graph.kind(node)) {
                case STORE -> store(node);
                case LOAD -> load(node);
                case RESULT, CAUGHT -> {}
                default -> count = 0;
            }
        }

        private void store(int node) {
            if (Access.traps(graph.access(node)) || graph.op(node).isAtomic()) {
                count = 0;
                return;
            }
            Address address = Address.of(graph, node);
            for (int i = 0; i < count; i++) {
                if (later[i].isSamePlace(address) && later[i].bytes() >= address.bytes()) {
                    lost(graph.home(node));
                    graph.detach(node);
                    return;
                }
            }
            if (count < MOST_PENDING) {
                later[count++] = address;
            }
        }

        private void load(int node) {
            if (Access.traps(graph.access(node)) || graph.op(node).writesMemory()) {
                count = 0;
            }
            if (count == 0) {
                return;
            }
            Address address = Address.of(graph, node);
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (later[i].isApart(address)) {
                    later[kept++] = later[i];
                }
            }
            count = kept;
        }
    }
}
