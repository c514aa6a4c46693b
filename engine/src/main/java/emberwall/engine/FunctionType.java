package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Parameters and results of a function, as {@link ValueType} codes.
 *
 * <pre>{@code
 * FunctionType log = FunctionType.of(I32, I32);
 * FunctionType add = FunctionType.of(I32, I32).returning(I32);
 * }</pre>
 */
public final class FunctionType implements ExternType {
    private final int[] parameters;
    private final int[] results;

    private FunctionType(int[] parameters, int[] results) {
        this.parameters = parameters;
        this.results = results;
    }

    /** A function with these parameters and no result. */
    public static FunctionType of(int... parameters) {
        return new FunctionType(parameters.clone(), new int[0]);
    }

    /** The same parameters with these results. */
    public FunctionType returning(int... types) {
        return new FunctionType(parameters, types.clone());
    }

    /** How many parameters. */
    public int parameterCount() {
        return parameters.length;
    }

    /** Type of a parameter. */
    public int parameter(int index) {
        return parameters[index];
    }

    /** How many results. */
    public int resultCount() {
        return results.length;
    }

    /** Type of a result. */
    public int result(int index) {
        return results[index];
    }

    /** All parameter types; the caller's own copy. */
    public int[] parameters() {
        return parameters.clone();
    }

    /** All result types; the caller's own copy. */
    public int[] results() {
        return results.clone();
    }

    /**
     * The type of a function's {@code MethodHandle}: int, long, float and double for numbers, {@link V128} for
     * vectors, {@link Function} for references to functions, Object for other references; several results are an
     * {@code Object[]}.
     */
    public MethodType methodType() {
        Class<?>[] classes = new Class<?>[parameters.length];
        for (int index = 0; index < classes.length; index++) {
            classes[index] = javaType(parameters[index]);
        }
        Class<?> result = switch (results.length) {
            case 0 -> void.class;
            case 1 -> javaType(results[0]);
            default -> Object[].class;
        };
        return MethodType.methodType(result, classes);
    }

    /** The Java type that carries values of a Wasm type. */
    static Class<?> javaType(int type) {
        return switch (type) {
            case ValueType.I32 -> int.class;
            case ValueType.I64 -> long.class;
            case ValueType.F32 -> float.class;
            case ValueType.F64 -> double.class;
            case ValueType.V128 -> V128.class;
            case ValueType.FUNCREF -> Function.class;
            default -> Object.class;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FunctionType type
                && Arrays.equals(parameters, type.parameters)
                && Arrays.equals(results, type.results);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(parameters) + Arrays.hashCode(results);
    }

    /** As the specification writes it: {@code [i32 i32] -> [i32]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        list(text, parameters).append(" -> ");
        return list(text, results).toString();
    }

    private static StringBuilder list(StringBuilder text, int[] types) {
        text.append('[');
        for (int index = 0; index < types.length; index++) {
            if (index > 0) {
                text.append(' ');
            }
            text.append(ValueType.text(types[index]));
        }
        return text.append(']');
    }
}
