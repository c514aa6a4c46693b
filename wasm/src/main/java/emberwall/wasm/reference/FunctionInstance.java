package emberwall.wasm.reference;

import emberwall.wasm.FunctionType;

/** A function: of a guest, which is code with an instance, or of the host. */
public final class FunctionInstance implements Extern {
    final FunctionType type;
    final int canonicalType;
    final HostFunction host;
    final ModuleInstance instance;
    final FunctionCode code;
    private final String hostName;

    FunctionInstance(FunctionType type, int canonicalType, ModuleInstance instance, FunctionCode code) {
        this.type = type;
        this.canonicalType = canonicalType;
        this.instance = instance;
        this.code = code;
        this.host = null;
        this.hostName = null;
    }

    FunctionInstance(FunctionType type, int canonicalType, HostFunction host, String hostName) {
        this.type = type;
        this.canonicalType = canonicalType;
        this.instance = null;
        this.code = null;
        this.host = host;
        this.hostName = hostName;
    }

    /** Its type; types in it that are named by index are named by the registry's ids. */
    public FunctionType type() {
        return type;
    }

    /** Whether it is the host's. */
    public boolean isHost() {
        return host != null;
    }

    /** The instance that it belongs to; null if it is the host's. */
    public ModuleInstance instance() {
        return instance;
    }

    /** Its index in the module that has it, imports counted; -1 if it is the host's. */
    public int index() {
        return code == null ? -1 : code.function;
    }

    /** Its name, for people. */
    public String name() {
        return code == null ? hostName : instance.module().functionName(code.function);
    }

    @Override
    public String typeText() {
        return "function " + type;
    }

    @Override
    public String toString() {
        return name();
    }
}
