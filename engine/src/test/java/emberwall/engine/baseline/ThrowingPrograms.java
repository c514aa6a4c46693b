package emberwall.engine.baseline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random modules, as text, that throw and catch in both forms: nests of blocks, loops, calls, calls of the host, and
 * handlers that lead anywhere outwards. They are valid and end, since each call and each turn takes from a store of fuel and
 * traps without.
 *
 * <p>All labels are numbers. {@link #depth} counts the labels around; the function's own is the first one.
 */
final class ThrowingPrograms {
    static final int FUNCTIONS = 4;

    private static final String[] TYPES = {"i32", "i64", "f32", "f64", "v128", "exnref"};
    private static final int I32 = 0;
    private static final int EXN = 5;
    private static final int LOCALS_OF_EACH = 3;

    /** What each tag carries; the first two are imported. */
    private static final int[][] TAGS = {{}, {0}, {1, 0}, {2, 3}, {4, 0}, {5, 0}, {0, 1, 2, 3, 0, 1}};

    /** What each function gives, all of them take an i32. */
    private static final int[][] RESULTS = {{0}, {1, 0}, {}, {0, 4, 3}};

    private static final String HEADER = """
            (import "host" "tag0" (tag $t0))
            (import "host" "tag1" (tag $t1 (param i32)))
            (import "host" "call" (func $host (param i32)))
            (global $fuel (mut i32) (i32.const 0))
            (func (export "refuel") (global.set $fuel (i32.const 300)))
            (func $burn
              (if (i32.eqz (global.get $fuel)) (then (unreachable)))
              (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1))))
            """;

    private final SplittableRandom random;
    private final StringBuilder out = new StringBuilder();
    private int function;
    private int depth;
    private int budget;
    /** The labels of handlers of the old form around, by depth. */
    private final List<Integer> handlers = new ArrayList<>();

    ThrowingPrograms(long seed) {
        random = new SplittableRandom(seed);
    }

    String generate() {
        out.append("(module\n").append(HEADER);
        for (int tag = 2; tag < TAGS.length; tag++) {
            line("(tag $t" + tag + params(TAGS[tag]) + ")");
        }
        for (int type = 0; type < TYPES.length; type++) {
            line("(global $g" + type + " (export \"g" + type + "\") (mut " + TYPES[type] + ") " + constant(type) + ")");
        }
        for (function = 0; function < FUNCTIONS; function++) {
            function();
        }
        return out.append(")").toString();
    }

    private void function() {
        line("(func $f" + function + " (export \"f" + function + "\") (param i32)" + results(RESULTS[function]));
        for (String type : TYPES) {
            line("(local" + (" " + type).repeat(LOCALS_OF_EACH) + ")");
        }
        depth = 1;
        budget = 15 + random.nextInt(60);
        line("(call $burn)");
        while (budget > 0) {
            statement();
        }
        values(RESULTS[function]);
        line(")");
    }

    // ---- statements

    private void statement() {
        budget--;
        switch (random.nextInt(14)) {
            case 0, 1 -> set();
            case 2 -> {
                int type = type();
                line("(global.set $g" + type);
                value(type);
                line(")");
            }
            case 3 -> conditional();
            case 4 -> loop();
            case 5, 6 -> call();
            case 7, 8, 9 -> tryTable();
            case 10, 11 -> oldTry();
            case 12 -> {
                line("(call $host");
                value(I32);
                line(")");
            }
            default -> throwMaybe();
        }
    }

    private void statements() {
        for (int i = random.nextInt(3); i >= 0 && budget > 0; i--) {
            statement();
        }
    }

    private void set() {
        int type = type();
        line("(local.set " + local(type));
        value(type);
        line(")");
    }

    private void conditional() {
        line("(if");
        value(I32);
        line("(then");
        depth++;
        statements();
        if (random.nextInt(4) == 0) {
            leave();
        }
        line(")");
        if (random.nextBoolean()) {
            line("(else");
            statements();
            line(")");
        }
        depth--;
        line(")");
    }

    private void loop() {
        line("(loop (call $burn)");
        depth++;
        if (random.nextBoolean()) {
            line("(try_table (catch_all 0)");
            depth++;
            statements();
            depth--;
            line(")");
        }
        statements();
        line("(br_if 0 (i32.and (i32.const 3)");
        value(I32);
        line("))");
        depth--;
        line(")");
    }

    private void call() {
        int callee = random.nextInt(FUNCTIONS);
        line("(call $f" + callee);
        value(I32);
        line(")");
        takeAll(RESULTS[callee]);
    }

    /** Pops operands into locals. */
    private void takeAll(int[] types) {
        for (int i = types.length - 1; i >= 0; i--) {
            line(random.nextInt(4) == 0 ? "(drop)" : "(local.set " + local(types[i]) + ")");
        }
    }

    private void throwMaybe() {
        line("(if (i32.and (i32.const 1)");
        value(I32);
        line(") (then");
        depth++;
        leave();
        depth--;
        line("))");
    }

    /** Never goes on behind itself. */
    private void leave() {
        int choice = random.nextInt(8);
        if (choice < 5) {
            int tag = random.nextInt(TAGS.length);
            line("(throw $t" + tag);
            values(TAGS[tag]);
            line(")");
        } else if (choice == 5 && !handlers.isEmpty()) {
            line("(rethrow " + (depth - 1 - handlers.get(random.nextInt(handlers.size()))) + ")");
        } else {
            line("(throw_ref");
            value(EXN);
            line(")");
        }
    }

    // ---- the new form

    private void tryTable() {
        int clauses = random.nextInt(4);
        int[] tags = new int[clauses];
        boolean[] withReference = new boolean[clauses];
        boolean[] outwards = new boolean[clauses];
        line("(block");
        depth++;
        for (int i = clauses - 1; i >= 0; i--) {
            tags[i] = random.nextInt(TAGS.length + 1) - 1;
            withReference[i] = random.nextInt(3) == 0;
            outwards[i] = fitsResults(tags[i], withReference[i]) && random.nextInt(3) == 0;
            line("(block" + results(carried(tags[i], withReference[i])));
            depth++;
        }
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < clauses; i++) {
            list.append(tags[i] < 0 ? " (catch_all" : " (catch").append(withReference[i] ? "_ref " : " ");
            list.append(tags[i] < 0 ? "" : "$t" + tags[i] + " ").append(outwards[i] ? depth - 1 : i);
            list.append(')');
        }
        line("(try_table" + list);
        depth++;
        statements();
        if (random.nextBoolean()) {
            throwMaybe();
        }
        depth--;
        line(")");
        line("(br " + clauses + ")");
        for (int i = 0; i < clauses; i++) {
            depth--;
            line(")");
            takeAll(carried(tags[i], withReference[i]));
            statements();
            if (i < clauses - 1) {
                line("(br " + (clauses - 1 - i) + ")");
            }
        }
        depth--;
        line(")");
    }

    /** Whether a clause may lead out of the function: what it carries are the results. */
    private boolean fitsResults(int tag, boolean withReference) {
        return Arrays.equals(carried(tag, withReference), RESULTS[function]);
    }

    private static int[] carried(int tag, boolean withReference) {
        int[] values = tag < 0 ? new int[0] : TAGS[tag];
        if (!withReference) {
            return values;
        }
        int[] carried = Arrays.copyOf(values, values.length + 1);
        carried[values.length] = EXN;
        return carried;
    }

    // ---- the old form

    /** With operands of its own underneath, and results. */
    private void oldTry() {
        int type = random.nextInt(TYPES.length);
        line("(local.set " + local(type));
        oldTry(type);
        line(")");
    }

    private void oldTry(int type) {
        line("(try" + results(new int[] {type}) + " (do");
        int label = depth++;
        statements();
        value(type);
        line(")");
        if (random.nextInt(4) == 0) {
            depth--;
            line("(delegate " + random.nextInt(depth) + "))");
            return;
        }
        handlers.add(label);
        for (int i = random.nextInt(3); i > 0; i--) {
            int tag = random.nextInt(TAGS.length);
            line("(catch $t" + tag);
            takeAll(TAGS[tag]);
            handler(type);
        }
        if (random.nextBoolean()) {
            line("(catch_all");
            handler(type);
        }
        handlers.removeLast();
        depth--;
        line(")");
    }

    private void handler(int type) {
        statements();
        if (random.nextInt(4) == 0) {
            leave();
        } else {
            value(type);
        }
        line(")");
    }

    // ---- values

    private void values(int[] types) {
        for (int type : types) {
            value(type);
        }
    }

    private void value(int type) {
        int choice = budget <= 0 ? random.nextInt(3) : random.nextInt(6);
        budget--;
        switch (choice) {
            case 0 -> line(constant(type));
            case 1 -> line("(global.get $g" + type + ")");
            case 2 -> line("(local.get " + local(type) + ")");
            case 3 -> oldTry(type);
            case 4 -> {
                line("(block" + results(new int[] {type}));
                depth++;
                statements();
                value(type);
                depth--;
                line(")");
            }
            default -> binary(type);
        }
    }

    private void binary(int type) {
        String operator = switch (type) {
            case 0 -> "i32.add";
            case 1 -> "i64.sub";
            case 4 -> "i64x2.add";
            default -> "select (result " + TYPES[type] + ")";
        };
        line("(" + operator);
        value(type);
        value(type);
        if (operator.startsWith("select")) {
            value(I32);
        }
        line(")");
    }

    private String constant(int type) {
        int number = random.nextInt(-3, 9);
        return switch (type) {
            case 4 -> "(v128.const i64x2 " + number + " " + random.nextInt(100) + ")";
            case EXN -> "(ref.null exn)";
            default -> "(" + TYPES[type] + ".const " + number + ")";
        };
    }

    private int type() {
        return random.nextInt(TYPES.length);
    }

    private int local(int type) {
        if (type == I32 && random.nextInt(4) == 0) {
            return 0;
        }
        return 1 + type * LOCALS_OF_EACH + random.nextInt(LOCALS_OF_EACH);
    }

    // ---- text

    private static String params(int[] types) {
        return types.length == 0 ? "" : " (param" + list(types) + ")";
    }

    private static String results(int[] types) {
        return types.length == 0 ? "" : " (result" + list(types) + ")";
    }

    private static String list(int[] types) {
        StringBuilder list = new StringBuilder();
        for (int type : types) {
            list.append(' ').append(TYPES[type]);
        }
        return list.toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
