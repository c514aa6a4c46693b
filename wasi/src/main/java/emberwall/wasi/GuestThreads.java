package emberwall.wasi;

import emberwall.engine.Call;
import emberwall.engine.CompiledModule;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.wasi.file.Errno;
import emberwall.wasm.ValueType;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of one guest (wasi-threads). Each is a thread of the platform with a store and an instance of its own; what
 * they share is the memory that they import. The group ends as a whole: when its first thread returns or exits, when
 * another one exits, and when any of them traps.
 */
final class GuestThreads {
    private static final String MODULE = "wasi";
    private static final String SPAWN = "thread-spawn";
    private static final String START = "wasi_thread_start";
    private static final FunctionType SPAWN_TYPE =
            FunctionType.of(ValueType.I32).returning(ValueType.I32);
    private static final FunctionType START_TYPE = FunctionType.of(ValueType.I32, ValueType.I32);

    /** Numbers of threads are below 2^29: the bits above are for locks. */
    private static final int MOST_NUMBERS = (1 << 29) - 1;
    /** How long the end of threads is waited for before they are told again, in milliseconds. */
    private static final long REMIND = 5;

    /** Held during each call: descriptors are shared. */
    final ReentrantLock calls = new ReentrantLock();

    private final int most;
    private volatile Imports imports;

    // Guarded by this.
    private final Set<Store> running = new HashSet<>();
    private Store first;
    private int started;
    private boolean ended;
    private RuntimeException outcome;

    GuestThreads(int most) {
        this.most = most;
    }

    /** Adds what starts threads; these will import the same as the first one. */
    void addTo(Imports given) {
        imports = given;
        given.function(MODULE, SPAWN, SPAWN_TYPE, this::spawn);
    }

    /** The first thread is about to run. */
    synchronized void begin(Store store) {
        first = store;
    }

    /** The result is the number of the new thread, or an error below 0. */
    private void spawn(Call call) {
        int argument = call.i32(0);
        CompiledModule module = call.instance().module();
        long nanos = call.attention().remainingNanos();
        Store store = module.engine().newStore();
        int number = enter(store);
        if (number > 0 && !start(module, store, number, argument, nanos)) {
            leave(store);
            number = 0;
        }
        if (number == 0) {
            store.close();
        }
        call.result(0, number == 0 ? -Errno.AGAIN.code() : number);
    }

    /** Counts a thread, and gives its number; 0 if there are enough. */
    private synchronized int enter(Store store) {
        if (ended || running.size() >= most || started == MOST_NUMBERS) {
            return 0;
        }
        running.add(store);
        return ++started;
    }

    private synchronized void leave(Store store) {
        running.remove(store);
        notifyAll();
    }

    private boolean start(CompiledModule module, Store store, int number, int argument, long nanos) {
        Instance instance;
        try {
            if (nanos != Long.MAX_VALUE) {
                store.timeout(Duration.ofNanos(nanos));
            }
            instance = module.instantiate(store, imports);
        } catch (RuntimeException refused) {
            return false; // a limit, or imports that cannot be shared
        }
        if (!(instance.export(START) instanceof Function start) || !start.type().equals(START_TYPE)) {
            return false;
        }
        Thread.ofPlatform().daemon().name("wasi-thread-" + number).start(() -> run(store, start, number, argument));
        return true;
    }

    private void run(Store store, Function start, int number, int argument) {
        try {
            start.call(number, argument);
        } catch (RuntimeException end) {
            end(end);
        } catch (Error broken) {
            end(new IllegalStateException("thread " + number + " of the guest broke", broken));
        } finally {
            store.close();
            leave(store);
        }
    }

    /** One of the threads ends all of them; the first one says how. */
    private synchronized void end(RuntimeException how) {
        if (!ended) {
            ended = true;
            outcome = how;
            interruptAll();
            if (first != null) {
                first.interrupt();
            }
        }
    }

    private void interruptAll() {
        for (Store store : running) {
            store.interrupt();
        }
    }

    /**
     * Ends all threads and waits for that.
     *
     * @return how one of them ended all, or null if none did
     */
    synchronized RuntimeException finish() {
        ended = true;
        boolean interrupted = false;
        while (!running.isEmpty()) {
            interruptAll();
            try {
                wait(REMIND);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }
}
