package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.helper.HelperFunction;
import emberwall.ebpf.pcap.CapturedPacket;
import emberwall.ebpf.pcap.PcapReader;
import emberwall.testing.Shared;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ten examples over a capture: each verdict, each packet and what the maps hold are compared with Java that does the same. A million
 * packets: {@code -Dtest.jvm.options=-Demberwall.test.packets=1000000}.
 */
class ExamplesTest {
    private static final int PACKETS = Integer.getInteger("emberwall.test.packets", 20_000);

    private static Path capture;

    @BeforeAll
    static void write() throws IOException {
        capture = Traffic.capture(PACKETS);
    }

    interface Clock {
        @HelperFunction(number = 5, name = "ktime_get_ns")
        long now();
    }

    /** A program, its model and the packets between them. */
    private static final class Race {
        final BpfModule module;
        final PacketProgram program;
        final Model model;
        final List<CapturedPacket> packets = new ArrayList<>();
        long compared;

        Race(BpfModule module, String name, Model model) {
            this.module = module;
            this.program = module.packets(name);
            this.model = model;
            model.prepare(module);
        }

        void run(PacketBatch batch) {
            model.now = packets.isEmpty() ? 0 : packets.getFirst().nanos();
            packets.forEach(packet -> batch.add(packet.data()));
            program.run(batch);
            for (int i = 0; i < packets.size(); i++) {
                byte[] packet = packets.get(i).data();
                model.after = packet;
                String which = "packet " + compared++;
                assertEquals(model.verdict(new Header(packet)), batch.result(i), which);
                assertArrayEquals(model.after, batch.packet(i), which);
            }
            model.look(module);
            packets.clear();
            batch.clear();
        }
    }

    private static void run(BpfLoader loader, String object, String name, int most) throws IOException {
        Model model = Model.of(object);
        SplittableRandom sizes = new SplittableRandom(1);
        Clock clock = () -> model.now;
        loader.helpers(Clock.class, clock, MethodHandles.lookup());
        Path file = Shared.repository().resolve("examples/bpf/" + object + ".o");
        try (BpfModule module = loader.load(file);
                PacketBatch batch = new PacketBatch(64, 1 << 17);
                PcapReader reader = new PcapReader(new BufferedInputStream(Files.newInputStream(capture), 1 << 20))) {
            Race race = new Race(module, name, model);
            int size = 1;
            int left = most;
            for (CapturedPacket next = reader.next(); next != null && left > 0; next = reader.next(), left--) {
                race.packets.add(next);
                if (race.packets.size() == size) {
                    race.run(batch);
                    size = 1 + sizes.nextInt(64);
                }
            }
            race.run(batch);
            assertEquals(Math.min(most, PACKETS), race.compared);
            model.compare(module);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "filter, filter",
        "balancer, balance",
        "counters, count",
        "limiter, limit",
        "tracer, trace",
        "firewall, firewall",
        "dns, dns",
        "untag, untag",
        "histogram, histogram",
        "dispatch, dispatch"
    })
    void doesItsWork(String object, String program) throws IOException {
        run(new BpfLoader(), object, program, PACKETS);
        run(new BpfLoader().interpreting(), object, program, 2_000);
    }

    @Test
    void trafficIsTheSameEachTime() throws IOException {
        byte[] first = Files.readAllBytes(Traffic.capture(500));
        assertArrayEquals(first, Files.readAllBytes(Traffic.capture(500)));
        assertTrue(first.length > 30_000, first.length + " bytes");
    }
}
