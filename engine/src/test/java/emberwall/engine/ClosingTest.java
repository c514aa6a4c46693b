package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.ChildJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closing anything at any time, from any thread, ends in an exception at worst: {@link Closings}. */
class ClosingTest {
    @ParameterizedTest
    @CsvSource({
        "exports, GUARD, 30",
        "twice, GUARD, 20",
        "twice, EXPLICIT, 10",
        "inside, GUARD, 1",
        "modules, GUARD, 100",
        "anytime, GUARD, 1500",
        "anytime, EXPLICIT, 1000",
        "growing, GUARD, 5",
        "growing, EXPLICIT, 3",
        "views, GUARD, 150",
        "views, EXPLICIT, 100",
        "calls, GUARD, 200",
        "shutdown, GUARD, 1",
    })
    void nothingBreaks(String program, String bounds, String rounds) {
        assertEquals(
                "fine",
                ChildJvm.of(Closings.class)
                        .seconds(120)
                        .run(program, bounds, rounds)
                        .ok()
                        .strip());
    }
}
