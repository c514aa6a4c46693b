package emberwall.op;

import java.math.BigInteger;

/**
 * Binary floating point from first principles: exact fractions of big integers, rounded once, to nearest, ties to even.
 * Shares nothing with the arithmetic of Java or of the processor.
 *
 * @param significand how many bits the significand has, the leading one included
 * @param width bits of the whole
 */
record Exact(int significand, int width) {
    static final Exact F32 = new Exact(24, 32);
    static final Exact F64 = new Exact(53, 64);

    /** A finite number other than zero: numerator / denominator, the latter positive. */
    record Fraction(BigInteger numerator, BigInteger denominator) {
        static Fraction of(BigInteger integer) {
            return new Fraction(integer, BigInteger.ONE);
        }

        Fraction add(Fraction that) {
            return new Fraction(
                    numerator.multiply(that.denominator).add(that.numerator.multiply(denominator)),
                    denominator.multiply(that.denominator));
        }

        Fraction negate() {
            return new Fraction(numerator.negate(), denominator);
        }

        Fraction multiply(Fraction that) {
            return new Fraction(numerator.multiply(that.numerator), denominator.multiply(that.denominator));
        }

        Fraction divide(Fraction that) {
            BigInteger sign = BigInteger.valueOf(that.numerator.signum());
            return new Fraction(
                    numerator.multiply(that.denominator).multiply(sign),
                    denominator.multiply(that.numerator).multiply(sign));
        }

        /** Towards zero. */
        BigInteger truncate() {
            return numerator.divide(denominator);
        }

        BigInteger floor() {
            BigInteger[] parts = numerator.divideAndRemainder(denominator);
            return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        }

        /** To the nearest integer, ties to even. */
        BigInteger nearest() {
            BigInteger floor = floor();
            BigInteger twiceRest =
                    numerator.subtract(floor.multiply(denominator)).shiftLeft(1);
            int order = twiceRest.compareTo(denominator);
            boolean up = order > 0 || (order == 0 && floor.testBit(0));
            return up ? floor.add(BigInteger.ONE) : floor;
        }
    }

    int fractionBits() {
        return significand - 1;
    }

    int exponentMask() {
        return (1 << (width - significand)) - 1;
    }

    int bias() {
        return exponentMask() >> 1;
    }

    long signBit() {
        return 1L << (width - 1);
    }

    long infinity() {
        return (long) exponentMask() << fractionBits();
    }

    long quiet() {
        return 1L << (fractionBits() - 1);
    }

    boolean isNaN(long bits) {
        return (bits & ~signBit()) > infinity();
    }

    boolean isInfinite(long bits) {
        return (bits & ~signBit()) == infinity();
    }

    boolean isZero(long bits) {
        return (bits & ~signBit()) == 0;
    }

    boolean isNegative(long bits) {
        return (bits & signBit()) != 0;
    }

    /** The value of a finite number. */
    Fraction value(long bits) {
        int exponent = (int) (bits >>> fractionBits()) & exponentMask();
        long fraction = bits & ((1L << fractionBits()) - 1);
        long whole = exponent == 0 ? fraction : fraction | 1L << fractionBits();
        int scale = Math.max(exponent, 1) - bias() - fractionBits();
        BigInteger number = BigInteger.valueOf(isNegative(bits) ? -whole : whole);
        return scale >= 0
                ? Fraction.of(number.shiftLeft(scale))
                : new Fraction(number, BigInteger.ONE.shiftLeft(-scale));
    }

    /** The nearest number; {@code negativeZero} is the sign of an exact zero. */
    long round(Fraction exact, boolean negativeZero) {
        if (exact.numerator().signum() == 0) {
            return negativeZero ? signBit() : 0;
        }
        long sign = exact.numerator().signum() < 0 ? signBit() : 0;
        BigInteger numerator = exact.numerator().abs();
        BigInteger denominator = exact.denominator();
        // the power of two of the unit in the last place
        int unit = numerator.bitLength() - denominator.bitLength() - significand;
        int lowest = 1 - bias() - fractionBits();
        unit = Math.max(unit, lowest);
        BigInteger rounded = scaled(numerator, denominator, unit);
        if (rounded.bitLength() > significand) {
            unit++;
            rounded = scaled(numerator, denominator, unit);
        }
        if (rounded.bitLength() > significand) { // all ones were rounded up
            unit++;
            rounded = rounded.shiftRight(1);
        }
        if (rounded.bitLength() < significand) {
            assert unit == lowest;
            return sign | rounded.longValueExact();
        }
        long exponent = unit + fractionBits() + bias();
        if (exponent >= exponentMask()) {
            return sign | infinity();
        }
        return sign | exponent << fractionBits() | rounded.longValueExact() & ((1L << fractionBits()) - 1);
    }

    private static BigInteger scaled(BigInteger numerator, BigInteger denominator, int unit) {
        return unit >= 0
                ? new Fraction(numerator, denominator.shiftLeft(unit)).nearest()
                : new Fraction(numerator.shiftLeft(-unit), denominator).nearest();
    }

    /** The root of a positive number: many more bits than needed, the lost ones left visible. */
    long root(Fraction value) {
        int extra = 2 * (significand + 4) + 2 * width;
        BigInteger scaledValue = value.numerator().multiply(value.denominator()).shiftLeft(2 * extra);
        BigInteger[] root = scaledValue.sqrtAndRemainder();
        BigInteger sticky = root[0].shiftLeft(1).add(BigInteger.valueOf(root[1].signum()));
        return round(new Fraction(sticky, value.denominator().shiftLeft(extra + 1)), false);
    }
}
