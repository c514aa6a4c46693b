package emberwall.codegen.select;

import static emberwall.asm.x64.Width.W128;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.X64Operators;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.VectorEval;

/** The bytes of instructions that compute, read and write. */
final class OperatorCode {
    // What the flags say of a result, and of a comparison, if no code has come since.
    private static final int NONE = -1;

    private final Emission e;
    private final Assembler a;

    private int flagsAt;
    private int result;
    private int resultWidth;
    private boolean isLogic;
    private int comparedAt;
    private Test compared;
    private int comparedWidth;
    private int left;
    private int right;

    OperatorCode(Emission e) {
        this.e = e;
        a = e.a;
    }

    // ---- flags

    /** A block begins: nothing is known of the flags. */
    void forget() {
        flagsAt = NONE;
        comparedAt = NONE;
    }

    /** The latest instruction has set the flags to what its result is. */
    private void flags(int dst, int width, boolean logic) {
        flagsAt = a.position();
        result = dst;
        resultWidth = width;
        isLogic = logic;
    }

    private static boolean isLogic(emberwall.op.Op op) {
        return op == emberwall.op.Op.AND || op == emberwall.op.Op.OR || op == emberwall.op.Op.XOR;
    }

    /** Whether the flags say already what a test of a register with itself would. */
    private boolean isTested(int x, int width, int cond) {
        boolean isSimple = cond == Cond.EQUAL || cond == Cond.NOT_EQUAL || cond == Cond.SIGN || cond == Cond.NOT_SIGN;
        return flagsAt == a.position() && result == x && resultWidth == width && (isSimple || isLogic);
    }

    /** Whether the flags are those of the same comparison; they will be. */
    private boolean isCompared(Test test, int width, int x, int y) {
        boolean is =
                comparedAt == a.position() && compared == test && comparedWidth == width && left == x && right == y;
        compared = test;
        comparedWidth = width;
        left = x;
        right = y;
        return is;
    }

    /** The flags are those of the comparison that {@link #isCompared} was asked for, or of another one. */
    private void keepFlags(boolean are) {
        comparedAt = are ? a.position() : NONE;
    }

    /** A branch has come after a comparison: the flags are still those. */
    void passFlags() {
        if (comparedAt != NONE) {
            comparedAt = a.position();
        }
    }

    /** A move to a place has come since a position, which keeps the flags. */
    void moved(int since, int to) {
        if (comparedAt == since && to != left && (compared == Test.CONSTANT || to != right)) {
            comparedAt = a.position();
        }
        if (flagsAt == since && to != result) {
            flagsAt = a.position();
        }
    }

    // ---- integers

    void add() {
        int width = Emission.width(e.nextType());
        int x = e.place();
        int y = e.place();
        add(width, e.place(), x, y);
    }

    private void add(int width, int dst, int x, int y) {
        e.operators.integers.plain(emberwall.op.Op.ADD, width, dst, dst == y ? y : x, dst == y ? x : y);
    }

    void alu() {
        emberwall.op.Op op = e.nextOp();
        int width = Emission.width(e.nextType());
        int x = e.place();
        int y = e.place();
        int dst = e.place();
        if (Emission.isWord(y)) {
            e.operators.integers.plainMemory(op, width, dst, x, Emission.word(y));
        } else {
            e.operators.integers.plain(op, width, dst, x, y);
        }
        if (op != emberwall.op.Op.MUL) {
            flags(dst, width, isLogic(op));
        }
    }

    void aluConstant() {
        emberwall.op.Op op = e.nextOp();
        int width = Emission.width(e.nextType());
        long constant = e.nextLong();
        int x = e.place();
        int dst = e.place();
        if (op == emberwall.op.Op.SUB) {
            a.r(Op.NEG, width, dst);
        } else if (Emission.isWord(x)) {
            a.rmi(Op.IMUL, width, dst, Emission.word(x), (int) constant);
        } else {
            e.operators.integers.plainImmediate(op, width, dst, x, constant);
            // A sum elsewhere is a lea, and a mask that is an extension is a move.
            boolean isMove =
                    op == emberwall.op.Op.AND && (constant == 0xFF || constant == 0xFFFF || constant == 0xFFFF_FFFFL);
            if (dst == x && op != emberwall.op.Op.MUL && !isMove) {
                flags(dst, width, isLogic(op));
            }
        }
    }

