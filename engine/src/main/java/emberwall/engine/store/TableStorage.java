package emberwall.engine.store;

import emberwall.os.RawMemory;

/** The elements of one table, as words ({@link References}), and the record that guest code finds them by. */
public final class TableStorage {
    private final OffHeap heap;
    private final int elementType;
    private final long maximum;
    private final long record;

    private long base;
    private long size;
    private long capacity;
    private Allowance allowance; // null for no limit but its own

    /**
     * A table filled with a word.
     *
     * @param elementType its {@link emberwall.wasm.ValueType}, concrete types by canonical id
     * @param maximum its largest size ever
     */
    public TableStorage(OffHeap heap, int elementType, long size, long maximum, long word) {
        this.heap = heap;
        this.elementType = elementType;
        this.maximum = maximum;
        record = heap.allocate(TableRecord.SIZE);
        boolean made = false;
        try {
            resize(size);
            made = true;
        } finally {
            if (!made) {
                heap.free(record, TableRecord.SIZE);
            }
        }
        if (word != References.NULL) {
            fill(0, word, size);
        }
    }

    private void resize(long wanted) {
        if (wanted > capacity || base == 0) {
            long enough = Math.min(maximum, Math.max(wanted, capacity * 2));
            long newCapacity = Math.max(2, enough);
            long address = heap.allocate(newCapacity * 8);
            if (base != 0) {
                RawMemory.copy(base, address, size * 8);
                heap.free(base, capacity * 8);
            }
            base = address;
            capacity = newCapacity;
        }
        size = wanted;
        RawMemory.putLong(record + TableRecord.BASE, base);
        RawMemory.putLong(record + TableRecord.LENGTH, size);
    }

    /** Type of the elements, a {@link emberwall.wasm.ValueType} with canonical ids. */
    public int elementType() {
        return elementType;
    }

    /** Address of its {@link TableRecord}. */
    public long record() {
        return record;
    }

    /** How many elements. */
    public long size() {
        return size;
    }

    /** Most elements it will ever have. */
    public long maximum() {
        return maximum;
    }

    /** Whether a range, its numbers unsigned, lies inside. */
    public boolean contains(long index, long length) {
        return index >= 0 && length >= 0 && index <= size && length <= size - index;
    }

    /** The word of an element inside. */
    public long get(long index) {
        assert contains(index, 1);
        return RawMemory.getLong(base + index * 8);
    }

    /** Sets the word of an element inside. */
    public void set(long index, long word) {
        assert contains(index, 1);
        RawMemory.putLong(base + index * 8, word);
    }

    /** Sets elements inside. */
    public void fill(long index, long word, long length) {
        assert contains(index, length);
        for (long at = base + index * 8, end = at + length * 8; at < end; at += 8) {
            RawMemory.putLong(at, word);
        }
    }

    /** Copies elements from a table, perhaps this one; both ranges lie inside. */
    public void copy(long index, TableStorage source, long sourceIndex, long length) {
        assert contains(index, length) && source.contains(sourceIndex, length);
        RawMemory.copy(source.base + sourceIndex * 8, base + index * 8, length * 8);
    }

    /** Its elements, and those that it grows by, are part of an allowance; false if it is larger than what is left. */
    public boolean limit(Allowance all) {
        allowance = all;
        return all.take(size);
    }

    /** Adds elements; the old size, or -1 if the limit does not allow it. */
    public long grow(long elements, long word) {
        long old = size;
        if (elements < 0 || elements > maximum - old) {
            return -1;
        }
        if (allowance != null && !allowance.take(elements)) {
            return -1;
        }
        boolean grown = false;
        try {
            resize(old + elements);
            grown = true;
        } catch (emberwall.os.OsException | MappingBudget.ExceededException full) {
            return -1;
        } finally {
            if (!grown && allowance != null) {
                allowance.give(elements);
            }
        }
        if (elements > 0 && word != References.NULL) {
            fill(old, word, elements);
        }
        return old;
    }

    /** Gives everything back. */
    public void close() {
        heap.free(base, capacity * 8);
        heap.free(record, TableRecord.SIZE);
    }
}
