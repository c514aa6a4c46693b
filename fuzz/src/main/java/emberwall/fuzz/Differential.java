package emberwall.fuzz;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Tier;
import emberwall.op.TrapReason;
import emberwall.wasm.Features;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Runs modules in several engines in lock-step and compares everything that can be seen: results, traps with position and
 * backtrace, and every few calls memories, tables and globals. The first engine is the reference.
 *
 * <p>What may differ: the sign and payload of NaNs, and how deep a guest was when its stack was exhausted; nothing is
 * compared after that.
 */
final class Differential implements AutoCloseable {
    private static final long PAGE = 65_536;
    /** So large that only endless recursion exhausts it. */
    private static final long STACK = 32 << 20;

    private static final int ROUNDS = 3;
    /** After how many calls memories, tables and globals are compared: each time would take most of the time. */
    private static final int STATE_INTERVAL = 5;

    /**
     * A way to run modules.
     *
     * @param name what people call it
     * @param config what its engine is told
     * @param isFromText whether it gets modules as their text says them, in which offsets are others
     */
    record Configuration(String name, Config config, boolean isFromText) {
        Configuration(String name, Config config) {
            this(name, config, false);
        }
    }

    /** The reference, and what it makes of the text of modules. */
    static final List<Configuration> REFERENCES = List.of(
            new Configuration("reference", base(Tier.REFERENCE, Bounds.AUTO).build()),
            new Configuration(
                    "reference, from text", base(Tier.REFERENCE, Bounds.AUTO).build(), true));

    /** The reference, then all others. */
    static final List<Configuration> CONFIGURATIONS = List.of(
            new Configuration("reference", base(Tier.REFERENCE, Bounds.AUTO).build()),
            new Configuration(
                    "baseline guard", base(Tier.BASELINE, Bounds.GUARD).build()),
            new Configuration(
                    "baseline explicit", base(Tier.BASELINE, Bounds.EXPLICIT).build()),
            new Configuration(
                    "baseline explicit, plain processor, no masks",
                    base(Tier.BASELINE, Bounds.EXPLICIT)
                            .cpuMask(0)
                            .masking(false)
                            .build()),
            new Configuration(
                    "optimizing guard", base(Tier.OPTIMIZING, Bounds.GUARD).build()),
            new Configuration(
                    "optimizing explicit, plain processor",
                    base(Tier.OPTIMIZING, Bounds.EXPLICIT).cpuMask(0).build()));

    /** The tiers that are compared with the reference. */
    static final Set<Tier> TIERS = EnumSet.of(Tier.BASELINE, Tier.OPTIMIZING);

    private final List<Configuration> configurations;
    private final List<Engine> engines = new ArrayList<>();
    private Duration patience = Duration.ofSeconds(20);
    /** Guest calls that were compared. */
    private long calls;
    /** Of these, how many returned. */
    private long returned;

    /** The reference, then the configurations of tiers. */
    static List<Configuration> configurations(Set<Tier> tiers) {
        return CONFIGURATIONS.stream()
                .filter(each -> each.config().tier() == Tier.REFERENCE
                        || tiers.contains(each.config().tier()))
                .toList();
    }

    private static Config.Builder base(Tier tier, Bounds bounds) {
        return Config.builder()
                .tier(tier)
                .bounds(bounds)
                .features(Features.ALL)
                .maxMemory(40 * PAGE)
                .maxTable(2000)
                .maxStack(STACK);
    }

    Differential(List<Configuration> configurations) {
        this.configurations = configurations;
        for (Configuration configuration : configurations) {
            engines.add(Engine.start(configuration.config()));
        }
    }

    /**
     * Where engines disagree.
     *
     * @param step what was being done
     * @param configuration the engine that differs from the reference
     * @param expected what the reference showed
     * @param actual what the other showed
     */
    record Difference(String step, String configuration, String expected, String actual) {
        /** Whether it is about a guest that did not end: that may be the machine's fault. */
        boolean isTimeout() {
            String words = TrapReason.DEADLINE.text();
            return expected.contains(words) || actual.contains(words);
        }

        @Override
        public String toString() {
            return step + ": " + configuration + " differs\n  expected " + expected + "\n  actual   " + actual;
        }
    }

