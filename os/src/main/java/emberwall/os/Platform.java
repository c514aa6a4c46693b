package emberwall.os;

/**
 * Whether machine code can run here at all. The system property {@code emberwall.platform.unavailable} gives a reason
 * why not, for tests and for people who want to see what happens then.
 */
public final class Platform {
    private static final int ARCH_SHSTK_STATUS = 0x5005;
    private static final int SHADOW_STACK = 1;

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
        return Tried.REASON;
    }

    /** Whether machine code can run here. */
    public static boolean supported() {
        return unavailable() == null;
    }

    /** What trying says, once. */
    private static final class Tried {
        static final String REASON = attempt();

        private static String attempt() {
            try {
                long page = Pages.allocate(Pages.SIZE); // links the downcall, and runs code from an executable page
                try {
                    long answer = Syscall.call(Syscall.ARCH_PRCTL, ARCH_SHSTK_STATUS, page);
                    boolean shadowed = answer == 0 && (RawMemory.getLong(page) & SHADOW_STACK) != 0;
                    return shadowed ? "shadow stacks are on, and guests have stacks of their own" : null;
                } finally {
                    Pages.release(page, Pages.SIZE);
                }
            } catch (ExceptionInInitializerError error) {
                return reason(error.getCause());
            } catch (IllegalCallerException | UnsupportedOperationException | OsException | OutOfMemoryError error) {
                return reason(error);
            }
        }

        private static String reason(Throwable error) {
            return error instanceof IllegalCallerException
                    ? "native access is denied (allow it with --enable-native-access)"
                    : String.valueOf(error.getMessage());
        }
    }
}
