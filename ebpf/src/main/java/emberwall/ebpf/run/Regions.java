package emberwall.ebpf.run;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Memory that an interpreted program may touch, beside its stack. */
@FunctionalInterface
public interface Regions {
    /** None. */
    Regions NONE = (address, bytes, write) -> false;

    /** {@return whether all of these bytes may be read, or written} */
    boolean allow(long address, long bytes, boolean write);

    /** {@return what may be read and, where the segment is not read-only, written} */
    static Regions of(MemorySegment... segments) {
        List<MemorySegment> list = List.of(segments);
        return (address, bytes, write) -> {
            for (MemorySegment segment : list) {
                long offset = address - segment.address();
                boolean inside = offset >= 0 && offset <= segment.byteSize() - bytes;
                if (inside && !(write && segment.isReadOnly())) {
                    return true;
                }
            }
            return false;
        };
    }

    /** {@return this memory and that} */
    default Regions and(Regions other) {
        return (address, bytes, write) -> allow(address, bytes, write) || other.allow(address, bytes, write);
    }
}
