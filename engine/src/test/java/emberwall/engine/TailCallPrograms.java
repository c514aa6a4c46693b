package emberwall.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Two modules of functions that call each other last, with parameters of all kinds and numbers: directly, as imports,
 * through a table, and by reference. Every function folds its arguments, and a number from the memory of its instance,
 * into a sum; counts down; and gives arguments to the next one.
 */
final class TailCallPrograms {
    private static final String[] TYPES = {"i32", "i64", "f32", "f64", "v128"};
    private static final String RESULTS = "(result i64 v128 f64 i32)";

    private final SplittableRandom random;
    private final List<String[]> signatures = new ArrayList<>();
    private final int perModule;

    /** Programs whose functions have up to so many parameters, at least one of them nearly as many. */
    TailCallPrograms(long seed, int functions, int mostParameters) {
        random = new SplittableRandom(seed);
        perModule = functions / 2;
        for (int i = 0; i < functions; i++) {
            int count = i == 0 ? mostParameters : random.nextInt(mostParameters + 1) >> random.nextInt(8);
            String[] signature = new String[count];
            int kinds = random.nextBoolean() ? 1 + random.nextInt(TYPES.length) : 2;
            for (int p = 0; p < count; p++) {
                signature[p] = TYPES[random.nextInt(kinds)];
            }
            signatures.add(signature);
        }
    }

    /** The first module, which has everything that both share. */
    String first() {
        return module(0, """
            (global $n (export "n") (mut i32) (i32.const 0))
            (global $sum (export "sum") (mut i64) (i64.const 0))
            (table $t (export "t") %d funcref)
            """.formatted(2 * perModule));
    }

    /** The second one, which imports from the first under the name "a". */
    String second() {
        StringBuilder imports = new StringBuilder();
        imports.append("""
            (import "a" "n" (global $n (mut i32)))
            (import "a" "sum" (global $sum (mut i64)))
            (import "a" "t" (table $t 0 funcref))
            """);
        for (int i = 0; i < perModule; i++) {
            imports.append("(import \"a\" \"f%1$d\" (func $f%1$d (type $t%1$d)))\n".formatted(i));
        }
        return module(perModule, imports.toString());
    }

    private String module(int from, String head) {
        StringBuilder text = new StringBuilder("(module\n");
        for (int i = 0; i < signatures.size(); i++) {
            text.append("(type $t" + i + " (func");
            for (String type : signatures.get(i)) {
                text.append(" (param " + type + ")");
            }
            text.append(" " + RESULTS + "))\n");
        }
        text.append(head);
        text.append("(memory 1) (data (i32.const 0) \"\\%02x\\01\")\n".formatted(17 + from));
        StringBuilder names = new StringBuilder();
        for (int i = from; i < from + perModule; i++) {
            names.append(" $f" + i);
        }
        text.append("(elem (table $t) (i32.const " + from + ") func" + names + ")\n");
        text.append("(elem declare func" + names + ")\n");
        for (int i = from; i < from + perModule; i++) {
            function(text, i, from);
        }
        // A caller that goes on: it finds its own memory again, whoever came back.
        text.append("(func (export \"run\") (param i32) " + RESULTS + " (local v128 f64 i32)\n"
                + "(global.set $n (local.get 0)) (global.set $sum (i64.const 0))\n");
        arguments(text, from, null, true);
        text.append("(call $f" + from + ")\n(local.set 3) (local.set 2) (local.set 1)\n"
                + "(i64.load (i32.const 0)) (i64.add) (local.get 1) (local.get 2) (local.get 3))\n");
        return text.append(")").toString();
    }

    private void function(StringBuilder text, int index, int from) {
        String[] mine = signatures.get(index);
        text.append("(func $f%1$d (export \"f%1$d\") (type $t%1$d)\n".formatted(index));
        text.append("(global.set $n (i32.sub (global.get $n) (i32.const 1)))\n");
        for (int p = 0; p < mine.length; p++) {
            text.append("(global.set $sum (i64.add (i64.mul (global.get $sum) (i64.const 31)) " + bits(mine[p], p)
                    + "))\n");
        }
        text.append("(global.set $sum (i64.add (global.get $sum) (i64.load (i32.const 0))))\n");
        text.append("(if (i32.lt_s (global.get $n) (i32.const 0)) (then (return (global.get $sum)"
                + " (i64x2.splat (global.get $sum)) (f64.convert_i64_s (global.get $sum)) (i32.const -1))))\n");
        text.append("(if (i32.and (global.get $n) (i32.const " + (1 << random.nextInt(3)) + ")) (then\n");
        next(text, mine, from);
        text.append("))\n");
        next(text, mine, from);
        text.append(")\n");
    }

    private void next(StringBuilder text, String[] mine, int from) {
        int target = random.nextInt(signatures.size());
        boolean direct = target < from + perModule; // the first module knows the second by the table alone
        arguments(text, target, mine, false);
        switch (direct ? random.nextInt(3) : 0) {
            case 1 -> text.append("(return_call $f" + target + ")");
            case 2 ->
                text.append(
                        target >= from
                                ? "(return_call_ref $t" + target + " (ref.func $f" + target + "))"
                                : "(return_call $f" + target + ")");
            default -> text.append("(return_call_indirect $t (type $t" + target + ") (i32.const " + target + "))");
        }
        text.append('\n');
    }

    private void arguments(StringBuilder text, int target, String[] mine, boolean constant) {
        for (String type : signatures.get(target)) {
            int local = constant || mine.length == 0 ? -1 : random.nextInt(mine.length);
            if (local >= 0 && mine[local].equals(type)) {
                text.append("(local.get " + local + ")");
            } else if (!constant && type.equals("i64") && random.nextBoolean()) {
                text.append("(i64.rotl (global.get $sum) (i64.const " + random.nextInt(64) + "))");
            } else if (type.equals("v128")) {
                text.append("(v128.const i64x2 " + random.nextLong() + " " + random.nextInt() + ")");
            } else {
                text.append("(" + type + ".const " + random.nextInt(-100, 100) + ")");
            }
        }
        text.append('\n');
    }

    private static String bits(String type, int local) {
        String get = "(local.get " + local + ")";
        return switch (type) {
            case "i32" -> "(i64.extend_i32_u " + get + ")";
            case "f32" -> "(i64.extend_i32_u (i32.reinterpret_f32 " + get + "))";
            case "f64" -> "(i64.reinterpret_f64 " + get + ")";
            case "v128" -> "(i64.xor (i64x2.extract_lane 0 " + get + ") (i64x2.extract_lane 1 " + get + "))";
            default -> get;
        };
    }
}
