package emberwall.fiber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults happen in JVMs of their own: {@link Faults}. */
class FaultTest {
    private static final String FINE = "fine";

    @Test
    void aMillionTrapsOfEightThreadsLeaveTheJvmSound() {
        assertEquals(FINE, run("storm", "8", "125000").ok().strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseZGC", "-Xint", "-XX:TieredStopAtLevel=1"})
    void anyCollectorAndCompilerWillDo(String option) {
        assertEquals(
                FINE,
                ChildJvm.of(Faults.class)
                        .options(option)
                        .run("storm", "4", "3000")
                        .ok()
                        .strip());
    }

    @Test
    void theFlightRecorderSamplesGuests() {
        String output = ChildJvm.of(Faults.class)
                .options("-XX:StartFlightRecording:settings=profile,jdk.CPUTimeSample#enabled=true", "-Xlog:disable")
                .run("storm", "2", "20000")
                .ok();
        assertTrue(output.contains(FINE), output);
    }

    @Test
    void aSecondCopyOfTheClassesChainsToTheFirst() {
        assertEquals(FINE, run("copies").ok().strip());
    }

    @Test
    void aBusErrorInAGuardIsAFaultToo() {
        assertEquals(FINE, run("bus").ok().strip());
    }

    @Test
    void rangesComeAndGo() {
        assertEquals(FINE, run("ranges").ok().strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"elsewhere", "unregistered"})
    void otherFaultsEndTheJvmAsEver(String where) {
        ChildJvm.Result result =
                ChildJvm.of(Faults.class).options("-XX:+ErrorFileToStdout").run(where);
        assertNotEquals(0, result.status());
        assertFalse(result.output().contains(Faults.SURVIVED), result.output());
        assertTrue(result.output().contains("SIGSEGV"), result.output());
    }

    @Test
    void withoutAHandlerBelowTheSystemsDefaultEndsTheProcess() {
        ChildJvm.Result result = run("default");
        assertEquals(128 + 11, result.status(), result.output());
    }

    @Test
    void theHandlerCanBeTurnedOff() {
        String output = ChildJvm.of(Faults.class)
                .options("-Demberwall.fault.handler=off")
                .run("available")
                .ok();
        assertEquals("false", output.strip());
        assertEquals("true", run("available").ok().strip());
    }

    private static ChildJvm.Result run(String... arguments) {
        return ChildJvm.of(Faults.class).run(arguments);
    }
}
