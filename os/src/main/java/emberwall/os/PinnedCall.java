package emberwall.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Calls of machine code that uses memory segments. The linker keeps the arena of each segment that is an argument open for as
 * long as the call takes, and refuses segments that are closed or belong to another thread; so the segments are further
 * arguments, which the code need not look at.
 */
public final class PinnedCall {
    private static final int WORDS = 3;
    private static final int FEW = 4;

    /** By number of segments above {@link #FEW}; made when first needed. */
    private static volatile MethodHandle[] many = {};

    private PinnedCall() {}

    /** Apart, for each shape costs milliseconds. */
    private static final class Few {
        static final MethodHandle CALL = handle(FEW);
    }

    /**
     * Calls the code at {@code fn} with three integer arguments.
     *
     * @param segments of native memory; at least one
     * @throws IllegalStateException if a segment's arena is closed
     * @throws WrongThreadException if a segment belongs to another thread
     */
    public static long call(long fn, long a, long b, long c, MemorySegment[] segments) {
        try {
            MemorySegment code = MemorySegment.ofAddress(fn);
            MemorySegment[] s = segments;
            return switch (s.length) {
                case 1 -> few(code, a, b, c, s[0], MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL);
                case 2 -> few(code, a, b, c, s[0], s[1], MemorySegment.NULL, MemorySegment.NULL);
                case 3 -> few(code, a, b, c, s[0], s[1], s[2], MemorySegment.NULL);
                case 4 -> few(code, a, b, c, s[0], s[1], s[2], s[3]);
                default -> (long) many(s.length).invokeExact(code, a, b, c, s);
            };
        } catch (RuntimeException | Error exception) {
            throw exception;
        } catch (Throwable impossible) {
            throw new InternalError(impossible);
        }
    }

    private static long few(
            MemorySegment code,
            long a,
            long b,
            long c,
            MemorySegment first,
            MemorySegment second,
            MemorySegment third,
            MemorySegment fourth)
            throws Throwable {
        return (long) Few.CALL.invokeExact(code, a, b, c, first, second, third, fourth);
    }

    private static MethodHandle many(int count) {
        MethodHandle[] known = many;
        if (count < known.length && known[count] != null) {
            return known[count];
        }
        MethodHandle made = handle(count).asSpreader(MemorySegment[].class, count);
        MethodHandle[] more = Arrays.copyOf(known, Math.max(count + 1, known.length));
        more[count] = made;
        many = more;
        return made;
    }

    private static MethodHandle handle(int segments) {
        MemoryLayout[] arguments = new MemoryLayout[WORDS + segments];
        Arrays.fill(arguments, 0, WORDS, JAVA_LONG);
        Arrays.fill(arguments, WORDS, arguments.length, ADDRESS);
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_LONG, arguments));
    }
}
