package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.map.Codec;
import emberwall.ebpf.map.MapView;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What one of the examples is for, in Java and with Java's means: the verdict on each packet, and what the maps hold at the end. */
abstract class Model {
    static final int DROP = 1;
    static final int PASS = 2;
    static final int TX = 3;

    /** What becomes of the packet, if it does not stay as it is. */
    byte[] after;

    /** The time, which stands still during a batch. */
    long now;

    abstract int verdict(Header packet);

    /** Sets up what the program needs. */
    void prepare(BpfModule module) {}

    /** Looks at the program's maps between batches. */
    void look(BpfModule module) {}

    /** Compares the program's maps at the end. */
    abstract void compare(BpfModule module);

    static Model of(String name) {
        return switch (name) {
            case "filter" -> new Filter();
            case "balancer" -> new Balancer();
            case "counters" -> new Counters();
            case "limiter" -> new Limiter();
            case "tracer" -> new Tracer();
            case "firewall" -> new Firewall();
            case "dns" -> new Dns();
            case "untag" -> new Untag();
            case "histogram" -> new Histogram();
            default -> new Dispatch();
        };
    }

    private static <K, V extends Number> void assertCounts(Map<K, Long> expected, MapView<K, Long> found) {
        Map<K, Long> all = found.toMap();
        all.values().removeIf(count -> count == 0);
        assertEquals(expected, all);
    }

    private static final class Filter extends Model {
        private final Map<Integer, Integer> verdicts = new HashMap<>();

        @Override
        int verdict(Header packet) {
            int verdict = judge(packet);
            verdicts.merge(verdict, 1, Integer::sum);
            return verdict;
        }

        private static int judge(Header packet) {
            if (!packet.isIpv4() || packet.protocol == 1 || packet.sender() >>> 24 == 10) {
                return PASS;
            }
            boolean open = packet.has(6)
                    && ((packet.u8(packet.transport + 13) & 16) != 0
                            || List.of(22, 80, 443, 8080).contains(packet.u16(packet.transport + 2)));
            return open ? PASS : DROP;
        }

        @Override
        void compare(BpfModule module) {
            assertEquals(Set.of(PASS, DROP), verdicts.keySet());
        }
    }

    private static final class Balancer extends Model {
        record Connection(int from, int to, short fromPort, short toPort, int protocol) {}

        record Server(int address, int ethernet, short ethernet2, short weight, long packets, long bytes) {}

        private final Map<Connection, Integer> chosen = new HashMap<>();
        private final long[] packets = new long[4];
        private final long[] bytes = new long[4];

        private static MapView<Integer, Server> servers(BpfModule module) {
            return module.map("servers", Codec.INT, Codec.of(Server.class, MethodHandles.lookup()));
        }

        private static int address(int server) {
            return 0x0A000100 + 77 * server;
        }

        @Override
        void prepare(BpfModule module) {
            for (int i = 0; i < 4; i++) {
                servers(module).put(i, new Server(address(i), 0x01010100 + i, (short) i, (short) 1, 0, 0));
            }
        }

        @Override
        int verdict(Header packet) {
            if (!packet.isIpv4() || packet.i32(packet.ip + 16) != Traffic.SERVICE) {
                return PASS;
            }
            boolean tcp = packet.protocol == 6;
            if (!tcp && packet.protocol != 17) {
                return PASS;
            }
            if (!packet.has(packet.protocol)) {
                return DROP;
            }
            // The program hashes words as they lie in memory.
            int from = Integer.reverseBytes(packet.sender());
            int to = Integer.reverseBytes(Traffic.SERVICE);
            short fromPort = Short.reverseBytes((short) packet.u16(packet.transport));
            short toPort = Short.reverseBytes((short) packet.u16(packet.transport + 2));
            int hash = 0x9E3779B9;
            for (int word : new int[] {from, to, fromPort << 16 | toPort & 0xFFFF, packet.protocol}) {
                hash = Integer.rotateLeft(hash ^ word * 0x85EBCA6B, 13) * 5 + 0xE6546B64;
            }
            int server = Integer.remainderUnsigned(hash ^ hash >>> 16, 4);
            chosen.put(new Connection(from, to, fromPort, toPort, packet.protocol), server);
            packets[server]++;
            bytes[server] += packet.bytes.length;
            after = packet.bytes.clone();
            int checksum = packet.transport + (tcp ? 16 : 6);
            if (tcp || packet.u16(checksum) != 0) {
                mend(checksum, server);
            }
            mend(packet.ip + 10, server);
            put(packet.ip + 16, address(server) >>> 16);
            put(packet.ip + 18, address(server) & 0xFFFF);
            System.arraycopy(packet.bytes, 0, after, 6, 6);
            System.arraycopy(new byte[] {(byte) server, 1, 1, 1, (byte) server, 0}, 0, after, 0, 6);
            return TX;
        }

