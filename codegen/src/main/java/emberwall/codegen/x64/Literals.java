package emberwall.codegen.x64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Mem;
import java.util.Arrays;

/** The constants of a function that instructions read from memory: they lie behind its code. */
public final class Literals {
    private static final int RECENT = 64;

    private final Assembler a;
    private int[] labels = new int[64];
    private long[] values = new long[64];
    private int count;
    /** By hash of the value: 1 + the number of the literal that had it last. */
    private final int[] recent = new int[RECENT];

    // The same for those of sixteen bytes, in halves.
    private int[] vectorLabels = new int[16];
    private long[] vectors = new long[32];
    private int vectorCount;
    private final int[] recentVectors = new int[RECENT];

    /** Those of a function that is written to {@code a}. */
    public Literals(Assembler a) {
        this.a = a;
    }

    /** Forgets them all, for the next function. */
    public void reset() {
        count = 0;
        Arrays.fill(recent, 0);
        if (vectorCount > 0) {
            vectorCount = 0;
            Arrays.fill(recentVectors, 0);
        }
    }

    /** The operand that holds four bytes. */
    public long single(int bits) {
        return word(bits & 0xFFFF_FFFFL);
    }

    /** The operand that holds eight bytes. */
    public long word(long bits) {
        int hash = (int) ((bits ^ bits >>> 32) * 0x9E37_79B9L >>> 24) & RECENT - 1;
        int known = recent[hash] - 1;
        if (known >= 0 && values[known] == bits) {
            return Mem.label(labels[known]);
        }
        if (count == labels.length) {
            labels = Arrays.copyOf(labels, count * 2);
            values = Arrays.copyOf(values, count * 2);
        }
        int label = a.newLabel();
        labels[count] = label;
        values[count] = bits;
        recent[hash] = ++count;
        return Mem.label(label);
    }

    /** The operand that holds sixteen bytes. */
    public long vector(long low, long high) {
        long mixed = low * 31 + high;
        int hash = (int) ((mixed ^ mixed >>> 32) * 0x9E37_79B9L >>> 24) & RECENT - 1;
        int known = recentVectors[hash] - 1;
        if (known >= 0 && vectors[2 * known] == low && vectors[2 * known + 1] == high) {
            return Mem.label(vectorLabels[known]);
        }
        if (vectorCount == vectorLabels.length) {
            vectorLabels = Arrays.copyOf(vectorLabels, vectorCount * 2);
            vectors = Arrays.copyOf(vectors, vectorCount * 4);
        }
        int label = a.newLabel();
        vectorLabels[vectorCount] = label;
        vectors[2 * vectorCount] = low;
        vectors[2 * vectorCount + 1] = high;
        recentVectors[hash] = ++vectorCount;
        return Mem.label(label);
    }

    /** Writes them all behind the code. */
    public void emit() {
        if (vectorCount > 0) {
            a.align(16);
        }
        for (int i = 0; i < vectorCount; i++) {
            a.bind(vectorLabels[i]);
            a.put8(vectors[2 * i]);
            a.put8(vectors[2 * i + 1]);
        }
        if (count == 0) {
            return;
        }
        a.align(8);
        for (int i = 0; i < count; i++) {
            a.bind(labels[i]);
            a.put8(values[i]);
        }
    }
}
