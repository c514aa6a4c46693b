package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Takes checks away that cannot fail: since one above, of the same value with the same bound, leaves at least as much
 * room; since the value is too small to fail; or since branches above, or the way a loop counts, keep it so small.
 *
 * <p>A check is of the form {@code value + room <= bound}. It is written {@code bound < value + room}, where that sum is
 * known not to wrap, or is compared with {@code room} besides; or {@code bound - room < value}, where the bound is known to
 * be at least {@code room} ({@link Graph#least}); or {@code value >= bound}. Such a check leaves room for {@code value + c}
 * too, whether that wraps or not. Loads of one place that {@link Access#GROWS} are one bound: what was below is below.
 *
 * <p>Where accesses are masked against misspeculation, an index is {@code select(bound - room >= value, value, bound - room)}.
 * An access behind a check with more room takes the index that was masked for that one: it is the same, and speculation keeps it
 * even lower. The mask goes only with what is too small whatever path was taken.
 */
public final class BoundsChecks {
    /** How many bounds of one value to look at. */
    private static final int STEPS = 8;

    /** How many bounds that grow to tell apart. */
    private static final int MOST_GROWING = 16;

    private final Graph graph;
    private final Order order;
    private final Ranges ranges;
    /** Bounds that grow, one of each place. */
    private final IntList growing = new IntList();
    /** By node: what is known of it as a value, the latest first. */
    private final Fact[] facts;

    private Block block;
    private boolean changed;

    // The check at work.
    private int value;
    private int bound;
    /** What the bound is at least. */
    private long least;

    private long room;
    /** Whether, if it does not fail, {@code value + room <= bound}, without wrapping. */
    private boolean tells;

    /** In a block and those below, {@code value + room <= bound}. */
    private static final class Fact {
        final Block block;
        /** A value, or -1 if it is {@link #most}. */
        final int bound;

        final long room;
        final long most;
        final Fact before;
        /** An index that is masked for it, or -1. */
        int masked = -1;

        Fact(Block block, int bound, long room, long most, Fact before) {
            this.block = block;
            this.bound = bound;
            this.room = room;
            this.most = most;
            this.before = before;
        }
    }

    private BoundsChecks(Graph graph) {
        this.graph = graph;
        order = graph.order();
        facts = new Fact[graph.size()];
        ranges = new Ranges(graph, this::shown);
    }

    /** Whether anything has changed. */
    public static boolean run(Graph graph) {
        if (!graph.mayCheck()) {
            return false;
        }
        BoundsChecks pass = new BoundsChecks(graph);
        for (Block next : pass.order.treeOrder()) {
            pass.visit(next);
        }
        assert Verifier.verify(graph);
        return pass.changed;
    }

    private void visit(Block next) {
        block = next;
        boolean dropped = false;
        if (next.incoming.size() == 1) {
            learnFromBranch(next.incoming.getFirst());
        } else {
            learnFromCounting(next);
        }
        for (int i = 0; i < next.size(); i++) {
            int node = next.node(i);
            switch (graph.kind(node)) {
                case TRAP_IF -> {
                    if (cannotFail(graph.input(node, 0))) {
                        graph.detach(node);
                        dropped = true;
                    } else {
                        learn(graph.input(node, 0), false);
                    }
                }
                case LOAD, STORE -> {
                    if (graph.isIndexed(node)) {
                        index(node);
                    }
                }
                default -> {}
            }
        }
        if (dropped) {
            graph.compact(next);
            changed = true;
        }
    }

    // ---- checks

    private boolean cannotFail(int condition) {
        if (!isCheck(condition)) {
            return false;
        }
        return isKnown() || fits(ranges.mostHere(value), room, least);
    }

    private static boolean fits(long most, long room, long least) {
        return most != Ranges.ANY && least >= room && most <= least - room;
    }

    /** Whether it is known of the value at work, or of another one to which it adds a constant. */
    private boolean isKnown() {
        int root = narrow(value);
        long wanted = room;
        for (int i = 0; i < STEPS; i++) {
            if (find(root, wanted) != null) {
                return true;
            }
            if (!is(root, Op.ADD, graph.type(root)) || !graph.isConstant(graph.input(root, 1))) {
                return false;
            }
            long distance = graph.bits(graph.input(root, 1));
            if (distance < 0 || distance > Integer.MAX_VALUE || wanted > Long.MAX_VALUE - distance) {
                return false;
            }
            wanted += distance;
            root = narrow(graph.input(root, 0));
        }
        return false;
    }

    private Fact find(int root, long wanted) {
        Fact fact = latest(root);
        for (int i = 0; i < STEPS && fact != null; i++) {
            if (fact.bound == bound && fact.room >= wanted) {
                return fact;
            }
            fact = fact.before;
        }
        return null;
    }

    /** The i32 that an i64 is, if it is one. */
    private int narrow(int node) {
        return is(node, Op.EXTEND_I32_U, Type.I64) ? graph.input(node, 0) : node;
    }

    /** The first of the bounds that are one. */
    private int oneOf(int load) {
        if (graph.kind(load) != Kind.LOAD || !Access.grows(graph.access(load)) || graph.isIndexed(load)) {
            return load;
        }
        for (int i = 0; i < growing.size(); i++) {
            int other = growing.get(i);
            if (graph.op(other) == graph.op(load)
                    && graph.type(other) == graph.type(load)
                    && graph.input(other, 0) == graph.input(load, 0)
                    && graph.number(other) == graph.number(load)) {
                return other;
            }
        }
        if (growing.size() < MOST_GROWING) {
            growing.add(load);
        }
        return load;
    }

    private Fact latest(int node) {
        if (node >= facts.length) {
            return null;
        }
        while (facts[node] != null && !order.dominates(facts[node].block, block)) {
            facts[node] = facts[node].before;
        }
        return facts[node];
    }

    /** Whether a condition is that of a check, which is then at work. */
    private boolean isCheck(int condition) {
        if (is(condition, Op.OR, Type.I32)) {
            int first = graph.input(condition, 0);
            int second = graph.input(condition, 1);
            return isSumCheck(first, second) || isSumCheck(second, first);
        }
        if (isCompared(condition, Op.GE_U)) {
            return below(graph.input(condition, 0), graph.input(condition, 1));
        }
        if (isCompared(condition, Op.LE_U)) {
            return below(graph.input(condition, 1), graph.input(condition, 0));
        }
        if (!isCompared(condition, Op.LT_U) && !isCompared(condition, Op.GT_U)) {
            return false;
        }
        boolean turned = graph.op(condition) == Op.GT_U;
        int low = graph.input(condition, turned ? 1 : 0);
        int high = graph.input(condition, turned ? 0 : 1);
        return isSum(high) && sum(low, high) && ranges.mostHere(value) <= Ranges.ANY - 1 - room
                || difference(low, high);
    }

    /** Whether it is {@code bound < value + room}, or that sum is smaller than {@code room}. */
    private boolean isSumCheck(int compared, int wrapped) {
        if (!isCompared(compared, Op.LT_U) || !isCompared(wrapped, Op.LT_U)) {
            return false;
        }
        int sum = graph.input(compared, 1);
        return isSum(sum)
                && graph.input(wrapped, 0) == sum
                && graph.input(wrapped, 1) == graph.input(sum, 1)
                && sum(graph.input(compared, 0), sum);
    }

    /** {@code value >= bound}. */
    private boolean below(int index, int length) {
        value = index;
        room = 1;
        tells = true;
        return isBound(length);
    }

    private boolean isBound(int node) {
        least = graph.least(node);
        bound = oneOf(node);
        return graph.kind(node) == Kind.LOAD;
    }

    /** {@code bound < value + room}. */
    private boolean sum(int low, int high) {
        isBound(low);
        value = graph.input(high, 0);
        room = graph.bits(graph.input(high, 1));
        tells = true;
        return graph.type(low) == Type.I64 && room >= 0;
    }

    /** {@code bound - room < value}. */
    private boolean difference(int low, int high) {
        value = high;
        isBound(low);
        room = 0;
        if (graph.type(low) == Type.I64 && isSum(low)) {
            isBound(graph.input(low, 0));
            room = -graph.bits(graph.input(low, 1));
        }
        tells = least >= room;
        return graph.type(low) == Type.I64 && room >= 0;
    }

    private boolean isSum(int node) {
        return is(node, Op.ADD, Type.I64) && graph.isConstant(graph.input(node, 1));
    }

    private boolean isCompared(int node, Op op) {
        return graph.kind(node) == Kind.COMPUTE
                && graph.op(node) == op
                && (graph.workingType(node) == Type.I64 || graph.workingType(node) == Type.I32);
    }

    private boolean is(int node, Op op, Type type) {
        return graph.kind(node) == Kind.COMPUTE && graph.op(node) == op && graph.workingType(node) == type;
    }

    // ---- masked indices

    private void index(int access) {
        int index = graph.input(access, 1);
        if (graph.kind(index) != Kind.SELECT || !isMask(index)) {
            return;
        }
        if (fits(ranges.most(value), room, least)) {
            use(access, value);
            return;
        }
        Fact fact = find(narrow(value), room);
        if (fact == null) {
            return;
        }
        if (fact.masked >= 0) {
            use(access, fact.masked);
        } else if (fact.room == room) {
            fact.masked = index;
        }
    }

    private void use(int access, int index) {
        if (graph.input(access, 1) != index) {
            graph.setInput(access, 1, index);
            changed = true;
        }
    }

    /** Whether it is {@code select(bound - room >= value, value, bound - room)}, which is then at work. */
    private boolean isMask(int select) {
        int condition = graph.input(select, 0);
        if (!isCompared(condition, Op.GE_U) && !isCompared(condition, Op.LE_U)) {
            return false;
        }
        boolean turned = graph.op(condition) == Op.LE_U;
        int low = graph.input(condition, turned ? 1 : 0);
        int high = graph.input(condition, turned ? 0 : 1);
        return graph.input(select, 1) == high && graph.input(select, 2) == low && difference(low, high);
    }

    // ---- what is shown

    private void learnFromBranch(Block.Edge edge) {
        Block from = edge.from;
        if (graph.kind(from.end()) == Kind.BRANCH && from.outgoing[0].to != from.outgoing[1].to) {
            learn(graph.input(from.end(), 0), edge == from.outgoing[0]);
        }
    }

    /** From here on a condition holds, or does not. */
    private void learn(int condition, boolean holds) {
        if (!holds && isCheck(condition) && tells) {
            add(narrow(value), bound, room, Ranges.ANY);
        } else if (graph.kind(condition) == Kind.COMPUTE && graph.inputCount(condition) == 2) {
            int constant = graph.input(condition, 1);
            Type type = graph.workingType(condition);
            if (graph.isConstant(constant) && (type == Type.I32 || type == Type.I64)) {
                compared(graph.input(condition, 0), graph.op(condition), graph.bits(constant), holds);
            }
        }
    }

    private void compared(int node, Op op, long constant, boolean holds) {
        if (constant < 0) {
            return;
        }
        switch (op) {
            case LT_U -> most(node, holds, constant - 1);
            case LE_U -> most(node, holds, constant);
            case GE_U -> most(node, !holds, constant - 1);
            case GT_U -> most(node, !holds, constant);
            case EQ -> most(node, holds, constant);
            case NE -> most(node, !holds, constant);
            default -> {}
        }
    }

    private void most(int node, boolean holds, long most) {
        if (holds && most >= 0) {
            add(node, -1, 0, most);
        }
    }

    private void add(int node, int itsBound, long itsRoom, long most) {
        if (node < facts.length) {
            facts[node] = new Fact(block, itsBound, itsRoom, most, latest(node));
        }
    }

    private long shown(int node) {
        long most = Ranges.ANY;
        Fact fact = latest(node);
        for (int i = 0; i < STEPS && fact != null; i++) {
            most = Math.min(most, fact.most);
            fact = fact.before;
        }
        return most;
    }

    // ---- loops that count

    /**
     * A parameter that begins with a constant, and to which each way back brings itself and a constant more, as long as that
     * is less than, or is not, another constant.
     */
    private void learnFromCounting(Block header) {
        if (header.incoming.size() != 2) {
            return;
        }
        int back = order.place(header.incoming.get(0).from) >= order.place(header) ? 0 : 1;
        Block.Edge way = header.incoming.get(back);
        Block.Edge entry = header.incoming.get(1 - back);
        if (order.place(way.from) < order.place(header)
                || !order.dominates(header, way.from)
                || graph.kind(way.from.end()) != Kind.BRANCH
                || way.from.outgoing[0].to == way.from.outgoing[1].to) {
            return;
        }
        for (int i = 0; i < header.parameterCount(); i++) {
            int first = graph.argument(entry, i);
            int next = graph.argument(way, i);
            Type type = graph.type(header.parameter(i));
            if (graph.isConstant(first)
                    && (is(next, Op.ADD, type) && (type == Type.I32 || type == Type.I64))
                    && graph.input(next, 0) == header.parameter(i)
                    && graph.isConstant(graph.input(next, 1))) {
                long step = graph.bits(graph.input(next, 1));
                long most = counted(way, next, type, graph.bits(first), step);
                if (most >= 0) {
                    add(header.parameter(i), -1, 0, Math.max(most, graph.bits(first)));
                }
            }
        }
    }

    /** The most that a count is when the way back is taken with it, or -1. */
    private long counted(Block.Edge way, int next, Type type, long first, long step) {
        int condition = graph.input(way.from.end(), 0);
        boolean holds = way == way.from.outgoing[0];
        long all = type == Type.I32 ? Integer.MAX_VALUE : Long.MAX_VALUE;
        if (graph.kind(condition) != Kind.COMPUTE
                || graph.workingType(condition) != type
                || graph.inputCount(condition) != 2
                || graph.input(condition, 0) != next
                || !graph.isConstant(graph.input(condition, 1))) {
            return -1;
        }
        long last = graph.bits(graph.input(condition, 1));
        if (first < 0 || first > all - step || step <= 0 || last < 0 || last > all - step) {
            return -1;
        }
        Op op = graph.op(condition);
        boolean below = holds ? op == Op.LT_U || op == Op.LT_S : op == Op.GE_U || op == Op.GE_S;
        boolean other = holds ? op == Op.NE : op == Op.EQ;
        boolean meets = other && last > first && (last - first) % step == 0;
        return below || meets ? last - 1 : -1;
    }
}
