package emberwall.bench;

import static emberwall.examples.Expression.binary;
import static emberwall.examples.Expression.column;
import static emberwall.examples.Expression.real;
import static emberwall.examples.Expression.whole;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import emberwall.examples.Add4;
import emberwall.examples.ColumnQuery;
import emberwall.examples.ColumnQuery.Column;
import emberwall.examples.ColumnQuery.Width;
import emberwall.examples.Dfa;
import emberwall.examples.Expression;
import emberwall.examples.Programs;
import emberwall.examples.RegexCompiler;
import emberwall.examples.StackMachine;
import emberwall.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * What functions that a program makes gain over plain Java: the examples, each beside what one would write without them. First
 * what calling such a function costs.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Functions extends Microbenchmark {
    private static final Jit JIT = Jit.open();
    private static final Arena ARENA = Arena.ofShared();

    // ---- calls

    private static final MethodHandle BYTES = Add4.asBytes(JIT);
    private static final MethodHandle GRAPH = Add4.asGraph(JIT);
    private static final MethodHandle MATCHER = RegexCompiler.compile(JIT, "a*");
    private static final MemorySegment EMPTY = ARENA.allocate(0);

    private long number = 2;

    /** Bytes, as a C function. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public long callBytes() throws Throwable {
        return (long) BYTES.invokeExact(number);
    }

    /** A graph, on a stack of its own. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public long callGraph() throws Throwable {
        return (long) GRAPH.invokeExact(number);
    }

    /** The same with a segment, whose arena is kept open. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public boolean callGraphWithSegment() throws Throwable {
        return (boolean) MATCHER.invokeExact(EMPTY);
    }

    // ---- a regular expression, looked for in 64 KiB of log lines that lack it

    private static final String REGEX = "(GET|POST) /[a-z/]+/[0-9]{3,6} 50[0-9]";
    private static final String TEXT = log(64 << 10);
    private static final byte[] ARRAY = TEXT.getBytes(StandardCharsets.ISO_8859_1);
    private static final MemorySegment SEGMENT = ARENA.allocateFrom(JAVA_BYTE, ARRAY);
    private static final MethodHandle FINDER = RegexCompiler.compileFinder(JIT, REGEX);
    private static final Pattern PATTERN = Pattern.compile(REGEX);
    private static final Dfa AUTOMATON = RegexCompiler.finder(REGEX);
    private static final int[] TABLE = table(AUTOMATON);

    private static String log(int length) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            String method = random.nextBoolean() ? "GET" : "POST";
            text.append(method)
                    .append(" /shop/item/")
                    .append(random.nextInt(10_000_000))
                    .append(" 200\n");
        }
        return text.substring(0, length);
    }

    private static int[] table(Dfa dfa) {
        int[] table = new int[dfa.size() << 8];
        for (int i = 0; i < table.length; i++) {
            table[i] = dfa.next(i >> 8, i & 0xFF);
        }
        return table;
    }

    /** As machine code. */
    @Benchmark
    public boolean regexCompiled() throws Throwable {
        return (boolean) FINDER.invokeExact(SEGMENT);
    }

    /** The same automaton as a table, in Java over an array. */
    @Benchmark
    public boolean regexTable() {
        int state = 0;
        for (byte each : ARRAY) {
            state = TABLE[state << 8 | each & 0xFF];
            if (state == Dfa.DEAD) {
                return false;
            }
        }
        return AUTOMATON.isAccepting(state);
    }

    /** The JDK's, over a string. */
    @Benchmark
    public boolean regexOfJdk() {
        return PATTERN.matcher(TEXT).find();
    }

    // ---- SUM(price * quantity) WHERE quantity < 24 AND discount >= 0.05, over 100 000 rows of which some lack values

    private static final int ROWS = 100_000;
    private static final MemorySegment PRICE = ARENA.allocate(8L * ROWS, 8);
    private static final MemorySegment QUANTITY = ARENA.allocate(4L * ROWS, 8);
    private static final MemorySegment QUANTITY_BITS = ARENA.allocate(ROWS / 8 + 1);
    private static final MemorySegment DISCOUNT = ARENA.allocate(8L * ROWS, 8);
    private static final MemorySegment SUM = ARENA.allocate(8, 8);
    private static final List<Column> COLUMNS =
            List.of(new Column(Width.FLOAT64, false), new Column(Width.INT32, true), new Column(Width.FLOAT64, false));
    private static final Expression FILTER =
            new Expression.And(binary("<", column(1), whole(24)), binary(">=", column(2), real(0.05)));
    private static final Expression SUMMED = binary("*", column(0), column(1));
    private static final MethodHandle QUERY = ColumnQuery.handle(JIT, COLUMNS, FILTER, SUMMED);

    static {
        Random random = new Random(1);
        for (int row = 0; row < ROWS; row++) {
            PRICE.setAtIndex(JAVA_DOUBLE, row, random.nextInt(1, 10_000) / 100.0);
            QUANTITY.setAtIndex(JAVA_INT, row, random.nextInt(1, 51));
            DISCOUNT.setAtIndex(JAVA_DOUBLE, row, random.nextInt(11) / 100.0);
            if (random.nextInt(20) > 0) {
                byte old = QUANTITY_BITS.get(JAVA_BYTE, row >> 3);
                QUANTITY_BITS.set(JAVA_BYTE, row >> 3, (byte) (old | 1 << (row & 7)));
            }
        }
    }

    /** As machine code. */
    @Benchmark
    public long queryCompiled() throws Throwable {
        return (long) QUERY.invokeExact((long) ROWS, SUM, PRICE, QUANTITY, QUANTITY_BITS, DISCOUNT);
    }

    /** What one would write in Java if one knew this query beforehand. */
    @Benchmark
    public long queryKnown() {
        double sum = 0;
        long count = 0;
        for (int row = 0; row < ROWS; row++) {
            if ((QUANTITY_BITS.get(JAVA_BYTE, row >> 3) >> (row & 7) & 1) != 0) {
                int quantity = QUANTITY.getAtIndex(JAVA_INT, row);
                if (quantity < 24 && DISCOUNT.getAtIndex(JAVA_DOUBLE, row) >= 0.05) {
                    sum += PRICE.getAtIndex(JAVA_DOUBLE, row) * quantity;
                    count++;
                }
            }
        }
        SUM.set(JAVA_DOUBLE, 0, sum);
        return count;
    }

    /** A step of an interpreter of expressions, as objects that call each other. */
    private interface Step {
        double at(int row);
    }

    private static final Step WALK_QUANTITY = row -> (QUANTITY_BITS.get(JAVA_BYTE, row >> 3) >> (row & 7) & 1) != 0
            ? QUANTITY.getAtIndex(JAVA_INT, row)
            : Double.NaN;
    private static final Step WALK_PRICE = row -> PRICE.getAtIndex(JAVA_DOUBLE, row);
    private static final Step WALK_DISCOUNT = row -> DISCOUNT.getAtIndex(JAVA_DOUBLE, row);
    private static final Step WALK_FILTER =
            both(less(WALK_QUANTITY, constant(24)), atLeast(WALK_DISCOUNT, constant(0.05)));
    private static final Step WALK_SUMMED = product(WALK_PRICE, WALK_QUANTITY);

    private static Step constant(double value) {
        return _ -> value;
    }

    private static Step less(Step left, Step right) {
        return row -> left.at(row) < right.at(row) ? 1 : 0;
    }

    private static Step atLeast(Step left, Step right) {
        return row -> left.at(row) >= right.at(row) ? 1 : 0;
    }

    private static Step both(Step left, Step right) {
        return row -> left.at(row) != 0 && right.at(row) != 0 ? 1 : 0;
    }

    private static Step product(Step left, Step right) {
        return row -> left.at(row) * right.at(row);
    }

    /** What one would write in Java for any query: objects that call each other. */
    @Benchmark
    public long queryWalked() {
        double sum = 0;
        long count = 0;
        for (int row = 0; row < ROWS; row++) {
            if (WALK_FILTER.at(row) != 0) {
                double added = WALK_SUMMED.at(row);
                sum += Double.isNaN(added) ? 0 : added;
                count += Double.isNaN(added) ? 0 : 1;
            }
        }
        SUM.set(JAVA_DOUBLE, 0, sum);
        return count;
    }

    // ---- how many primes there are below 10 000, by trial division

    private static final long LIMIT = 10_000;
    private static final StackMachine MACHINE = new StackMachine(Programs.primes(), 4, _ -> {});
    private static final MethodHandle PRIMES = MACHINE.compile(JIT).handle();

    /** The bytecode, translated. */
    @Benchmark
    public long machineCompiled() throws Throwable {
        return (long) PRIMES.invokeExact(LIMIT);
    }

    /** The bytecode, interpreted. */
    @Benchmark
    public long machineInterpreted() {
        return MACHINE.interpret(LIMIT);
    }

    /** The same algorithm in Java. */
    @Benchmark
    public long machineKnown() {
        long count = 0;
        for (long candidate = 2; candidate < LIMIT; candidate++) {
            long divisor = 2;
            while (candidate >= divisor * divisor && candidate % divisor != 0) {
                divisor++;
            }
            count += candidate < divisor * divisor ? 1 : 0;
        }
        return count;
    }
}
