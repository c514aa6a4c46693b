package emberwall.wasm.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.MemoryType;
import emberwall.wasm.TableType;
import emberwall.wasm.ValueType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memories and tables as the host and instructions see them. */
@Timeout(60)
class StorageTest {
    private static final long PAGE = 65_536;

    private static MemoryType memory(long minimum, long maximum) {
        return new MemoryType(false, false, 16, minimum, maximum, true);
    }

    @Test
    void gigabytesThatAreOnlyDeclaredCostNothing() {
        try (Guests guests = new Guests()) {
            MemoryInstance[] memories = new MemoryInstance[64];
            for (int i = 0; i < memories.length; i++) {
                memories[i] = guests.store.newMemory(memory(65_536, 65_536));
                memories[i].put(8, 8, i);
            }
            assertEquals(5, memories[5].get(8, 8));
            assertEquals(PAGE << 16, memories[5].bytes());
            memories[0].init(new byte[] {1, 2, 3}, 0, 3, 100, 1, 2);
            assertEquals(0x0302, memories[0].get(100, 2));
        }
    }

    @Test
    void growingPageByPageKeepsWhatIsThere() {
        try (Guests guests = new Guests()) {
            MemoryInstance memory = guests.store.newMemory(memory(0, 65_536));
            for (int page = 0; page < 1_000; page++) {
                assertEquals(page, memory.grow(1));
                memory.put(page * PAGE, 4, page + 1);
            }
            for (int page = 0; page < 1_000; page++) {
                assertEquals(page + 1, memory.get(page * PAGE, 4));
            }
            assertEquals(-1, memory.grow(65_536));
            assertEquals(-1, memory.grow(-1));
            assertEquals(1_000, memory.grow(0));
        }
    }

    @Test
    void everyAccessKnowsItsBounds() {
        try (Guests guests = new Guests()) {
            MemoryInstance memory = guests.store.newMemory(memory(1, 2));
            for (int bytes : new int[] {1, 2, 4, 8}) {
                long last = PAGE - bytes;
                memory.put(last, bytes, -1);
                assertEquals(-1L >>> 64 - 8 * bytes, memory.get(last, bytes));
                for (long address : new long[] {last + 1, PAGE, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
                    assertThrows(IndexOutOfBoundsException.class, () -> memory.get(address, bytes));
                    assertThrows(IndexOutOfBoundsException.class, () -> memory.put(address, bytes, 0));
                }
            }
            assertThrows(IllegalArgumentException.class, () -> memory.get(0, 3));
            // base and offset of an instruction, which may wrap around
            long[][] outside = {{PAGE, 0}, {0, PAGE}, {-1, 1}, {1, -1}, {Long.MAX_VALUE, 1}, {-8, 8}, {PAGE - 3, 0}};
            for (long[] place : outside) {
                TrapSignal signal =
                        assertThrows(TrapSignal.class, () -> memory.load(Op.LOAD, Type.I32, place[0], place[1]));
                assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, signal.reason());
                assertThrows(TrapSignal.class, () -> memory.store(Op.STORE, Type.I32, place[0], place[1], 1));
            }
        }
    }

    @Test
    void loadsExtendAsTheirTypesSay() {
        try (Guests guests = new Guests()) {
            MemoryInstance memory = guests.store.newMemory(memory(1, 1));
            memory.put(0, 8, 0xf1f2_f3f4_f5f6_f7f8L);
            assertEquals(0xffff_fff8L, memory.load(Op.LOAD8_S, Type.I32, 0, 0));
            assertEquals(0xffff_ffff_ffff_fff8L, memory.load(Op.LOAD8_S, Type.I64, 0, 0));
            assertEquals(0xf8, memory.load(Op.LOAD8_U, Type.I32, 0, 0));
            assertEquals(0xffff_f6f7L, memory.load(Op.LOAD16_S, Type.I32, 0, 1));
            assertEquals(0xffff_ffff_ffff_f6f7L, memory.load(Op.LOAD16_S, Type.I64, 1, 0));
            assertEquals(0xf6f7, memory.load(Op.LOAD16_U, Type.I64, 1, 0));
            assertEquals(0xffff_ffff_f5f6_f7f8L, memory.load(Op.LOAD32_S, Type.I64, 0, 0));
            assertEquals(0xf5f6_f7f8L, memory.load(Op.LOAD32_U, Type.I64, 0, 0));
            assertEquals(0xf5f6_f7f8L, memory.load(Op.LOAD, Type.F32, 0, 0));
            assertEquals(0xf1f2_f3f4_f5f6_f7f8L, memory.load(Op.LOAD, Type.F64, 0, 0));
        }
    }

