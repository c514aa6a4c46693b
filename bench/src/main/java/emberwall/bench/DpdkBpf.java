package emberwall.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import emberwall.ebpf.insn.Instructions;
import emberwall.os.CriticalCall;
import emberwall.os.Native;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/**
 * A program in DPDK's engine (librte_bpf), which verifies and compiles in user space and knows no loops. Its code is called as
 * ours is. See {@code rte_bpf.h}.
 */
final class DpdkBpf implements AutoCloseable {
    private static final String LIBRARY = "librte_bpf.so.23";
    private static final int POINTER_ARGUMENT = 0x10;

    private static SymbolLookup library;

    private final long program;
    private final long code;

    /** @throws IOException if it is not installed, or refuses the program */
    DpdkBpf(Instructions instructions, long argumentBytes) throws IOException {
        byte[] bytes = Instructions.encode(instructions.list());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocate(56, 8);
            parameters.set(JAVA_LONG, 0, arena.allocateFrom(JAVA_BYTE, bytes).address());
            parameters.set(JAVA_INT, 8, bytes.length / Long.BYTES);
            parameters.set(JAVA_INT, 32, POINTER_ARGUMENT);
            parameters.set(JAVA_LONG, 40, argumentBytes);
            program = Native.call(symbol("rte_bpf_load"), parameters.address(), 0, 0);
            if (program == 0) throw new IOException("DPDK: refused");
            MemorySegment jit = arena.allocate(16, 8);
            Native.call(symbol("rte_bpf_get_jit"), program, jit.address(), 0);
            code = jit.get(JAVA_LONG, 0);
            if (code == 0) throw new IOException("DPDK: not compiled");
        }
    }

    private static synchronized long symbol(String name) throws IOException {
        if (library == null) {
            try {
                library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            } catch (IllegalArgumentException missing) {
                throw new IOException("DPDK: " + LIBRARY + " is not installed", missing);
            }
        }
        return library.findOrThrow(name).address();
    }

    long run(long argument) {
        return CriticalCall.call(code, argument, 0);
    }

    @Override
    public void close() throws IOException {
        Native.call(symbol("rte_bpf_destroy"), program, 0, 0);
    }
}
