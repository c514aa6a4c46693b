package emberwall.os;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Method handles of machine code that follows the C convention: for code that programs bring themselves. */
public final class ForeignFunctions {
    private ForeignFunctions() {}

    /**
     * A handle that calls code.
     *
     * @param address where it begins
     * @param type what it takes and returns
     * @param arena from its end on calls are refused; it cannot end during a call
     * @throws IllegalArgumentException if the linker does not know such a type
     */
    public static MethodHandle handle(long address, FunctionDescriptor type, Arena arena) {
        MemorySegment code = MemorySegment.ofAddress(address).reinterpret(arena, null);
        return Linker.nativeLinker().downcallHandle(code, type);
    }
}
