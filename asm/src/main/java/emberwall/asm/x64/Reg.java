package emberwall.asm.x64;

/** The general purpose registers: the numbers that the hardware gives them, and their names at each width. */
public final class Reg {
    // @formatter:off
    public static final int RAX =  0;
    public static final int RCX =  1;
    public static final int RDX =  2;
    public static final int RBX =  3;
    public static final int RSP =  4;
    public static final int RBP =  5;
    public static final int RSI =  6;
    public static final int RDI =  7;
    public static final int R8  =  8;
    public static final int R9  =  9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;
    // @formatter:on

    private static final String NAMES8 = "al  cl  dl  bl  spl bpl sil dil ";
    private static final String NAMES = "axcxdxbxspbpsidi";

    private Reg() {}

    /** The assembler's name of a register: {@code name(RAX, W32)} is {@code eax}. */
    public static String name(int reg, int width) {
        if (reg >= 8) {
            return "r" + reg + (width == Width.W64 ? "" : width == Width.W32 ? "d" : width == Width.W16 ? "w" : "b");
        }
        if (width == Width.W8) {
            return NAMES8.substring(reg * 4, reg * 4 + 4).trim();
        }
        String name = NAMES.substring(reg * 2, reg * 2 + 2);
        return width == Width.W64 ? "r" + name : width == Width.W32 ? "e" + name : name;
    }
}
