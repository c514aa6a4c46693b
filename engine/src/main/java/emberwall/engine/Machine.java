package emberwall.engine;

import emberwall.fiber.FaultHandler;
import emberwall.os.Cpu;
import emberwall.os.OsException;
import emberwall.os.Pages;
import emberwall.os.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What this machine, its system and this JVM allow, found out by trying it. An engine chooses by the same facts.
 *
 * @param refusal why machine code cannot run here; null if it can
 * @param features what the processor has beyond the first x86-64, in small letters; empty where machine code cannot run
 * @param codeMemory the ways to have code memory in two views, one to write and one to run, best first; empty where machine
 *     code cannot run
 * @param guardPages whether faults of guests on pages around their memories are caught, which {@link Bounds#GUARD} needs
 */
public record Machine(String refusal, List<String> features, List<CodeMemory> codeMemory, boolean guardPages) {
    private static final long PROBED = 1 << 20;

    /**
     * A way to have code memory.
     *
     * @param name what it is called, in small letters
     * @param refusal what the system said against it; null if it works
     */
    public record CodeMemory(String name, String refusal) {}

    /** Facts that somebody found out. */
    public Machine {
        features = List.copyOf(features);
        codeMemory = List.copyOf(codeMemory);
    }

    /** {@return what holds for this process now} */
    public static Machine examine() {
        String refusal = Platform.unavailable();
        if (refusal != null) return new Machine(refusal, List.of(), List.of(), false);
        List<String> features = new ArrayList<>();
        for (Cpu.Feature feature : Cpu.Feature.values()) {
            if (Cpu.has(feature)) features.add(feature.name().toLowerCase(Locale.ROOT));
        }
        List<CodeMemory> codeMemory = new ArrayList<>();
        for (Pages.Views views : Pages.Views.values()) {
            codeMemory.add(new CodeMemory(views.name().toLowerCase(Locale.ROOT).replace('_', ' '), refusal(views)));
        }
        return new Machine(null, features, codeMemory, FaultHandler.available());
    }

    private static String refusal(Pages.Views views) {
        try {
            Pages.dual(PROBED, views).release();
            return null;
        } catch (OsException refused) {
            return refused.getMessage();
        }
    }
}
