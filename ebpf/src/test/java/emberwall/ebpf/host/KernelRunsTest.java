package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.kernel.Kernel;
import emberwall.ebpf.kernel.KernelMaps;
import emberwall.ebpf.kernel.KernelProgram;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.MapKind;
import emberwall.testing.Shared;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Examples in the running kernel's test run and here, over the same packets, with the same entries in their maps: the same verdicts,
 * packets, and entries at the end. The limiter is not among them, since it asks for the time. Skipped where {@code bpf(2)} is not
 * allowed.
 */
class KernelRunsTest {
    private static final int PACKETS = Integer.getInteger("emberwall.test.kernel.packets", 1_500);

    /** The kernel's test run wants an Ethernet header at least. */
    private static final int SHORTEST = 14;

    private static final Set<MapKind> COMPARED =
            EnumSet.of(MapKind.ARRAY, MapKind.HASH, MapKind.LPM_TRIE, MapKind.LRU_HASH);

    @BeforeEach
    void kernel() {
        Kernel.require();
    }

    @ParameterizedTest
    @CsvSource({
        "filter, filter",
        "balancer, balance",
        "counters, count",
        "tracer, trace",
        "firewall, firewall",
        "dns, dns",
        "untag, untag",
        "histogram, histogram"
    })
    void doesWhatItDoesInTheKernel(String object, String name) throws IOException {
        try (BpfModule module = BpfModule.load(Shared.repository().resolve("examples/bpf/" + object + ".o"))) {
            PacketProgram ours = module.packets(name);
            Model.of(object).prepare(module);
            try (KernelMaps maps = new KernelMaps(ours.program().maps());
                    KernelProgram theirs = KernelProgram.load(ours.program(), maps)) {
                assertTrue(theirs.isAccepted(), theirs.reason());
                copy(module, maps);
                Traffic traffic = new Traffic(3);
                for (int i = 0; i < PACKETS; i++) {
                    byte[] packet = traffic.next();
                    if (packet.length >= SHORTEST) {
                        compare(
                                theirs.run(packet),
                                ours.process(packet),
                                HexFormat.of().formatHex(packet));
                    }
                }
                compareMaps(module, maps);
            }
        }
    }

    private static void compare(KernelProgram.Run theirs, Answer<byte[]> ours, String packet) {
        assertEquals(theirs.result(), ours.result(), packet);
        assertArrayEquals(theirs.packet(), ours.data(), packet);
    }

    private static void copy(BpfModule module, KernelMaps maps) {
        for (int i = 0; i < module.maps().size(); i++) {
            BpfMap map = module.maps().get(i);
            if (COMPARED.contains(map.definition().kind()) && map.definition().contents() == null) {
                for (byte[] key : map.keys()) {
                    assertEquals(
                            0, maps.put(i, key, map.get(key)), map.definition().name());
                }
            }
        }
    }

    private static void compareMaps(BpfModule module, KernelMaps maps) {
        for (int i = 0; i < module.maps().size(); i++) {
            BpfMap map = module.maps().get(i);
            if (COMPARED.contains(map.definition().kind())) {
                for (byte[] key : map.keys()) {
                    assertArrayEquals(
                            maps.get(i, key), map.get(key), map.definition().name());
                }
            }
        }
    }
}
