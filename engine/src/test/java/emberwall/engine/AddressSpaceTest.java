package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where address space or mappings are short, guests are refused, and the JVM lives on: {@link Cramped}. */
class AddressSpaceTest {
    private static ChildJvm child() {
        return ChildJvm.of(Cramped.class)
                .options("-Xmx96m", "-XX:CompressedClassSpaceSize=32m", "-XX:ReservedCodeCacheSize=64m", "-Xss512k")
                .seconds(120);
    }

    /** In KiB: between what a JVM needs for itself and room for a few guarded memories. */
    @ParameterizedTest
    @ValueSource(ints = {2_000_000, 2_400_000, 3_000_000, 4_500_000, 8_000_000, 16_000_000, 40_000_000})
    void aLimitOfAddressSpaceLimitsGuests(int limit) {
        String output = child().ulimit("-v " + limit).run("guests").ok();
        assertTrue(output.endsWith("fine\n"), output);
        assertTrue(output.contains("tier BASELINE"), output);
        assertFalse(output.contains("instances 0"), output);
    }

    @Test
    void allEnginesShareTheMappingsOfTheProcess() {
        assertEquals("fine", child().run("mappings").ok().strip());
    }
}
