package emberwall.ebpf.run;

import static emberwall.asm.x64.Reg.*;

/**
 * Which register of the machine is which of the program: arguments and results lie where the System V convention has them, so
 * that calls move nothing, and what callees keep is what they keep there. r15 is the fiber's; r9 to r11 are scratch.
 */
final class Registers {
    // @formatter:off
    //                                 r0   r1   r2   r3   r4   r5  r6   r7   r8   r9   r10
    private static final int[] MAP = {RAX, RDI, RSI, RDX, RCX, R8, RBX, R13, R14, R12, RBP};
    // @formatter:on

    /** The first of the program's registers that callees keep, and how many there are. */
    static final int FIRST_KEPT = 6;

    static final int KEPT = 4;

    private Registers() {}

    static int of(int register) {
        return MAP[register];
    }
}
