package emberwall.asm;

import java.util.Arrays;

/**
 * A growing {@code byte[]} of code with labels, fixups, relocations and branch editing.
 *
 * <p>Labels are ints. A label is bound at most once; its offset is certain only after {@link #finish()}, since editing
 * a branch at the end of the code moves the labels that were bound there. A label stands for code: one that is bound
 * at a jump may come to mean the jump's target. Who notes {@link #position()} for himself calls {@link #pin()} if a
 * branch may lie right before it.
 *
 * <p>An instruction set's assembler extends this class: it writes to {@link #bytes} after {@link #room()} and tells
 * every branch to a label by {@link #branchWritten}.
 */
public class CodeBuffer {
    /** The most bytes that may be written after one {@link #room()}. */
    protected static final int ROOM = 32;

    /** The most code whose array is used again. */
    private static final int KEPT = 8 << 20;

    /** Branch condition: always. */
    protected static final int ALWAYS = -1;

    /** A fixup of one byte, relative to its end. */
    protected static final int REL8 = 0;

    /** A fixup of four bytes, relative to its end plus the kind minus {@code REL32}. */
    protected static final int REL32 = 1;

    private static final int UNBOUND = -1;
    private static final int ALIAS = -2; // -2 - root: another name of a label
    private static final int EDITABLE = 4;
    private static final int MAX_BYTES = Integer.MAX_VALUE - 16;

    /** The code; valid up to {@link #position}. */
    protected byte[] bytes;

    /** Where the next byte goes. */
    protected int position;

    // Labels: the offset, UNBOUND, or ALIAS - (another label).
    private int[] labels = new int[64];
    private int labelCount;

    // Labels bound at tailOffset, the end of the code when they were bound.
    private int[] tail = new int[8];
    private int tailCount;
    private int tailOffset = -1;

    // Fixups, in the order of their fields' offsets.
    private int[] fixupOffset = new int[64];
    private int[] fixupLabel = new int[64];
    private byte[] fixupKind = new byte[64];
    private int fixupCount;
    private int fixedCount;

    // The latest branches: contiguous, the last one ending at branchEnd, no live label bound between them.
    private final int[] branchStart = new int[EDITABLE];
    private final int[] branchLabel = new int[EDITABLE];
    private final int[] branchCond = new int[EDITABLE];
    private int branchCount;
    private int branchEnd = -1;

    private int[] relocOffset = new int[16];
    private long[] relocTarget = new long[16];
    private int[] relocAddend = new int[16];
    private byte[] relocKind = new byte[16];
    private int relocCount;

    /** An empty buffer. */
    public CodeBuffer() {
        this(1024);
    }

    /** An empty buffer with room for {@code capacity} bytes before it must grow. */
    public CodeBuffer(int capacity) {
        bytes = new byte[Math.max(capacity, 2 * ROOM)];
    }

    /** Forgets code, labels, fixups and relocations, and keeps the arrays but for unusually large ones. */
    public final void reset() {
        if (bytes.length > KEPT) {
            bytes = new byte[1 << 16];
        }
        if (labels.length > KEPT >> 4) {
            labels = new int[64];
        }
        if (fixupOffset.length > KEPT >> 4) {
            fixupOffset = new int[64];
            fixupLabel = new int[64];
            fixupKind = new byte[64];
        }
        position = 0;
        labelCount = 0;
        tailCount = 0;
        tailOffset = -1;
        fixupCount = 0;
        fixedCount = 0;
        branchCount = 0;
        branchEnd = -1;
        relocCount = 0;
    }

    // ---- bytes

    /** The offset of the next byte. */
    public final int position() {
        return position;
    }

    /** The array behind the code: valid up to {@link #position()} and until the next write; final after {@link #finish()}. */
    public final byte[] bytes() {
        return bytes;
    }

    /** Resolves all fixups and copies the code. */
    public final byte[] toByteArray() {
        return Arrays.copyOf(bytes, finish());
    }

    /** Makes room for {@link #ROOM} bytes at {@link #position}. */
    protected final void room() {
        if (bytes.length - position < ROOM) {
            grow(ROOM);
        }
    }

    private void grow(int more) {
        long needed = (long) position + more;
        if (needed > MAX_BYTES) {
            throw new OutOfMemoryError("code of more than 2 GiB");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(Math.max(needed, bytes.length * 2L), MAX_BYTES));
    }

    /** Appends a byte. */
    public final void put1(int value) {
        room();
        bytes[position++] = (byte) value;
    }

    /** Appends two bytes, lowest first. */
    public final void put2(int value) {
        room();
        byte[] b = bytes;
        int p = position;
        b[p] = (byte) value;
        b[p + 1] = (byte) (value >> 8);
        position = p + 2;
    }

    /** Appends four bytes, lowest first. */
    public final void put4(int value) {
        room();
        position = write4(bytes, position, value);
    }

    /** Appends eight bytes, lowest first. */
    public final void put8(long value) {
        room();
        position = write4(bytes, write4(bytes, position, (int) value), (int) (value >> 32));
    }

