package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public API says and does the same over every tier and strategy. */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
class EngineTest {
    private static final int[] NONE = {};
    private static final int I32 = WasmBuilder.I32;
    private static final int I64 = WasmBuilder.I64;
    private static final int F32 = WasmBuilder.F32;
    private static final int F64 = WasmBuilder.F64;
    private static final int[] ONE = {I32};
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    enum Kind {
        REFERENCE(Tier.REFERENCE, Bounds.AUTO),
        GUARD(Tier.BASELINE, Bounds.GUARD),
        EXPLICIT(Tier.BASELINE, Bounds.EXPLICIT),
        OPTIMIZED(Tier.OPTIMIZING, Bounds.GUARD),
        OPTIMIZED_EXPLICIT(Tier.OPTIMIZING, Bounds.EXPLICIT);

        final Config config;

        Kind(Tier tier, Bounds bounds) {
            config = Config.builder().tier(tier).bounds(bounds).build();
        }
    }

    private final Engine engine;

    EngineTest(Kind kind) {
        engine = Engine.start(kind.config);
    }

    @AfterEach
    void close() {
        engine.close();
        engine.close();
    }

    private Instance instance(WasmBuilder module, Imports imports) {
        return engine.compile(module.build()).instantiate(imports);
    }

    private static WasmBuilder.Code code() {
        return WasmBuilder.code();
    }

    // ---- calls

    @Test
    void callsAddThroughObjectsAndThroughItsHandle() throws Throwable {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(new int[] {I32, I32}, ONE);
        m.exportFunction(
                "add", m.function(type, NONE, code().get(0).get(1).op(0x6A).end()));
        Function add = instance(m, Imports.of()).function("add");
        assertEquals(FunctionType.of(ValueType.I32, ValueType.I32).returning(ValueType.I32), add.type());
        assertEquals(42, add.call(40, 2));
        assertEquals(Integer.MIN_VALUE, add.call(Integer.MAX_VALUE, 1));
        MethodHandle handle = add.handle();
        assertEquals(MethodType.methodType(int.class, int.class, int.class), handle.type());
        assertEquals(-2, (int) handle.invokeExact(-1, -1));
        assertThrows(IllegalArgumentException.class, () -> add.call(1));
        assertThrows(IllegalArgumentException.class, () -> add.call(1, 2L));
        assertThrows(IllegalArgumentException.class, () -> add.call(1, null));
    }

    @Test
    void handlesPassEveryClassOfNumber() throws Throwable {
        WasmBuilder m = new WasmBuilder();
        int third = m.type(new int[] {I32, F64, F32}, new int[] {F32});
        int second = m.type(new int[] {I64, F64}, new int[] {F64});
        int first = m.type(new int[] {I64, I32, I32}, new int[] {I64});
        int none = m.type(new int[] {F32}, NONE);
        m.exportFunction("third", m.function(third, NONE, code().get(2).end()));
        m.exportFunction("second", m.function(second, NONE, code().get(1).end()));
        m.exportFunction("first", m.function(first, NONE, code().get(0).end()));
        m.exportFunction("none", m.function(none, NONE, code().end()));
        Instance instance = instance(m, Imports.of());
        float nan = Float.intBitsToFloat(0x7FA0_1234);
        float same = (float) instance.function("third").handle().invokeExact(1, 2.0, nan);
        assertEquals(0x7FA0_1234, Float.floatToRawIntBits(same));
        assertEquals(-0.5, (double) instance.function("second").handle().invokeExact(7L, -0.5));
        assertEquals(Long.MIN_VALUE, (long) instance.function("first").handle().invokeExact(Long.MIN_VALUE, 1, 2));
        instance.function("none").handle().invokeExact(1f);
    }

