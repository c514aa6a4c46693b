package emberwall.ebpf.map;

import emberwall.os.Errno;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * A map. Programs use it by addresses of keys and values, in a lane that they hold; Java by arrays of bytes, or typed by a
 * {@link MapView}. Any number of threads may use it at a time.
 *
 * <p>Results are those of the kernel: 0, or an error number, negated. What a kind does not do answers {@code -EINVAL}.
 */
public abstract sealed class BpfMap implements AutoCloseable
        permits ArrayMap, HashTable, PrefixTable, QueueMap, RingBuffer, MapOfMaps, ProgramArray, EventArray {
    // @formatter:off
    /** Update flag: whether or not the key is there. */
    public static final long ANY      = 0;
    /** Update flag: only if the key is not there. */
    public static final long NO_EXIST = 1;
    /** Update flag: only if the key is there. */
    public static final long EXIST    = 2;
    // @formatter:on

    static final int EPERM = -1;
    static final int ENOENT = -2;
    static final int E2BIG = -7;
    static final int ENOMEM = -12;
    static final int EBUSY = -16;
    static final int EEXIST = -17;
    static final int EINVAL = -Errno.EINVAL;

    private final MapSpace space;
    private final int id;
    private final MapDefinition definition;
    private final AtomicBoolean closed = new AtomicBoolean();

    BpfMap(MapSpace space, int id, MapDefinition definition) {
        this.space = space;
        this.id = id;
        this.definition = definition;
    }

    /** What it was made from. */
    public final MapDefinition definition() {
        return definition;
    }

    /** The word by which programs know it. */
    public final long handle() {
        return MapSpace.handle(id);
    }

    /** Whether it is not closed. Who runs a program asks after taking a lane, which keeps it so. */
    public final boolean isOpen() {
        return !closed.get();
    }

    final MapSpace space() {
        return space;
    }

    final int id() {
        return id;
    }

    final Lanes lanes() {
        return space.lanes();
    }

    // ---- what programs call

    /** Address of the value of the key at an address (of a map of maps: the handle), or 0. */
    public abstract long lookup(long key, int lane);

    /** Sets the value of a key to the bytes at {@code value}. */
    public long update(long key, long value, long flags, int lane) {
        return EINVAL;
    }

    /** Takes a key out. */
    public long delete(long key, int lane) {
        return EINVAL;
    }

    /** Appends the bytes at {@code value}. */
    public long push(long value, long flags) {
        return EINVAL;
    }

    /** Takes the next value out and writes it to {@code value}. */
    public long pop(long value) {
        return EINVAL;
    }

    /** Writes the next value to {@code value}. */
    public long peek(long value) {
        return EINVAL;
    }

    /** Whether bytes lie in one value (or record) that programs may have the address of. For checking runs. */
    public boolean isValue(long address, long bytes) {
        return false;
    }

    /** Whether bytes lie in one of {@code count} values of {@code size} bytes, {@code stride} apart. */
    static boolean isWithin(long offset, long bytes, long count, long stride, long size) {
        return offset >= 0 && offset / stride < count && bytes >= 0 && offset % stride + bytes <= size;
    }

    // ---- what Java calls

    /** Gives keys that are there to {@code visitor}, one after the other, until it answers false. The thread has a lane. */
    public void walk(Predicate<byte[]> visitor) {}

    /** The keys that are there now; some may be gone when they are looked at. */
    public final List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        int taken = enter();
        try {
            walk(keys::add);
            return keys;
        } finally {
            leave(taken);
        }
    }

    /** How many entries there are now. */
    public int size() {
        return keys().size();
    }

    /** A copy of a key's value, or null; of maps with values by thread, those of all lanes one behind the other. */
    public byte[] get(byte[] key) {
        return inLane(key, null, (address, value, lane) -> {
            long found = lookup(address, lane);
            return found == 0 ? null : RawMemory.bytes(found, definition.valueSize());
        });
    }

    /** Sets a key's value; of maps with values by thread, that of all lanes. Returns 0 or an error number, negated. */
    public long put(byte[] key, byte[] value, long flags) {
        checkSize("value", value, definition.valueSize());
        return inLane(key, value, (address, bytes, lane) -> update(address, bytes, flags, lane));
    }

    /** Takes a key out. Returns 0 or an error number, negated. */
    public long remove(byte[] key) {
        return inLane(key, null, (address, value, lane) -> delete(address, lane));
    }

    interface Use<T> {
        T with(long key, long value, int lane);
    }

    /** Lets {@code use} find key and value in memory, in a lane. */
    final <T> T inLane(byte[] key, byte[] value, Use<T> use) {
        checkSize("key", key, definition.keySize());
        int taken = enter();
        try (Scratch scratch = new Scratch(key, value)) {
            return use.with(scratch.first(), scratch.second(), lanes().current());
        } finally {
            leave(taken);
        }
    }

    /** Sees to it that the thread has a lane: that of the run which called a helper, or a new one. */
    private int enter() {
        int taken = lanes().current() >= 0 ? -1 : lanes().enter();
        if (!isOpen()) { // whoever closes waits for lanes from now on, not before
            leave(taken);
            throw new IllegalStateException("map " + definition.name() + " is closed");
        }
        return taken;
    }

    private void leave(int taken) {
        if (taken >= 0) {
            lanes().leave(taken);
        }
    }

    final void checkSize(String what, byte[] bytes, int size) {
        if (bytes.length != size) {
            throw new IllegalArgumentException(
                    "a " + what + " of map " + definition.name() + " has " + size + " bytes, not " + bytes.length);
        }
    }

    /** Looks whether a codec is for this map's keys. */
    final void checkKeys(Codec<?> codec) {
        if (codec.size() != definition.keySize()) {
            throw new IllegalArgumentException("a key of map " + definition.name() + " has " + definition.keySize()
                    + " bytes, not " + codec.size());
        }
    }

    /** Stores whole words in one piece each, in order of addresses; {@code target} is aligned. */
    static void store(long source, long target, int bytes) {
        int at = 0;
        for (; at + 8 <= bytes; at += 8) {
            RawMemory.putLong(target + at, RawMemory.getLong(source + at));
        }
        for (; at < bytes; at++) {
            RawMemory.putByte(target + at, RawMemory.getByte(source + at));
        }
    }

    /** Bytes between elements of a size. */
    static int stride(int bytes) {
        return bytes + 7 & -8;
    }

    /** Takes the map out of its space; its memory goes back when no run can have an address in it. */
    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            space.remove(id);
            releaseMemory();
        }
    }

    /** Gives memory back by {@link MapSpace#release}. */
    abstract void releaseMemory();

    /** The key of an index. */
    static byte[] key(int index) {
        return new byte[] {(byte) index, (byte) (index >> 8), (byte) (index >> 16), (byte) (index >> 24)};
    }

    /** {@link #walk} through the indices below {@code count}. */
    static void walkIndices(int count, Predicate<byte[]> visitor) {
        for (int i = 0; i < count && visitor.test(key(i)); i++) {}
    }
}
