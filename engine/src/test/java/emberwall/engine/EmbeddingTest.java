package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs that embed the engine do with modules, instances and what these hold, in every tier. */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
class EmbeddingTest {
    private static final int[] NONE = {};
    private static final int I32 = WasmBuilder.I32;
    private static final int[] ONE = {I32};

    private final Engine engine;
    private final Engine other;

    EmbeddingTest(EngineTest.Kind kind) {
        engine = Engine.start(kind.config);
        other = Engine.start(kind.config);
    }

    @AfterEach
    void close() {
        engine.close();
        other.close();
    }

    private static WasmBuilder.Code code() {
        return WasmBuilder.code();
    }

    // ---- modules

    @Test
    void modulesTellWhatIsInThem() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(ONE, NONE);
        m.importFunction("env", "f", type);
        m.importMemory("env", "m", 1, 2);
        m.importTable("other", "t", WasmBuilder.FUNCREF, 3, -1);
        m.importGlobal("env", "g", WasmBuilder.F64, true);
        m.exportFunction("out", 0);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(m.build());
        for (String content : new String[] {"one", "two"}) {
            bytes.write(0);
            bytes.write(3 + content.length());
            bytes.write(2);
            bytes.writeBytes(("xy" + content).getBytes(StandardCharsets.US_ASCII));
        }
        try (CompiledModule module = engine.compile(bytes.toByteArray())) {
            assertEquals(
                    List.of(
                            new ImportType("env", "f", FunctionType.of(ValueType.I32)),
                            new ImportType("env", "m", new MemoryType(1, 2)),
                            new ImportType("other", "t", new TableType(ValueType.FUNCREF, 3, -1)),
                            new ImportType("env", "g", new GlobalType(ValueType.F64, true))),
                    module.imports());
            assertEquals(List.of(new ExportType("out", FunctionType.of(ValueType.I32))), module.exports());
            List<byte[]> sections = module.customSections("xy");
            assertEquals(2, sections.size());
            assertArrayEquals("one".getBytes(StandardCharsets.US_ASCII), sections.get(0));
            assertArrayEquals("two".getBytes(StandardCharsets.US_ASCII), sections.get(1));
            assertEquals(List.of(), module.customSections("name"));
            assertSame(engine, module.engine());
            assertThrows(LinkException.class, module::instantiate);
        }
    }

    // ---- typed exports

    /** Exports of {@link #calculator}. */
    interface Calculator extends AutoCloseable {
        int add(int a, int b);

        long wide(long x);

        void fail();

        default int twice(int x) {
            return add(x, x);
        }

        @Override
        void close();
    }

    /** As {@link Calculator}, but for a type. */
    interface Wrong {
        long add(int a, int b);
    }

    private static byte[] calculator() {
        WasmBuilder m = new WasmBuilder();
        int add = m.type(new int[] {I32, I32}, ONE);
        int wide = m.type(new int[] {WasmBuilder.I64}, new int[] {WasmBuilder.I64});
        int none = m.type(NONE, NONE);
        int host = m.importFunction("env", "fail", none);
        m.exportFunction(
                "add", m.function(add, NONE, code().get(0).get(1).op(0x6A).end()));
        m.exportFunction("wide", m.function(wide, NONE, code().get(0).end()));
        m.exportFunction("fail", m.function(none, NONE, code().call(host).end()));
        return m.build();
    }

    @Test
    void interfacesAreExports() {
        RuntimeException failure = new ArrayStoreException("of the host");
        Instance instance = engine.compile(calculator())
                .instantiate(Imports.of().function("env", "fail", FunctionType.of(), call -> {
                    throw failure;
                }));
        Calculator calculator = instance.as(Calculator.class);
        assertEquals(5, calculator.add(2, 3));
        assertEquals(-14, calculator.twice(-7));
        assertEquals(1L << 40, calculator.wide(1L << 40));
        assertSame(failure, assertThrows(ArrayStoreException.class, calculator::fail));
        assertEquals(calculator, calculator);
        assertNotEquals(calculator, instance.as(Calculator.class));
        assertEquals("exports of instance of a module without a name", calculator.toString());
        assertThrows(IllegalArgumentException.class, () -> instance.as(Runnable.class), "no export");
        String message = assertThrows(IllegalArgumentException.class, () -> instance.as(Wrong.class))
                .getMessage();
        assertTrue(message.contains("[i32 i32] -> [i32]"), message);
        assertThrows(IllegalArgumentException.class, () -> instance.as(String.class), "no interface");
        calculator.close();
        assertThrows(IllegalStateException.class, () -> calculator.add(1, 2));
    }

    @Test
    void methodHandlesBecomeFunctions() throws Exception {
        try (Store store = engine.newStore()) {
            Function max = store.newFunction(MethodHandles.lookup()
                    .findStatic(Math.class, "max", MethodType.methodType(long.class, long.class, long.class)));
            assertEquals(FunctionType.of(ValueType.I64, ValueType.I64).returning(ValueType.I64), max.type());
            assertEquals(7L, max.call(-3L, 7L));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> store.newFunction(MethodHandles.constant(String.class, "no type for it")));
        }
    }

    // ---- memories

    @Test
    void memoriesHoldTextAndNumbers() {
        try (Store store = engine.newStore()) {
            Memory memory = store.newMemory(MemoryType.of(1));
            assertEquals(9, memory.writeString(10, "grüße €".substring(0, 5) + "!!"));
            assertEquals("grüße!!", memory.readString(10, 9));
            assertEquals(5, memory.writeCString(100, "ab€".substring(0, 2) + "cd"));
            assertEquals("abcd", memory.readCString(100));
            memory.fill(100, 6, (byte) 'x');
            assertEquals("xxxxxx", memory.readCString(100));
            memory.putFloat(8, -0.5f);
            memory.putDouble(16, Math.PI);
            assertEquals(-0.5f, memory.getFloat(8));
            assertEquals(Math.PI, memory.getDouble(16));
            assertEquals(Float.floatToRawIntBits(-0.5f), memory.getInt(8));
            memory.fill(0, 65_536, (byte) 1);
            assertThrows(IndexOutOfBoundsException.class, () -> memory.readCString(65_000), "no end");
            assertThrows(IndexOutOfBoundsException.class, () -> memory.readString(65_530, 7));
            assertThrows(IndexOutOfBoundsException.class, () -> memory.writeString(65_530, "1234567"));
            assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(65_530, 7, (byte) 0));
        }
    }

    @Test
    void memoriesAndTablesMayHaveWideAddresses() {
        MemoryType wide = new MemoryType(1, 1L << 40, true, false, 16);
        assertEquals("memory i64 1..1099511627776", wide.toString());
        CompiledModule module = engine.compileText("""
                (module
                  (import "env" "memory" (memory i64 1 0x1_0000_0000_00))
                  (import "env" "table" (table i64 2 funcref))
                  (export "m" (memory 0))
                  (func (export "load") (param i64) (result i32) (i32.load8_u (local.get 0)))
                  (func (export "size") (result i64) (table.size 0)))""");
        TableType table = new TableType(ValueType.FUNCREF, true, 2, -1);
        assertEquals(
                List.of(new ImportType("env", "memory", wide), new ImportType("env", "table", table)),
                module.imports());
        assertEquals(
                List.of("m", "load", "size"),
                module.exports().stream().map(ExportType::name).toList());
        assertEquals(wide, module.exports().getFirst().type());
        try (Store store = engine.newStore()) {
            Memory memory = store.newMemory(wide);
            assertEquals(wide, memory.type());
            memory.putByte(65_535, (byte) 77);
            Imports imports = Imports.of().table("env", "table", store.newTable(table, null));
            LinkException narrow = assertThrows(
                    LinkException.class,
                    () -> module.instantiate(
                            store, imports.memory("env", "memory", store.newMemory(new MemoryType(1, 2)))));
            assertEquals("memory i64 1..1099511627776", narrow.wanted());
            assertEquals("memory 1..2", narrow.given());
            Instance instance = module.instantiate(store, imports.memory("env", "memory", memory));
            assertEquals(77, instance.function("load").call(65_535L));
            assertThrows(Trap.class, () -> instance.function("load").call(1L << 32));
            assertEquals(2L, instance.function("size").call());
            assertSame(memory, instance.memory("m"));
        }
    }

    /** Of 2^32 pages, which 4 GiB would be, an i32 could not say how many they are. */
    @Test
    void smallPagesAreNoMoreThanAnAddressCounts() {
        new MemoryType(0xFFFF_FFFFL, -1, false, false, 0);
        assertThrows(IllegalArgumentException.class, () -> new MemoryType(1L << 32, -1, false, false, 0));
        try (Store store = engine.newStore()) {
            Memory memory = store.newMemory(new MemoryType(5, -1, false, false, 0));
            assertEquals(-1, memory.grow((1L << 32) - 5));
            assertEquals(5, memory.grow(7));
            assertEquals(12, memory.bytes());
            assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(12));
        }
    }

    @Test
    void typesOfMemoriesAreChecked() {
        assertEquals("memory 1..2 shared", new MemoryType(1, 2, false, true, 16).toString());
        assertEquals("memory i64 0 pagesize 1", new MemoryType(0, -1, true, false, 0).toString());
        assertEquals(1, new MemoryType(0, -1, true, false, 0).pageSize());
        assertEquals(65_536, new MemoryType(0, 65_536).maximum());
        assertThrows(IllegalArgumentException.class, () -> new MemoryType(3, 2));
        assertThrows(IllegalArgumentException.class, () -> new MemoryType(65_537, -1));
        assertThrows(IllegalArgumentException.class, () -> new MemoryType(0, (1L << 48) + 1, true, false, 16));
        assertThrows(
                IllegalArgumentException.class, () -> new MemoryType(0, -1, false, true, 16), "shared, no maximum");
        assertThrows(IllegalArgumentException.class, () -> new MemoryType(0, 1, false, false, 12));
    }

    // ---- limits of a store

    @Test
    void allOfAStoreShareItsLimits() {
        WasmBuilder m = new WasmBuilder();
        m.memory(2, 10);
        m.exportMemory("memory", 0);
        m.table(WasmBuilder.FUNCREF, 10, -1);
        m.exportTable("table", 0);
        int grow = m.type(ONE, ONE);
        m.exportFunction(
                "grow", m.function(grow, NONE, code().get(0).op(0x40, 0x00).end()));
        CompiledModule module = engine.compile(m.build());
        StoreLimits limits =
                StoreLimits.NONE.memoryBytes(5 * 65_536).tableElements(25).instances(2);
        try (Store store = engine.newStore(limits)) {
            Instance first = module.instantiate(store, Imports.of());
            Instance second = module.instantiate(store, Imports.of());
            assertThrows(EngineLimitException.class, () -> module.instantiate(store, Imports.of()));
            assertEquals(-1, first.function("grow").call(2));
            assertEquals(2, first.function("grow").call(1));
            assertEquals(-1, second.memory("memory").grow(1));
            assertEquals(-1L, first.table("table").grow(6, null));
            assertEquals(10, second.table("table").grow(5, null));
            assertEquals(-1L, first.table("table").grow(1, null));
            assertThrows(EngineLimitException.class, () -> store.newMemory(MemoryType.of(1)));
            assertThrows(
                    EngineLimitException.class, () -> store.newTable(new TableType(ValueType.FUNCREF, 1, -1), null));
            assertEquals(0, store.newMemory(MemoryType.of(0)).size());
        }
        try (Store store = engine.newStore(StoreLimits.NONE.memoryBytes(65_536))) {
            assertThrows(EngineLimitException.class, () -> module.instantiate(store, Imports.of()));
            assertEquals(1, store.newMemory(MemoryType.of(1)).size());
        }
        assertThrows(IllegalArgumentException.class, () -> new StoreLimits(-1, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> StoreLimits.NONE.heapBytes(-1));
    }

    // ---- linking

    /** A link of a chain: calls the one before, adds its own number, and counts in a shared global and memory. */
    private static byte[] link() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(ONE, ONE);
        int before = m.importFunction("before", "f", type);
        m.importMemory("before", "memory", 1, 4);
        m.importTable("before", "table", WasmBuilder.FUNCREF, 2, -1);
        m.importGlobal("before", "count", I32, true);
        WasmBuilder.Code f = code().op(0x23, 0).i32(1).op(0x6A).op(0x24, 0); // count += 1
        f.i32(0).i32(0).memory(0x28, 2, 0).i32(2).op(0x6A).memory(0x36, 2, 0); // memory[0] += 2
        f.get(0).call(before).i32(10).op(0x6A).end();
        int own = m.function(type, NONE, f);
        m.elements(1, own);
        m.exportFunction("f", own);
        m.exportMemory("memory", 0);
        m.exportTable("table", 0);
        m.exportGlobal("count", 0);
        int indirect = m.type(ONE, ONE);
        m.exportFunction(
                "last",
                m.function(
                        indirect,
                        NONE,
                        code().get(0).i32(1).op(0x11).u(type).u(0).end()));
        return m.build();
    }

    @Test
    void instancesAreLinkedOneToTheNext() {
        try (Store store = engine.newStore();
                CompiledModule module = engine.compile(link())) {
            List<Instance> chain = new ArrayList<>();
            Memory memory = store.newMemory(new MemoryType(1, 4));
            Table table = store.newTable(new TableType(ValueType.FUNCREF, 2, -1), null);
            Global count = store.newGlobal(new GlobalType(ValueType.I32, true), 0);
            Imports imports = Imports.of()
                    .function(
                            "before",
                            "f",
                            FunctionType.of(ValueType.I32).returning(ValueType.I32),
                            call -> call.result(call.i32(0)))
                    .memory("before", "memory", memory)
                    .table("before", "table", table)
                    .global("before", "count", count);
            for (int i = 0; i < 20; i++) {
                Instance made = module.instantiate(imports);
                assertSame(store, made.store());
                chain.add(made);
                imports = Imports.of().instance("before", made);
            }
            assertEquals(203, chain.getLast().function("f").call(3));
            assertEquals(20, count.get());
            assertEquals(40, memory.getInt(0));
            assertEquals(201, chain.getFirst().function("last").call(1), "the last one put itself into the table");
            assertSame(memory, chain.get(7).memory("memory"));
            assertSame(chain.getLast().function("f"), table.get(1));
            chain.getFirst().close(); // shares the store, which stays
            assertEquals(200, chain.getLast().function("f").call(0));
        }
    }

    @Test
    void objectsStayInTheirStore() {
        try (Store store = engine.newStore();
                Store second = engine.newStore();
                Store foreign = other.newStore()) {
            CompiledModule module = engine.compile(link());
            Memory memory = store.newMemory(new MemoryType(1, 4));
            Table table = second.newTable(new TableType(ValueType.FUNCREF, 2, -1), null);
            Function function = second.newFunction(FunctionType.of(), call -> {});
            FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.I32);
            Imports mixed = Imports.of()
                    .function("before", "f", type, call -> {})
                    .memory("before", "memory", memory)
                    .table("before", "table", table)
                    .global("before", "count", store.newGlobal(new GlobalType(ValueType.I32, true), 0));
            assertThrows(IllegalArgumentException.class, () -> module.instantiate(store, mixed));
            assertThrows(IllegalArgumentException.class, () -> module.instantiate(foreign, Imports.of()));
            Imports strange = Imports.of().memory("before", "memory", foreign.newMemory(new MemoryType(1, 4)));
            assertThrows(IllegalArgumentException.class, () -> module.instantiate(strange));
            Table ours = store.newTable(new TableType(ValueType.FUNCREF, 1, 1), null);
            assertThrows(IllegalArgumentException.class, () -> ours.set(0, function));
        }
    }

    // ---- host functions

    @Test
    void startFunctionsSeeTheirInstance() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "look", type);
        m.memory(1, 1);
        m.data(3, new byte[] {42});
        m.start(m.function(type, NONE, code().call(host).end()));
        List<Instance> seen = new ArrayList<>();
        Imports imports = Imports.of().function("env", "look", FunctionType.of(), call -> {
            assertEquals(42, call.memory().getByte(3));
            seen.add(call.instance());
        });
        Instance made = engine.compile(m.build()).instantiate(imports);
        assertEquals(List.of(made), seen);
    }

    @Test
    void exceptionsOfTheHostCrossManyLevelsUnchanged() {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(ONE, ONE);
        int host = m.importFunction("env", "down", type);
        m.exportFunction(
                "f",
                m.function(type, NONE, code().get(0).call(host).i32(1).op(0x6A).end()));
        IOException failure = new IOException("from the deepest");
        Function[] self = new Function[1];
        boolean[] fails = {true};
        FunctionType down = FunctionType.of(ValueType.I32).returning(ValueType.I32);
        Instance instance = engine.compile(m.build()).instantiate(Imports.of().function("env", "down", down, call -> {
            int left = call.i32(0);
            if (left == 0 && fails[0]) {
                throw failure;
            }
            call.result(left == 0 ? 0 : (Integer) self[0].call(left - 1));
        }));
        self[0] = instance.function("f");
        for (int i = 0; i < 200; i++) { // frames that stayed behind would fill the guest's stack
            fails[0] = true;
            assertSame(failure, assertThrows(IOException.class, () -> self[0].call(90)));
            fails[0] = false;
            assertEquals(91, self[0].call(90));
        }
    }
}
