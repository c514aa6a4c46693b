package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Memories that stores share, atomic accesses to them, and guests that wait for each other. */
@ParameterizedClass
@EnumSource(EngineTest.Kind.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedMemoryTest {
    private static final String MEETING = """
            (module
              (memory (import "env" "memory") 1 4 shared)
              (func (export "wait") (param i32 i32 i64) (result i32)
                (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
              (func (export "wait64") (param i32 i64 i64) (result i32)
                (memory.atomic.wait64 offset=8 (local.get 0) (local.get 1) (local.get 2)))
              (func (export "notify") (param i32 i32) (result i32)
                (memory.atomic.notify (local.get 0) (local.get 1)))
              (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
              (func (export "size") (result i32) (memory.size))
              (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
              (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1))))
            """;

    private final Engine engine;
    private final ExecutorService platform = Executors.newCachedThreadPool();

    SharedMemoryTest(EngineTest.Kind kind) {
        engine = Engine.start(kind.config);
    }

    @AfterEach
    void close() {
        platform.shutdownNow();
        engine.close();
    }

    private Instance meeting(Memory memory) {
        Imports imports = Imports.of().memory("env", "memory", memory);
        return engine.compileText(MEETING).instantiate(engine.newStore(), imports);
    }

    private Memory newMemory() {
        return engine.newStore().newMemory(MemoryType.shared(1, 4));
    }

    // --- what the instructions do

    /** Every row of the table, with the address and operands in registers and as constants, shared or not. */
    @Test
    void everyRowDoesWhatItsNameSays() {
        Random random = new Random(7);
        for (boolean shared : new boolean[] {true, false}) {
            for (Opcode opcode : Opcode.values()) {
                if (opcode.meaning() instanceof Meaning.Memory access
                        && access.op().isAtomic()
                        && isAccess(access.op())) {
                    try (Row row = new Row(engine, opcode, access, shared)) {
                        for (int round = 0; round < 8; round++) {
                            row.check(random);
                        }
                        row.checkPlaces();
                    }
                }
            }
        }
    }

    private static boolean isAccess(Op op) {
        return op != Op.ATOMIC_FENCE && op != Op.ATOMIC_NOTIFY && op != Op.ATOMIC_WAIT;
    }

    /** A module with one instruction in two forms, and the same in Java. */
    private static final class Row implements AutoCloseable {
        private static final int OFFSET = 24;
        private static final int ADDRESS = 40;

        private final Op op;
        private final int bytes;
        private final boolean isWide;
        private final Opcode opcode;
        private final Engine engine;
        private final boolean shared;
        private final Store store;
        private final Instance instance;

        Row(Engine engine, Opcode opcode, Meaning.Memory access, boolean shared) {
            this.engine = engine;
            this.opcode = opcode;
            this.shared = shared;
            op = access.op();
            bytes = access.bytes();
            isWide = access.type() == Type.I64;
            store = engine.newStore();
            String operands = op == Op.ATOMIC_LOAD ? "" : "(local.get 1)";
            if (op == Op.ATOMIC_COMPARE_EXCHANGE) {
                operands += "(local.get 2)";
            }
            instance = instance("(local.get 0)", operands);
        }

        private Instance instance(String address, String operands) {
            String type = isWide ? "i64" : "i32";
            String text = "(module (memory (export \"m\") 1 1" + (shared ? " shared" : "") + ")"
                    + "(func (export \"f\") (param i32 " + type + " " + type + ") "
                    + (op == Op.ATOMIC_STORE ? "" : "(result " + type + ") ")
                    + "(" + opcode.text() + " offset=" + OFFSET + " " + address + " " + operands + ")))";
            return engine.compileText(text).instantiate(store, Imports.of());
        }

        private Object boxed(long word) {
            return isWide ? (Object) word : (Object) (int) word;
        }

        private String constant(long word) {
            return isWide ? "(i64.const " + word + ")" : "(i32.const " + (int) word + ")";
        }

        void check(Random random) {
            long mask = -1L >>> 64 - 8 * bytes;
            long before = random.nextLong();
            long operand = random.nextLong();
            boolean hits = random.nextBoolean();
            // Of the expected value only the bytes that are compared count.
            long expected = hits ? before & mask | operand & ~mask : operand;
            long first = op == Op.ATOMIC_COMPARE_EXCHANGE ? expected : operand;
            long replacement = random.nextLong();
            long old = before & mask;
            long changed = switch (op) {
                case ATOMIC_LOAD -> old;
                case ATOMIC_STORE, ATOMIC_EXCHANGE -> operand;
                case ATOMIC_ADD -> old + operand;
                case ATOMIC_SUB -> old - operand;
                case ATOMIC_AND -> old & operand;
                case ATOMIC_OR -> old | operand;
                case ATOMIC_XOR -> old ^ operand;
                default -> (first & mask) == old ? replacement : old;
            };
            long after = before & ~mask | changed & mask;
            String operands = op == Op.ATOMIC_LOAD
                    ? ""
                    : constant(first) + (op == Op.ATOMIC_COMPARE_EXCHANGE ? constant(replacement) : "");
            Instance folded = instance("(i32.const " + ADDRESS + ")", operands);
            for (Instance one : new Instance[] {instance, folded}) {
                Memory memory = one.memory("m");
                memory.putLong(ADDRESS + OFFSET, before);
                Object result = one.function("f").call(ADDRESS, boxed(first), boxed(replacement));
                assertEquals(op == Op.ATOMIC_STORE ? null : boxed(old), result, opcode.text());
                assertEquals(after, memory.getLong(ADDRESS + OFFSET), opcode.text());
            }
        }

        /** Alignment comes before bounds. */
        void checkPlaces() {
            int last = Memory.PAGE_SIZE - OFFSET - bytes;
            instance.function("f").call(last, boxed(1), boxed(1));
            assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap(last + bytes));
            assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap(-8));
            if (bytes > 1) {
                assertEquals(TrapReason.UNALIGNED_ATOMIC, trap(1));
                assertEquals(TrapReason.UNALIGNED_ATOMIC, trap(last + bytes / 2));
                assertEquals(TrapReason.UNALIGNED_ATOMIC, trap(-1));
                Instance constant = instance(
                        "(i32.const 1)",
                        op == Op.ATOMIC_LOAD
                                ? ""
                                : op == Op.ATOMIC_COMPARE_EXCHANGE ? "(local.get 1)(local.get 2)" : "(local.get 1)");
                Trap trap =
                        assertThrows(Trap.class, () -> constant.function("f").call(0, boxed(0), boxed(0)));
                assertEquals(TrapReason.UNALIGNED_ATOMIC, trap.reason());
            }
        }

        private TrapReason trap(int address) {
            return assertThrows(
                            Trap.class, () -> instance.function("f").call(address, boxed(0), boxed(0)), opcode.text())
                    .reason();
        }

        @Override
        public void close() {
            store.close();
        }
    }

    @Test
    void unsharedMemoriesAreNotWaitedFor() {
        Instance instance = engine.compileText("""
                (module (memory 1 1)
                  (func (export "wait") (param i32) (result i32)
                    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const 0)))
                  (func (export "notify") (param i32) (result i32)
                    (memory.atomic.notify offset=4 (local.get 0) (i32.const 1))))
                """).instantiate(Imports.of());
        assertEquals(TrapReason.EXPECTED_SHARED_MEMORY, trap(instance, "wait", 0));
        assertEquals(TrapReason.UNALIGNED_ATOMIC, trap(instance, "wait", 2));
        assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap(instance, "wait", 65_536));
        assertEquals(0, instance.function("notify").call(0));
        assertEquals(TrapReason.UNALIGNED_ATOMIC, trap(instance, "notify", -2));
        assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap(instance, "notify", 65_532));
        instance.close();
    }

    private static TrapReason trap(Instance instance, String function, Object... arguments) {
        return assertThrows(Trap.class, () -> instance.function(function).call(arguments))
                .reason();
    }

    // --- stores that share

    @Test
    void whatOneStoreWritesTheOthersRead() {
        Instance first = meeting(newMemory());
        Instance exporting = engine.compileText("(module (memory (export \"m\") 2 3 shared))")
                .instantiate(engine.newStore(), Imports.of());
        Memory exported = exporting.memory("m");
        assertEquals(MemoryType.shared(2, 3).toString(), exported.type().toString());
        Instance second = meeting(exported);
        Instance third = meeting(exported);
        first.function("store").call(16, 1);
        second.function("store").call(16, 2);
        assertEquals(1, first.function("load").call(16));
        assertEquals(2, third.function("load").call(16));
        assertEquals(2, exported.getInt(16));
        Memory plain = engine.newStore().newMemory(new MemoryType(1, 4));
        Imports unshared = Imports.of().memory("env", "memory", plain);
        CompiledModule module = engine.compileText(MEETING);
        assertThrows(LinkException.class, () -> module.instantiate(plain.store(), unshared));
        try (Engine other = Engine.start(engine.config())) {
            Memory foreign = other.newStore().newMemory(MemoryType.shared(1, 4));
            assertThrows(IllegalArgumentException.class, () -> meeting(foreign));
        }
    }

    @Test
    void growthIsSeenByAll() throws Exception {
        Memory memory = newMemory();
        Instance first = meeting(memory);
        Instance second = meeting(memory);
        MemorySegment view = memory.segment();
        assertEquals(TrapReason.MEMORY_OUT_OF_BOUNDS, trap(second, "load", 65_536));
        assertEquals(1, first.function("grow").call(2));
        assertEquals(3, second.function("size").call());
        assertEquals(0, second.function("load").call(3 * 65_536 - 4));
        second.function("store").call(2 * 65_536, 5);
        assertEquals(5, memory.getInt(2 * 65_536));
        memory.putInt(0, 9);
        assertEquals(9, view.get(ValueLayout.JAVA_INT, 0)); // it did not move
        assertEquals(-1, second.function("grow").call(2));
        Memory many = engine.newStore().newMemory(MemoryType.shared(1, 400));
        List<Future<Integer>> growths = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Instance instance = engine.compileText("""
                    (module (memory (import "env" "memory") 1 400 shared)
                      (func (export "grow") (result i32) (memory.grow (i32.const 1))))
                    """)
                    .instantiate(engine.newStore(), Imports.of().memory("env", "memory", many));
            growths.add(platform.submit(() -> {
                int sum = 0;
                for (int i = 0; i < 50; i++) {
                    sum += (Integer) instance.function("grow").call();
                }
                return sum;
            }));
        }
        int sum = 0;
        for (Future<Integer> growth : growths) {
            sum += growth.get();
        }
        assertEquals(200 * 201 / 2, sum); // every old size from 1 to 200 once
        assertEquals(201, many.size());
    }

    @Test
    void itLivesUntilTheLastStoreCloses() {
        Memory memory = newMemory();
        Instance first = meeting(memory);
        Instance second = meeting(memory);
        Instance third = meeting(memory);
        first.function("store").call(0, 77);
        memory.store().close();
        first.store().close();
        assertEquals(77, second.function("load").call(0));
        assertEquals(1, second.function("grow").call(1));
        second.store().close();
        assertEquals(77, third.function("load").call(0));
        third.store().close();
        assertThrows(IllegalStateException.class, () -> meeting(memory));
    }

    // --- waiting

    @Test
    void theValueAndTheTimeDecide() {
        Instance instance = meeting(newMemory());
        assertEquals(1, instance.function("wait").call(0, 1, -1L));
        assertEquals(2, instance.function("wait").call(0, 0, 0L));
        assertEquals(2, instance.function("wait").call(0, 0, 2_000_000L));
        assertEquals(1, instance.function("wait64").call(0, 1L << 32, -1L));
        assertEquals(2, instance.function("wait64").call(0, 0L, 1L));
        assertEquals(0, instance.function("notify").call(0, -1));
    }

    private static void untilWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }

    @Test
    void whoWaitsEndsWithItsGuest() throws Exception {
        Memory memory = newMemory();
        for (boolean virtual : new boolean[] {false, true}) {
            for (int way = 0; way < 4; way++) {
                TrapReason wanted = way == 3 ? TrapReason.DEADLINE : TrapReason.INTERRUPTED;
                List<Object> outcome = ended(memory, virtual, way, 30);
                // Where all processors are busy the time may be over before the guest has begun.
                for (int millis = 60; way == 3 && outcome.equals(List.of(wanted, 0)); millis *= 2) {
                    outcome = ended(memory, virtual, way, millis);
                }
                assertEquals(List.of(wanted, 1), outcome, "way " + way);
            }
        }
        assertEquals(0, meeting(memory).function("notify").call(0, -1));
    }

    /** How a guest that waits ends: the reason of its trap, and how many of its functions were in progress. */
    private List<Object> ended(Memory memory, boolean virtual, int way, int millis) throws Exception {
        Instance instance = meeting(memory);
        if (way == 3) {
            // Compiled already, so that the time is over while it waits.
            assertEquals(1, instance.function("wait").call(0, 1, -1L));
            instance.store().timeout(Duration.ofMillis(millis));
        }
        List<Object> outcome = new ArrayList<>();
        Runnable task = () -> {
            try {
                outcome.add(instance.function("wait").call(0, 0, -1L));
            } catch (Trap trap) {
                outcome.add(trap.reason());
                outcome.add(trap.trace().size());
            }
        };
        Thread thread =
                virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
        if (way != 3) {
            untilWaiting(thread);
        }
        switch (way) {
            case 0 -> instance.store().interrupt();
            case 1 -> thread.interrupt();
            case 2 -> instance.store().close();
            default -> {}
        }
        thread.join();
        instance.store().close();
        return outcome;
    }

    /** There are far more of them than carriers: were one held by who waits, nobody would be left to notify. */
    @Test
    void virtualThreadsLetGoOfTheirCarriers() throws Exception {
        Memory memory = newMemory();
        int count = 100;
        List<Thread> threads = new ArrayList<>();
        List<Integer> results = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            Instance instance = meeting(memory);
            threads.add(Thread.ofVirtual()
                    .start(() -> results.add((Integer) instance.function("wait").call(128, 0, -1L))));
        }
        Instance waker = meeting(memory);
        Thread last = Thread.ofVirtual().start(() -> {
            int woken = 0;
            while (woken < count) {
                woken += (Integer) waker.function("notify").call(128, 7);
                Thread.yield();
            }
        });
        last.join();
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(count, results.size());
        assertTrue(results.stream().allMatch(result -> result == 0));
    }

    // --- programs of several threads

    /** A lock made of cmpxchg, wait and notify around a plain counter; and a counter that needs none. */
    private static final String COUNTING = """
            (module
              (memory (import "env" "memory") 1 4 shared)
              (func $lock
                (block $free
                  (br_if $free (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))))
                  (loop $again
                    (if (i32.atomic.rmw.xchg (i32.const 0) (i32.const 2))
                      (then
                        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 2) (i64.const -1)))
                        (br $again))))))
              (func $unlock
                (if (i32.eq (i32.atomic.rmw.xchg (i32.const 0) (i32.const 0)) (i32.const 2))
                  (then (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))))
              (func (export "count") (param $rounds i32)
                (loop $again
                  (call $lock)
                  (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
                  (call $unlock)
                  (drop (i64.atomic.rmw.add (i32.const 128) (i64.const 3)))
                  (drop (i32.atomic.rmw8.add_u (i32.const 193) (i32.const 1)))
                  (drop (i32.atomic.rmw16.xor_u (i32.const 194) (local.get $rounds)))
                  (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
                  (br_if $again (local.get $rounds)))))
            """;

    @Test
    void fourThreadsCountExactly() throws ExecutionException, InterruptedException {
        Memory memory = newMemory();
        int rounds = engine.tier() == Tier.REFERENCE ? 4_000 : 40_000;
        CompiledModule module = engine.compileText(COUNTING);
        List<Future<Object>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Instance instance =
                    module.instantiate(engine.newStore(), Imports.of().memory("env", "memory", memory));
            threads.add(platform.submit(() -> instance.function("count").call(rounds)));
        }
        for (Future<Object> thread : threads) {
            thread.get();
        }
        assertEquals(0, memory.getInt(0));
        assertEquals(4 * rounds, memory.getInt(64));
        assertEquals(12L * rounds, memory.getLong(128));
        assertEquals((byte) (4 * rounds), memory.getByte(193)); // its neighbours are not touched
        assertEquals(0, memory.getShort(194)); // every number an even number of times
        assertEquals(0, memory.getByte(192));
    }
}
