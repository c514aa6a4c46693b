package emberwall.ebpf.map;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

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
    public void walk(Predicate<byte[]> visitor) {
        walkIndices(programs.length(), visitor);
    }

    @Override
    void releaseMemory() {
        for (int i = 0; i < programs.length(); i++) {
            programs.set(i, null);
        }
    }
}
