package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @Test
    void readsSizes() {
        assertEquals(65_536, Quantity.bytes("-", "65536"));
        assertEquals(64 << 20, Quantity.bytes("-", "64MiB"));
        assertEquals(1L << 30, Quantity.bytes("-", "1GiB"));
        assertEquals(1_500_000, Quantity.bytes("-", "1.5MB"));
        assertEquals(4L << 40, Quantity.bytes("-", "4 TiB"));
        assertEquals(0, Quantity.bytes("-", "0"));
    }

    @Test
    void readsDurations() {
        assertEquals(500_000_000, Quantity.nanos("-", "500ms"));
        assertEquals(2_000_000_000L, Quantity.nanos("-", "2s"));
        assertEquals(90_000_000_000L, Quantity.nanos("-", "1.5min"));
        assertEquals(7, Quantity.nanos("-", "7ns"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MiB",
                "-1",
                "1..5MiB",
                "64mib",
                "1e3",
                "99999999999999999999",
                "9223372036854775807KiB",
                ".MiB"
            })
    void refusesWhatIsNoSize(String text) {
        assertEquals(
                Status.USAGE,
                assertThrows(Failure.class, () -> Quantity.bytes("-", text)).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-2s", "2 seconds", "99999999999h"})
    void refusesWhatIsNoDuration(String text) {
        assertEquals(
                Status.USAGE,
                assertThrows(Failure.class, () -> Quantity.nanos("-", text)).status());
    }

    @Test
    void writesForPeople() {
        assertEquals("1023 B", Quantity.text(1023));
        assertEquals("1.0 KiB", Quantity.text(1024));
        assertEquals("1.5 MiB", Quantity.text(3 << 19));
        assertEquals("8.0 EiB", Quantity.text(Long.MAX_VALUE));
        assertEquals("999 ns", Quantity.time(999));
        assertEquals("12.3 ms", Quantity.time(12_345_678));
        assertEquals("1.50 s", Quantity.time(1_500_000_000));
        assertEquals("-0.05", Quantity.decimal(-0.05, 2));
        assertEquals("0", Quantity.decimal(-0.4, 0));
    }
}
