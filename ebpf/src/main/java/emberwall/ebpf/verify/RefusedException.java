package emberwall.ebpf.verify;

/** Ends the walk over a program's paths: an instruction must not be reached like this. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final String needed;

    RefusedException(String reason, String needed) {
        super(reason, null, false, false);
        this.needed = needed;
    }
}
