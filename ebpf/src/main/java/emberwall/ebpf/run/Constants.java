package emberwall.ebpf.run;

import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import java.util.random.RandomGenerator;

/**
 * Loads the constants of a program. Blinded, none of them is in the code: each is written as two others that are combined, and
 * one of which is random. So nobody who chooses constants chooses bytes of machine code, as in Linux with
 * {@code bpf_jit_harden}. Distances of shifts and offsets are too short for that and stay.
 */
final class Constants {
    private final Assembler a;
    private final RandomGenerator random;

    /**
     * Constants of a program.
     *
     * @param random for blinding, or null
     */
    Constants(Assembler a, RandomGenerator random) {
        this.a = a;
        this.random = random;
    }

    /** Whether no constant may be an immediate. */
    boolean blinded() {
        return random != null;
    }

    /** {@code register = value}, and changes the flags; blinded also r11. */
    void load(int register, long value) {
        if (random == null) {
            a.movi(W64, register, value);
        } else if (value == (int) value) {
            int key = random.nextInt();
            a.moviKeepFlags(W64, register, (int) value ^ key);
            a.xori(W64, register, key);
        } else {
            long key = random.nextLong();
            int other = register == R11 ? emberwall.asm.x64.Reg.R10 : R11;
            a.movi64(register, value ^ key);
            a.movi64(other, key);
            a.xor(register, other);
        }
    }

    /** {@code register = value}, the upper half zero; changes the flags. */
    void load32(int register, int value) {
        if (random == null) {
            a.movi(W32, register, value);
        } else {
            int key = random.nextInt();
            a.moviKeepFlags(W32, register, value ^ key);
            a.xori(W32, register, key);
        }
    }

    /** {@code r11 = value}; returns r11. */
    int scratch(int width, int value) {
        if (width == W64) {
            load(R11, value);
        } else {
            load32(R11, value);
        }
        return R11;
    }
}
