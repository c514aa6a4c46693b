package emberwall.engine.cc;

import emberwall.asm.x64.Decoder;
import emberwall.engine.code.CodeListener;
import emberwall.engine.code.GuestCode;
import emberwall.engine.store.MemoryStrategy;
import emberwall.fiber.FaultHandler;
import emberwall.os.RawMemory;
import emberwall.os.SharedLibrary;
import emberwall.wasm.Module;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * A module as a loaded library. All of its functions are there from the beginning and stay where they are.
 *
 * <p>Two sections lead from addresses to the bytecode, with entries of 8 bytes: the distance to the address, then the
 * offset in the module. {@code em_sites} has the instructions that may trap, and the return addresses of exits. In
 * {@code em_calls}, each entry lies shortly behind the call that it belongs to, with nothing else that calls between.
 */
public final class CLibrary implements GuestCode {
    /** How many mappings a library takes at most. */
    public static final int MAPPINGS = 8;

    private static final int NOTE_BYTES = 8;
    private static final long POSITION = 0xFFFF_FFFFL;

    // Words of the library's table.
    private static final int HEADER = 0;
    private static final int RUNTIME = 1;
    private static final int RUNTIME_END = 2;
    private static final int SITES = 3;
    private static final int CALLS = 5;
    private static final int FUNCTIONS = 7;

    // The header of an ELF file, and of its segments.
    private static final int SEGMENTS = 32;
    private static final int SEGMENT_BYTES = 54;
    private static final int SEGMENT_COUNT = 56;
    private static final int SEGMENT_FLAGS = 4;
    private static final int SEGMENT_ADDRESS = 16;
    private static final int SEGMENT_SIZE = 40;
    private static final int LOAD = 1;
    private static final int EXECUTABLE = 1;

    private final CModule source;
    private final SharedLibrary library;
    private final long table;
    private final int imported;
    private long text;
    private long textBytes;
    private final FaultHandler.Range faults;

    // Made when something trapped: ascending, distance from the text's beginning above the position.
    private long[] sites;
    private long[] calls;

    private CLibrary(CModule source, SharedLibrary library, boolean faults) {
        this.source = source;
        this.library = library;
        imported = source.module().importedFunctions();
        table = library.symbol(CTranslator.TABLE);
        findText(word(HEADER));
        this.faults = faults ? FaultHandler.addCode(text, textBytes) : null;
    }

    /**
     * Makes the library of a module that has functions.
     *
     * @param cpuFeatures features that code may use, as bits of {@link emberwall.os.Cpu.Feature}
     * @param faults whether faults in the code shall reach the fault handler
     * @param interrupted asked now and then whether to give up
     * @throws CCompilerException if the compiler does not make it
     * @throws CancellationException if it was interrupted
     * @throws emberwall.os.OsException if the system does not load it
     */
    public static CLibrary make(
            CCompiler compiler, CModule source, long cpuFeatures, boolean faults, BooleanSupplier interrupted) {
        return compiler.compile(source, cpuFeatures, interrupted, path -> load(source, path, faults));
    }

    private static CLibrary load(CModule source, String path, boolean faults) {
        SharedLibrary library = SharedLibrary.open(path);
        boolean made = false;
        try {
            CLibrary loaded = new CLibrary(source, library, faults);
            made = true;
            return loaded;
        } finally {
            if (!made) {
                library.close();
            }
        }
    }

    private void findText(long header) {
        long segment = header + RawMemory.getLong(header + SEGMENTS);
        for (int left = RawMemory.getShort(header + SEGMENT_COUNT); left > 0; left--) {
            if (RawMemory.getInt(segment) == LOAD && (RawMemory.getInt(segment + SEGMENT_FLAGS) & EXECUTABLE) != 0) {
                text = header + RawMemory.getLong(segment + SEGMENT_ADDRESS);
                textBytes = RawMemory.getLong(segment + SEGMENT_SIZE);
            }
            segment += RawMemory.getShort(header + SEGMENT_BYTES);
        }
    }

    private long word(int index) {
        return RawMemory.getLong(table + 8L * index);
    }

    /** The module. */
    public Module module() {
        return source.module();
    }

    /** Where its code begins. */
    public long text() {
        return text;
    }

    /** Bytes of its code. */
    public long textBytes() {
        return textBytes;
    }

    @Override
    public MemoryStrategy[] strategies() {
        return source.strategies();
    }

    @Override
    public long entry(int function) {
        return word(FUNCTIONS + function - imported);
    }

