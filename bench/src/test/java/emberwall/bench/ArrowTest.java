package emberwall.bench;

import static emberwall.examples.Expression.binary;
import static emberwall.examples.Expression.column;
import static emberwall.examples.Expression.whole;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.examples.ColumnQuery;
import emberwall.examples.ColumnQuery.Column;
import emberwall.examples.ColumnQuery.Width;
import emberwall.examples.Expression;
import emberwall.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.api.Test;

/** Queries over vectors that Apache Arrow's own library made, against a loop that asks that for each value. */
class ArrowTest {
    private static final int ROWS = 10_001;

    private static MemorySegment segment(ArrowBuf buffer) {
        return MemorySegment.ofAddress(buffer.memoryAddress()).reinterpret(buffer.capacity());
    }

    @Test
    void vectorsAreReadWhereTheyAre() throws Throwable {
        Random random = new Random(3);
        try (RootAllocator allocator = new RootAllocator();
                IntVector quantity = new IntVector("quantity", allocator);
                BigIntVector bonus = new BigIntVector("bonus", allocator);
                Float8Vector price = new Float8Vector("price", allocator);
                Jit jit = Jit.open();
                Arena arena = Arena.ofConfined()) {
            for (int row = 0; row < ROWS; row++) {
                if (random.nextInt(5) > 0) {
                    quantity.setSafe(row, random.nextInt(-5, 50));
                } else {
                    quantity.setNull(row);
                }
                if (random.nextInt(3) > 0) {
                    bonus.setSafe(row, random.nextLong(1L << 40));
                } else {
                    bonus.setNull(row);
                }
                price.setSafe(row, random.nextInt(10_000) / 100.0);
            }
            quantity.setValueCount(ROWS);
            bonus.setValueCount(ROWS);
            price.setValueCount(ROWS);

            MethodHandle query = ColumnQuery.handle(
                    jit,
                    java.util.List.of(
                            new Column(Width.INT32, true),
                            new Column(Width.INT64, true),
                            new Column(Width.FLOAT64, true)),
                    new Expression.Or(binary("<", column(0), whole(24)), new Expression.IsMissing(column(1))),
                    binary("*", column(2), column(0)));
            MemorySegment sum = arena.allocate(8, 8);
            long count = (long) query.invoke(
                    (long) ROWS,
                    sum,
                    segment(quantity.getDataBuffer()),
                    segment(quantity.getValidityBuffer()),
                    segment(bonus.getDataBuffer()),
                    segment(bonus.getValidityBuffer()),
                    segment(price.getDataBuffer()),
                    segment(price.getValidityBuffer()));

            long expectedCount = 0;
            double expected = 0;
            for (int row = 0; row < ROWS; row++) {
                boolean kept = !quantity.isNull(row) && quantity.get(row) < 24 || bonus.isNull(row);
                if (kept && !quantity.isNull(row)) {
                    expected += price.get(row) * quantity.get(row);
                    expectedCount++;
                }
            }
            assertTrue(expectedCount > ROWS / 4, "only " + expectedCount);
            assertEquals(expectedCount, count);
            assertEquals(expected, sum.get(JAVA_DOUBLE, 0));
        }
    }
}
