package emberwall.engine;

/**
 * A function of the host that guests can call.
 *
 * <p>What it throws leaves through the guest's frames and reaches the Java caller of the guest unchanged.
 */
@FunctionalInterface
public interface HostFunction {
    /**
     * Does the work of one call.
     *
     * @param call arguments, results and the caller; valid until this method returns
     * @throws Exception whatever the guest's Java caller is to get
     */
    void call(Call call) throws Exception;
}
