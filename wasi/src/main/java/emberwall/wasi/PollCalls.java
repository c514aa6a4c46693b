package emberwall.wasi;

import emberwall.engine.Attention;
import emberwall.wasi.file.Descriptor;
import emberwall.wasi.file.Errno;
import emberwall.wasi.file.ErrnoException;
import emberwall.wasi.file.GuestMemory;
import emberwall.wasi.file.OpenFile;
import emberwall.wasi.file.Rights;
import emberwall.wasi.host.Linux;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code poll_oneoff}: waits until a clock has run out or a descriptor is ready. All waiting is one {@code ppoll}, which
 * also watches for the guest's end; without native access it is sleep in slices, since Java's streams are always ready.
 */
final class PollCalls {
    // @formatter:off
    private static final int SUBSCRIPTION = 48; // userdata 0, tag 8, then for a clock: id 16, timeout 24, flags 40; else: fd 16
    private static final int EVENT        = 32; // userdata 0, error 8, type 10, bytes 16, flags 24
    private static final int CLOCK        = 0;
    private static final int FD_READ      = 1;
    private static final int FD_WRITE     = 2;
    private static final int ABSOLUTE     = 1;
    private static final int HANGUP       = 1;
    // @formatter:on

    /** More would not fit the kernel's array; libc's {@code poll} refuses long before. */
    private static final int MAX_SUBSCRIPTIONS = 8000;

    private static final long SLICE = 5_000_000L;
    private static final long PAUSE = 1_000_000L;

    private final Guest guest;
    private final Clocks clocks;

    PollCalls(Guest guest, Clocks clocks) {
        this.guest = guest;
        this.clocks = clocks;
    }

    /** One subscription while it is waited for. */
    private static final class Wait {
        long userdata;
        int tag;
        Descriptor descriptor;
        int slot = -1; // in the kernel's array
        long deadline; // of a clock, by System.nanoTime
        Errno error; // what is known already: SUCCESS if ready
        int ready;
    }

    void oneoff(int in, int out, int count, int result) {
        if (count == 0 || Integer.compareUnsigned(count, MAX_SUBSCRIPTIONS) > 0) {
            throw new ErrnoException(Errno.INVAL);
        }
        GuestMemory memory = guest.memory();
        long from = Integer.toUnsignedLong(in);
        long to = Integer.toUnsignedLong(out);
        memory.check(from, (long) count * SUBSCRIPTION);
        memory.check(to, (long) count * EVENT);
        long resultAt = guest.out(result, 4);
        Wait[] waits = new Wait[count];
        long start = System.nanoTime() - guest.waited();
        for (int i = 0; i < count; i++) {
            waits[i] = subscription(memory, from + (long) i * SUBSCRIPTION, start);
        }
        await(waits);
        int events = 0;
        for (Wait wait : waits) {
            if (wait.error != null) {
                event(memory, to + (long) events++ * EVENT, wait);
            }
        }
        memory.putInt(resultAt, events);
    }

    /**
     * Waits beside the guest's other threads, before the call proper, if it is for clocks alone that run some time from now:
     * until the first of them has run out, so that the call finds it so. Anything else is left to that.
     */
    void sleep(GuestMemory memory, Attention attention, int in, int count) {
        long start = System.nanoTime();
        long deadline;
        try {
            deadline = firstClock(memory, Integer.toUnsignedLong(in), count, start);
        } catch (ErrnoException refused) {
            return;
        }
        for (long left; (left = deadline - System.nanoTime()) > 0; ) {
            attention.check();
            LockSupport.parkNanos(Math.min(left, SLICE));
        }
    }

    /** When the first clock has run out, by System.nanoTime; {@code start} if other things are waited for. */
    private long firstClock(GuestMemory memory, long from, int count, long start) {
        if (count <= 0 || count > MAX_SUBSCRIPTIONS) {
            return start;
        }
        memory.check(from, (long) count * SUBSCRIPTION);
        Wait first = null;
        for (long at = from; at < from + (long) count * SUBSCRIPTION; at += SUBSCRIPTION) {
            Wait wait = new Wait();
            if ((memory.getByte(at + 8) & 0xff) != CLOCK || (memory.getInt(at + 40) & 0xffff) != 0) {
                return start;
            }
            clock(wait, memory.getInt(at + 16), memory.getLong(at + 24), 0, start);
            if (wait.error != null) {
                return start;
            }
            if (first == null || wait.deadline - first.deadline < 0) {
                first = wait;
            }
        }
        return first.deadline;
    }

    private Wait subscription(GuestMemory memory, long at, long start) {
        Wait wait = new Wait();
        wait.userdata = memory.getLong(at);
        wait.tag = memory.getByte(at + 8) & 0xff;
        switch (wait.tag) {
            case CLOCK -> clock(wait, memory.getInt(at + 16), memory.getLong(at + 24), memory.getInt(at + 40), start);
            case FD_READ, FD_WRITE -> descriptor(wait, memory.getInt(at + 16));
            default -> throw new ErrnoException(Errno.INVAL);
        }
        return wait;
    }

