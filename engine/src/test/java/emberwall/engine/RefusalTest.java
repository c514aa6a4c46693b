package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.testing.ChildJvm;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever mapping call the system refuses: a clear exception or the right result, no leak, and the next time is fine. */
class RefusalTest {
    private static final int ENOUGH = 20;

    @AfterEach
    void heal() {
        Pages.inject(null);
    }

    @ParameterizedTest
    @CsvSource({
        "GUARD, " + Errno.ENOMEM,
        "GUARD, " + Errno.EPERM,
        "EXPLICIT, " + Errno.ENOMEM,
        "EXPLICIT, " + Errno.EACCES,
        "AUTO, " + Errno.ENOMEM,
        "AUTO, " + Errno.EACCES
    })
    void everyCallOfALaterEngineMayBeRefused(Bounds bounds, int errno) {
        Config config = Config.builder().bounds(bounds).build();
        Refusals.live(config, false);
        int refused = 1;
        for (boolean more = true; more; refused++) {
            Refusals.Ledger ledger = new Refusals.Ledger(refused, errno);
            Pages.inject(ledger);
            try {
                Refusals.live(config, true);
            } catch (EngineLimitException limit) {
                assertTrue(ledger.happened(), limit::toString);
            } catch (RuntimeException | Error other) {
                throw new AssertionError(ledger.what(), other);
            }
            assertEquals(Map.of(), ledger.left(), ledger.what());
            Pages.inject(null);
            Refusals.live(config, false);
            more = ledger.happened();
        }
        assertTrue(refused > ENOUGH, "only " + refused + " calls");
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ENOMEM, Errno.EACCES})
    void everyCallOfTheFirstEngineMayBeRefused(int errno) {
        String output = ChildJvm.of(Refusals.class).seconds(120).run("" + errno).ok();
        String last = output.strip().substring(output.strip().lastIndexOf('\n') + 1);
        assertTrue(Integer.parseInt(last.replace("lives ", "")) > ENOUGH, output);
    }

    @Test
    void aLedgerSeesWhatIsLeft() {
        Refusals.Ledger ledger = new Refusals.Ledger(0, 0);
        Pages.inject(ledger);
        long address = Pages.allocate(1);
        assertEquals(Map.of(address, (long) Pages.SIZE), ledger.left());
        Pages.release(address, 1);
        assertEquals(Map.of(), ledger.left());
    }
}