    /** Appends {@code length} bytes of an array. */
    public final void putBytes(byte[] source, int offset, int length) {
        if (bytes.length - position < length) {
            grow(length);
        }
        System.arraycopy(source, offset, bytes, position, length);
        position += length;
    }

    /** Overwrites four bytes at an earlier offset. */
    public final void patch4(int offset, int value) {
        assert offset >= 0 && offset + 4 <= position : "outside the code: " + offset;
        write4(bytes, offset, value);
    }

    /** Writes four bytes, lowest first, and returns the offset behind them. */
    protected static int write4(byte[] b, int p, int value) {
        b[p] = (byte) value;
        b[p + 1] = (byte) (value >> 8);
        b[p + 2] = (byte) (value >> 16);
        b[p + 3] = (byte) (value >> 24);
        return p + 4;
    }

    /** Fills up to a multiple of {@code alignment}, a power of two, with instructions that do nothing, and pins. */
    public final void align(int alignment) {
        assert Integer.bitCount(alignment) == 1 : "not a power of two: " + alignment;
        int count = -position & alignment - 1;
        if (count > 0) {
            fill(count);
        }
        pin();
    }

    /** Appends {@code count} bytes that do nothing when executed; an instruction set overrides this. */
    protected void fill(int count) {
        for (int i = 0; i < count; i++) {
            put1(0);
        }
    }

    // ---- labels

    /** A new label, not bound yet. */
    public final int newLabel() {
        if (labelCount == labels.length) {
            labels = Arrays.copyOf(labels, labelCount * 2);
        }
        labels[labelCount] = UNBOUND;
        return labelCount++;
    }

    /** A new label bound here. */
    public final int here() {
        int label = newLabel();
        bind(label);
        return label;
    }

    /** Whether the label is bound. */
    public final boolean bound(int label) {
        int offset = labels[label];
        return offset >= 0 || offset <= ALIAS && labels[root(label)] >= 0;
    }

    /** The offset of a bound label; certain after {@link #finish()}, or once code other than branches follows it. */
    public final int offsetOf(int label) {
        int offset = labels[root(label)];
        if (offset < 0) {
            throw new IllegalStateException("label " + label + " is not bound");
        }
        return offset;
    }

    /** Binds the label to the end of the code, where branches that this makes superfluous are edited away. */
    public final void bind(int label) {
        if (labels[label] != UNBOUND) {
            throw new IllegalStateException("label " + label + " is bound already");
        }
        if (branchEnd == position && branchCount > 0) {
            edit(label);
        }
        if (tailOffset != position) {
            tailOffset = position;
            tailCount = 0;
        }
        if (tailCount == tail.length) {
            tail = Arrays.copyOf(tail, tailCount * 2);
        }
        tail[tailCount++] = label;
        labels[label] = position;
    }

    /** Makes the current position final: nothing before it will be edited any more. */
    public final void pin() {
        branchCount = 0;
        tailCount = 0;
        branchEnd = -1;
    }

    private int root(int label) {
        int at = label;
        while (labels[at] <= ALIAS) {
            at = ALIAS - labels[at];
        }
        while (label != at) { // shorten the path for the next one
            int next = ALIAS - labels[label];
            labels[label] = ALIAS - at;
            label = next;
        }
        return at;
    }

    // ---- branches

    /**
     * Whether a jump to {@code label} need not be written at all; called before it is. The labels that are bound here
     * become other names of the target.
     */
    protected final boolean jumpIsSuperfluous(int label) {
        boolean unreachable = branchEnd == position && branchCount > 0 && branchCond[branchCount - 1] == ALWAYS;
        if (tailOffset != position || tailCount == 0) {
            return unreachable;
        }
        int target = root(label);
        int kept = 0;
        for (int i = 0; i < tailCount; i++) {
            int other = tail[i];
            if (root(other) == target) {
                tail[kept++] = other; // jumps to itself: it must stay where it is
            } else {
                labels[root(other)] = ALIAS - target;
            }
        }
        tailCount = kept;
        return unreachable && kept == 0;
    }

    /**
     * Tells of a branch from {@code start} to the current position.
     *
     * @param cond the condition, or {@link #ALWAYS}
     */
    protected final void branchWritten(int start, int label, int cond) {
        int count = branchCount;
        if (branchEnd != start || tailOffset == start && tailCount > 0) {
            count = 0; // not contiguous, or somebody enters here
        } else if (count == EDITABLE) {
            for (int i = 1; i < EDITABLE; i++) {
                branchStart[i - 1] = branchStart[i];
                branchLabel[i - 1] = branchLabel[i];
                branchCond[i - 1] = branchCond[i];
            }
            count--;
        }
        branchStart[count] = start;
        branchLabel[count] = label;
        branchCond[count] = cond;
        branchCount = count + 1;
        branchEnd = position;
    }

