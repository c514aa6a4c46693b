package emberwall.wasm;

import java.util.concurrent.CancellationException;

/** Long work that gives up where its thread was interrupted: it counts its steps, and looks now and then. */
final class Patience {
    /** How many steps are taken between two looks. */
    private static final int STEPS = 1 << 16;

    private int left = STEPS;

    /**
     * Counts steps.
     *
     * @throws CancellationException if the thread is interrupted, which it stays: who wants to may see that it was
     */
    void spend(int steps) {
        left -= steps;
        if (left < 0) {
            left = STEPS;
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("validation interrupted");
            }
        }
    }
}
