package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;

import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Programs that fault, for {@link FaultTest}; each prints "fine" if all went as it should. */
public final class Faults {
    /** What no program should live to say. */
    static final String SURVIVED = "survived a fault that is not the guest's: ";

    private static final long RESERVED = 6L << 30;

    private Faults() {}

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "available" -> System.out.println(FaultHandler.available());
            case "storm" -> storm(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            case "copies" -> copies();
            case "bus" -> bus();
            case "ranges" -> ranges();
            case "elsewhere" -> elsewhere(true);
            case "unregistered" -> elsewhere(false);
            case "default" -> byDefault();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    /** A guest with a guarded memory. */
    private static final class Victim implements AutoCloseable {
        final Guest guest = new Guest();
        final long memory = Pages.reserve(RESERVED);
        final FaultHandler.Range code = FaultHandler.addCode(guest.space.base(), guest.space.bytes());
        final FaultHandler.Range guard = FaultHandler.addGuard(memory, RESERVED);
        final int[] at = new int[2];
        final CodeBlob load = guest.thunk("load", a -> {
            a.subi(RSP, 64);
            at[0] = a.position();
            a.mov(RAX, mem(RDX, RCX, 0, 0));
            a.mov(mem(R15, FiberBlock.RESULT), RAX);
        });
        final CodeBlob store = guest.thunk("store", a -> {
            at[1] = a.position();
            a.mov(mem(RDX, RCX, 0, 0), R8);
        });
        final CodeBlob trap =
                guest.thunk("trap", a -> a.callm(mem(R15, FiberBlock.trap(TrapReason.INTEGER_DIVIDE_BY_ZERO))));

        Victim() {
            Pages.commit(memory, 65536);
        }

        /** One trap of each kind, and accesses that are none. */
        void suffer(long offset) {
            Fiber fiber = guest.fiber;
            check(guest.enter(store, memory, 8, offset, 0) == Exit.RETURN, "store");
            guest.end();
            check(guest.enter(load, memory, 8, 0, 0) == Exit.RETURN, "load");
            check(fiber.get(FiberBlock.RESULT) == offset, "what was stored");
            guest.end();
            faults(load, at[0], 65536 + offset);
            faults(store, at[1], RESERVED - 8 - offset);
            check(guest.enter(trap) == Exit.of(Exit.TRAP, TrapReason.INTEGER_DIVIDE_BY_ZERO.ordinal()), "trap");
            guest.end();
        }

        private void faults(CodeBlob thunk, int position, long offset) {
            Fiber fiber = guest.fiber;
            int exit = guest.enter(thunk, memory, offset, 0, 0);
            check(exit == Exit.FAULT, "exit " + exit);
            check(fiber.get(FiberBlock.FAULT_PC) == thunk.address() + position, "pc");
            check(fiber.exitPc() == thunk.address() + position, "exit pc");
            check(fiber.get(FiberBlock.FAULT_ADDRESS) == memory + offset, "address");
            guest.end();
        }

        @Override
        public void close() {
            code.close();
            guard.close();
            guest.close();
            Pages.release(memory, RESERVED);
        }
    }

    static void storm(int threads, int traps) throws Exception {
        check(FaultHandler.available(), "no handler");
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean done = new AtomicBoolean();
        Thread collector = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; !done.get(); i++) {
                byte[][] garbage = new byte[100][];
                for (int j = 0; j < garbage.length; j++) {
                    garbage[j] = new byte[10_000];
                }
                if (i % 200 == 0) {
                    System.gc();
                    Thread.getAllStackTraces();
                }
            }
        });
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread.Builder builder = t % 4 == 3 ? Thread.ofVirtual() : Thread.ofPlatform();
            all.add(builder.start(() -> {
                try (Victim victim = new Victim()) {
                    Object[] garbage = new Object[64];
                    for (int i = 0; i < traps / 3; i++) { // three traps each
                        victim.suffer(8L * i);
                        garbage[i & 63] = new byte[64];
                        check(garbage[i & 63] != null, "garbage");
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        done.set(true);
        collector.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        sound();
        System.out.println("fine");
    }

    /** HotSpot still gets its own faults. */
    static void sound() {
        Object[] objects = new Object[64];
        int caught = 0;
        for (int round = 0; round < 2000; round++) {
            for (Object object : objects) {
                try {
                    caught -= object.hashCode();
                } catch (NullPointerException e) {
                    caught++;
                }
            }
        }
        check(caught == 2000 * 64, "null pointers: " + caught);
        for (int i = 0; i < 3; i++) {
            try {
                check(recursion(0) < 0, "recursion");
            } catch (StackOverflowError e) {
                caught++;
            }
        }
        check(caught == 2000 * 64 + 3, "stack overflows");
    }

    private static int recursion(int depth) {
        return depth == Integer.MAX_VALUE ? 0 : recursion(depth + 1) + 1;
    }

    /** Two class loaders, each with all of our classes, at the same time. */
    private static void copies() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < 4; i++) {
            URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
            Class<?> copy = loader.loadClass(Faults.class.getName());
            check(copy.getClassLoader().equals(loader), "not a copy");
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    copy.getDeclaredMethod("alone", int.class).invoke(null, 3000);
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        alone(3000);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        alone(1000);
        sound();
        System.out.println("fine");
    }

    public static void alone(int times) {
        check(FaultHandler.available(), "no handler");
        try (Victim victim = new Victim()) {
            for (int i = 0; i < times; i++) {
                victim.suffer(8L * i);
            }
        }
    }

    private static void bus() {
        check(FaultHandler.available(), "no handler");
        long name = Pages.allocate(Pages.SIZE);
        int fd = (int) Syscall.call(Syscall.MEMFD_CREATE, name, 1);
        check(Syscall.call(Syscall.FTRUNCATE, fd, Pages.SIZE) == 0, "ftruncate");
        long file = Syscall.call6(Syscall.MMAP, 0, 2 * Pages.SIZE, Pages.READ_WRITE, 1, fd, 0);
        try (Guest guest = new Guest();
                FaultHandler.Range code = FaultHandler.addCode(guest.space.base(), guest.space.bytes());
                FaultHandler.Range guard = FaultHandler.addGuard(file, 2 * Pages.SIZE)) {
            check(code != guard, "ranges");
            CodeBlob load = guest.thunk("load", a -> a.mov(RAX, mem(RDX)));
            check(guest.enter(load, file, 0, 0, 0) == Exit.RETURN, "within the file");
            guest.end();
            check(guest.enter(load, file + Pages.SIZE, 0, 0, 0) == Exit.FAULT, "behind the file");
            check(guest.fiber.get(FiberBlock.FAULT_ADDRESS) == file + Pages.SIZE, "address");
            guest.end();
        }
        System.out.println("fine");
    }

    private static void ranges() {
        check(FaultHandler.available(), "no handler");
        List<FaultHandler.Range> many = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            many.add(FaultHandler.addGuard(0x1000 + 0x1000L * i, 0x1000));
        }
        alone(100);
        for (int i = 0; i < 1000; i += 2) {
            many.get(i).close();
            many.get(i).close(); // again, which must not take away another's
        }
        alone(100);
        FaultHandler.Range[] others = new FaultHandler.Range[500];
        for (int i = 0; i < others.length; i++) {
            others[i] = FaultHandler.addGuard(0x1000, 0x1000);
        }
        for (int i = 0; i < 1000; i += 2) {
            many.get(i).close();
        }
        alone(100);
        for (FaultHandler.Range range : others) {
            range.close();
        }
        int count = 0;
        try {
            while (true) {
                FaultHandler.addGuard(1, 1);
                count++;
            }
        } catch (emberwall.os.OsException full) {
            check(count > 10_000, "only " + count);
        }
        System.out.println("fine");
    }

    /** A guest that reads where nobody registered a guard, or code that nobody registered. */
    private static void elsewhere(boolean registered) {
        check(FaultHandler.available(), "no handler");
        try (Guest guest = new Guest()) {
            long guarded = Pages.reserve(2 * Pages.SIZE);
            FaultHandler.addGuard(guarded, Pages.SIZE);
            if (registered) {
                FaultHandler.addCode(guest.space.base(), guest.space.bytes());
            }
            CodeBlob load = guest.thunk("load", a -> a.mov(RAX, mem(RDX)));
            int exit = guest.enter(load, registered ? guarded + Pages.SIZE : guarded, 0, 0, 0);
            System.out.println(SURVIVED + exit);
        }
    }

    /** The same as {@link #elsewhere}, where the handler was installed over none. */
    private static void byDefault() {
        long action = Pages.allocate(Pages.SIZE);
        check(Syscall.call(Syscall.RT_SIGACTION, 11, action, 0, 8, 0) == 0, "sigaction"); // SIG_DFL
        check(FaultHandler.available(), "no handler");
        alone(100);
        try (Guest guest = new Guest();
                FaultHandler.Range code = FaultHandler.addCode(guest.space.base(), guest.space.bytes())) {
            CodeBlob load = guest.thunk("load", a -> a.mov(RAX, mem(RDX)));
            System.out.println(SURVIVED + guest.enter(load, 64, 0, 0, 0) + code);
        }
        RawMemory.putLong(action, 0);
    }
}
