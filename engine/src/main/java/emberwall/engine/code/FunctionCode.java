package emberwall.engine.code;

import emberwall.asm.CodeBuffer;

/**
 * The machine code of one function, not yet at an address: position-independent but for the relocations of its buffer.
 *
 * <p>It belongs to the compiler that made it and holds until that compiles the next function: publish it at once. The
 * tables are its own.
 */
public final class FunctionCode {
    private final int function;
    private final CodeBuffer buffer;
    private final PositionTable positions;
    private final ReferenceMap references;
    private final FrameStates states;
    private final HandlerTable handlers;
    private final int frameBytes;
    private final int[] boundaries;
    private final InlinedCalls inlined;

    /**
     * Code ready to be published.
     *
     * @param boundaries pairs of code offset and bytecode offset, one for each opcode in code order, or null if they were
     *     not asked for
     */
    public FunctionCode(
            int function,
            CodeBuffer buffer,
            PositionTable positions,
            ReferenceMap references,
            HandlerTable handlers,
            int frameBytes,
            int[] boundaries) {
        this(
                function,
                buffer,
                positions,
                references,
                FrameStates.EMPTY,
                handlers,
                frameBytes,
                boundaries,
                InlinedCalls.NONE);
    }

    /**
     * Code ready to be published, with other functions in it.
     *
     * @param states what the frames of the source hold where
     * @param inlined what positions beyond the module mean
     */
    public FunctionCode(
            int function,
            CodeBuffer buffer,
            PositionTable positions,
            ReferenceMap references,
            FrameStates states,
            HandlerTable handlers,
            int frameBytes,
            int[] boundaries,
            InlinedCalls inlined) {
        this.inlined = inlined;
        this.states = states;
        this.function = function;
        this.buffer = buffer;
        this.positions = positions;
        this.references = references;
        this.handlers = handlers;
        this.frameBytes = frameBytes;
        this.boundaries = boundaries;
    }

    /** The function's index in its module, imports counted. */
    public int function() {
        return function;
    }

    /** The bytes and their relocations. */
    public CodeBuffer buffer() {
        return buffer;
    }

    /** How many bytes of code. */
    public int length() {
        return buffer.position();
    }

    /** Where it may stop, and why. */
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

    /** Bytes of stack that a call takes, return address included, the largest outgoing call area excluded. */
    public int frameBytes() {
        return frameBytes;
    }

    /**
     * Pairs of code offset and bytecode offset, or null: which opcode each stretch of code came from. The last pair is the
     * end of the body, behind which code is out of line.
     */
    public int[] boundaries() {
        return boundaries;
    }
}
