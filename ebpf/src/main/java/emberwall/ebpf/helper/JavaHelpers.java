package emberwall.ebpf.helper;

import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.run.Helper;
import emberwall.ebpf.run.Running;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * Helpers that an interface declares: the signature for the verifier, and the call, come from the types of a method.
 *
 * <pre>{@code
 * interface Policy {
 *     @HelperFunction(number = 1000)
 *     int score(MemorySegment name, long weight);      // int score(const void *name, u32 size, u64 weight)
 *
 *     @HelperFunction(number = 1001)
 *     void fill(@Writes @Bytes(16) MemorySegment id);  // void fill(void *id)
 * }
 * }</pre>
 *
 * <p>A parameter is an {@code int} or {@code long} (a number), a {@link MemorySegment} or a {@link BpfMap}; the result an
 * {@code int}, {@code long}, {@code boolean} or nothing. Segments are of use until the method returns.
 */
public final class JavaHelpers {
    private JavaHelpers() {}

    /**
     * The helpers of an interface.
     *
     * @param lookup from where the interface can be called
     * @param space whose maps programs may pass
     * @throws IllegalArgumentException if a method has other types, or takes more than five words
     */
    public static <T> HelperSet of(
            Class<T> declaration, T implementation, MethodHandles.Lookup lookup, MapSpace space) {
        HelperSet set = new HelperSet();
        for (Method method : declaration.getMethods()) {
            HelperFunction function = method.getAnnotation(HelperFunction.class);
            if (function != null) {
                try {
                    MethodHandle handle = lookup.unreflect(method).bindTo(implementation);
                    HelperSignature signature = signature(method, function);
                    set.add(signature, new Call(handle, parameters(method), signature.result(), space));
                } catch (IllegalAccessException e) {
                    throw new IllegalArgumentException(method + " is out of reach of " + lookup, e);
                }
            }
        }
        return set;
    }

    /** How a parameter is made of words; {@code bytes} is 0 where the next word says them. */
    private record Part(Class<?> type, boolean writes, int bytes) {}

    private static List<Part> parameters(Method method) {
        List<Part> parts = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            HelperFunction.Bytes bytes = parameter.getAnnotation(HelperFunction.Bytes.class);
            boolean writes = parameter.isAnnotationPresent(HelperFunction.Writes.class);
            parts.add(new Part(parameter.getType(), writes, bytes == null ? 0 : bytes.value()));
        }
        return parts;
    }

    private static HelperSignature signature(Method method, HelperFunction function) {
        List<Argument> arguments = new ArrayList<>();
        for (Part part : parameters(method)) {
            if (part.type == int.class || part.type == long.class) {
                arguments.add(Argument.of(Argument.Kind.SCALAR));
            } else if (part.type == BpfMap.class) {
                arguments.add(Argument.of(Argument.Kind.MAP));
            } else if (part.type == MemorySegment.class) {
                Argument.Kind kind = part.writes ? Argument.Kind.MEMORY_OUT : Argument.Kind.MEMORY;
                arguments.add(Argument.of(kind).bytes(part.bytes));
                if (part.bytes == 0) {
                    arguments.add(Argument.of(Argument.Kind.SIZE));
                }
            } else {
                throw new IllegalArgumentException("a helper has no parameter of " + part.type + ": " + method);
            }
        }
        String name = function.name().isEmpty() ? method.getName() : function.name();
        return new HelperSignature(function.number(), name, result(method), arguments.toArray(new Argument[0]))
                .with(function.effects());
    }

    private static Result result(Method method) {
        Class<?> type = method.getReturnType();
        HelperFunction.Between between = method.getAnnotation(HelperFunction.Between.class);
        if (type == void.class) {
            return Result.NOTHING;
        }
        if (type == boolean.class) {
            return Result.number(0, 1);
        }
        if (type != int.class && type != long.class) {
            throw new IllegalArgumentException("a helper has no result of " + type + ": " + method);
        }
        return between != null
                ? Result.number(between.least(), between.greatest())
                : type == int.class ? Result.number(Integer.MIN_VALUE, Integer.MAX_VALUE) : Result.SCALAR;
    }

    /** The call of a method. */
    private record Call(MethodHandle handle, List<Part> parts, Result result, MapSpace space) implements Helper {
        @Override
        public long call(Running program, long a, long b, long c, long d, long e) {
            long[] words = {a, b, c, d, e};
            List<Object> arguments = new ArrayList<>();
            int next = 0;
            for (Part part : parts) {
                long word = words[next++];
                if (part.type == int.class) {
                    arguments.add((int) word);
                } else if (part.type == long.class) {
                    arguments.add(word);
                } else if (part.type == BpfMap.class) {
                    arguments.add(space.map(word));
                } else {
                    long bytes = part.bytes != 0 ? part.bytes : words[next++];
                    MemorySegment memory = program.memory(word, bytes, part.writes);
                    arguments.add(part.writes ? memory : memory.asReadOnly());
                }
            }
            return checked(word(invoke(arguments)));
        }

        private Object invoke(List<Object> arguments) {
            try {
                return handle.invokeWithArguments(arguments);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("a helper failed", e);
            }
        }

        private static long word(Object answer) {
            return switch (answer) {
                case null -> 0;
                case Boolean truth -> truth ? 1 : 0;
                default -> ((Number) answer).longValue();
            };
        }

        /** The verifier relied on the bounds. */
        private long checked(long answer) {
            if (result.kind() == Result.Kind.SCALAR && (answer < result.minimum() || answer > result.maximum())) {
                throw new IllegalStateException("a helper answered " + answer + ", which is not between "
                        + result.minimum() + " and " + result.maximum());
            }
            return answer;
        }
    }
}
