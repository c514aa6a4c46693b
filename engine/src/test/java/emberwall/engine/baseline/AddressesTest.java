package emberwall.engine.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.wasm.Features;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every access to memories and tables of every kind, with addresses at all edges, does in compiled code what it does in
 * the reference interpreter: results, traps with their positions, and what memories hold in the end.
 */
class AddressesTest {
    private static final int CALLS_OF_BULK = 3_000;

    @Test
    void guardPages() {
        check(Config.builder().bounds(Bounds.GUARD), 1);
    }

    @Test
    void explicitBounds() {
        check(Config.builder().bounds(Bounds.EXPLICIT), 2);
    }

    @Test
    void withoutMaskingOnTheLeastProcessor() {
        check(
                Config.builder()
                        .bounds(Bounds.EXPLICIT)
                        .masking(false)
                        .polls(false)
                        .cpuMask(0),
                3);
    }

    private static void check(Config.Builder config, long seed) {
        Outcomes outcomes = new Outcomes();
        try (Engine compiled = Engine.start(
                        config.tier(Tier.BASELINE).features(Features.ALL).build());
                Engine reference = Engine.start(Config.builder()
                        .tier(Tier.REFERENCE)
                        .features(Features.ALL)
                        .build())) {
            for (int first = 0; first < AddressesModule.MEMORIES.size(); first++) {
                SplittableRandom random = new SplittableRandom(seed * 100 + first);
                AddressesModule module = new AddressesModule(random, first);
                try (CompiledModule a = compiled.compileText(module.text());
                        CompiledModule b = reference.compileText(module.text());
                        Instance x = a.instantiate(Imports.of());
                        Instance y = b.instantiate(Imports.of())) {
                    new Comparison(x, y, module, random, outcomes).compare();
                }
            }
        }
        assertTrue(outcomes.returned > 2_000 && outcomes.trapped > 2_000, outcomes.toString());
    }

    private static final class Outcomes {
        private int returned;
        private int trapped;

        @Override
        public String toString() {
            return returned + " calls returned, " + trapped + " trapped";
        }
    }

    private record Comparison(
            Instance compiled, Instance reference, AddressesModule module, SplittableRandom random, Outcomes outcomes) {
        void compare() {
            for (AddressesModule.Access access : module.accesses()) {
                for (long address : access.edges()) {
                    call(access.name(), module.word(access.memory(), address), random.nextLong());
                }
            }
            memories();
            List<AddressesModule.Bulk> bulk = module.bulk();
            for (int i = 0; i < CALLS_OF_BULK; i++) {
                AddressesModule.Bulk instruction = bulk.get(random.nextInt(bulk.size()));
                call(instruction.name(), instruction.arguments(random));
            }
            memories();
        }

        private void call(String function, Object... arguments) {
            Object expected = outcome(reference, function, arguments);
            Object actual = outcome(compiled, function, arguments);
            assertEquals(expected, actual, () -> function + List.of(arguments) + " of\n" + module.line(function));
            if (expected instanceof List) {
                outcomes.trapped++;
            } else {
                outcomes.returned++;
            }
        }

        private static Object outcome(Instance instance, String function, Object[] arguments) {
            try {
                return String.valueOf(instance.function(function).call(arguments));
            } catch (Trap trap) {
                return List.of(trap.reason(), trap.trace());
            }
        }

        private void memories() {
            for (int memory = 0; memory < AddressesModule.MEMORIES.size(); memory++) {
                var x = compiled.memory("m" + memory);
                var y = reference.memory("m" + memory);
                assertEquals(y.type(), x.type());
                assertEquals(y.size(), x.size());
                assertArrayEquals(y.read(0, (int) y.bytes()), x.read(0, (int) x.bytes()), "memory " + memory);
            }
        }
    }
}
