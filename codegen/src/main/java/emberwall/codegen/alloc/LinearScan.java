package emberwall.codegen.alloc;

import java.util.function.BooleanSupplier;

/** Finds places for the values of a {@link Code}. One object serves one thread, and again and again. */
public final class LinearScan {
    private final WordPerValue simple = new WordPerValue();

    /** Allocates with nobody to stop it. */
    public Allocation allocate(Code code, long allocatable) {
        return allocate(code, allocatable, () -> false);
    }

    /**
     * Finds a place for each operand.
     *
     * @param allocatable the physical registers that values may be in, a mask; never the scratch registers
     * @param interrupted asked now and then
     * @return what is good until the next call
     * @throws java.util.concurrent.CancellationException if {@code interrupted} says so
     */
    public Allocation allocate(Code code, long allocatable, BooleanSupplier interrupted) {
        return simple.allocate(code, allocatable);
    }
}
