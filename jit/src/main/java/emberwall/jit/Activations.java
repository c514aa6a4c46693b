package emberwall.jit;

import emberwall.fiber.Fiber;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;

/**
 * The stacks that functions run on, one for each call that is going on. The one used last is kept where taking it costs a
 * single exchange.
 */
final class Activations {
    /** A process has some tens of thousands of mappings for everything. */
    private static final int MOST = 4096;

    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(Activations.class, "last", Fiber.class);
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }

    private final long stackBytes;

    @SuppressWarnings("unused") // LAST
    private volatile Fiber last;

    private final ArrayDeque<Fiber> idle = new ArrayDeque<>();
    private int made;
    private boolean closed;

    Activations(long stackBytes) {
        this.stackBytes = stackBytes;
    }

    /** A stack for a call. */
    Fiber take() {
        Fiber fiber = (Fiber) LAST.getAndSet(this, null);
        return fiber != null ? fiber : another();
    }

    private synchronized Fiber another() {
        if (closed) {
            throw new IllegalStateException("the code is gone: its owner was closed");
        }
        Fiber fiber = idle.poll();
        if (fiber != null) {
            return fiber;
        }
        if (made == MOST) {
            throw new IllegalStateException("more than " + MOST + " calls at a time");
        }
        fiber = Fiber.create(stackBytes);
        made++;
        return fiber;
    }

    /** The call is over. */
    void give(Fiber fiber) {
        if (!LAST.compareAndSet(this, null, fiber)) {
            put(fiber);
        }
    }

    private synchronized void put(Fiber fiber) {
        idle.push(fiber);
    }

    /**
     * Ends all calls to come.
     *
     * @param others what else has to end, or to refuse it, while no call can begin
     * @throws IllegalStateException if one is going on; nothing has happened then
     */
    synchronized void close(Runnable others) {
        Fiber fiber = (Fiber) LAST.getAndSet(this, null);
        if (fiber != null) {
            idle.push(fiber);
        }
        if (idle.size() < made) {
            throw new IllegalStateException(made - idle.size() + " calls are going on");
        }
        others.run();
        closed = true;
        idle.forEach(Fiber::close);
        idle.clear();
        made = 0;
    }
}
