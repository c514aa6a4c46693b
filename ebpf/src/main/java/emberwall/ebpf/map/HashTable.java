package emberwall.ebpf.map;

import emberwall.os.Layout;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Values by key: chains of elements behind buckets. Readers take no lock: an element's link stays as it is until the element is reused,
 * which is after the grace period, so that a reader who stands on a removed one finds his way on.
 *
 * <p>An update replaces the whole element, so that programs find the value of before or that of afterwards; only if no spare
 * element is left it is written over in place, word by word. Values by thread are written over always: each
 * belongs to a lane. A table that forgets the least recently used entry finds it by a clock: a lookup marks an element, and the
 * hand that goes around takes marks away and the first element without one.
 */
public final class HashTable extends BpfMap {
    private static final Layout LAYOUT = new Layout("Element");
    private static final int NEXT = LAYOUT.word("NEXT");
    private static final int HASH = LAYOUT.half("HASH");
    private static final int USED = LAYOUT.half("USED"); // 0, or LIVE, and MARKED where a lookup met it
    private static final int KEY = LAYOUT.size(8);

    private static final int LIVE = 1;
    private static final int MARKED = 2;

    private static final int STRIPES = 64;

    private final Object[] stripes = new Object[STRIPES];
    private final Elements elements;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger hand = new AtomicInteger();
    private final long buckets;
    private final int mask;
    private final long seed = ThreadLocalRandom.current().nextLong() | 1;
    private final int keySize;
    private final int valueAt;
    private final int valueStride;
    private final boolean forgets;

    HashTable(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        keySize = definition.keySize();
        valueAt = KEY + stride(keySize);
        valueStride = stride(definition.valueSize());
        forgets = definition.kind() == MapKind.LRU_HASH || definition.kind() == MapKind.LRU_PER_THREAD_HASH;
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
        int values = definition.kind().isPerThread() ? lanes().count() : 1;
        int size = Math.clamp(Integer.highestOneBit(definition.maxEntries()) * 2L, STRIPES, 1 << 30);
        mask = size - 1;
        elements = new Elements(lanes(), definition, valueAt + (long) values * valueStride);
        buckets = allocateBuckets(8L * size);
    }

    private long allocateBuckets(long bytes) {
        try {
            return Pages.allocate(bytes);
        } catch (RuntimeException e) {
            elements.release(space());
            throw e;
        }
    }

    private boolean isPerThread() {
        return definition().kind().isPerThread();
    }

    // ---- finding

    /** Mixed with a secret, so that nobody can choose keys that share a bucket. */
    private int hash(long key) {
        long hash = seed;
        int at = 0;
        for (; at + 8 <= keySize; at += 8) {
            hash = mix(hash ^ RawMemory.getLong(key + at));
        }
        long tail = 0;
        for (; at < keySize; at++) {
            tail = tail << 8 | RawMemory.getByte(key + at) & 0xFF;
        }
        return (int) (mix(hash ^ tail) >>> 16);
    }

    private long mix(long word) {
        long product = word * 0x9E37_79B9_7F4A_7C15L;
        return (product ^ product >>> 29) * seed ^ product >>> 32;
    }

    private boolean isKey(long element, long key) {
        int at = 0;
        for (; at + 8 <= keySize; at += 8) {
            if (RawMemory.getLong(element + KEY + at) != RawMemory.getLong(key + at)) {
                return false;
            }
        }
        for (; at < keySize; at++) {
            if (RawMemory.getByte(element + KEY + at) != RawMemory.getByte(key + at)) {
                return false;
            }
        }
        return true;
    }

    private long bucket(int hash) {
        return buckets + 8L * (hash & mask);
    }

    /** Address of the link that leads to the key's element, or to the end of its chain. */
    private long link(long key, int hash) {
        long link = bucket(hash);
        for (long element = RawMemory.getLongAcquire(link); element != 0; element = RawMemory.getLongAcquire(link)) {
            if (RawMemory.getInt(element + HASH) == hash && isKey(element, key)) {
                return link;
            }
            link = element + NEXT;
        }
        return link;
    }

    private long find(long key) {
        int hash = hash(key);
        long element = RawMemory.getLongAcquire(bucket(hash));
        while (element != 0 && !(RawMemory.getInt(element + HASH) == hash && isKey(element, key))) {
            element = RawMemory.getLongAcquire(element + NEXT);
        }
        return element;
    }

    @Override
    public long lookup(long key, int lane) {
        long element = find(key);
        if (element == 0) {
            return 0;
        }
        if (forgets && RawMemory.getInt(element + USED) == LIVE) {
            RawMemory.putInt(element + USED, LIVE | MARKED);
        }
        return value(element, lane);
    }

    private long value(long element, int lane) {
        return element + valueAt + (isPerThread() ? (long) lane * valueStride : 0);
    }

    @Override
    public boolean isValue(long address, long bytes) {
        long element = elements.containing(address);
        int values = isPerThread() ? lanes().count() : 1;
        return element != 0
                && isWithin(
                        address - element - valueAt,
                        bytes,
                        values,
                        valueStride,
                        definition().valueSize());
    }

    // ---- changing

    @Override
    public long update(long key, long value, long flags, int lane) {
        return update(key, value, flags, lane, false);
    }

