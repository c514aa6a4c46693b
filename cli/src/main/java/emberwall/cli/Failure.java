package emberwall.cli;

/** The end of a command, with its exit status and the one line that says why. */
final class Failure extends RuntimeException {
    private final int status;

    Failure(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** A command line that cannot be understood. */
    static Failure usage(String message) {
        return new Failure(Status.USAGE, message);
    }

    int status() {
        return status;
    }
}
