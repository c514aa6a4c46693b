package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.Call;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.engine.Tag;
import emberwall.engine.TagType;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.engine.WasmException;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.WatParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random programs that throw and catch do the same in compiled code as in the reference interpreter: results, exceptions with
 * what they carry, traps with their frames, globals. The host takes part: it throws, calls back, catches, and throws again.
 */
class ThrowingProgramsTest {
    private static final int PROGRAMS = 200;
    private static final int ARGUMENTS = 4;
    private static final int DEEPEST = 3;

    private static final Features FEATURES = Features.WASM_3.with(Feature.LEGACY_EXCEPTIONS);

    @Test
    void guardPages() {
        check(Config.builder().tier(Tier.BASELINE).bounds(Bounds.GUARD), 0);
    }

    @Test
    void optimized() {
        check(Config.builder().tier(Tier.OPTIMIZING).bounds(Bounds.GUARD), 2 << 20);
    }

    @Test
    void leastProcessor() {
        check(Config.builder().tier(Tier.BASELINE).bounds(Bounds.EXPLICIT).cpuMask(0), 1 << 20);
    }

    private static void check(Config.Builder config, long firstSeed) {
        int returned = 0;
        int thrown = 0;
        try (Engine compiled = Engine.start(config.features(FEATURES).build());
                Engine reference = Engine.start(
                        Config.builder().tier(Tier.REFERENCE).features(FEATURES).build())) {
            for (long seed = firstSeed; seed < firstSeed + PROGRAMS; seed++) {
                byte[] bytes =
                        WatParser.parse(new ThrowingPrograms(seed).generate()).bytes();
                List<String> expected = outcomes(reference, bytes);
                List<String> actual = outcomes(compiled, bytes);
                for (int i = 0; i < expected.size(); i++) {
                    assertEquals(expected.get(i), actual.get(i), "seed " + seed + ", outcome " + i);
                    returned += expected.get(i).startsWith("returned") ? 1 : 0;
                    thrown += expected.get(i).startsWith("thrown") ? 1 : 0;
                }
            }
        }
        assertTrue(returned > PROGRAMS, "only " + returned + " calls returned: the programs try too little");
        assertTrue(thrown > PROGRAMS, "only " + thrown + " calls threw: the programs try too little");
    }

    /** What came of calls of one program. */
    private static List<String> outcomes(Engine engine, byte[] bytes) {
        List<String> outcomes = new ArrayList<>();
        try (CompiledModule module = engine.compile(bytes);
                Store store = engine.newStore()) {
            Host host = new Host(store);
            Instance inner = module.instantiate(store, host.imports());
            Instance outer = module.instantiate(store, host.imports());
            host.other = inner;
            for (Instance instance : List.of(inner, outer)) {
                for (int argument = 0; argument < ARGUMENTS * ThrowingPrograms.FUNCTIONS; argument++) {
                    inner.function("refuel").call();
                    outer.function("refuel").call();
                    host.depth = 0;
                    outcomes.add(outcome(instance, argument % ThrowingPrograms.FUNCTIONS, argument));
                }
            }
            for (int global = 0; global < 6; global++) {
                outcomes.add(text(outer.global("g" + global).get(), 0));
            }
        }
        return outcomes;
    }

    private static String outcome(Instance instance, int function, int argument) {
        try {
            return "returned " + text(instance.function("f" + function).call(argument), 0);
        } catch (WasmException exception) {
            return "thrown " + text(exception, 0);
        } catch (Trap trap) {
            return "trapped " + trap.describe();
        } catch (HostFailure failure) {
            return "failed " + failure.getMessage();
        }
    }

    private static String text(Object value, int depth) {
        return switch (value) {
            case Object[] several -> {
                StringBuilder text = new StringBuilder();
                for (Object one : several) {
                    text.append(text(one, depth)).append("; ");
                }
                yield text.toString();
            }
            case WasmException exception -> {
                StringBuilder text = new StringBuilder(exception.tag().type().toString());
                if (depth < 20) {
                    for (Object one : exception.values()) {
                        text.append(' ').append(text(one, depth + 1));
                    }
                }
                yield text.toString();
            }
            case null -> "null";
            default -> value.toString();
        };
    }

    private static final class HostFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        HostFailure(int number) {
            super("host " + number);
        }
    }

    /** What the guests import. */
    private static final class Host {
        private final Tag empty;
        private final Tag number;
        private Instance other;
        private int depth;
        private WasmException last;

        Host(Store store) {
            empty = store.newTag(new TagType(FunctionType.of()));
            number = store.newTag(new TagType(FunctionType.of(ValueType.I32)));
        }

        Imports imports() {
            return Imports.of()
                    .tag("host", "tag0", empty)
                    .tag("host", "tag1", number)
                    .function("host", "call", FunctionType.of(ValueType.I32), this::call);
        }

        private void call(Call call) {
            int what = call.i32(0);
            switch (what & 7) {
                case 0 -> throw new WasmException(empty);
                case 1 -> throw new WasmException(number, what);
                case 2 -> {
                    if (last != null) {
                        throw last;
                    }
                }
                case 3 -> throw new HostFailure(what);
                case 4, 5 -> enter(call.instance(), what);
                case 6 -> enter(other, what);
                default -> {}
            }
        }

        private void enter(Instance instance, int what) {
            if (depth == DEEPEST) {
                return;
            }
            depth++;
            try {
                instance.function("f" + (what >>> 3 & 3)).call(what);
            } catch (WasmException exception) {
                last = exception;
                if ((what & 1) == 0) {
                    throw exception;
                }
            } finally {
                depth--;
            }
        }
    }
}
