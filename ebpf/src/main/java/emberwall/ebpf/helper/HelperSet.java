package emberwall.ebpf.helper;

import emberwall.ebpf.run.Helper;
import java.util.HashMap;
import java.util.Map;

/** Helpers by number, with what the verifier knows of them. A helper without a body can be verified, but not run. */
public final class HelperSet {
    private final Map<Integer, HelperSignature> signatures = new HashMap<>();
    private final Map<Integer, Helper> bodies = new HashMap<>();

    /** No helpers. */
    public HelperSet() {}

    /** All of Linux's, without bodies. */
    public static HelperSet linux() {
        HelperSet set = new HelperSet();
        for (LinuxHelper helper : LinuxHelper.values()) {
            set.signatures.put(helper.signature().number(), helper.signature());
        }
        return set;
    }

    /**
     * Adds a helper, or replaces one.
     *
     * @param body null if it cannot be run
     * @return this
     */
    public HelperSet add(HelperSignature signature, Helper body) {
        signatures.put(signature.number(), signature);
        if (body == null) {
            bodies.remove(signature.number());
        } else {
            bodies.put(signature.number(), body);
        }
        return this;
    }

    /** Adds all helpers of another set. */
    public HelperSet addAll(HelperSet other) {
        other.signatures.forEach((number, signature) -> add(signature, other.bodies.get(number)));
        return this;
    }

    /** The signature of a helper, or null. */
    public HelperSignature signature(int number) {
        return signatures.get(number);
    }

    /** What a helper does, or null. */
    public Helper body(int number) {
        return bodies.get(number);
    }
}
