package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.wasm.TableType;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/** A table of references: null, {@link FunctionInstance}s, or the host's objects. */
public final class TableInstance implements Extern {
    /** Elements moved between two looks at whether the guest shall end: a MiB of references. */
    private static final int POLL_ELEMENTS = 1 << 17;

    private final Store store;
    private final TableType type;
    /** The type of the elements with canonical type indices. */
    final int canonicalType;

    private final long maximum;
    private Object[] elements;
    private int size;

    TableInstance(Store store, TableType type, int canonicalType, Object initial) {
        this.store = store;
        this.type = type;
        this.canonicalType = canonicalType;
        long limit = Math.min(store.limits().tableElements(), Integer.MAX_VALUE - 8);
        boolean isBounded = type.hasMaximum() && Long.compareUnsigned(type.maximum(), limit) < 0;
        this.maximum = isBounded ? type.maximum() : limit;
        if (Long.compareUnsigned(type.minimum(), limit) > 0) {
            throw tooLarge(type);
        }
        if (!store.takeElements(type.minimum())) {
            throw new ResourceException("a table of " + type.minimum() + " elements: all of the store may have "
                    + store.limits().allTableElements() + " elements together");
        }
        try {
            this.elements = new Object[(int) type.minimum()];
        } catch (OutOfMemoryError e) {
            throw tooLarge(type);
        }
        this.size = elements.length;
        if (initial != null) {
            Arrays.fill(elements, initial);
        }
    }

    private static ResourceException tooLarge(TableType type) {
        return new ResourceException(
                "a table of " + Long.toUnsignedString(type.minimum()) + " elements is larger than allowed");
    }

    public TableType type() {
        return type;
    }

    /** The type of the elements in terms of the registry's ids. */
    public int canonicalType() {
        return canonicalType;
    }

    /** How many elements it has now. */
    public int size() {
        return size;
    }

    /**
     * An element, for the host.
     *
     * @throws IndexOutOfBoundsException outside the table
     */
    public Object get(long index) {
        return elements[(int) java.util.Objects.checkIndex(index, (long) size)];
    }

    /**
     * Sets an element, for the host; whether its type fits is the host's business.
     *
     * @throws IndexOutOfBoundsException outside the table
     */
    public void set(long index, Object reference) {
        elements[(int) java.util.Objects.checkIndex(index, (long) size)] = reference;
    }

    /** Adds elements; the old size, or -1 if it cannot grow so far. */
    public long grow(long delta, Object initial) {
        int old = size;
        if (delta < 0 || delta > maximum - old) {
            return -1;
        }
        if (!store.takeElements(delta)) {
            return -1;
        }
        int grown = old + (int) delta;
        if (grown > elements.length) {
            try {
                int capacity = (int) Math.min(Math.max(grown, elements.length * 3L / 2), maximum);
                elements = Arrays.copyOf(elements, capacity);
            } catch (OutOfMemoryError e) {
                store.takeElements(-delta);
                return -1;
            }
        }
        if (initial != null) {
            Arrays.fill(elements, old, grown, initial);
        }
        size = grown;
        return old;
    }

    // --- what instructions do; indices and counts are unsigned words

    Object load(long index) {
        if (index < 0 || index >= size) {
            throw TrapSignal.of(TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        return elements[(int) index];
    }

    void store(long index, Object reference) {
        if (index < 0 || index >= size) {
            throw TrapSignal.of(TrapReason.TABLE_OUT_OF_BOUNDS);
        }
        elements[(int) index] = reference;
    }

    /** The function to be called indirectly. */
    FunctionInstance callee(long index) {
        if (index < 0 || index >= size) {
            throw TrapSignal.of(TrapReason.UNDEFINED_ELEMENT);
        }
        Object element = elements[(int) index];
        if (element == null) {
            throw TrapSignal.of(TrapReason.UNINITIALIZED_ELEMENT);
        }
        return (FunctionInstance) element;
    }

    void fill(long index, Object reference, long count) {
        check(index, count, size);
        for (int at = (int) index, end = at + (int) count; at < end; ) {
            int next = Math.min(at + POLL_ELEMENTS, end);
            Arrays.fill(elements, at, next, reference);
            at = next;
            store.poll();
        }
    }

    void copyFrom(TableInstance source, long to, long from, long count) {
        source.check(from, count, source.size);
        check(to, count, size);
        int length = (int) count;
        boolean isForward = to <= from;
        for (int done = 0; done < length; ) {
            int part = Math.min(POLL_ELEMENTS, length - done);
            int offset = isForward ? done : length - done - part;
            System.arraycopy(source.elements, (int) from + offset, elements, (int) to + offset, part);
            done += part;
            store.poll();
        }
    }

    void init(Object[] segment, long to, long from, long count) {
        check(from, count, segment.length);
        check(to, count, size);
        System.arraycopy(segment, (int) from, elements, (int) to, (int) count);
    }

    private void check(long index, long count, int length) {
        if ((index | count) < 0 || count > length || index > length - count) {
            throw TrapSignal.of(TrapReason.TABLE_OUT_OF_BOUNDS);
        }
    }

    @Override
    public String typeText() {
        return text(new TableType(type.element(), type.address64(), size, type.maximum(), type.hasMaximum()));
    }

    static String text(TableType type) {
        return "table " + (type.address64() ? "i64 " : "") + Long.toUnsignedString(type.minimum())
                + (type.hasMaximum() ? " " + Long.toUnsignedString(type.maximum()) : "") + " "
                + ValueType.text(type.element());
    }
}
