package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Endless streams of open, run, close, or forget, keep everything steady: {@link Streams}. A tenth of the numbers usually; with
 * {@code -Demberwall.matrix=true} all of 100 000 instances and 10 000 engines.
 */
class StreamTest {
    private static final int PARTS = Boolean.getBoolean("emberwall.matrix") ? 1 : 10;

    @ParameterizedTest
    @CsvSource({
        "instances, GUARD, 100000",
        "instances, EXPLICIT, 100000",
        "forgotten, GUARD, 9600",
        "forgotten, EXPLICIT, 9600",
        "engines, GUARD, 10000",
        "engines, EXPLICIT, 10000",
    })
    void nothingGrows(String what, String bounds, int count) {
        String said = ChildJvm.of(Streams.class)
                .options("-Xmx128m", "-XX:+UseSerialGC")
                .seconds(3600)
                .run(what, bounds, "" + count / PARTS)
                .ok();
        List<String> lines = said.lines().toList();
        assertEquals(2, lines.size(), said);
        Streams.Taken third = Streams.Taken.of(lines.get(0));
        Streams.Taken end = Streams.Taken.of(lines.get(1));
        // What the JVM itself adds while it compiles and loads its last classes; one leak each is far more.
        assertTrue(end.resident() - third.resident() < 48 << 10, said);
        assertTrue(end.virtual() - third.virtual() < 256 << 10, said);
        assertTrue(end.heap() - third.heap() < 4 << 10, said);
        assertTrue(end.mappings() - third.mappings() < 64, said);
        assertTrue(end.descriptors() - third.descriptors() < 4, said);
        assertTrue(end.threads() - third.threads() < 4, said);
    }
}
