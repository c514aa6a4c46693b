package emberwall.ebpf.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several threads at once, each as a program: in a lane, by addresses. */
@Timeout(60)
class ConcurrentMapsTest {
    private static final int THREADS = 4;
    private static final int WORDS = 4;

    /** What a thread does. */
    private interface Work {
        void run(int thread, RandomGenerator random, long key, long value) throws Exception;
    }

    private static void together(int threads, Work work) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Callable<Void> task = () -> {
                    try (Arena arena = Arena.ofConfined()) {
                        RandomGenerator random =
                                RandomGeneratorFactory.of("L64X128MixRandom").create(thread);
                        work.run(
                                thread,
                                random,
                                arena.allocate(8, 8).address(),
                                arena.allocate(64, 8).address());
                    }
                    return null;
                };
                futures.add(pool.submit(task));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        }
    }

    private static MapDefinition define(MapKind kind, int entries) {
        return new MapDefinition("m", kind, 4, 8 * WORDS, entries, 0);
    }

    /** All words of a value are made of its key, so that a value that went to another key, or is half written, shows. */
    private static void fill(long value, int key, int version) {
        for (int i = 0; i < WORDS; i++) {
            RawMemory.putLong(value + 8L * i, (long) key << 32 | version);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"HASH", "LRU_HASH"})
    void valuesBelongToTheirKeys(MapKind kind) throws Exception {
        try (MapSpace space = new MapSpace(new Lanes(THREADS + 1))) {
            BpfMap map = space.create(define(kind, 200));
            together(THREADS, (thread, random, key, value) -> {
                for (int step = 0; step < 6_000; step++) {
                    int name = random.nextInt(300);
                    RawMemory.putInt(key, name);
                    int lane = space.lanes().enter();
                    try {
                        switch (random.nextInt(4)) {
                            case 0 -> {
                                fill(value, name, step);
                                long answer = map.update(key, value, BpfMap.ANY, lane);
                                assertTrue(answer == 0 || answer == BpfMap.E2BIG || answer == BpfMap.ENOMEM);
                            }
                            case 1 -> map.delete(key, lane);
                            default -> {
                                long found = map.lookup(key, lane);
                                for (int i = 0; found != 0 && i < 3 * WORDS; i++) {
                                    assertEquals(name, RawMemory.getLong(found + 8L * (i % WORDS)) >>> 32);
                                }
                            }
                        }
                    } finally {
                        space.lanes().leave(lane);
                    }
                }
            });
            assertTrue(map.size() <= 200);
            assertEquals(map.size(), map.keys().size());
            for (byte[] key : map.keys()) {
                assertEquals(0, map.remove(key));
            }
            assertEquals(0, map.size());
        }
    }

    /** Every insertion that succeeded, and only those, can be deleted: as with Java's own map beside it. */
    @Test
    void nothingIsLostAndNothingIsThereTwice() throws Exception {
        ConcurrentHashMap<Integer, Boolean> model = new ConcurrentHashMap<>();
        try (MapSpace space = new MapSpace(new Lanes(THREADS + 1))) {
            BpfMap map = space.create(define(MapKind.HASH, 10_000));
            AtomicLongArray balance = new AtomicLongArray(500);
            together(THREADS, (thread, random, key, value) -> {
                for (int step = 0; step < 6_000; step++) {
                    int name = random.nextInt(500);
                    RawMemory.putInt(key, name);
                    int lane = space.lanes().enter();
                    try {
                        if (random.nextBoolean()) {
                            long answer = map.update(key, value, BpfMap.NO_EXIST, lane);
                            assertTrue(answer == 0 || answer == BpfMap.EEXIST);
                            balance.addAndGet(name, answer == 0 ? 1 : 0);
                        } else {
                            balance.addAndGet(name, map.delete(key, lane) == 0 ? -1 : 0);
                        }
                    } finally {
                        space.lanes().leave(lane);
                    }
                }
            });
            for (int name = 0; name < 500; name++) {
                if (balance.get(name) != 0) {
                    assertEquals(1, balance.get(name));
                    model.put(name, true);
                }
            }
            assertEquals(model.size(), map.size());
            for (int name : model.keySet()) {
                byte[] key = {(byte) name, (byte) (name >> 8), 0, 0};
                assertEquals(0, map.remove(key));
            }
        }
    }

    /** A value that is replaced is one or the other: while spare elements last, none is half of each. */
    @Test
    void updatesReplaceWholeValues() throws Exception {
        int batch = 30; // fewer than there are spare elements
        try (MapSpace space = new MapSpace(new Lanes(THREADS + 1))) {
            BpfMap map = space.create(define(MapKind.HASH, 10));
            AtomicLong reads = new AtomicLong();
            together(2, (thread, random, key, value) -> {
                RawMemory.putInt(key, 5);
                for (int step = 1; thread == 0 ? step < 6_000 : reads.get() >= 0; step++) {
                    int lane = space.lanes().enter();
                    try {
                        if (thread == 0) {
                            fill(value, 5, step);
                            assertEquals(0, map.update(key, value, BpfMap.ANY, lane));
                        } else {
                            long found = map.lookup(key, lane);
                            for (int i = 1; found != 0 && i < WORDS; i++) {
                                assertEquals(RawMemory.getLong(found), RawMemory.getLong(found + 8L * i));
                            }
                        }
                    } catch (AssertionError e) {
                        reads.set(Long.MIN_VALUE / 2);
                        throw e;
                    } finally {
                        space.lanes().leave(lane);
                    }
                    if (thread == 1) {
                        reads.incrementAndGet();
                    } else if (step % batch == 0) {
                        long before = reads.get();
                        while (before >= 0 && reads.get() < before + 2) {
                            Thread.yield();
                        }
                    }
                }
                reads.set(Long.MIN_VALUE / 2);
            });
        }
    }

    @Test
    void ringsHaveEachRecordOnceAndEachThreadsInOrder() throws Exception {
        int producers = 3;
        int records = 4_000;
        try (MapSpace space = new MapSpace(new Lanes(THREADS + 2))) {
            RingBuffer ring = (RingBuffer) space.create(new MapDefinition("r", MapKind.RING_BUFFER, 0, 0, 1 << 14, 0));
            int[] next = new int[producers];
            together(producers + 1, (thread, random, key, value) -> {
                if (thread < producers) {
                    for (int i = 0; i < records; ) {
                        RawMemory.putInt(value, thread);
                        RawMemory.putInt(value + 4, i);
                        if (ring.output(value, 8 + random.nextInt(50), 0) == 0) {
                            i++;
                        } else {
                            Thread.yield();
                        }
                    }
                } else {
                    for (int read = 0; read < producers * records; ) {
                        read += ring.poll(
                                record -> {
                                    int from = record[0];
                                    int number = record[4] & 0xFF
                                            | (record[5] & 0xFF) << 8
                                            | (record[6] & 0xFF) << 16
                                            | record[7] << 24;
                                    assertEquals(next[from]++, number);
                                },
                                10,
                                TimeUnit.MILLISECONDS);
                    }
                }
            });
            assertEquals(0, ring.query(0));
        }
    }

    @Test
    void noTwoRunsShareALane() throws Exception {
        Lanes lanes = new Lanes(3);
        AtomicLongArray owners = new AtomicLongArray(3);
        together(THREADS + 2, (thread, random, key, value) -> {
            for (int step = 0; step < 5_000; step++) {
                int lane = lanes.enter();
                assertEquals(0, owners.getAndSet(lane, thread + 1));
                assertEquals(thread + 1, owners.getAndSet(lane, 0));
                lanes.leave(lane);
            }
        });
        long retired = lanes.retire();
        assertTrue(lanes.isPast(retired));
        int lane = lanes.enter();
        assertTrue(lanes.isPast(retired));
        assertNotEquals(true, lanes.isPast(lanes.retire()));
        lanes.leave(lane);
    }
}
