package emberwall.ebpf.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Maps against Java's own collections, and what an address of a value is worth while a run goes on. */
class MapsTest {
    private static MapDefinition define(MapKind kind, int key, int value, int entries) {
        int flags = kind == MapKind.LPM_TRIE ? MapDefinition.NO_PREALLOCATION : 0;
        return new MapDefinition("m", kind, key, value, entries, flags);
    }

    private static byte[] bytes(long word, int size) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(word)
                .array();
        return java.util.Arrays.copyOf(all, size);
    }

    private static long word(byte[] bytes) {
        return ByteBuffer.wrap(java.util.Arrays.copyOf(bytes, 8))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"HASH", "PER_THREAD_HASH"})
    void hashTablesDoWhatJavasDo(MapKind kind) {
        Random random = new Random(kind.ordinal());
        Map<Long, Long> model = new HashMap<>();
        try (MapSpace space = new MapSpace(new Lanes(4))) {
            BpfMap map = space.create(define(kind, 5, 8, 100));
            for (int step = 0; step < 10_000; step++) {
                long key = random.nextInt(140);
                byte[] name = bytes(key | key << 32, 5);
                long value = random.nextLong();
                switch (random.nextInt(4)) {
                    case 0 -> {
                        boolean room = model.containsKey(key) || model.size() < 100;
                        assertEquals(room ? 0 : BpfMap.E2BIG, map.put(name, bytes(value, 8), BpfMap.ANY));
                        if (room) {
                            model.put(key, value);
                        }
                    }
                    case 1 -> {
                        long answer = map.put(name, bytes(value, 8), BpfMap.EXIST);
                        assertEquals(model.replace(key, value) != null ? 0 : BpfMap.ENOENT, answer);
                    }
                    case 2 -> assertEquals(model.remove(key) != null ? 0 : BpfMap.ENOENT, map.remove(name));
                    default -> {
                        byte[] found = map.get(name);
                        assertEquals(model.get(key), found == null ? null : (Long) word(found));
                    }
                }
                assertEquals(model.size(), map.size());
            }
            assertEquals(model.size(), map.keys().size());
            model.forEach((key, value) ->
                    assertEquals(BpfMap.EEXIST, map.put(bytes(key | key << 32, 5), bytes(0, 8), BpfMap.NO_EXIST)));
        }
    }

    @Test
    void arraysHaveAllIndices() {
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            BpfMap map = space.create(define(MapKind.ARRAY, 4, 12, 10));
            byte[] value = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
            assertArrayEquals(new byte[12], map.get(bytes(9, 4)));
            assertEquals(0, map.put(bytes(9, 4), value, BpfMap.EXIST));
            assertArrayEquals(value, map.get(bytes(9, 4)));
            assertArrayEquals(new byte[12], map.get(bytes(8, 4)));
            assertEquals(BpfMap.EEXIST, map.put(bytes(9, 4), value, BpfMap.NO_EXIST));
            assertEquals(BpfMap.E2BIG, map.put(bytes(10, 4), value, BpfMap.ANY));
            assertEquals(BpfMap.EINVAL, map.remove(bytes(1, 4)));
            assertEquals(BpfMap.EINVAL, map.put(bytes(1, 4), value, 3));
            assertNull(map.get(bytes(-1, 4)));
        }
    }

    @Test
    void lanesHaveValuesOfTheirOwn() {
        try (MapSpace space = new MapSpace(new Lanes(3));
                Arena arena = Arena.ofConfined()) {
            for (MapKind kind : List.of(MapKind.PER_THREAD_ARRAY, MapKind.PER_THREAD_HASH)) {
                BpfMap map = space.create(define(kind, 4, 8, 5));
                long key = arena.allocate(8).address();
                long value = arena.allocate(8).address();
                RawMemory.putInt(key, 2);
                for (int lane = 0; lane < 3; lane++) {
                    RawMemory.putLong(value, 100 + lane);
                    assertEquals(0, map.update(key, value, BpfMap.ANY, lane));
                }
                assertEquals(101, RawMemory.getLong(map.lookup(key, 1)));
                assertEquals(List.of(100L, 101L, 102L), new MapView<>(map, Codec.INT, Codec.LONG).getAll(2));
                assertEquals(0, map.put(bytes(2, 4), bytes(7, 8), BpfMap.ANY));
                assertEquals(List.of(7L, 7L, 7L), new MapView<>(map, Codec.INT, Codec.LONG).getAll(2));
            }
        }
    }

    /** The model: a map from prefixes to values, of which the longest that matches counts. */
    @Test
    void triesFindTheLongestPrefix() {
        Random random = new Random(1);
        TreeMap<String, Long> model = new TreeMap<>();
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            BpfMap map = space.create(define(MapKind.LPM_TRIE, 8, 8, 200));
            for (int step = 0; step < 8_000; step++) {
                int address = random.nextInt() & 0x3F00_00FF;
                int length = random.nextInt(33);
                byte[] key = ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(length)
                        .order(ByteOrder.BIG_ENDIAN)
                        .putInt(address)
                        .array();
                String bits = String.format("%32s", Integer.toBinaryString(address))
                        .replace(' ', '0')
                        .substring(0, length);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        boolean room = model.containsKey(bits) || model.size() < 200;
                        assertEquals(room ? 0 : -28, map.put(key, bytes(step, 8), BpfMap.ANY));
                        if (room) {
                            model.put(bits, (long) step);
                        }
                    }
                    case 1 -> assertEquals(model.remove(bits) == null ? BpfMap.ENOENT : 0, map.remove(key));
                    default -> {
                        Long best = null;
                        for (int l = length; l >= 0 && best == null; l--) {
                            best = model.get(bits.substring(0, l));
                        }
                        byte[] found = map.get(key);
                        assertEquals(best, found == null ? null : (Long) word(found));
                    }
                }
            }
            assertEquals(model.size(), map.size());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = MapKind.class,
            names = {"QUEUE", "STACK"})
    void queuesAndStacksKeepTheirOrder(MapKind kind) {
        Random random = new Random(3);
        ArrayDeque<Long> model = new ArrayDeque<>();
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            QueueMap map = (QueueMap) space.create(define(kind, 0, 6, 7));
            for (long step = 0; step < 5000; step++) {
                if (random.nextBoolean()) {
                    boolean room = model.size() < 7;
                    assertEquals(room ? 0 : BpfMap.E2BIG, map.push(bytes(step, 6)));
                    if (room) {
                        model.add(step);
                    }
                } else {
                    Long expected = kind == MapKind.STACK ? model.pollLast() : model.pollFirst();
                    byte[] value = map.pop();
                    assertEquals(expected, value == null ? null : (Long) word(value));
                }
            }
        }
    }

    @Test
    void aTableForgetsWhatWasNotUsed() {
        try (MapSpace space = new MapSpace(new Lanes(2));
                Arena arena = Arena.ofConfined()) {
            BpfMap map = space.create(define(MapKind.LRU_HASH, 4, 8, 50));
            long key = arena.allocate(8).address();
            for (int i = 0; i < 1000; i++) {
                RawMemory.putInt(key, 7777); // in use all the time
                if (i > 0) {
                    assertNotEquals(0, map.lookup(key, 0), "forgotten after " + i);
                }
                if (i == 0) {
                    assertEquals(0, map.put(bytes(7777, 4), bytes(1, 8), BpfMap.ANY));
                }
                assertEquals(0, map.put(bytes(i, 4), bytes(i, 8), BpfMap.ANY));
                assertTrue(map.size() <= 50);
                assertArrayEquals(bytes(i, 8), map.get(bytes(i, 4)));
            }
            assertEquals(50, map.size());
        }
    }

    /** Within a run, the address of a deleted value is nobody else's, however many entries come and go. */
    @Test
    void addressesKeepTheirKeyWhileARunGoesOn() {
        try (MapSpace space = new MapSpace(new Lanes(4));
                Arena arena = Arena.ofConfined()) {
            BpfMap map = space.create(define(MapKind.HASH, 4, 8, 10));
            long key = arena.allocate(8).address();
            map.put(bytes(1, 4), bytes(111, 8), BpfMap.ANY);
            int lane = space.lanes().enter();
            RawMemory.putInt(key, 1);
            long held = map.lookup(key, lane);
            assertEquals(0, map.remove(bytes(1, 4)));
            long answer = 0;
            int inserted = 0;
            for (int i = 100; i < 10_000 && answer == 0; i++) {
                answer = map.put(bytes(i, 4), bytes(-1, 8), BpfMap.ANY);
                RawMemory.putInt(key, i);
                assertNotEquals(held, map.lookup(key, lane));
                map.remove(bytes(i, 4));
                inserted++;
            }
            assertEquals(111, RawMemory.getLong(held));
            assertEquals(BpfMap.ENOMEM, answer, "a run that goes on keeps elements from being used again");
            assertTrue(inserted > 50);
            space.lanes().leave(lane);
            for (int i = 0; i < 10; i++) {
                assertEquals(0, map.put(bytes(i, 4), bytes(i, 8), BpfMap.ANY));
            }
        }
    }

    /** Without spare elements an update writes in place; a map that is closed stays mapped until the run has ended. */
    @Test
    void closedMapsStayMappedWhileARunGoesOn() {
        MapSpace space = new MapSpace(new Lanes(4));
        BpfMap map = space.create(define(MapKind.HASH, 4, 8, 10));
        map.put(bytes(1, 4), bytes(5, 8), BpfMap.ANY);
        int lane = space.lanes().enter();
        try (Arena arena = Arena.ofConfined()) {
            long key = arena.allocate(8).address();
            long value = arena.allocate(8).address();
            RawMemory.putInt(key, 1);
            for (int i = 0; i < 1000; i++) {
                RawMemory.putLong(value, i);
                assertEquals(0, map.update(key, value, BpfMap.ANY, lane));
                assertEquals(i, RawMemory.getLong(map.lookup(key, lane)));
            }
            long held = map.lookup(key, lane);
            map.close();
            assertNull(space.map(map.handle()));
            assertThrows(IllegalStateException.class, () -> map.get(bytes(1, 4)));
            assertEquals(999, RawMemory.getLong(held));
        }
        space.lanes().leave(lane);
        space.close();
        assertThrows(IllegalStateException.class, () -> space.create(define(MapKind.HASH, 4, 8, 10)));
    }

    @Test
    void recordsComeInTheOrderOfReservation() {
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            RingBuffer ring = (RingBuffer) space.create(define(MapKind.RING_BUFFER, 0, 0, 4096));
            Random random = new Random(4);
            ArrayDeque<Long> model = new ArrayDeque<>();
            List<byte[]> read = new ArrayList<>();
            for (long step = 0; step < 8_000; step++) {
                int size = 8 + random.nextInt(300);
                long record = ring.reserve(size);
                if (record == 0) {
                    assertTrue(ring.query(0) > 4096 - 2 * (size + 16), "no room beside " + ring.query(0));
                } else if (random.nextInt(5) == 0) {
                    ring.discard(record, 0);
                } else {
                    assertEquals(0, record % 8);
                    RawMemory.putLong(record, step);
                    RawMemory.putByte(record + size - 1, 0);
                    assertEquals(ring, RingBuffer.of(record, space));
                    ring.submit(record, 0);
                    model.add(step & (1L << 8 * Math.min(size - 1, 7)) - 1);
                }
                if (random.nextInt(10) == 0) {
                    ring.poll(read::add);
                    for (byte[] one : read) {
                        assertEquals(model.poll(), word(one) & -1L >>> 8);
                    }
                    read.clear();
                }
            }
            ring.poll(read::add);
            assertEquals(model.size(), read.size());
            assertEquals(0, ring.query(0));
            long first = ring.reserve(16);
            long second = ring.reserve(16);
            ring.submit(second, 0);
            assertEquals(0, ring.poll(record -> {}), "behind one that is not submitted");
            ring.submit(first, 0);
            assertEquals(2, ring.poll(record -> {}));
            assertEquals(0, ring.reserve(1 << 20));
        }
    }

    @Test
    void mapsHoldMaps() {
        MapDefinition inner = define(MapKind.HASH, 4, 8, 10);
        try (MapSpace space = new MapSpace(new Lanes(2));
                Arena arena = Arena.ofConfined()) {
            for (MapKind kind : List.of(MapKind.ARRAY_OF_MAPS, MapKind.HASH_OF_MAPS)) {
                MapOfMaps outer = (MapOfMaps) space.create(new MapDefinition("o", kind, 4, 5, inner));
                BpfMap first = space.create(inner);
                long key = arena.allocate(8).address();
                RawMemory.putInt(key, 3);
                assertEquals(0, outer.lookup(key, 0));
                assertEquals(0, outer.put(bytes(3, 4), first));
                assertEquals(first, space.map(outer.lookup(key, 0)));
                assertEquals(first, outer.inner(bytes(3, 4)));
                assertEquals(BpfMap.EINVAL, outer.update(key, key, 0, 0), "programs do not change it");
                BpfMap other = space.create(define(MapKind.HASH, 8, 8, 10));
                assertThrows(IllegalArgumentException.class, () -> outer.put(bytes(3, 4), other));
                assertEquals(0, outer.remove(bytes(3, 4)));
                assertEquals(0, outer.lookup(key, 0));
            }
        }
    }

    record Flow(int source, short port, byte protocol, long packets) {}

    @Test
    void viewsHaveRecordsAsStructs() {
        Codec<Flow> flows = Codec.of(Flow.class, MethodHandles.lookup());
        assertEquals(16, flows.size());
        byte[] encoded = flows.encode(new Flow(0x01020304, (short) 0x0506, (byte) 7, 0x1122334455667788L));
        assertArrayEquals(
                new byte[] {4, 3, 2, 1, 6, 5, 7, 0, (byte) 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11}, encoded);
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            MapView<Flow, Long> view = new MapView<>(space.create(define(MapKind.HASH, 16, 8, 10)), flows, Codec.LONG);
            Flow flow = new Flow(1, (short) -2, (byte) 3, -4);
            assertTrue(view.putIfAbsent(flow, 5L));
            assertFalse(view.putIfAbsent(flow, 6L));
            assertEquals(5L, view.get(flow));
            assertEquals(Map.of(flow, 5L), view.toMap());
            assertTrue(view.remove(flow));
            assertFalse(view.remove(flow));
            for (int i = 0; i < 10; i++) {
                view.put(new Flow(i, (short) 0, (byte) 0, 0), 1L);
            }
            assertThrows(IllegalStateException.class, () -> view.put(flow, 1L));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new MapView<>(space.create(define(MapKind.HASH, 4, 8, 1)), Codec.LONG, Codec.LONG));
        }
    }

    /** What the verifier took for a constant stays one. */
    @Test
    void constantsStayWhatTheyAre() {
        MapDefinition plain = new MapDefinition(".rodata", MapKind.ARRAY, 4, 8, 1, MapDefinition.PROGRAM_READ_ONLY);
        MapDefinition constant = plain.withContents(MemorySegment.ofArray(bytes(17, 8)));
        try (MapSpace space = new MapSpace(new Lanes(2));
                Arena arena = Arena.ofConfined()) {
            ArrayMap map = (ArrayMap) space.create(constant);
            assertEquals(BpfMap.EPERM, map.put(new byte[4], new byte[8], BpfMap.ANY));
            assertArrayEquals(bytes(17, 8), map.get(new byte[4]));
            assertTrue(map.segment(arena).isReadOnly());
            assertThrows(
                    ObjectException.class, () -> space.create(plain.withContents(MemorySegment.ofArray(new byte[9]))));
        }
    }

    /** A thread that has a lane needs no other, though there is none: helpers may look at maps. */
    @Test
    void helpersUseTheLaneOfTheRun() {
        try (MapSpace space = new MapSpace(new Lanes(1))) {
            BpfMap map = space.create(define(MapKind.HASH, 4, 8, 5));
            int lane = space.lanes().enter();
            assertEquals(0, map.put(bytes(3, 4), bytes(4, 8), BpfMap.ANY));
            assertArrayEquals(bytes(4, 8), map.get(bytes(3, 4)));
            assertEquals(1, map.keys().size());
            assertThrows(IllegalStateException.class, space::close);
            space.lanes().leave(lane);
            assertEquals(-1, space.lanes().current());
        }
    }

    @Test
    void impossibleMapsAreRefused() {
        try (MapSpace space = new MapSpace(new Lanes(2))) {
            for (MapKind kind : MapKind.values()) {
                ObjectException refusal =
                        assertThrows(ObjectException.class, () -> space.create(define(kind, -1, -1, -1)));
                assertNotNull(refusal.getMessage());
            }
            assertThrows(ObjectException.class, () -> space.create(define(MapKind.ARRAY, 8, 8, 1)));
            assertThrows(ObjectException.class, () -> space.create(define(MapKind.RING_BUFFER, 0, 0, 5000)));
            assertThrows(ObjectException.class, () -> space.create(define(MapKind.HASH, 4, 1 << 22, 1 << 20)));
            assertThrows(
                    ObjectException.class, () -> space.create(define(MapKind.PER_THREAD_HASH, 4, 1 << 22, 1 << 10)));
        }
    }
}
