package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A C program with POSIX threads, compiled for wasi-threads: mutexes, conditions, a barrier, a read-write lock, keys and
 * detaching, over a C library that does without a kernel's help.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PthreadsTest {
    private static final int THREADS = 4;

    /** What the same source prints when gcc compiles it for Linux. */
    private static final String NATIVE = """
            threads report:
              thread 0 after 0 others
              thread 1 after 1 others
              thread 2 after 2 others
              thread 3 after 3 others
            384400 cells, 25.903322 degrees near the edge
            1429787 steps below 16001, 275 at most
            4 threads ended, 4 of them with an errno of their own
            a detached one said 42, then: silence
            """;

    static Stream<Programs.Way> ways() {
        return Programs.ways().stream();
    }

    /** Keeps what is written, and the names of the threads that do. */
    private static final class Writers extends OutputStream {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final Set<String> threads = new TreeSet<>();

        @Override
        public synchronized void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
            threads.add(Thread.currentThread().getName());
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    private static int run(Programs.Way way, int most, Writers output, Writers errors) throws IOException {
        try (Engine engine = Programs.start(way);
                CompiledModule module = engine.compile(Shared.repository().resolve("examples/pthreads.wasm"));
                Store store = engine.newStore();
                Wasi wasi = Wasi.builder()
                        .args("pthreads")
                        .threads(most)
                        .stdout(output)
                        .stderr(errors)
                        .build()) {
            store.timeout(Duration.ofSeconds(100));
            Instance instance = module.instantiate(store, wasi.addTo(Imports.of(), module, store));
            return wasi.run(instance);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void runsOnFourThreads(Programs.Way way) throws IOException {
        Writers output = new Writers();
        Writers errors = new Writers();
        assertEquals(0, run(way, THREADS, output, errors));
        assertEquals("", errors.text());
        assertEquals(NATIVE, output.text());
        String first = Thread.currentThread().getName();
        assertEquals(Set.of(first, "wasi-thread-1", "wasi-thread-2", "wasi-thread-3", "wasi-thread-4"), output.threads);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void isToldThatThereAreFewer(Programs.Way way) throws IOException {
        Writers output = new Writers();
        Writers errors = new Writers();
        assertEquals(1, run(way, THREADS - 1, output, errors));
        assertEquals("", output.text());
        assertEquals("pthread_create: Resource temporarily unavailable\n", errors.text());
    }
}
