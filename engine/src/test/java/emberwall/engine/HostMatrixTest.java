package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The stress of the host ({@link Host}) and the races of views ({@link Closings}) under every collector and what else a
 * JVM may be told. A part of the matrix usually; with {@code -Demberwall.matrix=true} all of it, and ten times as much of
 * everything.
 */
class HostMatrixTest {
    private static final boolean FULL = Boolean.getBoolean("emberwall.matrix");
    private static final Path CRASHES = Path.of("target", "crashes").toAbsolutePath();

    private static final String[] COLLECTORS = {"-XX:+UseSerialGC", "-XX:+UseG1GC", "-XX:+UseParallelGC", "-XX:+UseZGC"
    };

    /** The only thing that the JVM may complain of: that SIGSEGV's handler, and SIGBUS's, are no longer its own. */
    private static final String[] ALLOWED = {
        "Warning: SIGSEGV handler modified!",
        "Warning: SIGBUS handler modified!",
        "Signal Handlers:",
        "*** Handler was modified!",
        "*** Expected:",
        "Consider using jsig library.",
    };

    /** What a JVM is told, beside its collector. */
    private enum Told {
        NOTHING,
        CHECK_JNI("-Xcheck:jni"),
        RECORD(
                "-XX:StartFlightRecording:filename=" + CRASHES.resolve("recording-%p.jfr")
                        + ",settings=profile,jdk.ExecutionSample#period=1ms,jdk.NativeMethodSample#period=1ms,"
                        + "jdk.CPUTimeSample#enabled=true,jdk.CPUTimeSample#throttle=1ms",
                "-Xlog:disable"),
        SMALL_STACKS("-Xss256k", "-XX:MaxJavaStackTraceDepth=20"),
        COMPACT_HEADERS("-XX:+UseCompactObjectHeaders"),
        INTERPRETED("-Xint"),
        FEW_CARRIERS("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"),
        LARGE_PAGES("-XX:+UseTransparentHugePages");

        final List<String> options;

        Told(String... options) {
            this.options = List.of(options);
        }

        /** One with each collector. */
        boolean usually(int collector) {
            return ordinal() == collector + 1;
        }
    }

    private static ChildJvm child(Class<?> main, String collector, Told told) throws IOException {
        Files.createDirectories(CRASHES);
        return ChildJvm.of(main)
                .options(collector, "-XX:ErrorFile=" + CRASHES.resolve("hs_err_%p.log"))
                .options(told.options.toArray(new String[0]))
                .seconds(FULL ? 3600 : 300);
    }

    @TestFactory
    List<DynamicTest> nobodyNoticesTheOther() {
        List<DynamicTest> tests = new ArrayList<>();
        int scale = FULL ? 10 : 1;
        for (int collector = 0; collector < COLLECTORS.length; collector++) {
            String option = COLLECTORS[collector];
            for (Told told : Told.values()) {
                if (FULL || told.usually(collector)) {
                    tests.add(DynamicTest.dynamicTest(told + " " + option, () -> {
                        String said =
                                child(Host.class, option, told).run("" + scale).ok();
                        List<String> lines = new ArrayList<>(said.lines().toList());
                        assertTrue(lines.removeIf(Host.expected(scale)::equals), said);
                        assertTrue(lines.removeIf("classes were unloaded"::equals), said);
                        assertTrue(lines.removeIf("virtual threads unmount"::equals), said);
                        if (told == Told.CHECK_JNI) lines.removeIf(HostMatrixTest::isAllowed);
                        assertEquals(List.of(), lines, said);
                    }));
                }
            }
        }
        return tests;
    }

    private static boolean isAllowed(String line) {
        for (String allowed : ALLOWED) {
            if (line.strip().startsWith(allowed)) return true;
        }
        return line.contains("SIG") && line.contains("mask=") || line.isBlank();
    }

    @TestFactory
    List<DynamicTest> viewsEndUnderEveryCollector() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String collector : COLLECTORS) {
            for (String program : new String[] {"views", "growing"}) {
                for (Bounds bounds : new Bounds[] {Bounds.GUARD, Bounds.EXPLICIT}) {
                    boolean usual = bounds == Bounds.GUARD == program.equals("views") && isOdd(collector);
                    if (FULL || usual) {
                        String rounds = program.equals("views") ? FULL ? "500" : "50" : FULL ? "20" : "2";
                        tests.add(DynamicTest.dynamicTest(program + " " + bounds + " " + collector, () -> {
                            String said = child(Closings.class, collector, Told.NOTHING)
                                    .run(program, bounds.name(), rounds)
                                    .ok();
                            assertEquals("fine", said.strip());
                        }));
                    }
                }
            }
        }
        return tests;
    }

    /** {@link ClosingTest} takes the JVM's own choice. */
    private static boolean isOdd(String collector) {
        return collector.contains("Serial") || collector.contains("ZGC");
    }

    /** A crash that a child survived somehow would still be one. */
    @Test
    void noJvmLeftAnErrorFile() throws IOException {
        Files.createDirectories(CRASHES);
        try (Stream<Path> files = Files.list(CRASHES)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("hs_err"))
                            .toList());
        }
    }
}
