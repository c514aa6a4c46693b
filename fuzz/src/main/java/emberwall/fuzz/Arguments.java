package emberwall.fuzz;

import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.op.V128;
import emberwall.wasm.ValueType;
import java.util.SplittableRandom;

/** Arguments for calls of the host: they follow from the types and the number of the call, so that a module needs no script. */
final class Arguments {
    private Arguments() {}

    /** The arguments of a call, or null if there are none: the function itself stands for references to functions. */
    static Object[] of(Function function, int round) {
        FunctionType type = function.type();
        SplittableRandom random = new SplittableRandom(round * 0x9E37_79B9_7F4A_7C15L);
        Object[] arguments = new Object[type.parameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            if (!ValueType.isDefaultable(type.parameter(i)) || type.parameter(i) == ValueType.EXNREF) {
                return null;
            }
            arguments[i] = argument(type.parameter(i), random, function);
        }
        return arguments;
    }

    private static Object argument(int type, SplittableRandom random, Function function) {
        return switch (type) {
            case ValueType.I32 -> (int) Edges.word(type, random);
            case ValueType.I64 -> Edges.word(type, random);
            case ValueType.F32 -> Float.intBitsToFloat((int) Edges.word(type, random));
            case ValueType.F64 -> Double.longBitsToDouble(Edges.word(type, random));
            case ValueType.V128 -> new V128(Edges.lanes(random), Edges.lanes(random));
            case ValueType.FUNCREF -> random.nextBoolean() ? function : null;
            case ValueType.EXTERNREF -> random.nextInt(3) == 0 ? null : "object " + random.nextInt(4);
            default -> null;
        };
    }
}
