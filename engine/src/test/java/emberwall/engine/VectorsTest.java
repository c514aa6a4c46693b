package emberwall.engine;

import static emberwall.testing.WasmBuilder.code;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.V128;
import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors between programs and guests: arguments, results, globals, host functions. */
@ParameterizedClass
@EnumSource(
        value = Tier.class,
        names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
class VectorsTest {
    private static final int[] NONE = {};
    private static final V128 ONE = new V128(1, 2);
    private static final V128 TWO = new V128(-3, Long.MIN_VALUE);

    private final Engine engine;

    VectorsTest(Tier tier) {
        engine = Engine.start(Config.builder().tier(tier).build());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    static V128 exchange(int number, V128 vector) {
        return new V128(vector.high(), vector.low() + number);
    }

    @Test
    void vectorsGoToTheHostAndBack() throws Throwable {
        WasmBuilder m = new WasmBuilder();
        int[] two = {WasmBuilder.I32, WasmBuilder.V128};
        int type = m.type(two, new int[] {WasmBuilder.V128});
        int both = m.type(two, new int[] {WasmBuilder.V128, WasmBuilder.I32, WasmBuilder.V128});
        int handle = m.importFunction("host", "handle", type);
        int function = m.importFunction("host", "function", both);
        m.exportFunction(
                "handle",
                m.function(type, NONE, code().get(0).get(1).call(handle).end()));
        m.exportFunction(
                "function",
                m.function(both, NONE, code().get(0).get(1).call(function).end()));
        MethodHandle exchange = MethodHandles.lookup()
                .findStatic(VectorsTest.class, "exchange", MethodType.methodType(V128.class, int.class, V128.class));
        FunctionType several =
                FunctionType.of(ValueType.I32, ValueType.V128).returning(ValueType.V128, ValueType.I32, ValueType.V128);
        try (Store store = engine.newStore();
                CompiledModule module = engine.compile(m.build())) {
            Imports imports = Imports.of()
                    .function("host", "handle", exchange)
                    .function("host", "function", several, call -> {
                        assertThrows(IllegalArgumentException.class, () -> call.v128(0));
                        assertThrows(IllegalArgumentException.class, () -> call.word(1));
                        call.result(1, call.i32(0));
                        call.result(2, call.v128(1)); // the first result stays zero
                    });
            Instance instance = module.instantiate(store, imports);
            Function exported = instance.function("handle");
            assertEquals(new V128(2, 8), exported.call(7, ONE));
            assertEquals(new V128(Long.MIN_VALUE, -4), (V128) exported.handle().invokeExact(-1, TWO));
            Object[] results = (Object[]) instance.function("function").call(5, TWO);
            assertArrayEquals(new Object[] {V128.ZERO, 5, TWO}, results);
            assertThrows(IllegalArgumentException.class, () -> exported.call(7, 8L));
            assertThrows(IllegalArgumentException.class, () -> exported.call(7, null));
        }
    }

    @Test
    void globalsHoldVectors() {
        WasmBuilder m = new WasmBuilder();
        m.importGlobal("host", "given", WasmBuilder.V128, true);
        Code constant = code().op(0xfd, 12).little(5, 8).little(6, 8).end();
        m.global(WasmBuilder.V128, true, constant);
        m.exportGlobal("own", 1);
        int type = m.type(NONE, NONE);
        Code exchange = code().op(0x23, 0, 0x23, 1, 0x24, 0, 0x24, 1).end();
        m.exportFunction("exchange", m.function(type, NONE, exchange));
        try (Store store = engine.newStore();
                CompiledModule module = engine.compile(m.build())) {
            Global given = store.newGlobal(new GlobalType(ValueType.V128, true), ONE);
            Instance instance = module.instantiate(store, Imports.of().global("host", "given", given));
            assertEquals(new V128(5, 6), instance.global("own").get());
            instance.function("exchange").call();
            assertEquals(ONE, instance.global("own").get());
            assertEquals(new V128(5, 6), given.get());
            given.set(TWO);
            assertEquals(TWO, given.get());
            assertThrows(IllegalArgumentException.class, () -> given.set(1L));
        }
    }
}
