package emberwall.engine;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;

/** A program whose own kernel forbids it something (by a seccomp filter), for {@link FallbackTest}. */
final class Denied {
    private static final int PRCTL = 157;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;

    // linux/filter.h: load a word, mask it, jump if equal, return; linux/seccomp.h: what to return.
    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7FFF_0000;
    private static final int FAIL = 0x0005_0000;
    private static final int NUMBER = 0;
    private static final int THIRD_ARGUMENT = 32;
    private static final int PROT_EXEC = 4;

    private Denied() {}

    public static void main(String[] arguments) {
        long[] filter = switch (arguments[0]) {
            case "handler" ->
                new long[] {
                    step(LOAD, 0, 0, NUMBER),
                    step(JUMP_IF_EQUAL, 0, 1, Syscall.RT_SIGACTION),
                    step(RETURN, 0, 0, FAIL | Errno.EPERM),
                    step(RETURN, 0, 0, ALLOW),
                };
            case "execution" ->
                new long[] {
                    step(LOAD, 0, 0, NUMBER),
                    step(JUMP_IF_EQUAL, 0, 4, Syscall.MPROTECT),
                    step(LOAD, 0, 0, THIRD_ARGUMENT),
                    step(AND, 0, 0, PROT_EXEC),
                    step(JUMP_IF_EQUAL, 0, 1, PROT_EXEC),
                    step(RETURN, 0, 0, FAIL | Errno.EACCES),
                    step(RETURN, 0, 0, ALLOW),
                };
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        install(filter);
        for (int i = 0; i < 2; i++) {
            try (Engine engine = Engine.start();
                    CompiledModule module = engine.compile(FallbackTest.answer());
                    Instance instance = module.instantiate(Imports.of())) {
                System.out.println(engine.tier() + " " + engine.bounds() + " "
                        + instance.function("answer").call());
            }
        }
        try (Engine engine = Engine.start(
                Config.builder().tier(Tier.BASELINE).bounds(Bounds.GUARD).build())) {
            System.out.println("not refused: " + engine.tier());
        } catch (IllegalStateException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }

    /** A struct sock_filter. */
    private static long step(int code, int ifTrue, int ifFalse, int operand) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }

    /** For this thread, and those that it starts. */
    private static void install(long[] filter) {
        long page = Pages.allocate(Pages.SIZE);
        for (int i = 0; i < filter.length; i++) RawMemory.putLong(page + 16 + 8L * i, filter[i]);
        RawMemory.putLong(page, filter.length); // a struct sock_fprog
        RawMemory.putLong(page + 8, page + 16);
        long answer = Syscall.call(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        if (answer == 0) answer = Syscall.call(Syscall.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, page);
        if (answer != 0) throw new AssertionError("no filter: " + Errno.text((int) -answer));
        Pages.release(page, Pages.SIZE);
    }
}