    /** The code of a function, with what fills up the space behind it. */
    public byte[] code(int function) {
        long start = entry(function);
        long end = text + textBytes;
        for (int index = 0; index < source.infos().length; index++) {
            long other = word(FUNCTIONS + index);
            if (other > start && other < end) {
                end = other;
            }
        }
        return RawMemory.bytes(start, (int) (end - start));
    }

    // ---- positions

    /** Whether an address lies in its code. */
    boolean contains(long pc) {
        return pc - text >= 0 && pc - text < textBytes;
    }

    /**
     * Where in the module execution stands that stopped at an address, or will return there.
     *
     * @param stopped whether it is where the guest left; else an outer frame
     * @return the offset of the instruction in the module, or -1 if the address is in no function of it
     */
    public synchronized int position(long pc, boolean stopped) {
        if (pc >= word(RUNTIME) && pc < word(RUNTIME_END)) {
            return -1;
        }
        readNotes();
        int site = stopped ? site(pc) : -1;
        if (site >= 0) {
            return site;
        }
        int at = firstNotBelow(calls, pc - text << 32);
        return at < calls.length ? (int) (calls[at] & POSITION) : -1;
    }

    /** Whether the instruction at an address accesses memory for a program. */
    public synchronized boolean mayFault(long pc) {
        readNotes();
        return site(pc) >= 0;
    }

    /**
     * Which instructions of a function's code came of which of the module, as far as notes say: accesses, calls and exits.
     *
     * @param code what {@link #code} gives of it
     * @return pairs of an offset in the code, ascending, and one in the module or, behind those instructions, -1
     */
    public synchronized int[] boundaries(int function, byte[] code) {
        readNotes();
        long start = entry(function);
        int[] pairs = new int[2 * code.length + 2];
        int count = 0;
        int latest = -1;
        boolean returned = false;
        Decoder decoder = new Decoder();
        for (int offset = 0, length; offset < code.length; offset += length) {
            boolean known = decoder.decode(code, offset, code.length);
            length = known ? decoder.length() : 1;
            boolean calls = known && decoder.text(0).startsWith("call");
            // A note at a return address belongs to the call.
            int position = calls ? called(start, offset + length, code.length) : returned ? -1 : site(start + offset);
            if (position != latest) {
                pairs[count++] = offset;
                pairs[count++] = position;
                latest = position;
            }
            returned = calls;
        }
        return Arrays.copyOf(pairs, count);
    }

    /** Where the call stands that returns to an offset in a function's code, or -1. */
    private int called(long start, int offset, int length) {
        int exit = site(start + offset);
        if (exit >= 0) {
            return exit;
        }
        int at = firstNotBelow(calls, start + offset - text << 32);
        boolean isNear = at < calls.length && (calls[at] >>> 32) <= start + length - text;
        return isNear ? (int) (calls[at] & POSITION) : -1;
    }

    private int site(long pc) {
        int at = firstNotBelow(sites, pc - text << 32);
        return at < sites.length && sites[at] >>> 32 == pc - text ? (int) (sites[at] & POSITION) : -1;
    }

    private void readNotes() {
        if (sites == null) {
            calls = notes(word(CALLS), word(CALLS + 1));
            sites = notes(word(SITES), word(SITES + 1));
        }
    }

    private long[] notes(long start, long end) {
        long[] notes = new long[(int) ((end - start) / NOTE_BYTES)];
        int count = 0;
        for (long at = start; at < end; at += NOTE_BYTES) {
            long pc = at + RawMemory.getInt(at);
            if (contains(pc)) {
                notes[count++] = pc - text << 32 | RawMemory.getInt(at + 4);
            }
        }
        notes = Arrays.copyOf(notes, count);
        Arrays.sort(notes);
        return notes;
    }

    private static int firstNotBelow(long[] notes, long key) {
        int found = Arrays.binarySearch(notes, key);
        return found < 0 ? -found - 1 : found;
    }

    /** The function whose body an offset in the module lies in, imports counted. */
    public int functionAt(int position) {
        int low = imported;
        int high = module().functionCount() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (module().bodyOffset(middle) <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    // ---- it never changes

    @Override
    public void addListener(CodeListener listener) {}

    @Override
    public void removeListener(CodeListener listener) {}

    @Override
    public void compileAll(BooleanSupplier interrupted) {}

    @Override
    public void close() {
        if (faults != null) {
            faults.close();
        }
        library.close();
    }
}
