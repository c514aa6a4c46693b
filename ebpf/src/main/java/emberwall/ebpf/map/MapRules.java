package emberwall.ebpf.map;

import emberwall.ebpf.ObjectException;
import java.util.ArrayList;
import java.util.List;

/** Which sizes each kind of map takes: the kernel's rules, and a bound on the memory of one map. */
final class MapRules {
    /** No map takes more memory than this. */
    static final long MAX_BYTES = 1L << 33;

    private static final int MAX_KEY = 512;
    private static final int MAX_VALUE = 1 << 22;

    private MapRules() {}

    static List<String> faults(MapDefinition map) {
        List<String> faults = new ArrayList<>();
        switch (map.kind()) {
            case ARRAY, PER_THREAD_ARRAY, PROGRAM_ARRAY, ARRAY_OF_MAPS -> keyIs(4, map, faults);
            case HASH, LRU_HASH, PER_THREAD_HASH, LRU_PER_THREAD_HASH, HASH_OF_MAPS -> {
                if (map.keySize() <= 0 || map.keySize() > MAX_KEY) {
                    faults.add("a key has 1 to " + MAX_KEY + " bytes, not " + map.keySize());
                }
            }
            case LPM_TRIE -> {
                if (map.keySize() < 5 || map.keySize() > 260) {
                    faults.add(
                            "a key has 4 bytes of prefix length and 1 to 256 bytes, not " + map.keySize() + " in all");
                }
                if ((map.flags() & MapDefinition.NO_PREALLOCATION) == 0) {
                    faults.add("a trie is declared with BPF_F_NO_PREALLOC");
                }
            }
            case QUEUE, STACK -> keyIs(0, map, faults);
            case RING_BUFFER -> {
                keyIs(0, map, faults);
                if (map.maxEntries() < 4096 || Integer.bitCount(map.maxEntries()) != 1) {
                    faults.add("a ring buffer's size is a power of two of at least 4096, not " + map.maxEntries());
                }
            }
            default -> {}
        }
        values(map, faults);
        return faults;
    }

    /** Refuses a map whose elements take too much. */
    static void checkBytes(MapDefinition map, int elements, long bytes) {
        if (bytes > Math.min(MAX_BYTES, Integer.MAX_VALUE) || elements * bytes > MAX_BYTES) {
            throw new ObjectException("map " + map.name(), "would take more than " + (MAX_BYTES >> 20) + " MiB");
        }
    }

    private static void values(MapDefinition map, List<String> faults) {
        boolean ring = map.kind() == MapKind.RING_BUFFER; // a value size there only tells readers the type
        if (!ring && (map.valueSize() <= 0 || map.valueSize() > MAX_VALUE)) {
            faults.add("a value has 1 byte to 4 MiB, not " + map.valueSize());
        }
        if (map.maxEntries() == 0 && map.kind() == MapKind.PERF_EVENT_ARRAY) {
            return; // as many as there are processors
        }
        if (map.maxEntries() <= 0) {
            faults.add("a map has at least one entry, not " + Integer.toUnsignedString(map.maxEntries()));
        }
        if (map.contents() != null
                && (map.kind() != MapKind.ARRAY || map.contents().byteSize() > map.valueSize())) {
            faults.add("only an array has contents, and no more than a value holds");
        }
        if (map.kind().holdsMaps() && map.inner() == null) {
            faults.add("a map of maps says what the maps in it are like");
        }
        // Who looks a table up in another map could go on in programs that were verified for something else.
        if (map.inner() != null && map.inner().kind() == MapKind.PROGRAM_ARRAY) {
            faults.add("a table of programs cannot be in a map");
        }
    }

    private static void keyIs(int bytes, MapDefinition map, List<String> faults) {
        if (map.keySize() != bytes) {
            faults.add("a key has " + bytes + " bytes, not " + map.keySize());
        }
    }
}
