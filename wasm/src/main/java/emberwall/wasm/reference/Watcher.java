package emberwall.wasm.reference;

/** Sees guests where they might be stopped. */
public interface Watcher {
    /** A round of a loop begins. */
    void loop(Frames frames);

    /** A guest calls a function of the host. */
    void host(Frames frames);

    /** A guest traps; the instruction has taken operands, which may be counted nevertheless. */
    void trap(Frames frames);

    /** The frames of all guests of a store, innermost first. Good while the watcher looks. */
    interface Frames {
        /** How many there are. */
        int depth();

        /** The function of a frame. */
        FunctionInstance function(int frame);

        /** The instruction at work, an offset in the module; in a loop whose round begins, the first one of the round. */
        int offset(int frame);

        /** How many slots it has: locals, then operands that the instruction at work leaves alone. */
        int slots(int frame);

        /** The word of a slot. */
        long word(int frame, int slot);

        /** The reference or vector of a slot. */
        Object reference(int frame, int slot);

        /** Puts another number or vector into a slot: whoever says that nobody needs what is there may try. */
        void spoil(int frame, int slot);
    }
}
