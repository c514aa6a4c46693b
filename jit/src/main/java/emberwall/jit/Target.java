package emberwall.jit;

/** What a function calls: the target of its {@link emberwall.ir.Callee}. */
sealed interface Target {
    /**
     * Another function that was made here, through the word that says where its code is.
     *
     * @param cell the address of that word
     */
    record Cell(long cell) implements Target {}

    /**
     * A function of the C convention.
     *
     * @param address where its code is
     * @param argumentWords how many of its arguments are on the stack
     */
    record Foreign(long address, int argumentWords) implements Target {}

    /**
     * A method handle. Arguments and result are words.
     *
     * @param number which of those that the owner knows
     */
    record Java(int number) implements Target {}
}
