package emberwall.ebpf.map;

import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Predicate;

/**
 * Values by the longest prefix: a key is a number of bits (four bytes, little-endian) and as many bytes as the map wants, most
 * significant bit first. It is a hash table of prefixes, asked once for each length that exists, from the longest on: a
 * lookup beside changes sees some of them and others not.
 */
public final class PrefixTable extends BpfMap {
    private static final int SCRATCH = 264;

    private final HashTable prefixes;
    private final int bits;

    /** How many prefixes there are of each length. */
    private final AtomicIntegerArray lengths;

    /** For each lane, a key with the bits behind the prefix cleared. */
    private final long scratch;

    private final long scratchBytes;

    PrefixTable(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        this.bits = 8 * (definition.keySize() - 4);
        this.lengths = new AtomicIntegerArray(bits + 1);
        this.prefixes = new HashTable(
                space,
                id,
                new MapDefinition(
                        definition.name(),
                        MapKind.HASH,
                        definition.keySize(),
                        definition.valueSize(),
                        definition.maxEntries(),
                        0));
        this.scratchBytes = (long) SCRATCH * lanes().count();
        this.scratch = Pages.allocate(scratchBytes);
    }

    /** The key of the first {@code length} bits. */
    private long masked(long key, int length, int lane) {
        long masked = scratch + (long) SCRATCH * lane;
        RawMemory.putInt(masked, length);
        int whole = length / 8;
        for (int i = 0; i < bits / 8; i++) {
            int kept = i < whole ? 0xFF : i == whole ? 0xFF00 >> length % 8 & 0xFF : 0;
            RawMemory.putByte(masked + 4 + i, RawMemory.getByte(key + 4 + i) & kept);
        }
        return masked;
    }

    @Override
    public long lookup(long key, int lane) {
        int longest = RawMemory.getInt(key);
        if (Integer.compareUnsigned(longest, bits) > 0) {
            return 0;
        }
        for (int length = longest; length >= 0; length--) {
            if (lengths.get(length) > 0) {
                long value = prefixes.lookup(masked(key, length, lane), lane);
                if (value != 0) {
                    return value;
                }
            }
        }
        return 0;
    }

    @Override
    public long update(long key, long value, long flags, int lane) {
        int length = RawMemory.getInt(key);
        if (Integer.compareUnsigned(length, bits) > 0) {
            return EINVAL;
        }
        // Lookups must find the length before the prefix is there; changes of one map come one after the other.
        synchronized (lengths) {
            long masked = masked(key, length, lane);
            boolean added = prefixes.lookup(masked, lane) == 0;
            lengths.incrementAndGet(length);
            long answer = prefixes.update(masked, value, flags, lane);
            if (answer != 0 || !added) {
                lengths.decrementAndGet(length);
            }
            return answer == E2BIG ? -28 : answer; // a trie is out of space, says the kernel
        }
    }

    @Override
    public long delete(long key, int lane) {
        int length = RawMemory.getInt(key);
        if (Integer.compareUnsigned(length, bits) > 0) {
            return EINVAL;
        }
        synchronized (lengths) {
            long answer = prefixes.delete(masked(key, length, lane), lane);
            if (answer == 0) {
                lengths.decrementAndGet(length);
            }
            return answer;
        }
    }

    @Override
    public boolean isValue(long address, long bytes) {
        return prefixes.isValue(address, bytes);
    }

    @Override
    public void walk(Predicate<byte[]> visitor) {
        prefixes.walk(visitor);
    }

    @Override
    public int size() {
        return prefixes.size();
    }

    @Override
    void releaseMemory() {
        prefixes.releaseMemory();
        space().release(scratch, scratchBytes);
    }
}
