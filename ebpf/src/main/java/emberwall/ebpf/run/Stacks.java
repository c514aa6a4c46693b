package emberwall.ebpf.run;

import emberwall.fiber.Fiber;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;

/** The stacks that programs run on, one for each run that is going on. Taking the one used last costs a single exchange. */
final class Stacks {
    private static final int MOST = 4096;

    private final long entry;
    private final AtomicReference<Activation> last = new AtomicReference<>();
    private final ArrayDeque<Activation> idle = new ArrayDeque<>();
    private int made;
    private boolean closed;

    /**
     * No stacks.
     *
     * @param entry the code that enters programs
     */
    Stacks(long entry) {
        this.entry = entry;
    }

    Activation take() {
        Activation activation = last.getAndSet(null);
        return activation != null ? activation : another();
    }

    private synchronized Activation another() {
        if (closed) {
            throw new IllegalStateException("the code is gone: its space was closed");
        }
        Activation activation = idle.poll();
        if (activation != null) {
            return activation;
        }
        if (made == MOST) {
            throw new IllegalStateException("more than " + MOST + " programs at a time");
        }
        activation = new Activation(entry, Fiber.create());
        made++;
        return activation;
    }

    /** The run is over. */
    void give(Activation activation) {
        if (!last.compareAndSet(null, activation)) {
            put(activation);
        }
    }

    private synchronized void put(Activation activation) {
        idle.push(activation);
    }

    /**
     * Ends all runs to come.
     *
     * @throws IllegalStateException if one is going on; nothing has happened then
     */
    synchronized void close() {
        Activation activation = last.getAndSet(null);
        if (activation != null) {
            idle.push(activation);
        }
        if (idle.size() < made) {
            throw new IllegalStateException(made - idle.size() + " programs are running");
        }
        closed = true;
        idle.forEach(Activation::close);
        idle.clear();
        made = 0;
    }
}
