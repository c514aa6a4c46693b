package emberwall.engine.store;

import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The structures and arrays of one store: a mark-region heap that moves nothing (Blackburn and McKinley, "Immix: A
 * Mark-Region Garbage Collector with Space Efficiency, Fast Collection, and Mutator Performance", 2008, without its
 * copying).
 *
 * <pre>
 *   block, 32 KiB   │xxxx│    │xx  │xxxx│    │    │...    lines of 128 bytes; those that a marking met are kept,
 *                         └────┘         └─────────┘       runs of the others are allocated in by moving a pointer
 *   large object    │xxxxxxxxxxxxxxxxxxxxxxxxxxxx      │   blocks of its own
 * </pre>
 *
 * Objects that are larger than a line go to blocks that were empty, so that holes are left to small ones. Collections are
 * made when as much was allocated as lived after the last one. For the thread inside the store.
 */
public final class GuestHeap {
    private static final int LINE_LOG2 = 7;
    private static final int LINE = 1 << LINE_LOG2;
    private static final int BLOCK_LOG2 = 15;
    /** Bytes of a block, and of the smallest heap. */
    public static final int BLOCK = 1 << BLOCK_LOG2;

    private static final int LINES = BLOCK / LINE;
    private static final int LARGE = 16 << 10;
    private static final int SMALLEST = 1 << 20;
    /** The least that is allocated between collections. */
    private static final long STEP = 4 << 20;
    /** Less than this power of two's part free after a collection counts as nothing: else there is one for every line. */
    private static final int SCARCE = 6;
    /** How many elements of an array are looked at at a time. */
    private static final int SLICE = 256;

    // What a block is.
    private static final byte FREE = 0;
    private static final byte USED = 1;
    /** Has lines that are free since the last collection, and may be allocated in from {@link #sweepBlock} on. */
    private static final byte SWEPT = 2;

    private static final byte LARGE_HEAD = 3;
    private static final byte LARGE_REST = 4;

    private final MappingBudget budget;
    private final HandleTable handles;
    private final Consumer<LongConsumer> roots;
    private final long record;
    private final boolean always;

    private final long base;
    private final long reserved;
    private final int blocks;
    private final byte[] state;
    /** Whether a block may hold anything but zeros. */
    private final boolean[] dirty;
    /** Of a large object's first block, how many there are. */
    private final int[] extent;

    /** Blocks from here on have never been used. */
    private int high;
    /** A bit for each line of the blocks below {@link #high}. */
    private long[] lines = {};
    /** A bit for each 16 bytes of them, where an object that was met begins. */
    private long[] marks = {};

    private long[] pending = new long[256];
    private int pendingCount;

    private int sweepBlock;
    private int sweepLine;
    private int nextFree;
    private long end;
    private long largerCursor;
    private long largerEnd;
    private long allocated;
    private long step = STEP;
    private long live;

    /** The addresses of a heap, for who gives them back: knows none of the roots. */
    public record Space(MappingBudget budget, long base, long reserved) implements AutoCloseable {
        /** Gives everything back. */
        @Override
        public void close() {
            Pages.release(base, reserved);
            budget.give(1);
        }
    }

    /**
     * An empty heap.
     *
     * @param roots reads to a consumer every word from which objects may be reached; other words than references to objects
     *     and handles are harmless if they are aligned like none or lie outside
     * @param record where generated code finds it: {@link HeapRecord}
     * @param limit bytes, at least {@link #BLOCK}; less if the system does not give so much
     * @param always whether every allocation collects, and what is free is overwritten: for tests
     * @throws OsException if the system gives nothing
     * @throws MappingBudget.ExceededException if too many mappings are in use
     */
    public GuestHeap(
            MappingBudget budget,
            HandleTable handles,
            Consumer<LongConsumer> roots,
            long record,
            long limit,
            boolean always) {
        this.budget = budget;
        this.handles = handles;
        this.roots = roots;
        this.record = record;
        this.always = always;
        long bytes = Math.min(limit, 1L << 34) & -BLOCK;
        budget.take(1);
        long address = -1;
        try {
            while (address == -1) {
                try {
                    address = Pages.allocate(bytes);
                } catch (OsException refused) {
                    if (bytes <= SMALLEST) {
                        throw refused;
                    }
                    bytes = Math.max(SMALLEST, bytes / 2 & -BLOCK);
                }
            }
        } finally {
            if (address == -1) {
                budget.give(1);
            }
        }
        base = address;
        reserved = bytes;
        blocks = (int) (bytes >>> BLOCK_LOG2);
        state = new byte[blocks];
        dirty = new boolean[blocks];
        extent = new int[blocks];
    }

