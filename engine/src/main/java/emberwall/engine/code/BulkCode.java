package emberwall.engine.code;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.FiberBlock;

/**
 * Machine code that is called in the place of the exits MEMORY_COPY and MEMORY_FILL, with the same words on the stack. It
 * does at once what is short and within memory 0; all else it leaves to Java by jumping to the exit, as if that had been called.
 *
 * <p>A length that is not a power of two needs no loop over what is left: the last piece lies at the end, and may overlap the
 * one before. All of a short piece is loaded before any of it is stored, so that it does not matter how source and target
 * overlap; longer ones go through in the direction that leaves unread what is still to be read.
 */
final class BulkCode {
    /** More bytes than that are for Java, which also looks for interruption. */
    private static final int MOST = 1024;

    private static final int PIECE = 16;

    // Registers of both.
    private static final int TARGET = RDI;
    private static final int SOURCE = RSI;
    private static final int LENGTH = RCX;
    private static final int AT = RDX;
    private static final int FIRST = RAX;
    private static final int LAST = R8;
    /** 0, for what only a wrong guess of the processor goes on with. */
    private static final int NOTHING = R9;
    /** A byte in all lanes, as {@link #FIRST}. */
    private static final int FILLING = 0;

    private BulkCode() {}

    /** The code in the place of an exit; null if there is none. */
    static Assembler of(RuntimeFunction function) {
        return switch (function) {
            case MEMORY_COPY -> copy();
            case MEMORY_FILL -> fill();
            default -> null;
        };
    }

    /** Argument {@code number} of the exit, above the return address. */
    private static long word(int number) {
        return mem(RSP, 8 + 8 * number);
    }

    private static Assembler copy() {
        Assembler a = new Assembler(512);
        int java = a.newLabel();
        a.mov(FIRST, word(0));
        a.or(FIRST, word(1));
        a.jcc(Cond.NOT_EQUAL, java); // not from memory 0 to memory 0
        a.mov(TARGET, word(2));
        a.mov(SOURCE, word(3));
        lastStart(a, word(4), java);
        startsWithin(a, TARGET, java);
        startsWithin(a, SOURCE, java);
        a.add(TARGET, Convention.MEM0);
        a.add(SOURCE, Convention.MEM0);

        int below16 = a.newLabel();
        int above32 = a.newLabel();
        int above64 = a.newLabel();
        a.cmpi(LENGTH, PIECE);
        a.jcc(Cond.BELOW, below16);
        a.cmpi(LENGTH, 2 * PIECE);
        a.jcc(Cond.ABOVE, above32);
        copyEnds(a, 1);
        a.bind(above32);
        a.cmpi(LENGTH, 4 * PIECE);
        a.jcc(Cond.ABOVE, above64);
        copyEnds(a, 2);
        a.bind(above64);
        copyLong(a);
        a.bind(below16);
        copyShort(a);
        leaveToJava(a, java, RuntimeFunction.MEMORY_COPY);
        return a;
    }

    /**
     * Loads the length, and the last offset at which so many bytes are within the memory; goes to Java if there is none, or the
     * length is not for here. What is compared is masked as well, so that a processor that guesses wrong finds nothing.
     */
    private static void lastStart(Assembler a, long length, int java) {
        a.xor(W32, NOTHING, NOTHING);
        a.mov(LENGTH, length);
        a.cmpi(LENGTH, MOST);
        a.jcc(Cond.ABOVE, java);
        a.cmov(Cond.ABOVE, W64, LENGTH, NOTHING);
        a.mov(AT, mem(Convention.INSTANCE, InstanceLayout.MEMORY_BOUND));
        a.sub(AT, LENGTH);
        a.jcc(Cond.BELOW, java);
        a.cmov(Cond.BELOW, W64, AT, NOTHING);
    }

    private static void startsWithin(Assembler a, int offset, int java) {
        a.cmp(offset, AT);
        a.jcc(Cond.ABOVE, java);
        a.cmov(Cond.ABOVE, W64, offset, NOTHING);
    }

    /** So many pieces from the start, and so many up to the end. */
    private static void copyEnds(Assembler a, int pieces) {
        for (int i = 0; i < pieces; i++) {
            a.movups(i, mem(SOURCE, PIECE * i));
            a.movups(pieces + i, mem(SOURCE, LENGTH, 0, -PIECE * (i + 1)));
        }
        for (int i = 0; i < pieces; i++) {
            a.movups(mem(TARGET, PIECE * i), i);
            a.movups(mem(TARGET, LENGTH, 0, -PIECE * (i + 1)), pieces + i);
        }
        a.ret();
    }

    /** In a loop; the piece that is not a whole round is loaded first and stored last. */
    private static void copyLong(Assembler a) {
        int backwards = a.newLabel();
        a.mov(FIRST, TARGET);
        a.sub(FIRST, SOURCE);
        a.cmp(FIRST, LENGTH);
        a.jcc(Cond.BELOW, backwards); // the target begins within the source

        a.movups(1, mem(SOURCE, LENGTH, 0, -PIECE));
        a.lea(LAST, mem(LENGTH, -PIECE));
        a.xor(W32, AT, AT);
        int forth = aligned(a);
        a.movups(0, mem(SOURCE, AT, 0, 0));
        a.movups(mem(TARGET, AT, 0, 0), 0);
        a.addi(AT, PIECE);
        a.cmp(AT, LAST);
        a.jcc(Cond.BELOW, forth);
        a.movups(mem(TARGET, LAST, 0, 0), 1);
        a.ret();

        a.bind(backwards);
        a.movups(1, mem(SOURCE));
        a.lea(AT, mem(LENGTH, -PIECE));
        int back = aligned(a);
        a.movups(0, mem(SOURCE, AT, 0, 0));
        a.movups(mem(TARGET, AT, 0, 0), 0);
        a.subi(AT, PIECE);
        a.jcc(Cond.ABOVE, back);
        a.movups(mem(TARGET), 1);
        a.ret();
    }

