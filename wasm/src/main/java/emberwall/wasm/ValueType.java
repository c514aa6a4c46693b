package emberwall.wasm;

import java.util.function.IntFunction;

/**
 * Value types as ints: numbers and vectors are small constants, a reference is {@link #REFERENCE}, perhaps
 * {@link #NULLABLE}, and a heap type: one of the abstract ones below, or {@link #CONCRETE} with an index. What the index
 * counts depends on where the type stands: types of the module, or, in {@link TypeRegistry}, canonical types of an engine.
 *
 * <pre>
 *   30 REFERENCE   29 NULLABLE   28 CONCRETE   27..0 type index, or abstract heap type
 * </pre>
 *
 * {@link #I8} and {@link #I16} are packed storage types, legal in fields only. {@link #BOTTOM} is the type of everything
 * in code that is never reached.
 */
public final class ValueType {
    /** Subtype of every type: what unreachable code has on its stack. */
    public static final int BOTTOM = 0;

    public static final int I32 = 1;
    public static final int I64 = 2;
    public static final int F32 = 3;
    public static final int F64 = 4;
    public static final int V128 = 5;
    /** Packed storage of a field: one byte. */
    public static final int I8 = 8;
    /** Packed storage of a field: two bytes. */
    public static final int I16 = 9;

    public static final int REFERENCE = 1 << 30;
    public static final int NULLABLE = 1 << 29;
    public static final int CONCRETE = 1 << 28;
    private static final int HEAP_TYPE = NULLABLE - 1;
    private static final int INDEX = CONCRETE - 1;

    // Abstract heap types; the numbers are the low bits of their bytes in the binary format.
    public static final int EXN = 0x69;
    public static final int ARRAY = 0x6A;
    public static final int STRUCT = 0x6B;
    public static final int I31 = 0x6C;
    public static final int EQ = 0x6D;
    public static final int ANY = 0x6E;
    public static final int EXTERN = 0x6F;
    public static final int FUNC = 0x70;
    public static final int NONE = 0x71;
    public static final int NOEXTERN = 0x72;
    public static final int NOFUNC = 0x73;
    public static final int NOEXN = 0x74;

    public static final int FUNCREF = REFERENCE | NULLABLE | FUNC;
    public static final int EXTERNREF = REFERENCE | NULLABLE | EXTERN;
    public static final int ANYREF = REFERENCE | NULLABLE | ANY;
    public static final int EQREF = REFERENCE | NULLABLE | EQ;
    public static final int I31REF = REFERENCE | NULLABLE | I31;
    public static final int STRUCTREF = REFERENCE | NULLABLE | STRUCT;
    public static final int ARRAYREF = REFERENCE | NULLABLE | ARRAY;
    public static final int EXNREF = REFERENCE | NULLABLE | EXN;

    private ValueType() {}

    /** A reference to a heap type: an abstract constant of this class or {@link #concrete}. */
    public static int reference(boolean nullable, int heapType) {
        return REFERENCE | (nullable ? NULLABLE : 0) | heapType;
    }

    /** The heap type that is the type with this index. */
    public static int concrete(int typeIndex) {
        return CONCRETE | typeIndex;
    }

    public static boolean isReference(int type) {
        return (type & REFERENCE) != 0;
    }

    public static boolean isNullable(int type) {
        return (type & (REFERENCE | NULLABLE)) == (REFERENCE | NULLABLE);
    }

    /** Whether a value of the type exists without being given: all but non-nullable references. */
    public static boolean isDefaultable(int type) {
        return (type & (REFERENCE | NULLABLE)) != REFERENCE;
    }

    /** A number: i32, i64, f32 or f64. */
    public static boolean isNumber(int type) {
        return type >= I32 && type <= F64;
    }

    public static boolean isPacked(int type) {
        return type == I8 || type == I16;
    }

    /** What a field of the storage type reads as: packed ones as i32. */
    public static int unpacked(int type) {
        return isPacked(type) ? I32 : type;
    }

    /** The heap type of a reference, abstract or with {@link #CONCRETE}. */
    public static int heapType(int type) {
        return type & HEAP_TYPE;
    }

    /** Whether a heap type, or a reference to one, names a type by index. */
    public static boolean isConcrete(int type) {
        return (type & CONCRETE) != 0;
    }

    /** The index in a concrete heap type or a reference to one. */
    public static int typeIndex(int type) {
        return type & INDEX;
    }

    public static int asNonNull(int type) {
        return type & ~NULLABLE;
    }

    public static int asNullable(int type) {
        return type | NULLABLE;
    }

    /** Bytes that a value takes in a field or array: references take a word of eight. */
    public static int sizeBytes(int type) {
        return switch (type) {
            case I8 -> 1;
            case I16 -> 2;
            case I32, F32 -> 4;
            case V128 -> 16;
            default -> 8;
        };
    }

    /** The type in the words of the text format, as {@code "i32"}, {@code "funcref"}, {@code "(ref null 3)"}. */
    public static String text(int type) {
        return text(type, null);
    }

    /** The type in the words of the text format, with what each type of the module is called; if null, its index. */
    public static String text(int type, IntFunction<String> typeName) {
        return switch (type) {
            case BOTTOM -> "bot";
            case I32 -> "i32";
            case I64 -> "i64";
            case F32 -> "f32";
            case F64 -> "f64";
            case V128 -> "v128";
            case I8 -> "i8";
            case I16 -> "i16";
            default -> referenceText(type, typeName);
        };
    }

    private static String referenceText(int type, IntFunction<String> typeName) {
        int heap = heapType(type);
        if (!isNullable(type)) {
            return "(ref " + heapText(heap, typeName) + ")";
        }
        return switch (heap) {
            case NONE -> "nullref";
            case NOFUNC -> "nullfuncref";
            case NOEXTERN -> "nullexternref";
            case NOEXN -> "nullexnref";
            default ->
                isConcrete(heap) ? "(ref null " + heapText(heap, typeName) + ")" : heapText(heap, typeName) + "ref";
        };
    }

    /** The heap type in the words of the text format, as {@code "func"} or an index. */
    public static String heapText(int heapType) {
        return heapText(heapType, null);
    }

    /** The heap type in the words of the text format, with what each type of the module is called; if null, its index. */
    public static String heapText(int heapType, IntFunction<String> typeName) {
        if (isConcrete(heapType)) {
            int index = typeIndex(heapType);
            // No method reference: the first one costs a cold start several milliseconds.
            return typeName == null ? Integer.toString(index) : typeName.apply(index);
        }
        return switch (heapType) {
            case EXN -> "exn";
            case ARRAY -> "array";
            case STRUCT -> "struct";
            case I31 -> "i31";
            case EQ -> "eq";
            case ANY -> "any";
            case EXTERN -> "extern";
            case FUNC -> "func";
            case NONE -> "none";
            case NOEXTERN -> "noextern";
            case NOFUNC -> "nofunc";
            case NOEXN -> "noexn";
            default -> throw new InternalError("no heap type " + heapType);
        };
    }
}
