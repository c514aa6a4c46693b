package emberwall.examples;

import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.jit.CompiledFunction;
import emberwall.jit.FunctionBuilder;
import emberwall.jit.Jit;
import emberwall.jit.SegmentAccess;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles {@code SELECT SUM(expression), COUNT(expression) WHERE filter} over columns that lie in memory as Apache Arrow's
 * vectors do: values one behind the other, and for each a bit that says whether there is one, the first row's lowest. One loop
 * over the rows without a branch: what does not count adds zero.
 *
 * <p>The handle takes the number of rows, a segment of 8 bytes for the sum (a long or a double), then for each column its
 * values, and its bits if values may be missing. It returns the count. Bounds are checked once, before the loop.
 */
public final class ColumnQuery {
    /** Columns of Arrow have at most as many rows as an int can count. */
    private static final long MOST_ROWS = Integer.MAX_VALUE;

    private static final int ROWS = 0;
    private static final int SUM = 1;

    /**
     * A column.
     *
     * @param width of its values
     * @param mayMiss whether bits say which values are there
     */
    public record Column(Width width, boolean mayMiss) {}

    /** What values of a column are in memory. */
    public enum Width {
        // @formatter:off
        INT32  (4, Op.LOAD32_S, Type.I64, Expression.Kind.INTEGER),
        INT64  (8, Op.LOAD,     Type.I64, Expression.Kind.INTEGER),
        FLOAT64(8, Op.LOAD,     Type.F64, Expression.Kind.FLOAT);
        // @formatter:on

        final int bytes;
        final Op load;
        final Type type;
        final Expression.Kind kind;

        Width(int bytes, Op load, Type type, Expression.Kind kind) {
            this.bytes = bytes;
            this.load = load;
            this.type = type;
            this.kind = kind;
        }
    }

    /** A number of the row at work: its kind, the node, and a node that is 1 where there is one, else 0. */
    private record Numeric(Expression.Kind kind, int node, int isThere) {}

    /** A condition of the row at work: two nodes that are 1 or 0. Where it is neither it is missing. */
    private record Truth(int isTrue, int isFalse) {}

    private final FunctionBuilder f;
    private final Builder b;
    private final List<Column> columns;
    /** By column: the number of its parameter. */
    private final int[] parameters;

    private int row;

