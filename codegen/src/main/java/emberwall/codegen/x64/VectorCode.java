package emberwall.codegen.x64;

import static emberwall.asm.x64.Width.W128;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;

/** The steps that operators on vectors are made of. */
final class VectorCode {
    static final int S = Convention.SCRATCH;
    static final int X = Convention.SCRATCH_XMM;
    static final int T = VectorOperators.SCRATCH_T;
    static final int U = VectorOperators.SCRATCH_U;

    final Assembler a;
    private final int features;
    private final VectorLiterals literals;

    VectorCode(Assembler a, int features, VectorLiterals literals) {
        this.a = a;
        this.features = features;
        this.literals = literals;
    }

    /** Whether the processor has an instruction. */
    boolean has(Op row) {
        return has(features, row);
    }

    static boolean has(int features, Op row) {
        int needed = switch (row.feature()) {
            case BASE -> 0;
            case SSSE3 -> X64Operators.SSSE3;
            case SSE41 -> X64Operators.SSE41;
            case SSE42 -> X64Operators.SSE42;
            default -> throw new IllegalArgumentException("not among the features: " + row);
        };
        return (features & needed) == needed;
    }

    private boolean avx() {
        return (features & X64Operators.AVX) != 0;
    }

    /** {@code dst = src}. */
    void copy(int dst, int src) {
        if (dst != src) {
            a.movaps(dst, src);
        }
    }

    /** {@code dst = row(x, y)}; {@code dst} may be {@code x}, not {@code y}. */
    void two(Op row, int dst, int x, int y) {
        if (avx() && dst != x) {
            a.rvr(row, W128, dst, x, y);
        } else {
            copy(dst, x);
            a.rr(row, dst, y);
        }
    }

    /** {@code dst = row(x, y, immediate)}; {@code dst} may be {@code x}, not {@code y}. */
    void two(Op row, int dst, int x, int y, int immediate) {
        if (avx() && dst != x) {
            a.rvri(row, W128, dst, x, y, immediate);
        } else {
            copy(dst, x);
            a.rri(row, dst, y, immediate);
        }
    }

    /** {@code dst = x} with all lanes shifted by a constant. */
    void shift(Op row, int dst, int x, int count) {
        copy(dst, x);
        a.ri(row, dst, count);
    }

    void zero(int dst) {
        a.rr(Op.PXOR, dst, dst);
    }

    void ones(int dst) {
        a.rr(Op.PCMPEQD, dst, dst);
    }

    /** Inverts all bits; {@code temporary} is lost. */
    void not(int dst, int temporary) {
        ones(temporary);
        a.rr(Op.PXOR, dst, temporary);
    }

    /** {@code dst} = 32 bits in all four lanes. */
    void words(int dst, int bits) {
        longs(dst, (long) bits << 32 | bits & 0xffff_ffffL);
    }

    /** {@code dst} = 64 bits in both lanes. */
    void longs(int dst, long bits) {
        constant(dst, bits, bits);
    }

    /** {@code dst} = any constant. */
    void constant(int dst, long low, long high) {
        if ((low | high) == 0) {
            zero(dst);
        } else if ((low & high) == -1) {
            ones(dst);
        } else {
            a.movups(dst, literals.place(low, high));
        }
    }

    /** {@code dst} = the bytes of {@code x} in a constant order; {@code dst} may be {@code x}, {@code temporary} is lost. */
    void bytes(int dst, int x, long low, long high, int temporary) {
        if (avx()) {
            a.rvm(Op.PSHUFB, W128, dst, x, literals.place(low, high));
        } else {
            constant(temporary, low, high);
            two(Op.PSHUFB, dst, x, temporary);
        }
    }

    /** {@code dst = mask ? ones : dst}, bit by bit; the mask is lost. */
    void select(int mask, int dst, int ones) {
        a.rr(Op.PAND, ones, mask);
        a.rr(Op.PANDN, mask, dst);
        a.rr(Op.POR, ones, mask);
        copy(dst, ones);
    }
}
