package emberwall.engine.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the mappings of one engine, and of all engines of the process together against four fifths of what the kernel
 * allows, since HotSpot dies when there is none left. The count of others is taken from the system now and then.
 */
public final class MappingBudget implements AutoCloseable {
    private static final Process PROCESS = new Process(Long.MAX_VALUE);

    private final Process process;
    private final AtomicLong taken = new AtomicLong();

    /** An engine's share of what the process may have. */
    public MappingBudget() {
        process = PROCESS;
    }

    /** A budget of its own of so many mappings, those of others included. */
    public MappingBudget(long limit) {
        process = new Process(limit);
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
        process.take(mappings);
        taken.addAndGet(mappings);
    }

    /** After unmapping. */
    public void give(int mappings) {
        taken.addAndGet(-mappings);
        process.give(mappings);
    }

    /** How many are taken through this budget. */
    public long taken() {
        return taken.get();
    }

    /** Gives everything back: all of the engine is unmapped. */
    @Override
    public void close() {
        process.give(taken.getAndSet(0));
    }

    /** What a process may have. Its limit is not asked for while few mappings are taken: starts are short. */
    private static final class Process {
        private static final long DEFAULT_LIMIT = 65_530;
        private static final int RECOUNT = 1024;
        private static final long RECOUNT_PAUSE = 100_000_000;

        private final AtomicLong taken = new AtomicLong();
        private volatile long limit;
        private volatile long others;
        private volatile long nextCount = RECOUNT;
        private long countedAt; // guarded by this

        Process(long limit) {
            this.limit = limit;
        }

        void take(int mappings) {
            long now = taken.addAndGet(mappings);
            if (now >= nextCount) {
                recount(now);
            }
            if (now + others > limit && !fitsAfterAll(now)) {
                taken.addAndGet(-mappings);
                throw new ExceededException(limit);
            }
        }

        void give(long mappings) {
            taken.addAndGet(-mappings);
        }

        private synchronized void recount(long now) {
            if (now >= nextCount) {
                nextCount = now + RECOUNT;
                count(now);
            }
        }

        /** Others may have fewer than when they were counted last; not asked too often, for counting takes long. */
        private synchronized boolean fitsAfterAll(long now) {
            if (others > 0 && System.nanoTime() - countedAt > RECOUNT_PAUSE) {
                count(now);
            }
            return now + others <= limit;
        }

        private void count(long now) {
            others = Math.max(0, inUse() - now);
            limit = Math.min(limit, systemLimit() / 5 * 4);
            countedAt = System.nanoTime();
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
}
