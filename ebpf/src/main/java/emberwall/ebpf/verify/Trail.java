package emberwall.ebpf.verify;

/** How a path went on from its last checkpoint: its steps, and those instructions behind them that are no step yet. */
final class Trail {
    /** A step has few instructions: what was asked for is noted once for all of them. */
    private static final int LONGEST_STEP = 32;

    private Step steps;

    /** The first instruction that is in no step, or {@link Step#NONE}. */
    private int first = Step.NONE;

    private int frame;
    private int stackFrame = Step.NONE;
    private int slot;
    private Step.Linked linked;
    private int instructions;
    private int jumps;

    Trail copy() {
        var copy = new Trail();
        copy.steps = steps;
        copy.first = first;
        copy.frame = frame;
        copy.stackFrame = stackFrame;
        copy.slot = slot;
        copy.linked = linked;
        copy.instructions = instructions;
        copy.jumps = jumps;
        return copy;
    }

    /** The last step, or null. */
    Step steps() {
        return steps;
    }

    /** How many instructions it has. */
    int instructions() {
        return instructions;
    }

    int jumps() {
        return jumps;
    }

    void jump() {
        jumps++;
    }

    /** Where the path enters an instruction. */
    void enter(int instruction, int inFrame) {
        if (first < 0) {
            first = instruction;
            frame = inFrame;
        }
        instructions++;
    }

    /** The instruction loads from a slot of a frame's stack or stores to it. */
    void touch(int whose, int which) {
        stackFrame = whose;
        slot = which;
    }

    /** The instruction finds out about these numbers together. */
    void link(Step.Linked numbers) {
        linked = numbers;
    }

    /** The instruction, which is the last of a step, is something else than it seems. */
    void is(int what) {
        steps = steps.as(what);
    }

    /** Where the path leaves an instruction for another. */
    void leave(int instruction, int next, int inFrame) {
        if (first >= 0
                && (next != instruction + 1
                        || inFrame != frame
                        || stackFrame != Step.NONE
                        || linked != null
                        || instruction - first >= LONGEST_STEP - 1)) {
            close(instruction);
        }
    }

    /** Makes a step of all instructions so far, of which this is the last. */
    void close(int instruction) {
        if (first >= 0) {
            steps = new Step(steps, first, instruction, frame, stackFrame, slot, linked);
            first = Step.NONE;
            stackFrame = Step.NONE;
            linked = null;
        }
    }

    /** All steps to an instruction that the path is at. */
    Step before(int instruction) {
        return first < 0 || first == instruction
                ? steps
                : new Step(steps, first, instruction - 1, frame, Step.NONE, 0, null);
    }

    /** Where a checkpoint begins another. */
    void restart() {
        steps = null;
        instructions = 0;
        jumps = 0;
    }
}
