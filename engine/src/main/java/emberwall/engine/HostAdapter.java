package emberwall.engine;

import static java.lang.invoke.MethodType.methodType;

import emberwall.op.V128;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes a host function of a method handle: reads the arguments from the call, sets the result there. */
final class HostAdapter {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private HostAdapter() {}

    static HostFunction of(HostEntry entry) {
        return entry.function() != null ? entry.function() : of(entry.handle());
    }

    private static HostFunction of(MethodHandle handle) {
        MethodHandle adapted = adapt(handle);
        return call -> {
            try {
                adapted.invokeExact(call);
            } catch (Throwable throwable) {
                throw Sneaky.<RuntimeException>as(throwable);
            }
        };
    }

    /** The handle as one of type (Call)void. */
    private static MethodHandle adapt(MethodHandle handle) {
        MethodType type = handle.type();
        int count = type.parameterCount();
        boolean takesCall = count > 0 && type.parameterType(0) == Call.class;
        int skip = takesCall ? 1 : 0;
        MethodHandle reading = handle;
        for (int parameter = skip; parameter < count; parameter++) {
            MethodHandle getter = getter(type.parameterType(parameter), parameter - skip);
            reading = MethodHandles.filterArguments(reading, parameter, getter);
        }
        // Now every parameter is the call: make them one.
        MethodHandle once =
                MethodHandles.permuteArguments(reading, methodType(type.returnType(), Call.class), new int[count]);
        if (type.returnType() == void.class) {
            return once;
        }
        MethodHandle setter = setter(type.returnType());
        MethodHandle setting = MethodHandles.collectArguments(setter, 1, once);
        return MethodHandles.permuteArguments(setting, methodType(void.class, Call.class), 0, 0);
    }

    private static MethodHandle getter(Class<?> type, int index) {
        MethodHandle getter = find(name(type), methodType(carrier(type), int.class));
        return MethodHandles.insertArguments(getter, 1, index).asType(methodType(type, Call.class));
    }

    private static String name(Class<?> type) {
        return switch (HostEntry.valueType(type)) {
            case ValueType.I32 -> "i32";
            case ValueType.I64 -> "i64";
            case ValueType.F32 -> "f32";
            case ValueType.F64 -> "f64";
            case ValueType.V128 -> "v128";
            default -> "ref";
        };
    }

    private static Class<?> carrier(Class<?> type) {
        return type.isPrimitive() || type == V128.class ? type : Object.class;
    }

    private static MethodHandle setter(Class<?> type) {
        return find("result", methodType(void.class, type.isPrimitive() ? type : Object.class))
                .asType(methodType(void.class, Call.class, type));
    }

    private static MethodHandle find(String name, MethodType type) {
        try {
            return LOOKUP.findVirtual(Call.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }
}