    /** Drops and inverts branches at the end of the code, where {@code label} is about to be bound. */
    private void edit(int label) {
        while (branchCount > 0) {
            int last = branchCount - 1;
            if (leadsHere(branchLabel[last], label)) {
                cutTo(last);
            } else if (last > 0
                    && branchCond[last] == ALWAYS
                    && branchCond[last - 1] != ALWAYS
                    && leadsHere(branchLabel[last - 1], label)) {
                int target = branchLabel[last];
                int cond = branchCond[last - 1];
                cutTo(last - 1);
                moveTail();
                tailOffset = -1; // the labels moved here must move again, to the other side of the new branch
                int moving = tailCount;
                tailCount = 0;
                invertedBranch(cond, target);
                tailCount = moving;
                moveTail();
                return;
            } else {
                return;
            }
            moveTail();
        }
    }

    private boolean leadsHere(int target, int label) {
        int root = root(target);
        return root == label || labels[root] == position && tailOffset == position;
    }

    private void cutTo(int branch) {
        if (tailOffset != position) {
            tailCount = 0;
        }
        position = branchStart[branch];
        branchEnd = position;
        branchCount = branch;
        while (fixupCount > 0 && fixupOffset[fixupCount - 1] >= position) {
            fixupCount--;
        }
    }

    private void moveTail() {
        for (int i = 0; i < tailCount; i++) {
            labels[tail[i]] = position;
        }
        tailOffset = position;
    }

    /** Writes a branch to {@code label} that is taken when {@code cond} does not hold. */
    protected void invertedBranch(int cond, int label) {
        throw new UnsupportedOperationException("this buffer knows no branches");
    }

    // ---- fixups

    /** Notes that the field of {@code kind} at {@code offset} waits for the distance to {@code label}. */
    protected final void fixup(int offset, int label, int kind) {
        int count = fixupCount;
        if (count == fixupOffset.length) {
            fixupOffset = Arrays.copyOf(fixupOffset, count * 2);
            fixupLabel = Arrays.copyOf(fixupLabel, count * 2);
            fixupKind = Arrays.copyOf(fixupKind, count * 2);
        }
        fixupOffset[count] = offset;
        fixupLabel[count] = label;
        fixupKind[count] = (byte) kind;
        fixupCount = count + 1;
    }

    /** Resolves all fixups and returns the length of the code. Everything before is final then; more may follow. */
    public final int finish() {
        pin();
        byte[] b = bytes;
        for (int i = fixedCount; i < fixupCount; i++) {
            int offset = fixupOffset[i];
            int target = offsetOf(fixupLabel[i]);
            int kind = fixupKind[i];
            if (kind == REL8) {
                int distance = target - (offset + 1);
                if (distance != (byte) distance) {
                    throw new IllegalStateException("short branch at " + offset + " cannot reach " + target);
                }
                b[offset] = (byte) distance;
            } else {
                write4(b, offset, target - (offset + 4 + kind - REL32));
            }
        }
        fixedCount = fixupCount;
        return position;
    }

    // ---- relocations

    /** Notes that the field of {@code kind} at {@code offset} waits for the address {@code target + addend}. */
    public final void reloc(int kind, int offset, long target, int addend) {
        int count = relocCount;
        if (count == relocOffset.length) {
            relocOffset = Arrays.copyOf(relocOffset, count * 2);
            relocTarget = Arrays.copyOf(relocTarget, count * 2);
            relocAddend = Arrays.copyOf(relocAddend, count * 2);
            relocKind = Arrays.copyOf(relocKind, count * 2);
        }
        relocOffset[count] = offset;
        relocTarget[count] = target;
        relocAddend[count] = addend;
        relocKind[count] = (byte) kind;
        relocCount = count + 1;
    }

    /** How many relocations there are. */
    public final int relocCount() {
        return relocCount;
    }

    /** {@link Reloc#PC32} or {@link Reloc#ABS64}. */
    public final int relocKind(int i) {
        return relocKind[i];
    }

    /** Where the field lies. */
    public final int relocOffset(int i) {
        return relocOffset[i];
    }

    /** The absolute address meant. */
    public final long relocTarget(int i) {
        return relocTarget[i];
    }

    /** What is added to the target. */
    public final int relocAddend(int i) {
        return relocAddend[i];
    }

    /** A relocation as an object. */
    public final Reloc reloc(int i) {
        return new Reloc(relocKind[i], relocOffset[i], relocTarget[i], relocAddend[i]);
    }

    /** Writes all fields for code that will lie at {@code codeBase}, into {@link #bytes()}. */
    public final void relocate(long codeBase) {
        for (int i = 0; i < relocCount; i++) {
            int offset = relocOffset[i];
            long value = relocTarget[i] + relocAddend[i];
            if (relocKind[i] == Reloc.ABS64) {
                write4(bytes, write4(bytes, offset, (int) value), (int) (value >> 32));
                continue;
            }
            long distance = value - (codeBase + offset);
            if (distance != (int) distance) {
                throw new IllegalStateException("relocation at " + offset + " cannot reach its target");
            }
            write4(bytes, offset, (int) distance);
        }
    }
}
