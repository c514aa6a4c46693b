package emberwall.engine;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** A host function before it belongs to a store: one of function and handle is given. */
record HostEntry(FunctionType type, HostFunction function, MethodHandle handle) {
    HostEntry {
        if (type == null || (function == null && handle == null)) {
            throw new NullPointerException();
        }
        Types.checkHostFunction(type);
    }

    static HostEntry of(MethodHandle handle) {
        MethodType type = handle.type();
        int skip = type.parameterCount() > 0 && type.parameterType(0) == Call.class ? 1 : 0;
        int[] parameters = new int[type.parameterCount() - skip];
        for (int index = 0; index < parameters.length; index++) {
            parameters[index] = valueType(type.parameterType(index + skip));
        }
        FunctionType function = FunctionType.of(parameters);
        if (type.returnType() != void.class) {
            function = function.returning(valueType(type.returnType()));
        }
        return new HostEntry(function, null, handle);
    }

    static int valueType(Class<?> type) {
        if (type == int.class) {
            return ValueType.I32;
        }
        if (type == long.class) {
            return ValueType.I64;
        }
        if (type == float.class) {
            return ValueType.F32;
        }
        if (type == double.class) {
            return ValueType.F64;
        }
        if (type == V128.class) {
            return ValueType.V128;
        }
        if (type == Function.class) {
            return ValueType.FUNCREF;
        }
        if (type == Object.class) {
            return ValueType.EXTERNREF;
        }
        throw new IllegalArgumentException("no Wasm type for " + type.getName());
    }
}
