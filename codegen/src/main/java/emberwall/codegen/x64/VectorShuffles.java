package emberwall.codegen.x64;

import static emberwall.codegen.x64.VectorCode.S;
import static emberwall.codegen.x64.VectorCode.T;
import static emberwall.codegen.x64.VectorCode.U;
import static emberwall.codegen.x64.VectorCode.X;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.asm.x64.Width;

/** Bytes of two vectors in an order that is constant: one instruction where there is one that knows the order. */
final class VectorShuffles {
    private static final int LANES = 16;

    /** Instructions that take lanes of two vectors in turn: by bytes of a lane, low halves and high ones. */
    private static final Op[] LOW = {
        null, Op.PUNPCKLBW, Op.PUNPCKLWD, null, Op.PUNPCKLDQ, null, null, null, Op.PUNPCKLQDQ
    };

    private static final Op[] HIGH = {
        null, Op.PUNPCKHBW, Op.PUNPCKHWD, null, Op.PUNPCKHDQ, null, null, null, Op.PUNPCKHQDQ
    };

    private final VectorCode code;
    private final Assembler a;
    /** Which byte of the vectors, one behind the other, each byte becomes. */
    private final int[] order = new int[LANES];

    VectorShuffles(VectorCode code) {
        this.code = code;
        a = code.a;
    }

    /** {@code dst} = sixteen bytes of {@code x} and, from 16 on, of {@code y}; {@code dst} may be {@code x}. */
    void shuffle(int dst, int x, int y, long low, long high) {
        boolean first = x == y;
        boolean second = false;
        for (int lane = 0; lane < LANES; lane++) {
            int from = (int) ((lane < 8 ? low : high) >>> lane % 8 * 8) & 31;
            order[lane] = x == y ? from & 15 : from;
            first |= order[lane] < LANES;
            second |= order[lane] >= LANES;
        }
        if (!first || !second) {
            for (int lane = 0; lane < LANES; lane++) {
                order[lane] &= 15;
            }
            one(dst, second ? y : x);
        } else if (!inTurn(dst, x, y) && !words(dst, x, y) && !apart(dst, x, y)) {
            any(dst, x, y);
        }
    }

    /** Bytes of one vector. */
    private void one(int dst, int x) {
        if (isRun(0, LANES, 0)) {
            code.copy(dst, x);
        } else if (isWide(4)) {
            a.rri(Op.PSHUFD, dst, x, order[0] / 4 | order[4] / 4 << 2 | order[8] / 4 << 4 | order[12] / 4 << 6);
        } else if (isWide(2) && isRun(8, LANES, 8) && isWithin(0, 0)) {
            a.rri(Op.PSHUFLW, dst, x, order[0] / 2 | order[2] / 2 << 2 | order[4] / 2 << 4 | order[6] / 2 << 6);
        } else if (isWide(2) && isRun(0, 8, 0) && isWithin(8, 8)) {
            a.rri(
                    Op.PSHUFHW,
                    dst,
                    x,
                    order[8] / 2 & 3 | (order[10] / 2 & 3) << 2 | (order[12] / 2 & 3) << 4 | (order[14] / 2 & 3) << 6);
        } else if (code.has(Op.PSHUFB)) {
            code.bytes(dst, x, indices(0, 0), indices(8, 0), X);
        } else {
            throughMemory(dst, x, x);
        }
    }

    /** Whether bytes come one after the other. */
    private boolean isRun(int from, int to, int first) {
        for (int lane = from; lane < to; lane++) {
            if (order[lane] != first + lane - from) {
                return false;
            }
        }
        return true;
    }

    /** Whether bytes stay together in lanes of so many. */
    private boolean isWide(int bytes) {
        for (int lane = 0; lane < LANES; lane += bytes) {
            if (order[lane] % bytes != 0 || !isRun(lane, lane + bytes, order[lane])) {
                return false;
            }
        }
        return true;
    }

