package emberwall.engine.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts mappings of this process against four fifths of what the kernel allows, since HotSpot dies when there is none
 * left. The count of others is taken from the system now and then.
 */
public final class MappingBudget {
    private static final long DEFAULT_LIMIT = 65_530;
    private static final int RECOUNT = 1024;

    private final AtomicLong taken = new AtomicLong();
    private volatile long limit;
    private volatile long others;
    private volatile long nextCount = RECOUNT;

    /** The budget that the system's limit leaves. It is not asked for while few mappings are taken: starts are short. */
    public MappingBudget() {
        this(Long.MAX_VALUE);
    }

    /** A budget of so many mappings, those of others included. */
    public MappingBudget(long limit) {
        this.limit = limit;
    }

    /** Raised when the budget is used up. */
    public static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExceededException(long limit) {
            super("engine limit: " + limit + " memory mappings are in use, four fifths of vm.max_map_count");
        }
    }

    /** Before mapping. */
    public void take(int mappings) {
        long now = taken.addAndGet(mappings);
        if (now >= nextCount) {
            recount(now);
        }
        if (now + others > limit) {
            taken.addAndGet(-mappings);
            throw new ExceededException(limit);
        }
    }

    /** After unmapping. */
    public void give(int mappings) {
        taken.addAndGet(-mappings);
    }

    /** How many are taken through this budget. */
    public long taken() {
        return taken.get();
    }

    private synchronized void recount(long now) {
        if (now >= nextCount) {
            nextCount = now + RECOUNT;
            others = Math.max(0, inUse() - now);
            limit = Math.min(limit, systemLimit() / 5 * 4);
        }
    }

    private static long inUse() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static long systemLimit() {
        // The kernel gives the number to one read only, so it must not be a read of a single byte.
        try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/vm/max_map_count"))) {
            return Long.parseLong(reader.readLine());
        } catch (IOException | NumberFormatException unreadable) {
            return DEFAULT_LIMIT;
        }
    }
}
