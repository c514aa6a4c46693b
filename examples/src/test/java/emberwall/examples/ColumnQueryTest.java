package emberwall.examples;

import static emberwall.examples.Expression.binary;
import static emberwall.examples.Expression.column;
import static emberwall.examples.Expression.real;
import static emberwall.examples.Expression.whole;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.examples.ColumnQuery.Column;
import emberwall.examples.ColumnQuery.Width;
import emberwall.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Queries over columns that are written here by Arrow's rules, against a walk over the expression for each row. */
class ColumnQueryTest {
    private static final long SEED = 42;
    private static final int QUERIES = 300;
    private static final List<Column> COLUMNS = List.of(
            new Column(Width.INT32, true),
            new Column(Width.INT64, true),
            new Column(Width.FLOAT64, true),
            new Column(Width.INT32, false),
            new Column(Width.FLOAT64, false));

    private final Random random = new Random(SEED);

    /** Rows as objects, and the same as segments. */
    private record Table(int rows, Object[][] values, List<MemorySegment> segments) {}

    private Table table(Arena arena, int rows) {
        Object[][] values = new Object[COLUMNS.size()][rows];
        List<MemorySegment> segments = new ArrayList<>();
        for (int c = 0; c < COLUMNS.size(); c++) {
            Column column = COLUMNS.get(c);
            MemorySegment data = arena.allocate(rows * 8L, 8);
            MemorySegment bits = arena.allocate((rows + 7) / 8);
            bits.fill((byte) random.nextInt());
            data.fill((byte) 0x7F); // where there is no value there is anything
            for (int row = 0; row < rows; row++) {
                boolean isThere = !column.mayMiss() || random.nextInt(4) > 0;
                int old = bits.get(JAVA_BYTE, row >> 3);
                int bit = 1 << (row & 7);
                bits.set(JAVA_BYTE, row >> 3, (byte) (isThere ? old | bit : old & ~bit));
                values[c][row] = isThere ? value(column.width(), data, row) : null;
            }
            segments.add(data);
            if (column.mayMiss()) {
                segments.add(bits);
            }
        }
        return new Table(rows, values, segments);
    }

    private Object value(Width width, MemorySegment data, int row) {
        switch (width) {
            case INT32 -> {
                int value = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(-9, 10);
                data.setAtIndex(JAVA_INT, row, value);
                return (long) value;
            }
            case INT64 -> {
                long value = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(-9, 10);
                data.setAtIndex(JAVA_LONG, row, value);
                return value;
            }
            default -> {
                double[] special = {Double.NaN, -0.0, Double.POSITIVE_INFINITY, 1e300};
                double value = random.nextInt(40) == 0 ? special[random.nextInt(4)] : random.nextInt(-90, 90) / 8.0;
                data.setAtIndex(JAVA_DOUBLE, row, value);
                return value;
            }
        }
    }

    // ---- the walk

    /** A Long, a Double, a Boolean, or null. */
    private static Object evaluate(Expression expression, Table table, int row) {
        return switch (expression) {
            case Expression.Column column -> table.values[column.index()][row];
            case Expression.Whole whole -> whole.value();
            case Expression.Real real -> real.value();
            case Expression.Binary binary ->
                apply(binary.operator(), evaluate(binary.left(), table, row), evaluate(binary.right(), table, row));
            case Expression.And and ->
                decided(false, evaluate(and.left(), table, row), evaluate(and.right(), table, row));
            case Expression.Or or -> decided(true, evaluate(or.left(), table, row), evaluate(or.right(), table, row));
            case Expression.Not not -> {
                Object of = evaluate(not.of(), table, row);
                yield of == null ? null : (Object) !(boolean) of;
            }
            case Expression.IsMissing missing -> evaluate(missing.of(), table, row) == null;
        };
    }

    /** What one side alone decides, if it is there; else it takes both. */
    private static Object decided(Boolean deciding, Object left, Object right) {
        if (deciding.equals(left) || deciding.equals(right)) {
            return deciding;
        }
        return left == null || right == null ? null : (Object) !deciding;
    }

