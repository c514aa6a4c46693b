package emberwall.wasi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Memory;
import emberwall.engine.Store;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.op.TrapReason;
import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.text.WatPrinter;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests of several threads: how they start, what they share, and how they end. */
@ParameterizedClass
@EnumSource(
        value = Tier.class,
        names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuestThreadsTest {
    private static final int THREADS = 4;
    /** Addresses of the guest's variables. */
    private static final int DONE = 0;

    private static final int SUM = 8;
    private static final int RESULT = 16;

    private final Engine engine;

    GuestThreadsTest(Tier tier) {
        engine = Engine.start(Config.builder().tier(tier).build());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    /** A guest whose first thread does this, and whose other threads do that: their number and argument are parameters. */
    private static String guest(String first, String others) {
        return """
                (module
                  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
                  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
                  (import "wasi_snapshot_preview1" "fd_write"
                    (func $write (param i32 i32 i32 i32) (result i32)))
                  (import "wasi_snapshot_preview1" "poll_oneoff"
                    (func $poll (param i32 i32 i32 i32) (result i32)))
                  (import "env" "memory" (memory 1 16 shared))
                  (export "memory" (memory 0))
                  (global $own (mut i32) (i32.const 0))
                  (func $forever (param $address i32)
                    (drop (memory.atomic.wait32 (local.get $address) (i32.const 0) (i64.const -1))))
                  (func (export "_start") (local $i i32) %s)
                  (func (export "wasi_thread_start") (param $number i32) (param $argument i32) %s))
                """.formatted(first, others);
    }

    /** The memory that a guest leaves; it is read before the store closes. */
    private interface Look {
        void at(Memory memory);
    }

    private int run(int most, String text, CapturedOutput output, Duration limit, Look look) throws IOException {
        CompiledModule module = engine.compileText(text);
        try (Store store = engine.newStore();
                Wasi wasi = Wasi.builder().threads(most).stdout(output).build()) {
            store.timeout(limit);
            Instance instance = module.instantiate(store, wasi.addTo(Imports.of(), module, store));
            try {
                return wasi.run(instance);
            } finally {
                look.at(instance.memory("memory"));
            }
        }
    }

    private int run(String text) throws IOException {
        return run(THREADS, text, new CapturedOutput(0), null, memory -> {});
    }

    /** Starts all threads with arguments from 1 on, and waits until they have said that they are done. */
    private static final String START_ALL = """
            (loop $more
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (if (i32.le_s (call $spawn (local.get $i)) (i32.const 0)) (then (unreachable)))
              (br_if $more (i32.lt_u (local.get $i) (i32.const 4))))
            (block $all
              (loop $wait
                (local.set $i (i32.atomic.load (i32.const 0)))
                (br_if $all (i32.eq (local.get $i) (i32.const 4)))
                (drop (memory.atomic.wait32 (i32.const 0) (local.get $i) (i64.const -1)))
                (br $wait)))
            """;

    private static final String SAY_DONE = """
            (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
            (drop (memory.atomic.notify (i32.const 0) (i32.const -1)))
            """;

    @Test
    void fourThreadsShareMemoryAndDescriptorsAndNothingElse() throws IOException {
        CapturedOutput output = new CapturedOutput(1000);
        String others = """
                (if (global.get $own) (then (unreachable)))
                (global.set $own (i32.const 1))
                (drop (i64.atomic.rmw.add (i32.const 8) (i64.extend_i32_u (local.get $argument))))
                (drop (i32.atomic.rmw.or (i32.const 16) (i32.shl (i32.const 1) (local.get $number))))
                ;; its argument as a letter
                (i32.store (i32.mul (local.get $number) (i32.const 64))
                  (i32.add (i32.mul (local.get $number) (i32.const 64)) (i32.const 8)))
                (i32.store offset=4 (i32.mul (local.get $number) (i32.const 64)) (i32.const 1))
                (i32.store8 offset=8 (i32.mul (local.get $number) (i32.const 64))
                  (i32.add (local.get $argument) (i32.const 64)))
                (if (call $write (i32.const 1) (i32.mul (local.get $number) (i32.const 64)) (i32.const 1)
                    (i32.add (i32.mul (local.get $number) (i32.const 64)) (i32.const 16)))
                  (then (unreachable)))
                """ + SAY_DONE;
        int status = run(THREADS, guest(START_ALL, others), output, null, memory -> {
            assertEquals(THREADS, memory.getInt(DONE));
            assertEquals(1 + 2 + 3 + 4, memory.getLong(SUM));
            assertEquals(0b11110, memory.getInt(RESULT));
        });
        assertEquals(0, status);
        assertEquals(
                "ABCD",
                output.text()
                        .chars()
                        .sorted()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, (x, y) -> {})
                        .toString());
    }

    /** The example in C; there are 33 860 primes below 400 000, and 4 203 below a tenth of that. */
    @Test
    void aProgramInCRunsOnFourThreads() throws IOException {
        CompiledModule module = engine.compile(Shared.repository().resolve("examples/threads.wasm"));
        if (engine.tier() == Tier.REFERENCE) {
            String few = WatPrinter.print(ModuleParser.parse(module.binary(), Limits.DEFAULT, Features.ALL))
                    .replace("i32.const 400000", "i32.const 40000")
                    .replace("i32.const 399999", "i32.const 39999");
            assertEquals("0: 4203\n", runProgramInC(engine.compileText(few)));
        } else {
            assertEquals("0: 33860\n", runProgramInC(module));
        }
    }

    private String runProgramInC(CompiledModule module) throws IOException {
        CapturedOutput output = new CapturedOutput(100);
        try (Store store = engine.newStore();
                Wasi wasi = Wasi.builder().threads(THREADS).stdout(output).build()) {
            Instance instance = module.instantiate(store, wasi.addTo(Imports.of(), module, store));
            return wasi.run(instance) + ": " + output.text();
        }
    }

    @Test
    void thereAreNoMoreThanAllowed() throws IOException {
        String first = """
                (loop $more
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $more (i32.gt_s (call $spawn (local.get $i)) (i32.const 0))))
                (call $exit (local.get $i))
                """;
        assertEquals(
                3 + 1, run(3, guest(first, "(call $forever (i32.const 64))"), new CapturedOutput(0), null, m -> {}));
        String refused = "(i32.store (i32.const 16) (call $spawn (i32.const 1)))";
        String silent = guest(refused, "").replace("wasi_thread_start", "another_name");
        run(THREADS, silent, new CapturedOutput(0), null, memory -> assertEquals(-6, memory.getInt(RESULT)));
    }

    /** Joining is by the guest's own words, which the thread sets before it has returned. */
    @Test
    void aJoinedThreadsPlaceIsFree() throws IOException {
        String first = """
                (loop $more
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (if (i32.le_s (call $spawn (local.get $i)) (i32.const 0)) (then (unreachable)))
                  (loop $join
                    (drop (memory.atomic.wait32 (i32.const 0) (i32.sub (local.get $i) (i32.const 1)) (i64.const -1)))
                    (br_if $join (i32.lt_u (i32.atomic.load (i32.const 0)) (local.get $i))))
                  (br_if $more (i32.lt_u (local.get $i) (i32.const 200))))
                """;
        run(1, guest(first, SAY_DONE), new CapturedOutput(0), null, memory -> assertEquals(200, memory.getInt(DONE)));
    }

    /** One thread sleeps for a day, or waits a day for either of two clocks; the other one prints and exits. */
    @Test
    void oneSleepsWhileAnotherCalls() throws IOException {
        String first = """
                (drop (call $spawn (i32.const 1)))
                (drop (call $spawn (i32.const 2)))
                (block $all
                  (loop $wait
                    (br_if $all (i32.eq (i32.atomic.load (i32.const 0)) (i32.const 2)))
                    (br $wait)))
                (i32.store (i32.const 400) (i32.const 408))
                (i32.store (i32.const 404) (i32.const 3))
                (i32.store (i32.const 408) (i32.const 0x0a6968)) ;; "hi" and a line's end
                (loop $often
                  (drop (call $write (i32.const 1) (i32.const 400) (i32.const 1) (i32.const 420)))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $often (i32.lt_u (local.get $i) (i32.const 100))))
                (call $exit (i32.const 7))
                """;
        String others = """
                (local $at i32)
                (local.set $at (i32.mul (local.get $argument) (i32.const 1024)))
                (i32.store offset=16 (local.get $at) (i32.const 1)) ;; the monotonic clock
                (i64.store offset=24 (local.get $at) (i64.const 86400000000000))
                (i32.store offset=64 (local.get $at) (i32.const 0)) ;; and the one of the day
                (i64.store offset=72 (local.get $at) (i64.const 86400000000000))
                """ + SAY_DONE + """
                (drop (call $poll (local.get $at) (i32.add (local.get $at) (i32.const 512)) (local.get $argument)
                  (i32.add (local.get $at) (i32.const 1000))))
                """;
        CapturedOutput output = new CapturedOutput(1000);
        assertEquals(7, run(THREADS, guest(first, others), output, Duration.ofSeconds(60), memory -> {}));
        assertEquals("hi\n".repeat(100), output.text());
    }

    /** What sleeps wakes up in time, by the guest's own clock, and the call says which clock it was. */
    @Test
    void sleepEnds() throws IOException {
        String others = """
                (i64.store offset=0 (i32.const 1024) (i64.const 0x1234))
                (i32.store offset=16 (i32.const 1024) (i32.const 1))
                (i64.store offset=24 (i32.const 1024) (i64.const 3000000))
                (i32.store (i32.const 16) (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 24)))
                """ + SAY_DONE;
        String first = """
                (drop (call $spawn (i32.const 1)))
                (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
                """;
        run(1, guest(first, others), new CapturedOutput(0), Duration.ofSeconds(60), memory -> {
            assertEquals(0, memory.getInt(RESULT));
            assertEquals(1, memory.getInt(24));
            assertEquals(0x1234, memory.getLong(2048));
            assertEquals(0, memory.getLong(2048 + 8));
        });
    }

    @Test
    void whoeverExitsEndsAll() throws IOException {
        String waiting =
                "(drop (call $spawn (i32.const 1))) (drop (call $spawn (i32.const 2))) (call $forever (i32.const 64))";
        String exiting = """
                (if (i32.eq (local.get $argument) (i32.const 2)) (then (call $exit (i32.const 42))))
                (loop $spin (br $spin))
                """;
        assertEquals(42, run(guest(waiting, exiting)));
        String spinning = "(drop (call $spawn (i32.const 2))) (loop $spin (br $spin))";
        assertEquals(42, run(guest(spinning, exiting)));
        // the first one returns: nobody waits for the others
        assertEquals(0, run(guest("(drop (call $spawn (i32.const 1)))", exiting)));
    }

    @Test
    void aTrapEndsAllAndIsTheOneReported() {
        String waiting = "(drop (call $spawn (i32.const 1))) (call $forever (i32.const 64))";
        Trap trap = assertThrows(Trap.class, () -> run(guest(waiting, "(unreachable)")));
        assertEquals(TrapReason.UNREACHABLE, trap.reason());
        assertFalse(trap.trace().isEmpty());
        trap = assertThrows(
                Trap.class,
                () -> run(guest("(drop (call $spawn (i32.const 1))) (unreachable)", "(call $forever (i32.const 64))")));
        assertEquals(TrapReason.UNREACHABLE, trap.reason());
    }

    @Test
    void theDeadlineIsForAll() {
        String waiting = "(drop (call $spawn (i32.const 1))) (call $forever (i32.const 64))";
        Trap trap = assertThrows(
                Trap.class,
                () -> run(
                        THREADS,
                        guest(waiting, "(loop $spin (br $spin))"),
                        new CapturedOutput(0),
                        Duration.ofMillis(200),
                        memory -> {}));
        assertEquals(TrapReason.DEADLINE, trap.reason());
    }
}
