package emberwall.engine.baseline;

import emberwall.asm.x64.Assembler;
import java.util.Arrays;

/**
 * What the sides of a meeting point have agreed on, and the code that makes a side agree.
 *
 * <p>A <em>state</em> says for each register which slot it holds, if any, and whether memory may be out of date for it; all
 * other slots are in memory. The first side to come decides. The operands that a branch takes along count as slots at the
 * block's base; up to {@value #IN_REGISTERS} of them travel in registers, more in memory.
 *
 * <p>A branch is {@link #prepare prepared} on the main path, then {@link #plan planned} and, unless the plan is empty,
 * {@link #emit emitted} on its own path: that changes nothing in the value stack.
 */
final class Edges {
    /** The most operands of a branch that travel in registers. */
    static final int IN_REGISTERS = 4;

    /** Numbers that all states of a function may take together: beyond, new ones keep no locals in registers. */
    private static final int MOST = 1 << 20;

    private static final int SLOT_SHIFT = 6;
    private static final int DIRTY = 1 << 5;
    private static final int REGISTER = 31;

    private final Assembler a;
    private final ValueStack stack;
    private final Moves moves;
    private final Copies copies;

    /** Each state: how many entries, then {@code slot << 6 | dirty << 5 | register} for each. */
    private int[] states = new int[1024];

    private int size;

    // The plan.
    private int storeMask;
    private final int[] loads = new int[32];
    private int loadMask;
    private int copyCount;
    private int copyFrom;
    private int copyTo;

    Edges(Assembler a, ValueStack stack, Moves moves, Copies copies) {
        this.a = a;
        this.stack = stack;
        this.moves = moves;
        this.copies = copies;
    }

    void reset() {
        size = 0;
        if (states.length > 1 << 16) {
            states = new int[1024];
        }
    }

    /** Brings the operands of a branch where its target will want them, and everything into a form to agree on. May change flags. */
    void prepare(int arity) {
        if (arity > IN_REGISTERS) {
            stack.flushTop(arity);
        } else if (arity > 0) {
            stack.ownTop(arity);
        }
        stack.settle();
    }

    /** The state of a label whose first branch comes from here, prepared. */
    int define(int base, int arity) {
        int state = size;
        if (state + 34 > states.length) {
            states = Arrays.copyOf(states, states.length * 2);
        }
        int at = state + 1;
        int first = arity > IN_REGISTERS ? Integer.MAX_VALUE : stack.top - arity;
        int shift = stack.top - arity - base;
        for (int set = stack.used; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            int slot = stack.slotIn(register);
            if (slot < base) {
                if (state < MOST) {
                    states[at++] = slot << SLOT_SHIFT | (stack.isDirty(slot) ? DIRTY : 0) | register;
                }
            } else if (slot >= first) {
                states[at++] = slot - shift << SLOT_SHIFT | DIRTY | register;
            }
        }
        states[state] = at - state - 1;
        size = at;
        return state;
    }

    /**
     * The state of a label whose first branch comes from a handler: memory has everything, and the operands have these slot
     * types.
     */
    int defineInMemory(int base, int[] types, int arity) {
        int state = size;
        if (state + 34 > states.length) {
            states = Arrays.copyOf(states, states.length * 2);
        }
        int at = state + 1;
        int taken = 0;
        for (int i = 0; i < arity && arity <= IN_REGISTERS; i++) {
            int register = Integer.numberOfTrailingZeros(stack.registers(ValueStack.isFloat(types[i])) & ~taken);
            taken |= 1 << register;
            states[at++] = base + i << SLOT_SHIFT | DIRTY | register;
        }
        states[state] = at - state - 1;
        size = at;
        return state;
    }

    /** How many registers hold something in a state. */
    int entryCount(int state) {
        return states[state];
    }

    /** A {@link #register} and the {@link #slot} in it. */
    int entry(int state, int index) {
        return states[state + 1 + index];
    }

    static int register(int entry) {
        return entry & REGISTER;
    }

    static int slot(int entry) {
        return entry >>> SLOT_SHIFT;
    }

    /** Finds what must be done to branch from here, prepared, to a label with a state; whether that is anything. */
    boolean plan(int state, int base, int arity) {
        int shift = stack.top - arity - base;
        int kept = 0;
        int stores = 0;
        loadMask = 0;
        int end = state + 1 + states[state];
        for (int i = state + 1; i < end; i++) {
            int entry = states[i];
            int register = entry & REGISTER;
            int slot = entry >>> SLOT_SHIFT;
            int source = slot < base ? slot : slot + shift;
            int place = stack.at[source];
            if (place < 0) {
                loads[register] = source;
                loadMask |= 1 << register;
                continue;
            }
            moves.add(register, place);
            kept |= 1 << place;
            if (slot < base && (entry & DIRTY) == 0 && stack.isDirty(slot)) {
                stores |= 1 << place;
            }
        }
        for (int set = stack.used & ~kept; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            int slot = stack.slotIn(register);
            if (slot < base && stack.isDirty(slot)) {
                stores |= 1 << register;
            }
        }
        storeMask = stores;
        copyCount = 0;
        if (arity > IN_REGISTERS && shift != 0) {
            copyCount = arity;
            copyFrom = stack.top - arity;
            copyTo = base;
        }
        return (stores | loadMask | copyCount) != 0 || !moves.isEmpty();
    }

    /** Writes what the plan found. */
    void emit() {
        for (int set = storeMask; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            stack.store(stack.slotIn(register), register);
        }
        if (copyCount > 0) {
            copies.slots(copyFrom, copyTo, copyCount);
        }
        moves.emit();
        for (int set = loadMask; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            stack.load(register, loads[register]);
        }
    }

    /** Takes a state over as what holds from here on; the value stack says of all slots that they are in memory. */
    void adopt(int state) {
        int end = state + 1 + states[state];
        for (int i = state + 1; i < end; i++) {
            int entry = states[i];
            stack.place(entry >>> SLOT_SHIFT, entry & REGISTER, (entry & DIRTY) != 0);
        }
    }

    /** A branch that is always taken: to the label, defining its state if it is the first. */
    void jump(ControlStack control, int block) {
        prepare(control.arity(block));
        if (toward(control, block)) {
            emit();
        }
        a.jmp(control.label(block));
    }

    /** Plans a branch from here, prepared, to a block, defining its state if it is the first; whether there is code to emit. */
    boolean toward(ControlStack control, int block) {
        int base = control.base(block);
        int arity = control.arity(block);
        int state = control.state(block);
        if (state == ControlStack.NO_STATE) {
            state = define(base, arity);
            control.setState(block, state);
        }
        return plan(state, base, arity);
    }
}
