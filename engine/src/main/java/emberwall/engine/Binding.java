package emberwall.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** Makes an interface's methods call the exports of an instance that have their names. */
final class Binding implements InvocationHandler {
    private final Instance instance;
    private final Map<Method, MethodHandle> handles = new HashMap<>();

    private Binding(Instance instance) {
        this.instance = instance;
    }

    static <T> T of(Instance instance, Class<T> type) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(type.getName() + " is no interface");
        }
        Binding binding = new Binding(instance);
        for (Method method : type.getMethods()) {
            if (Modifier.isAbstract(method.getModifiers()) && !isClose(method) && !isOfObject(method)) {
                binding.add(method);
            }
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, binding));
    }

    private void add(Method method) {
        Function function = instance.function(method.getName());
        MethodType wanted = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        MethodType given = function.type().methodType();
        if (!wanted.equals(given)) {
            throw new IllegalArgumentException(
                    method.getName() + " has the type " + function.type() + ", in Java " + given + ", not " + wanted);
        }
        MethodHandle spread = function.handle().asSpreader(Object[].class, given.parameterCount());
        handles.put(method, spread.asType(MethodType.methodType(Object.class, Object[].class)));
    }

    /** {@link AutoCloseable#close}, whoever declares it again. */
    private static boolean isClose(Method method) {
        return method.getName().equals("close")
                && method.getParameterCount() == 0
                && AutoCloseable.class.isAssignableFrom(method.getDeclaringClass());
    }

    private static boolean isOfObject(Method method) {
        try {
            Object.class.getMethod(method.getName(), method.getParameterTypes());
            return true;
        } catch (NoSuchMethodException none) {
            return false;
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a proxy is itself and nothing else
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        MethodHandle handle = handles.get(method);
        if (handle != null) {
            return handle.invokeExact(arguments);
        }
        if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "exports of " + instance;
            default -> {
                instance.close();
                yield null;
            }
        };
    }
}
