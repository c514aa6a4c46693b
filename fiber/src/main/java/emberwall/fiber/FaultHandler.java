package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.W32;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.os.Layout;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;

/**
 * Turns an access of guest code to a guard page into {@link Exit#FAULT}. One handler in machine code serves SIGSEGV and
 * SIGBUS of the whole process and is never taken away. It accepts a fault if the instruction lies in a registered range
 * of code and the address in a registered guard range, or if the instruction lies in a range of the host's own code; any other
 * goes on to the handler that was there before, under
 * the flags and the signal mask that one had asked for: HotSpot's, or that of another copy of this class.
 *
 * <p>Whether this works is proven by a fault on purpose, once. If it does not, or the system property
 * {@code emberwall.fault.handler} is {@code off}, code must check bounds itself.
 */
public final class FaultHandler {
    private static final int SIGBUS = 7;
    private static final int SIGSEGV = 11;
    private static final int SA_SIGINFO = 4;
    private static final int SA_RESTORER = 0x0400_0000;
    private static final int SA_RESETHAND = 0x8000_0000;

    // The kernel's struct sigaction.
    private static final int ACTION_BYTES = 32;
    private static final int ACTION_FLAGS = 8;
    private static final int ACTION_RESTORER = 16;

    // siginfo_t and ucontext_t as the kernel lays them out on x86-64.
    private static final int INFO_CODE = 8;
    private static final int INFO_ADDRESS = 16;
    private static final int CONTEXT_R15 = 96;
    private static final int CONTEXT_RIP = 168;

    private static final int RANGE_BYTES = 16;
    private static final int CODE_RANGES = 1 << 12;
    private static final int GUARD_RANGES = 1 << 15;

    // What the handler reads.
    private static final Layout LAYOUT = new Layout("FaultTable");
    private static final int OLD_SEGV = LAYOUT.field("OLD_SEGV", ACTION_BYTES, 8);
    private static final int OLD_BUS = LAYOUT.field("OLD_BUS", ACTION_BYTES, 8);
    private static final int CODE_COUNT = LAYOUT.word("CODE_COUNT");
    private static final int GUARD_COUNT = LAYOUT.word("GUARD_COUNT");
    private static final int NEW_ACTION = LAYOUT.field("NEW_ACTION", ACTION_BYTES, 8);
    private static final int PREVIOUS = LAYOUT.field("PREVIOUS", ACTION_BYTES, 8);
    private static final int CODE = LAYOUT.field("CODE", CODE_RANGES * RANGE_BYTES, 64);
    private static final int OWN_COUNT = LAYOUT.word("OWN_COUNT");
    private static final int OWN = LAYOUT.field("OWN", CODE_RANGES * RANGE_BYTES, 64);
    private static final int GUARDS = LAYOUT.field("GUARDS", GUARD_RANGES * RANGE_BYTES, 64);

    /** Bytes of what the handler reads. */
    static final long TABLE_BYTES = LAYOUT.size(8);

    private FaultHandler() {}

    /** Where the handler reads. Initialised only when {@link ProcessMemory} is there. */
    private static final class Table {
        static final long ADDRESS = ProcessMemory.faultTable();
        static final Ranges CODES = new Ranges(ADDRESS + CODE_COUNT, ADDRESS + CODE, CODE_RANGES);
        static final Ranges OWNED = new Ranges(ADDRESS + OWN_COUNT, ADDRESS + OWN, CODE_RANGES);
        static final Ranges GUARDED = new Ranges(ADDRESS + GUARD_COUNT, ADDRESS + GUARDS, GUARD_RANGES);
    }

    /**
     * Whether faults on guard pages become exits here. The first call finds out.
     *
     * @throws OsException if the system refuses what finding out takes; the next call tries again
     */
    public static boolean available() {
        return !"off".equals(System.getProperty("emberwall.fault.handler")) && Proof.passed();
    }

    /**
     * Lets the handler accept faults of instructions in {@code bytes} at {@code base}: guest code, entered on fibers only.
     *
     * @throws OsException if too many ranges are registered
     */
    public static Range addCode(long base, long bytes) {
        ProcessMemory.require();
        return Table.CODES.add(base, bytes);
    }

