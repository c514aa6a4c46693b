package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.wasm.text.WatParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The heap of a store: what is reached stays as it is, everything else makes room. */
class GuestHeapTest {
    private static final int MEBIBYTE = 1 << 20;

    private static final String LISTS = """
            (module
              (type $node (struct (field $value i64) (field $next (mut (ref null $node)))))
              (global $list (export "list") (mut (ref null $node)) (ref.null $node))
              ;; Makes so many nodes; each k-th one is put in front of the list.
              (func (export "make") (param $count i32) (param $k i32)
                (local $i i32) (local $node (ref null $node))
                (loop $again
                  (local.set $node (struct.new $node (i64.extend_i32_u (local.get $i)) (ref.null $node)))
                  (if (i32.eqz (i32.rem_u (local.get $i) (local.get $k)))
                    (then
                      (struct.set $node $next (local.get $node) (global.get $list))
                      (global.set $list (local.get $node))))
                  (local.set $i (i32.add (local.get $i) (i32.const 1)))
                  (br_if $again (i32.lt_u (local.get $i) (local.get $count)))))
              (func (export "drop") (global.set $list (ref.null $node)))
              (func (export "sum") (result i64)
                (local $node (ref null $node)) (local $sum i64)
                (local.set $node (global.get $list))
                (block $end
                  (loop $again
                    (br_if $end (ref.is_null (local.get $node)))
                    (local.set $sum (i64.add (local.get $sum) (struct.get $node $value (local.get $node))))
                    (local.set $node (struct.get $node $next (local.get $node)))
                    (br $again)))
                (local.get $sum)))
            """;

    /**
     * A graph that changes at random: a table of objects, each of which refers to others; new ones take the places of old
     * ones. At last all that can be reached by a walk is added up.
     */
    private static final String GRAPH = """
            (module
              (type $any (sub (struct (field $value (mut i32)))))
              (type $pair (sub $any (struct (field (mut i32)) (field $a (mut anyref)) (field i16) (field $b (mut anyref)))))
              (type $refs (array (mut anyref)))
              (type $bytes (array (mut i8)))
              (type $long (sub $any (struct (field (mut i32)) (field v128) (field $bytes (ref $bytes)) (field $c (mut anyref)))))
              (global $roots (mut (ref null $refs)) (ref.null $refs))
              (global $seed (mut i32) (i32.const 1))
              (func $random (param $below i32) (result i32)
                (global.set $seed (i32.add (i32.mul (global.get $seed) (i32.const 1103515245)) (i32.const 12345)))
                (i32.rem_u (i32.shr_u (global.get $seed) (i32.const 8)) (local.get $below)))
              (func $some (result anyref) (array.get $refs (global.get $roots) (call $random (i32.const 500))))
              (func $fresh (param $kind i32) (result anyref)
                (if (i32.eqz (local.get $kind)) (then (return (ref.i31 (call $random (i32.const 1000))))))
                (if (i32.lt_u (local.get $kind) (i32.const 10))
                  (then (return
                    (struct.new $pair (call $random (i32.const 1000)) (call $some) (i32.const 77) (call $some)))))
                (if (i32.lt_u (local.get $kind) (i32.const 14))
                  (then (return
                    (struct.new $long (call $random (i32.const 1000)) (v128.const i64x2 1 2)
                      (array.new $bytes (i32.const 3) (call $random (i32.const 3000))) (call $some)))))
                (if (i32.eq (local.get $kind) (i32.const 14))
                  (then (return (array.new $refs (call $some) (call $random (i32.const 3000))))))
                (array.new_fixed $refs 3 (call $some) (call $some) (call $some)))
              (func $walk (param $from anyref) (param $depth i32) (result i32)
                (local $pair (ref null $pair)) (local $refs (ref null $refs)) (local $long (ref null $long))
                (if (i32.or (i32.eqz (local.get $depth)) (ref.is_null (local.get $from)))
                  (then (return (i32.const 1))))
                (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
                (if (ref.test (ref i31) (local.get $from))
                  (then (return (i31.get_u (ref.cast (ref i31) (local.get $from))))))
                (if (ref.test (ref $pair) (local.get $from))
                  (then
                    (local.set $pair (ref.cast (ref $pair) (local.get $from)))
                    (return (i32.add (struct.get $any $value (local.get $pair))
                      (i32.add (call $walk (struct.get $pair $a (local.get $pair)) (local.get $depth))
                        (call $walk (struct.get $pair $b (local.get $pair)) (local.get $depth)))))))
                (block $no (result anyref)
                  (local.set $long (br_on_cast_fail $no anyref (ref $long) (local.get $from)))
                  (return (i32.add
                    (i32.add (struct.get $any $value (local.get $long))
                      (array.len (struct.get $long $bytes (local.get $long))))
                    (call $walk (struct.get $long $c (local.get $long)) (local.get $depth)))))
                (local.set $refs (ref.cast (ref $refs)))
                (if (i32.eqz (array.len (local.get $refs))) (then (return (i32.const 7))))
                (i32.add (array.len (local.get $refs))
                  (call $walk (array.get $refs (local.get $refs) (i32.const 0)) (local.get $depth))))
              ;; Takes its references from an object: else nothing that ever was would go.
              (func $cut (param $old anyref)
                (if (ref.test (ref $pair) (local.get $old))
                  (then
                    (struct.set $pair $a (ref.cast (ref $pair) (local.get $old)) (ref.null any))
                    (struct.set $pair $b (ref.cast (ref $pair) (local.get $old)) (ref.null any))))
                (if (ref.test (ref $long) (local.get $old))
                  (then (struct.set $long $c (ref.cast (ref $long) (local.get $old)) (ref.null any))))
                (if (ref.test (ref $refs) (local.get $old))
                  (then
                    (array.fill $refs (ref.cast (ref $refs) (local.get $old)) (i32.const 0) (ref.null any)
                      (array.len (ref.cast (ref array) (local.get $old)))))))
              (func (export "run") (param $turns i32) (result i32)
                (local $sum i32) (local $i i32)
                (global.set $roots (array.new_default $refs (i32.const 500)))
                (loop $again
                  (local.set $i (call $random (i32.const 500)))
                  (call $cut (array.get $refs (global.get $roots) (local.get $i)))
                  (array.set $refs (global.get $roots) (local.get $i) (call $fresh (call $random (i32.const 20))))
                  (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
                (local.set $i (i32.const 0))
                (loop $again
                  (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const 31))
                    (call $walk (array.get $refs (global.get $roots) (local.get $i)) (i32.const 6))))
                  (br_if $again
                    (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))
                (local.get $sum)))
            """;

