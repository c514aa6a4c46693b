package emberwall.os;

/**
 * The few leaf functions in machine code that everything else stands on, written byte by byte since this module knows
 * no assembler. They lie in a page of their own that is never unmapped: first writable, then executable, never both.
 */
final class Leaves {
    private static final int PAGE = 4096;
    private static final int READ_WRITE = 3;
    private static final int READ_EXECUTE = 5;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    /** (number, five arguments). */
    static final long SYSCALL;
    /** (leaf, subleaf, address of four ints). */
    static final long CPUID;
    /** (): the register of enabled extended states. */
    static final long XGETBV;
    /** Restores the context of a signal; returned to, never called. */
    static final long SIGNAL_RETURN;
    /** (six arguments), one for each number of {@link Syscall#SIX}, 16 bytes apart. */
    static final long SIX;

    // @formatter:off
    private static final int[] SYSCALL_CODE = {
        0x48, 0x89, 0xF8,        // mov rax, rdi
        0x48, 0x89, 0xF7,        // mov rdi, rsi
        0x48, 0x89, 0xD6,        // mov rsi, rdx
        0x48, 0x89, 0xCA,        // mov rdx, rcx
        0x4D, 0x89, 0xC2,        // mov r10, r8
        0x4D, 0x89, 0xC8,        // mov r8, r9
        0x0F, 0x05,              // syscall
        0xC3,                    // ret
    };
    private static final int[] SIX_CODE = {
        0xB8, 0, 0, 0, 0,        // mov eax, number
        0x49, 0x89, 0xCA,        // mov r10, rcx
        0x0F, 0x05,              // syscall
        0xC3,                    // ret
    };
    private static final int[] CPUID_CODE = {
        0x53,                    // push rbx
        0x89, 0xF8,              // mov eax, edi
        0x89, 0xF1,              // mov ecx, esi
        0x49, 0x89, 0xD0,        // mov r8, rdx
        0x0F, 0xA2,              // cpuid
        0x41, 0x89, 0x00,        // mov [r8], eax
        0x41, 0x89, 0x58, 0x04,  // mov [r8+4], ebx
        0x41, 0x89, 0x48, 0x08,  // mov [r8+8], ecx
        0x41, 0x89, 0x50, 0x0C,  // mov [r8+12], edx
        0x5B,                    // pop rbx
        0xC3,                    // ret
    };
    private static final int[] XGETBV_CODE = {
        0x31, 0xC9,              // xor ecx, ecx
        0x0F, 0x01, 0xD0,        // xgetbv
        0x48, 0xC1, 0xE2, 0x20,  // shl rdx, 32
        0x48, 0x09, 0xD0,        // or rax, rdx
        0xC3,                    // ret
    };
    private static final int[] SIGNAL_RETURN_CODE = {
        0xB8, 15, 0, 0, 0,       // mov eax, rt_sigreturn
        0x0F, 0x05,              // syscall
    };
    // @formatter:on

    static {
        byte[] page = new byte[PAGE];
        java.util.Arrays.fill(page, (byte) 0xCC);
        int at = 0;
        int syscall = at;
        at = put(page, at, SYSCALL_CODE);
        int cpuid = at;
        at = put(page, at, CPUID_CODE);
        int xgetbv = at;
        at = put(page, at, XGETBV_CODE);
        int signalReturn = at;
        at = put(page, at, SIGNAL_RETURN_CODE);
        int six = at;
        for (int i = 0; i < Syscall.sixCount(); i++) {
            int number = at + 1;
            at = put(page, at, SIX_CODE);
            page[number] = (byte) Syscall.six(i);
            page[number + 1] = (byte) (Syscall.six(i) >> 8);
        }
        long code = Native.call(Symbols.require("mmap"), 0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        if (code == -1) {
            throw new OutOfMemoryError("no page for system calls");
        }
        RawMemory.copy(page, 0, code, PAGE);
        if ((int) Native.call(Symbols.require("mprotect"), code, PAGE, READ_EXECUTE) != 0) {
            throw new UnsupportedOperationException("this system allows no executable memory");
        }
        SYSCALL = code + syscall;
        CPUID = code + cpuid;
        XGETBV = code + xgetbv;
        SIGNAL_RETURN = code + signalReturn;
        SIX = code + six;
    }

    private Leaves() {}

    /** Appends a function, aligned to 16 bytes. */
    private static int put(byte[] page, int at, int[] code) {
        for (int i = 0; i < code.length; i++) {
            page[at + i] = (byte) code[i];
        }
        return at + code.length + 15 & -16;
    }
}
