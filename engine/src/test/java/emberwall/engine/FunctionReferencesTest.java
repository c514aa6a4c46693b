package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** References to functions of known types, in both tiers: what is asked of them, called through them, and given by Java. */
class FunctionReferencesTest {
    private static final String FUNCTIONS = """
            (module
              (type $unary (func (param i64) (result i64)))
              (type $nullary (func (result i64)))
              (func $double (export "double") (type $unary) (i64.mul (local.get 0) (i64.const 2)))
              (func $square (export "square") (type $unary) (i64.mul (local.get 0) (local.get 0)))
              (func $seven (export "seven") (type $nullary) (i64.const 7))
              (table $t 3 (ref $unary) (ref.func $square))
              (elem (table $t) (i32.const 1) (ref $unary) (ref.func $double))
              (global $g (mut (ref null $unary)) (ref.null $unary))
              (func (export "call") (param (ref $unary) i64) (result i64)
                (call_ref $unary (local.get 1) (local.get 0)))
              (func (export "call table") (param i32 i64) (result i64)
                (call_ref $unary (local.get 1) (table.get $t (local.get 0))))
              (func (export "non null") (param (ref null $unary)) (result (ref $unary))
                (ref.as_non_null (local.get 0)))
              (func (export "null") (result (ref $unary)) (ref.as_non_null (ref.null $unary)))
              (func (export "keep") (param (ref null $unary)) (global.set $g (local.get 0)))
              (func (export "kept") (param i64) (result i64) (call_ref $unary (local.get 0) (global.get $g)))
              (func (export "extern") (param (ref extern)) (result (ref extern)) (local.get 0)))
            """;

    private static Engine engine(Tier tier) {
        return Engine.start(Config.builder().tier(tier).build());
    }

    @ParameterizedTest
    @EnumSource(
            value = Tier.class,
            names = {"BASELINE", "OPTIMIZING", "REFERENCE"})
    void javaGivesAndTakesThem(Tier tier) {
        try (Engine engine = engine(tier);
                CompiledModule module = engine.compileText(FUNCTIONS);
                Instance instance = module.instantiate(Imports.of())) {
            Function twice = instance.function("double");
            Function call = instance.function("call");
            assertEquals(42L, call.call(twice, 21L));
            assertEquals(49L, call.call(instance.function("square"), 7L));
            assertThrows(IllegalArgumentException.class, () -> call.call(null, 1L));
            assertThrows(IllegalArgumentException.class, () -> call.call(instance.function("seven"), 1L));
            assertEquals(10L, instance.function("call table").call(1, 5L));
            assertEquals(25L, instance.function("call table").call(2, 5L));
            assertEquals(twice, instance.function("non null").call(twice));
            Function nonNull = instance.function("non null");
            assertEquals(TrapReason.NULL_REFERENCE, reason(() -> nonNull.call((Object) null)));
            assertEquals(
                    TrapReason.NULL_REFERENCE,
                    reason(() -> instance.function("null").call()));
            assertEquals(
                    TrapReason.NULL_FUNCTION_REFERENCE,
                    reason(() -> instance.function("kept").call(1L)));
            instance.function("keep").call(twice);
            assertEquals(6L, instance.function("kept").call(3L));
            assertNull(instance.function("keep").call((Object) null));
            assertEquals("a", instance.function("extern").call("a"));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> instance.function("extern").call((Object) null));
        }
    }

    private static TrapReason reason(Runnable call) {
        return assertThrows(Trap.class, call::run).reason();
    }

    /** Branches on null, where values are in registers, in memory, or constants, and branches take operands along. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 8, 13, 20})
    void branchesAgree(int values) {
        String text = branches(values);
        try (Engine first = engine(Tier.BASELINE);
                Engine second = engine(Tier.REFERENCE);
                CompiledModule a = first.compileText(text);
                CompiledModule b = second.compileText(text);
                Instance x = a.instantiate(Imports.of());
                Instance y = b.instantiate(Imports.of())) {
            for (String name : new String[] {"on null", "on non null", "constant"}) {
                for (int i = 0; i < 4; i++) {
                    assertEquals(y.function(name).call(i, 5L), x.function(name).call(i, 5L), name + " " + i);
                }
            }
        }
    }

    private static String branches(int values) {
        StringBuilder push = new StringBuilder();
        StringBuilder add = new StringBuilder();
        for (int i = 0; i < values; i++) {
            push.append(i % 3 == 0 ? "(i64.const " + i + ")" : "(i64.mul (local.get 1) (i64.const " + i + "))");
            add.append("(i64.add)");
        }
        String operands = "i64 ".repeat(values);
        return """
            (module
              (type $f (func (param i64) (result i64)))
              (table $t 4 (ref null $f))
              (elem (table $t) (i32.const 1) (ref $f) (ref.func $inc) (ref.func $dec))
              (func $inc (type $f) (i64.add (local.get 0) (i64.const 1)))
              (func $dec (type $f) (i64.sub (local.get 0) (i64.const 1)))
              (func (export "on null") (param i32 i64) (result i64)
                (local $r (ref null $f)) (local $k i64)
                (local.set $r (table.get $t (local.get 0)))
                (local.set $k (i64.const 3))
                (i64.const 100)
                (block $null (result %2$s)
                  %1$s
                  (br_on_null $null (local.get $r))
                  (local.set $r)
                  (call_ref $f (local.get 1) (local.get $r))
                  (local.set 1)
                  (br_on_null $null (local.get $r))
                  (local.set $r)
                  (call_ref $f (local.get $k) (local.get $r))
                  (local.set $k))
                (i64.add (local.get 1) (local.get $k))
                %3$s (i64.add))
              (func (export "on non null") (param i32 i64) (result i64)
                (local $r (ref null $f))
                (i64.const 100)
                (block $found (result %2$s (ref $f))
                  %1$s
                  (br_on_non_null $found (local.tee $r (table.get $t (local.get 0))))
                  (br_on_non_null $found (local.get $r))
                  (br_on_non_null $found (table.get $t (i32.const 2)))
                  (unreachable))
                (local.set $r)
                (call_ref $f (local.get 1) (local.get $r))
                %3$s (i64.add))
              (func (export "constant") (param i32 i64) (result i64)
                (i64.const 100)
                (block $null (result %2$s)
                  %1$s
                  (br_on_null $null (ref.null $f))
                  (drop))
                (block $found (result (ref $f))
                  (br_on_non_null $found (ref.null $f))
                  (ref.func $inc))
                (local.get 1)
                (drop) (drop)
                (local.get 1) %3$s (i64.add)))
            """.formatted(push, operands, add);
    }
}
