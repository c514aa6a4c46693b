package emberwall.ebpf.helper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.SourceLine;
import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.btf.BtfBuilder;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Codec;
import emberwall.ebpf.map.Lanes;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.map.MapView;
import emberwall.ebpf.map.ProgramArray;
import emberwall.ebpf.map.RingBuffer;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.object.Clang;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.Regions;
import emberwall.ebpf.run.ViolationException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs that clang compiled, loaded with their maps, and run by the interpreter, which checks every access. */
class ProgramsInCTest {
    /** A loaded program with what it uses. */
    private static final class Loaded implements AutoCloseable {
        final MapSpace space = new MapSpace(new Lanes(3));
        final List<String> traced = new ArrayList<>();
        final BpfObject object;
        final List<BpfMap> maps;
        final HelperSet helpers;

        Loaded(BpfObject object) {
            this.object = object;
            this.maps = space.createAll(object.maps());
            this.helpers = StandardHelpers.of(space, traced::add);
        }

        BpfMap map(String name) {
            return maps.stream()
                    .filter(map -> map.definition().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        Program program(String name) {
            return object.programs().stream()
                    .filter(program -> program.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        Interpreter interpreter(String name) {
            return new Interpreter(program(name).instructions(), new ProgramEnvironment(space, maps, helpers, null));
        }

        long run(String name, MemorySegment context) {
            Interpreter interpreter = interpreter(name);
            int lane = space.lanes().enter();
            try {
                Regions regions = new ProgramEnvironment(space, maps, helpers, null).regions();
                return interpreter.run(regions.and(Regions.of(context)), 1_000_000, context.address(), 0);
            } finally {
                space.lanes().leave(lane);
            }
        }

        @Override
        public void close() {
            space.close();
        }
    }

    private static Loaded load(String source) throws Exception {
        return new Loaded(Clang.read(source, null));
    }

    @Test
    void countersAndGlobalVariables() throws Exception {
        String source = """
                struct key { u32 a; u16 b; u16 c; };
                struct { __uint(type, 1); __uint(max_entries, 10); __type(key, struct key); __type(value, u64); } counts SEC(".maps");
                const volatile u64 step = 3;
                u64 total = 40;
                u64 calls;
                SEC("xdp") int count(u64 *ctx) {
                    struct key key = {(u32) *ctx, 7, 8};
                    u64 one = step, *value = lookup(&counts, &key);
                    if (value) __sync_fetch_and_add(value, step); else update(&counts, &key, &one, 1);
                    total += step;
                    return ++calls;
                }
                """;
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(8, 8);
            for (int i = 1; i <= 10; i++) {
                context.set(ValueLayout.JAVA_LONG, 0, i % 3);
                assertEquals(i, loaded.run("count", context));
            }
            record Key(int a, short b, short c) {}
            MapView<Key, Long> view =
                    new MapView<>(loaded.map("counts"), Codec.of(Key.class, MethodHandles.lookup()), Codec.LONG);
            assertEquals(
                    Map.of(
                            new Key(0, (short) 7, (short) 8), 9L,
                            new Key(1, (short) 7, (short) 8), 12L,
                            new Key(2, (short) 7, (short) 8), 9L),
                    view.toMap());
            assertEquals(70, Codec.LONG.decode(loaded.map(".data").get(new byte[4])));
            Program program = loaded.program("count");
            assertEquals(ProgramKind.XDP, program.kind());
            assertEquals("Dual MIT/GPL", program.license());
            SourceLine line = program.line(0);
            assertNotNull(line);
            assertTrue(line.file().endsWith("program.c") && line.text().contains("ctx"), line.toString());
            assertTrue(loaded.map(".rodata").definition().isConstant());
        }
    }

    @Test
    void functionsCallbacksAndTexts() throws Exception {
        String source = """
                struct { __uint(type, 2); __uint(max_entries, 5); __type(key, u32); __type(value, u64); } numbers SEC(".maps");
                static u64 twice(u64 x);
                NOINLINE u64 third(u64 x) { return x / 3; }
                static NOINLINE u64 twice(u64 x) { return third(x * 6); }
                static long add(void *map, u32 *key, u64 *value, u64 *sum) { *sum += *value * (*key + 1); return 0; }
                static long until(u32 i, u64 *sum) { *sum += i; return i == 6; }
                SEC("socket") int work(u64 *ctx) {
                    u64 sum = 0, args[3] = {255, -1, *ctx};
                    for (u32 i = 0; i < 5; i++) { u64 v = twice(i + *ctx); update(&numbers, &i, &v, 0); }
                    for_each(&numbers, add, &sum, 0);
                    if (loop(100, until, &sum, 0) != 7) return -1;
                    char buffer[32];
                    long length = snprintf(buffer, sizeof buffer, "%x %d %llu", args, sizeof args);
                    trace_printk(buffer, sizeof buffer);
                    const char fmt[] = "sum %u of %05d\\n";
                    trace_printk(fmt, sizeof fmt, sum, 42);
                    if (strncmp(buffer, length, "ff -1 7") != 0) return -2;
                    return sum;
                }
                """;
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(8, 8);
            context.set(ValueLayout.JAVA_LONG, 0, 7);
            long expected = 21;
            for (int i = 0; i < 5; i++) {
                expected += 2L * (i + 7) * (i + 1);
            }
            assertEquals(expected, loaded.run("work", context));
            assertEquals(List.of("ff -1 7", "sum " + expected + " of 00042\n"), loaded.traced);
            assertEquals(5, loaded.program("work").subprograms().size());
        }
    }

    @Test
    void tailCallsRingsAndMapsOfMaps() throws Exception {
        String source = """
                struct { __uint(type, 3); __uint(max_entries, 4); __type(key, u32); __type(value, u32); } programs SEC(".maps");
                struct { __uint(type, 27); __uint(max_entries, 4096); } ring SEC(".maps");
                struct inner { __uint(type, 2); __uint(max_entries, 1); __type(key, u32); __type(value, u64); } one SEC(".maps"), two SEC(".maps");
                struct { __uint(type, 12); __uint(max_entries, 3); __type(key, u32); __array(values, struct inner); }
                    outer SEC(".maps") = { .values = { [0] = &one, [2] = &two } };
                SEC("tc") int last(u64 *ctx) {
                    u32 key = *ctx, zero = 0;
                    void *map = lookup(&outer, &key);
                    if (!map) return -1;
                    u64 *value = lookup(map, &zero);
                    return value ? ++*value : -2;
                }
                SEC("tc") int first(u64 *ctx) {
                    u64 *record = ringbuf_reserve(&ring, 16, 0);
                    if (record) { record[0] = *ctx; record[1] = 5; ringbuf_submit(record, 0); }
                    tail_call(ctx, &programs, 1);
                    return 99;
                }
                """;
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(8, 8);
            context.set(ValueLayout.JAVA_LONG, 0, 2);
            assertEquals(99, loaded.run("first", context), "there is no program yet");
            ((ProgramArray) loaded.map("programs")).set(1, loaded.interpreter("last"));
            assertEquals(1, loaded.run("first", context));
            assertEquals(2, loaded.run("first", context));
            context.set(ValueLayout.JAVA_LONG, 0, 0);
            assertEquals(1, loaded.run("first", context));
            context.set(ValueLayout.JAVA_LONG, 0, 1);
            assertEquals(-1, (int) loaded.run("first", context));
            assertEquals(2, Codec.LONG.decode(loaded.map("two").get(new byte[4])));
            List<Long> records = new ArrayList<>();
            ((RingBuffer) loaded.map("ring")).poll(record -> records.add(Codec.LONG.decode(record)));
            assertEquals(List.of(2L, 2L, 2L, 0L, 1L), records);
        }
    }