    private ColumnQuery(Jit jit, List<Column> columns) {
        this.columns = columns;
        parameters = new int[columns.size()];
        List<Class<?>> types = new ArrayList<>(List.of(long.class, MemorySegment.class));
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = types.size();
            types.add(MemorySegment.class);
            if (columns.get(i).mayMiss) {
                types.add(MemorySegment.class);
            }
        }
        f = jit.function("query", MethodType.methodType(long.class, types));
        b = f.ir();
    }

    /**
     * Compiles a query.
     *
     * @param filter which rows count: those for which it is true; null for all
     * @param summed a number
     * @throws IllegalArgumentException if the kinds of values do not fit
     */
    public static CompiledFunction compile(Jit jit, List<Column> columns, Expression filter, Expression summed) {
        return new ColumnQuery(jit, columns).compile(filter, summed);
    }

    /** {@link #compile}, as what calls it. */
    public static MethodHandle handle(Jit jit, List<Column> columns, Expression filter, Expression summed) {
        return compile(jit, columns, filter, summed).handle();
    }

    private CompiledFunction compile(Expression filter, Expression summed) {
        int rows = f.parameter(ROWS);
        checkBounds(rows);
        Type type = kind(summed) == Expression.Kind.FLOAT ? Type.F64 : Type.I64;
        Block loop = b.block(Type.I64, Type.I64, type);
        Block body = b.block();
        Block done = b.block();
        b.jump(loop, b.i64(0), b.i64(0), type == Type.F64 ? b.f64(0) : b.i64(0));
        b.at(loop);
        row = loop.parameter(0);
        int count = loop.parameter(1);
        int sum = loop.parameter(2);
        b.branch(b.compute(Op.LT_U, Type.I64, row, rows), body, done);

        b.at(body);
        Numeric added = number(summed);
        int counts = filter == null ? added.isThere : and(added.isThere, truth(filter).isTrue);
        int one = b.compute(Op.EXTEND_I32_U, Type.I64, counts);
        b.jump(
                loop,
                b.compute(Op.ADD, Type.I64, row, b.i64(1)),
                b.compute(Op.ADD, Type.I64, count, one),
                b.compute(Op.ADD, type, sum, orZero(added, b.compute(Op.SUB, Type.I64, b.i64(0), one))));

        b.at(done);
        f.segment(SUM).store(Op.STORE, type, b.i64(0), sum);
        b.returns(count);
        return f.compile();
    }

    private void checkBounds(int rows) {
        b.trapIf(b.compute(Op.GT_U, Type.I64, rows, b.i64(MOST_ROWS)), TrapReason.MEMORY_OUT_OF_BOUNDS);
        for (int i = 0; i < parameters.length; i++) {
            Column column = columns.get(i);
            values(i).require(b.compute(Op.MUL, Type.I64, rows, b.i64(column.width.bytes)));
            if (column.mayMiss) {
                int bytes = b.compute(Op.SHR_U, Type.I64, b.compute(Op.ADD, Type.I64, rows, b.i64(7)), b.i64(3));
                bits(i).require(bytes);
            }
        }
    }

    private SegmentAccess values(int column) {
        return f.segment(parameters[column]);
    }

    private SegmentAccess bits(int column) {
        return f.segment(parameters[column] + 1);
    }

    /** The number, or zero: all of its bits go or stay. A sum that begins with 0.0 never becomes -0.0, so 0.0 changes nothing. */
    private int orZero(Numeric added, int mask) {
        if (added.kind == Expression.Kind.INTEGER) {
            return b.compute(Op.AND, Type.I64, added.node, mask);
        }
        int bits = b.compute(Op.REINTERPRET, Type.I64, added.node);
        return b.compute(Op.REINTERPRET, Type.F64, b.compute(Op.AND, Type.I64, bits, mask));
    }

    // ---- expressions

    private Expression.Kind kind(Expression expression) {
        return switch (expression) {
            case Expression.Column column -> columns.get(column.index()).width.kind;
            case Expression.Whole _ -> Expression.Kind.INTEGER;
            case Expression.Real _ -> Expression.Kind.FLOAT;
            case Expression.Binary binary when binary.operator().isComparison() -> Expression.Kind.TRUTH;
            case Expression.Binary binary ->
                kind(binary.left()) == Expression.Kind.INTEGER ? kind(binary.right()) : Expression.Kind.FLOAT;
            default -> Expression.Kind.TRUTH;
        };
    }

    private Numeric number(Expression expression) {
        return switch (expression) {
            case Expression.Column column -> column(column.index());
            case Expression.Whole whole -> new Numeric(Expression.Kind.INTEGER, b.i64(whole.value()), b.i32(1));
            case Expression.Real real -> new Numeric(Expression.Kind.FLOAT, b.f64(real.value()), b.i32(1));
            case Expression.Binary binary when !binary.operator().isComparison() -> applied(binary);
            default -> throw new IllegalArgumentException("no number: " + expression);
        };
    }

    private Truth truth(Expression expression) {
        return switch (expression) {
            case Expression.Binary binary
            when binary.operator().isComparison() -> {
                Numeric compared = applied(binary);
                yield new Truth(and(compared.isThere, compared.node), and(compared.isThere, not(compared.node)));
            }
            case Expression.And both -> {
                Truth left = truth(both.left());
                Truth right = truth(both.right());
                yield new Truth(and(left.isTrue, right.isTrue), or(left.isFalse, right.isFalse));
            }
            case Expression.Or either -> {
                Truth left = truth(either.left());
                Truth right = truth(either.right());
                yield new Truth(or(left.isTrue, right.isTrue), and(left.isFalse, right.isFalse));
            }
            case Expression.Not not -> {
                Truth of = truth(not.of());
                yield new Truth(of.isFalse, of.isTrue);
            }
            case Expression.IsMissing missing -> {
                int isThere = isThere(missing.of());
                yield new Truth(not(isThere), isThere);
            }
            default -> throw new IllegalArgumentException("neither true nor false: " + expression);
        };
    }

    private int isThere(Expression expression) {
        if (kind(expression) == Expression.Kind.TRUTH) {
            Truth truth = truth(expression);
            return or(truth.isTrue, truth.isFalse);
        }
        return number(expression).isThere;
    }

    private Numeric column(int index) {
        Width width = columns.get(index).width;
        int value = values(index).unchecked().loadElement(width.load, width.type, row);
        int isThere = b.i32(1);
        if (columns.get(index).mayMiss) {
            int eight =
                    bits(index).unchecked().load(Op.LOAD8_U, Type.I32, b.compute(Op.SHR_U, Type.I64, row, b.i64(3)));
            int place = b.compute(Op.AND, Type.I32, b.compute(Op.WRAP, Type.I32, row), b.i32(7));
            isThere = and(b.compute(Op.SHR_U, Type.I32, eight, place), b.i32(1));
        }
        return new Numeric(width.kind, value, isThere);
    }

    /** An operator on two numbers; what a comparison gives is 1 or 0. */
    private Numeric applied(Expression.Binary binary) {
        Numeric left = number(binary.left());
        Numeric right = number(binary.right());
        boolean onIntegers = left.kind == Expression.Kind.INTEGER && right.kind == Expression.Kind.INTEGER;
        Op op = onIntegers ? binary.operator().onIntegers : binary.operator().onFloats;
        int node = onIntegers
                ? b.compute(op, Type.I64, left.node, right.node)
                : b.compute(op, Type.F64, asFloat(left), asFloat(right));
        return new Numeric(kind(binary), node, and(left.isThere, right.isThere));
    }

    private int asFloat(Numeric number) {
        return number.kind == Expression.Kind.FLOAT ? number.node : b.compute(Op.CONVERT_I64_S, Type.F64, number.node);
    }

    private int and(int x, int y) {
        return b.compute(Op.AND, Type.I32, x, y);
    }

    private int or(int x, int y) {
        return b.compute(Op.OR, Type.I32, x, y);
    }

    private int not(int x) {
        return b.compute(Op.EQZ, Type.I32, x);
    }
}
