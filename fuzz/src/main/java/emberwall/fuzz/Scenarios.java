package emberwall.fuzz;

import emberwall.engine.Tier;
import emberwall.fuzz.ModuleGenerator.Scenario;
import java.util.List;
import java.util.Set;

/**
 * The scenarios of all seeds, and who plays them: most are made of what all engines run; some of what only the reference
 * runs as yet, which is compared with itself, having read the modules back from text.
 */
final class Scenarios implements AutoCloseable {
    /** Of how many scenarios one goes beyond what all engines run. */
    private static final int BEYOND = 4;

    private final Differential everywhere;
    private final Differential inReference = new Differential(Differential.REFERENCES);
    private final Rows common;
    private final Rows all = new Rows(inReference.abilities());

    /** Those whom the reference and the configurations of these tiers play. */
    Scenarios(Set<Tier> tiers) {
        everywhere = new Differential(Differential.configurations(tiers));
        common = new Rows(everywhere.abilities());
    }

    /** What the reference runs. */
    Abilities abilities() {
        return all.abilities;
    }

    /** Whether the scenario of a seed is for the reference alone. */
    boolean isBeyond(long seed) {
        return Math.floorMod(seed, BEYOND) == 0 && !all.abilities.equals(common.abilities);
    }

    Scenario scenario(long seed) {
        return ModuleGenerator.generate(seed, isBeyond(seed) ? all : common);
    }

    /** Those who play the scenario of a seed. */
    Differential players(long seed) {
        return isBeyond(seed) ? inReference : everywhere;
    }

    List<Differential> players() {
        return List.of(everywhere, inReference);
    }

    @Override
    public void close() {
        everywhere.close();
        inReference.close();
    }
}
