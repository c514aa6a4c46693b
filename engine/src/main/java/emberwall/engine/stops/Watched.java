package emberwall.engine.stops;

import java.util.function.Consumer;

/** A store whose guests can be watched: each store of an {@link emberwall.engine.Engine} is one. */
public interface Watched {
    /**
     * Lets somebody see the guests of the store each time when one begins a round of a loop or calls the host.
     *
     * @param watcher sees it on the guest's thread, and must not go into the store; null for nobody
     * @param mostFrames of so many frames it sees the innermost ones
     */
    void watch(Consumer<Stop> watcher, int mostFrames);
}
