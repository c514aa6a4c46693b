package emberwall.ebpf.helper;

/**
 * What a helper leaves in {@code r0}.
 *
 * @param nullable whether it may be null instead of a pointer
 * @param acquired whether it is a reference that the program has to give back
 * @param minimum of a number: the least that it can be, signed
 * @param maximum of a number: the greatest
 * @param size of {@link Kind#MEMORY}: bytes behind the pointer
 */
public record Result(Kind kind, boolean nullable, boolean acquired, long minimum, long maximum, int size) {
    /** Kinds of results; the kernel's {@code RET_*} in brackets. */
    public enum Kind {
        /** A number [INTEGER]. */
        SCALAR,
        /** Nothing: {@code r0} may not be read [VOID]. */
        NOTHING,
        /** A value of the map in the arguments; of a map of maps, a map like its inner one [PTR_TO_MAP_VALUE]. */
        MAP_VALUE,
        /** Memory as large as the argument {@link Argument.Kind#RESULT_SIZE} says [PTR_TO_MEM]. */
        ALLOCATED,
        /** Memory of {@link Result#size} bytes. */
        MEMORY,
        /** A socket [PTR_TO_SOCKET, PTR_TO_SOCK_COMMON, PTR_TO_TCP_SOCK]. */
        SOCKET,
        /** A pointer to a kernel object with a type [PTR_TO_BTF_ID]. */
        KERNEL_OBJECT
    }

    /** Any number. */
    public static final Result SCALAR = number(Long.MIN_VALUE, Long.MAX_VALUE);
    /** 0, or an error number, negated. */
    public static final Result ERROR = number(-4095, 0);
    /** Nothing. */
    public static final Result NOTHING = new Result(Kind.NOTHING, false, false, 0, 0, 0);
    /** A value of the map, or null. */
    public static final Result MAP_VALUE_OR_NULL = new Result(Kind.MAP_VALUE, true, false, 0, 0, 0);

    /** A number between bounds. */
    public static Result number(long minimum, long maximum) {
        return new Result(Kind.SCALAR, false, false, minimum, maximum, 0);
    }

    /** A pointer that may be null and has to be given back. */
    public static Result acquired(Kind kind) {
        return new Result(kind, true, true, 0, 0, 0);
    }

    /** A pointer that may be null. */
    public static Result orNull(Kind kind) {
        return new Result(kind, true, false, 0, 0, 0);
    }

    /** Memory of {@code bytes}, never null. */
    public static Result memory(int bytes) {
        return new Result(Kind.MEMORY, false, false, 0, 0, bytes);
    }
}
