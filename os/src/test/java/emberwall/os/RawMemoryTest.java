package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawMemoryTest {
    private long page;

    @BeforeEach
    void map() {
        page = Pages.allocate(Pages.SIZE);
    }

    @AfterEach
    void unmap() {
        Pages.release(page, Pages.SIZE);
    }

    @Test
    void wordsAreLittleEndianAtAnyAlignment() {
        RawMemory.putLong(page + 3, 0x0807_0605_0403_0281L);
        assertEquals((byte) 0x81, RawMemory.getByte(page + 3));
        assertEquals(0x0281, RawMemory.getShort(page + 3));
        assertEquals(0x0605_0403, RawMemory.getInt(page + 5));
        assertEquals(0x0807_0605_0403_0281L, RawMemory.getLong(page + 3));
        RawMemory.putInt(page + 5, -1);
        RawMemory.putShort(page + 9, 0x1234);
        RawMemory.putByte(page + 3, 0x1FF);
        assertEquals(0x1234_FFFF_FFFF_02FFL, RawMemory.getLong(page + 3));
    }

    @Test
    void atomicsWork() {
        RawMemory.putLongRelease(page, 5);
        assertFalse(RawMemory.compareAndSetLong(page, 4, 6));
        assertTrue(RawMemory.compareAndSetLong(page, 5, 6));
        assertEquals(6, RawMemory.getAndSetLong(page, 7));
        assertEquals(7, RawMemory.getLongAcquire(page));
    }

    @Test
    void bytesAreCopiedBothWays() {
        byte[] source = {1, 2, 3, 4, 5};
        RawMemory.copy(source, 1, page + 10, 3);
        assertArrayEquals(new byte[] {0, 2, 3, 4, 0}, RawMemory.bytes(page + 9, 5));
        RawMemory.copy(page + 10, page + 11, 3); // overlapping
        byte[] target = new byte[4];
        RawMemory.copy(page + 10, target, 1, 3);
        assertArrayEquals(new byte[] {0, 2, 2, 3}, target);
        RawMemory.fill(page + 10, 3, 0xCC);
        assertEquals((byte) 0xCC, RawMemory.getByte(page + 12));
        assertEquals(4, RawMemory.getByte(page + 13));
        assertEquals(3, RawMemory.segment(page + 10, 3).byteSize());
    }

    @Test
    void stringsEndAtZero() {
        byte[] text = "gr\u00fc\u00df\0dich".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        RawMemory.copy(text, 0, page, text.length);
        assertEquals("gr\u00fc\u00df", RawMemory.string(page));
        assertEquals("", RawMemory.string(page + 6));
    }
}