    private void clock(Wait wait, int id, long timeout, int flags, long start) {
        if ((flags & 0xffff & ~ABSOLUTE) != 0) {
            wait.error = Errno.INVAL;
        } else if (id != Clocks.REALTIME && id != Clocks.MONOTONIC) {
            wait.error = id == Clocks.PROCESS_CPU || id == Clocks.THREAD_CPU ? Errno.NOTSUP : Errno.INVAL;
        } else {
            long left = timeout;
            if ((flags & ABSOLUTE) != 0) {
                long now = clocks.now(id);
                left = Long.compareUnsigned(timeout, now) > 0 ? timeout - now : 0;
            }
            // Unsigned, and for ever if it is further than the clock can count.
            wait.deadline = start + (left < 0 ? Long.MAX_VALUE / 2 : Math.min(left, Long.MAX_VALUE / 2));
        }
    }

    private void descriptor(Wait wait, int fd) {
        try {
            OpenFile file = guest.files.get(fd);
            file.require(Rights.POLL_FD_READWRITE);
            file.require(wait.tag == FD_READ ? Rights.FD_READ : Rights.FD_WRITE);
            wait.descriptor = file.descriptor();
            if (wait.descriptor.pollDescriptor() < 0 || guest.kernel == null) {
                wait.error = Errno.SUCCESS;
            }
        } catch (ErrnoException e) {
            wait.error = e.errno();
        }
    }

    /** Waits until at least one is ready. */
    private void await(Wait[] waits) {
        Attention attention = guest.attention();
        int eventfd = attention.eventfd(); // before the first look: what is asked for afterwards makes it readable
        while (true) {
            attention.check();
            long timeout = Math.min(timeout(waits, eventfd), attention.remainingNanos());
            if (guest.kernel == null) {
                LockSupport.parkNanos(Math.min(timeout, SLICE));
            } else {
                poll(waits, eventfd, timeout);
            }
            attention.check();
            boolean any = false;
            long now = System.nanoTime();
            for (Wait wait : waits) {
                if (wait.error == null && wait.tag == CLOCK && wait.deadline - now <= 0) {
                    wait.error = Errno.SUCCESS;
                }
                any |= wait.error != null;
            }
            if (any) {
                return;
            }
        }
    }

    /** Nanoseconds to wait at most: until the first clock; 0 if one is ready already. */
    private static long timeout(Wait[] waits, int eventfd) {
        long timeout = eventfd < 0 ? SLICE : Long.MAX_VALUE / 2;
        long now = System.nanoTime();
        for (Wait wait : waits) {
            if (wait.error != null) {
                return 0;
            }
            if (wait.tag == CLOCK) {
                timeout = Math.min(timeout, Math.max(0, wait.deadline - now));
            }
        }
        return timeout;
    }

    private void poll(Wait[] waits, int eventfd, long timeout) {
        int slots = 0;
        guest.kernel.setPoll(slots++, eventfd, Linux.POLLIN);
        for (Wait wait : waits) {
            if (wait.tag != CLOCK && wait.error == null) {
                int events = wait.tag == FD_READ ? Linux.POLLIN : Linux.POLLOUT;
                wait.slot = slots++;
                guest.kernel.setPoll(wait.slot, wait.descriptor.pollDescriptor(), events);
            }
        }
        if (guest.kernel.poll(slots, timeout) <= 0) {
            return;
        }
        boolean any = false;
        for (Wait wait : waits) {
            if (wait.slot >= 0) {
                wait.ready = guest.kernel.polled(wait.slot);
                any |= wait.ready != 0;
            }
        }
        if (!any) { // only attention
            guest.attention().check();
            LockSupport.parkNanos(PAUSE); // a request that is still there, but was for nothing: not in circles
            return;
        }
        for (Wait wait : waits) {
            if (wait.ready != 0) {
                wait.error = (wait.ready & Linux.POLLNVAL) != 0 ? Errno.BADF : Errno.SUCCESS;
            }
        }
    }

    private static void event(GuestMemory memory, long at, Wait wait) {
        boolean readable = wait.tag == FD_READ && wait.error == Errno.SUCCESS;
        boolean hangup = (wait.ready & (Linux.POLLHUP | Linux.POLLERR)) != 0;
        memory.putLong(at, wait.userdata);
        memory.putLong(at + 8, wait.error.code() | wait.tag << 16);
        memory.putLong(at + 16, readable ? wait.descriptor.available() : 0);
        memory.putLong(at + 24, hangup ? HANGUP : 0);
    }
}
