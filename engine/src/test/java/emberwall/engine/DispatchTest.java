package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.op.TrapReason;
import emberwall.wasm.text.WatParser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Functions in the form of Go's: a loop around a table, blocks that number which one comes next. Compared with the interpreter. */
class DispatchTest {
    private static final int FUNCTIONS = 60;
    private static final int MOST_BLOCKS = 12;

    private final Random random = new Random(7);
    private StringBuilder text;
    private int blocks;

    @Test
    void meanTheSame() {
        text = new StringBuilder("(module (memory 1 1)\n");
        for (int i = 0; i < FUNCTIONS; i++) {
            function("f" + i);
        }
        byte[] program = WatParser.parse(text.append(')').toString()).bytes();
        List<Object> expected = answers(program, Tier.REFERENCE);
        assertTrue(expected.stream().distinct().count() > FUNCTIONS, "programs that all do the same");
        assertEquals(expected, answers(program, Tier.BASELINE));
        assertEquals(expected, answers(program, Tier.OPTIMIZING));
    }

    private static List<Object> answers(byte[] program, Tier tier) {
        List<Object> answers = new ArrayList<>();
        try (Engine engine = Engine.start(Config.builder().tier(tier).build())) {
            Instance instance = engine.compile(program).instantiate(Imports.of());
            for (int i = 0; i < FUNCTIONS; i++) {
                for (int start : new int[] {0, 1, 5, MOST_BLOCKS, -1}) {
                    for (int argument : new int[] {3, 0x12345678}) {
                        answers.add(instance.function("f" + i).call(start, argument));
                    }
                }
            }
        }
        return answers;
    }

    /** Each block counts, and ends the function when that was too often. */
    private void function(String name) {
        blocks = 2 + random.nextInt(MOST_BLOCKS - 1);
        text.append("(func (export \"").append(name).append("\") (param $pc i32) (param $x i32) (result i32)\n");
        text.append("(local $n i32) (local $y i32)\n(block $out (loop $top\n");
        for (int i = blocks - 1; i >= 0; i--) {
            text.append("(block $b").append(i).append('\n');
        }
        text.append(
                pick("", "", "", "(local.set $x (i32.const 9))", "(i32.store (i32.const 8) (local.get $n))", "nop"));
        text.append("(br_table");
        for (int i = blocks + random.nextInt(3); i > 0; i--) {
            text.append(" $b").append(random.nextInt(blocks));
        }
        text.append(pick(" $out", " $b0")).append(" (local.get $pc))\n");
        for (int i = 0; i < blocks; i++) {
            text.append(") ;; ").append(i).append('\n');
            block(i);
        }
        text.append(")) (i32.add (local.get $y) (i32.add (local.get $n) (i32.load (i32.const 8)))))\n");
    }

    private void block(int number) {
        text.append("(local.set $y (i32.add (local.get $x) (i32.mul (local.get $y) (i32.const ")
                .append(31 + number)
                .append("))))\n");
        text.append("(br_if $out (i32.gt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 60)))\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            step();
        }
    }

    private void step() {
        switch (random.nextInt(6)) {
            case 0 ->
                text.append("(if (i32.and (local.get $y) (i32.const 5)) (then ")
                        .append(setNext())
                        .append(" (br $top)))\n");
            case 1 ->
                text.append("(block (br_if 0 (i32.and (local.get $y) (i32.const 4))) ")
                        .append(setNext())
                        .append(" (br $top))\n");
            case 2 ->
                text.append(setNext())
                        .append(" (br_if $top (i32.and (local.get $x) (i32.const 3)))")
                        .append(" (local.set $x (i32.shr_u (local.get $x) (i32.const 1)))\n");
            case 3 ->
                text.append("(if (i32.and (local.get $y) (i32.const 2)) (then")
                        .append(" (local.set $pc (i32.and (local.get $y) (i32.const 15))) (br $top)))\n");
            case 4 -> text.append("(local.set $x (i32.xor (local.get $x) (local.get $n)))\n");
            default ->
                text.append("(loop $inner ")
                        .append(setNext())
                        .append("(br_if $top (i32.and (local.get $y) (i32.const 8)))")
                        .append("(local.set $y (i32.add (local.get $y) (i32.const 3)))")
                        .append("(br $inner))\n");
        }
    }

    private String setNext() {
        return "(local.set $pc (i32.const " + random.nextInt(blocks + 3) + "))";
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** A way back to the table is a round of a loop, whatever becomes of it. */
    @Test
    void endless() {
        byte[] program = WatParser.parse("""
                (module (func (export "f") (param $pc i32)
                  (loop $top
                    (block $1 (block $0 (br_table $0 $1 (local.get $pc)))
                      (local.set $pc (i32.const 1)) (br $top))
                    (local.set $pc (i32.const 0)) (br $top))))
                """).bytes();
        for (Tier tier : new Tier[] {Tier.BASELINE, Tier.OPTIMIZING}) {
            try (Engine engine = Engine.start(Config.builder().tier(tier).build());
                    Store store = engine.newStore()) {
                store.timeout(Duration.ofMillis(20));
                Instance instance = engine.compile(program).instantiate(store, Imports.of());
                assertEquals(TrapReason.DEADLINE, trap(instance).reason());
            }
        }
    }

    private static Trap trap(Instance instance) {
        return assertThrows(Trap.class, () -> instance.function("f").call(0));
    }
}
