package emberwall.wasm.reference;

import static emberwall.testing.WasmBuilder.EMPTY;
import static emberwall.testing.WasmBuilder.EXTERNREF;
import static emberwall.testing.WasmBuilder.F32;
import static emberwall.testing.WasmBuilder.F64;
import static emberwall.testing.WasmBuilder.I32;
import static emberwall.testing.WasmBuilder.I64;
import static emberwall.testing.WasmBuilder.code;
import static emberwall.wasm.reference.Guests.NONE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.testing.ChildJvm;
import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.FunctionType;
import emberwall.wasm.GlobalType;
import emberwall.wasm.ValueType;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the suite does not ask: limits, interruption, the host's side of calls, backtraces. */
@Timeout(60)
class InterpreterTest {
    private static final int LOOP = 0x03;
    private static final int BR = 0x0c;
    private static final int BR_IF = 0x0d;
    private static final int RETURN_CALL = 0x12;
    private static final int DROP = 0x1a;
    private static final int I32_EQZ = 0x45;
    private static final int I32_ADD = 0x6a;
    private static final int I32_SUB = 0x6b;
    private static final int I32_DIV_S = 0x6d;
    private static final int UNREACHABLE = 0x00;
    private static final int ELSE = 0x05;
    private static final int IF = 0x04;

    /** {@code depth(n)}: calls itself n times, and adds up. */
    private static WasmBuilder recursive(int locals) {
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(new int[] {I32}, new int[] {I32});
        int[] types = new int[locals];
        Arrays.fill(types, I64);
        Code body = code().get(0)
                .op(IF, I32)
                .get(0)
                .i32(1)
                .op(I32_SUB)
                .call(0)
                .i32(1)
                .op(I32_ADD)
                .op(ELSE)
                .i32(0)
                .end()
                .end();
        builder.exportFunction("depth", builder.function(type, types, body));
        return builder;
    }

