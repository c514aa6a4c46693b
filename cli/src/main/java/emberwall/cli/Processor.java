package emberwall.cli;

import emberwall.os.Cpu;
import java.util.Locale;

/** How much of the processor machine code may use, for {@code --cpu}; each has what those before it have. */
enum Processor {
    SSE2,
    SSE4_1(Cpu.Feature.SSE3, Cpu.Feature.SSSE3, Cpu.Feature.SSE4_1),
    SSE4_2(Cpu.Feature.SSE4_2, Cpu.Feature.POPCNT),
    AVX(Cpu.Feature.AVX);

    private final Cpu.Feature[] added;

    Processor(Cpu.Feature... added) {
        this.added = added;
    }

    /** The mask for the processor that a text names. */
    static long mask(String text) {
        long mask = 0;
        StringBuilder names = new StringBuilder();
        for (Processor processor : values()) {
            for (Cpu.Feature feature : processor.added) mask |= feature.bit();
            String name = processor.name().toLowerCase(Locale.ROOT).replace('_', '.');
            if (name.equals(text)) return mask;
            names.append(names.isEmpty() ? "" : ", ").append(name);
        }
        throw Failure.usage("--cpu: '" + text + "' is not one of " + names);
    }
}
