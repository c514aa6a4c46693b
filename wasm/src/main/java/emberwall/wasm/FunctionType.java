package emberwall.wasm;

import java.util.Arrays;

/** Parameters and results of a function, as {@link ValueType}s. */
public final class FunctionType implements CompositeType {
    private static final int[] NONE = {};

    private final int[] parameters;
    private final int[] results;

    private FunctionType(int[] parameters, int[] results) {
        this.parameters = parameters;
        this.results = results;
    }

    /** The type with these parameters and results; the arrays are kept and must not change any more. */
    public static FunctionType of(int[] parameters, int[] results) {
        return new FunctionType(parameters.length == 0 ? NONE : parameters, results.length == 0 ? NONE : results);
    }

    public int parameterCount() {
        return parameters.length;
    }

    public int parameter(int index) {
        return parameters[index];
    }

    public int resultCount() {
        return results.length;
    }

    public int result(int index) {
        return results[index];
    }

    /** All parameters: the array itself, not to be changed. */
    public int[] parameters() {
        return parameters;
    }

    /** All results: the array itself, not to be changed. */
    public int[] results() {
        return results;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FunctionType that
                && Arrays.equals(parameters, that.parameters)
                && Arrays.equals(results, that.results);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(parameters) + Arrays.hashCode(results);
    }

    /** As the specification writes it: {@code [i32 i32] -> [i64]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, parameters);
        text.append(" -> ");
        append(text, results);
        return text.toString();
    }

    private static void append(StringBuilder text, int[] types) {
        text.append('[');
        for (int i = 0; i < types.length; i++) {
            text.append(i == 0 ? "" : " ").append(ValueType.text(types[i]));
        }
        text.append(']');
    }
}
