package emberwall.ebpf.run;

import emberwall.asm.x64.Assembler;

/** A helper that compiled programs need not leave machine code for. */
public interface MachineHelper extends Helper {
    /**
     * Writes the helper's code into the program's. Arguments are in rdi, rsi, rdx, rcx and r8, the result goes to rax; of the
     * other registers r9, r10 and r11 may be changed. The stack pointer is a multiple of 16, so that a C function can be called
     * that touches only little stack.
     */
    void emit(Assembler a);
}
