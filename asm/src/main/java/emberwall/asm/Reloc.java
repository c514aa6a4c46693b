package emberwall.asm;

/**
 * A place in the code that waits for an address known only when the code is placed.
 *
 * @param kind {@link #PC32} or {@link #ABS64}
 * @param offset where in the code the field lies
 * @param target the absolute address meant
 * @param addend added to the target
 */
public record Reloc(int kind, int offset, long target, int addend) {
    /** Four bytes: {@code target + addend - (address of the field)}; must fit a signed 32-bit number. */
    public static final int PC32 = 0;

    /** Eight bytes: {@code target + addend}. */
    public static final int ABS64 = 1;
}
