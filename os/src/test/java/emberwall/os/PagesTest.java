package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagesTest {
    private static final byte[] RETURN_ARGUMENT_PLUS_1 = {(byte) 0x8D, 0x47, 1, (byte) 0xC3}; // lea eax,[rdi+1]; ret

    @AfterEach
    void noFaults() {
        Pages.inject(null);
    }

    @Test
    void reservedMemoryCanBeCommittedAndGivenBack() {
        long bytes = 1L << 32;
        long base = Pages.reserve(bytes);
        assertEquals("---p", Mappings.protection(base));
        Pages.commit(base, 3 * Pages.SIZE);
        assertEquals("rw-p", Mappings.protection(base + 2 * Pages.SIZE));
        assertEquals("---p", Mappings.protection(base + 3 * Pages.SIZE));
        assertEquals(0, RawMemory.getLong(base + Pages.SIZE));
        RawMemory.putLong(base + Pages.SIZE, 42);
        Pages.discard(base, 3 * Pages.SIZE);
        assertEquals(0, RawMemory.getLong(base + Pages.SIZE));
        RawMemory.putLong(base + Pages.SIZE, 43);
        Pages.decommit(base + Pages.SIZE, Pages.SIZE);
        assertEquals("---p", Mappings.protection(base + Pages.SIZE));
        Pages.commit(base + Pages.SIZE, Pages.SIZE);
        assertEquals(0, RawMemory.getLong(base + Pages.SIZE));
        Pages.protect(base, Pages.SIZE, Pages.READ);
        assertEquals("r--p", Mappings.protection(base));
        Pages.release(base, bytes);
        assertNull(Mappings.protection(base));
    }

    @Test
    void sizesAreRoundedUp() {
        assertEquals(0, Pages.round(0));
        assertEquals(4096, Pages.round(1));
        assertEquals(4096, Pages.round(4096));
        assertEquals(8192, Pages.round(4097));
    }

    @ParameterizedTest
    @EnumSource(Pages.Views.class)
    void codeIsWrittenThroughOneViewAndRunThroughTheOther(Pages.Views views) {
        Pages.Dual dual = Pages.dual(1 << 20, views);
        assertTrue(Mappings.protection(dual.writable()).startsWith("rw-"));
        assertTrue(Mappings.protection(dual.executable()).startsWith("r-x"));
        for (int i = 0; i < 100; i++) {
            RETURN_ARGUMENT_PLUS_1[2] = (byte) i;
            RawMemory.copy(RETURN_ARGUMENT_PLUS_1, 0, dual.writable() + 64, 4);
            assertEquals(1000 + i, Native.call(dual.executable() + 64, 1000, 0, 0));
        }
        dual.release();
        assertNull(Mappings.protection(dual.writable()));
        assertNull(Mappings.protection(dual.executable()));
    }

    @Test
    void nothingIsEverWritableAndExecutable() {
        long ours = Leaves.SYSCALL;
        assertEquals("r-xp", Mappings.protection(ours));
        for (Pages.Views views : Pages.Views.values()) {
            Pages.Dual dual = Pages.dual(1 << 16, views);
            for (long at : new long[] {dual.writable(), dual.executable()}) {
                assertFalse(Mappings.protection(at).startsWith("rwx"), views.toString());
            }
            dual.release();
        }
    }

    @Test
    void whatTheSystemRefusesIsSaid() {
        OsException refusal = assertThrows(OsException.class, () -> Pages.reserve(1L << 60));
        assertEquals(Errno.ENOMEM, refusal.errno());
        assertEquals("reserving memory: cannot allocate memory", refusal.getMessage());
        assertEquals(-1, Pages.tryReserve(1L << 60));
        for (Pages.Views views : Pages.Views.values()) {
            assertThrows(OsException.class, () -> Pages.dual(1L << 60, views));
        }
    }

    @Test
    void everyCallCanBeMadeToFailAndLeavesNothingBehind() {
        long base = Pages.reserve(1 << 20);
        int before = Mappings.lines().size();
        Pages.inject((operation, bytes) -> Errno.ENOMEM);
        assertThrows(OsException.class, () -> Pages.reserve(4096));
        assertThrows(OsException.class, () -> Pages.allocate(4096));
        assertThrows(OsException.class, () -> Pages.commit(base, 4096));
        assertFalse(Pages.tryCommit(base, 4096));
        assertThrows(OsException.class, () -> Pages.decommit(base, 4096));
        assertThrows(OsException.class, () -> Pages.discard(base, 4096));
        assertThrows(OsException.class, () -> Pages.protect(base, 4096, Pages.READ));
        String[] steps = {"dual", "duplicate", "execute", "file"};
        for (String step : steps) {
            Pages.inject((operation, bytes) -> operation.equals(step) ? Errno.EACCES : 0);
            for (Pages.Views views : Pages.Views.values()) {
                boolean file = views != Pages.Views.SHARED_ANONYMOUS;
                if (step.equals("duplicate") && file || step.equals("file") && !file) {
                    continue;
                }
                OsException refusal = assertThrows(OsException.class, () -> Pages.dual(1 << 16, views));
                assertEquals(Errno.EACCES, refusal.errno());
            }
        }
        Pages.inject(null);
        assertTrue(Mappings.lines().size() <= before + 2, "mappings were left behind");
        Pages.release(base, 1 << 20);
    }

    /** What cannot be unmapped gives its memory back, and is unmapped with the next mapping that can be. */
    @Test
    void refusedReleasesAreMadeUpFor() {
        long kept = Pages.allocate(Pages.SIZE);
        long other = Pages.allocate(Pages.SIZE);
        RawMemory.putLong(kept, 42);
        Pages.inject((operation, bytes) -> operation.equals("release") ? Errno.ENOMEM : 0);
        Pages.release(kept, Pages.SIZE);
        assertEquals("rw-p", Mappings.protection(kept));
        assertEquals(0, RawMemory.getLong(kept));
        Pages.inject(null);
        Pages.release(other, Pages.SIZE);
        assertNull(Mappings.protection(kept));
        assertNull(Mappings.protection(other));
    }
}
