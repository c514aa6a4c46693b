package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.Arrays;

/**
 * Copies that are to happen at once, put into a sequence: each after all that read what it overwrites. Where they go in a
 * circle, one value waits in the scratch register of its class; or, if a copy of that circle goes from word to word and so needs
 * the scratch register itself, in a word that is kept for this.
 */
final class ParallelCopies {
    /** Where no value is ever. */
    static final int SCRATCH = Convention.SCRATCH;

    static final int SCRATCH_FLOAT = Code.FLOATS + Convention.SCRATCH_XMM;
    private static final int NONE = -1;

    private final FrameWords words;
    private Code code;
    private Allocation out;

    private int count;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private int[] register = new int[16];
    private int[] ready = new int[16];

    /** By place: how many copies still read it, and which one writes it. */
    private int[] readers = new int[256];

    private int[] writer = newWriters(256);

    ParallelCopies(FrameWords words) {
        this.words = words;
    }

    private static int[] newWriters(int size) {
        int[] writers = new int[size];
        Arrays.fill(writers, NONE);
        return writers;
    }

    void reset(Code itsCode, Allocation allocation) {
        code = itsCode;
        out = allocation;
        count = 0;
    }

    static int scratch(int valueClass) {
        return valueClass == Convention.INT ? SCRATCH : SCRATCH_FLOAT;
    }

    /** Adds a copy of the value of a virtual register; what stays in place, or was said before, is nothing to do. */
    void add(int itsFrom, int itsTo, int itsRegister) {
        if (itsFrom == itsTo) {
            return;
        }
        ensurePlaces(Math.max(itsFrom, itsTo) + 1);
        if (writer[itsTo] != NONE) {
            assert from[writer[itsTo]] == itsFrom
                            || itsFrom == Allocation.REMADE
                            || from[writer[itsTo]] == Allocation.REMADE
                    : Listing.register(code, itsRegister) + " and " + Listing.register(code, register[writer[itsTo]])
                            + " go to " + Listing.place(itsTo);
            return;
        }
        if (count == from.length) {
            int size = count * 2;
            from = Arrays.copyOf(from, size);
            to = Arrays.copyOf(to, size);
            register = Arrays.copyOf(register, size);
            ready = Arrays.copyOf(ready, size);
        }
        from[count] = itsFrom;
        to[count] = itsTo;
        register[count] = itsRegister;
        writer[itsTo] = count++;
        if (itsFrom != Allocation.REMADE) {
            readers[itsFrom]++;
        }
    }

    private void ensurePlaces(int places) {
        if (places > writer.length) {
            int old = writer.length;
            int size = Math.max(places, old * 2);
            readers = Arrays.copyOf(readers, size);
            writer = Arrays.copyOf(writer, size);
            Arrays.fill(writer, old, size, NONE);
        }
    }

    /** Gives the copies out in a sequence that does what they would at once, before an instruction, and forgets them. */
    void flush(int before) {
        if (count == 0) {
            return;
        }
        int readyCount = 0;
        for (int copy = 0; copy < count; copy++) {
            if (readers[to[copy]] == 0 && from[copy] != Allocation.REMADE) {
                ready[readyCount++] = copy;
            }
        }
        drain(before, readyCount);
        for (int copy = 0; copy < count; copy++) {
            if (from[copy] != Allocation.REMADE && writer[to[copy]] == copy) {
                breakCircle(before, copy);
            }
        }
        for (int copy = 0; copy < count; copy++) {
            if (from[copy] == Allocation.REMADE) {
                remake(before, copy);
            }
        }
        count = 0;
    }

    /** Gives out what is ready, and what becomes so by that. */
    private void drain(int before, int readyCount) {
        int left = readyCount;
        while (left > 0) {
            int copy = ready[--left];
            int source = from[copy];
            out.copy(before, source, to[copy], register[copy]);
            writer[to[copy]] = NONE;
            if (--readers[source] == 0 && writer[source] != NONE && from[writer[source]] != Allocation.REMADE) {
                ready[left++] = writer[source];
            }
        }
    }

    private void breakCircle(int before, int first) {
        boolean overWords = false;
        int copy = first;
        do {
            overWords |= from[copy] >= Allocation.SLOTS && to[copy] >= Allocation.SLOTS;
            copy = writer[from[copy]];
        } while (copy != first);
        int valueClass = code.valueClass(register[first]);
        int spare = overWords ? Allocation.SLOTS + words.spare(valueClass) : scratch(valueClass);
        ensurePlaces(spare + 1);
        int source = from[first];
        out.copy(before, source, spare, register[first]);
        from[first] = spare;
        readers[spare]++;
        readers[source]--;
        ready[0] = writer[source];
        drain(before, 1);
    }

    private void remake(int before, int copy) {
        int target = to[copy];
        writer[target] = NONE;
        if (target >= Allocation.SLOTS) {
            int scratch = scratch(code.valueClass(register[copy]));
            out.copy(before, Allocation.REMADE, scratch, register[copy]);
            out.copy(before, scratch, target, register[copy]);
        } else {
            out.copy(before, Allocation.REMADE, target, register[copy]);
        }
    }
}