        private void put(int at, int word) {
            after[at] = (byte) (word >> 8);
            after[at + 1] = (byte) word;
        }

        /** Ones' complement: numbers modulo 65535, of which 0 is never written but where all addends are 0. */
        private void mend(int at, int server) {
            int old = (after[at] & 0xFF) << 8 | after[at + 1] & 0xFF;
            long sum = (0xFFFF - old) + (0xFFFF - (Traffic.SERVICE >>> 16)) + (0xFFFF - (Traffic.SERVICE & 0xFFFF));
            sum += (address(server) >>> 16) + (address(server) & 0xFFFF);
            put(at, 0xFFFF - (int) ((sum - 1) % 0xFFFF + 1));
        }

        @Override
        void compare(BpfModule module) {
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        new Server(address(i), 0x01010100 + i, (short) i, (short) 1, packets[i], bytes[i]),
                        servers(module).get(i));
            }
            MapView<Connection, Integer> found =
                    module.map("connections", Codec.of(Connection.class, MethodHandles.lookup()), Codec.INT);
            Map<Connection, Integer> kept = found.toMap();
            kept.forEach((connection, server) -> assertEquals(chosen.get(connection), server));
            assertTrue(kept.size() >= Math.min(chosen.size(), 32768), kept.size() + " of " + chosen.size());
        }
    }

    private static final class Counters extends Model {
        record Counter(long packets, long bytes) {}

        private final Map<Integer, Counter> protocols = new HashMap<>();
        private long others;

        @Override
        int verdict(Header packet) {
            if (packet.isIpv4()) {
                protocols.merge(
                        packet.protocol,
                        new Counter(1, packet.bytes.length),
                        (a, b) -> new Counter(a.packets + b.packets, a.bytes + b.bytes));
            } else {
                others++;
            }
            return PASS;
        }

        @Override
        void compare(BpfModule module) {
            MapView<Integer, Counter> found =
                    module.map("protocols", Codec.INT, Codec.of(Counter.class, MethodHandles.lookup()));
            for (int protocol = 0; protocol < 256; protocol++) {
                long packets = 0;
                long bytes = 0;
                for (Counter lane : found.getAll(protocol)) {
                    packets += lane.packets;
                    bytes += lane.bytes;
                }
                assertEquals(
                        protocols.getOrDefault(protocol, new Counter(0, 0)),
                        new Counter(packets, bytes),
                        "protocol " + protocol);
            }
            assertEquals(others, module.variable("others", Codec.LONG).get());
        }
    }

    private static final class Limiter extends Model {
        record Bucket(long filled, long tokens) {}

        private final Map<Integer, Bucket> buckets = new HashMap<>();
        private long dropped;

        @Override
        int verdict(Header packet) {
            if (!packet.isIpv4()) {
                return PASS;
            }
            int sender = Integer.reverseBytes(packet.sender());
            Bucket bucket = buckets.get(sender);
            if (bucket == null) {
                buckets.put(sender, new Bucket(now, 19_000));
                return PASS;
            }
            long gained = Math.min(now - bucket.filled, 1_000_000_000) * 100 / 1_000_000;
            long tokens = Math.min(bucket.tokens + gained, 20_000);
            boolean enough = tokens >= 1000;
            buckets.put(sender, new Bucket(now, enough ? tokens - 1000 : tokens));
            dropped += enough ? 0 : 1;
            return enough ? PASS : DROP;
        }

        @Override
        void compare(BpfModule module) {
            assertEquals(dropped, module.variable("dropped", Codec.LONG).get());
            assertEquals(
                    buckets,
                    module.map("buckets", Codec.INT, Codec.of(Bucket.class, MethodHandles.lookup()))
                            .toMap());
        }
    }

    private static final class Tracer extends Model {
        record Event(long when, int from, int to, short fromPort, short toPort, int flags, int bytes) {}

        private final List<Event> expected = new ArrayList<>();
        private long all;

        @Override
        int verdict(Header packet) {
            if (packet.has(6)) {
                int flags = packet.u8(packet.transport + 13);
                short from = (short) packet.u16(packet.transport);
                short to = (short) packet.u16(packet.transport + 2);
                if ((flags & 6) != 0 && from != to) {
                    expected.add(new Event(
                            now, packet.sender(), packet.i32(packet.ip + 16), from, to, flags, packet.bytes.length));
                }
            }
            return PASS;
        }

        @Override
        void look(BpfModule module) {
            List<Event> found = new ArrayList<>();
            Codec<Event> codec = Codec.of(Event.class, MethodHandles.lookup());
            module.ring("events").poll(record -> found.add(codec.decode(record)));
            assertEquals(expected, found);
            all += expected.size();
            expected.clear();
        }

        @Override
        void compare(BpfModule module) {
            assertTrue(all > 0);
            assertEquals(0, module.variable("lost", Codec.LONG).get());
        }
    }

    private static final class Firewall extends Model {
        record Rule(int action, int id) {}

        record Prefix(int bits, int address) {}

        private final Map<Prefix, Rule> rules = new HashMap<>();
        private final Map<Integer, Long> hits = new HashMap<>();

        private static int masked(int address, int bits) {
            return bits == 0 ? 0 : address & -1 << 32 - bits;
        }

        @Override
        void prepare(BpfModule module) {
            MapView<Prefix, Rule> view = module.map(
                    "rules",
                    Codec.of(Prefix.class, MethodHandles.lookup()),
                    Codec.of(Rule.class, MethodHandles.lookup()));
            for (int id = 0; id < 500; id++) {
                int bits = 1 + id * 7 % 32;
                int address = masked(Traffic.sender(id * 5 % Traffic.SENDERS), bits);
                Rule rule = new Rule(id % 3 == 0 ? DROP : PASS, id);
                rules.put(new Prefix(bits, address), rule);
                view.put(new Prefix(bits, Integer.reverseBytes(address)), rule);
            }
        }

        @Override
        int verdict(Header packet) {
            for (int bits = 32; packet.isIpv4() && bits >= 0; bits--) {
                Rule rule = rules.get(new Prefix(bits, masked(packet.sender(), bits)));
                if (rule != null) {
                    hits.merge(rule.id, 1L, Long::sum);
                    return rule.action;
                }
            }
            return PASS;
        }

        @Override
        void compare(BpfModule module) {
            assertTrue(hits.size() > 100, hits.size() + " rules were used");
            assertCounts(hits, module.map("hits", Codec.INT, Codec.LONG));
        }
    }

    private static final class Dns extends Model {
        private static final Set<String> BLOCKED =
                Set.of("tracker.example", "blocked.test", "h", "xn--bcher-kva.example");

        private final Map<Integer, Integer> verdicts = new HashMap<>();

        @Override
        void prepare(BpfModule module) {
            for (String name : BLOCKED) {
                long hash = 0xCBF29CE484222325L;
                for (String label : name.split("\\.")) {
                    hash = (hash ^ label.length()) * 0x100000001B3L;
                    for (byte b : label.getBytes(StandardCharsets.US_ASCII)) {
                        hash = (hash ^ b) * 0x100000001B3L;
                    }
                }
                module.map("blocked", Codec.LONG, Codec.INT).put(hash, 1);
            }
        }

        @Override
        int verdict(Header packet) {
            int at = packet.transport + 8;
            boolean question = packet.has(17)
                    && packet.u16(packet.transport + 2) == 53
                    && packet.bytes.length >= at + 12
                    && packet.u16(at + 4) == 1
                    && packet.u16(at + 2) < 0x8000;
            int verdict = !question || isAllowed(packet, at + 12) ? PASS : DROP;
            verdicts.merge(verdict, 1, Integer::sum);
            return verdict;
        }

        private static boolean isAllowed(Header packet, int start) {
            List<String> labels = new ArrayList<>();
            int at = start;
            while (at < packet.bytes.length && packet.u8(at) != 0) {
                int end = at + 1 + packet.u8(at);
                if (packet.u8(at) > 63 || end > packet.bytes.length) {
                    return false;
                }
                labels.add(new String(packet.bytes, at + 1, end - at - 1, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT));
                at = end;
            }
            if (at >= packet.bytes.length || labels.size() > 8 || at + 1 - start > 128) {
                return false;
            }
            for (int i = 0; i < labels.size(); i++) {
                if (BLOCKED.contains(String.join(".", labels.subList(i, labels.size())))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        void compare(BpfModule module) {
            assertEquals(Set.of(PASS, DROP), verdicts.keySet());
        }
    }

    private static final class Untag extends Model {
        private final Map<Integer, Long> tags = new HashMap<>();

        @Override
        int verdict(Header packet) {
            byte[] bytes = packet.bytes;
            if (bytes.length < 14 || packet.u16(12) != 0x8100) {
                return PASS;
            }
            if (bytes.length < 18) {
                return DROP;
            }
            tags.merge(packet.u16(14) & 4095, 1L, Long::sum);
            after = new byte[bytes.length - 4];
            System.arraycopy(bytes, 0, after, 0, 12);
            System.arraycopy(bytes, 16, after, 12, bytes.length - 16);
            return PASS;
        }

        @Override
        void compare(BpfModule module) {
            assertCounts(tags, module.map("tags", Codec.INT, Codec.LONG));
        }
    }

    private static final class Histogram extends Model {
        private final long[] lengths = new long[16];
        private final long[] bytes = new long[256];

        @Override
        int verdict(Header packet) {
            int length = packet.bytes.length;
            lengths[length == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(length)]++;
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < Math.min(length, 256); i++) {
                bytes[packet.u8(i)]++;
                seen.add(packet.u8(i));
            }
            return seen.size() > 1 ? PASS : DROP;
        }

        private static long[] variable(BpfModule module, String name, int count) {
            byte[] raw = module.variable(name, Codec.bytes(8 * count)).get();
            long[] words = new long[count];
            Arrays.setAll(words, i -> Codec.LONG.decode(Arrays.copyOfRange(raw, 8 * i, 8 * i + 8)));
            return words;
        }

        @Override
        void compare(BpfModule module) {
            assertEquals(Arrays.toString(lengths), Arrays.toString(variable(module, "lengths", 16)));
            assertEquals(Arrays.toString(bytes), Arrays.toString(variable(module, "bytes", 256)));
        }
    }

    private static final class Dispatch extends Model {
        private final Map<Integer, Long> seen = new HashMap<>();

        @Override
        void prepare(BpfModule module) {
            Map.of(1, "icmp", 6, "tcp", 17, "udp")
                    .forEach((protocol, program) -> module.setProgram("programs", protocol, module.packets(program)));
        }

        private int saw(int what, boolean passes) {
            seen.merge(what, 1L, Long::sum);
            return passes ? PASS : DROP;
        }

        @Override
        int verdict(Header packet) {
            int protocol = packet.isIpv4() ? packet.protocol : -1;
            return switch (protocol) {
                case 1 -> saw(0, packet.bytes.length <= 128);
                case 6 -> packet.has(6) ? saw(1, (packet.u8(packet.transport + 13) & 3) != 3) : DROP;
                case 17 -> saw(2, packet.has(17) && packet.u16(packet.transport + 4) >= 8);
                default -> saw(3, true);
            };
        }

        @Override
        void compare(BpfModule module) {
            assertEquals(4, seen.size());
            assertCounts(seen, module.map("seen", Codec.INT, Codec.LONG));
        }
    }
}