    /** Whether eight bytes from one on come from eight of which this is the first. */
    private boolean isWithin(int from, int first) {
        for (int lane = from; lane < from + 8; lane++) {
            if (order[lane] < first || order[lane] >= first + 8) {
                return false;
            }
        }
        return true;
    }

    /** Lanes of both in turn. */
    private boolean inTurn(int dst, int x, int y) {
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            for (int half = 0; half <= 8; half += 8) {
                Op op = (half == 0 ? LOW : HIGH)[bytes];
                if (isInTurn(bytes, half, half + LANES)) {
                    code.two(op, dst, x, y);
                    return true;
                }
                if (isInTurn(bytes, half + LANES, half)) {
                    swapped(op, dst, x, y, -1);
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isInTurn(int bytes, int first, int second) {
        for (int lane = 0; lane < LANES; lane += 2 * bytes) {
            if (!isRun(lane, lane + bytes, first + lane / 2)
                    || !isRun(lane + bytes, lane + 2 * bytes, second + lane / 2)) {
                return false;
            }
        }
        return true;
    }

    /** {@code dst = op(y, x)}. */
    private void swapped(Op op, int dst, int x, int y, int immediate) {
        int target = dst == x ? X : dst;
        if (immediate < 0) {
            code.two(op, target, y, x);
        } else {
            code.two(op, target, y, x, immediate);
        }
        code.copy(dst, target);
    }

    /** Two lanes of four bytes of one, then two of the other. */
    private boolean words(int dst, int x, int y) {
        if (!isWide(4) || (order[0] ^ order[4]) >= LANES || (order[8] ^ order[12]) >= LANES) {
            return false;
        }
        int immediate = order[0] / 4 & 3 | (order[4] / 4 & 3) << 2 | (order[8] / 4 & 3) << 4 | (order[12] / 4 & 3) << 6;
        if (order[0] < LANES) {
            code.two(Op.SHUFPS, dst, x, y, immediate);
        } else {
            swapped(Op.SHUFPS, dst, x, y, immediate);
        }
        return true;
    }

    /** Sixteen neighbours of both, one behind the other. */
    private boolean apart(int dst, int x, int y) {
        int first = order[0];
        for (int lane = 1; lane < LANES; lane++) {
            if (order[lane] != (first + lane & 31)) {
                return false;
            }
        }
        if (!code.has(Op.PALIGNR)) {
            return false;
        }
        if (first < LANES) {
            swapped(Op.PALIGNR, dst, x, y, first);
        } else {
            code.two(Op.PALIGNR, dst, x, y, first - LANES);
        }
        return true;
    }

    private void any(int dst, int x, int y) {
        if (!code.has(Op.PSHUFB)) {
            throughMemory(dst, x, y);
            return;
        }
        code.bytes(U, y, indices(0, LANES), indices(8, LANES), X);
        code.bytes(dst, x, indices(0, 0), indices(8, 0), T);
        a.rr(Op.POR, dst, U);
    }

    /** Eight indices into the vector that begins at {@code first}; those of the other one give zero. */
    private long indices(int from, int first) {
        long indices = 0;
        for (int lane = from; lane < from + 8; lane++) {
            long index = order[lane] - first;
            indices |= (index >= 0 && index < LANES ? index : 0x80) << lane % 8 * 8;
        }
        return indices;
    }

    private void throughMemory(int dst, int x, int y) {
        a.ri(Op.SUB, Width.W64, Reg.RSP, 48);
        a.movups(Mem.mem(Reg.RSP), x);
        a.movups(Mem.mem(Reg.RSP, 16), y);
        for (int lane = 0; lane < LANES; lane++) {
            a.rm(Op.MOVZX_8, Width.W32, S, Mem.mem(Reg.RSP, order[lane]));
            a.mov(Width.W8, Mem.mem(Reg.RSP, 32 + lane), S);
        }
        a.movups(dst, Mem.mem(Reg.RSP, 32));
        a.ri(Op.ADD, Width.W64, Reg.RSP, 48);
    }
}
