package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.HelperFunction;
import emberwall.ebpf.insn.ClassicBpf;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Codec;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.ebpf.map.NestedMapView;
import emberwall.ebpf.object.Clang;
import emberwall.ebpf.verify.ContextTypes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a Java program does with eBPF, compiled and interpreted. */
class HostTest {
    private static final byte[] TAGGED = HexFormat.of().parseHex("0202020202020404040404048100006408004500".repeat(3));

    static Stream<BpfLoader> loaders() {
        return Stream.of(new BpfLoader(), new BpfLoader().interpreting(), new BpfLoader().blinding(new Random(1)));
    }

    private static BpfModule load(BpfLoader loader, String source, String... options) throws Exception {
        return loader.load("program.o", Clang.compile(source, options));
    }

    private static final String XDP = """
            struct xdp_md { u32 data, data_end, data_meta, ingress, queue, egress; };
            static long (*adjust_head)(struct xdp_md *ctx, int by) = (void *) 44;
            static long (*adjust_tail)(struct xdp_md *ctx, int by) = (void *) 65;
            """;

    @ParameterizedTest
    @MethodSource("loaders")
    void packetsAreRead(BpfLoader loader) throws Exception {
        String source = XDP + """
                SEC("xdp") int sum(struct xdp_md *ctx) {
                    u8 *at = (u8 *)(long) ctx->data, *end = (u8 *)(long) ctx->data_end;
                    u8 *meta = (u8 *)(long) ctx->data_meta;
                    u32 sum = (ctx->data_end - ctx->data) << 16 | (meta == at ? 0 : 0x80000000);
                    if (at + 4 > end) return sum;
                    sum += at[0] + at[1] + at[2] + at[3];
                    at[3] = 77;
                    return sum + ctx->ingress;
                }
                """;
        try (BpfModule module = load(loader, source)) {
            PacketProgram sum = module.packets("sum");
            assertEquals(0x6000A, sum.run(new byte[] {1, 2, 3, 4, 5, 6}));
            assertEquals(0x30000, sum.run(new byte[] {1, 2, 3}));
            assertEquals(0, sum.run(new byte[0]));
            assertArrayEquals(
                    new byte[] {1, 2, 3, 77},
                    sum.process(new byte[] {1, 2, 3, 4}).data());
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment packet = arena.allocate(5);
                assertEquals(0x50000, sum.run(packet));
                assertEquals(77, packet.get(ValueLayout.JAVA_BYTE, 3));
            }
            try (PacketBatch batch = new PacketBatch(3, 10)) {
                assertTrue(batch.add(new byte[] {1, 1, 1, 1}));
                assertTrue(batch.add(new byte[2]));
                assertTrue(batch.add(new byte[] {2, 2, 2, 3}));
                assertFalse(batch.add(new byte[0]));
                sum.run(batch);
                assertArrayEquals(new long[] {0x40004, 0x20000, 0x40009}, batch.results());
                assertArrayEquals(new byte[] {2, 2, 2, 77}, batch.packet(2));
                batch.clear();
                assertEquals(0, batch.size());
            }
            assertEquals(sum.isCompiled(), sum.isCritical());
            assertEquals(ContextTypes.of(ProgramKind.XDP), sum.context());
        }
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void packetsMove(BpfLoader loader) throws Exception {
        String source = XDP + """
                SEC("xdp") int grow(struct xdp_md *ctx) {
                    if (adjust_head(ctx, -4)) return 1;
                    if (adjust_tail(ctx, 2)) return 2;
                    u8 *at = (u8 *)(long) ctx->data, *end = (u8 *)(long) ctx->data_end;
                    if (at + 7 > end) return 3;
                    at[0] = at[4] + 1;
                    at[1] = at[6];
                    return 100 + (int) (end - at);
                }
                SEC("xdp") int far(struct xdp_md *ctx) {
                    int count = 0;
                    for (int i = 0; i < 100; i++) if (adjust_head(ctx, -10) == 0) count++;
                    return count;
                }
                """;
        try (BpfModule module = load(loader, source)) {
            Answer<byte[]> answer = module.packets("grow").process(TAGGED);
            assertEquals(106 + TAGGED.length, answer.result());
            assertEquals(TAGGED.length + 6, answer.data().length);
            assertEquals(3, answer.data()[0]);
            assertEquals(2, answer.data()[1]);
            assertEquals(0, answer.data()[2]);
            assertEquals(25, module.packets("far").run(TAGGED)); // 256 bytes
            MemorySegment own = MemorySegment.ofArray(TAGGED.clone());
            assertThrows(
                    IllegalStateException.class, () -> module.packets("grow").run(own));
        }
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void socketBuffers(BpfLoader loader) throws Exception {
        String source = """
                struct __sk_buff { u32 len, pkt_type, mark, queue_mapping, protocol, more[14], data, data_end; };
                unsigned long long load_half(void *skb, unsigned long long off) asm("llvm.bpf.load.half");
                SEC("tc") int look(struct __sk_buff *skb) {
                    u8 *at = (u8 *)(long) skb->data, *end = (u8 *)(long) skb->data_end;
                    if (at + 20 > end || skb->len != end - at) return 0;
                    skb->mark = 5;
                    return skb->protocol << 16 | (load_half(skb, 14) << 4) | skb->mark;
                }
                """;
        try (BpfModule module = load(loader, source)) {
            // tag 0x0064 at 14, type 0x8100 at 12 as it stands in memory
            assertEquals(0x0081 << 16 | 0x64 << 4 | 5, module.packets("look").run(TAGGED));
            assertEquals(0, module.packets("look").run(new byte[19]));
        }
    }

    /** Each packet of a batch finds a context of its own, with nothing that the program left in it over another packet. */
    @ParameterizedTest
    @MethodSource("loaders")
    void batchesOfSocketBuffers(BpfLoader loader) throws Exception {
        String source = """
                struct __sk_buff { u32 len, pkt_type, mark, queue_mapping, protocol, more[7], cb[5], hash, classid, data, data_end; };
                SEC("tc") int look(struct __sk_buff *skb) {
                    u8 *at = (u8 *)(long) skb->data, *end = (u8 *)(long) skb->data_end;
                    u64 left = skb->mark + skb->cb[2];
                    skb->mark = 5;
                    skb->cb[2] = skb->len;
                    if (at + 14 <= end) skb->cb[2] += at[1];
                    return left << 24 | skb->protocol << 8 | skb->cb[2];
                }
                """;
        Random random = new Random(3);
        try (BpfModule module = load(loader, source);
                PacketBatch batch = new PacketBatch(3000, 1 << 20)) {
            PacketProgram look = module.packets("look");
            byte[][] packets = new byte[3000][];
            for (int i = 0; i < packets.length; i++) {
                packets[i] = new byte[random.nextInt(40)];
                random.nextBytes(packets[i]);
                assertTrue(batch.add(packets[i]));
            }
            look.run(batch);
            assertEquals(loader.interprets, !look.isCritical());
            for (int i = 0; i < packets.length; i++) {
                byte[] packet = packets[i];
                int type = packet.length < 14 ? 0 : packet[12] & 0xFF | (packet[13] & 0xFF) << 8;
                int first = packet.length < 14 ? 0 : packet[1] & 0xFF;
                assertEquals(type << 8 | packet.length + first, (int) batch.result(i), "packet " + i);
                assertEquals(look.run(packet), batch.result(i));
                assertArrayEquals(packet, batch.packet(i));
            }
        }
    }

    record Login(int user, @EventType.Writable short attempts, long when) {}

    @ParameterizedTest
    @MethodSource("loaders")
    void eventsAreRecordsOrLayouts(BpfLoader loader) throws Exception {
        // Compiled for another layout: members are found by name.
        String source = """
                struct login { u64 when; u64 unused; u16 attempts; u32 user; } CORE;
                SEC("login") int judge(struct login *event) {
                    return event->user * 10 + event->attempts + (event->when > 1000 ? 100000 : 0);
                }
                struct plain { u32 user; u16 attempts; };
                SEC("login") int limit(struct plain *event) { event->attempts = 9; return 1; }
                SEC("login") int spoil(struct plain *event) { event->user = 9; return 1; }
                """;
        EventType<Login> type = EventType.of("login", Login.class, MethodHandles.lookup());
        try (BpfModule module = load(loader.event(type), source)) {
            Attachment<Login> judge = module.attach("judge", type);
            assertEquals(123, judge.run(new Login(12, (short) 3, 1000)));
            assertEquals(100123, judge.run(new Login(12, (short) 3, 1001)));
            assertEquals(
                    new Answer<>(1, new Login(1, (short) 9, 3)),
                    module.attach("limit", type).process(new Login(1, (short) 2, 3)));
            ProgramRefusedException refusal =
                    assertThrows(ProgramRefusedException.class, () -> module.attach("spoil", type));
            assertTrue(refusal.getMessage().contains("invalid bpf_context access off=0 size=4"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("event->user = 9"), refusal.getMessage());

            EventType<MemorySegment> layout = EventType.of(
                    "login",
                    MemoryLayout.structLayout(
                            ValueLayout.JAVA_INT.withName("user"), ValueLayout.JAVA_SHORT.withName("attempts"),
                            MemoryLayout.paddingLayout(2), ValueLayout.JAVA_LONG.withName("when")),
                    "attempts");
            MemorySegment event = MemorySegment.ofArray(new long[2]);
            assertEquals(1, module.attach("limit", layout).run(event));
            assertEquals(9L << 32, event.get(ValueLayout.JAVA_LONG, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> module.attach("limit", layout).run(MemorySegment.ofArray(new long[3])));
        }
    }

    /** Ten instructions and no object: a filter of classic BPF, which wants all of a packet of UDP and nothing of others. */
    @ParameterizedTest
    @MethodSource("loaders")
    void programsComeWithoutObjects(BpfLoader loader) {
        List<ClassicBpf.Instruction> udp =
                ClassicBpf.parse("6\n40 0 0 12\n21 0 3 2048\n48 0 0 23\n21 0 1 17\n6 0 0 99\n6 0 0 0");
        Program filter = Program.of("udp", ProgramKind.SOCKET_FILTER, ClassicBpf.translate(udp), List.of());
        byte[] packet = new byte[60];
        packet[12] = 8;
        try (BpfModule module = loader.load(filter)) {
            assertEquals(List.of("udp"), module.programNames());
            assertEquals(0, module.packets("udp").run(packet));
            packet[23] = 17;
            assertEquals(99, module.packets("udp").run(packet));
            assertThrows(ProgramRefusedException.class, () -> module.memory("udp", 60));
        }
        MapDefinition map = new MapDefinition("map", MapKind.ARRAY, 4, 4, 1, 0);
        Program maps = Program.of("maps", ProgramKind.XDP, ClassicBpf.translate(udp), List.of(map));
        assertThrows(ObjectException.class, () -> loader.load(maps));
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void plainMemoryVariablesAndConstants(BpfLoader loader) throws Exception {
        String source = """
                const volatile u64 factor = 3;
                u64 calls; static volatile u16 small = 4; char pad = 1;
                SEC("mem") u64 add(u64 *memory, u64 bytes) { calls++; memory[1] = memory[0] * factor + small; return bytes; }
                """;
        try (BpfModule module = load(loader.constant("factor", Codec.LONG, 7L), source)) {
            MemorySegment memory = MemorySegment.ofArray(new long[] {6, 0});
            assertEquals(16, module.memory("add", 16).run(memory));
            assertEquals(46, memory.get(ValueLayout.JAVA_LONG, 8));
            Codec<Short> two = Codec.of(2, java.nio.ByteBuffer::putShort, java.nio.ByteBuffer::getShort);
            module.variable("small", two).set((short) 10);
            assertEquals(16, module.memory("add", 16).run(memory.asReadOnly()));
            assertEquals(46, memory.get(ValueLayout.JAVA_LONG, 8));
            module.memory("add", 16).run(memory);
            assertEquals(52, memory.get(ValueLayout.JAVA_LONG, 8));
            assertEquals(3, module.variable("calls", Codec.LONG).get());
            assertEquals(7, module.variable("factor", Codec.LONG).get());
            assertThrows(
                    IllegalStateException.class,
                    () -> module.variable("factor", Codec.LONG).set(1L));
            assertThrows(IllegalArgumentException.class, () -> module.variable("factor", Codec.INT));
            assertThrows(ObjectException.class, () -> module.variable("nothing", Codec.INT));
            ProgramRefusedException refusal =
                    assertThrows(ProgramRefusedException.class, () -> module.memory("add", 8));
            assertTrue(
                    refusal.getMessage().contains("invalid access to memory, mem_size=8 off=8"), refusal.getMessage());
        }
    }

    interface Guard {
        @HelperFunction(number = 900)
        long check(long value);
    }

    private static final String RING = XDP + """
            struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
            static long (*check)(u64 value) = (void *) 900;
            SEC("xdp") int send(struct xdp_md *ctx) {
                u64 *record = ringbuf_reserve(&ring, 8, 0);
                if (!record) return 1;
                *record = check(ctx->data_end - ctx->data);
                ringbuf_submit(record, 0);
                return 0;
            }
            """;

    @ParameterizedTest
    @MethodSource("loaders")
    void recordsOfRunsThatEndedOtherwiseAreDiscarded(BpfLoader loader) throws Exception {
        Guard guard = value -> {
            if (value == 3) {
                throw new UnsupportedOperationException("three");
            }
            return value;
        };
        try (BpfModule module = load(loader.helpers(Guard.class, guard, MethodHandles.lookup()), RING)) {
            PacketProgram send = module.packets("send");
            send.run(new byte[2]);
            assertThrows(UnsupportedOperationException.class, () -> send.run(new byte[3]));
            send.run(new byte[4]);
            List<Long> lengths = new ArrayList<>();
            assertEquals(2, module.ring("ring").poll(record -> lengths.add(Codec.LONG.decode(record))));
            assertEquals(List.of(2L, 4L), lengths);
        }
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void helpersMayRunProgramsButNotCloseTheModule(BpfLoader loader) throws Exception {
        BpfModule[] module = {null};
        Guard guard = value -> {
            assertThrows(IllegalStateException.class, module[0]::close);
            return value > 2 ? module[0].packets("send").run(new byte[(int) value - 1]) + value : value;
        };
        module[0] = load(loader.helpers(Guard.class, guard, MethodHandles.lookup()), RING);
        try (BpfModule same = module[0]) {
            assertEquals(0, same.packets("send").run(new byte[4]));
            List<Long> lengths = new ArrayList<>();
            same.ring("ring").poll(record -> lengths.add(Codec.LONG.decode(record)));
            assertEquals(List.of(4L, 3L, 2L), lengths); // in the order in which room was reserved
        }
        assertThrows(IllegalStateException.class, () -> module[0].packets("send"));
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void tablesTakeProgramsOfOneKind(BpfLoader loader) throws Exception {
        String source = XDP + """
                int second(struct xdp_md *ctx);
                struct { __uint(type, 3); __uint(max_entries, 4); __uint(key_size, 4); __array(values, int (void *)); }
                    table SEC(".maps") = { .values = { [2] = (void *) &second } };
                SEC("xdp") int first(struct xdp_md *ctx) {
                    tail_call(ctx, &table, ctx->data_end - ctx->data);
                    return 1;
                }
                SEC("xdp") int second(struct xdp_md *ctx) { return 2 + 10 * (ctx->data_end - ctx->data); }
                SEC("tc") int other(u32 *skb) { return skb[0]; }
                """;
        try (BpfModule module = load(loader, source)) {
            PacketProgram first = module.packets("first");
            assertEquals(22, first.run(new byte[2]));
            assertEquals(1, first.run(new byte[3]));
            module.setProgram("table", 3, module.packets("second"));
            assertEquals(32, first.run(new byte[3]));
            module.setProgram("table", 3, null);
            assertEquals(1, first.run(new byte[3]));
            assertThrows(IllegalArgumentException.class, () -> module.setProgram("table", 1, module.packets("other")));
            assertThrows(IllegalArgumentException.class, () -> module.setProgram("table", 4, first));
        }
    }

    @ParameterizedTest
    @MethodSource("loaders")
    void mapsOfMapsGiveViews(BpfLoader loader) throws Exception {
        String source = XDP + """
                struct inner { __uint(type, 1); __uint(max_entries, 8); __type(key, u32); __type(value, u64); } here SEC(".maps");
                struct { __uint(type, 12); __uint(max_entries, 3); __type(key, u32); __array(values, struct inner); }
                    outer SEC(".maps") = { .values = { [1] = &here } };
                SEC("xdp") int count(struct xdp_md *ctx) {
                    u32 which = ctx->data_end - ctx->data;
                    void *map = lookup(&outer, &which);
                    if (!map) return 1;
                    u64 one = 1, *value = lookup(map, &which);
                    if (value) *value += 1; else update(map, &which, &one, 0);
                    return 2;
                }
                """;
        try (BpfModule module = load(loader, source)) {
            PacketProgram count = module.packets("count");
            NestedMapView<Integer, Integer, Long> outer = module.nestedMap("outer", Codec.INT, Codec.INT, Codec.LONG);
            assertEquals(List.of(1), outer.keys());
            assertNull(outer.get(2));
            assertEquals(1, count.run(new byte[2]));
            BpfMap other = module.space().create(new MapDefinition("other", MapKind.HASH, 4, 8, 8, 0));
            outer.put(2, other);
            for (int i = 0; i < 5; i++) {
                assertEquals(2, count.run(new byte[1 + i % 2]));
            }
            assertEquals(Map.of(1, 3L), outer.get(1).toMap());
            assertEquals(3, module.map("here", Codec.INT, Codec.LONG).get(1));
            assertEquals(2, outer.get(2).get(2));
            assertTrue(outer.remove(2));
            assertEquals(1, count.run(new byte[2]));
            assertThrows(IllegalArgumentException.class, () -> module.map("outer", Codec.INT, Codec.INT));
            assertThrows(
                    IllegalArgumentException.class, () -> module.nestedMap("here", Codec.INT, Codec.INT, Codec.LONG));
            assertThrows(IllegalStateException.class, () -> outer.put(3, other));
            module.map("here").close();
            assertThrows(IllegalStateException.class, () -> count.run(new byte[2]));
        }
    }

    /** What is behind the context, or in place of an address in it, is what a run before has left, or the caller has written. */
    @ParameterizedTest
    @MethodSource("loaders")
    void eventsHaveNoAddresses(BpfLoader loader) throws Exception {
        String source = XDP + """
                SEC("xdp") int peek(struct xdp_md *ctx) {
                    u8 *at = (u8 *)(long) ctx->data, *end = (u8 *)(long) ctx->data_end;
                    if (adjust_tail(ctx, 20) == 0) return 3;
                    at = (u8 *)(long) ctx->data;
                    end = (u8 *)(long) ctx->data_end;
                    return at + 1 > end ? 1 : at[0];
                }
                struct sk_msg_md { u8 *data, *data_end; u32 more[16]; };
                SEC("sk_msg") int message(struct sk_msg_md *ctx) {
                    return ctx->data + 1 > ctx->data_end ? 1 : ctx->data[0];
                }
                """;
        try (BpfModule module = load(loader.lanes(1), source)) {
            byte[] packet = new byte[1000];
            java.util.Arrays.fill(packet, (byte) 0x7F);
            assertEquals(3, module.packets("peek").run(packet));
            EventType<MemorySegment> type = EventType.of(ContextTypes.of(ProgramKind.XDP));
            assertEquals(1, module.attach("peek", type).run(MemorySegment.ofArray(new long[3])));
            EventType<MemorySegment> message = EventType.of(ContextTypes.of(ProgramKind.SK_MSG));
            long[] words = new long[10];
            words[0] = 0x10000;
            words[1] = 0x20000;
            assertEquals(1, module.attach("message", message).run(MemorySegment.ofArray(words)));
        }
    }

    @Test
    void tablesAreInNoMap() throws Exception {
        String source = """
                struct inner { __uint(type, 3); __uint(max_entries, 8); __uint(key_size, 4); __uint(value_size, 4); };
                struct { __uint(type, 12); __uint(max_entries, 3); __type(key, u32); __array(values, struct inner); }
                    outer SEC(".maps");
                SEC("xdp") int none(void *ctx) { return lookup(&outer, ctx) != 0; }
                """;
        String message = assertThrows(ObjectException.class, () -> load(new BpfLoader(), source))
                .getMessage();
        assertTrue(message.contains("a table of programs cannot be in a map"), message);
    }

    @Test
    void aLoadIsOfOneFieldOfTheContext() throws Exception {
        // Both ways come to one load: of the packet's start on the first, of its end on the second.
        String source = XDP + """
                SEC("xdp") int both(u32 *ctx) {
                    u64 result;
                    asm volatile("r2 = *(u32 *)(%1 + 12)\\n if r2 == 0 goto 1f\\n %1 += 4\\n 1: %0 = *(u32 *)(%1 + 0)"
                        : "=r"(result) : "r"(ctx) : "r2");
                    return 0;
                }
                """;
        try (BpfModule module = load(new BpfLoader(), source)) {
            ProgramRefusedException refusal = assertThrows(ProgramRefusedException.class, () -> module.packets("both"));
            assertEquals(
                    "same insn cannot be used with different pointers",
                    refusal.refusal().reason());
        }
    }

    @Test
    void longRunsAreInterrupted() throws Exception {
        String source = XDP + """
                static long step(u64 index, void *passed) { return 0; }
                static long outer(u64 index, void *passed) { return loop(1 << 23, step, passed, 0) == 0; }
                SEC("xdp") int endless(struct xdp_md *ctx) { return loop(1 << 23, outer, 0, 0); }
                """;
        for (BpfLoader loader : List.of(new BpfLoader(), new BpfLoader().interpreting())) {
            try (BpfModule module = load(loader, source)) {
                PacketProgram endless = module.packets("endless");
                Thread.currentThread().interrupt();
                assertThrows(CancellationException.class, () -> endless.run(TAGGED));
                assertTrue(Thread.interrupted());
            }
        }
    }

    @Test
    void manyThreadsRunOneProgramUntilItsModuleCloses() throws Exception {
        String source = XDP + """
                struct { __uint(type, 2); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } all SEC(".maps");
                u64 packets;
                SEC("xdp") int count(struct xdp_md *ctx) {
                    u32 zero = 0;
                    u64 *value = lookup(&all, &zero);
                    if (value) __sync_fetch_and_add(value, ctx->data_end - ctx->data);
                    __sync_fetch_and_add(&packets, 1);
                    return 2;
                }
                """;
        BpfModule module = load(new BpfLoader().lanes(3), source);
        PacketProgram count = module.packets("count");
        assertTrue(count.isCritical());
        Thread[] threads = new Thread[6];
        for (int t = 0; t < threads.length; t++) {
            int length = t;
            threads[t] = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 10_000; i++) {
                    count.run(new byte[length]);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(60_000, module.variable("packets", Codec.LONG).get());
        assertEquals(150_000, module.map("all", Codec.INT, Codec.LONG).get(0));
        // A thread that goes on is refused, and reaches nothing that is gone.
        Thread late = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    count.run(TAGGED);
                }
            } catch (IllegalStateException expected) {
                assertTrue(expected.getMessage().contains("is closed"), expected.getMessage());
            }
        });
        module.close();
        late.join();
        assertThrows(IllegalStateException.class, () -> count.run(TAGGED));
        module.close();
    }

    @Test
    void whatCannotRunHereIsNamed() throws Exception {
        String source = XDP + """
                static long (*redirect)(u32 index, u64 flags) = (void *) 23;
                SEC("xdp") int away(struct xdp_md *ctx) { return redirect(1, 0); }
                SEC("kprobe/x") int probe(u64 *registers) { return registers[0]; }
                """;
        try (BpfModule module = load(new BpfLoader(), source)) {
            String message = assertThrows(ObjectException.class, () -> module.packets("away"))
                    .getMessage();
            assertTrue(message.contains("helper redirect (23), which can be verified but not run here"), message);
            message = assertThrows(ObjectException.class, () -> module.packets("probe"))
                    .getMessage();
            assertTrue(message.contains("KPROBE, which sees no packets"), message);
            message = assertThrows(ObjectException.class, () -> module.packets("gone"))
                    .getMessage();
            assertTrue(message.contains("has no program \"gone\""), message);
            MemorySegment registers = MemorySegment.ofArray(new long[21]);
            registers.set(ValueLayout.JAVA_LONG, 0, 12);
            EventType<MemorySegment> type = EventType.of(ContextTypes.of(ProgramKind.KPROBE));
            assertEquals(12, module.attach("probe", type).run(registers));
        }
        assertThrows(ObjectException.class, () -> new BpfLoader().load("nothing", new byte[5]));
        assertThrows(IOException.class, () -> BpfModule.load(java.nio.file.Path.of("/nonexistent.o")));
    }
}
