package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * A function. Made by a {@link Builder}, changed by passes, one thread at a time.
 *
 * <p>A node is an int. What is known of it stands in parallel arrays, its inputs one behind the other in another one, so
 * that a function of a million nodes is a dozen objects. A node that was {@link #replace replaced} stands for another value
 * wherever it is an input.
 */
public final class Graph {
    /** No origin: nobody can stop there. */
    public static final int NO_ORIGIN = -1;

    /** How many bits of a slot's number say which slot it is of its frame; those above say which frame, the outermost 0. */
    public static final int SLOT_BITS = 24;

    private static final int INITIAL = 64;

    // The head of a node: kind, operator, the type that it works on, the type of its value, whether that is a
    // reference.
    private static final int KIND_BITS = 6;
    private static final int OP_SHIFT = KIND_BITS;
    private static final int OP_BITS = 10;
    private static final int WORKING_SHIFT = OP_SHIFT + OP_BITS;
    private static final int TYPE_BITS = 4;
    private static final int TYPE_SHIFT = WORKING_SHIFT + TYPE_BITS;
    private static final int REFERENCE = 1 << 31;
    private static final int NO_TYPE = (1 << TYPE_BITS) - 1;

    // Bits by kind, whose number is the low bits of a head, just as many as a shift looks at.
    private static final long ANYWHERE = 1L << Kind.CONSTANT.ordinal() | 1L << Kind.CONTEXT.ordinal();
    private static final long NO_PLACE = ANYWHERE | 1L << Kind.PARAMETER.ordinal();

    // As long as there are numbers, so that looking one up needs no check. There is no type where NO_TYPE is.
    private static final Kind[] KINDS = Arrays.copyOf(Kind.values(), 1 << KIND_BITS);
    private static final Op[] OPS = Arrays.copyOf(Op.values(), 1 << OP_BITS);
    private static final Type[] TYPES = Arrays.copyOf(Type.values(), 1 << TYPE_BITS);

    private final String name;
    private final List<Type> parameterTypes;
    private final List<Type> resultTypes;
    private final List<Callee> callees = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private final List<int[]> slots = new ArrayList<>();

    private int count;
    private int[] head;
    private int[] firstInput;
    private int[] inputs;
    /** What a number means depends on the kind: a displacement, a callee, the number of a parameter or result, a reason. */
    private int[] number;
    /** Of accesses their {@link Access}; of pinned nodes that may stop their origin is beside it. */
    private int[] access;

    private int[] origin;
    /** The block of a pinned node or parameter, or -1. */
    private int[] home;
    /** Another value that the node stands for, or the node itself. */
    private int[] stand;
    /** Bits of constants; a vector has two words. */
    private long[] words = new long[INITIAL];

    private int wordCount;
    /** By node: the least that the value, unsigned, may be; as long as need be. */
    private long[] least = {};

    /** How many times blocks or edges have changed. */
    private int changes;
    /** The order of the blocks when somebody asked last, or null, and how many changes there had been. */
    private Order order;

    private int orderedAt;
    /** Whether there ever was a TRAP_IF. */
    private boolean checks;
    /** Whether blocks have those predecessors that are in the order. */
    private boolean pruned;

    Graph(String name, List<Type> parameterTypes, List<Type> resultTypes, int nodes) {
        this.name = name;
        this.parameterTypes = List.copyOf(parameterTypes);
        this.resultTypes = List.copyOf(resultTypes);
        int room = Math.max(INITIAL, nodes);
        head = new int[room];
        firstInput = new int[room + 1];
        inputs = new int[room * 2];
        number = new int[room];
        access = new int[room];
        origin = new int[room];
        home = new int[room];
        stand = new int[room];
    }

    // ---- the function

    /** What texts call it. */
    public String name() {
        return name;
    }

    /** The types of its parameters. */
    public List<Type> parameterTypes() {
        return parameterTypes;
    }

    /** The types of its results. */
    public List<Type> resultTypes() {
        return resultTypes;
    }

    /** Its blocks by number, those that nothing leads to any more included. */
    public List<Block> blocks() {
        return Collections.unmodifiableList(blocks);
    }

    /** Where it begins. */
    public Block entry() {
        return blocks.getFirst();
    }

    /** What it may call. */
    public List<Callee> callees() {
        return Collections.unmodifiableList(callees);
    }

    /** How many nodes there are, dead ones included: they are 0, 1 and so on. */
    public int size() {
        return count;
    }

    // ---- nodes

    /** What a node is. */
    public Kind kind(int node) {
        return KINDS[head[node] & (1 << KIND_BITS) - 1];
    }

    /** The operator of a COMPUTE, LOAD or STORE. */
    public Op op(int node) {
        return OPS[head[node] >>> OP_SHIFT & (1 << OP_BITS) - 1];
    }

    /** The type that the operator of a node works on. */
    public Type workingType(int node) {
        return TYPES[head[node] >>> WORKING_SHIFT & NO_TYPE];
    }

    /** The type of a node's value, a scalar or {@link Type#V128}; null if it has none. */
    public Type type(int node) {
        return TYPES[head[node] >>> TYPE_SHIFT & NO_TYPE];
    }

    /** Whether the value is a reference that a collector has to know of. */
    public boolean isReference(int node) {
        return (head[node] & REFERENCE) != 0;
    }

    /** How many inputs a node has. What an edge brings is none of its block's last node's. */
    public int inputCount(int node) {
        return firstInput[node + 1] - firstInput[node];
    }

    /** An input: a value. */
    public int input(int node, int index) {
        assert index < inputCount(node);
        return resolve(inputs[firstInput[node] + index]);
    }

    /** The value that an edge brings for a parameter. */
    public int argument(Block.Edge edge, int parameter) {
        return resolve(edge.arguments.get(parameter));
    }

    /** The node that stands for a value now. */
    public int resolve(int value) {
        return stand[value] == value ? value : resolveFar(value);
    }

    private int resolveFar(int value) {
        int node = value;
        while (stand[node] != node) {
            stand[node] = stand[stand[node]];
            node = stand[node];
        }
        return node;
    }

    /** Whether the node stands in a block; parameters do not, though they belong to one. */
    public boolean isPinned(int node) {
        return home[node] >= 0 && kind(node) != Kind.PARAMETER;
    }

    /** The block of a pinned node or a parameter; null for what floats. */
    public Block home(int node) {
        return home[node] < 0 ? null : blocks.get(home[node]);
    }

    /**
     * The number in a node: the displacement of an access, the callee of a call, the place of a parameter among those of its
     * block, or of a result among those of its node.
     */
    public int number(int node) {
        return number[node];
    }

    /** The {@link Access} of a load or store. */
    public int access(int node) {
        return access[node];
    }

    /** Whether the second input of a load or store is an index. */
    public boolean isIndexed(int node) {
        return Access.isIndexed(access[node]);
    }

    /** What the maker of the graph knows the place of a pinned node by, or {@link #NO_ORIGIN}. */
    public int origin(int node) {
        return origin[node];
    }

    /** The callee of a call. */
    public Callee callee(int node) {
        return callees.get(number[node]);
    }

    /** Why a TRAP or TRAP_IF traps. */
    public TrapReason reason(int node) {
        return TrapReason.of(number[node]);
    }

    /** What the maker of the graph knows an integer to be at least, unsigned. */
    public long least(int node) {
        return node < least.length ? least[node] : 0;
    }

    /** Whether a node is a constant. */
    public boolean isConstant(int node) {
        return (head[node] & (1 << KIND_BITS) - 1) == Kind.CONSTANT.ordinal();
    }

    /** Whether a node has neither place nor cost: who wants the value has it. */
    public boolean isAnywhere(int node) {
        return (ANYWHERE >>> head[node] & 1) != 0;
    }

    /** Whether it takes no place in a block: {@link #isAnywhere}, or a parameter, which is there when the block begins. */
    boolean hasNoPlace(int node) {
        return (NO_PLACE >>> head[node] & 1) != 0;
    }

    /** The bits of a scalar constant: an i32 or f32 zero-extended. */
    public long bits(int node) {
        assert isConstant(node) : node;
        return words[number[node]];
    }

    /** The value of a vector constant. */
    public V128 vector(int node) {
        assert isConstant(node) && type(node) == Type.V128 : node;
        return new V128(words[number[node]], words[number[node] + 1]);
    }

    /**
     * By input of a STATE: the slot of the source that it is in, ascending and not to be changed. Locals come first, then
     * operands; {@link #SLOT_BITS} tells frames apart where functions were built into others.
     */
    public int[] slots(int node) {
        assert kind(node) == Kind.STATE : node;
        return slots.get(number[node]);
    }

    // ---- making

    int addSlots(int[] itsSlots) {
        slots.add(itsSlots);
        return slots.size() - 1;
    }

    int add(Callee callee) {
        callees.add(callee);
        return callees.size() - 1;
    }

    Block addBlock() {
        changes++;
        Block block = new Block(blocks.size());
        blocks.add(block);
        return block;
    }

    /** Begins a node without inputs. {@link #addInput} belongs to the latest one. */
    int addNode(Kind kind, Type type, int number) {
        return addNode(kind, Op.ADD, Type.I32, type, number);
    }

    int addNode(Kind kind, Op op, Type working, Type type, int itsNumber) {
        return addNode(head(kind, op, working, type), itsNumber);
    }

    /** Kind, operator, the type that it works on and that of the value as one number. */
    static int head(Kind kind, Op op, Type working, Type type) {
        int typeNumber = type == null ? NO_TYPE : type.ordinal();
        return kind.ordinal()
                | op.ordinal() << OP_SHIFT
                | working.ordinal() << WORKING_SHIFT
                | typeNumber << TYPE_SHIFT;
    }

    /** Whether a node has this {@link #head}. */
    boolean has(int node, int itsHead) {
        return (head[node] & ~REFERENCE) == itsHead;
    }

    int addNode(int itsHead, int itsNumber) {
        if (count == head.length) {
            grow(count * 2);
        }
        int node = count++;
        head[node] = itsHead;
        number[node] = itsNumber;
        access[node] = 0;
        origin[node] = NO_ORIGIN;
        home[node] = -1;
        stand[node] = node;
        firstInput[node + 1] = firstInput[node];
        return node;
    }

    private void grow(int size) {
        head = Arrays.copyOf(head, size);
        firstInput = Arrays.copyOf(firstInput, size + 1);
        number = Arrays.copyOf(number, size);
        access = Arrays.copyOf(access, size);
        origin = Arrays.copyOf(origin, size);
        home = Arrays.copyOf(home, size);
        stand = Arrays.copyOf(stand, size);
    }

    void addInput(int value) {
        int at = firstInput[count]++;
        if (at == inputs.length) {
            growInputs(at * 2);
        }
        inputs[at] = value;
    }

    private void growInputs(int size) {
        inputs = Arrays.copyOf(inputs, size);
    }

    int addConstant(Type type, long low, long high) {
        int wanted = type == Type.V128 ? 2 : 1;
        if (wordCount + wanted > words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        int node = addNode(Kind.CONSTANT, type, wordCount);
        words[wordCount++] = low;
        if (wanted == 2) {
            words[wordCount++] = high;
        }
        return node;
    }

    int addParameter(Block block, Type type) {
        int node = addNode(Kind.PARAMETER, type, block.parameters.size());
        home[node] = block.number;
        block.parameters.add(node);
        return node;
    }

    /** Puts a node at the end of a block. */
    void pin(int node, Block block, int itsOrigin) {
        assert home[node] < 0 && !block.ended : node;
        home[node] = block.number;
        origin[node] = itsOrigin;
        block.nodes.add(node);
        Kind kind = kind(node);
        checks |= kind == Kind.TRAP_IF;
        block.ended = kind.endsBlock();
    }

    /** Whether there may be a TRAP_IF. */
    boolean mayCheck() {
        return checks;
    }

    void setAccess(int node, int itsAccess) {
        access[node] = itsAccess;
    }

    /** Says that an integer is at least so much, unsigned. */
    void setLeast(int node, long bound) {
        if (Long.compareUnsigned(bound, least(node)) > 0) {
            least = node < least.length ? least : Arrays.copyOf(least, head.length);
            least[node] = bound;
        }
    }

    /** Says that a value is a reference. */
    void setReference(int node) {
        head[node] |= REFERENCE;
    }

    // ---- changing

    /** From now on a value stands for another one of the same type. What was pinned is no longer. */
    public void replace(int node, int value) {
        Block block = isPinned(node) ? home(node) : null;
        replaceDetached(node, value);
        if (block != null) {
            compact(block);
        }
    }

    /** {@link #replace}, but the block of a pinned node has it until somebody {@link #compact compacts} that. */
    void replaceDetached(int node, int value) {
        int other = resolve(value);
        assert stand[node] == node && other != node && type(node) == type(other) : node + " by " + value;
        if (isReference(node) && !isAnywhere(other)) {
            setReference(other);
        }
        setLeast(other, least(node));
        home[node] = -1;
        stand[node] = other;
    }

    /**
     * A pinned node that does not end its block stands there no longer: nobody needs what it does. The block has it until
     * somebody {@link #compact compacts} that.
     */
    void detach(int node) {
        assert !kind(node).endsBlock() : node;
        home[node] = -1;
    }

    /** Takes the nodes out of a block that are no longer at home there, and states of what may no longer stop there. */
    void compact(Block block) {
        int kept = 0;
        int state = -1;
        for (int i = 0; i < block.nodes.size(); i++) {
            int node = block.nodes.get(i);
            if (home[node] != block.number) {
                continue;
            }
            Kind kind = kind(node);
            if (state >= 0 && (kind == Kind.STATE || kind.mayStop())) {
                boolean fits = kind != Kind.STATE && origin[node] == origin[block.nodes.get(state)];
                kept = fits ? kept : dropState(block, state, kept);
                state = -1;
            }
            state = kind == Kind.STATE ? kept : state;
            block.nodes.set(kept++, node);
        }
        if (state >= 0 && block.ended) {
            kept = dropState(block, state, kept);
        }
        block.nodes.truncate(kept);
    }

    private int dropState(Block block, int at, int end) {
        home[block.nodes.get(at)] = -1;
        for (int i = at + 1; i < end; i++) {
            block.nodes.set(i - 1, block.nodes.get(i));
        }
        return end - 1;
    }

    /** A node like another one, without inputs and place. {@link #addInput} belongs to it. */
    int addLike(int node) {
        int made = addNode(kind(node), op(node), workingType(node), type(node), number[node]);
        access[made] = access[node];
        if (isReference(node)) {
            setReference(made);
        }
        setLeast(made, least(node));
        return made;
    }

    /** Gives a node another input. */
    void setInput(int node, int index, int value) {
        assert index < inputCount(node) : node + ", " + index;
        inputs[firstInput[node] + index] = value;
    }

    /** Puts another end in the place of a block's own; it goes on as the block's edges say. */
    void replaceEnd(Block block, int end, int itsOrigin) {
        home[block.nodes.removeLast()] = -1;
        block.ended = false;
        pin(end, block, itsOrigin);
    }

    /** Pins a node in front of the end of a block. */
    void pinBeforeEnd(int node, Block block, int itsOrigin) {
        int end = block.nodes.removeLast();
        block.ended = false;
        pin(node, block, itsOrigin);
        block.nodes.add(end);
        block.ended = true;
    }

    /** A block that jumps to another one, to which there is no other way, goes on with what that does, in its place. */
    void absorb(Block block, Block next) {
        Block.Edge edge = block.outgoing[0];
        for (int i = 0; i < next.parameters.size(); i++) {
            replaceDetached(next.parameters.get(i), edge.arguments.get(i));
        }
        home[block.nodes.removeLast()] = -1;
        for (int i = 0; i < next.nodes.size(); i++) {
            home[next.nodes.get(i)] = block.number;
            block.nodes.add(next.nodes.get(i));
        }
        leave(block, next.outgoing);
        for (Block.Edge out : block.outgoing) {
            out.from = block;
        }
        next.parameters.truncate(0);
        next.nodes.truncate(0);
        next.incoming.clear();
        leave(next);
        next.ended = false;
    }

    /** From now on these ways lead out of a block. */
    void leave(Block block, Block.Edge... edges) {
        block.outgoing = edges;
        changes++;
    }

    /** From now on another way leads out of a block. */
    void leave(Block block, int index, Block.Edge edge) {
        block.outgoing[index] = edge;
        changes++;
    }

    /** From now on an edge leads elsewhere. */
    void redirect(Block.Edge edge, Block to) {
        edge.to = to;
        changes++;
    }

    /** The order of the blocks as they are now, with dominators. */
    public Order order() {
        return shape().withDominators();
    }

    private Order shape() {
        if (order == null || orderedAt != changes) {
            order = Order.withoutDominators(this);
            orderedAt = changes;
            pruned = false;
        }
        assert order.isOf(this);
        return order;
    }

    /** Makes blocks know their predecessors anew: the ends of blocks that can be reached, as they are now. */
    void prune() {
        Order now = shape();
        if (pruned) {
            return;
        }
        for (Block block : blocks) {
            block.incoming.clear();
        }
        for (int i = 0; i < now.size(); i++) {
            for (Block.Edge edge : now.block(i).outgoing) {
                edge.to.incoming.add(edge);
            }
        }
        now.forgetDominators();
        pruned = true;
    }

    /** Takes the parameters of a set away from a block, and what edges bring for them. */
    void removeParameters(Block block, BitSet removed) {
        for (Block.Edge edge : block.incoming) {
            retain(edge.arguments, block.parameters, removed);
        }
        for (int i = 0; i < block.parameters.size(); i++) {
            int node = block.parameters.get(i);
            home[node] = removed.get(node) ? -1 : home[node];
        }
        retain(block.parameters, new IntList(block.parameters), removed);
        for (int i = 0; i < block.parameters.size(); i++) {
            number[block.parameters.get(i)] = i;
        }
    }

    private static void retain(IntList list, IntList parameters, BitSet removed) {
        int kept = 0;
        for (int i = 0; i < list.size(); i++) {
            if (!removed.get(parameters.get(i))) {
                list.set(kept++, list.get(i));
            }
        }
        list.truncate(kept);
    }
}