    private static Object apply(Expression.Operator operator, Object left, Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof Long x && right instanceof Long y) {
            return switch (operator) {
                case ADD -> x + y;
                case SUBTRACT -> x - y;
                case MULTIPLY -> x * y;
                case LESS -> x < y;
                case LESS_OR_EQUAL -> x <= y;
                case GREATER -> x > y;
                case GREATER_OR_EQUAL -> x >= y;
                case EQUAL -> (long) x == y;
                case NOT_EQUAL -> (long) x != y;
            };
        }
        double x = ((Number) left).doubleValue();
        double y = ((Number) right).doubleValue();
        return switch (operator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case LESS -> x < y;
            case LESS_OR_EQUAL -> x <= y;
            case GREATER -> x > y;
            case GREATER_OR_EQUAL -> x >= y;
            case EQUAL -> x == y;
            case NOT_EQUAL -> x != y;
        };
    }

    // ---- queries

    private static Object[] arguments(long rows, MemorySegment sum, Table table) {
        List<Object> arguments = new ArrayList<>(List.of(rows, sum));
        arguments.addAll(table.segments);
        return arguments.toArray();
    }

    private void compare(Arena arena, Table table, Expression filter, Expression summed) throws Throwable {
        try (Jit jit = Jit.open(1 << 20, 1 << 16)) {
            MethodHandle query = ColumnQuery.handle(jit, COLUMNS, filter, summed);
            MemorySegment result = arena.allocate(8, 8);
            long count = (long) query.invokeWithArguments(arguments(table.rows, result, table));
            long expected = 0;
            long integers = 0;
            double floats = 0;
            boolean isFloat = false;
            for (int row = 0; row < table.rows; row++) {
                Object value = evaluate(summed, table, row);
                boolean counts = filter == null || Boolean.TRUE.equals(evaluate(filter, table, row));
                if (counts && value != null) {
                    expected++;
                    isFloat |= value instanceof Double;
                    integers += value instanceof Long number ? number : 0;
                    floats += value instanceof Double number ? number : 0;
                }
            }
            String what = "sum of " + summed + " where " + filter;
            assertEquals(expected, count, what);
            if (isFloat) {
                assertEquals(floats, result.get(JAVA_DOUBLE, 0), what);
            } else {
                assertEquals(integers, result.get(JAVA_LONG, 0), what);
            }
        }
    }

    @Test
    void queriesThatNobodyWrote() throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            Table[] tables = {table(arena, 0), table(arena, 1), table(arena, 7), table(arena, 500)};
            for (int i = 0; i < QUERIES; i++) {
                Expression filter = i % 10 == 0 ? null : truth(3);
                compare(arena, tables[Math.min(3, random.nextInt(12))], filter, number(2));
            }
        }
    }

    private Expression number(int depth) {
        return switch (depth == 0 ? random.nextInt(3) : random.nextInt(6)) {
            case 0, 1 -> column(random.nextInt(COLUMNS.size()));
            case 2 -> random.nextBoolean() ? whole(random.nextInt(-5, 6)) : real(random.nextInt(-9, 9) / 4.0);
            default -> binary(List.of("+", "-", "*").get(random.nextInt(3)), number(depth - 1), number(depth - 1));
        };
    }

    private Expression truth(int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(6)) {
            case 0 -> binary(List.of("<", "<=", ">", ">=", "=", "<>").get(random.nextInt(6)), number(1), number(1));
            case 1 -> new Expression.IsMissing(number(1));
            case 2 -> new Expression.Not(truth(depth - 1));
            case 3, 4 -> new Expression.And(truth(depth - 1), truth(depth - 1));
            default -> new Expression.Or(truth(depth - 1), truth(depth - 1));
        };
    }

    @Test
    void boundsAreChecked() throws Throwable {
        try (Jit jit = Jit.open();
                Arena arena = Arena.ofConfined()) {
            MethodHandle query = ColumnQuery.handle(jit, List.of(new Column(Width.INT32, true)), null, column(0));
            MemorySegment sum = arena.allocate(8);
            MemorySegment values = arena.allocate(64 * 4);
            MemorySegment bits = arena.allocate(8);
            assertEquals(0L, (long) query.invokeExact(64L, sum, values, bits));
            for (long rows : new long[] {65, -1, 1L << 31, 1L << 62, Long.MIN_VALUE}) {
                assertThrows(
                        IndexOutOfBoundsException.class, () -> query.invoke(rows, sum, values, bits), "rows " + rows);
            }
            assertThrows(IndexOutOfBoundsException.class, () -> query.invoke(64L, sum, values, bits.asSlice(0, 7)));
            assertThrows(IndexOutOfBoundsException.class, () -> query.invoke(64L, sum, values.asSlice(0, 255), bits));
            assertThrows(IndexOutOfBoundsException.class, () -> query.invoke(64L, sum.asSlice(0, 7), values, bits));
            var refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> ColumnQuery.compile(jit, List.of(new Column(Width.INT32, true)), column(0), column(0)));
            assertTrue(refused.getMessage().startsWith("neither true nor false"), refused.getMessage());
        }
    }
}
