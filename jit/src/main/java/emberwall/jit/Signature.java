package emberwall.jit;

import emberwall.op.Type;
import emberwall.op.V128;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/** The type of a function, in Java's terms and in those of graphs: a memory segment is two values, address and size. */
final class Signature {
    final MethodType java;
    final List<Type> parameters;
    final List<Type> results;
    /** By parameter in Java's terms: which value it begins with. */
    private final int[] first;
    /** By value: which of the words of a call it begins with; behind them how many words there are. */
    private final int[] word;

    private Signature(MethodType java, List<Type> parameters, List<Type> results, int[] first) {
        this.java = java;
        this.parameters = List.copyOf(parameters);
        this.results = List.copyOf(results);
        this.first = first;
        word = new int[parameters.size() + 1];
        for (int value = 0; value < parameters.size(); value++) {
            word[value + 1] = word[value] + words(parameters.get(value));
        }
    }

    /**
     * A type of int, long, float, double, boolean, {@link V128} and, among parameters, {@link MemorySegment}.
     *
     * @throws IllegalArgumentException if there is another one
     */
    static Signature of(MethodType type) {
        List<Type> parameters = new ArrayList<>();
        int[] first = new int[type.parameterCount()];
        for (int i = 0; i < first.length; i++) {
            first[i] = parameters.size();
            if (type.parameterType(i) == MemorySegment.class) {
                parameters.add(Type.I64);
                parameters.add(Type.I64);
            } else {
                parameters.add(value(type.parameterType(i), "parameter " + i));
            }
        }
        Class<?> returned = type.returnType();
        List<Type> results = returned == void.class ? List.of() : List.of(value(returned, "the result"));
        return new Signature(type, parameters, results, first);
    }

    private static Type value(Class<?> type, String where) {
        if (type == int.class || type == boolean.class) {
            return Type.I32;
        } else if (type == long.class) {
            return Type.I64;
        } else if (type == float.class) {
            return Type.F32;
        } else if (type == double.class) {
            return Type.F64;
        } else if (type == V128.class) {
            return Type.V128;
        }
        throw new IllegalArgumentException(where + " is of type " + type.getName()
                + "; there are int, long, float, double, boolean, V128, and MemorySegment for parameters");
    }

    static int words(Type type) {
        return type == Type.V128 ? 2 : 1;
    }

    /** Which value a parameter begins with. */
    int firstValue(int parameter) {
        return first[parameter];
    }

    /** Which word of a call a value begins with. */
    int firstWord(int value) {
        return word[value];
    }

    /** How many words the arguments of a call are. */
    int wordCount() {
        return word[word.length - 1];
    }

    /** Bytes of the words of a call, at least what a vector takes. */
    int bytes() {
        return Math.max(16, 8 * wordCount() + 15 & -16);
    }

    boolean isSegment(int parameter) {
        return java.parameterType(parameter) == MemorySegment.class;
    }

    /** Text that is equal for signatures that thunks are equal for. */
    String shape() {
        StringBuilder text = new StringBuilder();
        for (Type type : parameters) {
            text.append((char) ('a' + type.ordinal()));
        }
        for (Type type : results) {
            text.append('>').append((char) ('a' + type.ordinal()));
        }
        return text.toString();
    }
}
