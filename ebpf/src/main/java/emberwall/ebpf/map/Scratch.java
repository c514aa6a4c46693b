package emberwall.ebpf.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A key and a value of Java's where programs have theirs: in memory with an address, for the time of a call. */
final class Scratch implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final long first;
    private final long second;

    Scratch(byte[] key, byte[] value) {
        this.first = copy(key);
        this.second = copy(value);
    }

    private long copy(byte[] bytes) {
        if (bytes == null) {
            return 0;
        }
        MemorySegment segment = arena.allocate(Math.max(bytes.length, 8), 8);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment.address();
    }

    long first() {
        return first;
    }

    long second() {
        return second;
    }

    @Override
    public void close() {
        arena.close();
    }
}
