package emberwall.op;

/**
 * What an operator works on: a scalar, a vector as a whole, or a vector seen as lanes.
 *
 * <p>For a conversion it is the type of the result; the operator's name says what it converts from. For a comparison it
 * is the type of the operands; the result is an {@link #I32} (scalars) or a mask in the same shape (lanes).
 */
public enum Type {
    // @formatter:off
    //    bits  lanes  float
    I32  ( 32,   1,    false),
    I64  ( 64,   1,    false),
    F32  ( 32,   1,    true),
    F64  ( 64,   1,    true),
    V128 (128,   1,    false),
    I8X16(  8,  16,    false),
    I16X8( 16,   8,    false),
    I32X4( 32,   4,    false),
    I64X2( 64,   2,    false),
    F32X4( 32,   4,    true),
    F64X2( 64,   2,    true);
    // @formatter:on

    private final int laneBits;
    private final int lanes;
    private final boolean isFloat;

    Type(int laneBits, int lanes, boolean isFloat) {
        this.laneBits = laneBits;
        this.lanes = lanes;
        this.isFloat = isFloat;
    }

    /** Bits of one lane: of the whole value for scalars and {@link #V128}. */
    public int laneBits() {
        return laneBits;
    }

    /** How many lanes: 1 for scalars and for {@link #V128} as a whole. */
    public int lanes() {
        return lanes;
    }

    /** Bits of the whole value. */
    public int bits() {
        return laneBits * lanes;
    }

    /** Bytes of the whole value. */
    public int bytes() {
        return bits() >>> 3;
    }

    /** Whether the lanes are IEEE 754 numbers. */
    public boolean isFloat() {
        return isFloat;
    }

    /** Whether a value takes a vector register. */
    public boolean isVector() {
        return ordinal() >= V128.ordinal();
    }
}
