package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest's stack ends in a trap, whatever frames fill it and whoever calls whom. */
class StackTest {
    private static final int[] NONE = {};
    private static final int[] I32 = {WasmBuilder.I32};
    private static final int SLOT = 8;
    private static final int MOST_LOCALS = 50_000;

    private static Config config(Tier tier, long stack) {
        return Config.builder().tier(tier).maxStack(stack).build();
    }

    /**
     * {@code f(n)} is n if n is 0, else f(n - 1) + 1, in frames of {@code bytes}: of locals as far as these go, the rest of
     * operands that wait below the call.
     */
    private static byte[] countdown(int bytes) {
        int slots = bytes / SLOT;
        int operands = Math.max(0, slots - MOST_LOCALS / 2);
        int[] locals = new int[slots - operands];
        Arrays.fill(locals, WasmBuilder.I64);
        WasmBuilder m = new WasmBuilder();
        int type = m.type(I32, I32);
        WasmBuilder.Code code =
                WasmBuilder.code().get(0).op(0x45, 0x04, 0x7F).i32(0).op(0x05);
        for (int i = 0; i < operands; i++) code.get(0);
        code.get(0).i32(1).op(0x6B).call(0).i32(1).op(0x6A);
        if (operands > 0) {
            code.set(0);
            for (int i = 0; i < operands; i++) code.op(0x1A);
            code.get(0);
        }
        m.function(type, locals, code.op(0x0B).end());
        m.exportFunction("f", 0);
        return m.build();
    }

    @ParameterizedTest
    @CsvSource({
        // bytes of a frame, bytes of stack, calls that fit for sure (-1: not even one), calls that cannot fit
        "0, 65536, 100, 100000",
        "8, 65536, 100, 100000",
        "100, 65536, 100, 100000",
        "4096, 1048576, 200, 300",
        "16000, 1048576, 50, 90",
        "16384, 1048576, 50, 90",
        "16500, 1048576, 50, 90",
        "65536, 1048576, 10, 20",
        "200000, 65536, -1, 0",
        "399992, 1048576, 1, 4",
        "1048576, 1048576, -1, 0",
        "1048576, 4194304, 2, 5",
        "1048576, 67108864, 55, 70",
        "4194304, 1048576, -1, 0",
        "4194304, 67108864, 12, 20",
        "8, 1073741824, 1000000, 100000000",
    })
    void framesOfAnySizeFillIt(int frame, long stack, int fit, int tooMany) {
        for (Tier tier : new Tier[] {Tier.BASELINE, Tier.REFERENCE}) {
            if (tier == Tier.REFERENCE && stack > 8 << 20) continue; // takes Java's stack
            try (Engine engine = Engine.start(config(tier, stack));
                    CompiledModule module = engine.compile(countdown(frame));
                    Instance instance = module.instantiate(Imports.of())) {
                Function f = instance.function("f");
                for (int i = 0; i < 3; i++) {
                    Trap trap = assertThrows(Trap.class, () -> f.call(tooMany), () -> "in " + tier);
                    assertSame(TrapReason.STACK_EXHAUSTED, trap.reason());
                    if (tier == Tier.BASELINE && fit >= 0) assertEquals(fit, f.call(fit));
                }
            }
        }
    }

