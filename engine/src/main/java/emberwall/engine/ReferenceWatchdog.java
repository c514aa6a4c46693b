package emberwall.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Makes guests of the reference tier look at the clock and at interruption, as long as any is running. */
final class ReferenceWatchdog implements AutoCloseable {
    private static final long TICK = 2_000_000;

    private final Set<ReferenceStore> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private Thread thread; // guarded by this

    /** A guest of the store begins to run. */
    void begin(ReferenceStore store) {
        running.add(store);
        Thread watcher;
        synchronized (this) {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform()
                        .daemon()
                        .name("emberwall-reference-watchdog")
                        .start(this::watch);
            }
            watcher = thread;
        }
        LockSupport.unpark(watcher);
    }

    /** No guest of the store runs any more. */
    void end(ReferenceStore store) {
        running.remove(store);
    }

    private void watch() {
        while (!closed) {
            if (running.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, TICK);
            }
            for (ReferenceStore store : running) {
                store.store.requestAttention();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            LockSupport.unpark(thread);
        }
    }
}