    void andNot() {
        int width = Emission.width(e.nextType());
        int x = e.register();
        int y = e.place();
        int dst = e.register();
        if (Emission.isWord(y)) {
            a.rvm(Op.ANDN, width, dst, x, Emission.word(y));
        } else {
            a.rvr(Op.ANDN, width, dst, x, y);
        }
        flags(dst, width, true);
    }

    void aluMemory() {
        emberwall.op.Op op = e.nextOp();
        int width = Emission.width(e.nextType());
        int x = e.place();
        long address = e.nextAddress();
        int dst = e.place();
        e.fault();
        e.operators.integers.plainMemory(op, width, dst, x, address);
        if (op != emberwall.op.Op.MUL) {
            flags(dst, width, isLogic(op));
        }
    }

    void lea() {
        int width = Emission.width(e.nextType());
        long address = e.nextAddress();
        int dst = e.place();
        int base = Mem.base(address);
        int index = Mem.index(address);
        boolean isSum = base != Mem.NONE && index != Mem.NONE && Mem.scale(address) == 0 && Mem.disp(address) == 0;
        if (isSum && (dst == base || dst == index)) {
            add(width, dst, base, index);
        } else {
            a.rm(Op.LEA, width, dst, address);
        }
    }

    void shiftConstant() {
        emberwall.op.Op op = e.nextOp();
        int width = Emission.width(e.nextType());
        int count = e.next();
        int x = e.place();
        int dst = e.place();
        e.operators.integers.shiftImmediate(op, width, dst, x, count);
        boolean shifts = op == emberwall.op.Op.SHL || op == emberwall.op.Op.SHR_S || op == emberwall.op.Op.SHR_U;
        if (shifts && dst == x && (count & (width == W64 ? 63 : 31)) != 0) {
            flags(dst, width, false);
        }
    }

    void divide() {
        emberwall.op.Op op = e.nextOp();
        int width = Emission.width(e.nextType());
        boolean isHarmless = e.nextTruth();
        e.nextOrigin();
        e.place();
        int divisor = e.place();
        if (isHarmless) {
            e.operators.integers.divideUnchecked(op, width, divisor);
        } else {
            e.operators.integers.divide(op, width, divisor);
        }
    }

    void multiplyHigh() {
        boolean isSigned = e.nextTruth();
        int width = Emission.width(e.nextType());
        e.place();
        a.r(isSigned ? Op.IMUL_WIDE : Op.MUL, width, e.place());
    }

    void wideAdd() {
        boolean adds = e.nextOp() == emberwall.op.Op.ADD128;
        int low = e.place();
        int high = e.place();
        withAny(adds ? Op.ADD : Op.SUB, low, e.place());
        withAny(adds ? Op.ADC : Op.SBB, high, e.place());
    }

    private void withAny(Op row, int dst, int y) {
        if (Emission.isWord(y)) {
            a.rm(row, W64, dst, Emission.word(y));
        } else {
            a.rr(row, W64, dst, y);
        }
    }

    void wideMultiply() {
        boolean isSigned = e.nextOp() == emberwall.op.Op.MUL_WIDE_S;
        e.place();
        a.r(isSigned ? Op.IMUL_WIDE : Op.MUL, W64, e.place());
    }

    // ---- floats

