package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.op.TrapReason;
import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that are small enough to be built into others, and call some themselves: nobody sees where they stand. */
class InlinedCallsTest {
    private static final byte[] PROGRAM = WatParser.parse("""
            (module
              (memory 1 1)
              (tag $odd (param i32))
              (func $load (param i32) (result i32) (i32.load (local.get 0)))
              (func $both (param i32) (result i32)
                (i32.add (call $load (local.get 0)) (call $load (i32.add (local.get 0) (i32.const 4)))))
              (func $above (param i32) (result i32) (call $both (i32.sub (local.get 0) (i32.const 4))))
              (func (export "trace") (param i32) (result i32)
                (loop (result i32) (call $above (local.get 0))))
              (func (export "sum") (param $to i32) (result i32) (local $at i32) (local $sum i32)
                (local.set $at (i32.const 4))
                (loop $next
                  (i32.store (local.get $at) (i32.mul (local.get $at) (i32.const 77)))
                  (local.set $sum (i32.xor (local.get $sum) (call $above (local.get $at))))
                  (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (local.get $to))))
                (local.get $sum))

              (func $refuse (param $number i32)
                (if (i32.and (local.get $number) (i32.const 1)) (then (throw $odd (local.get $number)))))
              (func $ask (param i32) (local i64 i64) (call $refuse (i32.sub (local.get 0) (i32.const 3))))
              (func (export "caught") (param $to i32) (result i32) (local $at i32) (local $sum i32)
                (loop $next
                  (local.set $sum (i32.add
                    (block $caught (result i32)
                      (try_table (catch $odd $caught)
                        (local.set $at (i32.add (local.get $at) (i32.const 1)))
                        (call $ask (local.get $at))
                        (local.set $sum (i32.add (local.get $sum) (i32.const 1000))))
                      (i32.const 5))
                    (i32.mul (local.get $sum) (i32.const 3))))
                  (br_if $next (i32.lt_s (local.get $at) (local.get $to))))
                (local.get $sum))
              (func (export "again") (param $to i32) (result i32) (local $at i32) (local $sum i32)
                i32.const 0
                loop $again (param i32)
                  local.get $sum
                  i32.const 3
                  i32.mul
                  i32.add
                  local.set $sum
                  local.get $at
                  local.get $to
                  i32.lt_s
                  if
                    local.get $at
                    i32.const 1
                    i32.add
                    local.set $at
                    try_table (catch $odd $again)
                      local.get $at
                      call $ask
                    end
                    i32.const 1
                    br $again
                  end
                end
                local.get $sum)

              (func $fibonacci (export "fibonacci") (param i32) (result i32)
                (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
                  (then (local.get 0))
                  (else (call $sum (local.get 0)))))
              (func $sum (param i32) (result i32)
                (i32.add (call $less (local.get 0)) (call $fibonacci (i32.sub (local.get 0) (i32.const 2)))))
              (func $less (param i32) (result i32) (call $fibonacci (i32.sub (local.get 0) (i32.const 1))))
              (func $ever (export "ever") (param i32) (result i32) (call $on (local.get 0)))
              (func $on (param i32) (result i32) (call $ever (i32.add (local.get 0) (i32.const 1)))))
            """).bytes();

    private static Engine engine(Tier tier) {
        return Engine.start(Config.builder().tier(tier).build());
    }

    private static List<Object> answers(Tier tier) {
        List<Object> answers = new ArrayList<>();
        try (Engine engine = engine(tier)) {
            Instance instance = engine.compile(PROGRAM).instantiate(Imports.of());
            for (String name : List.of("sum", "caught", "again", "fibonacci")) {
                for (int argument : new int[] {0, 1, 2, 7, 20}) {
                    answers.add(List.of(instance.function(name).call(argument)));
                }
            }
        }
        return answers;
    }

    @Test
    void meanTheSame() {
        List<Object> expected = answers(Tier.REFERENCE);
        assertEquals(expected, answers(Tier.BASELINE));
        assertEquals(expected, answers(Tier.OPTIMIZING));
    }

    /** Each of the frames has the place where it stands: of the two calls of the one that traps, the right one. */
    @Test
    void haveFrames() {
        for (int argument : new int[] {0, 1 << 16}) {
            List<GuestFrame> expected = trap(Tier.REFERENCE, "trace", argument).trace();
            assertEquals(4, expected.size());
            assertEquals(expected, trap(Tier.BASELINE, "trace", argument).trace());
            assertEquals(expected, trap(Tier.OPTIMIZING, "trace", argument).trace());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "CC", mode = EnumSource.Mode.EXCLUDE)
    void doNotEndWithinThemselves(Tier tier) {
        assertEquals(TrapReason.STACK_EXHAUSTED, trap(tier, "ever", 0).reason());
    }

    private static Trap trap(Tier tier, String function, int argument) {
        try (Engine engine = engine(tier)) {
            Instance instance = engine.compile(PROGRAM).instantiate(Imports.of());
            return assertThrows(Trap.class, () -> instance.function(function).call(argument));
        }
    }
}
