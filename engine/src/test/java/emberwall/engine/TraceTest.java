package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.testing.WasmBuilder;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Traps tell the same place and the same frames in every tier. */
class TraceTest {
    private static final int[] NONE = {};
    private static final int UNREACHABLE = 0x00;
    private static final int CALL = 0x10;

    private static Engine engine(Tier tier) {
        return Engine.start(Config.builder().tier(tier).build());
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void framesThatWaitForTheHostBelongToTheTrace(Tier tier) {
        WasmBuilder m = new WasmBuilder();
        int type = m.type(NONE, NONE);
        int host = m.importFunction("env", "back", type);
        int inner = m.function(type, NONE, WasmBuilder.code().op(UNREACHABLE).end());
        int outer = m.function(type, NONE, WasmBuilder.code().call(host).end());
        m.exportFunction("inner", inner);
        m.exportFunction("outer", outer);
        byte[] bytes = m.build();
        try (Engine engine = engine(tier)) {
            Instance instance = engine.compile(bytes)
                    .instantiate(Imports.of()
                            .function(
                                    "env",
                                    "back",
                                    FunctionType.of(),
                                    call -> call.instance().function("inner").call()));
            Trap trap =
                    assertThrows(Trap.class, () -> instance.function("outer").call());
            List<GuestFrame> trace = trap.trace();
            assertEquals(
                    List.of(inner, outer),
                    trace.stream().map(GuestFrame::function).toList());
            assertEquals(UNREACHABLE, bytes[trace.get(0).offset()]);
            assertEquals(CALL, bytes[trace.get(1).offset()]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void smallFunctionsHaveFramesToo(Tier tier) {
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 1);
        int type = m.type(new int[] {WasmBuilder.I32}, new int[] {WasmBuilder.I32});
        int load = m.function(
                type, NONE, WasmBuilder.code().get(0).memory(0x28, 2, 0).end());
        int ratio =
                m.function(type, NONE, WasmBuilder.code().i32(7).get(0).op(0x6D).end());
        // The second call is the one that traps; a quotient by what is loaded.
        int outer = m.function(
                type,
                NONE,
                WasmBuilder.code()
                        .i32(0)
                        .call(load)
                        .op(0x1A)
                        .get(0)
                        .call(load)
                        .call(ratio)
                        .end());
        m.exportFunction("outer", outer);
        byte[] bytes = m.build();
        try (Engine engine = engine(tier)) {
            Instance instance = engine.compile(bytes).instantiate(Imports.of());
            for (int[] way : new int[][] {{1 << 16, load, 0x28}, {0, ratio, 0x6D}}) {
                Trap trap = assertThrows(
                        Trap.class, () -> instance.function("outer").call(way[0]));
                List<GuestFrame> trace = trap.trace();
                assertEquals(
                        List.of(way[1], outer),
                        trace.stream().map(GuestFrame::function).toList());
                assertEquals(way[2], bytes[trace.get(0).offset()]);
                assertEquals(CALL, bytes[trace.get(1).offset()]);
                assertEquals(way[1], bytes[trace.get(1).offset() + 1]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void aSegmentThatDoesNotFitTellsItsPlace(Tier tier) {
        WasmBuilder m = new WasmBuilder();
        m.memory(1, 1);
        m.data(65_535, new byte[] {77, 78});
        byte[] bytes = m.build();
        try (Engine engine = engine(tier)) {
            CompiledModule module = engine.compile(bytes);
            Trap trap = assertThrows(Trap.class, () -> module.instantiate(Imports.of()));
            assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap.reason());
            assertEquals(1, trap.trace().size());
            assertEquals(77, bytes[trap.trace().getFirst().offset()]);
            assertEquals(-1, trap.trace().getFirst().function());
        }
    }
}