    /** The sum over the internet header of RFC 1071's kind, by the definition. */
    @Test
    void checksumsAreThoseOfTheInternet() throws Exception {
        String source = """
                SEC("xdp") int sum(u8 *ctx) {
                    u32 words[4];
                    for (int i = 0; i < 4; i++) words[i] = ((u32 *) ctx)[i];
                    return csum_diff(0, 0, words, sizeof words, 0);
                }
                SEC("xdp") int diff(u8 *ctx) {
                    u32 words[4];
                    for (int i = 0; i < 4; i++) words[i] = ((u32 *) ctx)[i];
                    return csum_diff(words, 8, words + 2, 8, 0);
                }
                """;
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(16, 8);
            java.util.Random random = new java.util.Random(2);
            for (int round = 0; round < 50; round++) {
                byte[] bytes = new byte[16];
                random.nextBytes(bytes);
                MemorySegment.copy(bytes, 0, context, ValueLayout.JAVA_BYTE, 0, 16);
                assertEquals(onesSum(bytes, 0, 16) % 0xFFFF, loaded.run("sum", context) % 0xFFFF);
                long difference = onesSum(bytes, 8, 16) - onesSum(bytes, 0, 8);
                assertEquals(Math.floorMod(difference, 0xFFFF), loaded.run("diff", context) % 0xFFFF);
            }
        }
    }

