package emberwall.os;

/**
 * Whether machine code can run here at all. The system property {@code emberwall.platform.unavailable} gives a reason
 * why not, for tests and for people who want to see what happens then.
 */
public final class Platform {
    private static final int ARCH_SHSTK_STATUS = 0x5005;
    private static final int SHADOW_STACK = 1;

    // Guarded by the class.
    private static boolean tried;
    private static String reason;

    private Platform() {}

    /**
     * Why this process cannot run machine code of our own, as the rest of a sentence; null if it can. The first call of
     * this method pays for the foreign linker, unless the answer is known before.
     */
    public static String unavailable() {
        String asked = System.getProperty("emberwall.platform.unavailable");
        if (asked != null) {
            return asked;
        }
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        if (!os.equals("Linux")) {
            return "there is no back end for the operating system " + os;
        }
        if (!arch.equals("amd64") && !arch.equals("x86_64")) {
            return "there is no back end for the processor " + arch;
        }
        return attempt();
    }

    /** Whether machine code can run here. */
    public static boolean supported() {
        return unavailable() == null;
    }

    /** Tries it. What a system refuses for want of memory it may grant later; any other answer is kept. */
    private static synchronized String attempt() {
        if (!tried) {
            try {
                reason = shadowStacks() ? "shadow stacks are on, and guests have stacks of their own" : null;
                tried = true;
            } catch (OsException refused) {
                reason = refused.getMessage();
                tried = refused.errno() != Errno.ENOMEM;
            } catch (ExceptionInInitializerError error) {
                reason = reason(error.getCause());
                tried = true;
            } catch (IllegalCallerException | UnsupportedOperationException error) {
                reason = reason(error);
                tried = true;
            }
        }
        return reason;
    }

    /** Links the downcall, runs code from an executable page, and asks the system. */
    private static boolean shadowStacks() {
        LeafPage.address(LeafPage.SYSCALL); // may be refused, which the classes behind it must not meet first
        long page = Pages.allocate(Pages.SIZE);
        try {
            long answer = Syscall.call(Syscall.ARCH_PRCTL, ARCH_SHSTK_STATUS, page);
            return answer == 0 && (RawMemory.getLong(page) & SHADOW_STACK) != 0;
        } finally {
            Pages.release(page, Pages.SIZE);
        }
    }

    private static String reason(Throwable error) {
        return error instanceof IllegalCallerException
                ? "native access is denied (allow it with --enable-native-access)"
                : String.valueOf(error.getMessage());
    }
}
