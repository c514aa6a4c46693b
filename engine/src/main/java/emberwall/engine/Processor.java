package emberwall.engine;

import emberwall.os.Cpu;
import java.util.Locale;

/** How much of an x86-64 processor machine code may use, for {@link Config.Builder#cpu}; each has what those before it have. */
public enum Processor {
    /** What every such processor has. */
    SSE2,
    /** SSE3, SSSE3 and SSE4.1 as well. */
    SSE4_1(Cpu.Feature.SSE3, Cpu.Feature.SSSE3, Cpu.Feature.SSE4_1),
    /** SSE4.2 and the counting of bits as well. */
    SSE4_2(Cpu.Feature.SSE4_2, Cpu.Feature.POPCNT),
    /** AVX as well, for vectors of 128 bits. */
    AVX(Cpu.Feature.AVX);

    private final Cpu.Feature[] added;

    Processor(Cpu.Feature... added) {
        this.added = added;
    }

    /** {@return what it has, as bits for {@link Config#cpuMask}} */
    public long mask() {
        long mask = 0;
        for (Processor processor : values()) {
            for (Cpu.Feature feature : processor.added) mask |= feature.bit();
            if (processor == this) break;
        }
        return mask;
    }

    /** {@return its name as manuals write it: {@code sse4.1}} */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /**
     * The processor of a name.
     *
     * @param text as of {@link #text}
     * @return the processor
     * @throws IllegalArgumentException if none has this name; the message lists those that there are
     */
    public static Processor of(String text) {
        StringBuilder names = new StringBuilder();
        for (Processor processor : values()) {
            if (processor.text().equals(text)) return processor;
            names.append(names.isEmpty() ? "" : ", ").append(processor.text());
        }
        throw new IllegalArgumentException("'" + text + "' is not one of " + names);
    }
}
