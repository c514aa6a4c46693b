package emberwall.ebpf.host;

import emberwall.ebpf.pcap.CapturedPacket;
import emberwall.ebpf.pcap.PcapWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Packets as networks have them, and some that nobody should send: with and without VLAN tags, IPv4 with options and in fragments, IPv6,
 * TCP, UDP, questions to name servers, ARP; cut short, with headers that lie, and noise. The same number gives the same bytes.
 */
final class Traffic {
    static final int SENDERS = 3000;
    static final int SERVICE = 0x0A0000FE;

    static final String[] NAMES = {
        "example.com",
        "www.Example.COM",
        "ads.tracker.example",
        "a.b.c.d.e.f.g.h",
        "a.b.c.d.e.f.g.h.i",
        "mail.example.org",
        "x",
        "deep.under.blocked.test",
        "BLOCKED.test",
        "notblocked.test",
        "",
        "xn--bcher-kva.example",
        "tracker.example.net"
    };

    private static final int[] PORTS = {22, 53, 80, 443, 8080, 25, 123, 1024, 5353, 65535};

    private final SplittableRandom random;
    private final ByteBuffer packet = ByteBuffer.allocate(2048);
    private long nanos = 1_700_000_000_000_000_000L;

    Traffic(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Writes a capture of so many packets, if there is none yet. */
    static Path capture(int packets) throws IOException {
        Path file = Path.of("target", "traffic-" + packets + ".pcap").toAbsolutePath();
        Files.createDirectories(file.getParent());
        Path half = Files.createTempFile(file.getParent(), "traffic", ".part");
        Traffic traffic = new Traffic(packets);
        try (PcapWriter writer = new PcapWriter(
                new BufferedOutputStream(Files.newOutputStream(half), 1 << 20), CapturedPacket.ETHERNET)) {
            for (int i = 0; i < packets; i++) {
                byte[] next = traffic.next();
                writer.write(traffic.nanos, next, next.length);
            }
        }
        return Files.move(half, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** The address of one of the senders: a third of them are inside, in 10.0.0.0/8. */
    static int sender(int index) {
        int spread = index * 0x9E3779B1;
        return index % 3 == 0 ? 0x0A000000 | spread >>> 8 : spread | 0x40000000;
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    byte[] next() {
        nanos += random.nextInt(200_000);
        packet.clear();
        if (one(100)) {
            return noise();
        }
        packet.putLong(random.nextLong()).putInt(random.nextInt());
        for (int tags = one(6) ? 1 + random.nextInt(3) : 0; tags > 0; tags--) {
            packet.putShort((short) (one(4) ? 0x88A8 : 0x8100)).putShort((short) random.nextInt(1 << 16));
        }
        switch (random.nextInt(20)) {
            case 0 -> arp();
            case 1, 2 -> ipv6();
            default -> ipv4();
        }
        byte[] all = Arrays.copyOf(packet.array(), packet.position());
        if (one(30)) {
            return Arrays.copyOf(all, random.nextInt(all.length + 1)); // cut short
        }
        if (one(30)) {
            all[12 + random.nextInt(14)] = (byte) random.nextInt(); // a header that lies, but not of the sender
        }
        return all;
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(200)];
        if (one(2)) {
            Arrays.fill(bytes, (byte) random.nextInt());
        } else {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private void arp() {
        packet.putShort((short) 0x0806).putLong(0x0001080006040001L).putLong(random.nextLong());
    }

    private void ipv6() {
        packet.putShort((short) 0x86DD).putInt(0x60000000).putShort((short) 20);
        int protocol = one(2) ? 6 : 17;
        packet.put((byte) protocol).put((byte) 64);
        for (int i = 0; i < 4; i++) {
            packet.putLong(random.nextLong());
        }
        transport(protocol);
    }

    private void ipv4() {
        int protocol = one(12) ? 1 : one(2) ? 6 : one(20) ? random.nextInt(256) : 17;
        int options = one(12) ? random.nextInt(11) : 0;
        int start = packet.position() + 2;
        packet.putShort((short) 0x0800).put((byte) (0x45 + options)).put((byte) 0);
        packet.putShort((short) 0).putShort((short) random.nextInt());
        packet.putShort((short) (one(20) ? random.nextInt(1 << 14) : 0x4000))
                .put((byte) 64)
                .put((byte) protocol);
        packet.putShort((short) random.nextInt()).putInt(sender(random.nextInt(SENDERS)));
        packet.putInt(one(3) ? SERVICE : random.nextInt());
        for (int i = 0; i < options; i++) {
            packet.putInt(0x01010101);
        }
        transport(protocol);
        packet.putShort(start + 2, (short) (packet.position() - start));
    }

    private int port() {
        return one(2) ? PORTS[random.nextInt(PORTS.length)] : random.nextInt(1 << 16);
    }

    private void transport(int protocol) {
        switch (protocol) {
            case 6 -> {
                int from = port();
                packet.putShort((short) from).putShort((short) (one(50) ? from : port()));
                packet.putInt(random.nextInt()).putInt(random.nextInt());
                int flags = one(3) ? 2 : one(20) ? random.nextInt(64) : 16;
                packet.put((byte) 0x50).put((byte) flags).putShort((short) 1024);
                packet.putShort((short) random.nextInt()).putShort((short) 0);
                payload();
            }
            case 17 -> {
                boolean question = one(2);
                int start = packet.position();
                packet.putShort((short) port()).putShort((short) (question ? 53 : port()));
                packet.putShort((short) 0).putShort((short) (one(4) ? 0 : random.nextInt()));
                if (question) {
                    question();
                } else {
                    payload();
                }
                packet.putShort(start + 4, (short) (one(30) ? random.nextInt(20) : packet.position() - start));
            }
            default -> payload();
        }
    }

    private void payload() {
        for (int words = one(10) ? random.nextInt(150) : random.nextInt(10); words > 0; words--) {
            packet.putLong(random.nextLong());
        }
    }

    private void question() {
        packet.putShort((short) random.nextInt()).putShort((short) (one(10) ? 0x8180 : 0x0100));
        packet.putShort((short) (one(20) ? 2 : 1)).putShort((short) 0).putInt(0);
        if (one(40)) { // labels without end
            for (int i = 0; i < 70; i++) {
                packet.put((byte) 1).put((byte) 'z');
            }
        } else if (one(40)) { // one that is too long
            packet.put((byte) (64 + random.nextInt(192)));
        } else if (one(20)) { // as long as may be, or longer
            int most = 120 + random.nextInt(16);
            for (int left = most; left > 0; left -= 40) {
                int length = Math.min(left, 40) - 1;
                packet.put((byte) length);
                for (int i = 0; i < length; i++) {
                    packet.put((byte) 'y');
                }
            }
        } else {
            for (String label : NAMES[random.nextInt(NAMES.length)].split("\\.")) {
                if (!label.isEmpty()) {
                    packet.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
        packet.put((byte) 0).putInt(0x00010001);
    }
}
