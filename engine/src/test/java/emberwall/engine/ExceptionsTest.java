package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Exceptions in every tier: thrown and caught by guests and by the host, through both. */
class ExceptionsTest {
    private static final String THROWERS = """
            (module
              (import "host" "call" (func $call))
              (import "host" "tag" (tag $theirs (param i32)))
              (tag $ours (export "ours") (param i32 i64))
              (func (export "throw") (throw $ours (i32.const 7) (i64.const 8)))
              (func (export "pass") (call $call))
              (func (export "catch") (result i32)
                (block $caught (result i32)
                  (try_table (catch $theirs $caught) (call $call))
                  (i32.const -1)))
              (func (export "again") (local exnref)
                (block $caught (result exnref)
                  (try_table (catch_all_ref $caught) (call $call))
                  (return))
                (throw_ref))
              (func (export "reference") (result exnref)
                (block $caught (result exnref)
                  (try_table (catch_all_ref $caught) (call $call))
                  (ref.null exn))))
            """;

    private static final FunctionType NOTHING = FunctionType.of();

    private record World(Engine engine, Store store) implements AutoCloseable {
        static World of(Tier tier) {
            Features features = Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS);
            Engine engine =
                    Engine.start(Config.builder().tier(tier).features(features).build());
            return new World(engine, engine.newStore());
        }

        Instance instantiate(String text, Imports imports) {
            return engine.compile(WatParser.parse(text).bytes()).instantiate(store, imports);
        }