    @Test
    void viewsNeverReachFurtherThanTheMemoryAndDieWithTheStore() {
        MemorySegment view;
        MemoryInstance memory;
        try (Guests guests = new Guests()) {
            memory = guests.store.newMemory(memory(1, 10));
            view = memory.segment();
            assertEquals(PAGE, view.byteSize());
            view.set(ValueLayout.JAVA_BYTE, PAGE - 1, (byte) 9);
            assertEquals(9, memory.get(PAGE - 1, 1));
            memory.grow(9);
            MemorySegment grown = memory.segment();
            assertEquals(10 * PAGE, grown.byteSize());
            assertEquals(9, grown.get(ValueLayout.JAVA_BYTE, PAGE - 1));
            view = grown;
        }
        MemorySegment dead = view;
        assertThrows(IllegalStateException.class, () -> dead.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, memory::segment);
        assertThrows(IllegalStateException.class, () -> memory.get(0, 1));
        assertThrows(IllegalStateException.class, () -> memory.read(0, new byte[0], 0, 0));
    }

    @Test
    void bytesAreCopiedBothWays() {
        try (Guests guests = new Guests()) {
            MemoryInstance memory = guests.store.newMemory(memory(2, 2));
            memory.write(PAGE - 2, new byte[] {0, 1, 2, 3, 4, 5}, 1, 4);
            byte[] copy = new byte[6];
            memory.read(PAGE - 2, copy, 2, 4);
            assertArrayEquals(new byte[] {0, 0, 1, 2, 3, 4}, copy);
            assertThrows(IndexOutOfBoundsException.class, () -> memory.read(2 * PAGE - 1, copy, 0, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> memory.read(0, copy, 5, 2));
            assertThrows(IndexOutOfBoundsException.class, () -> memory.write(-1, copy, 0, 1));
        }
    }

    @Test
    void overlappingCopiesLargerThanAMebibyteAreRight() {
        try (Guests guests = new Guests()) {
            for (int shift : new int[] {1, 4096, 3 << 20, -1, -4096}) {
                MemoryInstance memory = guests.store.newMemory(memory(200, 200));
                byte[] pattern = new byte[5 << 20];
                for (int i = 0; i < pattern.length; i++) {
                    pattern[i] = (byte) (i * 31 + (i >>> 8));
                }
                int from = 1 << 20;
                memory.write(from, pattern, 0, pattern.length);
                memory.copyFrom(guests.store, memory, from + shift, from, pattern.length);
                byte[] moved = new byte[pattern.length];
                memory.read(from + shift, moved, 0, moved.length);
                assertArrayEquals(pattern, moved, "shift " + shift);
            }
        }
    }

    @Test
    void limitsOfTheStoreHold() {
        try (Guests guests = new Guests(new StoreLimits(3 * PAGE + 5, 100, 1 << 16, 10))) {
            MemoryInstance memory = guests.store.newMemory(memory(1, 10));
            assertEquals(1, memory.grow(2));
            assertEquals(-1, memory.grow(1));
            ResourceException refused =
                    assertThrows(ResourceException.class, () -> guests.store.newMemory(memory(4, 10)));
            assertTrue(refused.getMessage().contains("4 pages"), refused.getMessage());
            TableInstance table = guests.store.newTable(new TableType(ValueType.EXTERNREF, false, 10, 0, false), "x");
            assertEquals(10, table.grow(90, "y"));
            assertEquals(-1, table.grow(1, null));
            assertThrows(
                    ResourceException.class,
                    () -> guests.store.newTable(new TableType(ValueType.FUNCREF, true, -1, 0, false), null));
        }
    }

    @Test
    void tablesGrowAndMoveElements() {
        try (Guests guests = new Guests()) {
            TableInstance table =
                    guests.store.newTable(new TableType(ValueType.EXTERNREF, false, 2, 1_000_000, true), "a");
            assertSame("a", table.get(1));
            for (int size = 2; size < 200_000; size++) {
                assertEquals(size, table.grow(1, size));
            }
            assertEquals(199_999, table.get(199_999));
            assertEquals(-1, table.grow(-1, null));
            assertEquals(-1, table.grow(800_001, null));
            table.copyFrom(table, 3, 2, 199_997);
            assertEquals(2, table.get(2));
            assertEquals(2, table.get(3));
            assertEquals(199_998, table.get(199_999));
            table.fill(0, null, 200_000);
            assertNull(table.get(199_999));
            assertThrows(IndexOutOfBoundsException.class, () -> table.get(200_000));
            assertThrows(IndexOutOfBoundsException.class, () -> table.set(-1, null));
            assertThrows(TrapSignal.class, () -> table.fill(1, null, 200_000));
            assertThrows(TrapSignal.class, () -> table.copyFrom(table, 0, -1, 1));
        }
    }
}
