package emberwall.ebpf.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.kernel.Kernel;
import emberwall.ebpf.kernel.KernelFunctions;
import emberwall.ebpf.kernel.KernelMaps;
import emberwall.ebpf.kernel.KernelProgram;
import emberwall.ebpf.object.Clang;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Programs in C that count by iterators on their stacks. Those that are right give what Java gives, interpreted, compiled, and in
 * the running kernel; those that are wrong are refused for that, also by the kernel.
 */
class IteratorsTest {
    private static final String HEADER = """
            struct xdp_md { u32 data, data_end; };
            struct bpf_iter_num { u64 opaque[1]; };
            #define KSYM __attribute__((section(".ksyms")))
            extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) KSYM;
            extern int *bpf_iter_num_next(struct bpf_iter_num *it) __attribute__((weak)) KSYM;
            extern void bpf_iter_num_destroy(struct bpf_iter_num *it) KSYM;
            #define new bpf_iter_num_new
            #define next bpf_iter_num_next
            #define destroy bpf_iter_num_destroy
            #define FOR(i, from, to) for ( \\
                struct bpf_iter_num it_##i __attribute__((cleanup(destroy))), \\
                    *begun_##i = (new(&it_##i, from, to), (void *) 0); \\
                ({ int *at = next(&it_##i); at && ((i) = *at, (i) >= (from) && (i) < (to)); });)
            #define BARRIER(x) asm volatile("" : "+r"(x))
            """;

    private static final String PROGRAM = """
            SEC("xdp") int NAME(struct xdp_md *c) {
                int *in = (int *) (long) c->data, i, j, k, sum = 0, *p;
                struct bpf_iter_num it, other;
                if ((void *) (in + 4) > (void *) (long) c->data_end) return -1;
                BODY
            }
            """;

    /** A program that is right, and what it computes of four numbers. */
    private record Right(String name, String text, ToIntFunction<int[]> result) {}

    /** A program that is wrong, and what its refusal has to contain. */
    private record Wrong(String name, String refusal, String text) {}

    private static final List<Right> RIGHT = List.of(
            new Right(
                    "sum",
                    "new(&it, in[0], in[1]); while ((p = next(&it))) sum += *p; destroy(&it); return sum;",
                    in -> isRange(in[0], in[1]) ? IntStream.range(in[0], in[1]).sum() : 0),
            new Right(
                    "error",
                    "sum = new(&it, in[0], in[1]); destroy(&it); return sum;",
                    in -> in[0] > in[1] ? -22 : isRange(in[0], in[1]) ? 0 : -7),
            new Right(
                    "nested",
                    "FOR(i, 0, in[2] & 63) FOR(j, i, 40) FOR(k, j, j + 3) sum = sum * 3 + (i ^ j + k); return sum;",
                    IteratorsTest::nested),
            new Right(
                    "stops",
                    "FOR(i, in[0], in[1]) { sum++; if (i * i > in[3]) break; } return sum;",
                    IteratorsTest::stops),
            new Right(
                    "leaves",
                    "FOR(i, 0, 1000) { if ((i * 7 & 255) == (in[3] & 255)) return i; } return -5;",
                    in -> IntStream.range(0, 1000)
                            .filter(i -> (i * 7 & 255) == (in[3] & 255))
                            .findFirst()
                            .orElse(-5)),
            new Right("table", """
                    int table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
                    FOR(i, 0, in[2] & 255) {
                        unsigned at = i + in[3];
                        BARRIER(at);
                        if (at < 16) { sum += table[at]; table[at] = i; }
                    }
                    return sum;
                    """, IteratorsTest::table),
            new Right("count", """
                    u64 n = 0;
                    BARRIER(n);
                    new(&it, 0, in[2] & 0xffff);
                    while (next(&it)) { n++; BARRIER(n); }
                    destroy(&it);
                    return n;
                    """, in -> in[2] & 0xffff),
            new Right(
                    "twice",
                    "FOR(i, 0, 10) sum += i; FOR(i, 0, in[2] & 7) sum -= i; return sum;",
                    in -> 45 - IntStream.range(0, in[2] & 7).sum()),
            new Right(
                    "drained",
                    "new(&it, 0, 1); next(&it); sum = !next(&it); sum += !next(&it); destroy(&it); return sum;",
                    in -> 2),
            new Right(
                    "twins",
                    """
                    new(&it, 0, in[2] & 31);
                    new(&other, 0, 10);
                    while ((p = next(&it))) { sum += *p; if ((p = next(&other))) sum += *p * 100; }
                    destroy(&it); destroy(&other);
                    return sum;
                    """,
                    in -> IntStream.range(0, in[2] & 31)
                            .map(i -> i < 10 ? 101 * i : i)
                            .sum()),
            new Right(
                    "function",
                    "return addUp(in[0] & 15, in[1] & 255);",
                    in -> IntStream.range(in[0] & 15, in[1] & 255).sum()),
            new Right(
                    "lent",
                    "new(&it, 0, in[2] & 255); sum = rest(&it); destroy(&it); return sum;",
                    in -> IntStream.range(0, in[2] & 255).sum()));

