package emberwall.engine;

import emberwall.fiber.Fiber;

/** Attention of a guest on a fiber, whose event descriptor tells of it. */
record NativeAttention(NativeStore store) implements Attention {
    @Override
    public int eventfd() {
        Fiber fiber = store.fiber;
        return fiber == null ? -1 : fiber.eventFd();
    }

    @Override
    public void check() {
        store.checkAttention();
    }

    @Override
    public long remainingNanos() {
        return store.remainingNanos();
    }
}
