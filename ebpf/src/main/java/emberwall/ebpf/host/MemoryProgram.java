package emberwall.ebpf.host;

import java.lang.foreign.MemorySegment;

/** A program over plain memory, which it may read and write: r1 is its address, r2 its length. */
public final class MemoryProgram extends VerifiedProgram {
    private final int bytes;

    MemoryProgram(Parts parts, int bytes) {
        super(parts);
        this.bytes = bytes;
    }

    /** {@return how many bytes of memory it was verified for} */
    public int bytes() {
        return bytes;
    }

    /**
     * Runs it over a copy of memory, which is copied back at the end unless the segment is read-only.
     *
     * @param memory as many bytes as it was verified for
     * @return r0
     * @throws IllegalArgumentException if the segment has another size
     * @throws IllegalStateException if the module is closed
     */
    public long run(MemorySegment memory) {
        if (memory.byteSize() != bytes) {
            throw new IllegalArgumentException(name() + " runs over " + bytes + " bytes, not " + memory.byteSize());
        }
        Workspace workspace = parts.module().enter();
        try {
            MemorySegment own = workspace.memory(bytes);
            MemorySegment.copy(memory, 0, own, 0, bytes);
            long address = workspace.begin(bytes);
            long result = run(workspace, bytes == 0 ? 0 : address, bytes);
            if (!memory.isReadOnly()) {
                MemorySegment.copy(own, 0, memory, 0, bytes);
            }
            return result;
        } finally {
            parts.module().leave(workspace);
        }
    }
}
