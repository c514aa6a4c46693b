package emberwall.wasm.reference;

/** A memory or table is larger from the start than the store's limits or the machine allow. */
public final class ResourceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ResourceException(String message) {
        super(message);
    }
}
