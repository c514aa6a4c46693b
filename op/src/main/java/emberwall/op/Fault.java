package emberwall.op;

/** Why an operator has no result for its operands. */
public enum Fault {
    /** An integer division or remainder by zero. */
    DIVIDE_BY_ZERO(TrapReason.INTEGER_DIVIDE_BY_ZERO),
    /** The quotient, or the number to convert, does not fit the result. */
    INTEGER_OVERFLOW(TrapReason.INTEGER_OVERFLOW),
    /** A NaN has no integer value. */
    INVALID_CONVERSION(TrapReason.INVALID_CONVERSION);

    private final TrapReason reason;

    Fault(TrapReason reason) {
        this.reason = reason;
    }

    /** What a program that meets this fault traps with. */
    public TrapReason reason() {
        return reason;
    }
}
