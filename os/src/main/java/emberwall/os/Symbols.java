package emberwall.os;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/** Addresses of libc's functions by name. */
public final class Symbols {
    private Symbols() {}

    /** The address of {@code name} in the C library, or 0. */
    public static long find(String name) {
        MemorySegment found = Linker.nativeLinker().defaultLookup().find(name).orElse(null);
        return found == null ? 0 : found.address();
    }

    /** The address of {@code name}, which every C library has. */
    static long require(String name) {
        long address = find(name);
        if (address == 0) {
            throw new InternalError("the C library has no " + name);
        }
        return address;
    }
}
