package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Eval;
import emberwall.op.Op;
import emberwall.op.Type;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The abstract domain against {@link Eval}: all words of four bits, and random ones of 32 and 64. */
class DomainTest {
    private static final List<Op> OPS = List.of(
            Op.ADD, Op.SUB, Op.MUL, Op.AND, Op.OR, Op.XOR, Op.SHL, Op.SHR_U, Op.SHR_S, Op.DIV_U, Op.REM_U, Op.DIV_S,
            Op.REM_S);

    private final SplittableRandom random = new SplittableRandom(20);

    /** What an eBPF instruction computes at a width, of {@code Eval}'s operators on 64 bits. */
    private static long meaning(Op op, int width, long a, long b) {
        var isSigned = op == Op.DIV_S || op == Op.REM_S || op == Op.SHR_S;
        var x = isSigned ? Word.signed(width, a) : a & Word.ones(width);
        var y = isSigned ? Word.signed(width, b) : b & Word.ones(width);
        switch (op) {
            case SHL, SHR_U, SHR_S -> y &= width - 1;
            case DIV_U, DIV_S, REM_U, REM_S -> {
                if (y == 0) {
                    return op == Op.DIV_U || op == Op.DIV_S ? 0 : a & Word.ones(width);
                }
                if (isSigned && y == -1) { // the one case that would fault
                    return op == Op.REM_S ? 0 : -x & Word.ones(width);
                }
            }
            default -> {}
        }
        return Eval.apply(op, Type.I64, x, y) & Word.ones(width);
    }

    private Word word(int width) {
        while (true) {
            long half = random.nextLong();
            var mask = random.nextLong() & half & Word.ones(width); // a quarter of the bits
            if (random.nextInt(3) == 0) {
                mask = Word.ones(width);
            }
            var value = random.nextLong() & Word.ones(width) & ~mask;
            var all = Word.unknown(width);
            var a = interesting(width) & Word.ones(width);
            var b = interesting(width) & Word.ones(width);
            var c = Word.signed(width, interesting(width));
            var d = Word.signed(width, interesting(width));
            var unsigned = random.nextBoolean();
            var signed = random.nextBoolean();
            var word = Word.of(
                    width,
                    new Tnum(value, mask),
                    unsigned ? Word.minUnsigned(a, b) : all.umin(),
                    unsigned ? Word.maxUnsigned(a, b) : all.umax(),
                    signed ? Math.min(c, d) : all.smin(),
                    signed ? Math.max(c, d) : all.smax());
            if (random.nextInt(6) == 0) {
                return Word.constant(width, a);
            }
            if (word != null) {
                return word;
            }
        }
    }

