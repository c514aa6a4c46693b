package emberwall.codegen.select;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.Literals;
import emberwall.codegen.x64.VectorOperators;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Graph;
import emberwall.op.TrapReason;
import emberwall.op.Type;

/**
 * What those who write instructions share: the instruction at work, whose operands and payload are read one after the other.
 * Places are those of {@link Allocation}: general registers, vector registers, words of the frame.
 */
final class Emission implements X64Operators.Traps {
    static final int S = Convention.SCRATCH;
    /** The scratch vector register, as a place. */
    static final int X = Code.FLOATS + Convention.SCRATCH_XMM;

    final Assembler a;
    final Literals literals;

    X64Operators operators;
    VectorOperators vectors;
    private int features = -1;

    Code code;
    Allocation allocation;
    Payloads payloads;
    Linkage linkage;

    private int instruction;
    private int operand;
    private int payload;
    /** What traps of operators say. */
    private int origin;

    private int latestOrigin;

    private boolean mayFault;
    private int faultOrigin;

    Emission(Assembler a) {
        this.a = a;
        literals = new Literals(a);
    }

    void begin(Selector selector, Allocation itsAllocation, Linkage itsLinkage, int itsFeatures) {
        code = selector.code();
        payloads = selector.payloads();
        allocation = itsAllocation;
        linkage = itsLinkage;
        literals.reset();
        latestOrigin = Graph.NO_ORIGIN;
        if (features != itsFeatures) {
            features = itsFeatures;
            operators = new X64Operators(a, features, this);
            vectors = new VectorOperators(a, features, literals::vector);
        }
    }

    boolean hasAvx() {
        return (features & X64Operators.AVX) != 0;
    }

    /** The place of the last operand of the instruction at work. */
    int lastPlace() {
        return allocation.place(code.endOfOperands(instruction) - 1);
    }

    /** Whether the instruction at work reads a place. */
    boolean isRead(int place) {
        for (int i = code.firstOperand(instruction); i < code.endOfOperands(instruction); i++) {
            if (code.role(i) <= Code.LATE_USE && allocation.place(i) == place) {
                return true;
            }
        }
        return false;
    }

    /** Goes to an instruction. */
    void at(int number) {
        instruction = number;
        operand = code.firstOperand(instruction);
        payload = code.payload(instruction);
    }

    /** Goes to a payload. */
    void read(int from) {
        payload = from;
    }

    /** Goes on at an operand. */
    void operand(int number) {
        operand = number;
    }

    // ---- payload

    int next() {
        return payloads.get(payload++);
    }

    long nextLong() {
        long bits = payloads.getLong(payload);
        payload += 2;
        return bits;
    }

    boolean nextTruth() {
        return next() != 0;
    }

    private static final Type[] TYPES = Type.values();
    private static final emberwall.op.Op[] OPS = emberwall.op.Op.values();

    Type nextType() {
        return TYPES[next()];
    }

    emberwall.op.Op nextOp() {
        return OPS[next()];
    }

    /** The next address; its registers are the next operands. {@link #fault} belongs before its instruction. */
    long nextAddress() {
        int word = next();
        int displacement = next();
        mayFault = Payloads.mayFault(word);
        faultOrigin = mayFault ? next() : 0;
        int base = register(Payloads.base(word));
        int index = register(Payloads.index(word));
        if (index == Payloads.ABSENT) {
            return base == Payloads.ABSENT ? Mem.abs32(displacement) : mem(base, displacement);
        }
        int scale = Payloads.scale(word);
        return base == Payloads.ABSENT
                ? Mem.memIndex(index, scale, displacement)
                : mem(base, index, scale, displacement);
    }

    private int register(int base) {
        return base == Payloads.OPERAND ? place() : base;
    }

    /** Says that the instruction that comes may fault, if the latest address says so. */
    void fault() {
        if (mayFault) {
            stops(faultOrigin);
            linkage.mayFault(a, faultOrigin);
        }
    }

    void setOrigin(int itsOrigin) {
        origin = itsOrigin;
        stops(itsOrigin);
    }

    int nextOrigin() {
        setOrigin(next());
        return origin;
    }

    private void stops(int itsOrigin) {
        if (itsOrigin != Graph.NO_ORIGIN) {
            latestOrigin = itsOrigin;
        }
    }

    /** The origin of the latest instruction that may stop; {@link Graph#NO_ORIGIN} before the first. */
    int latestOrigin() {
        return latestOrigin;
    }

    @Override
    public int trap(TrapReason reason) {
        return linkage.trap(a, reason, origin);
    }

    // ---- operands