    private static final String FUNCTIONS = """
            NOINLINE static int addUp(int from, int to) { int i, sum = 0; FOR(i, from, to) sum += i; return sum; }
            NOINLINE static int rest(struct bpf_iter_num *it) { int *p, sum = 0; while ((p = next(it))) sum += *p; return sum; }
            NOINLINE static int begin(void) { struct bpf_iter_num it; return new(&it, 0, 3); }
            """;

    private static final List<Wrong> WRONG = List.of(
            new Wrong("leak", "Unreleased reference", "new(&it, 0, 5); while (next(&it)) sum++; return sum;"),
            new Wrong("leakOfFunction", "Unreleased reference", "return begin();"),
            new Wrong(
                    "leakByBreak",
                    "Unreleased reference",
                    "new(&it, 0, 5); while ((p = next(&it))) if (*p == in[0]) return 1; destroy(&it); return sum;"),
            new Wrong(
                    "nextAfterDestroy",
                    "expected an initialized iter_num",
                    "new(&it, 0, 5); destroy(&it); return !next(&it);"),
            new Wrong(
                    "destroyTwice",
                    "expected an initialized iter_num",
                    "new(&it, 0, 5); destroy(&it); destroy(&it); return 0;"),
            new Wrong(
                    "twoInOne",
                    "expected uninitialized iter_num",
                    "new(&it, 0, 5); new(&it, 0, 5); destroy(&it); return 0;"),
            new Wrong("nextWithoutNew", "expected an initialized iter_num", "return !next(&it);"),
            new Wrong("destroyWithoutNew", "expected an initialized iter_num", "destroy(&it); return 0;"),
            new Wrong(
                    "onOneWayOnly",
                    "expected an initialized iter_num",
                    "if (in[0]) new(&it, 0, 5); sum = !next(&it); destroy(&it); return sum;"),
            new Wrong(
                    "read",
                    "invalid read from stack",
                    "new(&it, 0, 5); sum = ((volatile int *) &it)[1]; destroy(&it); return sum;"),
            new Wrong(
                    "write",
                    "attempt to corrupt iterator",
                    "new(&it, 0, 5); ((volatile int *) &it)[1] = 1 << 30; sum = !next(&it); destroy(&it); return sum;"),
            new Wrong("writeByHelper", "attempt to corrupt iterator", """
                    static long (*load)(void *skb, u32 offset, void *to, u32 size) = (void *) 189;
                    new(&it, 0, 5); load(c, 0, &it, 8); destroy(&it); return 0;
                    """),
            new Wrong(
                    "elementIsReadOnly",
                    "forbidden",
                    "new(&it, 0, 5); p = next(&it); if (p) *(volatile int *) p = 0; destroy(&it); return 0;"),
            new Wrong(
                    "elementOutOfBounds",
                    "invalid access to memory",
                    "new(&it, 0, 5); p = next(&it); if (p) sum = ((volatile int *) p)[1]; destroy(&it); return sum;"),
            new Wrong(
                    "elementAfterDestroy",
                    "invalid access to memory",
                    "new(&it, 0, 5); p = next(&it); if (!p) p = in; destroy(&it); return *(volatile int *) p;"),
            new Wrong(
                    "elementNotCompared",
                    "invalid mem access",
                    "new(&it, 0, 5); p = next(&it); BARRIER(p); sum = *(volatile int *) p; destroy(&it); return sum;"),
            new Wrong("index", "", """
                    volatile char table[16] = {0};
                    new(&it, 0, 16);
                    while ((p = next(&it))) sum += table[*p];
                    destroy(&it); return sum;
                    """),
            new Wrong(
                    "notOnStack",
                    "expected pointer to an iterator on stack",
                    "new((struct bpf_iter_num *) in, 0, 5); destroy((struct bpf_iter_num *) in); return 0;"),
            new Wrong(
                    "unaligned",
                    "cannot pass in iter_num at an offset",
                    "char bytes[24]; new((void *) (bytes + 4), 0, 5); destroy((void *) (bytes + 4)); return 0;"),
            new Wrong("numbers", "R3 is not a scalar", "new(&it, 0, (int) (long) in); destroy(&it); return 0;"),
            new Wrong("growingIndex", "", """
                    char table[64] = {0}, *at = table;
                    new(&it, 0, in[2]);
                    while (next(&it)) { *(volatile char *) at = 1; at++; BARRIER(at); }
                    destroy(&it); return table[in[0] & 63];
                    """),
            new Wrong(
                    "drainedForEver", "infinite loop", "new(&it, 0, 5); while (!next(&it)) ; destroy(&it); return 0;"));

