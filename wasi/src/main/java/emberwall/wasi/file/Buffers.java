package emberwall.wasi.file;

/**
 * The pieces of guest memory that one operation reads into or writes from: the guest's {@code iovec} array, checked.
 * At most {@value #MAX_PIECES} pieces and 2 GiB are taken; beyond that the operation is partial, as it may be anyway.
 */
public final class Buffers {
    /** Most pieces taken of one array: what Linux takes. */
    public static final int MAX_PIECES = 1024;

    private static final long MAX_TOTAL = 0x7fff_f000L;
    private static final int ENTRY = 8;

    private final GuestMemory memory;
    private final long[] address;
    private final int[] length;
    private int count;
    private long total;

    private Buffers(GuestMemory memory, int capacity) {
        this.memory = memory;
        this.address = new long[capacity];
        this.length = new int[capacity];
    }

    /** Reads the array of {@code count} entries at {@code array}; empty pieces are left out. */
    public static Buffers of(GuestMemory memory, int array, int count) {
        long start = Integer.toUnsignedLong(array);
        long entries = Integer.toUnsignedLong(count);
        memory.check(start, entries * ENTRY);
        Buffers buffers = new Buffers(memory, (int) Math.min(entries, MAX_PIECES));
        for (long i = 0; i < entries && buffers.count < MAX_PIECES; i++) {
            long entry = start + i * ENTRY;
            if (!buffers.add(memory.getInt(entry), memory.getInt(entry + 4))) {
                break;
            }
        }
        return buffers;
    }

    /** One piece. */
    public static Buffers single(GuestMemory memory, int address, int length) {
        Buffers buffers = new Buffers(memory, 1);
        buffers.add(address, length);
        return buffers;
    }

    private boolean add(int pieceAddress, int pieceLength) {
        long from = Integer.toUnsignedLong(pieceAddress);
        long bytes = Integer.toUnsignedLong(pieceLength);
        memory.check(from, bytes);
        long taken = Math.min(bytes, MAX_TOTAL - total);
        if (taken > 0) {
            address[count] = from;
            length[count++] = (int) taken;
            total += taken;
        }
        return taken == bytes;
    }

    /** The memory that the pieces lie in. */
    public GuestMemory memory() {
        return memory;
    }

    /** Bytes in all pieces together; at most 2 GiB. */
    public long total() {
        return total;
    }

    /** Number of pieces, none of them empty. */
    public int count() {
        return count;
    }

    /** Where piece {@code i} starts. */
    public long address(int i) {
        return address[i];
    }

    /** How long piece {@code i} is. */
    public int length(int i) {
        return length[i];
    }

    /** Copies up to {@code limit} bytes, from {@code done} bytes into the pieces on, out of the guest; how many. */
    public int gather(long done, byte[] to, int limit) {
        return transfer(done, to, limit, false);
    }

    /** Copies {@code bytes} bytes into the guest, to {@code done} bytes into the pieces. */
    public void scatter(long done, byte[] from, int bytes) {
        transfer(done, from, bytes, true);
    }

    private int transfer(long done, byte[] bytes, int limit, boolean in) {
        long skip = done;
        int moved = 0;
        for (int i = 0; i < count && moved < limit; i++) {
            if (skip >= length[i]) {
                skip -= length[i];
                continue;
            }
            int part = (int) Math.min(length[i] - skip, limit - moved);
            if (in) {
                memory.write(address[i] + skip, bytes, moved, part);
            } else {
                memory.read(address[i] + skip, bytes, moved, part);
            }
            moved += part;
            skip = 0;
        }
        return moved;
    }
}
