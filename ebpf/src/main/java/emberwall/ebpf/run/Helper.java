package emberwall.ebpf.run;

/** A function of the host that programs call. What it throws ends the program, and is what {@code run} throws. */
@FunctionalInterface
public interface Helper {
    /**
     * Does what it is for.
     *
     * @param program the program that calls
     * @param a register r1, and so on; a helper of fewer arguments does not look at the rest
     * @return r0
     */
    long call(Running program, long a, long b, long c, long d, long e);

    /**
     * {@return what does the same where r1 is known to hold this word} The compiler asks that for references to maps, for which a
     * helper may have machine code.
     */
    default Helper specialize(long a) {
        return this;
    }
}
