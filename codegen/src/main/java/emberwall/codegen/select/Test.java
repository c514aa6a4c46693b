package emberwall.codegen.select;

/** How a condition is found out: the instruction that sets the flags. Payload: this, condition, width; then what is said here. */
enum Test {
    // @formatter:off
    /** cmp x, y. */
    REGISTERS,
    /** cmp x, constant; the constant. */
    CONSTANT,
    /** cmp x, [address]; address. */
    MEMORY,
    /** cmp [address], constant; address, constant. */
    MEMORY_CONSTANT,
    /** test x, y. */
    BITS,
    /** test x, constant; the constant. */
    BITS_CONSTANT,
    /** test x, x. */
    ZERO,
    /** ucomis x, y. */
    FLOATS,
    /** ucomis x, [address]; address. */
    FLOAT_MEMORY,
    /** ucomis x, constant; its bits in two words. */
    FLOAT_CONSTANT;
    // @formatter:on

    private static final Test[] VALUES = values();

    static Test of(int ordinal) {
        return VALUES[ordinal];
    }
}
