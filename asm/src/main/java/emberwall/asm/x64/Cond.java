package emberwall.asm.x64;

/** The conditions of {@code jcc}, {@code setcc} and {@code cmovcc}: the numbers that the hardware gives them. */
public final class Cond {
    // @formatter:off
    public static final int OVERFLOW      =  0;
    public static final int NOT_OVERFLOW  =  1;
    /** Unsigned less; also the carry flag, and "less or unordered" after {@code ucomisd}. */
    public static final int BELOW         =  2;
    public static final int ABOVE_EQUAL   =  3;
    /** Also the zero flag. */
    public static final int EQUAL         =  4;
    public static final int NOT_EQUAL     =  5;
    public static final int BELOW_EQUAL   =  6;
    /** Unsigned greater; "greater and ordered" after {@code ucomisd}. */
    public static final int ABOVE         =  7;
    public static final int SIGN          =  8;
    public static final int NOT_SIGN      =  9;
    /** "Unordered" after {@code ucomisd}. */
    public static final int PARITY        = 10;
    public static final int NOT_PARITY    = 11;
    public static final int LESS          = 12;
    public static final int GREATER_EQUAL = 13;
    public static final int LESS_EQUAL    = 14;
    public static final int GREATER       = 15;

    private static final String NAMES = "o nob aee nebea s nsp npl geleg ";
    // @formatter:on

    private Cond() {}

    /** The condition that holds exactly when this one does not. */
    public static int negate(int cond) {
        return cond ^ 1;
    }

    /** The condition that holds for {@code cmp b, a} exactly when this one holds for {@code cmp a, b}. */
    public static int swap(int cond) {
        return switch (cond) {
            case BELOW -> ABOVE;
            case ABOVE -> BELOW;
            case BELOW_EQUAL -> ABOVE_EQUAL;
            case ABOVE_EQUAL -> BELOW_EQUAL;
            case LESS -> GREATER;
            case GREATER -> LESS;
            case LESS_EQUAL -> GREATER_EQUAL;
            case GREATER_EQUAL -> LESS_EQUAL;
            case EQUAL, NOT_EQUAL -> cond;
            default -> throw new IllegalArgumentException("not an ordering: " + name(cond));
        };
    }

    /** The suffix in assembly text: {@code e}, {@code ae}, ... */
    public static String name(int cond) {
        return NAMES.substring(cond * 2, cond * 2 + 2).trim();
    }
}
