package emberwall.engine.code;

import emberwall.link.CodeBlob;

/** Owner of a function's blob: says which function it is and where in it the bytecode went. */
public final class CompiledFunction {
    private final ModuleCode code;
    private final int function;
    private final PositionTable positions;
    private final ReferenceMap references;
    private final FrameStates states;
    private final HandlerTable handlers;
    private final InlinedCalls inlined;
    CodeBlob blob;

    CompiledFunction(ModuleCode code, FunctionCode made) {
        this.code = code;
        function = made.function();
        positions = made.positions();
        references = made.references();
        states = made.states();
        handlers = made.handlers();
        inlined = made.inlined();
    }

    /** The code of the module. */
    public ModuleCode code() {
        return code;
    }

    /** Index of the function, imports counted. */
    public int function() {
        return function;
    }

    /** What stops in it mean. */
    public PositionTable positions() {
        return positions;
    }

    /** What positions beyond the module mean. */
    public InlinedCalls inlined() {
        return inlined;
    }

    /** Where its references are while it calls. */
    public ReferenceMap references() {
        return references;
    }

    /** What the frames of the source hold where it may stop. */
    public FrameStates states() {
        return states;
    }

    /** Where it catches exceptions. */
    public HandlerTable handlers() {
        return handlers;
    }

    @Override
    public String toString() {
        return code.module().functionName(function);
    }
}