    /** Guest and host call each other with as many parameters and results as there may be, until the stack is full. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6, 7, 100, 999, 1000})
    void wideCallsThroughTheHostFillIt(int width) {
        int[] many = new int[width];
        Arrays.fill(many, WasmBuilder.I64);
        WasmBuilder m = new WasmBuilder();
        int type = m.type(many, many);
        int host = m.importFunction("env", "host", type);
        WasmBuilder.Code code = WasmBuilder.code();
        for (int i = 0; i < width; i++) code.get(i);
        m.exportFunction("f", m.function(type, NONE, code.call(host).end()));
        int[] types = new int[width];
        Arrays.fill(types, ValueType.I64);
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger until = new AtomicInteger();
        Imports imports = Imports.of()
                .function("env", "host", FunctionType.of(types).returning(types), call -> {
                    Object[] words = new Object[width];
                    for (int i = 0; i < width; i++) words[i] = call.i64(i) + 1;
                    if (depth.incrementAndGet() < until.get()) {
                        Object answer = call.instance().function("f").call(words);
                        for (int i = 0; i < width; i++) {
                            call.result(i, (long) (width == 1 ? answer : ((Object[]) answer)[i]));
                        }
                    } else {
                        for (int i = 0; i < width; i++) call.result(i, words[i]);
                    }
                });
        Object[] zeros = new Object[width];
        Arrays.fill(zeros, 0L);
        for (long stack : new long[] {64 << 10, 256 << 10, 1 << 20}) {
            Config config =
                    config(Tier.BASELINE, stack).toBuilder().maxNesting(200).build();
            try (Engine engine = Engine.start(config);
                    CompiledModule module = engine.compile(m.build());
                    Instance instance = module.instantiate(imports)) {
                Function f = instance.function("f");
                for (int i = 0; i < 3; i++) {
                    depth.set(0);
                    until.set(1000);
                    Trap trap = assertThrows(Trap.class, () -> f.call(zeros));
                    assertSame(TrapReason.STACK_EXHAUSTED, trap.reason());
                    depth.set(0);
                    int crossings = stack < 256 << 10 ? 1 : 2;
                    until.set(crossings);
                    Object answer = f.call(zeros);
                    for (int k = 0; k < width; k++) {
                        assertEquals((long) crossings, width == 1 ? answer : ((Object[]) answer)[k], "result " + k);
                    }
                }
            }
        }
    }

    /** How many frames of guests a backtrace has below so many crossings: one each. */
    private static int frames(int crossings) {
        return crossings + 1;
    }

    /** Each host function catches the trap of the guest that it called and traps in another guest; a hundred deep. */
    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void trapsNestAHundredDeep(Tier tier) {
        HostStressTest.Fault[] faults = HostStressTest.Fault.values();
        WasmBuilder m = new WasmBuilder();
        int unary = m.type(I32, I32);
        int host = m.importFunction("env", "host", unary);
        m.memory(1, 1);
        WasmBuilder.Code code = WasmBuilder.code()
                .get(0)
                .call(host)
                .op(0x45, 0x04, 0x40) // the host answers 0: trap here
                .i32(-4)
                .get(0)
                .memory(0x36, 2, 0)
                .op(0x0B)
                .get(0)
                .end();
        m.exportFunction("f", m.function(unary, NONE, code));
        AtomicInteger caught = new AtomicInteger();
        try (Engine engine = Engine.start(config(tier, 1 << 20));
                CompiledModule module = engine.compile(m.build());
                CompiledModule trapping = engine.compile(HostStressTest.faults());
                Store store = engine.newStore()) {
            Instance other = trapping.instantiate(store, Imports.of());
            Imports imports = Imports.of()
                    .function("env", "host", FunctionType.of(ValueType.I32).returning(ValueType.I32), call -> {
                        int depth = call.i32(0);
                        HostStressTest.Fault fault = faults[depth % faults.length];
                        Trap here = assertThrows(
                                Trap.class, () -> other.function(fault.name()).call());
                        assertSame(fault.reason, here.reason(), fault.name());
                        if (depth > 0) {
                            Trap below = assertThrows(
                                    Trap.class,
                                    () -> call.instance().function("f").call(depth - 1));
                            assertSame(TrapReason.MEMORY_OUT_OF_BOUNDS, below.reason());
                            assertEquals(frames(100 - depth + 1), below.trace().size() + below.omitted());
                        }
                        caught.incrementAndGet();
                        call.result(0);
                    });
            Instance instance = module.instantiate(store, imports);
            for (int i = 0; i < 20; i++) {
                Trap last =
                        assertThrows(Trap.class, () -> instance.function("f").call(100));
                assertSame(TrapReason.MEMORY_OUT_OF_BOUNDS, last.reason());
                assertEquals(frames(0), last.trace().size() + last.omitted());
            }
            assertEquals(20 * 101, caught.get());
        }
    }
}