    /** The place of the next operand. */
    int place() {
        return allocation.place(operand++);
    }

    /** The number of the next operand, a register, among those of its class. */
    int register() {
        return number(place());
    }

    static int number(int place) {
        assert place < Allocation.SLOTS : place;
        return place & Code.FLOATS - 1;
    }

    static boolean isWord(int place) {
        return place >= Allocation.SLOTS;
    }

    /** The memory of a place in the frame that holds a scalar. */
    static long word(int place) {
        return mem(Reg.RBP, Convention.slot(place - Allocation.SLOTS));
    }

    /** The memory of a place in the frame that holds a vector: two words, of which the second one is the lower. */
    static long vectorWords(int place) {
        return mem(Reg.RBP, Convention.slot(place - Allocation.SLOTS + 1));
    }

    static int width(Type type) {
        return X64Operators.width(type);
    }

    // ---- moves

    /** Copies a value of a class from place to place. */
    void copy(int valueClass, int to, int from) {
        if (to == from) {
            return;
        }
        if (isWord(from)) {
            if (isWord(to)) {
                int scratch = valueClass == Convention.INT ? S : X;
                load(valueClass, scratch, place(valueClass, from));
                store(valueClass, place(valueClass, to), scratch);
            } else {
                load(valueClass, to, place(valueClass, from));
            }
        } else if (isWord(to)) {
            store(valueClass, place(valueClass, to), from);
        } else if (valueClass == Convention.INT) {
            a.rr(Op.MOV, W64, to, from);
        } else {
            a.movaps(number(to), number(from));
        }
    }

    private static long place(int valueClass, int place) {
        return valueClass == Convention.VECTOR ? vectorWords(place) : word(place);
    }

    /** Loads what is in memory as a word, or two, into a register. */
    void load(int valueClass, int to, long from) {
        switch (valueClass) {
            case Convention.INT -> a.rm(Op.MOV, W64, to, from);
            case Convention.FLOAT -> a.movs(W64, number(to), from);
            default -> a.movups(number(to), from);
        }
    }

    void store(int valueClass, long to, int from) {
        switch (valueClass) {
            case Convention.INT -> a.mr(Op.MOV, W64, to, from);
            case Convention.FLOAT -> a.movs(W64, to, number(from));
            default -> a.movups(to, number(from));
        }
    }

    /** Loads a value of a type from memory, where it is as calls pass it, to a place. */
    void fetch(Type type, int to, long from) {
        int valueClass = Selection.valueClass(type);
        int target = isWord(to) ? valueClass == Convention.INT ? S : X : to;
        if (type == Type.I32) {
            a.rm(Op.MOV, W32, target, from);
        } else if (type == Type.F32) {
            a.movs(W32, number(target), from);
        } else {
            load(valueClass, target, from);
        }
        copy(valueClass, to, target);
    }

    /** Stores a value from any place to memory. */
    void put(int valueClass, long to, int from) {
        int source = from;
        if (isWord(from)) {
            source = valueClass == Convention.INT ? S : X;
            copy(valueClass, source, from);
        }
        store(valueClass, to, source);
    }

    /** Stores a constant of 64 bits to memory. */
    void putConstant(long to, long bits) {
        if (bits == (int) bits) {
            a.mi(Op.MOV, W64, to, (int) bits);
        } else {
            a.movi(S, bits);
            a.mr(Op.MOV, W64, to, S);
        }
    }

    // ---- what needs no operand

    /** Makes a value anew in any place: CONSTANT, PINNED, ARGUMENT. */
    void make(Instruction instruction, int from, int to) {
        read(from);
        switch (instruction) {
            case CONSTANT -> constant(to);
            case PINNED -> copy(Convention.INT, to, next());
            case ARGUMENT -> {
                long argument = mem(Reg.RBP, next());
                fetch(nextType(), to, argument);
            }
            default -> throw new InternalError(instruction + " is not made anew");
        }
    }

    private void constant(int to) {
        Type type = nextType();
        long bits = nextLong();
        int valueClass = Selection.valueClass(type);
        int target = isWord(to) ? valueClass == Convention.INT ? S : X : to;
        switch (type) {
            case I32, I64 -> a.movi(target, bits);
            case F32, F64 -> {
                if (bits == 0) {
                    a.rr(Op.XORPS, number(target), number(target));
                } else {
                    a.movs(
                            width(type),
                            number(target),
                            type == Type.F32 ? literals.single((int) bits) : literals.word(bits));
                }
            }
            default -> vectors.constant(number(target), bits, nextLong());
        }
        copy(valueClass, to, target);
    }
}