    /** What is to be closed when nobody uses the heap any more. */
    public Space space() {
        return new Space(budget, base, reserved);
    }

    /** Bytes that lived at the last collection. */
    public long live() {
        return live;
    }

    /** Whether a word is a reference to an object of this heap. */
    public boolean contains(long word) {
        return (word & ObjectType.ALIGNMENT - 1) == 0 && word - base >= 0 && word - base < reserved;
    }

    // ---- allocation

    /** A structure of zeros and nulls, or 0 if there is no room. */
    public long newStruct(ObjectType type) {
        long object = allocate(type.bytes());
        if (object != 0) {
            RawMemory.putLong(object, type.block());
        }
        return object;
    }

    /** An array of zeros or nulls, its length unsigned, or 0 if there is no room. */
    public long newArray(ObjectType type, int length) {
        long object = allocate(type.bytes(Integer.toUnsignedLong(length)));
        if (object != 0) {
            RawMemory.putLong(object, type.block());
            RawMemory.putInt(object + ObjectType.ARRAY_LENGTH, length);
        }
        return object;
    }

    private long allocate(long bytes) {
        if (bytes > reserved) {
            return 0;
        }
        if (always) {
            collect();
        }
        long object = tryAllocate(bytes, always);
        if (object == 0 && !always) {
            collect();
            object = reserved - live < reserved >> SCARCE ? 0 : tryAllocate(bytes, true);
        }
        return object;
    }

    /** The same, or 0 if it is time to collect, unless {@code all} may be used. */
    private long tryAllocate(long bytes, boolean all) {
        if (bytes > LARGE) {
            return newLarge(bytes, all);
        }
        long cursor = RawMemory.getLong(record + HeapRecord.CURSOR);
        if (bytes > end - cursor && bytes > LINE) {
            return newLarger(bytes, all);
        }
        while (bytes > end - cursor) {
            if (!nextRun(all)) {
                return 0;
            }
            cursor = RawMemory.getLong(record + HeapRecord.CURSOR);
        }
        RawMemory.putLong(record + HeapRecord.CURSOR, cursor + bytes);
        return cursor;
    }

    /** Goes on to the next run of free lines, or to a free block. */
    private boolean nextRun(boolean all) {
        if (!all && allocated >= step) {
            return false;
        }
        for (; sweepBlock < high; sweepBlock++, sweepLine = 0) {
            if (state[sweepBlock] == SWEPT) {
                int first = nextLine(sweepBlock, sweepLine, false);
                if (first < LINES) {
                    sweepLine = nextLine(sweepBlock, first, true);
                    setRun(address(sweepBlock) + (long) first * LINE, (long) (sweepLine - first) * LINE);
                    return true;
                }
            }
        }
        int block = freeBlocks(1);
        if (block < 0) {
            return false;
        }
        state[block] = USED;
        setRun(address(block), BLOCK);
        return true;
    }

    private void setRun(long start, long bytes) {
        clear(start, bytes);
        allocated += bytes;
        end = start + bytes;
        RawMemory.putLong(record + HeapRecord.CURSOR, start);
        RawMemory.putLong(record + HeapRecord.END, always ? start : end);
    }

    /** An object that takes more than a line. */
    private long newLarger(long bytes, boolean all) {
        if (bytes > largerEnd - largerCursor) {
            int block = !all && allocated >= step ? -1 : freeBlocks(1);
            if (block < 0) {
                return all ? inSomeHole(bytes) : 0;
            }
            state[block] = USED;
            clear(address(block), BLOCK);
            allocated += BLOCK;
            largerCursor = address(block);
            largerEnd = largerCursor + BLOCK;
        }
        long object = largerCursor;
        largerCursor += bytes;
        return object;
    }

