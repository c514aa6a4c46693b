package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.ValueType;
import emberwall.wasm.text.WatParser;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.WeakReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores that programs forget instead of closing them: they go, but not before nobody can tell. */
class ForgottenStoreTest {
    private static final int MOST_COLLECTIONS = 300;

    private static final String HOLDER = """
            (module
              (type $box (struct (field (mut externref))))
              (import "host" "look" (func $look (param i32)))
              (memory (export "memory") 2 100)
              (table $kept 3 externref)
              (table funcref (elem $keep))
              (global $last (mut (ref null $box)) (ref.null $box))
              (func $keep (export "keep") (param externref) (result (ref $box))
                (table.set $kept (i32.const 1) (local.get 0))
                (global.set $last (struct.new $box (local.get 0)))
                (ref.as_non_null (global.get $last)))
              (func (export "run") (param i32) (result i32)
                (i32.store (i32.const 70000) (local.get 0))
                (call $look (local.get 0))
                (i32.load (i32.const 70000))))
            """;

    /** What programs have, in a circle with what guests have. */
    private static final class Owner {
        Instance instance;
        GuestReference box;
        int looked;
    }

    private static Engine engine(Tier tier, Bounds bounds) {
        return Engine.start(Config.builder().tier(tier).bounds(bounds).build());
    }

    private static Imports look(HostFunction function) {
        return Imports.of().function("host", "look", FunctionType.of(ValueType.I32), function);
    }

    private static void await(BooleanSupplier condition, String what) {
        for (int turn = 0; turn < MOST_COLLECTIONS && !condition.getAsBoolean(); turn++) {
            System.gc();
            pause();
        }
        assertTrue(condition.getAsBoolean(), what);
    }

    private static void pause() {
        try {
            Thread.sleep(10); // another thread sees to what the collector found
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static WeakReference<Owner> circle(CompiledModule module) {
        Owner owner = new Owner();
        owner.instance = module.instantiate(look(call -> owner.looked = call.i32(0)));
        owner.box = (GuestReference) owner.instance.function("keep").call(owner);
        assertEquals(GuestReference.Kind.STRUCT, owner.box.kind());
        assertEquals(7, owner.instance.function("run").call(7));
        assertEquals(7, owner.looked);
        return new WeakReference<>(owner);
    }

    @ParameterizedTest
    @EnumSource(names = {"REFERENCE", "BASELINE", "OPTIMIZING"})
    void aCircleThroughAGuestsHeapGoes(Tier tier) {
        try (Engine engine = engine(tier, Bounds.AUTO);
                CompiledModule module = engine.compile(WatParser.parse(HOLDER).bytes())) {
            WeakReference<Owner> forgotten = circle(module);
            await(() -> forgotten.refersTo(null), "the object is still reachable");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GUARD", "EXPLICIT"})
    void whatForgottenStoresHadComesBack(Bounds bounds) {
        try (Engine engine = engine(Tier.BASELINE, bounds);
                CompiledModule module = engine.compile(WatParser.parse(HOLDER).bytes())) {
            NativeEngine mine = (NativeEngine) engine;
            circle(module).get().instance.close(); // takes what the engine keeps for the next store
            long before = mine.budget.taken();
            for (int store = 0; store < 20; store++) {
                circle(module);
            }
            // A stack each that the engine keeps for the next stores; 16 at most, of two mappings.
            await(
                    () -> {
                        engine.newStore().close();
                        return mine.budget.taken() <= before + 2 * 15;
                    },
                    "forgotten stores keep mappings");
            circle(module).get().instance.close();
        }
    }

    private static MemorySegment view(CompiledModule module) {
        Instance instance = module.instantiate(look(call -> {}));
        instance.function("run").call(42);
        return instance.memory("memory").segment();
    }

    @ParameterizedTest
    @EnumSource(names = {"GUARD", "EXPLICIT"})
    void aViewKeepsItsBytes(Bounds bounds) {
        try (Engine engine = engine(Tier.BASELINE, bounds);
                CompiledModule module = engine.compile(WatParser.parse(HOLDER).bytes())) {
            MemorySegment view = view(module);
            WeakReference<Owner> other = circle(module);
            await(() -> other.refersTo(null), "the other store is still reachable");
            for (int turn = 0; turn < 20; turn++) {
                System.gc();
                try (Instance next = module.instantiate(look(call -> {}))) {
                    assertEquals(turn, next.function("run").call(turn));
                }
                pause();
                assertEquals(42, view.get(ValueLayout.JAVA_INT, 70_000));
                view.set(ValueLayout.JAVA_INT, 131_068, turn);
            }
            engine.close();
            assertThrows(IllegalStateException.class, () -> view.get(ValueLayout.JAVA_INT, 70_000));
        }
    }

    @Test
    void bytesGoWithTheLastView() {
        try (Engine engine = engine(Tier.BASELINE, Bounds.EXPLICIT);
                CompiledModule module = engine.compile(WatParser.parse(HOLDER).bytes())) {
            NativeEngine mine = (NativeEngine) engine;
            long before = mine.budget.taken();
            MemorySegment kept = view(module).asSlice(70_000, 4);
            await(
                    () -> {
                        engine.newStore().close();
                        return mine.abandoned() == 1;
                    },
                    "the store is still reachable");
            assertEquals(42, kept.get(ValueLayout.JAVA_INT, 0));
            kept = null;
            await(
                    () -> {
                        engine.newStore().close();
                        return mine.abandoned() == 0;
                    },
                    "the view is still reachable");
            assertTrue(mine.budget.taken() <= before + 4, "a stack, and a slab of records");
        }
    }

    @ParameterizedTest
    @CsvSource({"REFERENCE, AUTO", "BASELINE, GUARD", "BASELINE, EXPLICIT", "OPTIMIZING, GUARD"})
    void aRunningGuestKeepsItsStore(Tier tier, Bounds bounds) {
        try (Engine engine = engine(tier, bounds);
                CompiledModule module = engine.compile(WatParser.parse(HOLDER).bytes())) {
            Function run = module.instantiate(look(call -> {
                        for (int turn = 0; turn < 5; turn++) {
                            System.gc();
                            pause();
                            engine.newStore().close();
                        }
                    }))
                    .function("run");
            assertEquals(5, run.call(5));
        }
    }
}
