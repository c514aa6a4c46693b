package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.codegen.x64.Literals;
import emberwall.codegen.x64.VectorOperators;
import emberwall.engine.code.ReferenceMap;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/**
 * Where each slot of the frame is, locals first and operands behind them, and what each register holds.
 *
 * <p>A slot is in {@link #MEMORY}, its canonical place; in a register, which other slots may share; or a {@link #CONSTANT}
 * that has not been made yet, which vectors never are. A slot in a register is clean if memory holds its value too. Registers are numbered 0 to 15
 * for the general purpose ones and 16 to 31 for the vector ones. The slots in one register form a list, and so do the
 * constants.
 *
 * <p>Registers in use by the instruction at work are <em>pinned</em>: nothing else is put there until {@link #unpin}.
 */
final class ValueStack {
    static final int MEMORY = -1;
    static final int CONSTANT = 32;
    /** The number of the first vector register. */
    static final int XMM = 16;
    /** The type of all references: words that the collector wants to know of. Of integer class. */
    static final int REFERENCE = -1;

    /** Up to how many constants are walked past for want of those that are looked for. */
    private static final int MOST_CONSTANTS = 32;

    /** How many lists there are: registers and constants. */
    private static final int LISTS = 33;

    /** All but the frame, the scratch register and the pinned roles. */
    static final int INTS = 0xFFFF
            & ~(1 << RSP
                    | 1 << RBP
                    | 1 << Convention.SCRATCH
                    | 1 << Convention.MEM0
                    | 1 << Convention.INSTANCE
                    | 1 << Convention.FIBER);

    static final int FLOATS = 0x7FFF << XMM;

    /** Where there may be vectors, their operators have more scratch registers. */
    private static final int WIDE_FLOATS =
            FLOATS & ~(1 << XMM + VectorOperators.SCRATCH_T | 1 << XMM + VectorOperators.SCRATCH_U);

    private final Assembler a;
    /** The literals of the function at work. */
    private final Literals literals;

    // By slot.
    int[] at = new int[256];
    byte[] type = new byte[256];
    private boolean[] dirty = new boolean[256];
    long[] constant = new long[256];
    private int[] next = new int[256];
    private int[] previous = new int[256];

    // By register.
    private final int[] head = new int[LISTS];
    private final int[] stamp = new int[LISTS];
    private int clock;

    /** Registers that hold a slot. */
    int used;
    /** Registers that may hold more than one slot. */
    private int shared;
    /** Registers that the instruction at work needs. */
    int pinned;

    /** The number of slots: the next operand's slot. */
    int top;
    /** The number of locals. */
    int locals;
    /** Whether there may be vectors: slots have 16 bytes then. */
    boolean wide;
    /** The vector registers that may hold slots. */
    private int floats = FLOATS;
    /** How many slots are constants that are references. */
    private int nulls;
    /** Below this slot, no operand has been pushed since {@link #noteReferences} looked. */
    private int noted;
    /** By slot of an operand below that: the topmost reference up to it, as the map knows it. */
    private int[] node = new int[256];

    ValueStack(Assembler a, Literals literals) {
        this.a = a;
        this.literals = literals;
        Arrays.fill(head, -1);
    }

    /** Begins a function: all slots in memory, no operands. */
    void reset(int locals, int slots, boolean hasVectors) {
        wide = hasVectors;
        floats = hasVectors ? WIDE_FLOATS : FLOATS;
        if (slots > at.length) {
            int size = Math.max(slots, Math.min(slots * 2, 1 << 16));
            at = new int[size];
            type = new byte[size];
            dirty = new boolean[size];
            constant = new long[size];
            next = new int[size];
            previous = new int[size];
            node = new int[size];
        }
        Arrays.fill(head, -1);
        Arrays.fill(stamp, 0);
        clock = 0;
        used = 0;
        shared = 0;
        pinned = 0;
        top = locals;
        noted = locals;
        nulls = 0;
        this.locals = locals;
    }

    /** Gives back what a function of unusual size made grow. */
    void trim() {
        if (at.length > 1 << 17) {
            at = new int[256];
            type = new byte[256];
            dirty = new boolean[256];
            constant = new long[256];
            next = new int[256];
            previous = new int[256];
            node = new int[256];
        }
    }

    // ---- lists