    private static String source(List<String> names, List<String> texts) {
        StringBuilder source = new StringBuilder(HEADER + FUNCTIONS);
        for (int i = 0; i < names.size(); i++) {
            source.append(PROGRAM.replace("NAME", names.get(i)).replace("BODY", texts.get(i)));
        }
        return source.toString();
    }

    private static byte[] right() throws Exception {
        return Clang.compile(source(
                RIGHT.stream().map(Right::name).toList(),
                RIGHT.stream().map(Right::text).toList()));
    }

    private static byte[] wrong() throws Exception {
        return Clang.compile(source(
                WRONG.stream().map(Wrong::name).toList(),
                WRONG.stream().map(Wrong::text).toList()));
    }

    // ---- what Java computes

    private static boolean isRange(int start, int end) {
        return start <= end && (long) end - start <= 1 << 23;
    }

    private static int nested(int[] in) {
        int sum = 0;
        for (int i = 0; i < (in[2] & 63); i++) {
            for (int j = i; j < 40; j++) {
                for (int k = j; k < j + 3; k++) {
                    sum = sum * 3 + (i ^ j + k);
                }
            }
        }
        return sum;
    }

    private static int stops(int[] in) {
        int sum = 0;
        for (int i = in[0]; isRange(in[0], in[1]) && i < in[1]; i++) {
            sum++;
            if (i * i > in[3]) {
                break;
            }
        }
        return sum;
    }

    private static int table(int[] in) {
        int[] table = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
        int sum = 0;
        for (int i = 0; i < (in[2] & 255); i++) {
            int at = i + in[3];
            if (at >= 0 && at < 16) {
                sum += table[at];
                table[at] = i;
            }
        }
        return sum;
    }

    // ---- what programs find