    /** What the engines that run generated modules accept: all of them must. */
    Abilities abilities() {
        Abilities common = Abilities.of(engines.getFirst());
        for (Engine engine : engines.subList(1, engines.size())) {
            common = common.and(Abilities.of(engine));
        }
        return common;
    }

    /** From now on, guests that run this long have failed. */
    void patience(Duration duration) {
        patience = duration;
    }

    long calls() {
        return calls;
    }

    long returned() {
        return returned;
    }

    /** The first difference, or null: instantiates the modules in order, then calls what they export, each several times. */
    Difference compare(List<byte[]> modules) {
        List<World> worlds = new ArrayList<>();
        try {
            for (int i = 0; i < engines.size(); i++) {
                worlds.add(new World(
                        engines.get(i), patience, configurations.get(i).isFromText()));
            }
            return compare(worlds, modules);
        } finally {
            for (World world : worlds) {
                world.close();
            }
        }
    }

    /** A world of the first engine in which everything was called that is exported. */
    World play(List<byte[]> modules) {
        World world = new World(engines.getFirst(), patience, false);
        for (byte[] module : modules) {
            if (!world.instantiate(module).equals(World.DONE)) {
                return world;
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int function = 0; function < world.functions(); function++) {
                if (isExhausted(world.call(function, round))) {
                    return world;
                }
            }
        }
        return world;
    }

    /** Whether engines disagree on modules that end. */
    boolean disagree(List<byte[]> modules) {
        Difference difference = compare(modules);
        return difference != null && !difference.isTimeout();
    }

    private Difference compare(List<World> worlds, List<byte[]> modules) {
        for (int i = 0; i < modules.size(); i++) {
            List<String> outcomes = new ArrayList<>();
            for (World world : worlds) {
                outcomes.add(world.instantiate(modules.get(i)));
            }
            String step = "instantiation of module " + i;
            Difference difference = compare(step, worlds, outcomes, true);
            if (difference != null || !outcomes.getFirst().equals(World.DONE)) {
                return difference;
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            int functions = worlds.getFirst().functions();
            for (int function = 0; function < functions; function++) {
                List<String> outcomes = new ArrayList<>();
                for (World world : worlds) {
                    outcomes.add(world.call(function, round));
                }
                calls++;
                String outcome = outcomes.getFirst();
                returned += outcome.startsWith(World.TRAP) ? 0 : 1;
                String step = "call " + round + " of " + worlds.getFirst().name(function);
                boolean withState = function % STATE_INTERVAL == 0 || function == functions - 1;
                Difference difference = compare(step, worlds, outcomes, withState);
                if (difference != null || isExhausted(outcome)) {
                    return difference;
                }
            }
        }
        return null;
    }

    private static boolean isExhausted(String outcome) {
        return outcome.startsWith(World.TRAP + TrapReason.STACK_EXHAUSTED.text());
    }

    private Difference compare(String step, List<World> worlds, List<String> outcomes, boolean withState) {
        String wanted = outcomes.getFirst();
        boolean exhausted = isExhausted(wanted);
        for (int i = 1; i < worlds.size(); i++) {
            boolean isFromText = configurations.get(i).isFromText();
            String expected = isFromText ? withoutOffsets(wanted) : wanted;
            String actual = isFromText ? withoutOffsets(outcomes.get(i)) : outcomes.get(i);
            if (exhausted && isExhausted(actual)) {
                continue;
            }
            boolean wrong = expected.contains(TrapReason.DEADLINE.text()) || expected.startsWith(World.BROKEN);
            if (wrong || !expected.equals(actual)) {
                return new Difference(step, configurations.get(i).name(), expected, actual);
            }
            String[] states = withState ? worlds.getFirst().difference(worlds.get(i)) : null;
            if (states != null) {
                return new Difference(
                        step + ", state after " + expected,
                        configurations.get(i).name(),
                        states[0],
                        states[1]);
            }
        }
        return null;
    }

    private static String withoutOffsets(String outcome) {
        return outcome.replaceAll(" offset 0x[0-9a-f]+", "");
    }

    @Override
    public void close() {
        for (Engine engine : engines) {
            engine.close();
        }
    }
}
