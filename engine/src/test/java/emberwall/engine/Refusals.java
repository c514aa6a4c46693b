package emberwall.engine;

import emberwall.os.Errno;
import emberwall.os.Pages;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of an engine in which the system refuses one mapping call, for {@link RefusalTest}. As a program it lives once
 * for each call that a first engine of a process makes, each time with all of our classes loaded anew.
 */
public final class Refusals {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};
    private static final long LARGE_TABLE = 100_000;

    private Refusals() {}

    /** Refuses the n-th call, and knows what is mapped. */
    static final class Ledger implements Pages.Fault {
        private final int refused;
        private final int errno;
        private final AtomicInteger calls = new AtomicInteger();
        private final Map<Long, Long> mapped = new ConcurrentHashMap<>();
        private volatile String what = "nothing";

        /** Counts from 1; 0 refuses none. */
        Ledger(int refused, int errno) {
            this.refused = refused;
            this.errno = errno;
        }

        @Override
        public int errno(String operation, long bytes) {
            if (calls.incrementAndGet() != refused) {
                return 0;
            }
            what = operation + " of " + bytes + " bytes";
            return errno;
        }

        @Override
        public void mapped(long address, long bytes) {
            mapped.put(address, bytes);
        }

        @Override
        public void released(long address, long bytes) {
            mapped.remove(address, bytes);
        }

        /** Whether there was a call to refuse. */
        boolean happened() {
            return refused <= calls.get();
        }

        /** What was refused. */
        String what() {
            return "call " + refused + ", " + what + ", " + Errno.text(errno);
        }

        /** What is mapped now and was not before, as addresses and bytes. */
        Map<Long, Long> left() {
            return Map.copyOf(mapped);
        }
    }

    /** Functions for everything that takes memory of some kind. */
    static byte[] module() {
        int[] many = new int[40];
        java.util.Arrays.fill(many, WasmBuilder.I64);
        WasmBuilder m = new WasmBuilder();
        int unary = m.type(I32, I32);
        int wide = m.type(many, many);
        int host = m.importFunction("env", "host", unary);
        int wideHost = m.importFunction("env", "wide", wide);
        m.memory(1, 1000);
        m.table(WasmBuilder.FUNCREF, 4, 1_000_000);
        m.exportMemory("memory", 0);
        m.exportTable("table", 0);
        int grow =
                m.function(unary, NONE, WasmBuilder.code().get(0).op(0x40, 0x00).end());
        m.elements(0, grow);
        m.exportFunction("grow", grow);
        WasmBuilder.Code tableGrow =
                WasmBuilder.code().op(0xD0, 0x70).get(0).op(0xFC, 0x0F, 0x00).end();
        m.exportFunction("grow table", m.function(unary, NONE, tableGrow));
        m.exportFunction(
                "call",
                m.function(unary, NONE, WasmBuilder.code().get(0).call(host).end()));
        WasmBuilder.Code spread = WasmBuilder.code();
        for (int i = 0; i < many.length; i++) spread.get(i);
        m.exportFunction("wide", m.function(wide, NONE, spread.call(wideHost).end()));
        WasmBuilder.Code store = WasmBuilder.code()
                .get(0)
                .i32(42)
                .memory(0x36, 2, 0)
                .get(0)
                .memory(0x28, 2, 0)
                .end();
        m.exportFunction("store", m.function(unary, NONE, store));
        return m.build();
    }

    static Imports imports() {
        FunctionType unary = FunctionType.of(ValueType.I32).returning(ValueType.I32);
        int[] many = new int[40];
        java.util.Arrays.fill(many, ValueType.I64);
        return Imports.of()
                .function("env", "host", unary, call -> {
                    // Back into the guest, and out of it by a trap, which must leave this activation alone.
                    Function store = call.instance().function("store");
                    try {
                        store.call(-1);
                        throw new AssertionError("no trap");
                    } catch (Trap expected) {
                        call.result((int) store.call(call.i32(0)));
                    }
                })
                .function("env", "wide", FunctionType.of(many).returning(many), call -> {
                    for (int i = 0; i < many.length; i++) call.result(i, call.i64(many.length - 1 - i));
                });
    }

    /**
     * Starts an engine, does with it what takes memory, and closes all.
     *
     * @throws EngineLimitException if something was refused
     * @throws AssertionError if a result is wrong; growth may fail if something was refused
     */
    static void live(Config config, boolean refused) {
        try (Engine engine = Engine.start(config);
                CompiledModule module = engine.compile(module())) {
            try (Instance own = module.instantiate(imports())) {
                use(own, refused);
            }
            try (Store store = engine.newStore()) {
                store.newMemory(new MemoryType(1, 10)).putInt(0, 1);
                check(store.newTable(new TableType(ValueType.FUNCREF, LARGE_TABLE, -1), null)
                                .size()
                        == LARGE_TABLE);
                store.newGlobal(new GlobalType(ValueType.I64, true), 1L).set(2L);
                use(module.instantiate(store, imports()), refused);
                use(module.instantiate(store, imports()), refused);
            }
        }
    }

    private static void use(Instance instance, boolean refused) {
        Memory memory = instance.memory("memory");
        check(instance.function("call").call(8).equals(42));
        grows(instance.function("grow"), 3, 1, refused);
        grows(instance.function("grow table"), 50_000, 4, refused);
        check(instance.function("store")
                .call(memory.bytes() > 65_536 ? 65_536 : 16)
                .equals(42));
        check(memory.getInt(8) == 42);
        Object[] wide = new Object[40];
        for (int i = 0; i < wide.length; i++) wide[i] = (long) i;
        Object[] swapped = (Object[]) instance.function("wide").call(wide);
        for (int i = 0; i < wide.length; i++) check(swapped[i].equals((long) wide.length - 1 - i));
        try {
            check((int) instance.function("store").handle().invokeExact(12) == 42);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void grows(Function function, int by, int old, boolean refused) {
        int answer = (int) function.call(by);
        check(answer == old || refused && answer == -1);
    }

    static void check(boolean condition) {
        if (!condition) throw new AssertionError("a wrong result");
    }

    // ---- the first engine of a process

    /** Arguments: the error number, and how the first life must end if not well, as a prefix of the exception. */
    public static void main(String[] arguments) throws Exception {
        int errno = Integer.parseInt(arguments[0]);
        int lives = 1;
        while (inNewClasses(lives, errno)) {
            lives++;
        }
        System.out.println("lives " + lives);
    }

    private static boolean inNewClasses(int refused, int errno) throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> copy = loader.loadClass(Refusals.class.getName());
            if (copy == Refusals.class) throw new AssertionError("not a copy");
            return (boolean)
                    copy.getDeclaredMethod("first", int.class, int.class).invoke(null, refused, errno);
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    /** Lives with one refusal and then without; whether there was something to refuse. */
    public static boolean first(int refused, int errno) {
        Ledger ledger = new Ledger(refused, errno);
        Pages.inject(ledger);
        String end = "well";
        try {
            live(Config.DEFAULT, true);
        } catch (EngineLimitException limit) {
            end = "limit: " + limit.getMessage();
        } finally {
            Pages.inject(null);
        }
        System.out.println(ledger.what() + ": " + end);
        live(Config.DEFAULT, false);
        if (errno == Errno.ENOMEM) {
            try (Engine engine = Engine.start()) { // for want of memory nothing is given up for good
                if (engine.tier() != Tier.BASELINE) throw new AssertionError(engine.tier());
                if (engine.bounds() != Bounds.GUARD) throw new AssertionError(engine.bounds());
            }
        }
        return ledger.happened();
    }
}
