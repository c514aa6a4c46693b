package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;

/**
 * Finds out which earlier numbers a number was made of, and says at each checkpoint on the way that they mattered: a state
 * is as good as that checkpoint's only if it has no other values there.
 *
 * <p>Goes back through the steps of a path, instruction by instruction, with the sets of registers and slots whose values
 * are asked for. The idea is the kernel's ({@code mark_chain_precision}).
 */
final class Precision {
    private static final int CALLER_SAVED = 0x3f; // r0 to r5
    private static final int ARGUMENTS = 0x3e; // r1 to r5

    private static final int NOTHING = -1;
    private static final int SEVERAL = -2;

    private final Instructions instructions;
    private final long[] registers = new long[State.MAX_FRAMES];
    private final long[] slots = new long[State.MAX_FRAMES];

    Precision(Instructions instructions) {
        this.instructions = instructions;
    }

    /** A register's number matters, before the instruction that the path is at. */
    void need(State state, int register) {
        if (state.register(register).isScalar()) {
            registers[state.depth()] |= 1L << register;
            goBack(state);
        }
    }

    /** A number in a slot matters, before the instruction that the path is at. */
    void needSlot(State state, int frame, int slot) {
        slots[frame] |= 1L << slot;
        goBack(state);
    }

    /** The same for what another checkpoint of the same instruction needs. */
    void needAll(State state, Checkpoint other) {
        for (int f = 0; f < state.frames.size(); f++) {
            registers[f] = other.preciseRegisters[f];
            slots[f] = other.preciseSlots[f];
        }
        goBack(state);
    }

    private void goBack(State state) {
        var step = state.trail.before(state.index);
        var checkpoint = state.parent;
        while (true) {
            for (int only; step != null && (only = only()) != NOTHING; step = step.previous()) {
                if (only == step.frame() && step.isAsked(registers[only], slots[only])) {
                    clear(); // who asked that has gone further
                    return;
                }
                undo(step);
            }
            if (only() == NOTHING || checkpoint == null) {
                break;
            }
            mark(checkpoint);
            step = checkpoint.steps;
            checkpoint = checkpoint.parent;
        }
        clear();
    }

    private void clear() {
        java.util.Arrays.fill(registers, 0);
        java.util.Arrays.fill(slots, 0);
    }

    /** The frame of all that is asked for, {@link #SEVERAL}, or {@link #NOTHING}. */
    private int only() {
        int only = NOTHING;
        for (int f = 0; f < registers.length; f++) {
            if ((registers[f] | slots[f]) != 0) {
                only = only == NOTHING ? f : SEVERAL;
            }
        }
        return only;
    }

    /** Marks numbers of a checkpoint, and asks no further for pointers and for what was marked already. */
    private void mark(Checkpoint checkpoint) {
        var frames = checkpoint.state.frames;
        for (int f = 0; f < registers.length; f++) {
            if (f < frames.size()) {
                long numbers = 0;
                long spilled = 0;
                for (long rest = registers[f]; rest != 0; rest &= rest - 1) {
                    var r = Long.numberOfTrailingZeros(rest);
                    numbers |= frames.get(f).registers[r].isScalar() ? 1L << r : 0;
                }
                for (long rest = slots[f]; rest != 0; rest &= rest - 1) {
                    var s = Long.numberOfTrailingZeros(rest);
                    var slot = frames.get(f).slot(s);
                    spilled |= slot.isSpill() && slot.spilled().isScalar() ? 1L << s : 0;
                }
                registers[f] = numbers & ~checkpoint.preciseRegisters[f];
                slots[f] = spilled & ~checkpoint.preciseSlots[f];
                checkpoint.preciseRegisters[f] |= numbers;
                checkpoint.preciseSlots[f] |= spilled;
            } else {
                registers[f] = 0;
                slots[f] = 0;
            }
        }
    }

    private void undo(Step step) {
        undo(step, step.last(), step.stackFrame());
        if (step.linked() != null) {
            link(step.linked());
        }
        for (int i = step.last() - 1; i >= step.first(); i--) {
            undo(step, i, Step.NONE);
        }
    }

    private void undo(Step step, int instruction, int stackFrame) {
        var insn = instructions.get(instruction);
        var f = step.frame();
        var dst = 1L << insn.dst();
        var src = 1L << insn.src();
        var asked = (registers[f] & dst) != 0;
        switch (insn.kind()) {
            case ALU -> {
                if (asked && insn.opcode().fromRegister()) {
                    registers[f] |= src;
                }
            }
            case MOVE, MOVE_SIGNED -> {
                registers[f] &= ~dst;
                if (asked && insn.opcode().fromRegister()) {
                    registers[f] |= src;
                }
            }
            case LOAD_WIDE -> registers[f] &= ~dst;
            case LOAD -> {
                registers[f] &= ~dst;
                if (asked && stackFrame >= 0) {
                    slots[stackFrame] |= 1L << step.slot();
                }
            }
            case STORE -> {
                if (stackFrame >= 0 && (slots[stackFrame] & 1L << step.slot()) != 0) {
                    slots[stackFrame] &= ~(1L << step.slot());
                    if (insn.opcode().fromRegister()) {
                        registers[f] |= src;
                    }
                }
            }
            case ATOMIC -> {
                if (insn.opcode().fetches()) { // what it gives is unknown
                    registers[f] &= ~(insn.opcode().op() == emberwall.op.Op.ATOMIC_COMPARE_EXCHANGE ? 1 : src);
                }
            }
            case BRANCH -> {
                if (insn.opcode().fromRegister() && (registers[f] & (dst | src)) != 0) {
                    registers[f] |= dst | src;
                }
            }
            case PACKET_ABSOLUTE, PACKET_INDIRECT -> registers[f] &= ~CALLER_SAVED;
            case CALL, CALL_REGISTER, CALL_RUNTIME -> {
                if (stackFrame == Step.TAIL_RETURN) {
                    registers[f - 1] &= ~1;
                } else if (stackFrame != Step.CALLBACK_ENTRY) {
                    registers[f] &= ~CALLER_SAVED;
                }
                if (f + 1 < registers.length) { // what the callback began with was known of itself
                    registers[f + 1] = 0;
                    slots[f + 1] = 0;
                }
            }
            case CALL_LOCAL -> {
                registers[f] = registers[f] & ~CALLER_SAVED | registers[f + 1] & ARGUMENTS;
                registers[f + 1] = 0;
                slots[f + 1] = 0;
            }
            case EXIT -> {
                if (stackFrame != Step.CALLBACK_EXIT && f > 0 && (registers[f - 1] & 1) != 0) {
                    registers[f - 1] &= ~1L;
                    registers[f] |= 1;
                }
            }
            default -> {}
        }
        registers[f] &= ~(1L << Insn.FRAME_POINTER);
    }

    /** Numbers that were known to be equal: what was found out about one was taken for all. */
    private void link(Step.Linked linked) {
        var any = false;
        for (int f = 0; f < registers.length; f++) {
            any |= (registers[f] & linked.registers()[f]) != 0 || (slots[f] & linked.slots()[f]) != 0;
        }
        for (int f = 0; any && f < registers.length; f++) {
            registers[f] |= linked.registers()[f];
            slots[f] |= linked.slots()[f];
        }
    }
}