    private void link(int slot, int list) {
        int first = head[list];
        next[slot] = first;
        previous[slot] = -1;
        if (first >= 0) {
            previous[first] = slot;
            if (list < CONSTANT) {
                shared |= 1 << list;
            }
        } else if (list < CONSTANT) {
            used |= 1 << list;
        }
        if (list == CONSTANT && type[slot] == REFERENCE) {
            nulls++;
        }
        head[list] = slot;
        at[slot] = list;
    }

    /** Takes a slot out of its register or the constants. Its {@code at} is stale then. */
    void release(int slot) {
        int list = at[slot];
        if (list == MEMORY) {
            return;
        }
        if (list == CONSTANT && type[slot] == REFERENCE) {
            nulls--;
        }
        int after = next[slot];
        int before = previous[slot];
        if (after >= 0) {
            previous[after] = before;
        }
        if (before >= 0) {
            next[before] = after;
        } else {
            head[list] = after;
            if (after < 0 && list < CONSTANT) {
                used &= ~(1 << list);
            }
        }
    }

    /** Whether no slot is in the register. */
    boolean isFree(int register) {
        return (used & 1 << register) == 0;
    }

    /** Whether this is the only slot in its register. */
    boolean isAlone(int slot, int register) {
        return head[register] == slot && next[slot] < 0;
    }

    /** The first slot in a register that is in use. */
    int slotIn(int register) {
        return head[register];
    }

    boolean isDirty(int slot) {
        return dirty[slot];
    }

    void pin(int register) {
        pinned |= 1 << register;
    }

    void unpin() {
        pinned = 0;
    }

    // ---- operands

    private int newOperand() {
        int slot = top++;
        if (slot < noted) {
            noted = slot;
        }
        return slot;
    }

    /** Pushes what is in a register. */
    void push(int valueType, int register) {
        int slot = newOperand();
        type[slot] = (byte) valueType;
        dirty[slot] = true;
        stamp[register] = ++clock;
        link(slot, register);
    }

    void pushConstant(int valueType, long value) {
        int slot = newOperand();
        type[slot] = (byte) valueType;
        constant[slot] = value;
        dirty[slot] = true;
        link(slot, CONSTANT);
    }

    /** Pushes what lies in the canonical place already. */
    void pushMemory(int valueType) {
        int slot = newOperand();
        type[slot] = (byte) valueType;
        at[slot] = MEMORY;
    }

    /** Drops the topmost operand. */
    void drop() {
        release(--top);
    }

    void getLocal(int local) {
        int place = at[local];
        if (place == CONSTANT) {
            pushConstant(type[local], constant[local]);
            return;
        }
        if (place == MEMORY) {
            place = fetch(local);
        }
        push(type[local], place);
    }

    /** Pops the topmost operand into a local. */
    void setLocal(int local) {
        int slot = --top;
        int place = at[slot];
        if (place == MEMORY) {
            release(local);
            at[local] = MEMORY;
            place = allocate(isFloat(type[slot]));
            load(place, slot);
        } else {
            release(slot);
            release(local);
        }
        if (place == CONSTANT) {
            constant[local] = constant[slot];
        } else {
            stamp[place] = ++clock;
        }
        link(local, place);
        dirty[local] = true;
    }

    /** Copies the topmost operand into a local. */
    void teeLocal(int local) {
        int slot = top - 1;
        int place = at[slot];
        if (place == MEMORY) {
            place = fetch(slot);
        }
        release(local);
        if (place == CONSTANT) {
            constant[local] = constant[slot];
        }
        link(local, place);
        dirty[local] = true;
    }

    /** Gives a local at the beginning of a function its value: a parameter in a register. */
    void parameter(int local, int valueType, int register) {
        type[local] = (byte) valueType;
        dirty[local] = true;
        link(local, register);
    }

    /** The same, for what is in memory already. */
    void inMemory(int local, int valueType) {
        type[local] = (byte) valueType;
        at[local] = MEMORY;
    }

    /** The same, for a local that is zero. It counts as clean, so that it is told from a constant that was set. */
    void zero(int local, int valueType) {
        type[local] = (byte) valueType;
        dirty[local] = false;
        constant[local] = 0;
        link(local, CONSTANT);
    }

    static boolean isFloat(int valueType) {
        return valueType >= ValueType.F32;
    }

    // ---- registers

    /** Brings a slot into a register, which is pinned then, and returns it. */
    int register(int slot) {
        int place = at[slot];
        if (place < 0 || place == CONSTANT) {
            place = fetch(slot);
        }
        stamp[place] = ++clock;
        pinned |= 1 << place;
        return place;
    }