    /** There is no free block left: the first hole that is large enough. */
    private long inSomeHole(long bytes) {
        int wanted = (int) (bytes + LINE - 1 >>> LINE_LOG2);
        for (int block = sweepBlock + 1; block < high; block++) {
            int first = state[block] == SWEPT ? nextLine(block, 0, false) : LINES;
            while (first < LINES) {
                int last = nextLine(block, first, true);
                if (last - first >= wanted) {
                    setLines(address(block) + (long) first * LINE, bytes);
                    clear(address(block) + (long) first * LINE, (long) wanted * LINE);
                    return address(block) + (long) first * LINE;
                }
                first = nextLine(block, last, false);
            }
        }
        return 0;
    }

    private long newLarge(long bytes, boolean all) {
        int count = (int) (bytes + BLOCK - 1 >>> BLOCK_LOG2);
        if (!all && allocated + ((long) count << BLOCK_LOG2) > step) {
            return 0;
        }
        int block = freeBlocks(count);
        if (block < 0) {
            return 0;
        }
        Arrays.fill(state, block + 1, block + count, LARGE_REST);
        state[block] = LARGE_HEAD;
        extent[block] = count;
        for (int i = block; i < block + count; i++) {
            clear(address(i), BLOCK);
        }
        allocated += (long) count << BLOCK_LOG2;
        return address(block);
    }

    /** The first of so many free blocks side by side, or -1. */
    private int freeBlocks(int count) {
        int run = 0;
        for (int block = count == 1 ? nextFree : 0; block < blocks; block++) {
            run = state[block] == FREE ? run + 1 : 0;
            if (run == count) {
                if (count == 1) {
                    nextFree = block + 1;
                }
                use(block + 1);
                return block + 1 - count;
            }
        }
        return -1;
    }

    /** Blocks below {@code limit} may be in use. */
    private void use(int limit) {
        if (limit > high) {
            if (limit * 4 > lines.length) {
                int size = Math.min(blocks, Math.max(limit, lines.length / 2));
                lines = Arrays.copyOf(lines, size * 4);
                marks = Arrays.copyOf(marks, size * (BLOCK / ObjectType.ALIGNMENT / Long.SIZE));
            }
            high = limit;
        }
    }

    private void clear(long address, long bytes) {
        int block = (int) (address - base >>> BLOCK_LOG2);
        if (dirty[block]) {
            RawMemory.fill(address, bytes, 0);
        }
        dirty[block] = true;
    }

    private long address(int block) {
        return base + ((long) block << BLOCK_LOG2);
    }

    // ---- lines

    /** The first line from {@code line} on that is marked or is not, or {@link #LINES}. */
    private int nextLine(int block, int line, boolean marked) {
        for (int at = line; at < LINES; ) {
            long word = lines[block * 4 + (at >>> 6)];
            long found = (marked ? word : ~word) & -1L << at;
            if (found != 0) {
                return (at & -64) + Long.numberOfTrailingZeros(found);
            }
            at = (at & -64) + 64;
        }
        return LINES;
    }

    private void setLines(long object, long bytes) {
        long first = object - base >>> LINE_LOG2;
        long last = object - base + bytes - 1 >>> LINE_LOG2;
        for (long line = first; line <= last; line++) {
            lines[(int) (line >>> 6)] |= 1L << line;
        }
    }

    // ---- collection

    /** Finds what can still be reached, and makes the rest free, with the handles that nothing refers to. */
    public void collect() {
        // Should there be no memory in Java for the marking, nothing is free, and all is still as it was.
        sweepBlock = blocks;
        end = 0;
        largerCursor = 0;
        largerEnd = 0;
        RawMemory.putLong(record + HeapRecord.CURSOR, 0);
        RawMemory.putLong(record + HeapRecord.END, 0);
        Arrays.fill(lines, 0);
        Arrays.fill(marks, 0);
        pendingCount = 0;
        handles.beginSweep();
        roots.accept(this::mark);
        do {
            trace();
        } while (handles.forEachHeld(this::mark));
        handles.sweep();
        sweep();
    }

