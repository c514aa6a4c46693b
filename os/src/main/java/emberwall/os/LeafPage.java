package emberwall.os;

/**
 * The few leaf functions in machine code that everything else stands on, written byte by byte since this module knows
 * no assembler. They lie in a page of their own that is never unmapped: first writable, then executable, never both.
 *
 * <p>Apart from {@link Leaves}, so that a system that refuses the page now may grant it later: what a static
 * initialiser could not get is lost to its class forever.
 */
final class LeafPage {
    /** Functions begin at multiples of it. */
    static final int ALIGNMENT = 16;

    // Which function: an index of FUNCTIONS.
    static final int SYSCALL = 0;
    static final int CPUID = 1;
    static final int XGETBV = 2;
    static final int SIGNAL_RETURN = 3;
    static final int SIX = 4;

    private static final int PRIVATE_ANONYMOUS = 0x22;

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
    /** Its number is put in for each of them. */
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

    private static final int[][] FUNCTIONS = {SYSCALL_CODE, CPUID_CODE, XGETBV_CODE, SIGNAL_RETURN_CODE, SIX_CODE};
    private static final int[] OFFSETS = new int[FUNCTIONS.length];

    private static long page;

    private LeafPage() {}

    /**
     * Where a function is. The first call makes the page.
     *
     * @throws OsException if the system refuses it
     */
    static synchronized long address(int function) {
        if (page == 0) {
            page = publish(assemble());
        }
        return page + OFFSETS[function];
    }

    private static byte[] assemble() {
        byte[] bytes = new byte[Pages.SIZE];
        java.util.Arrays.fill(bytes, (byte) 0xCC);
        int at = 0;
        for (int function = 0; function < SIX; function++) {
            OFFSETS[function] = at;
            at = put(bytes, at, FUNCTIONS[function]);
        }
        OFFSETS[SIX] = at;
        for (int i = 0; i < Syscall.sixCount(); i++) {
            int number = at + 1;
            at = put(bytes, at, SIX_CODE);
            bytes[number] = (byte) Syscall.six(i);
            bytes[number + 1] = (byte) (Syscall.six(i) >> 8);
        }
        return bytes;
    }

    /** By the C library's functions, since there are no others yet; they do not say why they refuse. */
    private static long publish(byte[] bytes) {
        int failure = Pages.failure("allocate", bytes.length);
        long code = failure != 0
                ? -1
                : Native.call(Symbols.require("mmap"), 0, bytes.length, Pages.READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
        if (code == -1) {
            throw new OsException("mapping a page for system calls", Errno.ENOMEM);
        }
        RawMemory.copy(bytes, 0, code, bytes.length);
        failure = Pages.failure("execute", bytes.length);
        if (failure != 0
                || (int) Native.call(Symbols.require("mprotect"), code, bytes.length, Pages.READ_EXECUTE) != 0) {
            Native.call(Symbols.require("munmap"), code, bytes.length, 0);
            throw new OsException("making memory executable", failure != 0 ? failure : Errno.EACCES);
        }
        return code;
    }

    /** Appends a function, aligned to 16 bytes. */
    private static int put(byte[] page, int at, int[] code) {
        for (int i = 0; i < code.length; i++) {
            page[at + i] = (byte) code[i];
        }
        return at + code.length + (ALIGNMENT - 1) & -ALIGNMENT;
    }
}
