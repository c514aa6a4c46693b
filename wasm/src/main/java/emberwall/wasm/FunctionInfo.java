package emberwall.wasm;

/** What validation found out about a function body, for whoever runs or compiles it. */
public final class FunctionInfo {
    private final int function;
    private final int codeOffset;
    private final int parameters;
    private final int locals;
    private final int maximumHeight;
    private final long features;
    private final boolean calls;
    private final boolean leavingTailCalls;
    private final SideTable sideTable;
    private final LoopTable loops;

    FunctionInfo(
            int function,
            int codeOffset,
            int parameters,
            int locals,
            int maximumHeight,
            long features,
            boolean calls,
            boolean leavingTailCalls,
            SideTable sideTable,
            LoopTable loops) {
        this.function = function;
        this.codeOffset = codeOffset;
        this.parameters = parameters;
        this.locals = locals;
        this.maximumHeight = maximumHeight;
        this.features = features;
        this.calls = calls;
        this.leavingTailCalls = leavingTailCalls;
        this.sideTable = sideTable;
        this.loops = loops;
    }

    /** Which function it is. */
    public int function() {
        return function;
    }

    /** Where the first opcode stands, in bytes from the beginning of the module. */
    public int codeOffset() {
        return codeOffset;
    }

    public int parameterCount() {
        return parameters;
    }

    /** How many locals there are, parameters included. */
    public int localCount() {
        return locals;
    }

    /** How many operands there are at most at one time; every value counts one, whatever its type. */
    public int maximumHeight() {
        return maximumHeight;
    }

    /**
     * The features of all opcodes of the body, and of the types of its locals, blocks and other immediates, as {@link
     * Feature#bit()}s.
     */
    public long features() {
        return features;
    }

    /** Whether the body calls functions. */
    public boolean hasCalls() {
        return calls;
    }

    /** Whether the body has tail calls that may lead to a function of another instance. */
    public boolean hasLeavingTailCalls() {
        return leavingTailCalls;
    }

    /** Where branches go, or null if it was not asked for. */
    public SideTable sideTable() {
        return sideTable;
    }

    /** What loops touch, or null if it was not asked for. */
    public LoopTable loops() {
        return loops;
    }
}
