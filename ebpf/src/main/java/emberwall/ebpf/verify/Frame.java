package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;

/** Registers and stack of a function that is running. */
final class Frame {
    static final int STACK_SIZE = 512;
    static final int SLOTS = STACK_SIZE / Slot.SIZE;

    private static final Slot[] NO_SLOTS = {};

    final CallChain chain;

    final RegisterState[] registers;

    /** By distance below the frame's end: slot 0 ends there. */
    private Slot[] slots;

    private boolean shared;

    /** Slots that the path wrote since its last checkpoint. */
    long written;

    Frame(CallChain chain) {
        this(chain, new RegisterState[Insn.REGISTERS], NO_SLOTS);
        java.util.Arrays.fill(registers, RegisterState.UNINITIALIZED);
    }

    private Frame(CallChain chain, RegisterState[] registers, Slot[] slots) {
        this.chain = chain;
        this.registers = registers;
        this.slots = slots;
    }

    Frame copy() {
        var copy = new Frame(chain, registers.clone(), slots);
        shared = true;
        copy.shared = true;
        copy.written = written;
        return copy;
    }

    /** Leaves only the frame pointer of these registers. */
    void forgetRegisters(int mask) {
        for (int r = 0; r < Insn.FRAME_POINTER; r++) {
            if ((mask & 1 << r) != 0) {
                registers[r] = RegisterState.UNINITIALIZED;
            }
        }
    }

    /** Which slot the byte at a (negative) offset from the frame pointer is in. */
    static int slotOf(long offset) {
        return (int) ((-offset - 1) / Slot.SIZE);
    }

    /** Which byte of its slot that is. */
    static int byteOf(long offset) {
        return (int) offset & 7;
    }

    int depth() {
        return slots.length;
    }

    Slot slot(int index) {
        return index < slots.length ? slots[index] : Slot.EMPTY;
    }

    void set(int index, Slot slot) {
        if (index >= slots.length) {
            var longer = java.util.Arrays.copyOf(slots, index + 1);
            java.util.Arrays.fill(longer, slots.length, index + 1, Slot.EMPTY);
            slots = longer;
            shared = false;
        } else if (shared) {
            slots = slots.clone();
            shared = false;
        }
        slots[index] = slot;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (int r = 0; r < registers.length; r++) {
            if (registers[r].kind() != RegisterState.Kind.UNINITIALIZED) {
                text.append(text.isEmpty() ? "" : " ")
                        .append('R')
                        .append(r)
                        .append('=')
                        .append(registers[r]);
            }
        }
        for (int i = 0; i < slots.length; i++) {
            if (slots[i].bytes() != 0) {
                text.append(" fp-").append((i + 1) * Slot.SIZE).append('=').append(slots[i]);
            }
        }
        return text.toString();
    }
}
