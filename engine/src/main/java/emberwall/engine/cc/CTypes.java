package emberwall.engine.cc;

import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;

/**
 * Value types in C. A value is a variable whose first letter says its type: {@code i}, {@code l}, {@code f} or {@code d};
 * references are words like an i64.
 */
final class CTypes {
    private CTypes() {}

    /** The letter of a value type. */
    static char letter(int type) {
        return switch (type) {
            case ValueType.I32 -> 'i';
            case ValueType.F32 -> 'f';
            case ValueType.F64 -> 'd';
            default -> 'l';
        };
    }

    /** The C type behind a letter. */
    static String name(char letter) {
        return switch (letter) {
            case 'i' -> "u32";
            case 'f' -> "f32";
            case 'd' -> "f64";
            default -> "u64";
        };
    }

    /** The C type of a value type. */
    static String name(int type) {
        return name(letter(type));
    }

    /** A value as a word of an array, zeros above. */
    static String toWord(char letter, String value) {
        return switch (letter) {
            case 'f' -> "i32_reinterpret_f32(" + value + ")";
            case 'd' -> "i64_reinterpret_f64(" + value + ")";
            default -> value;
        };
    }

    /** A value in a word of an array. */
    static String fromWord(char letter, String word) {
        return switch (letter) {
            case 'f' -> "f32_reinterpret_i32((u32)" + word + ")";
            case 'd' -> "f64_reinterpret_i64(" + word + ")";
            default -> word;
        };
    }

    /** The type of what a function returns: its first result, or a word that nobody looks at. */
    static String result(FunctionType type) {
        return type.resultCount() == 0 ? "u64" : name(type.result(0));
    }

    /** Types of the parameters in parentheses; further results go where the last one points. */
    static String parameters(FunctionType type, boolean named) {
        StringBuilder text = new StringBuilder("(");
        for (int index = 0; index < type.parameterCount(); index++) {
            text.append(index > 0 ? ", " : "").append(name(type.parameter(index)));
            if (named) text.append(" v").append(index);
        }
        if (type.resultCount() > 1) {
            text.append(type.parameterCount() > 0 ? ", " : "").append(named ? "u64 *more" : "u64 *");
        } else if (type.parameterCount() == 0) {
            text.append("void");
        }
        return text.append(')').toString();
    }
}
