package emberwall.ebpf.helper;

/**
 * What a helper wants in one argument register.
 *
 * @param nullable whether null will do as well; of memory with a size behind it, only where that is 0
 * @param size of {@link Kind#MEMORY} without a size argument behind it: its bytes; else 0
 * @param released whether the reference that the argument carries is given back by the call
 */
public record Argument(Kind kind, boolean nullable, int size, boolean released) {
    /** Kinds of arguments; the kernel's {@code ARG_*} in brackets. */
    public enum Kind {
        /** Any word that is initialised, a pointer too [ANYTHING]. */
        ANYTHING,
        /** A number [ANYTHING where a pointer would leak]. */
        SCALAR,
        /** A pointer to a map [CONST_MAP_PTR]: which map is known when verifying. Later arguments refer to it. */
        MAP,
        /** Initialised memory of the map's key size [PTR_TO_MAP_KEY]. */
        MAP_KEY,
        /** Initialised memory of the map's value size [PTR_TO_MAP_VALUE]. */
        MAP_VALUE,
        /** Memory of the map's value size that the helper writes [PTR_TO_MAP_VALUE | MEM_UNINIT]. */
        MAP_VALUE_OUT,
        /** Memory that the helper reads; its size is the next argument, or fixed [PTR_TO_MEM]. */
        MEMORY,
        /** Memory that the helper writes, all of it [PTR_TO_MEM | MEM_UNINIT]. */
        MEMORY_OUT,
        /** Memory that the helper reads and writes. */
        MEMORY_IN_OUT,
        /** Size of the memory in the argument before, at least 1 [CONST_SIZE]. */
        SIZE,
        /** Size of the memory in the argument before; where it is 0, that may be null [CONST_SIZE_OR_ZERO]. */
        SIZE_OR_ZERO,
        /** Size of the memory that the result points to: a constant [CONST_ALLOC_SIZE_OR_ZERO]. */
        RESULT_SIZE,
        /** The context as the program got it, offset 0 [PTR_TO_CTX]. */
        CONTEXT,
        /** Memory that a helper allocated [PTR_TO_RINGBUF_MEM]. */
        ALLOCATED,
        /** A subprogram that the helper calls [PTR_TO_FUNC]: its shape is in the signature's {@link Callback}. */
        FUNCTION,
        /** A pointer into the own stack, for a callback [PTR_TO_STACK]. */
        STACK,
        /** A text of constant memory that ends with a zero [PTR_TO_CONST_STR]. */
        TEXT,
        /** An aligned {@code long} that the helper writes [PTR_TO_LONG]. */
        LONG_OUT,
        /** An aligned {@code int} that the helper writes [PTR_TO_INT]. */
        INT_OUT,
        /** A {@code bpf_spin_lock} in a map value [PTR_TO_SPIN_LOCK]. */
        SPIN_LOCK,
        /** A {@code bpf_timer} in a map value [PTR_TO_TIMER]. */
        TIMER,
        /** A socket, or what can stand for one [PTR_TO_SOCK_COMMON and the like]. */
        SOCKET,
        /** A pointer to a kernel object with a type [PTR_TO_BTF_ID]. */
        KERNEL_OBJECT,
        /** A dynamic pointer on the stack [PTR_TO_DYNPTR]. */
        DYNAMIC_POINTER
    }

    /** An argument that may not be null and gives nothing back. */
    public static Argument of(Kind kind) {
        return new Argument(kind, false, 0, false);
    }

    /** The same, but null will do. */
    public Argument orNull() {
        return new Argument(kind, true, size, released);
    }

    /** The same, with memory of {@code bytes}. */
    public Argument bytes(int bytes) {
        return new Argument(kind, nullable, bytes, released);
    }

    /** The same, ending the reference's life. */
    public Argument release() {
        return new Argument(kind, nullable, size, true);
    }
}