    private static Engine engine(Tier tier, long maxHeap) {
        return Engine.start(Config.builder().tier(tier).maxHeap(maxHeap).build());
    }

    private static Instance instantiate(Engine engine, String text) {
        return engine.compile(WatParser.parse(text).bytes()).instantiate(Imports.of());
    }

    @Test
    void garbageOfAHundredTimesTheLimitMakesRoom() {
        try (Engine engine = engine(Tier.BASELINE, 4 * MEBIBYTE)) {
            Instance lists = instantiate(engine, LISTS);
            int count = 100 * 4 * MEBIBYTE / 32;
            lists.function("make").call(count, 10_000);
            long kept = (count - 1) / 10_000;
            assertEquals(10_000 * kept * (kept + 1) / 2, lists.function("sum").call());
        }
    }

    @Test
    void aMillionLiveObjectsSurvive() {
        try (Engine engine = engine(Tier.BASELINE, 128 * MEBIBYTE)) {
            Instance lists = instantiate(engine, LISTS);
            lists.function("make").call(10_000_000, 10);
            assertEquals(10L * 999_999 * 1_000_000 / 2, lists.function("sum").call());
            lists.store().collect();
            assertEquals(10L * 999_999 * 1_000_000 / 2, lists.function("sum").call());
            assertTrue(((NativeStore) lists.store()).objects.live() >= 32_000_000);
            lists.function("drop").call();
            lists.store().collect();
            assertEquals(0, ((NativeStore) lists.store()).objects.live());
        }
    }

    @Test
    void tooManyLiveObjectsTrapAndRoomComesBack() {
        try (Engine engine = engine(Tier.BASELINE, 2 * MEBIBYTE)) {
            Instance lists = instantiate(engine, LISTS);
            Function make = lists.function("make");
            for (int turn = 0; turn < 3; turn++) {
                Trap trap = assertThrows(Trap.class, () -> make.call(1_000_000, 1));
                assertEquals(TrapReason.OUT_OF_MEMORY, trap.reason());
                assertEquals("make", trap.trace().getFirst().name());
                lists.function("drop").call();
            }
            make.call(1000, 1);
            assertEquals(499_500L, lists.function("sum").call());
        }
    }

