package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class LayoutTest {
    @Test
    void fieldsFollowEachOtherAligned() {
        Layout layout = new Layout("Record");
        assertEquals(0, layout.word("CODE"));
        assertEquals(8, layout.half("TYPE"));
        assertEquals(16, layout.word("COUNTER"));
        assertEquals(24, layout.words("ROW", 3));
        assertEquals(48, layout.half("LAST"));
        assertEquals(64, layout.align(64).field("VECTOR", 16, 16));
        assertEquals(80, layout.size(16));
        assertEquals("ROW", layout.fieldAt(47).name());
        assertNull(layout.fieldAt(12));
        assertEquals(6, layout.fields().size());
    }

    @Test
    void theAddressMayPointIntoTheMiddle() {
        Layout layout = new Layout("Block", -16);
        assertEquals(-16, layout.word("A"));
        assertEquals(-8, layout.word("B"));
        assertEquals(0, layout.word("C"));
        assertEquals(24, layout.size(8));
        assertEquals("B", layout.fieldAt(-1).name());
        long page = Pages.allocate(Pages.SIZE);
        RawMemory.putLong(page + 8, 0xABC);
        assertEquals("Block\n  A = 0\n  B = abc\n  C = 0\n", layout.describe(page + 16));
        Pages.release(page, Pages.SIZE);
    }
}
