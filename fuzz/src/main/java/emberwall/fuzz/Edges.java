package emberwall.fuzz;

import emberwall.wasm.ValueType;
import java.util.SplittableRandom;

/** Values at which programs like to go wrong, as words: floats as their bits, i32 zero-extended. */
final class Edges {
    // @formatter:off
    private static final long[] INTS = {
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 33, 63, 64, 100, 127, 128, 129, 255, 256, 1000, 4095, 4096, 32767, 32768, 32769,
        65535, 65536, 65537, -1, -2, -3, -8, -127, -128, -129, -32768, -32769, -65536,
        Integer.MAX_VALUE, Integer.MAX_VALUE - 1, Integer.MIN_VALUE, Integer.MIN_VALUE + 1, 0x5555_5555, 0xAAAA_AAAA, 0x1234_5678,
    };
    private static final long[] LONGS = {
        Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, 1L << 32, (1L << 32) - 1, (1L << 32) + 1, -(1L << 32), 1L << 53, (1L << 53) + 1,
        1L << 62, 0x5555_5555_5555_5555L, 0xAAAA_AAAA_AAAA_AAAAL, 0x0123_4567_89AB_CDEFL, 0x8000_0000L, 0xFFFF_FFFF_8000_0000L,
        0x7FFF_FFFF_FFFF_FC00L, 0x7FFF_FF80_0000_0000L, 0x8000_0040_0000_0001L,
        // just above, and at, the middle between two floats
        0x8000_0080_0000_0001L, 0x8000_0080_0000_0000L, 0x8000_0000_0000_0401L, 0x8000_0000_0000_0400L, 0x4000_0040_0000_0001L, 0x4000_0000_0000_0201L,
    };
    private static final double[] FLOATS = {
        0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3.5, 0.49999999999999994, 0.25, 0.1, -0.1, 100.25, 1e10, -1e10, 1e38, -1e38, 1e300,
        127, 128, 255, 256, 32767, 65535, 8388607.5f, 8388608, 16777216, 16777217, 4503599627370495.5, 4503599627370496.0, 9007199254740993.0,
        2147483647, 2147483648.0, 2147483520, -2147483648.0, -2147483649.0, -2147483648.9, 4294967295.0, 4294967296.0, 4294967040.0, -0.9999999999999999,
        9.223372036854775E18, 9.223372036854776E18, -9.223372036854776E18, -9.223372036854778E18, 1.8446744073709550E19, 1.8446744073709552E19,
        Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE,
        Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
    };
    private static final int[] FLOAT_NANS = {0x7FC0_0000, 0xFFC0_0000, 0x7F80_0001, 0xFFA0_0000, 0x7FFF_FFFF};
    private static final long[] DOUBLE_NANS = {
        0x7FF8_0000_0000_0000L, 0xFFF8_0000_0000_0000L, 0x7FF0_0000_0000_0001L, 0xFFF4_0000_0000_0000L, 0x7FFF_FFFF_FFFF_FFFFL,
    };
    // @formatter:on

    private Edges() {}

    /** A value of a numeric type. */
    static long word(int type, SplittableRandom random) {
        return switch (type) {
            case ValueType.I32 -> integer(random, Integer.SIZE) & 0xFFFF_FFFFL;
            case ValueType.I64 -> integer(random, Long.SIZE);
            case ValueType.F32 -> Integer.toUnsignedLong(floatBits(random));
            case ValueType.F64 -> doubleBits(random);
            default -> throw new InternalError("no words for " + ValueType.text(type));
        };
    }

    /** An address or offset that no memory of 32 bits has. */
    static long farAddress(SplittableRandom random) {
        long base = 1L << (random.nextInt(3) == 0 ? 63 : random.nextInt(32, 64));
        return random.nextInt(4) == 0 ? -1 - random.nextInt(40) : base + random.nextInt(-20, 20);
    }

    /** Half of a vector: lanes of one width, each a value of its own. */
    static long lanes(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> narrow(Byte.SIZE, random);
            case 2 -> narrow(Short.SIZE, random);
            case 3 -> word(ValueType.I32, random) | word(ValueType.I32, random) << 32;
            case 4 -> word(ValueType.F32, random) | word(ValueType.F32, random) << 32;
            default -> word(random.nextBoolean() ? ValueType.I64 : ValueType.F64, random);
        };
    }

    private static long narrow(int bits, SplittableRandom random) {
        long mask = (1L << bits) - 1;
        long lanes = 0;
        for (int at = 0; at < Long.SIZE; at += bits) {
            lanes |= (integer(random, bits) & mask) << at;
        }
        return lanes;
    }

    private static long integer(SplittableRandom random, int bits) {
        return switch (random.nextInt(9)) {
            case 0 -> random.nextLong();
            case 1 -> 1L << random.nextInt(bits);
            case 2 -> LONGS[random.nextInt(LONGS.length)];
            case 3 -> random.nextInt(-64, 64);
            case 4 -> bits < Integer.SIZE ? (1L << bits - 1) - random.nextInt(2) : between(bits, random);
            default -> INTS[random.nextInt(INTS.length)];
        };
    }

    /** An integer in the middle between two neighbouring floats or doubles, or one beside it: conversion must round it. */
    static long between(int bits, SplittableRandom random) {
        int digits = bits == Long.SIZE && random.nextBoolean() ? 53 : 24;
        int highest = random.nextBoolean() ? bits - 1 : random.nextInt(digits, bits);
        long unit = 1L << (highest + 1 - digits);
        long below = (1L << highest) | (random.nextLong() & ((1L << highest) - 1) & -unit);
        long integer = below + unit / 2 + random.nextInt(-1, 2);
        return random.nextInt(3) == 0 ? -integer : integer;
    }

    private static int floatBits(SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt();
            case 1 -> FLOAT_NANS[random.nextInt(FLOAT_NANS.length)];
            case 2 -> Float.floatToRawIntBits(random.nextInt(-1000, 1000) * 0.125f);
            case 3 -> Float.floatToRawIntBits(random.nextLong());
            default -> Float.floatToRawIntBits((float) FLOATS[random.nextInt(FLOATS.length)]);
        };
    }

    private static long doubleBits(SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong();
            case 1 -> DOUBLE_NANS[random.nextInt(DOUBLE_NANS.length)];
            case 2 -> Double.doubleToRawLongBits(random.nextInt(-1000, 1000) * 0.125);
            case 3 -> Double.doubleToRawLongBits(random.nextLong());
            // In the middle between two floats, or beside it.
            case 4 -> Double.doubleToRawLongBits(random.nextFloat() * 1000) + (1L << 28) + random.nextInt(-1, 2);
            default -> Double.doubleToRawLongBits(FLOATS[random.nextInt(FLOATS.length)]);
        };
    }

    /** The one NaN for all, as bits; other words as they are. */
    static long canonical(int type, long word) {
        return switch (type) {
            case ValueType.F32 -> Float.floatToIntBits(Float.intBitsToFloat((int) word)) & 0xFFFF_FFFFL;
            case ValueType.F64 -> Double.doubleToLongBits(Double.longBitsToDouble(word));
            default -> word;
        };
    }
}