    /** Brings a slot that is in memory or a constant into a register and keeps it there. */
    private int fetch(int slot) {
        int register = allocate(isFloat(type[slot]));
        if (at[slot] == CONSTANT) {
            release(slot);
            materialize(register, type[slot], constant[slot]);
            dirty[slot] = true;
        } else {
            load(register, slot);
            dirty[slot] = false;
        }
        link(slot, register);
        stamp[register] = ++clock;
        return register;
    }

    /** A register of the class that holds nothing, emptied if need be; not pinned. */
    int allocate(boolean isFloat) {
        int all = isFloat ? floats : INTS;
        int free = all & ~(used | pinned);
        return free != 0 ? Integer.numberOfTrailingZeros(free) : evict(all & ~pinned);
    }

    /** The registers of a class that may hold slots. */
    int registers(boolean isFloat) {
        return isFloat ? floats : INTS;
    }

    int allocateInt() {
        return allocate(false);
    }

    int allocateFloat() {
        return allocate(true);
    }

    /** Empties the register that was used longest ago. */
    private int evict(int candidates) {
        int victim = -1;
        int oldest = Integer.MAX_VALUE;
        for (int set = candidates; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            if (stamp[register] < oldest) {
                oldest = stamp[register];
                victim = register;
            }
        }
        spill(victim);
        return victim;
    }

    /** Moves all that is in a register to memory. */
    void spill(int register) {
        for (int slot = head[register]; slot >= 0; slot = next[slot]) {
            if (dirty[slot]) {
                store(slot, register);
            }
            at[slot] = MEMORY;
        }
        head[register] = -1;
        used &= ~(1 << register);
    }

    /**
     * Empties a register that an instruction wants: by a move if there is a free one, to memory otherwise. Pinned values
     * are moved too; the new place is returned, or the register itself if it was empty, or {@link #MEMORY}.
     */
    int vacate(int register) {
        if (isFree(register)) {
            return register;
        }
        boolean isFloat = register >= XMM;
        int free = (isFloat ? floats : INTS) & ~(used | pinned | 1 << register);
        if (free == 0) {
            spill(register);
            return MEMORY;
        }
        int other = Integer.numberOfTrailingZeros(free);
        move(other, register);
        rename(register, other);
        return other;
    }

    /** Says that all that was in {@code from} is now in {@code to}. */
    private void rename(int from, int to) {
        for (int slot = head[from]; slot >= 0; slot = next[slot]) {
            at[slot] = to;
        }
        head[to] = head[from];
        head[from] = -1;
        stamp[to] = stamp[from];
        used = used & ~(1 << from) | 1 << to;
        if ((shared & 1 << from) != 0) {
            shared |= 1 << to;
        }
    }

    // ---- moves

    /** Where a slot lies in memory. */
    long home(int slot) {
        return mem(RBP, place(slot));
    }

    /** How far from the frame pointer a slot lies. */
    int place(int slot) {
        return wide ? Convention.wideSlot(slot) : Convention.slot(slot);
    }

    /** How far one slot lies below the one before. */
    int slotBytes() {
        return wide ? 16 : 8;
    }

    /** Loads a slot from memory into a register without noting it. */
    void load(int register, int slot) {
        load(register, type[slot], home(slot));
    }

    /** Loads a value of a slot type from a place into a register. */
    void load(int register, int valueType, long place) {
        switch (valueType) {
            case ValueType.I32 -> a.rm(Op.MOV, W32, register, place);
            case ValueType.F32 -> a.rm(Op.MOVSS, register - XMM, place);
            case ValueType.F64 -> a.rm(Op.MOVSD, register - XMM, place);
            case ValueType.V128 -> a.movups(register - XMM, place);
            default -> a.rm(Op.MOV, W64, register, place);
        }
    }

    /** Stores a register into a slot's memory without noting it. */
    void store(int slot, int register) {
        if (register < XMM) {
            a.mr(Op.MOV, W64, home(slot), register);
        } else if (type[slot] == ValueType.V128) {
            a.movups(home(slot), register - XMM);
        } else {
            a.mr(Op.MOVSD, home(slot), register - XMM);
        }
    }

    /** Copies a whole register. */
    void move(int to, int from) {
        if (to < XMM) {
            a.rr(Op.MOV, W64, to, from);
        } else {
            a.rr(Op.MOVAPS, to - XMM, from - XMM);
        }
    }