    /**
     * Lets the handler accept faults of instructions in {@code bytes} at {@code base}, wherever they reach: code that the host made
     * for itself, entered on fibers only.
     *
     * @throws OsException if too many ranges are registered
     */
    public static Range addOwnCode(long base, long bytes) {
        ProcessMemory.require();
        return Table.OWNED.add(base, bytes);
    }

    /**
     * Lets the handler accept faults of accesses to {@code bytes} at {@code base}: a reservation whose tail stays without
     * access.
     *
     * @throws OsException if too many ranges are registered
     */
    public static Range addGuard(long base, long bytes) {
        ProcessMemory.require();
        return Table.GUARDED.add(base, bytes);
    }

    /** A registered range; closing it takes it away. */
    public static final class Range implements AutoCloseable {
        private final Ranges table;
        private final int slot;
        private boolean closed;

        private Range(Ranges table, int slot) {
            this.table = table;
            this.slot = slot;
        }

        @Override
        public void close() {
            synchronized (table) {
                if (!closed) {
                    closed = true;
                    table.remove(slot);
                }
            }
        }
    }

    /** Slots of (base, size) that the handler may read at any moment. A slot of size 0 holds nothing. */
    private static final class Ranges {
        private final long count;
        private final long slots;
        private final int capacity;
        private final java.util.BitSet used = new java.util.BitSet();

        Ranges(long count, long slots, int capacity) {
            this.count = count;
            this.slots = slots;
            this.capacity = capacity;
        }

        synchronized Range add(long base, long bytes) {
            int slot = used.nextClearBit(0);
            if (slot == capacity) {
                throw new OsException("registering a range with the fault handler", emberwall.os.Errno.ENOMEM);
            }
            used.set(slot);
            long at = slots + (long) slot * RANGE_BYTES;
            RawMemory.putLongRelease(at, base);
            RawMemory.putLongRelease(at + 8, bytes);
            RawMemory.putLongRelease(count, used.length());
            return new Range(this, slot);
        }

        private void remove(int slot) {
            used.clear(slot);
            RawMemory.putLongRelease(slots + (long) slot * RANGE_BYTES + 8, 0);
            RawMemory.putLongRelease(count, used.length());
        }
    }

    // ---- machine code

    /** The handler: (signal, siginfo, ucontext). It runs on the guest's stack, or wherever another fault happened. */
    static int emit(Assembler a, int fault) {
        a.align(16);
        int start = a.here();
        int chain = a.newLabel();
        a.movi64(R8, Table.ADDRESS);
        a.mov(RAX, mem(RDX, CONTEXT_RIP));
        a.cmpi(W32, mem(RSI, INFO_CODE), 0); // somebody sent the signal
        a.jcc(Cond.LESS_EQUAL, chain);
        a.mov(R11, mem(RSI, INFO_ADDRESS));
        int ofGuest = a.newLabel();
        int ours = a.newLabel();
        search(a, RAX, OWN_COUNT, OWN, ofGuest);
        a.jmp(ours);
        a.bind(ofGuest);
        search(a, RAX, CODE_COUNT, CODE, chain);
        search(a, R11, GUARD_COUNT, GUARDS, chain);

        a.bind(ours);
        a.mov(R10, mem(RDX, CONTEXT_R15)); // go on at the stub
        a.mov(mem(R10, FiberBlock.FAULT_PC), RAX);
        a.mov(mem(R10, FiberBlock.FAULT_ADDRESS), R11);
        a.lea(RAX, emberwall.asm.x64.Mem.label(fault));
        a.mov(mem(RDX, CONTEXT_RIP), RAX);
        a.ret();

        a.bind(chain);
        int isBus = a.newLabel();
        int byDefault = a.newLabel();
        a.lea(R9, mem(R8, OLD_BUS));
        a.cmpi(W32, RDI, SIGBUS);
        a.jcc(Cond.EQUAL, isBus);
        a.lea(R9, mem(R8, OLD_SEGV));
        a.bind(isBus);
        a.mov(RAX, mem(R9));
        a.cmpi(RAX, 1); // SIG_DFL is 0, SIG_IGN is 1
        a.jcc(Cond.BELOW_EQUAL, byDefault);
        a.jmpr(RAX);

        a.bind(byDefault); // put the old action back, and let it happen again
        a.movi(RAX, Syscall.RT_SIGACTION);
        a.mov(RSI, R9);
        a.movi(RDX, 0);
        a.movi(R10, 8);
        a.none(Op.SYSCALL);
        a.ret();
        return start;
    }