    /** Less than a piece: the first and the last 8, 4 or 2 bytes, one byte, or nothing. */
    private static void copyShort(Assembler a) {
        int below8 = a.newLabel();
        int below4 = a.newLabel();
        int below2 = a.newLabel();
        int none = a.newLabel();
        a.cmpi(W32, LENGTH, 8);
        a.jcc(Cond.BELOW, below8);
        copyTwo(a, W64, 8);
        a.bind(below8);
        a.cmpi(W32, LENGTH, 4);
        a.jcc(Cond.BELOW, below4);
        copyTwo(a, W32, 4);
        a.bind(below4);
        a.cmpi(W32, LENGTH, 2);
        a.jcc(Cond.BELOW, below2);
        a.movzx16(FIRST, mem(SOURCE));
        a.movzx16(LAST, mem(SOURCE, LENGTH, 0, -2));
        a.mov(W16, mem(TARGET), FIRST);
        a.mov(W16, mem(TARGET, LENGTH, 0, -2), LAST);
        a.ret();
        a.bind(below2);
        a.testi(W32, LENGTH, 1);
        a.jcc(Cond.EQUAL, none);
        a.movzx8(FIRST, mem(SOURCE));
        a.mov(W8, mem(TARGET), FIRST);
        a.bind(none);
        a.ret();
    }

    private static void copyTwo(Assembler a, int width, int bytes) {
        a.mov(width, FIRST, mem(SOURCE));
        a.mov(width, LAST, mem(SOURCE, LENGTH, 0, -bytes));
        a.mov(width, mem(TARGET), FIRST);
        a.mov(width, mem(TARGET, LENGTH, 0, -bytes), LAST);
        a.ret();
    }

    private static Assembler fill() {
        Assembler a = new Assembler(512);
        int java = a.newLabel();
        a.cmpi(word(0), 0);
        a.jcc(Cond.NOT_EQUAL, java);
        a.mov(TARGET, word(1));
        lastStart(a, word(3), java);
        startsWithin(a, TARGET, java);
        a.add(TARGET, Convention.MEM0);
        a.movzx8(FIRST, word(2));
        a.movi(LAST, 0x0101_0101_0101_0101L);
        a.imul(W64, FIRST, LAST); // the byte in all eight

        int below16 = a.newLabel();
        a.cmpi(LENGTH, PIECE);
        a.jcc(Cond.BELOW, below16);
        a.gprToXmm(W64, FILLING, FIRST);
        a.rr(Op.PUNPCKLQDQ, FILLING, FILLING);
        a.movups(mem(TARGET, LENGTH, 0, -PIECE), FILLING);
        a.xor(W32, AT, AT);
        a.subi(LENGTH, PIECE);
        int next = aligned(a);
        a.movups(mem(TARGET, AT, 0, 0), FILLING);
        a.addi(AT, PIECE);
        a.cmp(AT, LENGTH);
        a.jcc(Cond.BELOW, next);
        a.ret();
        a.bind(below16);
        fillShort(a);
        leaveToJava(a, java, RuntimeFunction.MEMORY_FILL);
        return a;
    }

    private static void fillShort(Assembler a) {
        int below8 = a.newLabel();
        int below4 = a.newLabel();
        int none = a.newLabel();
        a.cmpi(W32, LENGTH, 8);
        a.jcc(Cond.BELOW, below8);
        a.mov(mem(TARGET), FIRST);
        a.mov(mem(TARGET, LENGTH, 0, -8), FIRST);
        a.ret();
        a.bind(below8);
        a.cmpi(W32, LENGTH, 4);
        a.jcc(Cond.BELOW, below4);
        a.mov(W32, mem(TARGET), FIRST);
        a.mov(W32, mem(TARGET, LENGTH, 0, -4), FIRST);
        a.ret();
        a.bind(below4);
        a.testi(W32, LENGTH, 3);
        a.jcc(Cond.EQUAL, none);
        a.mov(AT, LENGTH); // one byte, two, or three: the first, the middle, and the last
        a.shri(W32, AT, 1);
        a.mov(W8, mem(TARGET), FIRST);
        a.mov(W8, mem(TARGET, AT, 0, 0), FIRST);
        a.mov(W8, mem(TARGET, LENGTH, 0, -1), FIRST);
        a.bind(none);
        a.ret();
    }

    private static int aligned(Assembler a) {
        a.align(16);
        return a.here();
    }

    private static void leaveToJava(Assembler a, int java, RuntimeFunction function) {
        a.bind(java);
        a.movi(W32, RAX, function.ordinal());
        a.jmpm(mem(Convention.FIBER, FiberBlock.RUNTIME));
    }
}