    /** Makes a constant in a register; may change the flags. */
    void materialize(int register, int valueType, long value) {
        if (register < XMM) {
            a.movi(register, value);
        } else if (value == 0) {
            a.rr(Op.XORPS, register - XMM, register - XMM);
        } else if (valueType == ValueType.F32) {
            a.rm(Op.MOVSS, register - XMM, literals.single((int) value));
        } else {
            a.rm(Op.MOVSD, register - XMM, literals.word(value));
        }
    }

    /** Stores a constant in memory, by way of the scratch register if it is long. */
    void storeConstant(long place, long value) {
        if (value == (int) value) {
            a.mi(Op.MOV, W64, place, (int) value);
        } else {
            a.movi(Convention.SCRATCH, value);
            a.mr(Op.MOV, W64, place, Convention.SCRATCH);
        }
    }

    /** Copies a slot to a place in memory, by way of a scratch register if need be. */
    void copyOut(int slot, long target) {
        int place = at[slot];
        if (type[slot] == ValueType.V128) {
            int register = place == MEMORY ? Convention.SCRATCH_XMM : place - XMM;
            if (place == MEMORY) {
                a.movups(register, home(slot));
            }
            a.movups(target, register);
        } else if (place == CONSTANT) {
            storeConstant(target, constant[slot]);
        } else if (place == MEMORY) {
            a.mov(W64, Convention.SCRATCH, home(slot));
            a.mov(W64, target, Convention.SCRATCH);
        } else if (place < XMM) {
            a.mr(Op.MOV, W64, target, place);
        } else {
            a.mr(Op.MOVSD, target, place - XMM);
        }
    }

    /** Brings a local that is in memory into a register that is free. */
    void keepLocal(int local) {
        fetch(local);
    }

    // ---- agreement

    /**
     * Brings everything into the form in which sides can agree: no constants, and no register with two slots. May change
     * the flags.
     */
    void settle() {
        if (head[CONSTANT] >= 0) {
            settleConstants();
        }
        int candidates = shared & used;
        shared = 0;
        for (; candidates != 0; candidates &= candidates - 1) {
            settleShared(Integer.numberOfTrailingZeros(candidates));
        }
    }

    private void settleConstants() {
        int zero = -1;
        for (int slot = head[CONSTANT]; slot >= 0; ) {
            int after = next[slot];
            boolean isFloat = isFloat(type[slot]);
            int free = (isFloat ? floats : INTS) & ~(used | pinned);
            if (!dirty[slot] || free == 0) {
                if (constant[slot] == 0 && after >= 0 && zero < 0) {
                    zero = Convention.SCRATCH;
                    a.movi(zero, 0);
                }
                if (constant[slot] == 0 && zero >= 0) {
                    a.mr(Op.MOV, W64, home(slot), zero);
                } else {
                    storeConstant(home(slot), constant[slot]);
                    zero = constant[slot] == (int) constant[slot] ? zero : -1;
                }
                at[slot] = MEMORY;
            } else {
                int register = Integer.numberOfTrailingZeros(free);
                materialize(register, type[slot], constant[slot]);
                link(slot, register);
                dirty[slot] = true;
                stamp[register] = clock;
            }
            slot = after;
        }
        head[CONSTANT] = -1;
        nulls = 0;
    }

    /** Leaves one slot in the register, a local if there is one, and moves the others. */
    private void settleShared(int register) {
        int kept = head[register];
        if (next[kept] < 0) {
            return;
        }
        for (int slot = kept; slot >= 0; slot = next[slot]) {
            if (slot < locals) {
                kept = slot;
                break;
            }
        }
        int slot = head[register];
        head[register] = -1;
        used &= ~(1 << register);
        while (slot >= 0) {
            int after = next[slot];
            if (slot != kept) {
                int free = (register >= XMM ? floats : INTS) & ~(used | pinned | 1 << register);
                if (!dirty[slot]) {
                    at[slot] = MEMORY;
                } else if (free != 0) {
                    int other = Integer.numberOfTrailingZeros(free);
                    move(other, register);
                    link(slot, other);
                    stamp[other] = stamp[register];
                } else {
                    store(slot, register);
                    at[slot] = MEMORY;
                }
            }
            slot = after;
        }
        link(kept, register);
        shared &= ~(1 << register);
    }

    /**
     * Stores all slots below {@code limit} that memory does not have; registers keep what they hold. Of constants only
     * references are stored: the collector looks for them in memory.
     */
    void save(int limit) {
        if (nulls > 0) {
            saveNulls(limit);
        }
        for (int set = used; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            for (int slot = head[register]; slot >= 0; slot = next[slot]) {
                if (slot < limit && dirty[slot]) {
                    store(slot, register);
                    dirty[slot] = false;
                }
            }
        }
    }

