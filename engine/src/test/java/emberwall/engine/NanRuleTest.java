package emberwall.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Which NaN comes out of an operator (WebAssembly 3.0, section 4.3.3): a canonical one if all that go in are canonical or
 * none does, else any that is quiet; the sign is free. Each operator in scalars and vectors, with its operands in either
 * order, twice the same, needed afterwards, constant, and in memory.
 */
class NanRuleTest {
    private static final List<String> BINARY = List.of("add", "sub", "mul", "div", "min", "max");
    private static final List<String> UNARY = List.of("sqrt", "ceil", "floor", "trunc", "nearest");

    private static final List<Config.Builder> WAYS = List.of(
            Config.builder().tier(Tier.REFERENCE),
            Config.builder().tier(Tier.BASELINE),
            Config.builder().tier(Tier.BASELINE).cpuMask(0),
            Config.builder().tier(Tier.OPTIMIZING),
            Config.builder().tier(Tier.OPTIMIZING).bounds(Bounds.EXPLICIT).cpuMask(0));

    /** A float type: its bits of fraction, and the type of its bits. */
    private enum Width {
        F32(23, "i32", "f32x4"),
        F64(52, "i64", "f64x2");

        final int fraction;
        final String bits;
        final String lanes;
        final String type = name().toLowerCase(java.util.Locale.ROOT);

        Width(int fraction, String bits, String lanes) {
            this.fraction = fraction;
            this.bits = bits;
            this.lanes = lanes;
        }

        /** Two canonical NaNs, three that are quiet, three that are not, and numbers. */
        List<Long> samples() {
            long sign = Long.MIN_VALUE >>> 63 - (this == F32 ? 31 : 63);
            long infinity = sign - (1L << fraction);
            long quiet = 1L << fraction - 1;
            return List.of(
                    infinity + quiet,
                    sign + infinity + quiet,
                    infinity + quiet + 1,
                    sign + infinity + quiet + quiet / 2,
                    infinity + 2 * quiet - 1,
                    infinity + 1,
                    sign + infinity + 1,
                    infinity + quiet - 1,
                    0L,
                    sign,
                    infinity,
                    sign + infinity,
                    infinity / 2,
                    sign + 1);
        }

        boolean isNan(long value) {
            return (value >>> fraction & exponents()) == exponents() && (value & (1L << fraction) - 1) != 0;
        }

        boolean isCanonical(long value) {
            return isNan(value) && (value & (1L << fraction) - 1) == 1L << fraction - 1;
        }

        boolean isQuiet(long value) {
            return isNan(value) && (value >>> fraction - 1 & 1) != 0;
        }

        private long exponents() {
            return this == F32 ? 0xff : 0x7ff;
        }

        Object argument(long value) {
            return this == F32 ? (Object) (int) value : (Object) value;
        }

        long result(Object value) {
            return this == F32 ? (int) value & 0xffff_ffffL : (long) value;
        }
    }

    /**
     * A function of the module.
     *
     * @param from the type of its two parameters, as bits
     * @param to the type of its result, as bits
     * @param used which parameters go in
     * @param constant one more operand, or none
     */
    private record Form(String name, Width from, Width to, List<Integer> used, Long constant, String body) {
        String text() {
            return "(func (export \"" + name + "\") (param " + from.bits + " " + from.bits + ") (result " + to.bits
                    + ")\n"
                    + "(local $a " + from.type + ") (local $b " + from.type + ")\n"
                    + "(" + from.bits + ".store (i32.const 64) (local.get 1))\n"
                    + "(local.set $a (" + from.type + ".reinterpret_" + from.bits + " (local.get 0)))\n"
                    + "(local.set $b (" + from.type + ".reinterpret_" + from.bits + " (local.get 1)))\n"
                    + body + ")\n";
        }

        /** What is wrong with a result, or null. */
        String fault(List<Long> operands, long result) {
            List<Long> in = new ArrayList<>();
            for (int each : used) {
                in.add(operands.get(each));
            }
            if (constant != null) {
                in.add(constant);
            }
            boolean any = in.stream().anyMatch(from::isNan);
            boolean canonical = in.stream().filter(from::isNan).allMatch(from::isCanonical);
            if (any && !to.isNan(result)) {
                return "is no NaN";
            }
            if (to.isNan(result) && !(canonical ? to.isCanonical(result) : to.isQuiet(result))) {
                return canonical ? "is not canonical" : "is not quiet";
            }
            return null;
        }
    }