    void floats() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        int x = e.register();
        int y = e.place();
        int dst = e.register();
        if (Emission.isWord(y)) {
            e.operators.floats.arithmeticMemory(op, type, dst, x, Emission.word(y));
        } else {
            e.operators.floats.arithmetic(op, type, dst, x, Emission.number(y));
        }
    }

    void floatMemory() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        int x = e.register();
        long address = e.nextAddress();
        int dst = e.register();
        e.fault();
        e.operators.floats.arithmeticMemory(op, type, dst, x, address);
    }

    void floatConstant() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        long literal = literal(type, e.nextLong());
        int x = e.register();
        e.operators.floats.arithmeticMemory(op, type, e.register(), x, literal);
    }

    private long literal(Type type, long bits) {
        return type == Type.F32 ? e.literals.single((int) bits) : e.literals.word(bits);
    }

    // ---- every operator

    void operator() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        e.nextOrigin();
        int count = op.arity();
        int x = e.register();
        int y = count > 1 ? e.register() : 0;
        int z = count > 2 ? e.register() : 0;
        int dst = e.register();
        if (type.isVector()) {
            vector(op, type, dst, x, y, z);
        } else if (type.isFloat() && (op == emberwall.op.Op.NEG || op == emberwall.op.Op.ABS) && e.hasAvx()) {
            long sign = type == Type.F32 ? 0x8000_0000_8000_0000L : Long.MIN_VALUE;
            long mask = op == emberwall.op.Op.NEG ? sign : ~sign;
            a.rvm(op == emberwall.op.Op.NEG ? Op.XORPS : Op.ANDPS, W128, dst, x, e.literals.vector(mask, mask));
        } else {
            e.operators.emit(op, type, dst, x, y);
        }
    }

    private void vector(emberwall.op.Op op, Type type, int dst, int x, int y, int z) {
        long bits = Typing.takesConstant(op) ? e.nextLong() : 0;
        switch (op) {
            case SHUFFLE -> e.vectors.shuffle(dst, x, y, bits, e.nextLong());
            case SPLAT -> e.vectors.splat(type, dst, x);
            case EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U -> e.vectors.extract(op, type, dst, x, (int) bits);
            case REPLACE_LANE -> e.vectors.replace(type, dst, x, y, (int) bits);
            case ANY_TRUE, ALL_TRUE, BITMASK -> e.vectors.test(op, type, dst, x);
            default -> e.vectors.emit(op, type, dst, x, y, z);
        }
    }

    // ---- conditions

    /** Writes the test of the next condition; the condition that holds then, in the terms of {@link X64Operators}. */
    int condition() {
        Test test = Test.of(e.next());
        int cond = e.next();
        int width = e.next();
        boolean keeps = false;
        switch (test) {
            case REGISTERS -> keeps = compare(width);
            case BITS -> bits(width);
            case CONSTANT -> keeps = compareConstant(width, e.next());
            case BITS_CONSTANT -> testConstant(width, e.next());
            case ZERO -> {
                int x = e.place();
                if (Emission.isWord(x)) {
                    a.mi(Op.CMP, width, Emission.word(x), 0);
                } else if (!isTested(x, width, cond)) {
                    a.rr(Op.TEST, width, x, x);
                }
            }
            case MEMORY -> {
                int x = e.place();
                long address = e.nextAddress();
                e.fault();
                a.rm(Op.CMP, width, x, address);
            }
            case MEMORY_CONSTANT -> {
                long address = e.nextAddress();
                e.fault();
                a.mi(Op.CMP, width, address, e.next());
            }
            default -> floatTest(test, width == W64);
        }
        keepFlags(keeps);
        return cond;
    }

    /** Compares registers; whether it can be told later that it was done. */
    private boolean compare(int width) {
        int x = e.place();
        int y = e.place();
        if (Emission.isWord(y)) {
            a.rm(Op.CMP, width, x, Emission.word(y));
            return false;
        }
        if (!isCompared(Test.REGISTERS, width, x, y)) {
            a.rr(Op.CMP, width, x, y);
        }
        return true;
    }

    private void bits(int width) {
        int x = e.place();
        int y = e.place();
        if (Emission.isWord(y)) {
            a.mr(Op.TEST, width, Emission.word(y), x);
        } else {
            a.rr(Op.TEST, width, x, y);
        }
    }

    private boolean compareConstant(int width, int constant) {
        int x = e.place();
        if (Emission.isWord(x)) {
            a.mi(Op.CMP, width, Emission.word(x), constant);
            return false;
        }
        if (!isCompared(Test.CONSTANT, width, x, constant)) {
            if (constant == 0) {
                a.rr(Op.TEST, width, x, x);
            } else {
                a.ri(Op.CMP, width, x, constant);
            }
        }
        return true;
    }

    private void testConstant(int width, int constant) {
        int x = e.place();
        // A mask without a sign looks at no bit above it, and at none that another width would take for a sign.
        int narrow = constant >= 0 ? constant < 0x80 ? W8 : W32 : width;
        if (Emission.isWord(x)) {
            a.mi(Op.TEST, narrow, Emission.word(x), constant);
        } else {
            a.ri(Op.TEST, narrow, x, constant);
        }
    }

    private void floatTest(Test test, boolean isDouble) {
        Op row = isDouble ? Op.UCOMISD : Op.UCOMISS;
        int x = e.register();
        switch (test) {
            case FLOATS -> {
                int y = e.place();
                if (Emission.isWord(y)) {
                    a.rm(row, x, Emission.word(y));
                } else {
                    a.rr(row, x, Emission.number(y));
                }
            }
            case FLOAT_MEMORY -> {
                long address = e.nextAddress();
                e.fault();
                a.rm(row, x, address);
            }
            default -> a.rm(row, x, literal(isDouble ? Type.F64 : Type.F32, e.nextLong()));
        }
    }

    void set() {
        int dst = e.lastPlace();
        boolean clear = !e.isRead(dst);
        if (clear) {
            a.rr(Op.XOR, W32, dst, dst);
        }
        int cond = condition();
        if (clear && cond < X64Operators.FLOAT_EQUAL) {
            a.set(cond, dst);
        } else {
            e.operators.truth(cond, dst);
        }
    }

    void select() {
        Type type = e.nextType();
        int cond = condition();
        int moved = e.place();
        e.place();
        int dst = e.place();
        if (Selection.valueClass(type) == Convention.INT) {
            if (cond < X64Operators.FLOAT_EQUAL) {
                cmov(cond, Emission.width(type), dst, moved);
            } else {
                cmov(Cond.PARITY, Emission.width(type), dst, moved);
                cmov(Cond.NOT_EQUAL, Emission.width(type), dst, moved);
            }
            return;
        }
        int keep = a.newLabel();
        int when = cond == X64Operators.FLOAT_EQUAL ? X64Operators.FLOAT_NOT_EQUAL : cond;
        e.operators.branch(Cond.negate(when), keep);
        e.copy(Selection.valueClass(type), dst, moved);
        a.bind(keep);
    }

    private void cmov(int cond, int width, int dst, int x) {
        if (Emission.isWord(x)) {
            a.cmov(cond, width, dst, Emission.word(x));
        } else {
            a.cmov(cond, width, dst, x);
        }
    }

    // ---- memory

    void load() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        long address = e.nextAddress();
        int dst = e.register();
        e.fault();
        switch (op) {
            case LOAD -> whole(type, dst, address);
            case LOAD8_S -> a.rm(Op.MOVSX_8, Emission.width(type), dst, address);
            case LOAD8_U -> a.rm(Op.MOVZX_8, W32, dst, address);
            case LOAD16_S -> a.rm(Op.MOVSX_16, Emission.width(type), dst, address);
            case LOAD16_U -> a.rm(Op.MOVZX_16, W32, dst, address);
            case LOAD32_S -> a.rm(Op.MOVSXD, W64, dst, address);
            case LOAD32_U -> a.rm(Op.MOV, W32, dst, address);
            default -> spread(op, dst, address);
        }
    }

    private void whole(Type type, int dst, long address) {
        switch (type) {
            case I32, I64 -> a.rm(Op.MOV, Emission.width(type), dst, address);
            case F32, F64 -> a.movs(Emission.width(type), dst, address);
            default -> a.movups(dst, address);
        }
    }

    /** Makes a vector of less than that in memory. */
    private void spread(emberwall.op.Op op, int dst, long address) {
        switch (op) {
            case LOAD8_SPLAT -> {
                a.movzx8(Emission.S, address);
                e.vectors.splat(VectorEval.laneShape(1), dst, Emission.S);
            }
            case LOAD16_SPLAT -> {
                a.movzx16(Emission.S, address);
                e.vectors.splat(VectorEval.laneShape(2), dst, Emission.S);
            }
            case LOAD32_SPLAT -> {
                a.movs(W32, dst, address);
                e.vectors.splat(Type.F32X4, dst, dst);
            }
            case LOAD32_ZERO -> a.movs(W32, dst, address);
            default -> {
                a.movs(W64, dst, address);
                spread(op, dst);
            }
        }
    }

    private void spread(emberwall.op.Op op, int dst) {
        switch (op) {
            case LOAD64_SPLAT -> e.vectors.splat(Type.F64X2, dst, dst);
            case LOAD64_ZERO -> {}
            case LOAD8X8_S -> extend(emberwall.op.Op.EXTEND_LOW_I8X16_S, Type.I16X8, dst);
            case LOAD8X8_U -> extend(emberwall.op.Op.EXTEND_LOW_I8X16_U, Type.I16X8, dst);
            case LOAD16X4_S -> extend(emberwall.op.Op.EXTEND_LOW_I16X8_S, Type.I32X4, dst);
            case LOAD16X4_U -> extend(emberwall.op.Op.EXTEND_LOW_I16X8_U, Type.I32X4, dst);
            case LOAD32X2_S -> extend(emberwall.op.Op.EXTEND_LOW_I32X4_S, Type.I64X2, dst);
            case LOAD32X2_U -> extend(emberwall.op.Op.EXTEND_LOW_I32X4_U, Type.I64X2, dst);
            default -> throw new IllegalArgumentException("no load: " + op);
        }
    }

    private void extend(emberwall.op.Op op, Type type, int dst) {
        e.vectors.emit(op, type, dst, dst, 0, 0);
    }

    void store() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        long address = e.nextAddress();
        int value = e.place();
        e.fault();
        if (value < Code.FLOATS) {
            a.mr(Op.MOV, storeWidth(op, type), address, value);
        } else if (type == Type.V128) {
            a.movups(address, Emission.number(value));
        } else {
            a.movs(Emission.width(type), address, Emission.number(value));
        }
    }

    private static int storeWidth(emberwall.op.Op op, Type type) {
        return switch (op) {
            case STORE8 -> W8;
            case STORE16 -> W16;
            case STORE32 -> W32;
            default -> Emission.width(type);
        };
    }

    void storeConstant() {
        emberwall.op.Op op = e.nextOp();
        Type type = e.nextType();
        long address = e.nextAddress();
        int constant = e.next();
        int width = storeWidth(op, type);
        e.fault();
        a.mi(Op.MOV, width, address, width == W8 ? (byte) constant : width == W16 ? (short) constant : constant);
    }

    void update() {
        Op row = switch (e.nextOp()) {
            case ADD -> Op.ADD;
            case SUB -> Op.SUB;
            case AND -> Op.AND;
            case OR -> Op.OR;
            default -> Op.XOR;
        };
        int width = Emission.width(e.nextType());
        boolean isConstant = e.nextTruth();
        long address = e.nextAddress();
        if (isConstant) {
            int constant = e.next();
            e.fault();
            a.mi(row, width, address, constant);
        } else {
            int value = e.place();
            e.fault();
            a.mr(row, width, address, value);
        }
    }
}
