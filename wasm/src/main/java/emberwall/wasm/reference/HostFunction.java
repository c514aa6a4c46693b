package emberwall.wasm.reference;

/** A function of the host that guests can call. What it throws reaches the host's own caller unchanged. */
@FunctionalInterface
public interface HostFunction {
    /** Does the work of one call; {@code call} is valid until this returns. */
    void call(HostCall call) throws Exception;
}
