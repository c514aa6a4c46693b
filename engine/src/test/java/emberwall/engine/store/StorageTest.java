package emberwall.engine.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Mappings are counted, and small memory is shared among many owners. */
class StorageTest {
    @Test
    void theBudgetIsTheLimit() {
        MappingBudget budget = new MappingBudget(10);
        budget.take(8);
        assertThrows(MappingBudget.ExceededException.class, () -> budget.take(3));
        budget.take(2);
        budget.give(5);
        assertEquals(5, budget.taken());
        budget.take(5);
    }

    @Test
    void piecesOfTheHeapNeverOverlapAndAreZero() {
        MappingBudget budget = new MappingBudget(1_000);
        Random random = new Random(7);
        try (OffHeap heap = new OffHeap(budget)) {
            List<long[]> pieces = new ArrayList<>();
            for (int step = 0; step < 20_000; step++) {
                if (!pieces.isEmpty() && random.nextInt(3) == 0) {
                    long[] piece = pieces.remove(random.nextInt(pieces.size()));
                    check(piece);
                    heap.free(piece[0], piece[1]);
                } else {
                    long bytes = 1L + random.nextInt(random.nextInt(50) == 0 ? 100_000 : 700);
                    long address = heap.allocate(bytes);
                    assertEquals(0, address & 15);
                    for (long at = 0; at + 8 <= bytes; at += 8) {
                        assertEquals(0, RawMemory.getLong(address + at));
                        RawMemory.putLong(address + at, address);
                    }
                    pieces.add(new long[] {address, bytes});
                }
            }
            for (long[] piece : pieces) {
                check(piece);
                heap.free(piece[0], piece[1]);
            }
        }
        assertEquals(0, budget.taken());
    }

    private static void check(long[] piece) {
        for (long at = 0; at + 8 <= piece[1]; at += 8) {
            assertEquals(piece[0], RawMemory.getLong(piece[0] + at));
        }
    }

    @Test
    void handlesAreKeptWhileMarked() {
        HandleTable table = new HandleTable(false);
        List<Object> objects = new ArrayList<>();
        Set<Long> words = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            Object object = new Object();
            objects.add(object);
            words.add(table.word(object));
        }
        assertEquals(5_000, words.size());
        assertEquals(References.NULL, table.word(null));
        table.beginSweep();
        for (int i = 0; i < 5_000; i += 2) {
            table.mark(table.word(objects.get(i)));
        }
        table.sweep();
        assertEquals(2_500, table.size());
        for (int i = 0; i < 5_000; i += 2) {
            assertEquals(objects.get(i), table.object(table.word(objects.get(i))));
        }
        assertNotEquals(table.word(new Object()), table.word(objects.get(0)));
    }
}