    /** Goes on if the value lies in one of the ranges. */
    private static void search(Assembler a, int value, int count, int slots, int missing) {
        a.mov(RCX, mem(R8, count));
        a.lea(R9, mem(R8, slots));
        int next = a.here();
        a.subi(RCX, 1);
        a.jcc(Cond.BELOW, missing);
        a.mov(R10, value);
        a.sub(R10, mem(R9));
        a.cmp(R10, mem(R9, 8));
        a.lea(R9, mem(R9, RANGE_BYTES)); // leaves the flags alone
        a.jcc(Cond.ABOVE_EQUAL, next);
    }

    // ---- installation

    /** Installs the handler, and faults once. */
    private static final class Proof {
        // Guarded by the class.
        private static boolean known;
        private static boolean passed;
        private static boolean tried;
        private static boolean installed;

        static synchronized boolean passed() {
            if (!known) {
                ProcessMemory.require();
                passed = attempt();
                known = true;
            }
            return passed;
        }

        /** One copy of this class at a time: a string literal is the same object for all class loaders. */
        private static boolean attempt() {
            synchronized ("emberwall.fault.handler") {
                if (!tried) {
                    tried = true; // once, or it would chain to itself
                    installed = install(SIGSEGV, OLD_SEGV) && install(SIGBUS, OLD_BUS);
                }
                return installed && probe();
            }
        }

        private static boolean install(int signal, int old) {
            long table = Table.ADDRESS;
            long previous = table + PREVIOUS;
            if (action(signal, 0, table + old) != 0) {
                return false;
            }
            RawMemory.copy(table + old, table + NEW_ACTION, ACTION_BYTES);
            long flags = RawMemory.getLong(table + old + ACTION_FLAGS);
            long mine = flags | SA_SIGINFO | SA_RESTORER;
            RawMemory.putLong(table + NEW_ACTION, Stubs.HANDLER);
            RawMemory.putLong(table + NEW_ACTION + ACTION_FLAGS, mine & ~(long) SA_RESETHAND);
            if ((flags & SA_RESTORER) == 0) {
                RawMemory.putLong(table + NEW_ACTION + ACTION_RESTORER, Syscall.signalReturn());
            }
            if (action(signal, table + NEW_ACTION, previous) != 0) {
                return false;
            }
            if (RawMemory.getLong(previous) != RawMemory.getLong(table + old)) {
                RawMemory.copy(previous, table + old, ACTION_BYTES); // somebody else came in between
            }
            return action(signal, 0, previous) == 0 && RawMemory.getLong(previous) == Stubs.HANDLER;
        }

        private static long action(int signal, long set, long get) {
            return Syscall.call(Syscall.RT_SIGACTION, signal, set, get, 8, 0);
        }

        private static boolean probe() {
            long guard = Pages.reserve(Pages.SIZE);
            try (Fiber fiber = Fiber.create(1 << 16);
                    Range code = addCode(Stubs.PROBE, 16);
                    Range data = addGuard(guard, Pages.SIZE)) {
                int mark = fiber.mark();
                int exit = fiber.enter(Stubs.PROBE, guard + 8, 0, 0, 0);
                boolean right = exit == Exit.FAULT
                        && fiber.get(FiberBlock.FAULT_PC) == Stubs.PROBE
                        && fiber.get(FiberBlock.FAULT_ADDRESS) == guard + 8
                        && fiber.exitPc() == Stubs.PROBE;
                fiber.unwindTo(mark);
                return right && code != data;
            } finally {
                Pages.release(guard, Pages.SIZE);
            }
        }
    }
}