    @Test
    void manyParametersAndResultsKeepTheirPlaces() {
        int count = 300;
        int[] types = new int[count];
        Object[] arguments = new Object[count];
        WasmBuilder.Code code = code();
        for (int i = 0; i < count; i++) {
            types[i] = new int[] {I32, I64, F32, F64}[i % 4];
            arguments[i] = switch (i % 4) {
                case 0 -> (Object) (-i);
                case 1 -> (long) i << 40;
                case 2 -> i + 0.5f;
                default -> -i - 0.25;
            };
            code.get(i);
        }
        WasmBuilder m = new WasmBuilder();
        int type = m.type(types, types);
        int host = m.importFunction("env", "same", type);
        m.exportFunction("guest", m.function(type, NONE, code.end()));
        WasmBuilder.Code through = code();
        for (int i = 0; i < count; i++) {
            through.get(i);
        }
        m.exportFunction("through", m.function(type, NONE, through.call(host).end()));
        FunctionType wasm = engine.compile(m.build()).exports().getFirst().type() instanceof FunctionType t ? t : null;
        Imports imports = Imports.of().function("env", "same", wasm, call -> {
            for (int i = 0; i < count; i++) {
                switch (i % 4) {
                    case 0 -> call.result(i, call.i32(i));
                    case 1 -> call.result(i, call.i64(i));
                    case 2 -> call.result(i, call.f32(i));
                    default -> call.result(i, call.f64(i));
                }
            }
        });
        Instance instance = instance(m, imports);
        assertArrayEquals(arguments, (Object[]) instance.function("guest").call(arguments));
        assertArrayEquals(arguments, (Object[]) instance.function("through").call(arguments));
    }