    @Test
    void endlessRecursionIsATrapAndTheStoreGoesOn() {
        for (int locals : new int[] {0, 10, 49_000}) {
            try (Guests guests = new Guests()) {
                ModuleInstance instance = guests.instantiate(recursive(locals));
                for (int i = 0; i < 3; i++) {
                    GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance, "depth", 0xffff_ffffL));
                    assertEquals(TrapReason.STACK_EXHAUSTED, trap.reason());
                    assertEquals(
                            GuestTrap.MAXIMUM_FRAMES, Math.max(trap.frames().size(), GuestTrap.MAXIMUM_FRAMES));
                    assertArrayEquals(new long[] {5}, guests.call(instance, "depth", 5));
                }
            }
        }
    }

    @Test
    void theStackIsAsDeepAsItsLimit() {
        long small = deepest(1 << 16);
        long large = deepest(1 << 20);
        // one parameter, three operands at most, and what a frame counts besides
        assertEquals((1 << 16) / (StoreLimits.FRAME_BYTES + Long.BYTES), small, 50);
        assertEquals((1 << 20) / (StoreLimits.FRAME_BYTES + Long.BYTES), large, 50);
    }

    private static long deepest(long stackBytes) {
        try (Guests guests = new Guests(new StoreLimits(0, 0, stackBytes, 10))) {
            ModuleInstance instance = guests.instantiate(recursive(0));
            long low = 0;
            for (long high = stackBytes; high - low > 1; ) {
                long middle = (low + high) / 2;
                try {
                    assertArrayEquals(new long[] {middle}, guests.call(instance, "depth", middle));
                    low = middle;
                } catch (GuestTrap trap) {
                    high = middle;
                }
            }
            return low;
        }
    }

    @Test
    void tailCallsTakeNoStack() {
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(new int[] {I32, I32}, new int[] {I32});
        Code body = code().get(0)
                .op(IF, I32)
                .get(0)
                .i32(1)
                .op(I32_SUB)
                .get(1)
                .i32(3)
                .op(I32_ADD)
                .op(RETURN_CALL)
                .u(0)
                .op(ELSE)
                .get(1)
                .end()
                .end();
        builder.exportFunction("run", builder.function(type, NONE, body));
        try (Guests guests = new Guests(new StoreLimits(0, 0, 1024, 10))) {
            assertArrayEquals(new long[] {3_000_000}, guests.call(guests.instantiate(builder), "run", 1_000_000, 0));
        }
    }

    private static WasmBuilder endless() {
        WasmBuilder builder = new WasmBuilder();
        Code body = code().op(LOOP, EMPTY).op(BR).u(0).end().end();
        builder.exportFunction("run", builder.function(builder.type(NONE, NONE), NONE, body));
        return builder;
    }

    @Test
    void anEndlessLoopEndsWhenSomeoneAsks() throws InterruptedException {
        try (Guests guests = new Guests()) {
            ModuleInstance instance = guests.instantiate(endless());
            AtomicInteger asked = new AtomicInteger();
            guests.store.onAttention(() -> asked.incrementAndGet() < 3 ? null : TrapReason.DEADLINE);
            Thread other = new Thread(() -> {
                while (asked.get() < 3) {
                    guests.store.requestAttention();
                    Thread.onSpinWait();
                }
            });
            other.start();
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance, "run"));
            other.join();
            assertEquals(TrapReason.DEADLINE, trap.reason());
            assertEquals(3, asked.get());
            assertEquals(1, trap.frames().size());
        }
    }

    @Test
    void bulkWorkAsksEveryMebibyte() {
        WasmBuilder builder = new WasmBuilder();
        builder.memory(512, -1);
        int type = builder.type(NONE, NONE);
        Code fill = code().i32(0).i32(7).i32(32 << 20).op(0xfc).u(11).u(0).end();
        Code copy = code().i32(0)
                .i32(1 << 20)
                .i32(16 << 20)
                .op(0xfc)
                .u(10)
                .u(0)
                .u(0)
                .end();
        builder.exportFunction("fill", builder.function(type, NONE, fill));
        builder.exportFunction("copy", builder.function(type, NONE, copy));
        try (Guests guests = new Guests()) {
            ModuleInstance instance = guests.instantiate(builder);
            AtomicInteger asked = new AtomicInteger();
            guests.store.onAttention(() -> {
                guests.store.requestAttention();
                return asked.incrementAndGet() <= 20 ? null : TrapReason.INTERRUPTED;
            });
            guests.store.requestAttention();
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance, "fill"));
            assertEquals(TrapReason.INTERRUPTED, trap.reason());
            assertEquals(7, instance.memory(0).get(10 << 20, 1));
            assertEquals(0, instance.memory(0).get(31 << 20, 1));
            asked.set(0);
            guests.call(instance, "copy");
            assertTrue(asked.get() >= 16);
        }
    }

    @Test
    void valuesOfEveryTypeGoToTheHostAndBack() {
        WasmBuilder builder = new WasmBuilder();
        int[] types = {I32, I64, F32, F64, EXTERNREF, WasmBuilder.V128};
        int type = builder.type(types, types);
        int host = builder.importFunction("host", "swap", type);
        Code body = code().get(0).get(1).get(2).get(3).get(4).get(5).call(host).end();
        builder.exportFunction("run", builder.function(type, NONE, body));
        builder.exportFunction("host", host);
        int[] all = {ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64, ValueType.EXTERNREF, ValueType.V128};
        try (Guests guests = new Guests()) {
            FunctionType hostType = FunctionType.of(all, all);
            guests.with(
                    "swap",
                    guests.store.newFunction(
                            hostType,
                            call -> {
                                for (int i = 0; i < 4; i++) {
                                    call.result(i, call.word(i) + 1);
                                }
                                call.resultReference(4, List.of(call.reference(4)));
                                V128 vector = call.vector(5);
                                call.resultVector(5, new V128(vector.high(), vector.low()));
                                assertThrows(IndexOutOfBoundsException.class, () -> call.word(6));
                                assertThrows(IndexOutOfBoundsException.class, () -> call.result(-1, 0));
                            },
                            "swap"));
            ModuleInstance instance = guests.instantiate(builder);
            for (String name : new String[] {"run", "host"}) {
                FunctionInstance function = (FunctionInstance) instance.export(name);
                Values results = guests.store.invoke(
                        function,
                        Values.of(1, -5, 0x7fa0_0000L, 0x7ff4_0000_0000_0000L, 0, 0)
                                .setReference(4, "it")
                                .setVector(5, new V128(3, 4)));
                assertEquals(2, results.word(0));
                assertEquals(-4, results.word(1));
                assertEquals(0x7fa0_0001L, results.word(2));
                assertEquals(0x7ff4_0000_0000_0001L, results.word(3));
                assertEquals(List.of("it"), results.reference(4));
                assertEquals(new V128(4, 3), results.vector(5));
                assertThrows(IllegalArgumentException.class, () -> guests.store.invoke(function, 1, 2));
            }
        }
    }

    @Test
    void vectorsAreZeroUntilTheyAreSet() {
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(NONE, new int[] {WasmBuilder.V128});
        builder.importGlobal("host", "given", WasmBuilder.V128, true);
        Code body = code().op(0x23, 0).get(0).op(0xfd, 0x50).op(0x24, 0).get(0).end();
        builder.exportFunction("run", builder.function(type, new int[] {WasmBuilder.V128}, body));
        int none = builder.importFunction("host", "silent", type);
        builder.exportFunction("silent", none);
        try (Guests guests = new Guests()) {
            GlobalInstance given = guests.store.newGlobal(new GlobalType(ValueType.V128, true));
            assertEquals(V128.ZERO, given.vector());
            given.setVector(new V128(5, 6));
            FunctionType result = FunctionType.of(new int[0], new int[] {ValueType.V128});
            guests.with("given", given).with("silent", guests.store.newFunction(result, call -> {}, "silent"));
            ModuleInstance instance = guests.instantiate(builder);
            for (String name : new String[] {"run", "silent"}) {
                Values results = guests.store.invoke((FunctionInstance) instance.export(name), Values.NONE);
                assertEquals(V128.ZERO, results.vector(0));
            }
            assertEquals(new V128(5, 6), given.vector());
        }
    }

    @Test
    void onlyTheLowerHalfOfNarrowValuesCounts() {
        WasmBuilder builder = new WasmBuilder();
        builder.memory(1, -1);
        int type = builder.type(new int[] {I32}, new int[] {I32});
        int host = builder.importFunction("host", "host", type);
        builder.exportFunction(
                "load",
                builder.function(
                        type, NONE, code().get(0).call(host).memory(0x2d, 0, 0).end()));
        try (Guests guests = new Guests()) {
            int[] narrow = {ValueType.I32};
            guests.with(
                    "host",
                    guests.store.newFunction(
                            FunctionType.of(narrow, narrow), call -> call.result(0, call.word(0) | -1L << 32), "host"));
            ModuleInstance instance = guests.instantiate(builder);
            instance.memory(0).put(7, 1, 42);
            assertArrayEquals(new long[] {42}, guests.call(instance, "load", 7 | 5L << 32));
            GlobalInstance global = guests.store.newGlobal(new GlobalType(ValueType.I32, true));
            global.set(-1);
            assertEquals(0xffff_ffffL, global.word());
        }
    }

    /** {@code run}: calls the host; {@code inner}: divides by zero. */
    private static WasmBuilder throughTheHost() {
        WasmBuilder builder = new WasmBuilder();
        int type = builder.type(NONE, NONE);
        int host = builder.importFunction("host", "host", type);
        int middle = builder.function(type, NONE, code().op(0x01).call(host).end());
        int run = builder.function(type, NONE, code().call(middle).end());
        int inner = builder.function(
                type, NONE, code().i32(1).i32(0).op(I32_DIV_S).op(DROP).end());
        builder.exportFunction("run", run);
        builder.exportFunction("inner", inner);
        builder.functionName(host, "the host");
        builder.functionName(middle, "middle");
        builder.functionName(run, "outer");
        return builder;
    }

    @Test
    void backtracesReachThroughTheHost() {
        try (Guests guests = new Guests()) {
            ModuleInstance[] instance = new ModuleInstance[1];
            FunctionType type = FunctionType.of(NONE, NONE);
            guests.with("host", guests.store.newFunction(type, call -> guests.call(instance[0], "inner"), "host"));
            instance[0] = guests.instantiate(throughTheHost());
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance[0], "run"));
            assertEquals(TrapReason.INTEGER_DIVIDE_BY_ZERO, trap.reason());
            assertEquals("integer divide by zero", trap.getMessage());
            List<String> names =
                    trap.frames().stream().map(GuestTrap.Frame::name).toList();
            assertEquals(List.of("inner", "middle", "outer"), names);
            byte[] bytes = instance[0].module().bytes();
            assertEquals(I32_DIV_S, bytes[trap.frames().get(0).offset()]);
            assertEquals(0x10, bytes[trap.frames().get(1).offset()]);
            assertEquals(0x10, bytes[trap.frames().get(2).offset()]);
            assertEquals(0, trap.omittedFrames());
        }
    }

    @Test
    void whatTheHostThrowsComesOutUnchanged() {
        try (Guests guests = new Guests()) {
            FunctionType type = FunctionType.of(NONE, NONE);
            IOException thrown = new IOException("disk full");
            AtomicInteger calls = new AtomicInteger();
            guests.with(
                    "host",
                    guests.store.newFunction(
                            type,
                            call -> {
                                if (calls.incrementAndGet() < 3) {
                                    throw thrown;
                                }
                            },
                            "host"));
            ModuleInstance instance = guests.instantiate(throughTheHost());
            for (int i = 0; i < 2; i++) {
                assertSame(thrown, assertThrows(IOException.class, () -> guests.call(instance, "run")));
            }
            assertArrayEquals(new long[0], guests.call(instance, "run"));
        }
    }

    @Test
    void hostAndGuestCallEachOtherOnlySoDeep() {
        try (Guests guests = new Guests(new StoreLimits(0, 0, 1 << 20, 20))) {
            ModuleInstance[] instance = new ModuleInstance[1];
            AtomicInteger calls = new AtomicInteger();
            FunctionType type = FunctionType.of(NONE, NONE);
            HostFunction again = call -> {
                calls.incrementAndGet();
                guests.call(instance[0], "run");
            };
            guests.with("host", guests.store.newFunction(type, again, "host"));
            instance[0] = guests.instantiate(throughTheHost());
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance[0], "run"));
            assertEquals(TrapReason.STACK_EXHAUSTED, trap.reason());
            assertEquals(20, calls.get());
            assertEquals(40, trap.frames().size());
        }
    }

    @Test
    void theEndOfJavasStackIsATrapToo() {
        try (Guests guests = new Guests()) {
            FunctionType type = FunctionType.of(NONE, NONE);
            guests.with("host", guests.store.newFunction(type, call -> endlessly(0), "host"));
            ModuleInstance instance = guests.instantiate(throughTheHost());
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.call(instance, "run"));
            assertEquals(TrapReason.STACK_EXHAUSTED, trap.reason());
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int endlessly(int depth) {
        return endlessly(depth + 1) + 1;
    }

    @Test
    void theCallerOfAHostFunctionIsKnown() {
        try (Guests guests = new Guests()) {
            ModuleInstance[] caller = new ModuleInstance[1];
            FunctionInstance host =
                    guests.store.newFunction(FunctionType.of(NONE, NONE), call -> caller[0] = call.caller(), "host");
            guests.with("host", host);
            ModuleInstance instance = guests.instantiate(throughTheHost());
            guests.call(instance, "run");
            assertSame(instance, caller[0]);
            guests.store.invoke(host);
            assertNull(caller[0]);
        }
    }

    @Test
    void mutableGlobalsAreShared() {
        WasmBuilder builder = new WasmBuilder();
        builder.importGlobal("env", "counter", I32, true);
        Code body = code().op(0x23).u(0).i32(1).op(I32_ADD).op(0x24).u(0).end();
        builder.exportFunction("add", builder.function(builder.type(NONE, NONE), NONE, body));
        try (Guests guests = new Guests()) {
            GlobalInstance counter = guests.store.newGlobal(new GlobalType(ValueType.I32, true));
            counter.set(40);
            guests.with("counter", counter);
            guests.call(guests.instantiate(builder), "add");
            guests.call(guests.instantiate(builder), "add");
            assertEquals(42, counter.word());
        }
    }

    @Test
    void linkErrorsSayWhatWasWantedAndGiven() {
        WasmBuilder builder = new WasmBuilder();
        builder.importFunction("env", "log", builder.type(new int[] {I32}, NONE));
        try (Guests guests = new Guests()) {
            UnlinkableException unknown = assertThrows(UnlinkableException.class, () -> guests.instantiate(builder));
            assertEquals(
                    "unknown import \"env\" \"log\": wanted function [i32] -> [], given nothing", unknown.getMessage());
            assertNull(unknown.givenType());
            guests.with("log", guests.store.newGlobal(new GlobalType(ValueType.F64, true)));
            UnlinkableException wrong = assertThrows(UnlinkableException.class, () -> guests.instantiate(builder));
            assertEquals(
                    "incompatible import type \"env\" \"log\": wanted function [i32] -> [], given global (mut f64)",
                    wrong.getMessage());
            assertEquals("log", wrong.wanted().name());
        }
    }

    @Test
    void trapsInTheStartFunctionAndSegmentsEndInstantiation() {
        WasmBuilder start = new WasmBuilder();
        start.start(start.function(
                start.type(NONE, NONE), NONE, code().op(UNREACHABLE).end()));
        WasmBuilder segment = new WasmBuilder();
        segment.memory(1, -1);
        segment.data(65_535, new byte[2]);
        try (Guests guests = new Guests()) {
            GuestTrap trap = assertThrows(GuestTrap.class, () -> guests.instantiate(start));
            assertEquals(TrapReason.UNREACHABLE, trap.reason());
            assertEquals(1, trap.frames().size());
            trap = assertThrows(GuestTrap.class, () -> guests.instantiate(segment));
            assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap.reason());
        }
    }

    @Test
    void aClosedStoreRunsNothing() {
        Guests guests = new Guests();
        ModuleInstance instance = guests.instantiate(recursive(0));
        guests.close();
        guests.close();
        assertThrows(IllegalStateException.class, () -> guests.call(instance, "depth", 1));
        assertThrows(IllegalStateException.class, () -> guests.instantiate(recursive(0)));
    }

    @Test
    void runsWithoutNativeAccess() {
        String output = ChildJvm.of(WithoutNativeAccess.class)
                .withoutNativeAccess()
                .options("--illegal-native-access=deny")
                .run()
                .ok();
        assertEquals("42", output.strip());
    }

    /** Runs a guest with a memory, in a JVM that forbids native access. */
    public static final class WithoutNativeAccess {
        private WithoutNativeAccess() {}

        public static void main(String[] arguments) {
            WasmBuilder builder = new WasmBuilder();
            builder.memory(1, -1);
            Code body = code().i32(8)
                    .i32(42)
                    .memory(0x36, 2, 4)
                    .op(LOOP, EMPTY)
                    .i32(1)
                    .op(I32_EQZ)
                    .op(BR_IF)
                    .u(0)
                    .end()
                    .i32(12)
                    .memory(0x28, 2, 0)
                    .end();
            builder.exportFunction("run", builder.function(builder.type(NONE, new int[] {I32}), NONE, body));
            try (Guests guests = new Guests()) {
                System.out.println(guests.call(guests.instantiate(builder), "run")[0]);
            }
        }
    }
}
