package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.Doclint;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What programs with eBPF use says what it is. */
class DocumentationTest {
    @Test
    void everythingIsExplained() throws IOException {
        assertEquals("", String.join("\n", Doclint.problems("ebpf", "emberwall.ebpf.host")));
        assertEquals("", String.join("\n", Doclint.problems("ebpf", "emberwall.ebpf.pcap")));
    }
}
