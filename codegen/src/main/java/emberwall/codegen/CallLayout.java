package emberwall.codegen;

/**
 * Where the arguments and results of a signature are at a call: a fact of the signature alone.
 *
 * <p>Arguments take the registers of their class in order, then the <em>stack arguments</em>: words of 8 bytes, vectors 16
 * bytes at multiples of 16. The first result is in the result register of its class. Further results lie in the <em>result
 * area</em> directly above the stack arguments, which the caller makes before it pushes them. The callee pops the stack
 * arguments, the caller the result area.
 */
public final class CallLayout {
    private static final int ON_STACK = 1 << 30;

    private final int[] parameters;
    private final int[] results;
    private final byte[] parameterClasses;
    private final byte[] resultClasses;
    private final int argumentBytes;
    private final int resultBytes;

    private CallLayout(byte[] parameterClasses, byte[] resultClasses) {
        this.parameterClasses = parameterClasses;
        this.resultClasses = resultClasses;
        parameters = new int[parameterClasses.length];
        results = new int[resultClasses.length];
        int ints = 0;
        int floats = 0;
        int bytes = 0;
        for (int i = 0; i < parameters.length; i++) {
            int valueClass = parameterClasses[i];
            if (valueClass == Convention.INT && ints < Convention.intArguments()) {
                parameters[i] = Convention.intArgument(ints++);
            } else if (valueClass != Convention.INT && floats < Convention.floatArguments()) {
                parameters[i] = floats++;
            } else {
                bytes = aligned(bytes, valueClass);
                parameters[i] = ON_STACK | bytes;
                bytes += size(valueClass);
            }
        }
        argumentBytes = bytes + 15 & -16;
        bytes = 0;
        for (int i = 1; i < results.length; i++) {
            bytes = aligned(bytes, resultClasses[i]);
            results[i] = bytes;
            bytes += size(resultClasses[i]);
        }
        resultBytes = bytes + 15 & -16;
    }

    /**
     * The layout of a signature.
     *
     * @param parameterClasses {@link Convention#INT}, {@link Convention#FLOAT} or {@link Convention#VECTOR} for each
     *     parameter; kept
     * @param resultClasses the same for the results; kept
     */
    public static CallLayout of(byte[] parameterClasses, byte[] resultClasses) {
        return new CallLayout(parameterClasses, resultClasses);
    }

    private static int aligned(int bytes, int valueClass) {
        return valueClass == Convention.VECTOR ? bytes + 15 & -16 : bytes;
    }

    private static int size(int valueClass) {
        return valueClass == Convention.VECTOR ? 16 : 8;
    }

    /** Whether a vector is among the results. */
    public boolean hasVectorResults() {
        return hasVector(resultClasses);
    }

    /** Whether a vector is among parameters and results. */
    public boolean hasVectors() {
        return hasVector(parameterClasses) || hasVector(resultClasses);
    }

    private static boolean hasVector(byte[] classes) {
        for (byte valueClass : classes) {
            if (valueClass == Convention.VECTOR) {
                return true;
            }
        }
        return false;
    }

    public int parameterCount() {
        return parameters.length;
    }

    public int resultCount() {
        return results.length;
    }

    /** The class of a parameter. */
    public int parameterClass(int parameter) {
        return parameterClasses[parameter];
    }

    /** The class of a result. */
    public int resultClass(int result) {
        return resultClasses[result];
    }

    /** Whether a parameter is passed in a register rather than on the stack. */
    public boolean inRegister(int parameter) {
        return (parameters[parameter] & ON_STACK) == 0;
    }

    /** The general purpose or vector register, by the parameter's class, of a parameter that is {@link #inRegister}. */
    public int register(int parameter) {
        return parameters[parameter];
    }

    /** Bytes from the start of the stack arguments, of a parameter that is not {@link #inRegister}. */
    public int stackOffset(int parameter) {
        return parameters[parameter] & ~ON_STACK;
    }

    /** Bytes from the start of the result area, of a result after the first. */
    public int resultOffset(int result) {
        return results[result];
    }

    /** The size of the stack arguments, which the callee pops: a multiple of 16. */
    public int argumentBytes() {
        return argumentBytes;
    }

    /** The size of the result area above the stack arguments: a multiple of 16. */
    public int resultBytes() {
        return resultBytes;
    }
}
