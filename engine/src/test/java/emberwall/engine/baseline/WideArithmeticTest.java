package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Wide arithmetic on operands wherever they may be, compared with the reference interpreter. */
class WideArithmeticTest {
    private static final int FUNCTIONS = 600;
    private static final int CALLS = 8;
    private static final int PARAMETERS = 4;
    private static final String[] OPCODES = {"i64.add128", "i64.sub128", "i64.mul_wide_s", "i64.mul_wide_u"};
    private static final long[] EDGES = {
        0, 1, -1, 2, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF_FFFFL, 0x8000_0000L
    };

    @Test
    void allOfTheProcessor() {
        check(-1, 1);
    }

    @Test
    void theProcessorsLeast() {
        check(0, 2);
    }

    private static void check(long cpu, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Features features = Features.WASM_3.with(Feature.WIDE_ARITHMETIC);
        String text = module(random);
        try (Engine compiled = Engine.start(Config.builder()
                        .tier(Tier.BASELINE)
                        .cpuMask(cpu)
                        .features(features)
                        .build());
                Engine reference = Engine.start(
                        Config.builder().tier(Tier.REFERENCE).features(features).build());
                CompiledModule a = compiled.compileText(text);
                CompiledModule b = reference.compileText(text);
                Instance x = a.instantiate(Imports.of());
                Instance y = b.instantiate(Imports.of())) {
            for (int function = 0; function < FUNCTIONS; function++) {
                for (int call = 0; call < CALLS; call++) {
                    Object[] arguments = new Object[PARAMETERS];
                    for (int i = 0; i < PARAMETERS; i++) {
                        arguments[i] = random.nextBoolean() ? edge(random) : random.nextLong();
                    }
                    Object[] expected = (Object[]) y.function("f" + function).call(arguments);
                    Object[] actual = (Object[]) x.function("f" + function).call(arguments);
                    int line = function + 2;
                    assertArrayEquals(expected, actual, () -> text.split("\n")[line]);
                }
            }
        }
    }

    private static long edge(SplittableRandom random) {
        return EDGES[random.nextInt(EDGES.length)];
    }

    private static String module(SplittableRandom random) {
        StringBuilder text = new StringBuilder("(module\n(func $nothing)\n");
        for (int function = 0; function < FUNCTIONS; function++) {
            text.append("(func (export \"f")
                    .append(function)
                    .append("\") (param i64 i64 i64 i64)")
                    .append(" (result i64 i64 i64 i64 i64 i64)");
            if (random.nextInt(4) == 0) {
                text.append(" (call $nothing)"); // everything is in memory then
            }
            String opcode = OPCODES[random.nextInt(OPCODES.length)];
            for (int operand = opcode.endsWith("128") ? 4 : 2; operand > 0; operand--) {
                text.append(operand(random));
            }
            text.append(' ').append(opcode);
            // The halves go to locals, which may have been operands, or stay; what was in all locals is returned, too.
            int high = random.nextInt(-1, PARAMETERS);
            int low = random.nextInt(-1, PARAMETERS);
            text.append(high < 0 ? "" : " local.tee " + high);
            if (low >= 0) {
                text.append(" local.set ")
                        .append((low + 1) % PARAMETERS)
                        .append(" local.tee ")
                        .append(low);
                text.append(" local.get ").append((low + 1) % PARAMETERS);
            }
            text.append(" local.get 0 local.get 1 local.get 2 local.get 3)\n");
        }
        return text.append(")\n").toString();
    }

    private static String operand(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> " i64.const " + edge(random);
            case 1 -> " i64.const 0";
            case 2 -> " (i64.add (local.get " + random.nextInt(PARAMETERS) + ") (i64.const 1))";
            case 3 -> " (local.get 1)";
            default -> " (local.get " + random.nextInt(PARAMETERS) + ")";
        };
    }
}
