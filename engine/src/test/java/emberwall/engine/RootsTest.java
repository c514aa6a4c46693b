package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.ValueType;
import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What waiting guests refer to is found, and nothing else. Every object of the host is forgotten as soon as nobody is
 * found to hold it, and its handle serves the next one: a reference that was missed turns into another object.
 */
class RootsTest {
    /** References in every place that there is, over calls that the host uses to sweep; the vector makes slots wide. */
    private static final String PLACES = """
            (module
              (type $two (func (result externref externref)))
              (import "host" "new" (func $new (result externref)))
              (import "host" "pair" (func $pair (type $two)))
              (import "host" "see" (func $see (param externref)))
              (import "host" "many" (func $many
                (param externref i32 externref externref externref externref externref externref f64 externref)
                (result externref externref externref)))
              (table $kept 4 externref)
              (global $last (mut externref) (ref.null extern))
              (func $nest (export "nest") (param $depth i32) (param $held externref) (result externref)
                (local $own externref) (local $null externref) VECTOR
                (local.set $own (call $new))
                (local.get $held)
                (ref.null extern)
                (call $new)
                (if (local.get $depth)
                  (then
                    (call $see (call $nest (i32.sub (local.get $depth) (i32.const 1)) (local.get $own)))
                    (local.set $null (local.get $held))
                    (local.set $held (ref.null extern))))
                (call $see)
                (call $see)
                (call $see)
                (call $see (local.get $null))
                (table.set $kept (i32.rem_u (local.get $depth) (i32.const 4)) (local.get $own))
                (global.set $last (call $new))
                (call $see (table.get $kept (i32.const 1)))
                (call $see (global.get $last))
                (call $new)
                (call $pair)
                (call $see)
                (local.set $held)
                (call $see)
                (call $many (local.get $own) (i32.const 5) (local.get $held) (call $new) (ref.null extern)
                  (call $new) (local.get $own) (call $new) (f64.const 1) (call $new))
                (call $see)
                (call $see)
                (call $see)
                (call $indirect (call $new) (local.get $held) (i32.const 0)))
              (func $both (param externref externref) (result externref)
                (call $see (call $new))
                (call $see (local.get 1))
                (local.get 0))
              (table funcref (elem $both))
              (func $indirect (param externref externref i32) (result externref)
                (call $see (call $new))
                (call_indirect 1 (param externref externref) (result externref)
                  (local.get 0) (local.get 1) (local.get 2))))
            """;

    /** Which object each call saw: they are numbered as they are made. */
    private static List<Object> sights(Tier tier, String text) {
        List<Object> seen = new ArrayList<>();
        Engine engine = Engine.start(Config.builder().tier(tier).build());
        try (engine;
                CompiledModule module = engine.compile(WatParser.parse(text).bytes());
                Store store = engine.newStore()) {
            int[] made = new int[1];
            Instance[] self = new Instance[1];
            int ref = ValueType.EXTERNREF;
            FunctionType many = FunctionType.of(ref, ValueType.I32, ref, ref, ref, ref, ref, ref, ValueType.F64, ref)
                    .returning(ref, ref, ref);
            Imports imports = Imports.of()
                    .function("host", "new", FunctionType.of().returning(ref), call -> call.result(0, "#" + made[0]++))
                    .function("host", "pair", FunctionType.of().returning(ref, ref), call -> {
                        call.result(0, "#" + made[0]++);
                        call.result(1, "#" + made[0]++);
                    })
                    .function("host", "see", FunctionType.of(ref), call -> seen.add(call.ref(0)))
                    .function("host", "many", many, call -> {
                        call.result(0, call.ref(9));
                        call.result(2, call.ref(0));
                        self[0].function("nest").call(0, call.ref(6)); // sweeps while this call waits
                        for (int argument : new int[] {0, 2, 3, 4, 5, 6, 7, 9}) {
                            seen.add(call.ref(argument));
                        }
                        call.result(1, call.ref(3));
                    });
            // The call of the nested guest would nest for ever.
            Imports flat = Imports.of()
                    .function("host", "new", FunctionType.of().returning(ref), call -> call.result(0, "#" + made[0]++))
                    .function("host", "pair", FunctionType.of().returning(ref, ref), call -> {
                        call.result(0, "#" + made[0]++);
                        call.result(1, "#" + made[0]++);
                    })
                    .function("host", "see", FunctionType.of(ref), call -> seen.add(call.ref(0)))
                    .function("host", "many", many, call -> call.result(1, call.ref(3)));
            self[0] = module.instantiate(store, flat);
            Instance instance = module.instantiate(store, imports);
            seen.add(instance.function("nest").call(3, "argument"));
        }
        return seen;
    }

    private static String always(String value) {
        return value == null
                ? System.clearProperty(NativeEngine.COLLECT_ALWAYS)
                : System.setProperty(NativeEngine.COLLECT_ALWAYS, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(local v128)"})
    void everythingThatIsHeldSurvivesEverySweep(String vector) {
        String text = PLACES.replace("VECTOR", vector);
        List<Object> expected = sights(Tier.REFERENCE, text);
        String before = always("true");
        try {
            assertEquals(expected, sights(Tier.BASELINE, text));
            assertEquals(expected, sights(Tier.OPTIMIZING, text));
        } finally {
            always(before);
        }
        assertTrue(expected.size() > 50);
    }

    @Test
    void whatAGuestLetsGoIsForgottenWhileItRuns() {
        String text = """
                (module
                  (import "host" "new" (func $new (result externref)))
                  (func (export "run") (param $turns i32) (result externref) (local $one externref)
                    (loop $again
                      (local.set $one (call $new))
                      (br_if $again (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
                    (local.get $one)))
                """;
        int turns = 100_000;
        try (Engine engine = Engine.start(Config.builder().tier(Tier.BASELINE).build());
                CompiledModule module = engine.compile(WatParser.parse(text).bytes());
                Store store = engine.newStore()) {
            int[] made = new int[1];
            int[] most = new int[1];
            Imports imports = Imports.of()
                    .function("host", "new", FunctionType.of().returning(ValueType.EXTERNREF), call -> {
                        call.result(0, "#" + made[0]++);
                        most[0] = Math.max(most[0], ((NativeStore) store).handles.size());
                    });
            Instance instance = module.instantiate(store, imports);
            assertEquals("#" + (turns - 1), instance.function("run").call(turns));
            assertTrue(most[0] > 0 && most[0] < turns / 10, most[0] + " objects at a time");
        }
    }
}
