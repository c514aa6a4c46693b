package emberwall.bench;

import emberwall.ebpf.host.BpfModule;
import emberwall.ebpf.host.PacketBatch;
import emberwall.ebpf.host.PacketProgram;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a packet costs: {@code examples/bpf/filter.c}, compiled by clang, over 512 packets, beside the same filter in Java. Packets are
 * IPv4 of all kinds that the filter knows, some with a VLAN tag, some cut short.
 */
public class PacketFilter extends Microbenchmark {
    /** What is measured. */
    static final Path PROGRAM = Path.of("examples/bpf/filter.o");

    private static final int PACKETS = 512;
    private static final int DROP = 1;
    private static final int PASS = 2;
    private static final int ETHERNET_IPV4 = 0x0800;
    private static final int ETHERNET_VLAN = 0x8100;
    private static final int ETHERNET_QINQ = 0x88A8;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int ACK = 16;
    private static final int[] OPEN_PORTS = {22, 80, 443, 8080};

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private final byte[][] packets = new byte[PACKETS][];
    private final MemorySegment[] segments = new MemorySegment[PACKETS];
    private BpfModule module;
    private PacketProgram filter;
    private PacketBatch batch;

    @Setup
    public void load() throws IOException {
        module = BpfModule.load(PROGRAM);
        filter = module.packets("filter");
        batch = new PacketBatch(PACKETS, 1 << 20);
        Random random = new Random(1);
        for (int i = 0; i < PACKETS; i++) {
            packets[i] = packet(random);
            segments[i] = MemorySegment.ofArray(packets[i]).asReadOnly();
            batch.add(packets[i]);
            if (filter.run(packets[i]) != filter(packets[i])) throw new AssertionError("packet " + i);
        }
    }

    @TearDown
    public void close() {
        batch.close();
        module.close();
    }

    private static byte[] packet(Random random) {
        int tag = random.nextInt(8) == 0 ? 4 : 0;
        byte[] packet = new byte[random.nextInt(16) == 0 ? 14 + random.nextInt(40) : 64 + random.nextInt(200)];
        random.nextBytes(packet);
        SHORTS.set(packet, 12, (short) (tag > 0 ? ETHERNET_VLAN : ETHERNET_IPV4));
        if (packet.length < 64) return packet;
        SHORTS.set(packet, 12 + tag, (short) ETHERNET_IPV4);
        packet[14 + tag] = (byte) (random.nextInt(8) == 0 ? 0x47 : 0x45);
        packet[23 + tag] = (byte) (random.nextInt(8) == 0 ? ICMP : random.nextInt(4) == 0 ? 17 : TCP);
        int transport = 14 + tag + (packet[14 + tag] & 15) * 4;
        if (random.nextBoolean()) SHORTS.set(packet, transport + 2, (short) OPEN_PORTS[random.nextInt(4)]);
        return packet;
    }

    /** A packet that is asked everything: TCP to the last port that is open. */
    static byte[] longest() {
        byte[] packet = new byte[64];
        SHORTS.set(packet, 12, (short) ETHERNET_IPV4);
        packet[14] = 0x45;
        packet[23] = TCP;
        SHORTS.set(packet, 36, (short) OPEN_PORTS[3]);
        return packet;
    }

    /** The same filter in Java. */
    static int filter(byte[] packet) {
        int at = 14;
        if (packet.length < at) return PASS;
        int type = (short) SHORTS.get(packet, 12) & 0xFFFF;
        for (int i = 0; i < 2; i++) {
            if (type == ETHERNET_VLAN || type == ETHERNET_QINQ) {
                at += 4;
                if (packet.length < at) return PASS;
                type = (short) SHORTS.get(packet, at - 2) & 0xFFFF;
            }
        }
        if (type != ETHERNET_IPV4 || packet.length < at + 20 || packet[at] >> 4 != 4) return PASS;
        int header = (packet[at] & 15) * 4;
        if (header < 20 || packet.length < at + header) return PASS;
        if (packet[at + 9] == ICMP || packet[at + 12] == 10) return PASS;
        int transport = at + header;
        if (packet[at + 9] != TCP || packet.length < transport + 20) return DROP;
        if ((packet[transport + 13] & ACK) != 0) return PASS;
        int port = (short) SHORTS.get(packet, transport + 2) & 0xFFFF;
        for (int open : OPEN_PORTS) {
            if (open == port) return PASS;
        }
        return DROP;
    }

    /** In a batch, whose packets lie where programs see them. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long batch() {
        filter.run(batch);
        return batch.result(PACKETS - 1);
    }

    /** One by one, each copied to where programs see it. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long each() {
        long passed = 0;
        for (MemorySegment segment : segments) {
            passed += filter.run(segment);
        }
        return passed;
    }

    /** The same filter in Java. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long java() {
        long passed = 0;
        for (byte[] packet : packets) {
            passed += filter(packet);
        }
        return passed;
    }
}
