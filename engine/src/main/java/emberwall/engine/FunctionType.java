package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodType;

/**
 * Parameters and results of a function, as {@link ValueType} codes.
 *
 * <pre>{@code
 * FunctionType log = FunctionType.of(I32, I32);
 * FunctionType add = FunctionType.of(I32, I32).returning(I32);
 * }</pre>
 */
public final class FunctionType implements ExternType {
    private static final int[] NONE = {};

    private final emberwall.wasm.FunctionType type;

    /** The same type as modules know it. */
    FunctionType(emberwall.wasm.FunctionType type) {
        this.type = type;
    }

    /** As modules know it. */
    emberwall.wasm.FunctionType wasm() {
        return type;
    }

    /**
     * A function with these parameters and no result.
     *
     * @param parameters their types
     * @return the type
     */
    public static FunctionType of(int... parameters) {
        return new FunctionType(emberwall.wasm.FunctionType.of(parameters.clone(), NONE));
    }

    /**
     * The same parameters with these results.
     *
     * @param types types of the results
     * @return a new type
     */
    public FunctionType returning(int... types) {
        return new FunctionType(emberwall.wasm.FunctionType.of(type.parameters(), types.clone()));
    }

    /** {@return how many parameters} */
    public int parameterCount() {
        return type.parameterCount();
    }

    /**
     * The type of a parameter.
     *
     * @param index its number, from 0
     * @return its {@link ValueType}
     */
    public int parameter(int index) {
        return type.parameter(index);
    }

    /** {@return how many results} */
    public int resultCount() {
        return type.resultCount();
    }

    /**
     * The type of a result.
     *
     * @param index its number, from 0
     * @return its {@link ValueType}
     */
    public int result(int index) {
        return type.result(index);
    }

    /** {@return all parameter types; the caller's own copy} */
    public int[] parameters() {
        return type.parameters().clone();
    }

    /** {@return all result types; the caller's own copy} */
    public int[] results() {
        return type.results().clone();
    }

    /**
     * {@return the type of a function's {@code MethodHandle}: int, long, float and double for numbers, {@link V128} for
     * vectors, {@link Function} for references to functions, Object for other references; several results are an
     * {@code Object[]}}
     */
    public MethodType methodType() {
        Class<?>[] classes = new Class<?>[parameterCount()];
        for (int index = 0; index < classes.length; index++) {
            classes[index] = javaType(parameter(index));
        }
        Class<?> result = switch (resultCount()) {
            case 0 -> void.class;
            case 1 -> javaType(result(0));
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
        return other instanceof FunctionType that && type.equals(that.type);
    }

    @Override
    public int hashCode() {
        return type.hashCode();
    }

    /** As the specification writes it: {@code [i32 i32] -> [i32]}. */
    @Override
    public String toString() {
        return type.toString();
    }
}
