package emberwall.engine.code;

import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;

/** How the functions of a WebAssembly type are called. */
public final class CallLayouts {
    private CallLayouts() {}

    /** The layout of a function type. */
    public static CallLayout of(FunctionType type) {
        return CallLayout.of(classes(type.parameters()), classes(type.results()));
    }

    private static byte[] classes(int[] types) {
        byte[] classes = new byte[types.length];
        for (int i = 0; i < types.length; i++) {
            classes[i] = (byte) valueClass(types[i]);
        }
        return classes;
    }

    /** What kind of register a value of a {@link ValueType} takes. */
    public static int valueClass(int valueType) {
        return switch (valueType) {
            case ValueType.F32, ValueType.F64 -> Convention.FLOAT;
            case ValueType.V128 -> Convention.VECTOR;
            default -> Convention.INT;
        };
    }
}
