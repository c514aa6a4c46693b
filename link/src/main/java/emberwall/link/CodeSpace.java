package emberwall.link;

import emberwall.asm.CodeBuffer;
import emberwall.os.Errno;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.RawMemory;

/**
 * A region of code memory: publishes code, frees it, and holds the cells that code goes through. Safe for use by many
 * threads. Whoever frees code or closes the space has made sure that no thread runs in it and none will.
 */
public final class CodeSpace implements AutoCloseable {
    /** What {@link #reserve()} asks for: with it, everything is still in reach of everything. */
    public static final long LARGEST = 1L << 30;

    private static final long SMALLEST = 1L << 16;
    private static final int UNIT_LOG2 = 4;
    private static final int UNIT = 1 << UNIT_LOG2;
    private static final int INT3 = 0xCC;
    private static final int CELL_CHUNK = 1 << 16;

    private final Pages.Dual views;
    private final long base;
    private final long toWritable;
    private final CodeMap map;
    private final FreeRanges freeCode = new FreeRanges();
    private final FreeRanges freeCells = new FreeRanges();

    // In units: code lies below codeEnd, cells at and above cellStart.
    private int codeEnd;
    private int cellStart;
    private long codeBytes;
    private boolean closed;

    private CodeSpace(Pages.Dual views) {
        this.views = views;
        this.base = views.executable();
        this.toWritable = views.writable() - views.executable();
        this.map = new CodeMap(base, views.bytes());
        this.cellStart = (int) (views.bytes() >>> UNIT_LOG2);
    }

    /** Reserves {@link #LARGEST} bytes, or what an address space limit leaves of that. */
    public static CodeSpace reserve() {
        return reserve(LARGEST, Pages.Views.SHARED_ANONYMOUS);
    }

    /** Reserves {@code bytes}, or what an address space limit leaves of that. */
    public static CodeSpace reserve(long bytes) {
        return reserve(bytes, Pages.Views.SHARED_ANONYMOUS);
    }

    /**
     * Reserves address space for code; memory is used only for what is published.
     *
     * @param bytes at most {@link #LARGEST}; halved until the system grants it
     * @param views how the memory is seen twice
     * @throws OsException if the system does not grant even the least, or forbids executable memory
     */
    public static CodeSpace reserve(long bytes, Pages.Views views) {
        if (bytes <= 0 || bytes > LARGEST) {
            throw new IllegalArgumentException("a code space of " + bytes + " bytes");
        }
        long least = Math.min(Pages.round(bytes), SMALLEST);
        for (long size = Pages.round(bytes); ; size = Math.max(Pages.round(size >> 1), least)) {
            try {
                return new CodeSpace(Pages.dual(size, views));
            } catch (OsException refusal) {
                if (refusal.errno() != Errno.ENOMEM || size == least) {
                    throw refusal;
                }
            }
        }
    }

    /** The lowest address where code is executed. */
    public long base() {
        return base;
    }

    /** Bytes of address space. */
    public long bytes() {
        return views.bytes();
    }

    /** Bytes of code that are published now, without what alignment costs. */
    public synchronized long codeBytes() {
        return codeBytes;
    }

    /** Which blob lies where. */
    public CodeMap map() {
        return map;
    }

    /** The blob that {@code pc} lies in, or null: {@link CodeMap#find}. */
    public CodeBlob find(long pc) {
        return map.find(pc);
    }

    /**
     * Publishes position-independent code that needs no relocation.
     *
     * @throws OsException with {@link Errno#ENOMEM} if the space is full
     */
    public synchronized CodeBlob publish(byte[] code, int length, Object owner) {
        long address = allocateCode(length);
        return place(code, length, address, owner);
    }

    /**
     * Publishes what a buffer holds, its relocations bound to the place that it gets. The buffer keeps the relocated
     * bytes.
     *
     * @throws OsException with {@link Errno#ENOMEM} if the space is full
     * @throws IllegalStateException if a relocation's target is too far away
     */
    public synchronized CodeBlob publish(CodeBuffer code, Object owner) {
        int length = code.finish();
        long address = allocateCode(length);
        boolean placed = false;
        try {
            code.relocate(address);
            CodeBlob blob = place(code.bytes(), length, address, owner);
            placed = true;
            return blob;
        } finally {
            if (!placed) {
                release(address, length);
            }
        }
    }

