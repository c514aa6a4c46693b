package emberwall.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of machine code that is known to be short: the thread stays in Java state, which saves most of a call's time, and holds
 * up every safepoint until the code returns.
 */
public final class CriticalCall {
    private static final MethodHandle CALL = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private CriticalCall() {}

    /** Apart, since whoever has no use for it should not wait for it. */
    private static final class Three {
        static final MethodHandle CALL = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
    }

    /** Calls the machine code at {@code fn} with two integer arguments as the System V convention passes them. */
    public static long call(long fn, long a, long b) {
        try {
            return (long) CALL.invokeExact(MemorySegment.ofAddress(fn), a, b);
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable impossible) {
            throw new InternalError(impossible);
        }
    }

    /** The same with three arguments. */
    public static long call(long fn, long a, long b, long c) {
        try {
            return (long) Three.CALL.invokeExact(MemorySegment.ofAddress(fn), a, b, c);
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable impossible) {
            throw new InternalError(impossible);
        }
    }
}
