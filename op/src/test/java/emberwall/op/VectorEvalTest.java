package emberwall.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the official suite leaves open or has no words for; everything else it tests lane by lane. */
class VectorEvalTest {
    private static final Type[] SHAPES = {Type.I8X16, Type.I16X8, Type.I32X4, Type.I64X2, Type.F32X4, Type.F64X2};

    private static V128 bytes(int... lanes) {
        return V128.of(Type.I8X16, i -> i < lanes.length ? lanes[i] : 0);
    }

    private static V128 shorts(int... lanes) {
        return V128.of(Type.I16X8, i -> i < lanes.length ? lanes[i] : 0);
    }

    private static V128 doubles(double first, double second) {
        return new V128(Double.doubleToRawLongBits(first), Double.doubleToRawLongBits(second));
    }

    private static V128 floats(float... lanes) {
        return V128.of(Type.F32X4, i -> Float.floatToRawIntBits(lanes[i]));
    }

    @Test
    void lanesAreCountedFromTheLowestBit() {
        V128 vector = new V128(0x8877665544332211L, 0x00ffeeddccbbaa99L);
        assertEquals(0x11, vector.lane(Type.I8X16, 0));
        assertEquals(0xaa99, vector.lane(Type.I16X8, 4));
        assertEquals(0x00ffeedd, vector.lane(Type.I32X4, 3));
        assertEquals(vector.high(), vector.lane(Type.F64X2, 1));
        assertEquals(-0x78, vector.signedLane(Type.I8X16, 7));
        assertEquals("i32x4 0x44332211 0x88776655 0xccbbaa99 0x00ffeedd", vector.toString());
        assertEquals(new V128(vector.low(), 0x00ff0005ccbbaa99L), vector.with(Type.I16X8, 6, 0xabc0005));
    }

    @Test
    void aLaneIsWhatWasPutThere() {
        Random random = new Random(1);
        for (Type shape : SHAPES) {
            for (int lane = 0; lane < shape.lanes(); lane++) {
                V128 before = new V128(random.nextLong(), random.nextLong());
                long bits = random.nextLong();
                V128 after = before.with(shape, lane, bits);
                long width = shape.laneBits();
                assertEquals(width == 64 ? bits : bits & (1L << width) - 1, after.lane(shape, lane));
                assertEquals(before, after.with(shape, lane, before.lane(shape, lane)));
            }
        }
    }

    @Test
    void immediatesFollowTheOperands() {
        V128 a = new V128(0x8877665544332211L, 0x00ffeeddccbbaa99L);
        V128 lane = new V128(13, 0);
        assertEquals(new V128(0xee, 0), VectorEval.apply(Op.EXTRACT_LANE_U, Type.I8X16, a, lane));
        assertEquals(new V128(0xffff_ffeeL, 0), VectorEval.apply(Op.EXTRACT_LANE_S, Type.I8X16, a, lane));
        assertEquals(
                a.with(Type.I8X16, 13, 7), VectorEval.apply(Op.REPLACE_LANE, Type.I8X16, a, new V128(0x107, 0), lane));
        V128 lanes = bytes(31, 0, 16, 15);
        assertEquals(
                bytes(16, 0x11, 1, 0, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11),
                VectorEval.apply(
                        Op.SHUFFLE,
                        Type.I8X16,
                        a,
                        bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
                        lanes));
    }

    @Test
    void relaxedOperatorsAreDeterministic() {
        // Out of range: zero, whatever the lower bits say.
        assertEquals(
                bytes(7),
                VectorEval.apply(
                        Op.RELAXED_SWIZZLE,
                        Type.I8X16,
                        bytes(7),
                        bytes(0, 16, 128, 255, 17, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16)));
        // Bit by bit, not by the highest bit.
        assertEquals(
                bytes(0xff),
                VectorEval.apply(Op.RELAXED_LANESELECT, Type.I8X16, bytes(0x0f), bytes(0xf0), bytes(0x0f)));
        // Overflow saturates.
        assertEquals(
                shorts(0x7fff), VectorEval.apply(Op.RELAXED_Q15MULR_S, Type.I16X8, shorts(-0x8000), shorts(-0x8000)));
        // Two roundings: fused, the result would not be zero.
        V128 nearOne = doubles(1 + 0x1p-52, 1 + 0x1p-52);
        V128 product = VectorEval.apply(Op.MUL, Type.F64X2, nearOne, nearOne);
        assertEquals(
                doubles(0, 0),
                VectorEval.apply(
                        Op.RELAXED_MADD, Type.F64X2, nearOne, nearOne, VectorEval.apply(Op.NEG, Type.F64X2, product)));
        assertEquals(doubles(0, 0), VectorEval.apply(Op.RELAXED_NMADD, Type.F64X2, nearOne, nearOne, product));
        // Minimum and maximum tell zeros apart.
        assertEquals(
                floats(-0f, -0f, 1, 2),
                VectorEval.apply(Op.RELAXED_MIN, Type.F32X4, floats(0f, -0f, 1, 3), floats(-0f, 0f, 2, 2)));
        assertEquals(
                floats(0f, 0f, 2, 3),
                VectorEval.apply(Op.RELAXED_MAX, Type.F32X4, floats(0f, -0f, 1, 3), floats(-0f, 0f, 2, 2)));
        // Saturating conversions.
        V128 outside = floats(Float.NaN, 3e9f, -3e9f, 5e9f);
        assertEquals(
                V128.of(Type.I32X4, i -> new int[] {0, Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE}[i]),
                VectorEval.apply(Op.RELAXED_TRUNC_F32X4_S, Type.I32X4, outside));
        assertEquals(
                V128.of(Type.I32X4, i -> new long[] {0, 3_000_000_000L, 0, -1}[i]),
                VectorEval.apply(Op.RELAXED_TRUNC_F32X4_U, Type.I32X4, outside));
        // Signed by signed, and saturated: 2 · 128 · 128 is one too much.
        assertEquals(
                shorts(0x7fff, -32512),
                VectorEval.apply(
                        Op.RELAXED_DOT_I8X16_I7X16_S,
                        Type.I16X8,
                        bytes(-128, -128, -128, -128),
                        bytes(-128, -128, 127, 127)));
        assertEquals(
                new V128(0x7fff - 32512 + 5, 0),
                VectorEval.apply(
                        Op.RELAXED_DOT_I8X16_I7X16_ADD_S,
                        Type.I32X4,
                        bytes(-128, -128, -128, -128),
                        bytes(-128, -128, 127, 127),
                        new V128(5, 0)));
    }

    @Test
    void scalarsAreNoVectors() {
        assertThrows(IllegalArgumentException.class, () -> VectorEval.loaded(Op.LOAD, 0));
        assertThrows(IllegalArgumentException.class, () -> VectorEval.apply(Op.LOAD, Type.I32X4, V128.ZERO));
        assertThrows(IllegalArgumentException.class, () -> VectorEval.laneShape(3));
    }
}
