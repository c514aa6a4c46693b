package emberwall.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuTest {
    @Test
    void agreesWithTheKernel() throws IOException {
        Set<String> flags = new HashSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("flags")) {
                flags.addAll(Arrays.asList(
                        line.substring(line.indexOf(':') + 1).trim().split(" ")));
                break;
            }
        }
        assertTrue(flags.contains("sse2"), "no flags in /proc/cpuinfo");
        for (Cpu.Feature feature : Cpu.Feature.values()) {
            String name = switch (feature) {
                case SSE3 -> "pni";
                case PCLMUL -> "pclmulqdq";
                case LZCNT -> "abm";
                default -> feature.name().toLowerCase(Locale.ROOT);
            };
            assertEquals(flags.contains(name), Cpu.has(feature), name);
        }
    }

    @Test
    void leavesThatDoNotExistAnswerNothing() {
        assertEquals(0, Arrays.stream(Cpu.cpuid(0x7fff_0000, 0)).sum());
        assertTrue(Arrays.stream(Cpu.cpuid(0, 0)).anyMatch(x -> x != 0));
    }
}
