package emberwall.op;

/**
 * A value of 128 bits, to be seen as lanes of any {@link Type} with a shape. Lane 0 is the lowest.
 *
 * @param low bits 0 to 63
 * @param high bits 64 to 127
 */
public record V128(long low, long high) {
    /** All bits zero. */
    public static final V128 ZERO = new V128(0, 0);

    /** Something for each lane. */
    @FunctionalInterface
    interface Lanes {
        /** The bits of one lane; what is above the lane's width does not count. */
        long bits(int lane);
    }

    /** A vector of lanes that are computed one by one. */
    static V128 of(Type shape, Lanes lanes) {
        int bits = shape.laneBits();
        int half = shape.lanes() / 2;
        long low = 0;
        long high = 0;
        for (int lane = 0; lane < half; lane++) {
            low |= (lanes.bits(lane) & mask(bits)) << lane * bits;
            high |= (lanes.bits(half + lane) & mask(bits)) << lane * bits;
        }
        return new V128(low, high);
    }

    /** The bits of a lane, zero-extended. */
    public long lane(Type shape, int lane) {
        int bits = shape.laneBits();
        int half = shape.lanes() / 2;
        return (lane < half ? low : high) >>> lane % half * bits & mask(bits);
    }

    /** The lane of integers, sign-extended. */
    public long signedLane(Type shape, int lane) {
        int unused = Long.SIZE - shape.laneBits();
        return lane(shape, lane) << unused >> unused;
    }

    /** This vector with other bits in one lane; what is above the lane's width does not count. */
    public V128 with(Type shape, int lane, long bits) {
        return of(shape, i -> i == lane ? bits : lane(shape, i));
    }

    private static long mask(int bits) {
        return -1L >>> Long.SIZE - bits;
    }

    /** As the text format writes a constant, in lanes of 32 bits. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("i32x4");
        for (int lane = 0; lane < Type.I32X4.lanes(); lane++) {
            String digits = Long.toHexString(lane(Type.I32X4, lane));
            text.append(" 0x").append("0".repeat(8 - digits.length())).append(digits);
        }
        return text.toString();
    }
}