    private long interesting(int width) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(20) - 10;
            case 1 -> (1L << random.nextInt(width)) + random.nextInt(3) - 1;
            case 2 -> -(1L << random.nextInt(width)) + random.nextInt(3) - 1;
            case 3 -> random.nextLong() >> random.nextInt(64);
            default -> random.nextLong();
        };
    }

    /** A word of the set, or one that is close if that is hard to find. */
    private long sample(Word word) {
        for (int i = 0; i < 40; i++) {
            var candidate = switch (random.nextInt(5)) {
                case 0 -> word.umin();
                case 1 -> word.umax();
                case 2 -> word.smin() + random.nextInt(3);
                case 3 -> word.smax() - random.nextInt(3);
                default ->
                    word.umin() == word.umax()
                            ? word.umin()
                            : word.umin() + random.nextLong(Math.max(1, (word.umax() - word.umin()) >>> 1));
            };
            candidate = (candidate & word.bits().mask() | word.bits().value()) & Word.ones(word.width());
            if (word.contains(candidate)) {
                return candidate;
            }
        }
        return -1;
    }

    @Test
    void aWordHasWhatAllItsPartsHave() {
        for (int i = 0; i < 20_000; i++) {
            var mask = random.nextInt(16);
            var value = random.nextInt(16) & ~mask;
            int a = random.nextInt(16);
            int b = a + random.nextInt(16 - a);
            int c = random.nextInt(16) - 8;
            int d = c + random.nextInt(8 - c);
            var word = Word.of(4, new Tnum(value, mask), a, b, c, d);
            for (int x = 0; x < 16; x++) {
                long signed = Word.signed(4, x);
                var in = (x & ~mask) == value && a <= x && x <= b && c <= signed && signed <= d;
                assertTrue(!in || word != null && word.contains(x), "lost " + x);
            }
            if (word != null) {
                assertTrue(word.umin() >= a && word.umax() <= b && word.smin() >= c && word.smax() <= d);
            }
        }
    }

    @Test
    void resultsOfAllWordsOfFourBitsAreIn() {
        for (int i = 0; i < 20_000; i++) {
            var a = word(4);
            var b = word(4);
            for (var op : OPS) {
                var result = a.apply(op, b);
                for (int x = 0; x < 16; x++) {
                    for (int y = 0; y < 16; y++) {
                        if (a.contains(x) && b.contains(y)) {
                            var z = meaning(op, 4, x, y);
                            assertTrue(
                                    result.contains(z), () -> a + " " + op + " " + b + " = " + result + " lacks " + z);
                        }
                    }
                }
            }
        }
    }

    @Test
    void conditionsOnAllWordsOfFourBitsKeepWhatHolds() {
        for (int i = 0; i < 20_000; i++) {
            var a = word(4);
            var b = word(4);
            for (var condition : Condition.values()) {
                var left = condition.refine(a, b);
                var right = condition.swapped().refine(b, a);
                for (int x = 0; x < 16; x++) {
                    for (int y = 0; y < 16; y++) {
                        var holds = condition.holds(4, x, y);
                        assertEquals(holds, condition.swapped().holds(4, y, x));
                        assertEquals(!holds, condition.opposite().holds(4, x, y));
                        if (a.contains(x) && b.contains(y) && holds) {
                            assertTrue(left != null && left.contains(x), () -> a + " " + condition + " " + b);
                            assertTrue(right != null && right.contains(y), () -> a + " " + condition + " " + b);
                        }
                    }
                }
            }
        }
    }

    @Test
    void constantsGiveConstants() {
        for (int i = 0; i < 20_000; i++) {
            var width = random.nextBoolean() ? 32 : 64;
            var a = interesting(width);
            var b = interesting(width);
            for (var op : OPS) {
                var word = Word.constant(width, a).apply(op, Word.constant(width, b));
                assertTrue(word.isConstant(), () -> op + " of " + width);
                assertEquals(meaning(op, width, a, b), word.umin(), () -> op + " of " + width);
            }
            for (var condition : Condition.values()) {
                var kept = condition.refine(Word.constant(width, a), Word.constant(width, b));
                assertEquals(condition.holds(width, a, b), kept != null, () -> condition + " " + a + " " + b);
            }
        }
    }

    private Scalar scalar() {
        while (true) {
            var scalar = Scalar.of(
                    random.nextInt(3) == 0 ? Word.UNKNOWN_64 : word(64),
                    random.nextBoolean() ? Word.UNKNOWN_32 : word(32));
            if (scalar != null) {
                return scalar;
            }
        }
    }

    private long sample(Scalar scalar) {
        for (int i = 0; i < 10; i++) {
            var half = sample(scalar.low());
            var whole = sample(scalar.wide());
            var mixed = whole & ~0xffff_ffffL | half & 0xffff_ffffL;
            if (scalar.contains(mixed)) {
                return mixed;
            }
            if (scalar.contains(whole)) {
                return whole;
            }
        }
        return scalar.contains(-1) ? -1 : Long.MIN_VALUE;
    }

    @Test
    void halvesAgree() {
        int checked = 0;
        for (int i = 0; i < 100_000; i++) {
            var wide = word(64);
            var low = word(32);
            var both = Scalar.of(wide, low);
            for (int k = 0; k < 4; k++) {
                var word = sample(wide) & ~0xffff_ffffL | sample(low) & 0xffff_ffffL;
                if (wide.contains(word) && low.contains(word)) {
                    assertTrue(both != null && both.contains(word), () -> wide + " and " + low + " = " + both);
                    checked++;
                }
            }
        }
        assertTrue(checked > 5_000, "only " + checked);
    }

    @Test
    void resultsOfSampledNumbersAreIn() {
        int checked = 0;
        for (int i = 0; i < 15_000; i++) {
            var a = scalar();
            var b = scalar();
            var x = sample(a);
            var y = sample(b);
            if (!a.contains(x) || !b.contains(y)) {
                continue;
            }
            checked++;
            for (var op : OPS) {
                var wide = a.apply64(op, b);
                assertTrue(wide.contains(meaning(op, 64, x, y)), () -> a + " " + op + " " + b + " = " + wide);
                var low = a.apply32(op, b);
                assertTrue(low.contains(meaning(op, 32, x, y)), () -> a + " " + op + "32 " + b + " = " + low);
            }
            for (var condition : Condition.values()) {
                for (int width = 32; width <= 64; width += 32) {
                    if (condition.holds(width, x, y)) {
                        var kept = a.refine(condition, width == 64, b);
                        assertTrue(kept != null && kept.contains(x), () -> a + " " + condition + " " + b);
                    }
                }
            }
            var union = a.union(b);
            assertTrue(union.contains(x) && union.contains(y) && union.contains(a) && union.contains(b));
            assertTrue(a.truncate32().contains(x & 0xffff_ffffL));
            for (int bits = 8; bits <= 32; bits *= 2) {
                assertTrue(a.zeroExtend(bits).contains(x & Word.ones(bits)));
                assertTrue(a.signExtend64(bits).contains(Word.signed(bits, x)));
                assertTrue(a.signExtend32(bits).contains(Word.signed(bits, x) & 0xffff_ffffL));
            }
            assertTrue(a.reverseBytes(16).contains(Long.reverseBytes(x) >>> 48));
            assertTrue(a.reverseBytes(32).contains(Long.reverseBytes(x) >>> 32));
            assertTrue(a.reverseBytes(64).contains(Long.reverseBytes(x)));
        }
        assertTrue(checked > 7_000, "only " + checked);
    }

    @Test
    void boundsReachTheOtherHalfAndTheOtherSign() {
        var byteOfPacket = Scalar.ofWidth(8);
        var shifted = byteOfPacket.apply64(Op.SHL, Scalar.constant(2)).apply64(Op.AND, Scalar.constant(60));
        assertEquals(60, shifted.wide().umax());
        assertEquals(0, shifted.wide().smin());
        assertEquals(0x3c, shifted.low().bits().mask());
        var checked = Scalar.UNKNOWN.refine(Condition.LT_U, true, Scalar.constant(16));
        assertEquals(15, checked.low().smax());
        var negative = Scalar.UNKNOWN.refine(Condition.LT_S, true, Scalar.constant(0));
        assertEquals(Long.MIN_VALUE, negative.wide().umin());
        assertNull(checked.refine(Condition.GT_U, true, Scalar.constant(15)), "decided");
        // what CVE-2020-8835 and CVE-2021-3490 got wrong: nothing about 64 bits follows from a jump on 32
        var low = Scalar.UNKNOWN.refine(Condition.LE_U, false, Scalar.constant(1));
        assertEquals(-1L - 0xfffffffeL, low.wide().umax());
    }
}