    /** A node takes 32 bytes; the smallest heap has one block of 32 KiB. */
    @ParameterizedTest
    @CsvSource({"0, 0", "32767, 0", "32768, 900", "1048576, 30000", "68719476736, 60000"})
    void aStoreHasWhatItsLimitLeavesOfTheEngines(long limit, int nodes) {
        try (Engine engine = engine(Tier.BASELINE, 2 * MEBIBYTE);
                CompiledModule module = engine.compile(WatParser.parse(LISTS).bytes());
                Store store = engine.newStore(StoreLimits.NONE.heapBytes(limit));
                Store other = engine.newStore()) {
            Function make = module.instantiate(store, Imports.of()).function("make");
            if (nodes > 0) {
                make.call(nodes, 1);
            }
            assertEquals(
                    TrapReason.OUT_OF_MEMORY,
                    assertThrows(Trap.class, () -> make.call(nodes / 5 + 100, 1))
                            .reason());
            module.instantiate(other, Imports.of()).function("make").call(60_000, 1);
        }
    }

    @Test
    void arraysOfAllSizesComeAndGo() {
        String text = """
                (module
                  (type $bytes (array (mut i8)))
                  (func $new (export "new") (param $length i32) (result (ref $bytes))
                    (array.new_default $bytes (local.get $length)))
                  (func $fill (export "fill") (param $array (ref $bytes)) (param $value i32)
                    (array.fill $bytes (local.get $array) (i32.const 0) (local.get $value)
                      (array.len (local.get $array))))
                  (func $sum (export "sum") (param $array (ref $bytes)) (result i32) (local $i i32) (local $sum i32)
                    (loop $again
                      (local.set $sum (i32.add (local.get $sum)
                        (array.get_u $bytes (local.get $array) (local.get $i))))
                      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                        (array.len (local.get $array)))))
                    (local.get $sum))
                  ;; What a new array holds; it is nothing but ones afterwards.
                  (func (export "use") (param $length i32) (result i32) (local $array (ref $bytes))
                    (local.set $array (call $new (local.get $length)))
                    (call $sum (local.get $array))
                    (call $fill (local.get $array) (i32.const 255))))
                """;
        try (Engine engine = engine(Tier.BASELINE, 4 * MEBIBYTE)) {
            Instance arrays = instantiate(engine, text);
            Object kept = arrays.function("new").call(1000);
            arrays.function("fill").call(kept, 3);
            for (int length = 1; length < 3 * MEBIBYTE; length += length / 3 + 1) {
                for (int turn = 0; turn < 4; turn++) {
                    assertEquals(0, arrays.function("use").call(length), length + " bytes are not zero");
                }
            }
            assertEquals(3000, arrays.function("sum").call(kept));
            Trap trap = assertThrows(Trap.class, () -> arrays.function("new").call(5 * MEBIBYTE));
            assertEquals(TrapReason.OUT_OF_MEMORY, trap.reason());
            assertEquals(
                    TrapReason.OUT_OF_MEMORY,
                    assertThrows(Trap.class, () -> arrays.function("new").call(-1))
                            .reason());
        }
    }

    /** The interpreter's objects are Java's: its collector is not ours. */
    @ParameterizedTest
    @CsvSource({"60000, 8, false", "60000, 256, false", "1500, 16, true"})
    void aGraphThatChangesIsWhatTheInterpreterMakesOfIt(int turns, int mebibytes, boolean always) {
        Object expected;
        try (Engine engine = engine(Tier.REFERENCE, MEBIBYTE)) {
            expected = instantiate(engine, GRAPH).function("run").call(turns);
        }
        String before = System.getProperty(NativeEngine.COLLECT_ALWAYS, "false");
        System.setProperty(NativeEngine.COLLECT_ALWAYS, always ? "true" : before);
        try (Engine engine = engine(Tier.BASELINE, (long) mebibytes * MEBIBYTE)) {
            assertEquals(expected, instantiate(engine, GRAPH).function("run").call(turns));
        } finally {
            System.setProperty(NativeEngine.COLLECT_ALWAYS, before);
        }
    }

    @Test
    void whatJavaHoldsLivesAndNothingElse() {
        try (Engine engine = engine(Tier.BASELINE, 16 * MEBIBYTE)) {
            Instance lists = instantiate(engine, LISTS);
            Store store = lists.store();
            lists.function("make").call(1000, 1);
            Object list = lists.global("list").get();
            lists.function("drop").call();
            store.collect();
            lists.global("list").set(list);
            assertEquals(499_500L, lists.function("sum").call());
        }
    }
}
