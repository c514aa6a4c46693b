package emberwall.cli;

/**
 * Exit statuses of the command, beside the guest's own. Those below 128 follow {@code sysexits.h}, {@code timeout(1)}
 * for {@link #TIMEOUT}; 134 is what a shell reports after {@code abort()}, which is what a trap amounts to.
 */
final class Status {
    // @formatter:off
    static final int OK          = 0;
    static final int FAILED      = 1;   // a script found what it does not want
    static final int USAGE       = 64;  // the command line is wrong
    static final int BAD_MODULE  = 65;  // malformed, invalid, or over an implementation limit
    static final int NO_INPUT    = 66;  // a file or folder cannot be read
    static final int UNAVAILABLE = 69;  // an import that nobody provides, or an instruction that the tier cannot run yet
    static final int INTERNAL    = 70;  // a fault of ours
    static final int NO_RESOURCE = 71;  // the system refused memory, or an operation
    static final int TIMEOUT     = 124;
    static final int TRAP        = 134;
    // @formatter:on

    private Status() {}
}