    /** References among the constants go to memory: the latest ones, for each call before this one took those it found. */
    private void saveNulls(int limit) {
        int left = nulls;
        for (int slot = head[CONSTANT]; left > 0; ) {
            int after = next[slot];
            if (type[slot] == REFERENCE) {
                left--;
                if (slot < limit) {
                    release(slot);
                    storeConstant(home(slot), constant[slot]);
                    at[slot] = MEMORY;
                }
            }
            slot = after;
        }
    }

    /**
     * Moves constants in slots below {@code limit} to memory, where a handler will look for them. So that many others do
     * not make each call slow, these are moved, too, where they are many.
     */
    void saveConstants(int limit) {
        int others = 0;
        for (int slot = head[CONSTANT]; slot >= 0; ) {
            int after = next[slot];
            if (slot < limit || ++others > MOST_CONSTANTS) {
                release(slot);
                storeConstant(home(slot), constant[slot]);
                at[slot] = MEMORY;
            }
            slot = after;
        }
    }

    /**
     * Which operands below {@code limit} are references: the node of the map for the topmost one, or {@link
     * ReferenceMap#NONE}. Looks at each operand once.
     */
    int noteReferences(int limit, ReferenceMap.Builder map) {
        int latest = noted > locals ? node[noted - 1] : ReferenceMap.NONE;
        for (; noted < limit; noted++) {
            if (type[noted] == REFERENCE) {
                latest = map.node(noted, latest);
            }
            node[noted] = latest;
        }
        return limit > locals ? node[limit - 1] : ReferenceMap.NONE;
    }

    /** Forgets all registers: what they held is in memory or will never be read. Constants stay. */
    void forgetRegisters() {
        for (int set = used; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            for (int slot = head[register]; slot >= 0; slot = next[slot]) {
                at[slot] = MEMORY;
            }
            head[register] = -1;
        }
        used = 0;
        shared = 0;
    }

    /** Forgets registers and constants: every slot is in memory, or will never be read. */
    void forgetAll() {
        forgetRegisters();
        for (int slot = head[CONSTANT]; slot >= 0; slot = next[slot]) {
            at[slot] = MEMORY;
        }
        head[CONSTANT] = -1;
        nulls = 0;
    }

    /** Says that a slot is in an empty register. */
    void place(int slot, int register, boolean isDirty) {
        link(slot, register);
        dirty[slot] = isDirty;
        stamp[register] = clock;
    }

    /** Says whether memory holds a slot's value. */
    void setDirty(int slot, boolean isDirty) {
        dirty[slot] = isDirty;
    }

    /** Drops operands down to a height. */
    void dropTo(int height) {
        while (top > height) {
            release(--top);
        }
    }

    /**
     * Moves all that is in the topmost {@code count} slots to memory.
     */
    void flushTop(int count) {
        for (int slot = top - count; slot < top; slot++) {
            int place = at[slot];
            if (place == CONSTANT) {
                release(slot);
                storeConstant(home(slot), constant[slot]);
            } else if (place != MEMORY) {
                release(slot);
                if (dirty[slot]) {
                    store(slot, place);
                }
            }
            at[slot] = MEMORY;
        }
    }

    /** Brings each of the topmost {@code count} slots into a register of its own. */
    void ownTop(int count) {
        int taken = 0;
        for (int slot = top - count; slot < top; slot++) {
            int place = register(slot);
            if (next[slot] >= 0 || previous[slot] >= 0) {
                int other = allocate(place >= XMM);
                move(other, place);
                release(slot);
                link(slot, other);
                dirty[slot] = true;
                stamp[other] = clock;
                place = other;
                pinned |= 1 << place;
            }
            taken |= 1 << place;
        }
        pinned |= taken;
    }

    /** Whether slots and lists agree: for assertions. */
    boolean isConsistent() {
        int found = 0;
        for (int list = 0; list < LISTS; list++) {
            for (int slot = head[list], before = -1; slot >= 0; before = slot, slot = next[slot]) {
                if (slot >= top || at[slot] != list || previous[slot] != before) {
                    return false;
                }
                if (list < CONSTANT && (!isFloat(type[slot]) ^ list < XMM || isFree(list))) {
                    return false;
                }
                found++;
            }
        }
        for (int slot = 0; slot < top; slot++) {
            found -= at[slot] == MEMORY ? 0 : 1;
        }
        return found == 0;
    }
}
