package emberwall.ebpf.insn;

import java.util.Arrays;
import java.util.List;

/**
 * The instructions of a program, with the places that jumps and calls go to. Encoded instructions are counted in slots of 8
 * bytes, of which {@code lddw} takes two; everything else here counts instructions, by an index.
 *
 * <p>A program consists of subprograms: the first instruction begins one, and so does each that is called or whose address is
 * taken. Every jump stays in its subprogram, and none runs on into the next.
 */
public final class Instructions {
    /** The most slots, as in Linux. */
    public static final int MOST_SLOTS = 1_000_000;

    private final Insn[] insns;
    private final int[] slots;
    private final int[] targets;
    private final int[] starts;

    private Instructions(Insn[] insns, int[] slots, int[] targets, int[] starts) {
        this.insns = insns;
        this.slots = slots;
        this.targets = targets;
        this.starts = starts;
    }

    /**
     * Puts instructions together.
     *
     * @throws MalformedException if there are none or too many, a jump or call goes nowhere or into an instruction, a jump
     *     leaves its subprogram, or a subprogram does not end with an exit or a jump
     */
    public static Instructions of(List<Insn> list) {
        Insn[] insns = list.toArray(new Insn[0]);
        if (insns.length == 0) {
            throw new MalformedException("no instructions", 0);
        }
        int[] slots = new int[insns.length + 1];
        for (int i = 0; i < insns.length; i++) {
            slots[i + 1] = slots[i] + insns[i].slots();
            if (slots[i + 1] > MOST_SLOTS) {
                throw new MalformedException("more than " + MOST_SLOTS + " instructions", slots[i]);
            }
        }
        int[] targets = new int[insns.length];
        boolean[] starts = new boolean[insns.length];
        starts[0] = true;
        for (int i = 0; i < insns.length; i++) {
            targets[i] = target(insns[i], i, slots);
            if (targets[i] >= 0 && !insns[i].kind().endsBlock()) {
                starts[targets[i]] = true;
            }
        }
        return new Instructions(insns, slots, targets, indexes(starts)).checked();
    }

    /** {@return the instructions that are encoded in bytes, see {@link Decoder} and {@link #of}} */
    public static Instructions decode(byte[] code) {
        return of(Decoder.decode(code));
    }

    /** The index that an instruction refers to, or -1 if it is not of the kind. */
    private static int target(Insn insn, int index, int[] slots) {
        long distance = distance(insn);
        if (distance == Long.MIN_VALUE) {
            return -1;
        }
        long slot = slots[index] + 1 + distance;
        int target = slot < 0 || slot >= slots[slots.length - 1] ? -1 : Arrays.binarySearch(slots, (int) slot);
        if (target < 0) {
            String where = slot < 0 || slot >= slots[slots.length - 1] ? "out of bounds" : "into the middle of lddw";
            throw new MalformedException(insn.opcode() + " " + where + " at slot " + slots[index], slots[index]);
        }
        return target;
    }

    private static long distance(Insn insn) {
        return switch (insn.kind()) {
            case BRANCH -> insn.offset();
            case JUMP -> insn.opcode().from() == From.IMM ? insn.immediate() : insn.offset();
            case CALL_LOCAL -> insn.immediate();
            case LOAD_WIDE -> insn.src() == Insn.FUNCTION ? (int) insn.immediate() : Long.MIN_VALUE;
            default -> Long.MIN_VALUE;
        };
    }

    private static int[] indexes(boolean[] set) {
        int[] indexes = new int[set.length];
        int count = 0;
        for (int i = 0; i < set.length; i++) {
            if (set[i]) {
                indexes[count++] = i;
            }
        }
        return Arrays.copyOf(indexes, count);
    }

    private Instructions checked() {
        for (int s = 0; s < starts.length; s++) {
            int end = end(s);
            if (!insns[end - 1].kind().isFinal()) {
                throw new MalformedException(
                        "a subprogram does not end with exit or a jump at slot " + slots[end - 1], slots[end - 1]);
            }
            for (int i = starts[s]; i < end; i++) {
                if (insns[i].kind().endsBlock() && targets[i] >= 0 && (targets[i] < starts[s] || targets[i] >= end)) {
                    throw new MalformedException(
                            insns[i].opcode() + " out of its subprogram at slot " + slots[i], slots[i]);
                }
            }
        }
        return this;
    }

    /** {@return how many instructions there are} */
    public int size() {
        return insns.length;
    }

    /** {@return an instruction} */
    public Insn get(int index) {
        return insns[index];
    }

    /** {@return all of them} */
    public List<Insn> list() {
        return List.of(insns);
    }

    /** {@return how many slots of 8 bytes they take} */
    public int slots() {
        return slots[insns.length];
    }

    /** {@return the first slot of an instruction} */
    public int slot(int index) {
        return slots[index];
    }

    /** {@return which instruction begins at a slot, or -1} */
    public int index(int slot) {
        int found = Arrays.binarySearch(slots, 0, insns.length, slot);
        return found < 0 ? -1 : found;
    }

    /** {@return where a jump, a branch or a local call goes, or which function lddw refers to; -1 for others} */
    public int target(int index) {
        return targets[index];
    }

    /** {@return how many subprograms there are} */
    public int subprograms() {
        return starts.length;
    }

    /** {@return the first instruction of a subprogram} */
    public int start(int subprogram) {
        return starts[subprogram];
    }

    /** {@return the index behind a subprogram} */
    public int end(int subprogram) {
        return subprogram + 1 < starts.length ? starts[subprogram + 1] : insns.length;
    }

    /** {@return which subprogram an instruction is part of} */
    public int subprogram(int index) {
        int found = Arrays.binarySearch(starts, index);
        return found < 0 ? -found - 2 : found;
    }

    /** {@return the bytes of these instructions} */
    public byte[] encode() {
        return encode(List.of(insns));
    }

    /** {@return the bytes of instructions} */
    public static byte[] encode(List<Insn> insns) {
        byte[] code = new byte[insns.size() * 16];
        int at = 0;
        for (Insn insn : insns) {
            at = put(code, at, insn.word());
            if (insn.slots() == 2) {
                at = put(code, at, insn.secondWord());
            }
        }
        return Arrays.copyOf(code, at);
    }

    private static int put(byte[] code, int at, long word) {
        for (int i = 0; i < 8; i++) {
            code[at + i] = (byte) (word >>> 8 * i);
        }
        return at + 8;
    }
}
