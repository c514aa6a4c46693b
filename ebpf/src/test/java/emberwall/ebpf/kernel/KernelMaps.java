package emberwall.ebpf.kernel;

import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.os.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The kernel's maps that a program refers to, by index. */
public final class KernelMaps implements AutoCloseable {
    private final List<MapDefinition> definitions;
    private final List<Long> fds = new ArrayList<>();

    /** Why the kernel does not make one of them, or null. */
    private String fault;

    /** Makes maps. */
    public KernelMaps(List<MapDefinition> definitions) {
        this.definitions = definitions;
        for (MapDefinition map : definitions) {
            fds.add(fault == null ? create(map) : -1);
        }
    }

    private long create(MapDefinition map) {
        long inner = map.inner() == null ? -1 : Kernel.create(map.inner(), -1);
        long fd = Kernel.create(sized(map), inner);
        if (inner >= 0) {
            Kernel.close(inner);
        }
        if (fd < 0) {
            fault = "no map of kind " + map.kind() + ": " + Errno.text((int) -fd);
        } else if (map.contents() != null) {
            byte[] value = new byte[map.valueSize()];
            MemorySegment.copy(map.contents(), ValueLayout.JAVA_BYTE, 0, value, 0, (int)
                    map.contents().byteSize());
            put(fd, new byte[map.keySize()], value);
            if (map.isConstant() && Kernel.freeze(fd) < 0) {
                fault = "cannot freeze " + map.name();
            }
        }
        return fd;
    }

    /** As loaders ask for them: event arrays with an element for each processor, ring buffers without types. */
    private static MapDefinition sized(MapDefinition map) {
        int entries = map.maxEntries() == 0 && map.kind() == MapKind.PERF_EVENT_ARRAY ? 64 : map.maxEntries();
        int value = map.kind() == MapKind.RING_BUFFER ? 0 : map.valueSize();
        return new MapDefinition(map.name(), map.kind(), map.keySize(), value, entries, map.flags());
    }

    /** Why the kernel does not make one of them, or null. */
    public String fault() {
        return fault;
    }

    long fd(int index) {
        return fds.get(index);
    }

    private static long put(long fd, byte[] key, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            return Kernel.update(
                    fd,
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, key),
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, value));
        }
    }

    /** Sets the value of a key: 0, or an error, negated. */
    public long put(int index, byte[] key, byte[] value) {
        return put(fd(index), key, value);
    }

    /** The value of a key, or null. */
    public byte[] get(int index, byte[] key) {
        return get(definitions.get(index), fd(index), key);
    }

    private static byte[] get(MapDefinition map, long fd, byte[] key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(map.valueSize(), 8);
            long answer = Kernel.lookup(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, key), value);
            return answer < 0 ? null : value.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Does what {@link Machine#reset} does. */
    public void reset(byte[] memory) {
        contents();
        for (int i = 0; i < definitions.size(); i++) {
            MapDefinition map = definitions.get(i);
            switch (map.kind()) {
                case ARRAY -> {
                    for (int key = 0; key < map.maxEntries(); key++) {
                        put(fd(i), Machine.key(key), i == 0 ? memory : new byte[map.valueSize()]);
                    }
                }
                case HASH -> {
                    keys(i).forEach(key -> Kernel.delete(fd(map), key));
                    for (int key = 0; key < 3; key++) {
                        put(fd(i), Machine.key(key), Machine.filled(map.valueSize(), key));
                    }
                }
                default -> {}
            }
        }
    }

    private long fd(MapDefinition map) {
        return fd(definitions.indexOf(map));
    }

    /** What is in the maps, as {@link Machine#contents} has it, but for records of ring buffers, which are forgotten. */
    public List<String> contents() {
        List<String> contents = new ArrayList<>();
        for (int i = 0; i < definitions.size(); i++) {
            MapDefinition map = definitions.get(i);
            List<String> lines = new ArrayList<>();
            switch (map.kind()) {
                case ARRAY, HASH -> {
                    for (byte[] key : keys(i)) {
                        lines.add(Machine.entry(key, get(i, key)));
                    }
                    lines.sort(null);
                }
                case RING_BUFFER -> Kernel.forgetRecords(fd(i));
                default -> Kernel.drain(fd(i), map.valueSize()).forEach(value -> lines.add(Machine.hex(value)));
            }
            contents.add(map.name() + " " + lines);
        }
        return contents;
    }

    private List<byte[]> keys(int index) {
        return Kernel.keys(fd(index), definitions.get(index).keySize());
    }

    @Override
    public void close() {
        for (long fd : fds) {
            if (fd >= 0) {
                Kernel.close(fd);
            }
        }
    }
}
