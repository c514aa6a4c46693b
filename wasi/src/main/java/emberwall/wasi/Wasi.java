package emberwall.wasi;

import emberwall.engine.Call;
import emberwall.engine.CompiledModule;
import emberwall.engine.Extern;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.HostFunction;
import emberwall.engine.ImportType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.MemoryType;
import emberwall.engine.Store;
import emberwall.os.Platform;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.FileTable;
import emberwall.wasi.host.Beneath;
import emberwall.wasi.host.Kernel;
import emberwall.wasm.ValueType;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one guest may see of the world, as WASI preview 1: arguments, environment, descriptors, clocks, randomness.
 * Belongs to one instance and is used by one thread at a time, unless {@link WasiBuilder#threads} allows the guest to have
 * several, whose calls wait for each other; close it when the guest has ended.
 */
public final class Wasi implements AutoCloseable {
    /** The module name that programs import these functions from. */
    public static final String MODULE = "wasi_snapshot_preview1";

    // @formatter:off
    private static final int FREE    = 0;
    private static final int BUSY    = 1; // a call is being done
    private static final int CLOSING = 2; // and whoever does it is to close everything at its end
    private static final int CLOSED  = 3;
    // @formatter:on

    private static final int SIGPIPE = 13;

    private final Guest guest;
    private final Calls calls;
    private final boolean endOnClosedPipe;
    private final int[] ports;
    private final GuestThreads threads; // null if there is but one
    private final EngineMemory memory = new EngineMemory();
    private final AtomicInteger state = new AtomicInteger(FREE);
    private volatile ExitException exit;
    private volatile boolean returned;

    Wasi(Guest guest, Calls calls, boolean endOnClosedPipe, int[] ports, GuestThreads threads) {
        this.guest = guest;
        this.calls = calls;
        this.endOnClosedPipe = endOnClosedPipe;
        this.ports = ports;
        this.threads = threads;
    }

    /** {@return a builder for a guest without arguments, environment or directories} */
    public static WasiBuilder builder() {
        return new WasiBuilder();
    }

    /**
     * How paths are kept beneath preopened directories on this machine: {@code "openat2"}, {@code "walk"} (name by name,
     * where the kernel lacks the former), or {@code "none"} where native access is missing and no directory can be opened.
     *
     * @return one of these words
     */
    public static String pathResolution() {
        if (!Platform.supported()) {
            return "none";
        }
        try (Kernel kernel = new Kernel()) {
            return Beneath.works(kernel) ? "openat2" : "walk";
        }
    }

    /**
     * Adds all functions, as {@link #addTo(Imports)} does, and the shared memories that a module imports, which guests of
     * several threads do.
     *
     * @param imports where to
     * @param module what is to be instantiated
     * @param store where it will be
     * @return the same imports
     * @throws emberwall.engine.EngineLimitException if a memory cannot be had
     */
    public Imports addTo(Imports imports, CompiledModule module, Store store) {
        for (ImportType wanted : module.imports()) {
            if (wanted.type() instanceof MemoryType type && type.shared()) {
                imports.memory(wanted.module(), wanted.name(), store.newMemory(type));
            }
        }
        return addTo(imports);
    }

    /**
     * Adds all functions of preview 1, under {@link #MODULE}; {@code thread-spawn} of wasi-threads if {@link
     * WasiBuilder#threads} allows it, whose threads will have the same imports.
     *
     * @param imports where to
     * @return the same imports
     */
    public Imports addTo(Imports imports) {
        for (Row row : Row.all()) {
            imports.function(MODULE, row.text(), typeOf(row), new Entry(this, row));
        }
        if (threads != null) {
            threads.addTo(imports);
        }
        return imports;
    }

    private static FunctionType typeOf(Row row) {
        String letters = row.parameters();
        int[] parameters = new int[letters.length()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = letters.charAt(i) == 'l' ? ValueType.I64 : ValueType.I32;
        }
        FunctionType type = FunctionType.of(parameters);
        return row.returns() ? type.returning(ValueType.I32) : type;
    }

    /** One function as the engine calls it. */
    private record Entry(Wasi wasi, Row row) implements HostFunction {
        @Override
        public void call(Call call) {
            if (wasi.threads == null) {
                wasi.call(row, call, 0);
                return;
            }
            long waited = wasi.await(row, call);
            wasi.threads.calls.lock();
            try {
                call.attention().check(); // while it waited
                wasi.call(row, call, waited);
            } finally {
                wasi.threads.calls.unlock();
            }
        }
    }

    /** Waits beside other threads' calls if this one is for that; the result is how long it took, in nanoseconds. */
    private long await(Row row, Call call) {
        if (row != Row.POLL_ONEOFF) {
            return 0;
        }
        long start = System.nanoTime();
        EngineMemory own = new EngineMemory();
        own.attach(memoryOf(call));
        calls.sleep(call, own);
        return System.nanoTime() - start;
    }

    private void call(Row row, Call call, long waited) {
        if (!state.compareAndSet(FREE, BUSY)) {
            throw new IllegalStateException(
                    state.get() == CLOSED
                            ? "this WASI state is closed"
                            : "this WASI state is in use by another thread");
        }
        try {
            memory.attach(memoryOf(call));
            guest.begin(memory, call.attention());
            guest.hasWaited(waited);
            int errno = run(row, call);
            if (row.returns()) {
                call.result(errno);
            }
        } catch (ExitException end) {
            exit = end;
            throw end;
        } finally {
            memory.attach(null);
            if (!state.compareAndSet(BUSY, FREE)) {
                release();
            }
        }
    }

    private int run(Row row, Call call) {
        try {
            calls.run(row, call);
            return Errno.SUCCESS.code();
        } catch (ErrnoException e) {
            if (e.errno() == Errno.PIPE && endOnClosedPipe) {
                throw ExitException.signal(SIGPIPE);
            }
            return e.errno().code();
        }
    }

    private static emberwall.engine.Memory memoryOf(Call call) {
        try {
            return call.memory();
        } catch (IllegalStateException none) {
            return null; // every address is outside then
        }
    }

    /**
     * Runs a command: calls its {@code _start}, and closes this.
     *
     * @param command an instance that exports {@code _start}
     * @return the code that it exited with, 0 if it just returned
     * @throws ExitException if it died of a signal that it raised
     * @throws emberwall.engine.Trap if it trapped
     * @throws IllegalArgumentException if the instance is no command
     */
    public int run(Instance command) {
        try (this) {
            start(command);
            return 0;
        } catch (ExitException e) {
            if (e.signal() != 0) {
                throw e;
            }
            return e.code();
        }
    }

    private void start(Instance command) {
        Function start = command.function("_start");
        if (threads == null) {
            start.call();
            returned = true;
            return;
        }
        threads.begin(command.store());
        RuntimeException end = null;
        try {
            start.call();
        } catch (RuntimeException how) {
            end = how;
        }
        RuntimeException before = threads.finish();
        if (before != null) {
            throw before; // a thread has ended the guest: what came of that here says nothing
        }
        if (end != null) {
            throw end;
        }
        returned = true;
    }

    /**
     * {@return how the guest ended: the code that it passed to {@code proc_exit}, an unsigned number; 128 and the signal if it
     * died of one; 0 if {@link #run} saw it return} Empty as long as it has not ended, and if it trapped. From any thread.
     */
    public OptionalInt exitCode() {
        ExitException end = exit;
        if (end != null) return OptionalInt.of(end.code());
        return returned ? OptionalInt.of(0) : OptionalInt.empty();
    }

    /**
     * Readies a reactor, an instance whose exports are called later: calls its {@code _initialize} if there is one.
     *
     * @param reactor the instance
     * @throws emberwall.engine.Trap if it traps
     */
    public void initialize(Instance reactor) {
        Extern export = reactor.export("_initialize");
        if (export instanceof Function function) {
            function.call();
        }
    }

    /**
     * The port that the {@code index}-th address of {@link WasiBuilder#listen} was bound to.
     *
     * @param index number of the address, from 0
     * @return the port, also where 0 was asked for
     */
    public int port(int index) {
        return ports[index];
    }

    /** Closes all descriptors; if a call is being done by another thread, at the end of that. */
    @Override
    public void close() {
        while (true) {
            int now = state.get();
            if (now == FREE && state.compareAndSet(FREE, CLOSING)) {
                release();
                return;
            }
            if (now == CLOSING || now == CLOSED || (now == BUSY && state.compareAndSet(BUSY, CLOSING))) {
                return;
            }
        }
    }

    private void release() {
        FileTable files = guest.files;
        files.close();
        if (guest.kernel != null) {
            guest.kernel.close();
        }
        state.set(CLOSED);
    }
}
