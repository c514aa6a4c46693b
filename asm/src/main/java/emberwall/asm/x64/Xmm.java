package emberwall.asm.x64;

/** The vector registers: the numbers that the hardware gives them. */
public final class Xmm {
    // @formatter:off
    public static final int XMM0  =  0;
    public static final int XMM1  =  1;
    public static final int XMM2  =  2;
    public static final int XMM3  =  3;
    public static final int XMM4  =  4;
    public static final int XMM5  =  5;
    public static final int XMM6  =  6;
    public static final int XMM7  =  7;
    public static final int XMM8  =  8;
    public static final int XMM9  =  9;
    public static final int XMM10 = 10;
    public static final int XMM11 = 11;
    public static final int XMM12 = 12;
    public static final int XMM13 = 13;
    public static final int XMM14 = 14;
    public static final int XMM15 = 15;
    // @formatter:on

    private Xmm() {}

    /** The assembler's name: {@code xmm3}, or {@code ymm3} at {@link Width#W256}. */
    public static String name(int xmm, int width) {
        return (width == Width.W256 ? "ymm" : "xmm") + xmm;
    }
}