    /** Takes code away. No thread runs it, and none will. */
    public synchronized void free(CodeBlob blob) {
        checkOpen();
        if (!map.remove(blob)) {
            throw new IllegalArgumentException("not published here: " + blob);
        }
        codeBytes -= blob.length();
        release(blob.address(), blob.length());
    }

    private void release(long address, int length) {
        int units = units(length + 1L);
        RawMemory.fill(address + toWritable, (long) units << UNIT_LOG2, INT3);
        freeCode.give(unit(address), units);
        codeEnd = freeCode.takeEnd(codeEnd);
    }

    /**
     * Words that code of this space reads relative to {@code rip}, all zero, in a row.
     *
     * @return the address that code sees; a multiple of 16
     * @throws OsException with {@link Errno#ENOMEM} if the space is full
     */
    public synchronized long allocateCells(int count) {
        checkOpen();
        int units = units(8L * count);
        int start = freeCells.take(units);
        if (start < 0) {
            growCells(units);
            start = freeCells.take(units);
        }
        return address(start);
    }

    /** Gives back what {@link #allocateCells} gave out, whole. No code reads it any more. */
    public synchronized void freeCells(long address, int count) {
        checkOpen();
        int units = units(8L * count);
        RawMemory.fill(address + toWritable, (long) units << UNIT_LOG2, 0);
        freeCells.give(unit(address), units);
    }

    /** Stores a cell in one piece, after everything stored before. */
    public synchronized void setCell(long address, long value) {
        checkOpen();
        assert unit(address) >= cellStart && address < base + bytes() : "not a cell: " + Long.toHexString(address);
        RawMemory.putLongRelease(address + toWritable, value);
    }

    /** The value of a cell. */
    public long cell(long address) {
        return RawMemory.getLongAcquire(address);
    }

    /** Unmaps everything. No thread runs code of this space, and none will. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            views.release();
        }
    }

    private long allocateCode(int length) {
        checkOpen();
        if (length <= 0) {
            throw new IllegalArgumentException("no code");
        }
        int units = units(length + 1L); // at least one byte of padding, see CodeBlob.contains
        int start = freeCode.take(units);
        if (start < 0) {
            if (units > cellStart - codeEnd || units < 0) {
                throw new OsException("publishing " + length + " bytes in a full code space", Errno.ENOMEM);
            }
            start = codeEnd;
            codeEnd += units;
        }
        return address(start);
    }

    private CodeBlob place(byte[] code, int length, long address, Object owner) {
        long writable = address + toWritable;
        RawMemory.copy(code, 0, writable, length);
        int padded = units(length + 1L) << UNIT_LOG2;
        for (int at = length; at < padded; at++) {
            RawMemory.putByte(writable + at, INT3);
        }
        CodeBlob blob = new CodeBlob(address, length, owner);
        map.add(blob);
        codeBytes += length;
        return blob;
    }

    /** Moves the border down by whole pages, so that no page ever holds code and cells. */
    private void growCells(int units) {
        int page = Pages.SIZE >> UNIT_LOG2;
        int wanted = Math.max(units, Math.min(CELL_CHUNK >> UNIT_LOG2, (cellStart - codeEnd) / 16));
        int border = cellStart - wanted & -page;
        if (cellStart - codeEnd < units || border < codeEnd) {
            throw new OsException("allocating cells in a full code space", Errno.ENOMEM);
        }
        freeCells.give(border, cellStart - border);
        cellStart = border;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the code space is closed");
        }
    }

    private long address(int unit) {
        return base + ((long) unit << UNIT_LOG2);
    }

    private int unit(long address) {
        return (int) (address - base >>> UNIT_LOG2);
    }

    private static int units(long bytes) {
        return (int) (bytes + (UNIT - 1) >>> UNIT_LOG2);
    }
}
