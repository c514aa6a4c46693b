package emberwall.op;

/** Thrown by {@link Eval} where the operator has no result. One instance per {@link Fault}, without a stack trace. */
public final class FaultException extends RuntimeException {
    static final FaultException DIVIDE_BY_ZERO = new FaultException(Fault.DIVIDE_BY_ZERO);
    static final FaultException INTEGER_OVERFLOW = new FaultException(Fault.INTEGER_OVERFLOW);
    static final FaultException INVALID_CONVERSION = new FaultException(Fault.INVALID_CONVERSION);

    private final Fault fault;

    private FaultException(Fault fault) {
        super(fault.reason().text(), null, false, false);
        this.fault = fault;
    }

    /** What went wrong. */
    public Fault fault() {
        return fault;
    }
}
