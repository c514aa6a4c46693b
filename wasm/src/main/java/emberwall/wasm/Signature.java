package emberwall.wasm;

/**
 * The operand and result types of an instruction whose types are always the same. A constant is named like what it says:
 * operands, underscore, results, with {@code I} for i32, {@code L} i64, {@code F} f32, {@code D} f64, {@code V} v128 and
 * {@code A} for the address type (i32 or i64) of the memory or table that the instruction names.
 */
public enum Signature {
    // @formatter:off
    EMPTY, POLYMORPHIC,
    _A, _I, _L, _F, _D, _V,
    A_A, A_D, A_F, A_I, A_L, A_V, AD_, AF_, AI_, AI_I,
    AL_, AL_L, AV_, AV_V, AIA_, AII_, AII_I, AIL_I, ALL_I, ALL_L,
    I_D, I_F, I_I, I_L, I_V, II_I,
    L_D, L_F, L_I, L_L, L_V, LL_I, LL_L, LL_LL, LLLL_LL,
    F_D, F_F, F_I, F_L, F_V, FF_F, FF_I,
    D_D, D_F, D_I, D_L, D_V, DD_D, DD_I,
    V_D, V_F, V_I, V_L, V_V, VD_V, VF_V, VI_V, VL_V, VV_V,
    VVV_V;
    // @formatter:on

    /** Stands in {@link #parameter} and {@link #result} for the address type of the instruction's memory or table. */
    public static final int ADDRESS = 6;

    private final byte[] parameters;
    private final byte[] results;

    Signature() {
        String name = name();
        int cut = name.indexOf('_');
        boolean typed = cut >= 0;
        parameters = typed ? types(name, 0, cut) : new byte[0];
        results = typed ? types(name, cut + 1, name.length()) : new byte[0];
    }

    private static byte[] types(String name, int from, int to) {
        byte[] types = new byte[to - from];
        for (int i = from; i < to; i++) {
            types[i - from] = (byte) type(name.charAt(i));
        }
        return types;
    }

    private static int type(char letter) {
        return switch (letter) {
            case 'I' -> ValueType.I32;
            case 'L' -> ValueType.I64;
            case 'F' -> ValueType.F32;
            case 'D' -> ValueType.F64;
            case 'V' -> ValueType.V128;
            case 'A' -> ADDRESS;
            default -> throw new InternalError("no type for " + letter);
        };
    }

    /** Whether operands and results depend on more than the opcode; then none are listed here. */
    public boolean isPolymorphic() {
        return this == POLYMORPHIC;
    }

    /** How many operands there are. */
    public int parameterCount() {
        return parameters.length;
    }

    /** The type of an operand, the deepest first: a {@link ValueType} constant or {@link #ADDRESS}. */
    public int parameter(int index) {
        return parameters[index];
    }

    /** How many results there are. */
    public int resultCount() {
        return results.length;
    }

    /** The type of a result, the deepest first: a {@link ValueType} constant or {@link #ADDRESS}. */
    public int result(int index) {
        return results[index];
    }
}
