package emberwall.wasi.file;

/**
 * A guest's linear memory as one WASI call sees it. Addresses and lengths are the guest's unsigned 32-bit numbers and
 * hostile: every access outside of the memory fails with {@link Errno#FAULT}.
 */
public interface GuestMemory {
    /** Its present size in bytes. */
    long size();

    /** The absolute address of its first byte where it is native memory, else 0; good until the guest runs again. */
    long base();

    byte getByte(long address);

    int getInt(long address);

    long getLong(long address);

    void putByte(long address, byte value);

    void putShort(long address, short value);

    void putInt(long address, int value);

    void putLong(long address, long value);

    /** Copies {@code length} bytes at {@code address} into {@code to} from {@code offset} on. */
    void read(long address, byte[] to, int offset, int length);

    /** Copies {@code length} bytes of {@code from} at {@code offset} to {@code address}. */
    void write(long address, byte[] from, int offset, int length);

    /** Fails unless all of the range lies inside. */
    default void check(long address, long length) {
        if (address < 0 || length < 0 || address > size() - length) {
            throw new ErrnoException(Errno.FAULT);
        }
    }
}
