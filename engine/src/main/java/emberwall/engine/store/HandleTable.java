package emberwall.engine.store;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.function.LongConsumer;

/**
 * The Java objects that guests of one store hold as externrefs, and their exceptions. An object keeps its handle as long
 * as anything may hold it; {@link #sweep} forgets those that a marking did not meet.
 */
public final class HandleTable {
    private static final int FIRST_SWEEP = 4096;
    /** Bytes of Java's heap that holders with handles may take together. */
    private static final long MOST_HELD = 64 << 20;

    private final IdentityHashMap<Object, Integer> handles = new IdentityHashMap<>();
    private Object[] objects = new Object[16];
    private int[] freeHandles = new int[16];
    private int freeCount;
    private int next;
    private int sweepAt = FIRST_SWEEP;
    private final boolean always;
    private long[] marks;
    private long heldBytes;
    /** Objects that are marked, while what they hold is not. */
    private final ArrayDeque<Holder> holders = new ArrayDeque<>();

    /** An object of ours that holds references, which live as long as it does. */
    public interface Holder {
        /** Reads all references that it holds. */
        void forEachReference(LongConsumer words);

        /** About how many bytes of Java's heap it takes with its handle. */
        int bytes();
    }

    /**
     * A table without objects.
     *
     * @param always whether it wants a sweep whenever it is asked, so that a place nobody looks at shows
     */
    public HandleTable(boolean always) {
        this.always = always;
    }

    /** The word for an object; null is null. */
    public long word(Object object) {
        if (object == null) {
            return References.NULL;
        }
        Integer known = handles.get(object);
        if (known != null) {
            return References.extern(known);
        }
        int handle;
        if (freeCount > 0) {
            handle = freeHandles[--freeCount];
        } else {
            handle = next++;
            if (handle == objects.length) {
                objects = Arrays.copyOf(objects, handle * 2);
            }
        }
        objects[handle] = object;
        handles.put(object, handle);
        if (object instanceof Holder holder) {
            heldBytes += holder.bytes();
        }
        return References.extern(handle);
    }

    /** The object of a word. */
    public Object object(long word) {
        return word == References.NULL ? null : objects[References.handle(word)];
    }

    /** Whether any word that may be something else could be that of an object held here. */
    public boolean isHandle(long word) {
        return References.isExtern(word) && word >>> 3 < next && objects[References.handle(word)] != null;
    }

    /** Whether so many objects are held that it is time to look which of them are needed. */
    public boolean wantsSweep() {
        return always || handles.size() >= sweepAt || isFull();
    }

    /** Whether holders take more than they may, if that has just been {@link #sweep swept}. */
    public boolean isFull() {
        return heldBytes > MOST_HELD;
    }

    /** Begins a sweep: nothing is marked. */
    public void beginSweep() {
        holders.clear();
        marks = new long[(next >>> 6) + 1];
    }

    /** Keeps the host object of a word, if it is one. */
    public void mark(long word) {
        if (References.isExtern(word)) {
            int handle = References.handle(word);
            long bit = 1L << handle;
            if ((marks[handle >>> 6] & bit) == 0) {
                marks[handle >>> 6] |= bit;
                if (objects[handle] instanceof Holder holder) {
                    holders.add(holder);
                }
            }
        }
    }

    /** Reads the references that objects hold which were marked since the last time; whether there were such objects. */
    public boolean forEachHeld(LongConsumer words) {
        boolean any = false;
        for (Holder holder = holders.poll(); holder != null; holder = holders.poll()) {
            holder.forEachReference(words);
            any = true;
        }
        return any;
    }

    /** Ends a sweep: forgets all objects that were not marked. */
    public void sweep() {
        forEachHeld(this::mark);
        for (int handle = 0; handle < next; handle++) {
            Object object = objects[handle];
            if (object != null && (marks[handle >>> 6] & 1L << handle) == 0) {
                handles.remove(object);
                if (object instanceof Holder holder) {
                    heldBytes -= holder.bytes();
                }
                objects[handle] = null;
                if (freeCount == freeHandles.length) {
                    freeHandles = Arrays.copyOf(freeHandles, freeCount * 2);
                }
                freeHandles[freeCount++] = handle;
            }
        }
        marks = null;
        sweepAt = Math.max(FIRST_SWEEP, handles.size() * 2);
    }

    /** How many objects are held. */
    public int size() {
        return handles.size();
    }
}
