package emberwall.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The one downcall shape of the whole engine. Initialising this class is where the cost of the foreign linker falls
 * (tens of milliseconds without an AOT cache); later calls cost about 7 ns.
 */
public final class Native {
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private Native() {}

    /**
     * Calls the machine code at {@code fn} with six integer arguments as the System V convention passes them. While it
     * runs, the thread is in native state: it holds up no safepoint.
     *
     * @return what the code left in {@code rax}; for C functions of a smaller result type the caller narrows it
     */
    public static long call(long fn, long a, long b, long c, long d, long e, long f) {
        try {
            return (long) CALL.invokeExact(MemorySegment.ofAddress(fn), a, b, c, d, e, f);
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable impossible) {
            throw new InternalError(impossible);
        }
    }

    /** {@link #call(long, long, long, long, long, long, long)} with fewer arguments; the others are 0. */
    public static long call(long fn, long a, long b, long c) {
        return call(fn, a, b, c, 0, 0, 0);
    }
}