    private static List<int[]> inputs() {
        List<int[]> inputs = new ArrayList<>(List.of(
                new int[] {0, 0, 0, 0},
                new int[] {0, 1, 1, 0},
                new int[] {5, 4, 5, -3},
                new int[] {-1000, 1000, 0xffff, -100},
                new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 9},
                new int[] {Integer.MIN_VALUE, Integer.MIN_VALUE + 9, -1, 255},
                new int[] {Integer.MAX_VALUE - 9, Integer.MAX_VALUE, -1, Integer.MAX_VALUE},
                new int[] {-10, (1 << 23) - 10, 7, 40},
                new int[] {-10, (1 << 23) - 9, 7, 40}));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20; i++) {
            int start = random.nextInt();
            inputs.add(new int[] {start, start + random.nextInt(2000), random.nextInt(), random.nextInt(-300, 300)});
        }
        return inputs;
    }

    private static byte[] packet(int[] numbers) {
        ByteBuffer packet = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        packet.asIntBuffer().put(numbers);
        return packet.array();
    }

    @Test
    void rightProgramsGiveWhatJavaGives() throws Exception {
        byte[] object = right();
        try (BpfModule compiled = new BpfLoader().load("right", object);
                BpfModule interpreted = new BpfLoader().interpreting().load("right", object)) {
            for (Right program : RIGHT) {
                PacketProgram machine = compiled.packets(program.name);
                PacketProgram oracle = interpreted.packets(program.name);
                for (int[] in : inputs()) {
                    String text = program.name + Arrays.toString(in);
                    int expected = program.result.applyAsInt(in);
                    assertEquals(expected, (int) machine.run(packet(in)), text);
                    if ((long) in[1] - in[0] < 10_000) {
                        assertEquals(expected, (int) oracle.run(packet(in)), text);
                    }
                }
            }
        }
    }

    @Test
    void wrongProgramsAreRefusedForThat() throws Exception {
        List<String> others = new ArrayList<>();
        try (BpfModule module = new BpfLoader().load("wrong", wrong())) {
            for (Wrong program : WRONG) {
                try {
                    module.packets(program.name);
                    others.add(program.name + " is accepted");
                } catch (ProgramRefusedException e) {
                    if (!e.refusal().reason().contains(program.refusal)) {
                        others.add(program.name + ": " + e.getMessage());
                    }
                }
            }
        }
        assertEquals("", String.join("\n\n", others));
    }

    @Test
    void theKernelAgrees() throws Exception {
        Kernel.require();
        Assumptions.assumeTrue(KernelFunctions.exist(), "the kernel has no iterators");
        List<String> others = new ArrayList<>();
        try (BpfModule module = new BpfLoader().load("right", right());
                BpfModule refused = new BpfLoader().load("wrong", wrong())) {
            for (Right program : RIGHT) {
                PacketProgram ours = module.packets(program.name);
                try (KernelMaps maps = new KernelMaps(ours.program().maps());
                        KernelProgram theirs = KernelProgram.load(ours.program(), maps)) {
                    if (!theirs.isAccepted()) {
                        others.add(program.name + ": " + theirs.reason());
                        continue;
                    }
                    for (int[] in : inputs()) {
                        assertEquals(
                                program.result.applyAsInt(in),
                                theirs.run(packet(in)).result(),
                                program.name + Arrays.toString(in));
                    }
                }
            }
            for (var program : refused.object().programs()) {
                try (KernelMaps maps = new KernelMaps(program.maps());
                        KernelProgram theirs = KernelProgram.tryLoad(program, maps)) {
                    if (theirs.isAccepted()) {
                        others.add(program.name() + " is accepted");
                    }
                }
            }
        }
        assertEquals("", String.join("\n", others));
    }

    @Test
    void functionsThatDoNotExistMayBeAskedFor() throws Exception {
        String source = HEADER + """
                extern int bpf_not_here(int) __attribute__((weak)) KSYM;
                SEC("xdp") int careful(void *c) { return bpf_not_here ? bpf_not_here(1) : next ? 7 : 8; }
                SEC("xdp") int careless(void *c) { return bpf_not_here(1); }
                """;
        try (BpfModule module = new BpfLoader().load("weak", Clang.compile(source))) {
            assertEquals(7, module.packets("careful").run(new byte[16]));
            String refusal = assertThrows(ProgramRefusedException.class, () -> module.packets("careless"))
                    .getMessage();
            assertTrue(refusal.contains("calling kernel function is not allowed"), refusal);
        }
        byte[] strong = Clang.compile(
                HEADER + "extern int bpf_not_here(int) KSYM; SEC(\"xdp\") int f(void *c) { return bpf_not_here(1); }");
        try (BpfModule module = new BpfLoader().load("strong", strong)) {
            String refusal = assertThrows(ObjectException.class, () -> module.packets("f"))
                    .getMessage();
            assertTrue(refusal.contains("bpf_not_here"), refusal);
        }
    }
}
