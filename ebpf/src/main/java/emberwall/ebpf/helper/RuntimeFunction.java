package emberwall.ebpf.helper;

import emberwall.ebpf.run.Helper;

/** The kernel functions (kfuncs) that programs can call here: objects declare them {@code extern ... __ksym}, by name. */
public enum RuntimeFunction {
    /** Begins to count: {@code int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end)}. */
    ITER_NUM_NEW(1, 3, new NumberIterator.New()),
    /** The address of the next number, or null: {@code int *bpf_iter_num_next(struct bpf_iter_num *it)}. */
    ITER_NUM_NEXT(2, 1, new NumberIterator.Next()),
    /** Ends counting: {@code void bpf_iter_num_destroy(struct bpf_iter_num *it)}. */
    ITER_NUM_DESTROY(3, 1, new NumberIterator.Destroy());

    private final int number;
    private final int arguments;
    private final Helper body;

    RuntimeFunction(int number, int arguments, Helper body) {
        this.number = number;
        this.arguments = arguments;
        this.body = body;
    }

    /** {@return what calls of it have as their immediate, where the kernel has a BTF type} */
    public int number() {
        return number;
    }

    /** {@return how many arguments it takes} */
    public int arguments() {
        return arguments;
    }

    /** {@return what it does} */
    public Helper body() {
        return body;
    }

    /** {@return what the kernel calls it} */
    public String kernelName() {
        return "bpf_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /** {@return the function with this number, or null} */
    public static RuntimeFunction of(long number) {
        for (RuntimeFunction function : values()) {
            if (function.number == number) {
                return function;
            }
        }
        return null;
    }

    /** {@return the function with this name, or null} */
    public static RuntimeFunction named(String name) {
        for (RuntimeFunction function : values()) {
            if (function.kernelName().equals(name)) {
                return function;
            }
        }
        return null;
    }
}
