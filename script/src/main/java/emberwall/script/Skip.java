package emberwall.script;

/** Says that a command is to be skipped, and for want of what. */
final class Skip extends Exception {
    private static final long serialVersionUID = 1;

    Skip(String reason) {
        super(reason, null, false, false);
    }

    /** What is wanted, without the place where it was found. */
    String reason() {
        int place = getMessage().indexOf(" at offset ");
        return place < 0 ? getMessage() : getMessage().substring(0, place);
    }
}
