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
            assertEquals("0: 4203\n", runProgramInC(engine.compileText(few), THREADS));
        } else {
            assertEquals("0: 33860\n", runProgramInC(module, THREADS));
        }
        assertEquals("1: ", runProgramInC(module, THREADS - 1));
    }

    private String runProgramInC(CompiledModule module, int most) throws IOException {
        CapturedOutput output = new CapturedOutput(100);
        try (Store store = engine.newStore();
                Wasi wasi = Wasi.builder().threads(most).stdout(output).build()) {
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
