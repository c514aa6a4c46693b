package emberwall.ebpf.run;

import emberwall.ebpf.Conformance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;

/** How the shared cases are run. */
final class Cases {
    /** uBPF's helper that returns its argument, and ends the program if that is 0. */
    static final Environment UNWIND = number -> number == 5 ? Cases::unwind : null;

    private Cases() {}

    /** The program is over. */
    @SuppressWarnings("serial")
    private static final class Unwound extends RuntimeException {}

    private static long unwind(Running program, long a, long b, long c, long d, long e) {
        if (a == 0) {
            throw new Unwound();
        }
        return a;
    }

    /** All that have a result. */
    static List<Conformance> withResult() {
        return Stream.concat(Conformance.all().stream(), Conformance.ubpf().stream())
                .filter(test -> test.result() != null)
                .toList();
    }

    /** Runs a program over memory of its own. */
    interface Runner {
        long run(MemorySegment memory, long r1, long r2);
    }

    static long result(Conformance test, Runner runner) {
        try (Arena arena = Arena.ofConfined()) {
            int length = test.memory().length;
            MemorySegment memory = arena.allocate(Math.max(length, 1), 16);
            MemorySegment.copy(test.memory(), 0, memory, ValueLayout.JAVA_BYTE, 0, length);
            return runner.run(memory, length == 0 ? 0 : memory.address(), length);
        } catch (Unwound end) {
            return 0;
        }
    }
}
