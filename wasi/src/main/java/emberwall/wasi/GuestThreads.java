package emberwall.wasi;

import emberwall.engine.Call;
import emberwall.engine.CompiledModule;
import emberwall.engine.EngineLimitException;
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
import java.util.concurrent.TimeUnit;
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
    /**
     * How long a new thread waits for the place of another, in nanoseconds: who has joined a thread, by an atomic store, is
     * here before that thread has returned.
     */
    private static final long GRACE = 100_000_000;

    /** Held during each call, since descriptors are shared, but not while it sleeps. */
    final ReentrantLock calls = new ReentrantLock();

    private final int most;
    private volatile Imports imports;

    // Guarded by this.
    private final Set<Store> running = new HashSet<>();
    private int occupied; // places of threads that have not returned from the guest
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
        int number = 0;
        Store store = storeOf(module);
        if (store != null) {
            number = enter(store);
            if (number > 0 && !start(module, store, number, argument, nanos)) {
                returned();
                leave(store);
                number = 0;
            }
            if (number == 0) {
                store.close();
            }
        }
        call.result(0, number == 0 ? -Errno.AGAIN.code() : number);
    }

    private static Store storeOf(CompiledModule module) {
        try {
            return module.engine().newStore();
        } catch (EngineLimitException full) {
            return null;
        }
    }

    /** Counts a thread, and gives its number; 0 if there are enough. */
    private synchronized int enter(Store store) {
        long deadline = System.nanoTime() + GRACE;
        for (long left = GRACE; occupied >= most && !ended; left = deadline - System.nanoTime()) {
            if (left <= 0 || !waitFor(left)) {
                return 0;
            }
        }
        if (ended || started == MOST_NUMBERS) {
            return 0;
        }
        running.add(store);
        occupied++;
        return ++started;
    }

    /** Waits for a change; false if the thread is interrupted, which the guest will see. */
    private boolean waitFor(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A thread will not enter the guest again. */
    private synchronized void returned() {
        occupied--;
        notifyAll();
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
        try {
            Thread.ofPlatform().daemon().name("wasi-thread-" + number).start(() -> run(store, start, number, argument));
        } catch (OutOfMemoryError none) {
            return false; // the system gives no thread
        }
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
            returned();
            try {
                store.close();
            } finally {
                leave(store);
            }
        }
    }

    /** One of the threads ends all of them; the first one says how. */
    private synchronized void end(RuntimeException how) {
        if (!ended) {
            ended = true;
            outcome = how;
            notifyAll();
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