    private long update(long key, long value, long flags, int lane, boolean allLanes) {
        if (flags < 0 || flags > EXIST) {
            return EINVAL;
        }
        int hash = hash(key);
        for (int attempt = 0; ; attempt++) {
            synchronized (stripes[hash & STRIPES - 1]) {
                long link = link(key, hash);
                long old = RawMemory.getLong(link);
                if (old != 0) {
                    return flags == NO_EXIST ? EEXIST : replace(link, old, key, value, lane, allLanes);
                }
                if (flags == EXIST) {
                    return ENOENT;
                }
                if (count.incrementAndGet() <= definition().maxEntries()) {
                    return insert(link, hash, key, value, lane, allLanes);
                }
                count.decrementAndGet();
            }
            if (!forgets) {
                return E2BIG;
            }
            if (!forgetOne() && attempt > 8) {
                return ENOMEM;
            }
        }
    }

    private long insert(long link, int hash, long key, long value, int lane, boolean allLanes) {
        int number = elements.take();
        if (number < 0) {
            count.decrementAndGet();
            return ENOMEM;
        }
        long element = elements.address(number);
        int values = isPerThread() ? lanes().count() : 1;
        RawMemory.fill(element + valueAt, (long) values * valueStride, 0);
        fill(element, hash, key, value, lane, allLanes);
        RawMemory.putLong(element + NEXT, 0);
        RawMemory.putLongRelease(link, element);
        return 0;
    }

    private void fill(long element, int hash, long key, long value, int lane, boolean allLanes) {
        RawMemory.putInt(element + HASH, hash);
        RawMemory.copy(key, element + KEY, keySize);
        write(element, value, lane, allLanes);
        RawMemory.putInt(element + USED, LIVE);
    }

    private void write(long element, long value, int lane, boolean allLanes) {
        int last = allLanes ? lanes().count() - 1 : lane;
        for (int i = allLanes ? 0 : lane; i <= last; i++) {
            store(value, value(element, i), definition().valueSize());
        }
    }

    private long replace(long link, long old, long key, long value, int lane, boolean allLanes) {
        int number = isPerThread() ? -1 : elements.take();
        if (number < 0) {
            write(old, value, lane, allLanes);
            return 0;
        }
        long element = elements.address(number);
        fill(element, RawMemory.getInt(old + HASH), key, value, lane, allLanes);
        RawMemory.putLong(element + NEXT, RawMemory.getLong(old + NEXT));
        RawMemory.putLongRelease(link, element);
        retire(old);
        return 0;
    }

    private void retire(long element) {
        RawMemory.putInt(element + USED, 0);
        elements.retire(elements.number(element));
    }

    @Override
    public long delete(long key, int lane) {
        int hash = hash(key);
        synchronized (stripes[hash & STRIPES - 1]) {
            long link = link(key, hash);
            long element = RawMemory.getLong(link);
            if (element == 0) {
                return ENOENT;
            }
            unlink(link, element);
            return 0;
        }
    }

    private void unlink(long link, long element) {
        RawMemory.putLongRelease(link, RawMemory.getLong(element + NEXT));
        retire(element);
        count.decrementAndGet();
    }

    /** Takes out the element where the clock's hand finds no mark; false if there is none. */
    private boolean forgetOne() {
        for (int steps = 0; steps < 2 * elements.capacity(); steps++) {
            long element = elements.address(Math.floorMod(hand.getAndIncrement(), elements.capacity()));
            int used = RawMemory.getInt(element + USED);
            if (used == (LIVE | MARKED)) {
                RawMemory.putInt(element + USED, LIVE);
            } else if (used == LIVE && forget(element)) {
                return true;
            }
        }
        return false;
    }

    private boolean forget(long element) {
        int hash = RawMemory.getInt(element + HASH);
        synchronized (stripes[hash & STRIPES - 1]) {
            long link = bucket(hash);
            for (long at = RawMemory.getLong(link); at != 0; at = RawMemory.getLong(link)) {
                if (at == element) {
                    unlink(link, element);
                    return true;
                }
                link = at + NEXT;
            }
            return false;
        }
    }

    // ---- Java

    @Override
    public byte[] get(byte[] key) {
        return inLane(key, null, (address, unused, lane) -> {
            long element = find(address);
            if (element == 0) {
                return null;
            }
            int size = definition().valueSize();
            int values = isPerThread() ? lanes().count() : 1;
            byte[] all = new byte[values * size];
            for (int i = 0; i < values; i++) {
                RawMemory.copy(value(element, i), all, i * size, size);
            }
            return all;
        });
    }

    @Override
    public long put(byte[] key, byte[] value, long flags) {
        checkSize("value", value, definition().valueSize());
        return inLane(key, value, (address, from, lane) -> update(address, from, flags, lane, isPerThread()));
    }

    @Override
    public void walk(Predicate<byte[]> visitor) {
        for (int i = 0; i <= mask; i++) {
            long element = RawMemory.getLongAcquire(buckets + 8L * i);
            for (; element != 0; element = RawMemory.getLongAcquire(element + NEXT)) {
                if (!visitor.test(RawMemory.bytes(element + KEY, keySize))) {
                    return;
                }
            }
        }
    }

    @Override
    public int size() {
        return count.get();
    }

    @Override
    void releaseMemory() {
        elements.release(space());
        space().release(buckets, 8L * (mask + 1));
    }
}