    private static long onesSum(byte[] bytes, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8;
        }
        return sum;
    }

    /** Fields are found by name in the host's type, wherever it has them, and of whatever width. */
    @Test
    void fieldsAreFoundInTheHostsTypes() throws Exception {
        String source = """
                struct inner { u32 x; } CORE;
                struct event___mine { u32 id; u16 port; struct inner in; u32 gone; u8 list[4]; u32 low : 3, high : 7; } CORE;
                SEC("xdp") int read(struct event___mine *e) { return e->id + e->port * 1000 + e->in.x * 100000 + e->list[2]; }
                SEC("xdp") int exists(struct event___mine *e) {
                    return __builtin_preserve_field_info(e->port, 2) * 10 + __builtin_preserve_field_info(e->gone, 2);
                }
                SEC("xdp") int size(struct event___mine *e) {
                    return __builtin_preserve_type_info(*e, 1) * 100 + __builtin_preserve_field_info(e->id, 1);
                }
                SEC("xdp") int absent(struct event___mine *e) {
                    if (__builtin_preserve_field_info(e->gone, 2)) return e->gone;
                    return 77;
                }
                SEC("xdp") int reached(struct event___mine *e) { return e->gone; }
                """;
        BtfBuilder builder = new BtfBuilder();
        builder.layout(
                "event",
                MemoryLayout.structLayout(
                        ValueLayout.JAVA_LONG.withName("stamp"),
                        MemoryLayout.sequenceLayout(4, ValueLayout.JAVA_BYTE).withName("list"),
                        MemoryLayout.structLayout(ValueLayout.JAVA_INT.withName("x"))
                                .withName("in"),
                        ValueLayout.JAVA_LONG.withName("id"),
                        ValueLayout.JAVA_SHORT.withName("port"),
                        MemoryLayout.paddingLayout(6)));
        Btf host = builder.build();
        try (Loaded loaded = new Loaded(Clang.read(source, host));
                Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(32, 8);
            event.set(ValueLayout.JAVA_BYTE, 10, (byte) 4);
            event.set(ValueLayout.JAVA_INT, 12, 3);
            event.set(ValueLayout.JAVA_LONG, 16, 20);
            event.set(ValueLayout.JAVA_SHORT, 24, (short) 2);
            assertEquals(302024, loaded.run("read", event));
            assertEquals(10, loaded.run("exists", event));
            assertEquals(3208, loaded.run("size", event));
            assertEquals(77, loaded.run("absent", event));
            assertThrows(ViolationException.class, () -> loaded.run("reached", event));
        }
        // Without the host's types an object's own are meant.
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(32, 8);
            event.set(ValueLayout.JAVA_INT, 12, 55);
            assertEquals(55, loaded.run("reached", event));
            assertEquals(11, loaded.run("exists", event));
        }
    }

    @Test
    void undefinedFunctionsAreNamed() throws Exception {
        BpfObject object =
                Clang.read("int elsewhere(int); SEC(\"xdp\") int f(u64 *ctx) { return elsewhere(1); }", null);
        ObjectException refusal = assertThrows(ObjectException.class, object::programs);
        assertTrue(refusal.getMessage().contains("\"elsewhere\""), refusal.getMessage());
    }

    @Test
    void hugeVariablesAreRefused() {
        ObjectException refusal = assertThrows(
                ObjectException.class,
                () -> Clang.read("char big[1 << 28]; SEC(\"xdp\") int f(u64 *ctx) { return 0; }", null));
        assertTrue(refusal.getMessage().contains(".bss"), refusal.getMessage());
    }

    interface Policy {
        @HelperFunction(number = 1000)
        int score(MemorySegment name, long weight);

        @HelperFunction(number = 1001, name = "fill_id")
        void fill(@HelperFunction.Writes @HelperFunction.Bytes(4) MemorySegment id);

        @HelperFunction(number = 1002)
        @HelperFunction.Between(least = 0, greatest = 9)
        long digit(BpfMap map);
    }

    @Test
    void interfacesDeclareHelpers() throws Exception {
        String source = """
                static int (*score)(void *name, u32 size, u64 weight) = (void *) 1000;
                static void (*fill)(void *id) = (void *) 1001;
                static u64 (*digit)(void *map) = (void *) 1002;
                struct { __uint(type, 2); __uint(max_entries, 5); __type(key, u32); __type(value, u64); } numbers SEC(".maps");
                SEC("xdp") int ask(u64 *ctx) {
                    char name[5] = {1, 2, 3, 4, 5};
                    u32 id;
                    fill(&id);
                    return score(name, sizeof name, *ctx) + id + digit(&numbers) * 10000;
                }
                """;
        Policy policy = new Policy() {
            @Override
            public int score(MemorySegment name, long weight) {
                int sum = 0;
                for (byte b : name.toArray(ValueLayout.JAVA_BYTE)) {
                    sum += b;
                }
                assertThrows(IllegalArgumentException.class, () -> name.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
                return (int) (sum * weight);
            }

            @Override
            public void fill(MemorySegment id) {
                id.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 1000);
            }

            @Override
            public long digit(BpfMap map) {
                return map.definition().maxEntries() + (map.get(new byte[4])[0] == 0 ? 0 : 9);
            }
        };
        try (Loaded loaded = load(source);
                Arena arena = Arena.ofConfined()) {
            HelperSet declared = JavaHelpers.of(Policy.class, policy, MethodHandles.lookup(), loaded.space);
            loaded.helpers.addAll(declared);
            HelperSignature signature = declared.signature(1000);
            assertEquals(
                    List.of(Argument.Kind.MEMORY, Argument.Kind.SIZE, Argument.Kind.SCALAR),
                    signature.arguments().stream().map(Argument::kind).toList());
            assertEquals("fill_id", declared.signature(1001).name());
            assertEquals(Result.number(0, 9), declared.signature(1002).result());
            MemorySegment context = arena.allocate(8, 8);
            context.set(ValueLayout.JAVA_LONG, 0, 6);
            assertEquals(51090, loaded.run("ask", context));
            loaded.map("numbers").put(new byte[4], new byte[] {1, 0, 0, 0, 0, 0, 0, 0}, BpfMap.ANY);
            assertThrows(IllegalStateException.class, () -> loaded.run("ask", context));
        }
    }

    @Test
    void everyLinuxHelperHasOneNumber() {
        HelperSet set = HelperSet.linux();
        for (LinuxHelper helper : LinuxHelper.values()) {
            assertEquals(helper.signature(), set.signature(helper.signature().number()));
            assertEquals(
                    helper.signature(), LinuxHelper.signature(helper.signature().number()));
        }
        assertArrayEquals(new Object[] {null}, new Object[] {LinuxHelper.signature(-1)});
    }
}
