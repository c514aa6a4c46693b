package emberwall.ebpf.map;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Programs by index, for tail calls. What a program is here, who runs it knows. */
public final class ProgramArray extends BpfMap {
    private final AtomicReferenceArray<Object> programs;

    ProgramArray(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        if (definition.maxEntries() > 1 << 20) {
            throw new emberwall.ebpf.ObjectException("map " + definition.name(), "has more than 2^20 programs");
        }
        this.programs = new AtomicReferenceArray<>(definition.maxEntries());
    }

    /** The program at an index, unsigned; null if there is none. */
    public Object program(int index) {
        return Integer.compareUnsigned(index, programs.length()) < 0 ? programs.get(index) : null;
    }

    /** Sets the program at an index, or takes it out if it is null. */
    public void set(int index, Object program) {
        programs.set(index, program);
    }

    @Override
    public long lookup(long key, int lane) {
        return 0;
    }

    @Override
    List<byte[]> keysNow() {
        return indices(programs.length());
    }

    @Override
    void releaseMemory() {
        for (int i = 0; i < programs.length(); i++) {
            programs.set(i, null);
        }
    }
}
