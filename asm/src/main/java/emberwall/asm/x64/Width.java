package emberwall.asm.x64;

/** Operand widths: the logarithm of their bytes, so that {@code 1 << width} is the size. */
public final class Width {
    public static final int W8 = 0;
    public static final int W16 = 1;
    public static final int W32 = 2;
    public static final int W64 = 3;
    public static final int W128 = 4;
    public static final int W256 = 5;

    private Width() {}
}