    /** Keeps what a word refers to, if it is an object or a handle. */
    private void mark(long word) {
        if (contains(word)) {
            int granule = (int) (word - base >>> 4);
            long bit = 1L << granule;
            if ((marks[granule >>> 6] & bit) == 0) {
                marks[granule >>> 6] |= bit;
                push(word);
            }
        } else {
            handles.mark(word);
        }
    }

    private void push(long word) {
        if (pendingCount == pending.length) {
            pending = Arrays.copyOf(pending, pendingCount * 2);
        }
        pending[pendingCount++] = word;
    }

    /** Follows all that was met. An array that is not done with is an odd word on top of how far it is. */
    private void trace() {
        while (pendingCount > 0) {
            long object = pending[--pendingCount];
            long index = 0;
            if ((object & 1) != 0) {
                index = pending[--pendingCount];
                object--;
            }
            long block = RawMemory.getLong(object);
            if (index == 0 && state[(int) (object - base >>> BLOCK_LOG2)] != LARGE_HEAD) {
                setLines(object, ObjectType.sizeOf(object));
            }
            int references = RawMemory.getInt(block + ObjectType.REFERENCES);
            if (references == 0) {
                continue;
            }
            if (RawMemory.getInt(block + ObjectType.KIND) == ValueType.ARRAY) {
                traceArray(object, index);
                continue;
            }
            long offsets = ObjectType.references(block);
            for (int i = 0; i < references; i++) {
                mark(RawMemory.getLong(object + RawMemory.getInt(offsets + Integer.BYTES * i)));
            }
        }
        if (pending.length > 1 << 16) {
            pending = new long[256];
        }
    }

    private void traceArray(long array, long from) {
        long length = ObjectType.length(array);
        long limit = Math.min(length, from + SLICE);
        if (limit < length) {
            push(limit);
            push(array + 1);
        }
        for (long index = from; index < limit; index++) {
            mark(RawMemory.getLong(array + ObjectType.ELEMENTS + 8 * index));
        }
    }

    private void sweep() {
        live = 0;
        for (int block = 0; block < high; block++) {
            switch (state[block]) {
                case USED, SWEPT -> {
                    int count = 0;
                    for (int word = block * 4; word < block * 4 + 4; word++) {
                        count += Long.bitCount(lines[word]);
                    }
                    state[block] = count == 0 ? FREE : SWEPT;
                    live += (long) count * LINE;
                    if (always) {
                        spoil(block);
                    }
                }
                case LARGE_HEAD -> sweepLarge(block);
                default -> {}
            }
        }
        nextFree = 0;
        sweepBlock = 0;
        sweepLine = 0;
        allocated = 0;
        step = Math.max(Math.min(STEP, reserved / 4), live);
    }

    private void sweepLarge(int block) {
        int granule = block << BLOCK_LOG2 - 4;
        int count = extent[block];
        if ((marks[granule >>> 6] & 1L << granule) != 0) {
            live += (long) count << BLOCK_LOG2;
            return;
        }
        Arrays.fill(state, block, block + count, FREE);
        if (always) {
            RawMemory.fill(address(block), (long) count << BLOCK_LOG2, 0xDB);
        } else if (count >= 32) {
            giveBack(block, count);
        }
    }

    /** Much memory at once goes back to the system. */
    private void giveBack(int block, int count) {
        try {
            Pages.discard(address(block), (long) count << BLOCK_LOG2);
            Arrays.fill(dirty, block, block + count, false);
        } catch (OsException kept) {
            return; // where memory is locked the system declines; it stays dirty
        }
    }

    /** Makes nonsense of what is free, so that whoever still reads it shows. */
    private void spoil(int block) {
        for (int line = 0; line < LINES; line++) {
            if ((lines[block * 4 + (line >>> 6)] & 1L << line) == 0) {
                RawMemory.fill(address(block) + (long) line * LINE, LINE, 0xDB);
            }
        }
    }
}