        Tag tag(int... carried) {
            return store.newTag(new TagType(FunctionType.of(carried)));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void leaveTheGuest(Tier tier) {
        try (World world = World.of(tier)) {
            Imports imports = Imports.of()
                    .tag("host", "tag", world.tag(ValueType.I32))
                    .function("host", "call", NOTHING, call -> {});
            Instance throwers = world.instantiate(THROWERS, imports);
            WasmException thrown = assertThrows(WasmException.class, throwers.function("throw")::call);
            assertSame(throwers.export("ours"), thrown.tag());
            assertEquals(List.of(7, 8L), thrown.values());
            assertEquals("tag [i32 i64] -> []", thrown.tag().type().toString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void passThroughTheHostAsTheyAre(Tier tier) {
        try (World world = World.of(tier)) {
            Tag tag = world.tag(ValueType.I32);
            WasmException mine = new WasmException(tag, 42);
            Imports imports = Imports.of().tag("host", "tag", tag).function("host", "call", NOTHING, call -> {
                throw mine;
            });
            Instance throwers = world.instantiate(THROWERS, imports);
            assertEquals(42, throwers.function("catch").call());
            assertSame(mine, assertThrows(WasmException.class, throwers.function("pass")::call));
            assertSame(mine, assertThrows(WasmException.class, throwers.function("again")::call));
            assertSame(mine, throwers.function("reference").call());
            assertThrows(IllegalArgumentException.class, () -> new WasmException(tag, "42"));
            assertThrows(IllegalArgumentException.class, () -> new WasmException(tag));
        }
    }

    /** A vector makes the places of all that an exception brings wide; what waits beside them is left alone. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void bringVectorsBesideWhatWaits(Tier tier) {
        int waiting = 24;
        StringBuilder text = new StringBuilder("""
                (module
                  (tag $vector (param v128))
                  (func $throw (throw $vector (v128.const i64x2 3 4)))
                  (func (export "f") (param i64) (result i64)
                """);
        text.append("(local v128)").append(" (local i64)".repeat(waiting));
        for (int i = 0; i < waiting; i++) {
            text.append("(local.set ").append(2 + i).append(" (i64.mul (local.get 0) (i64.const ");
            text.append(1000 + i).append(")))");
        }
        text.append("""
                (block $caught (result v128 exnref)
                  (try_table (catch_ref $vector $caught) (call $throw))
                  (unreachable))
                (drop)
                (local.set 1)
                (i64x2.extract_lane 1 (local.get 1))
                """);
        long sum = 4;
        for (int i = 0; i < waiting; i++) {
            text.append("(i64.add (i64.mul (local.get ").append(2 + i).append(") (i64.const 3)))");
            sum += 3 * 7 * (1000 + i);
        }
        text.append("))");
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate(text.toString(), Imports.of());
            assertEquals(sum, instance.function("f").call(7L));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void ofAnotherStoreAreRefused(Tier tier) {
        try (World world = World.of(tier)) {
            Store other = world.engine.newStore();
            WasmException foreign = new WasmException(other.newTag(new TagType(NOTHING)));
            Imports imports = Imports.of()
                    .tag("host", "tag", world.tag(ValueType.I32))
                    .function("host", "call", NOTHING, call -> {
                        throw foreign;
                    });
            Instance throwers = world.instantiate(THROWERS, imports);
            assertThrows(IllegalArgumentException.class, throwers.function("again")::call);
            Imports mixed = Imports.of()
                    .tag("host", "tag", other.newTag(new TagType(FunctionType.of(ValueType.I32))))
                    .function("host", "call", NOTHING, call -> {});
            assertThrows(IllegalArgumentException.class, () -> world.instantiate(THROWERS, mixed));
            Imports mistaken = Imports.of()
                    .tag("host", "tag", world.tag(ValueType.I64))
                    .function("host", "call", NOTHING, call -> {});
            assertThrows(LinkException.class, () -> world.instantiate(THROWERS, mistaken));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void othersAreNotCaught(Tier tier) {
        try (World world = World.of(tier)) {
            IllegalStateException mine = new IllegalStateException();
            Imports imports = Imports.of()
                    .tag("host", "tag", world.tag(ValueType.I32))
                    .function("host", "call", NOTHING, call -> {
                        throw mine;
                    });
            Instance throwers = world.instantiate(THROWERS, imports);
            assertSame(mine, assertThrows(IllegalStateException.class, throwers.function("again")::call));
        }
    }

    /** Guest, host, guest, host, guest: what is thrown inside is caught outside, and the middle ones look on. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void crossNestedCalls(Tier tier) {
        try (World world = World.of(tier)) {
            List<WasmException> seen = new ArrayList<>();
            Imports imports = Imports.of().function("host", "call", FunctionType.of(ValueType.I32), call -> {
                int depth = call.i32(0);
                try {
                    call.instance().function("down").call(depth - 1);
                } catch (WasmException exception) {
                    seen.add(exception);
                    throw exception;
                }
            });
            Instance nest = world.instantiate("""
                    (module
                      (import "host" "call" (func $call (param i32)))
                      (tag $tag (param i32))
                      (func $down (export "down") (param $depth i32) (local $keep i32)
                        (local.set $keep (local.get $depth))
                        (if (i32.eqz (local.get $depth)) (then (throw $tag (i32.const 11))))
                        (block $caught (result exnref)
                          (try_table (catch_all_ref $caught) (call $call (local.get $depth)))
                          (ref.null exn))
                        (if (i32.ne (local.get $keep) (local.get $depth)) (then (unreachable)))
                        (throw_ref))
                      (func (export "up") (param $depth i32) (result i32)
                        (block $caught (result i32)
                          (try_table (catch $tag $caught) (call $down (local.get $depth)))
                          (i32.const -1))))
                    """, imports);
            assertEquals(11, nest.function("up").call(20));
            assertEquals(20, seen.size());
            for (WasmException exception : seen) {
                assertSame(seen.getFirst(), exception);
            }
            assertEquals(11, nest.function("up").call(1));
            assertNotSame(seen.getFirst(), seen.getLast());
        }
    }

    /** What handlers find: locals that were constants, registers or memory, and operands under the block. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void handlersFindLocalsAndOperands(Tier tier) {
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate("""
                    (module
                      (tag $tag (param i64))
                      (func $throw (param i32) (throw $tag (i64.extend_i32_s (local.get 0))))
                      (func (export "run") (param $p i32) (result i32 i32 i64 i32 f64)
                        (local $a i32) (local $b i32) (local $f f64)
                        (local.set $a (i32.const 5))
                        (local.set $f (f64.const 1.5))
                        (i32.const 77)
                        (i32.mul (local.get $p) (i32.const 3))
                        (block $caught (result i64)
                          (try_table (catch $tag $caught)
                            (local.set $b (i32.add (local.get $a) (local.get $p)))
                            (local.set $f (f64.const 2.5))
                            (call $throw (i32.const -9))
                            (local.set $b (i32.const 0)))
                          (unreachable))
                        (i32.add (i32.mul (local.get $a) (i32.const 100)) (local.get $b))
                        (local.get $f)))
                    """, Imports.of());
            Object[] results = (Object[]) instance.function("run").call(4);
            assertArrayEquals(new Object[] {77, 12, -9L, 509, 2.5}, results);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void carryVectorsAndReferences(Tier tier) {
        try (World world = World.of(tier)) {
            Object mine = new Object();
            Instance instance = world.instantiate("""
                    (module
                      (tag $tag (export "tag") (param f32 v128 externref funcref exnref i32))
                      (func $self (export "run") (param externref exnref)
                        (throw $tag (f32.const 0.5) (v128.const i64x2 3 4) (local.get 0) (ref.func $self) (local.get 1)
                          (i32.const -1)))
                      (func (export "caught") (param externref exnref)
                          (result f32 v128 externref funcref exnref i32 exnref)
                        (try_table (catch_ref $tag 0) (call $self (local.get 0) (local.get 1)))
                        (unreachable)))
                    """, Imports.of());
            Function run = instance.function("run");
            WasmException first = assertThrows(WasmException.class, () -> run.call(mine, null));
            assertNull(first.values().get(4));
            Object[] caught = (Object[]) instance.function("caught").call(mine, first);
            assertEquals(0.5f, caught[0]);
            assertEquals(new V128(3, 4), caught[1]);
            assertSame(mine, caught[2]);
            assertSame(run, caught[3]);
            assertSame(first, caught[4]);
            assertEquals(-1, caught[5]);
            assertSame(first, ((WasmException) caught[6]).values().get(4));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void areKeptInTablesAndGlobals(Tier tier) {
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate("""
                    (module
                      (tag $tag (param i32))
                      (table (export "table") 4 exnref)
                      (global $last (export "last") (mut exnref) (ref.null exn))
                      (func (export "make") (param i32)
                        (global.set $last
                          (block $caught (result exnref)
                            (try_table (catch_all_ref $caught) (throw $tag (local.get 0)))
                            (unreachable)))
                        (table.set (i32.and (local.get 0) (i32.const 3)) (global.get $last)))
                      (func (export "throw") (param i32) (throw_ref (table.get (local.get 0)))))
                    """, Imports.of());
            Function make = instance.function("make");
            for (int i = 0; i < 10_000; i++) {
                make.call(i);
            }
            WasmException last = (WasmException) instance.global("last").get();
            assertEquals(List.of(9_999), last.values());
            assertSame(last, instance.table("table").get(3));
            assertSame(
                    last,
                    assertThrows(
                            WasmException.class,
                            () -> instance.function("throw").call(3)));
            instance.table("table").set(3, null);
            Trap trap =
                    assertThrows(Trap.class, () -> instance.function("throw").call(3));
            assertEquals(TrapReason.NULL_EXCEPTION_REFERENCE, trap.reason());
            instance.table("table").set(2, last);
            assertSame(
                    last,
                    assertThrows(
                            WasmException.class,
                            () -> instance.function("throw").call(2)));
        }
    }

    /** A thousand values, straight out of the function, where nothing else ever took so much space. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void carryManyValuesOutOfTheFunction(Tier tier) {
        int count = 1000;
        String types = " i64".repeat(count);
        StringBuilder constants = new StringBuilder();
        for (int i = 0; i < count; i++) {
            constants.append(" (i64.const ").append(i).append(')');
        }
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate(
                    "(module (tag $tag (param " + types + "))"
                            + "(func $throw (throw $tag " + constants + "))"
                            + "(func $middle (result " + types + ")"
                            + "  (try_table (catch $tag 0) (call $throw)) (unreachable))"
                            + "(func (export \"run\") (result " + types + ") (call $middle)))",
                    Imports.of());
            Object[] results = (Object[]) instance.function("run").call();
            for (int i = 0; i < count; i++) {
                assertEquals((long) i, results[i]);
            }
        }
    }

    /** From deep inside, past frames that catch something else, and level by level. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void unwindDeepStacks(Tier tier) {
        try (Engine engine =
                Engine.start(Config.builder().tier(tier).maxStack(64 << 20).build())) {
            Instance instance = engine.compile(WatParser.parse("""
                    (module
                      (tag $tag (param i32))
                      (tag $other)
                      (global $levels (mut i32) (i32.const 0))
                      (func $past (param i32)
                        (if (i32.eqz (local.get 0)) (then (throw $tag (i32.const 3))))
                        (block $caught
                          (try_table (catch $other $caught) (call $past (i32.sub (local.get 0) (i32.const 1))))))
                      (func $again (param i32)
                        (if (i32.eqz (local.get 0)) (then (throw $tag (i32.const 4))))
                        (block $caught (result exnref)
                          (try_table (catch_all_ref $caught) (call $again (i32.sub (local.get 0) (i32.const 1))))
                          (return))
                        (global.set $levels (i32.add (global.get $levels) (i32.const 1)))
                        (throw_ref))
                      (func (export "past") (param i32) (result i32)
                        (block $caught (result i32)
                          (try_table (catch $tag $caught) (call $past (local.get 0)))
                          (i32.const -1)))
                      (func (export "again") (param i32) (result i32)
                        (block $caught (result i32)
                          (try_table (catch $tag $caught) (call $again (local.get 0)))
                          (i32.const -1))
                        (i32.add (global.get $levels))))
                    """).bytes()).instantiate(Imports.of());
            assertEquals(3, instance.function("past").call(100_000));
            assertEquals(100_004, instance.function("again").call(100_000));
        }
    }

    @Test
    void handlersAreListed() {
        try (World world = World.of(Tier.BASELINE);
                CompiledModule module =
                        world.engine.compile(WatParser.parse("""
                        (module
                          (tag $tag (param i32))
                          (func $throw (throw $tag (i32.const 3)))
                          (func (result i32)
                            (block $caught (result i32)
                              (block $all
                                (try_table (catch $tag $caught) (catch_all $all) (call $throw))
                                (return (i32.const 1)))
                              (i32.const 2))))
                        """).bytes())) {
            assertEquals(List.of(), module.inspect(0).handlers());
            List<String> handlers = module.inspect(1).handlers();
            assertEquals(2, handlers.size());
            assertLinesMatch(
                    List.of(
                            "calls from 0x[0-9a-f]+  region 0",
                            "region 0  tag 0 to 0x[0-9a-f]+, all to 0x[0-9a-f]+, else caller"),
                    handlers);
        }
    }

    private static final String HOARDERS = """
            (module
              (tag $tag (param exnref))
              (global $last (mut exnref) (ref.null exn))
              (func $link (param exnref) (result exnref)
                (block $caught (result exnref exnref)
                  (try_table (catch_ref $tag $caught) (throw $tag (local.get 0)))
                  (unreachable))
                (return))
              (func (export "chain") (param $links i32)
                (loop $next
                  (global.set $last (call $link (global.get $last)))
                  (br_if $next (local.tee $links (i32.sub (local.get $links) (i32.const 1))))))
              (func (export "forget") (param $times i32) (local exnref)
                (global.set $last (ref.null exn))
                (loop $next
                  (local.set 1 (call $link (ref.null exn)))
                  (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
            """;

    /** Those that nobody refers to are forgotten while the guest runs on; those that make a chain have a limit. */
    @ParameterizedTest
    @EnumSource(names = "BASELINE")
    void takeABoundedSpace(Tier tier) {
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate(HOARDERS, Imports.of());
            Function forget = instance.function("forget");
            forget.call(100_000);
            assertTrue(((NativeStore) world.store).handles.size() < 10_000);
            instance.function("chain").call(100_000);
            assertTrue(((NativeStore) world.store).handles.size() >= 100_000);
            Trap trap =
                    assertThrows(Trap.class, () -> instance.function("chain").call(1_000_000));
            assertEquals(TrapReason.OUT_OF_MEMORY, trap.reason());
            forget.call(100_000);
            assertTrue(((NativeStore) world.store).handles.size() < 10_000);
        }
    }

    /** The old form: rethrown from inside another handler, and delegated past one. */
    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void oldForm(Tier tier) {
        try (World world = World.of(tier)) {
            Instance instance = world.instantiate("""
                    (module
                      (tag $a (param i32))
                      (tag $b (param i64))
                      (func $throw (param i32)
                        (if (local.get 0) (then (throw $a (local.get 0))))
                        (throw $b (i64.const 5)))
                      (func $rethrow (param i32) (result i32)
                        (i32.const 1000)
                        (try (result i32)
                          (do (call $throw (local.get 0)) (i32.const 0))
                          (catch $a
                            (drop)
                            (try (result i32)
                              (do (call $throw (i32.const 0)) (i32.const 0))
                              (catch $b (drop) (rethrow 1))))
                          (catch_all (i32.const 7)))
                        (i32.add))
                      (func (export "rethrow") (param i32) (result i32)
                        (try (result i32)
                          (do (call $rethrow (local.get 0)))
                          (catch $a)))
                      (func (export "delegate") (param i32) (result i32)
                        (try $outer (result i32)
                          (do
                            (try (result i32)
                              (do
                                (try (result i32)
                                  (do (call $throw (local.get 0)) (i32.const 0))
                                  (delegate $outer)))
                              (catch_all (i32.const -1))))
                          (catch $a (i32.add (i32.const 1)))
                          (catch $b (i32.wrap_i64)))))
                    """, Imports.of());
            assertEquals(9, instance.function("rethrow").call(9));
            assertEquals(1007, instance.function("rethrow").call(0));
            assertEquals(10, instance.function("delegate").call(9));
            assertEquals(5, instance.function("delegate").call(0));
        }
    }
}