    @Test
    void resultsThatTheHostDoesNotSetAreZero() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, new int[] {I32, F64, WasmBuilder.EXTERNREF, I64});
        int host = m.importFunction("env", "nothing", type);
        m.exportFunction("f", m.function(type, NONE, code().call(host).end()));
        FunctionType wasm =
                FunctionType.of().returning(ValueType.I32, ValueType.F64, ValueType.EXTERNREF, ValueType.I64);
        Instance instance = instance(m, Imports.of().function("env", "nothing", wasm, call -> {}));
        assertArrayEquals(new Object[] {0, 0.0, null, 0L}, (Object[])
                instance.function("f").call());
    }

    // ---- the host

    @Test
    void methodHandlesAreHostFunctions() throws Throwable {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        MethodHandle scale = lookup.findStatic(
                EngineTest.class, "scale", MethodType.methodType(double.class, Call.class, int.class, double.class));
        WasmBuilder m = new WasmBuilder();
        int type = m.type(new int[] {I32, F64}, new int[] {F64});
        m.memory(1, 1);
        int host = m.importFunction("env", "scale", type);
        m.exportFunction(
                "f", m.function(type, NONE, code().get(0).get(1).call(host).end()));
        Instance instance = instance(m, Imports.of().function("env", "scale", scale));
        assertEquals(7.5, instance.function("f").call(3, 2.5));
    }

    static double scale(Call call, int factor, double value) {
        assertEquals(1, call.memory().size());
        return factor * value;
    }

    @Test
    void whatTheHostThrowsArrivesUnchanged() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "fail", type);
        m.exportFunction("f", m.function(type, NONE, code().call(host).end()));
        Throwable[] thrown = {new IOException("checked"), new IllegalStateException(), new AssertionError("an error")};
        for (Throwable expected : thrown) {
            Instance instance = instance(m, Imports.of().function("env", "fail", FunctionType.of(), call -> {
                throw Sneaky.<RuntimeException>as(expected);
            }));
            for (int i = 0; i < 3; i++) {
                assertSame(expected, assertThrows(Throwable.class, instance.function("f")::call));
            }
        }
    }

    @Test
    void theHostSeesItsCaller() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "look", type);
        m.memory(1, 2);
        m.table(WasmBuilder.FUNCREF, 1, 1);
        m.elements(0, host);
        m.exportFunction("direct", m.function(type, NONE, code().call(host).end()));
        m.exportFunction(
                "indirect",
                m.function(type, NONE, code().i32(0).op(0x11).u(type).u(0).end()));
        List<Instance> seen = new ArrayList<>();
        AtomicReference<Call> kept = new AtomicReference<>();
        Imports imports = Imports.of().function("env", "look", FunctionType.of(), call -> {
            seen.add(call.instance());
            assertSame(call.instance().store(), call.store());
            call.memory().putInt(8, 77);
            kept.set(call);
        });
        Instance first = instance(m, imports);
        Instance second = instance(m, imports);
        first.function("direct").call();
        second.function("direct").call();
        first.function("indirect").call();
        assertEquals(List.of(first, second, first), seen);
    }

    /** On a stack that is not the first to end: frames of the interpreter that Java has not compiled yet are large. */
    @Test
    void guestAndHostNestOnlySoDeep() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(null, () -> complete(done, this::nest), "nest", 16 << 20).start();
        done.join();
    }

    private static void complete(CompletableFuture<Void> done, Runnable body) {
        try {
            body.run();
            done.complete(null);
        } catch (RuntimeException | Error failure) {
            done.completeExceptionally(failure);
        }
    }

    private void nest() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(ONE, ONE);
        int host = m.importFunction("env", "again", type);
        m.exportFunction("f", m.function(type, NONE, code().get(0).call(host).end()));
        AtomicReference<Function> self = new AtomicReference<>();
        AtomicInteger deepest = new AtomicInteger();
        Imports imports = Imports.of()
                .function("env", "again", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
                    int depth = call.i32(0);
                    deepest.accumulateAndGet(depth, Math::max);
                    int below = depth == 400 ? 0 : (Integer) self.get().call(depth + 1);
                    call.result(below + 1);
                });
        self.set(instance(m, imports).function("f"));
        assertEquals(401, self.get().call(0));
        deepest.set(0);
        Trap trap = assertThrows(Trap.class, () -> self.get().call(401));
        assertSame(TrapReason.STACK_EXHAUSTED, trap.reason());
        assertTrue(deepest.get() > 700 && deepest.get() <= 901, "depth " + deepest.get());
        assertEquals(1, self.get().call(400), "all is well afterwards");
    }

    @Test
    void aTrapTellsTheGuestsFrames() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int inner = m.function(type, NONE, code().op(0x00).end());
        int outer = m.function(type, NONE, code().op(0x01).call(inner).end());
        m.functionName(inner, "inner");
        m.functionName(outer, "outer");
        m.exportFunction("f", outer);
        Instance instance = instance(m, Imports.of());
        Trap trap = assertThrows(Trap.class, instance.function("f")::call);
        assertSame(TrapReason.UNREACHABLE, trap.reason());
        assertEquals("unreachable", trap.getMessage());
        assertEquals(2, trap.trace().size());
        assertEquals("inner", trap.trace().get(0).name());
        assertEquals("outer", trap.trace().get(1).name());
        int caller = trap.trace().get(1).offset();
        byte[] bytes = m.build();
        assertEquals(0x00, bytes[trap.trace().get(0).offset()]);
        assertEquals(0x10, bytes[caller], "the call at " + caller);
    }

    // ---- memories, tables, globals

    @Test
    void viewsEndWhereTheMemoryEnds() {
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 5);
        m.exportMemory("memory", 0);
        m.data(4, new byte[] {1, 2, 3, 4});
        int grow = m.type(ONE, ONE);
        m.exportFunction(
                "grow", m.function(grow, NONE, code().get(0).op(0x40, 0x00).end()));
        int load = m.type(ONE, ONE);
        m.exportFunction(
                "load", m.function(load, NONE, code().get(0).memory(0x28, 0, 0).end()));
        Instance instance = instance(m, Imports.of());
        Memory memory = instance.memory("memory");
        assertEquals(new MemoryType(1, 5), memory.type());
        MemorySegment before = memory.segment();
        assertEquals(65_536, before.byteSize());
        assertEquals(0x0403_0201, memory.getInt(4));
        assertArrayEquals(new byte[] {2, 3}, memory.read(5, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.getInt(65_533));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.putByte(-1, (byte) 0));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.write(65_530, new byte[7]));
        assertThrows(IndexOutOfBoundsException.class, () -> before.get(ValueLayout.JAVA_BYTE, 65_536));
        assertEquals(1, instance.function("grow").call(2));
        assertEquals(3, memory.grow(1));
        assertEquals(-1L, memory.grow(2));
        assertEquals(-1, instance.function("grow").call(-1));
        assertEquals(4 * 65_536, memory.segment().byteSize());
        memory.putLong(4 * 65_536 - 8, -5);
        assertEquals(-5, instance.function("load").call(4 * 65_536 - 8));
        assertThrows(Trap.class, () -> instance.function("load").call(4 * 65_536 - 3));
        MemorySegment last = memory.segment();
        instance.close();
        assertThrows(IllegalStateException.class, () -> last.get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> memory.getByte(0));
        assertThrows(IllegalStateException.class, memory::segment);
        assertThrows(
                IllegalStateException.class, () -> instance.function("load").call(0));
    }

    @Test
    void tablesAndGlobalsHoldWhatFits() {
        try (Store store = engine.newStore()) {
            Function print = store.newFunction(FunctionType.of(), call -> {});
            Table functions = store.newTable(new TableType(ValueType.FUNCREF, 2, 5), null);
            functions.set(1, print);
            assertSame(print, functions.get(1));
            assertNull(functions.get(0));
            assertThrows(IndexOutOfBoundsException.class, () -> functions.get(2));
            assertThrows(IllegalArgumentException.class, () -> functions.set(0, "text"));
            assertEquals(2, functions.grow(3, print));
            assertEquals(-1, functions.grow(1, null));
            assertSame(print, functions.get(4));

            Table objects = store.newTable(new TableType(ValueType.EXTERNREF, 1, -1), "initial");
            assertEquals("initial", objects.get(0));

            Global number = store.newGlobal(new GlobalType(ValueType.F32, true), 1.5f);
            number.set(-2f);
            assertEquals(-2f, number.get());
            assertThrows(IllegalArgumentException.class, () -> number.set(2.0));
            Global fixed = store.newGlobal(new GlobalType(ValueType.I64, false), 9L);
            assertThrows(IllegalStateException.class, () -> fixed.set(1L));
            try (Store other = engine.newStore()) {
                Table foreign = other.newTable(new TableType(ValueType.FUNCREF, 1, 1), null);
                assertThrows(IllegalArgumentException.class, () -> foreign.set(0, print));
            }
        }
    }

    @Test
    void hostObjectsThatNobodyHoldsAreForgotten() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(new int[] {WasmBuilder.EXTERNREF}, new int[] {WasmBuilder.EXTERNREF});
        m.table(WasmBuilder.EXTERNREF, 1, 1);
        m.exportTable("table", 0);
        m.exportFunction("same", m.function(type, NONE, code().get(0).end()));
        Instance instance = instance(m, Imports.of());
        Object kept = new Object();
        instance.table("table").set(0, kept);
        Function same = instance.function("same");
        for (int i = 0; i < 20_000; i++) {
            Object object = new Object();
            assertSame(object, same.call(object));
        }
        assertSame(kept, instance.table("table").get(0));
        if (instance.store() instanceof NativeStore store) {
            assertTrue(store.handles.size() < 10_000, store.handles.size() + " objects held");
        }
    }

    // ---- linking

    @Test
    void importsThatDoNotFitAreNamed() {
        WasmBuilder m = new WasmBuilder();
        m.importFunction("env", "log", m.type(ONE, NONE));
        CompiledModule module = engine.compile(m.build());
        LinkException missing = assertThrows(LinkException.class, () -> module.instantiate(Imports.of()));
        assertEquals("env", missing.module());
        assertEquals("log", missing.name());
        assertEquals("function [i32] -> []", missing.wanted());
        assertNull(missing.given());
        Imports wrong = Imports.of().function("env", "log", FunctionType.of(ValueType.I64), call -> {});
        LinkException other = assertThrows(LinkException.class, () -> module.instantiate(wrong));
        assertEquals("function [i64] -> []", other.given());
        assertTrue(other.getMessage().contains("\"env\" \"log\""), other.getMessage());
        assertEquals(List.of(new ImportType("env", "log", FunctionType.of(ValueType.I32))), module.imports());
    }

    /** An index of a module's type, taken for one of the engine's, would name a type of somebody else. */
    @Test
    void hostFunctionsCannotHaveTypesByTheirIndex() {
        FunctionType taker = FunctionType.of(ValueType.reference(true, ValueType.concrete(0)));
        FunctionType giver = FunctionType.of().returning(ValueType.reference(false, ValueType.concrete(7)));
        for (FunctionType type : List.of(taker, giver)) {
            assertThrows(IllegalArgumentException.class, () -> Imports.of().function("env", "f", type, call -> {}));
            try (Store store = engine.newStore()) {
                assertThrows(IllegalArgumentException.class, () -> store.newFunction(type, call -> {}));
            }
        }
    }

    @Test
    void instancesShareWhatTheyImport() {
        WasmBuilder library = new WasmBuilder();
        library.memory(1, 1);
        library.exportMemory("memory", 0);
        library.global(I32, true, code().i32(5).end());
        library.exportGlobal("counter", 0);
        int type = library.type(NONE, ONE);
        library.exportFunction(
                "read",
                library.function(type, NONE, code().i32(0).memory(0x28, 2, 0).end()));
        Instance first = instance(library, Imports.of());

        WasmBuilder user = new WasmBuilder();
        int number = user.type(NONE, ONE);
        user.importMemory("lib", "memory", 1, 1);
        user.importGlobal("lib", "counter", I32, true);
        int read = user.importFunction("lib", "read", number);
        user.exportFunction(
                "run",
                user.function(
                        number,
                        NONE,
                        code().i32(0)
                                .i32(41)
                                .memory(0x36, 2, 0)
                                .call(read)
                                .op(0x23)
                                .u(0)
                                .op(0x6A, 0x24)
                                .u(0)
                                .op(0x23)
                                .u(0)
                                .end()));
        Instance second = instance(user, Imports.of().instance("lib", first));
        assertSame(first.store(), second.store());
        assertEquals(46, second.function("run").call());
        assertEquals(46, first.global("counter").get());
        second.close();
        assertEquals(41, first.function("read").call(), "the store belongs to the first");
        try (Engine other = Engine.start(engine.config());
                CompiledModule module = other.compile(user.build())) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> module.instantiate(Imports.of().instance("lib", first)));
        }
    }

    @Test
    void aFailedInstantiationKeepsWhatItDid() {
        try (Store store = engine.newStore()) {
            Memory memory = store.newMemory(new MemoryType(1, 1));
            WasmBuilder m = new WasmBuilder();
            m.importMemory("env", "memory", 1, 1);
            m.data(0, new byte[] {42});
            m.data(65_536, new byte[] {1});
            Imports imports = Imports.of().memory("env", "memory", memory);
            CompiledModule module = engine.compile(m.build());
            Trap trap = assertThrows(Trap.class, () -> module.instantiate(imports));
            assertSame(TrapReason.MEMORY_OUT_OF_BOUNDS, trap.reason());
            assertEquals(42, memory.getByte(0));
        }
    }

    @Test
    void limitsOfTheEngineHold() {
        Config small =
                engine.config().toBuilder().maxMemory(3 * 65_536).maxTable(10).build();
        try (Engine limited = Engine.start(small)) {
            WasmBuilder m = new WasmBuilder();
            m.memory(4, 10);
            CompiledModule module = limited.compile(m.build());
            assertThrows(EngineLimitException.class, () -> module.instantiate(Imports.of()));
            try (Store store = limited.newStore()) {
                Memory memory = store.newMemory(MemoryType.of(1));
                assertEquals(1, memory.grow(2));
                assertEquals(-1, memory.grow(1));
                assertThrows(
                        EngineLimitException.class,
                        () -> store.newTable(new TableType(ValueType.FUNCREF, 11, -1), null));
            }
        }
    }

    static Object wrapped(Object reference) {
        return List.of(reference);
    }

    @Test
    void handlesMayGiveReferences() throws Throwable {
        WasmBuilder m = new WasmBuilder();
        int[] one = {WasmBuilder.EXTERNREF};
        int type = m.type(one, one);
        m.exportFunction("wrap", m.importFunction("host", "wrap", type));
        MethodHandle wrap = MethodHandles.lookup()
                .findStatic(EngineTest.class, "wrapped", MethodType.methodType(Object.class, Object.class));
        try (Store store = engine.newStore();
                CompiledModule module = engine.compile(m.build())) {
            Instance instance = module.instantiate(store, Imports.of().function("host", "wrap", wrap));
            assertEquals(List.of("it"), instance.function("wrap").call("it"));
        }
    }

    @Test
    void everyTierRunsWhatUsesGarbageCollection() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        m.function(type, NONE, code().i32(1).op(0xFB, 0x1C).op(0x1A).end());
        CompiledModule module = engine.compile(m.build());
        assertNull(module.unsupported());
        assertNotNull(module.instantiate(Imports.of()));
    }

    // ---- threads

    @Test
    void oneThreadAtATimeAndThenAnother() throws Exception {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "wait", type);
        m.exportFunction("wait", m.function(type, NONE, code().call(host).end()));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Imports imports = Imports.of().function("env", "wait", FunctionType.of(), call -> {
            inside.countDown();
            leave.await();
        });
        Instance instance = instance(m, imports);
        Function wait = instance.function("wait");
        Thread thread = Thread.ofPlatform().start(wait::call);
        inside.await();
        assertThrows(IllegalStateException.class, wait::call);
        leave.countDown();
        thread.join();
        wait.call();
        assertThrows(
                IllegalStateException.class,
                () -> {
                    Imports closing = Imports.of()
                            .function(
                                    "env",
                                    "wait",
                                    FunctionType.of(),
                                    call -> call.store().close());
                    instance(m, closing).function("wait").call();
                },
                "a store does not close under its guest");
    }

    @Test
    void threadsThatFightOverAStoreNeverMeetInside() throws Exception {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "enter", type);
        m.exportFunction("f", m.function(type, NONE, code().call(host).end()));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger met = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        Imports imports = Imports.of().function("env", "enter", FunctionType.of(), call -> {
            if (inside.incrementAndGet() != 1) {
                met.incrementAndGet();
            }
            calls.incrementAndGet();
            inside.decrementAndGet();
        });
        Function function = instance(m, imports).function("f");
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 5_000; i++) {
                    try {
                        function.call();
                    } catch (IllegalStateException another) {
                        Thread.onSpinWait();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, met.get());
        assertTrue(calls.get() > 0);
    }

    @Test
    void oneModuleServesManyThreads() throws Exception {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(ONE, ONE);
        m.memory(1, 1);
        for (int f = 0; f < 40; f++) {
            m.exportFunction(
                    "f" + f,
                    m.function(type, NONE, code().get(0).i32(f).op(0x6A).end()));
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (CompiledModule module = engine.compile(m.build())) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 20; i++) {
                            try (Instance instance = module.instantiate(Imports.of())) {
                                for (int f = 0; f < 40; f++) {
                                    assertEquals(
                                            100 + f, instance.function("f" + f).call(100));
                                }
                            }
                        }
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertNull(failure.get());
    }

    /** What counts begins when the guest is inside already, however long it took to get there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bulkWorkEndsWithItsTime(boolean interrupt) throws Exception {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        m.importFunction("", "begin", type);
        m.memory(4_096, 4_096);
        m.exportMemory("memory", 0);
        // Fills all of the memory, for ever; there is no loop in the code that could look at the clock.
        WasmBuilder.Code fills = code().call(0);
        for (int i = 1; i <= 2_000; i++) {
            fills.i32(0).i32(i | 1).i32(4_096 << 16).op(0xFC, 0x0B, 0x00);
        }
        m.exportFunction("fill", m.function(type, NONE, fills.end()));
        Thread caller = Thread.currentThread();
        AtomicReference<Thread> interrupter = new AtomicReference<>();
        Instance instance = instance(m, Imports.of().function("", "begin", FunctionType.of(), call -> {
            Store store = call.memory().store();
            if (!interrupt) {
                store.timeout(java.time.Duration.ofMillis(30));
                return;
            }
            MemorySegment filled = call.memory().segment();
            interrupter.set(Thread.ofPlatform().daemon().start(() -> {
                while ((byte) BYTE.getVolatile(filled, 0L) == 0) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
            }));
        }));
        Trap trap = assertThrows(Trap.class, instance.function("fill")::call);
        assertSame(interrupt ? TrapReason.INTERRUPTED : TrapReason.DEADLINE, trap.reason());
        if (interrupt) {
            interrupter.get().join();
        }
        assertEquals(interrupt, Thread.interrupted());
        byte[] bytes = m.build();
        int place = trap.trace().getFirst().offset();
        assertEquals(0xFC, bytes[place] & 0xFF, "the trap is not at a fill");
        assertTrue(place < bytes.length - 1_000, "all was filled before anybody looked");
    }

    @Test
    void closedThingsSayso() {
        WasmBuilder m = new WasmBuilder();
        m.exportFunction("f", m.function(m.type(NONE, NONE), NONE, code().end()));
        CompiledModule module = engine.compile(m.build());
        Instance alive = module.instantiate(Imports.of());
        module.close();
        module.close();
        alive.function("f").call();
        engine.close();
        assertThrows(IllegalStateException.class, () -> alive.function("f").call());
        assertThrows(IllegalStateException.class, engine::newStore);
        assertThrows(IllegalStateException.class, () -> engine.compile(m.build()));
        assertFalse(alive.exports().isEmpty());
    }
}
