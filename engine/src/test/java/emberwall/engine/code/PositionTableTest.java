package emberwall.engine.code;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.op.TrapReason;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PositionTableTest {
    @Test
    void findsWhatWasAddedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(7);
        PositionTable.Builder builder = new PositionTable.Builder();
        for (int size : new int[] {0, 1, 2, 63, 64, 65, 128, 10_000}) {
            builder.reset();
            Map<Integer, Long> expected = new HashMap<>();
            int code = 0;
            for (int i = 0; i < size; i++) {
                code += 1 + random.nextInt(random.nextInt(10) == 0 ? 1 << 20 : 20);
                int position = random.nextInt(1 << 28);
                int kind = random.nextInt(TrapReason.values().length + 1);
                if (kind == PositionTable.CALL) {
                    builder.call(code, position);
                } else {
                    builder.trap(code, position, kind - 1);
                }
                expected.put(code, (long) position << 8 | kind);
            }
            PositionTable table = builder.build();
            expected.forEach((offset, entry) -> {
                assertEquals(entry, table.find(offset));
                assertEquals(expected.getOrDefault(offset + 1, -1L), table.find(offset + 1));
            });
            assertEquals(-1, table.find(code + 1));
            assertEquals(-1, table.find(-1));
        }
    }

    @Test
    void entriesHaveParts() {
        PositionTable.Builder builder = new PositionTable.Builder();
        builder.trap(5, 1234, TrapReason.INTEGER_OVERFLOW.ordinal());
        builder.call(9, 77);
        PositionTable table = builder.build();
        assertEquals(1234, PositionTable.position(table.find(5)));
        assertEquals(TrapReason.INTEGER_OVERFLOW, PositionTable.reason(table.find(5)));
        assertEquals(PositionTable.CALL, PositionTable.kind(table.find(9)));
        assertEquals(77, PositionTable.position(table.find(9)));
    }
}
