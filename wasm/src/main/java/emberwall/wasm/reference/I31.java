package emberwall.wasm.reference;

/**
 * An integer of 31 bits as a reference.
 *
 * @param bits the integer, zero-extended
 */
public record I31(int bits) {
    private static final int MASK = 0x7fff_ffff;

    static I31 of(long word) {
        return new I31((int) word & MASK);
    }

    /** The integer with its sign. */
    public int signed() {
        return bits << 1 >> 1;
    }
}
