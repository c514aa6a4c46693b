package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls from guest to host to guest are bounded by thread, through however many stores and engines they go. */
class CrossingsTest {
    private static final int STORES = 700;

    private final List<Engine> engines = new ArrayList<>();
    private final List<Function> chain = new ArrayList<>();
    private int deepest;

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    private Engine start(Tier tier, int most) {
        Engine engine =
                Engine.start(Config.builder().tier(tier).maxNesting(most).build());
        engines.add(engine);
        return engine;
    }

    /** {@code f(x)} calls {@code env.next(x)}. */
    private static byte[] module() {
        int[] one = {WasmBuilder.I32};
        WasmBuilder m = new WasmBuilder();
        int type = m.type(one, one);
        int host = m.importFunction("env", "next", type);
        m.exportFunction(
                "f",
                m.function(
                        type, new int[0], WasmBuilder.code().get(0).call(host).end()));
        return m.build();
    }

    /** Adds a store whose guest calls the one of the next store, with the number of that. */
    private void add(CompiledModule module) {
        FunctionType type = FunctionType.of(ValueType.I32).returning(ValueType.I32);
        Imports imports = Imports.of().function("env", "next", type, call -> {
            int next = call.i32(0);
            deepest = Math.max(deepest, next);
            call.result(next == chain.size() ? next : (Integer) chain.get(next).call(next + 1));
        });
        chain.add(module.instantiate(imports).function("f"));
    }

    private void exhaust(int most) {
        for (int turn = 0; turn < 3; turn++) {
            deepest = 0;
            Trap trap = assertThrows(Trap.class, () -> chain.getFirst().call(1));
            assertSame(TrapReason.STACK_EXHAUSTED, trap.reason());
            assertEquals(most, deepest, "calls to the host");
            int left = chain.size() - most;
            assertEquals(chain.size(), chain.get(left).call(left + 1), "as many as there may be");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChainThroughHundredsOfStoresEndsInATrap(boolean virtual) throws Exception {
        CompiledModule[] modules = {
            start(Tier.AUTO, 500).compile(module()),
            start(Tier.REFERENCE, 500).compile(module()),
            start(Tier.AUTO, 500).compile(module())
        };
        for (int store = 0; store < STORES; store++) {
            add(modules[store % modules.length]);
        }
        Throwable[] failure = new Throwable[1];
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform();
        builder.start(() -> {
                    try {
                        exhaust(500);
                    } catch (Throwable e) {
                        failure[0] = e;
                    }
                })
                .join();
        if (failure[0] != null) {
            throw new AssertionError(failure[0]);
        }
    }

    @Test
    void everyEngineHasItsOwnBound() {
        CompiledModule wide = start(Tier.AUTO, 1000).compile(module());
        CompiledModule narrow = start(Tier.AUTO, 7).compile(module());
        for (int store = 0; store < 20; store++) {
            add(store < 10 ? wide : narrow);
        }
        Trap trap = assertThrows(Trap.class, () -> chain.getFirst().call(1));
        assertSame(TrapReason.STACK_EXHAUSTED, trap.reason());
        assertEquals(10, deepest, "the next is of the narrow engine, whose thread is in more than seven already");
        chain.clear();
        CompiledModule reference = start(Tier.REFERENCE, 7).compile(module());
        for (int store = 0; store < 20; store++) {
            add(reference);
        }
        exhaust(7);
    }
}