    @Test
    void nansAreWhatTheyMayBe() {
        List<Form> forms = forms();
        StringBuilder text = new StringBuilder("(module (memory 1)\n");
        forms.forEach(form -> text.append(form.text()));
        byte[] bytes = WatParser.parse(text.append(")").toString()).bytes();
        for (Config.Builder way : WAYS) {
            int nans = 0;
            try (Engine engine = Engine.start(way.build());
                    Store store = engine.newStore()) {
                Instance instance = engine.compile(bytes).instantiate(store, Imports.of());
                for (Form form : forms) {
                    nans += check(engine, instance, form);
                }
            }
            assertTrue(nans > 50 * forms.size(), "only " + nans + " results were NaNs");
        }
    }

    /** How many results were NaNs. */
    private static int check(Engine engine, Instance instance, Form form) {
        Function function = instance.function(form.name);
        int nans = 0;
        for (long x : form.from.samples()) {
            for (long y : form.from.samples()) {
                long result = form.to.result(function.call(form.from.argument(x), form.from.argument(y)));
                String fault = form.fault(List.of(x, y), result);
                if (fault != null) {
                    fail(engine.tier() + ", " + form.name + " of " + Long.toHexString(x) + " and " + Long.toHexString(y)
                            + ": " + Long.toHexString(result) + " " + fault);
                }
                nans += form.to.isNan(result) ? 1 : 0;
            }
        }
        return nans;
    }

    private static List<Form> forms() {
        List<Form> forms = new ArrayList<>();
        for (Width width : Width.values()) {
            for (String operator : BINARY) {
                binary(forms, width, operator);
            }
            for (String operator : UNARY) {
                String name = width.type + "." + operator;
                forms.add(form(name, width, List.of(0), null, "(" + name + " (local.get $a))"));
                forms.add(form(name + " of memory", width, List.of(1), null, "(" + name + " " + load(width) + ")"));
                String lanes = width.lanes + "." + operator;
                forms.add(form(
                        lanes, width, List.of(0), null, extract(width, "(" + lanes + " " + splat(width, "$a") + ")")));
            }
        }
        String promoted = "(i64.reinterpret_f64 (f64.promote_f32 (local.get $a)))";
        forms.add(new Form("promote", Width.F32, Width.F64, List.of(0), null, promoted));
        String demoted = "(i32.reinterpret_f32 (f32.demote_f64 (local.get $a)))";
        forms.add(new Form("demote", Width.F64, Width.F32, List.of(0), null, demoted));
        return forms;
    }

    private static void binary(List<Form> forms, Width width, String operator) {
        String name = width.type + "." + operator;
        String open = "(" + name + " ";
        String a = "(local.get $a)";
        String b = "(local.get $b)";
        forms.add(form(name, width, List.of(0, 1), null, open + a + b + ")"));
        forms.add(form(name + " turned", width, List.of(0, 1), null, open + b + a + ")"));
        forms.add(form(name + " of one", width, List.of(0), null, open + a + a + ")"));
        forms.add(form(name + " of memory", width, List.of(0, 1), null, open + a + load(width) + ")"));
        forms.add(form(name + " in memory", width, List.of(0, 1), null, open + load(width) + a + ")"));
        for (boolean first : new boolean[] {true, false}) {
            // What was an operand is needed afterwards, where only its bits go in.
            String kept = first ? a : b;
            String bits = "(" + width.bits + ".reinterpret_" + width.type + " ";
            forms.add(new Form(
                    name + (first ? " keeps first" : " keeps second"),
                    width,
                    width,
                    List.of(0, 1),
                    null,
                    bits + open
                            + a + b + ")) (" + width.bits + ".and " + bits + kept + ") (" + width.bits + ".const 0)) ("
                            + width.bits + ".or)"));
            long nan = width.samples().get(first ? 0 : 2);
            String constant =
                    "(" + width.type + ".reinterpret_" + width.bits + " (" + width.bits + ".const " + nan + "))";
            String operands = first ? a + constant : constant + a;
            forms.add(form(
                    name + (first ? " with constant" : " of constant"), width, List.of(0), nan, open + operands + ")"));
        }
        String lanes = "(" + width.lanes + "." + operator + " ";
        String both = extract(width, lanes + splat(width, "$a") + splat(width, "$b") + ")");
        forms.add(form(width.lanes + "." + operator, width, List.of(0, 1), null, both));
        String turned = extract(width, lanes + splat(width, "$b") + splat(width, "$a") + ")");
        forms.add(form(width.lanes + "." + operator + " turned", width, List.of(0, 1), null, turned));
    }

    private static Form form(String name, Width width, List<Integer> used, Long constant, String body) {
        String bits = "(" + width.bits + ".reinterpret_" + width.type + " " + body + ")";
        return new Form(name, width, width, used, constant, bits);
    }

    private static String load(Width width) {
        return "(" + width.type + ".load (i32.const 64))";
    }

    private static String splat(Width width, String local) {
        return "(" + width.lanes + ".splat (local.get " + local + "))";
    }

    private static String extract(Width width, String vector) {
        return "(" + width.lanes + ".extract_lane 1 " + vector + ")";
    }
}
