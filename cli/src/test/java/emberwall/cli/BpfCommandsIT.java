package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.cli.Command.Result;
import emberwall.ebpf.pcap.CapturedPacket;
import emberwall.ebpf.pcap.PcapReader;
import emberwall.ebpf.pcap.PcapWriter;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code bpf}, as a process. */
class BpfCommandsIT {
    @TempDir
    Path folder;

    @Test
    void playsTheConformanceSuite() {
        Path data = Shared.path("spec/bpf");
        Result result = Command.emberwall(
                        "bpf",
                        "test",
                        data.resolve("bpf_conformance/cases.jsonl").toString(),
                        data.resolve("bpf_conformance/must_reject.jsonl").toString(),
                        data.resolve("ubpf/cases.jsonl").toString())
                .run();
        // Opcode 0x06, a jump by the immediate, came with version 4 of the instruction set; uBPF does not know it.
        assertEquals(Status.OK, result.status(), result.out());
        assertEquals(2, result.out().lines().count(), result.out());
        assertTrue(
                result.out()
                        .startsWith(
                                "skipped errors/err-unknown-opcode: accepted, and must not be: opcode 0x06 is ja32"),
                result.out());
        assertTrue(result.out().endsWith("\n393 passed, 0 failed, 1 skipped\n"), result.out());
    }

    @Test
    void saysWhatACaseLacks() {
        String file = Command.file(folder, "cases.jsonl", """
                {"name":"three","code":"b4000000030000009500000000000000","result":"0x3"}
                {"name":"four","code":"b4000000030000009500000000000000","result":"4"}
                {"name":"endless","code":"0500ffff00000000","error":"too long","stage":"run"}
                {"name":"open","code":"9500000000000000"}
                """.getBytes(StandardCharsets.UTF_8));
        Result result = Command.emberwall("bpf", "test", file).run();
        assertEquals(new Result(Status.FAILED, """
                        failed four: 0x3 instead of 4
                        skipped open: it says neither what comes out nor that it must fail
                        2 passed, 1 failed, 1 skipped
                        """, ""), result);
    }

    @Test
    void printsProgramsWithTheirSource() {
        String object = Command.root().resolve("examples/bpf/limiter.o").toString();
        Result result = Command.emberwall("bpf", "disassemble", object).run();
        assertEquals(0, result.status(), result.err());
        List<String> lines = result.out().lines().toList();
        assertEquals(List.of("limit (section xdp):", "<limit>:"), lines.subList(0, 2));
        int call = lines.indexOf("; ./limiter.c:26: u64 now = bpf_ktime_get_ns();");
        assertTrue(call > 0 && lines.get(call + 1).endsWith(": call 5"), result.out());
    }

    @Test
    void printsPlainInstructions() {
        byte[] code = HexFormat.of().parseHex("b4000000030000009500000000000000");
        Result result = Command.emberwall("bpf", "disassemble", "-").input(code).run();
        assertEquals(new Result(0, "     0: w0 = 3\n     1: exit\n", ""), result);
        Result half = Command.emberwall("bpf", "disassemble", Command.file(folder, "half", new byte[9]))
                .run();
        assertEquals(Status.BAD_MODULE, half.status());
        assertTrue(half.err().contains("half: code of 9 bytes, not a multiple of 8"), half.err());
    }

    @Test
    void verifiesTheExamples() throws IOException {
        List<String> words = new ArrayList<>(List.of("bpf", "verify"));
        try (var files = Files.list(Command.root().resolve("examples/bpf"))) {
            files.map(Path::toString).filter(name -> name.endsWith(".o")).forEach(words::add);
        }
        Result result = Command.emberwall(words.toArray(String[]::new)).run();
        assertEquals(0, result.status(), result.out());
        assertEquals(13, result.out().lines().count(), result.out());
        assertTrue(result.out().lines().allMatch(line -> line.contains(": accepted")), result.out());
    }

    /** What is safe may be refused, and the verifier's own tests say why; what is not may not be accepted. */
    @Test
    void comparesVerdicts() {
        Path folder = Shared.path("spec/bpf/elf");
        Result result = Command.emberwall(
                        "bpf",
                        "verify",
                        "--expect",
                        folder.resolve("VERDICTS.tsv").toString(),
                        folder.toString())
                .run();
        List<String> lines = result.out().lines().toList();
        assertEquals(Status.FAILED, result.status(), result.err());
        assertTrue(lines.getLast().matches("16[0-4] passed, [0-4] failed, 0 skipped"), result.out());
        assertTrue(
                lines.subList(0, lines.size() - 1).stream()
                        .allMatch(line -> line.contains(": expected accept, refused: ")),
                result.out());
    }

    @Test
    void saysWhatAProgramIsRefusedFor() {
        byte[] code = HexFormat.of().parseHex("bf00000000000000");
        Result result = Command.emberwall("bpf", "verify", Command.file(folder, "plain", code))
                .run();
        assertEquals(Status.BAD_MODULE, result.status());
        assertTrue(result.err().contains("plain: "), result.err());
        Result unknown =
                Command.emberwall("bpf", "verify", "--type", "xdb", "plain").run();
        assertEquals(Status.USAGE, unknown.status());
        assertTrue(unknown.err().contains("--type: xdb is none of unspecified, socket_filter,"), unknown.err());
    }

    @Test
    void explainsStepByStep() {
        String object = Command.root().resolve("examples/bpf/counters.o").toString();
        Result result = Command.emberwall("bpf", "verify", "--explain", object).run();
        assertEquals(
                "0: w7 = *(u32 *)(r1 + 0)", result.out().lines().findFirst().orElse(""), result.err());
        assertTrue(result.out().contains("R7=pkt(off=0,r=14)"), result.out());
    }

    // ---- runs

    private static String example(String name) {
        return Command.root().resolve("examples/bpf").resolve(name).toString();
    }

    /** An Ethernet frame with IPv4 of a protocol and a sender. */
    private static byte[] frame(int protocol, int sender) {
        ByteBuffer frame = ByteBuffer.allocate(54);
        frame.putShort(12, (short) 0x0800)
                .put(14, (byte) 0x45)
                .put(23, (byte) protocol)
                .putInt(26, sender);
        return frame.array();
    }

    private String capture() throws IOException {
        Path file = folder.resolve("in.pcap");
        try (PcapWriter writer = new PcapWriter(Files.newOutputStream(file), CapturedPacket.ETHERNET)) {
            writer.write(1, frame(1, 5), 54);
            writer.write(2, frame(17, 0x0A000001), 54);
            writer.write(3, frame(17, 5), 60);
            writer.write(4, new byte[3], 3);
        }
        return file.toString();
    }

    @Test
    void runsOverACapture() throws IOException {
        String written = folder.resolve("out.pcap").toString();
        for (List<String> mode : List.of(List.<String>of(), List.of("--interpret"), List.of("--blind"))) {
            List<String> words = new ArrayList<>(
                    List.of("bpf", "run", example("filter.o"), "--pcap", capture(), "--write", written));
            words.addAll(mode);
            Result result = Command.emberwall(words.toArray(String[]::new)).run();
            String how = mode.contains("--interpret") ? "interpreted" : "compiled, critical";
            assertEquals(
                    new Result(
                            0,
                            "filter (section xdp): 4 packets, 165 bytes (" + how + ")\n"
                                    + "    XDP_DROP: 1\n    XDP_PASS: 3\n",
                            ""),
                    result);
            try (PcapReader reader = new PcapReader(Files.newInputStream(Path.of(written)))) {
                assertArrayEquals(frame(1, 5), reader.next().data());
                assertEquals(2, reader.next().nanos());
                assertEquals(3, reader.next().data().length);
                assertNull(reader.next());
            }
        }
    }

    /** What tcpdump makes of {@code ip proto 17}. */
    private static final String UDP = """
            6
            40 0 0 12
            21 0 3 2048
            48 0 0 23
            21 0 1 17
            6 0 0 262144
            6 0 0 0
            """;

    @Test
    void takesFiltersOfTcpdump() throws IOException {
        String udp = Command.file(folder, "udp", UDP.getBytes(StandardCharsets.US_ASCII));
        Result result = Command.emberwall("bpf", "verify", udp).run();
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().startsWith(udp + ": udp: accepted, runs at most "), result.out());
        result = Command.emberwall("bpf", "disassemble", udp).run();
        assertTrue(result.out().contains(": r0 = *(u16 *)skb[12]\n"), result.out());
        String written = folder.resolve("out.pcap").toString();
        for (String mode : List.of("--blind", "--interpret")) {
            result = Command.emberwall("bpf", "run", udp, "--pcap", capture(), "--write", written, mode)
                    .run();
            assertEquals(0, result.status(), result.err());
            assertTrue(result.out().startsWith("udp: 4 packets, 165 bytes ("), result.out());
            assertTrue(result.out().endsWith(")\n    0: 2\n    262144: 2\n"), result.out());
            try (PcapReader reader = new PcapReader(Files.newInputStream(Path.of(written)))) {
                assertArrayEquals(frame(17, 0x0A000001), reader.next().data());
                assertArrayEquals(frame(17, 5), reader.next().data());
                assertNull(reader.next());
            }
        }
        result = Command.emberwall("bpf", "verify", "-")
                .input("1\n40 0 0 12\n".getBytes(StandardCharsets.US_ASCII))
                .run();
        assertEquals(Status.BAD_MODULE, result.status());
        assertTrue(result.err().contains("-: instruction 0: the filter does not end with a return"), result.err());
    }

    /** r0 = *(u8 *)(r1 + 2): plain memory, where nothing says otherwise. */
    @Test
    void runsPlainInstructions() {
        String code = Command.file(folder, "third", HexFormat.of().parseHex("71100200000000009500000000000000"));
        String memory = Command.file(folder, "memory", new byte[] {1, 2, 77});
        Result result = Command.emberwall("bpf", "run", code, "--mem", memory).run();
        assertEquals(new Result(0, "third: result 77 (0x4d)\n", ""), result);
        result = Command.emberwall("bpf", "run", code, "--mem", Command.file(folder, "short", new byte[2]))
                .run();
        assertEquals(Status.BAD_MODULE, result.status());
        assertTrue(result.err().contains("third"), result.err());
        result = Command.emberwall("bpf", "run", code, "--mem", memory, "--type", "xdp")
                .run();
        assertEquals(Status.BAD_MODULE, result.status());
        result = Command.emberwall("bpf", "verify", code, "--memory", "3").run();
        assertEquals(0, result.status(), result.out());
        result = Command.emberwall("bpf", "verify", code, "--memory", "2").run();
        assertEquals(Status.BAD_MODULE, result.status());
    }

    @Test
    void setsUpAndDumpsMaps() throws IOException {
        Result result = Command.emberwall(
                        "bpf",
                        "run",
                        example("firewall.o"),
                        "--pcap",
                        capture(),
                        "--update",
                        "rules:180000000a000000=0100000007000000",
                        "--dump-maps")
                .run();
        assertEquals(0, result.status(), result.err());
        assertTrue(result.out().contains("    XDP_DROP: 1\n    XDP_PASS: 3\n"), result.out());
        assertTrue(
                result.out()
                        .contains("rules: lpm_trie  key 8B  value 8B  max_entries 100000  flags 0x1"
                                + "  (struct prefix -> struct rule)\n    {\"key\": {\"bits\": 24, \"address\": [10, 0, 0, 0]},"
                                + " \"value\": {\"action\": 1, \"id\": 7}}\n"),
                result.out());
        assertTrue(result.out().contains("    {\"key\": 7, \"value\": 1}\n"), result.out());
        result = Command.emberwall(
                        "bpf",
                        "dump-maps",
                        example("dispatch.o"),
                        "--pcap",
                        capture(),
                        "--table",
                        "programs:1=icmp",
                        "--table",
                        "programs:17=udp")
                .run();
        assertTrue(result.out().endsWith("""
                seen: array  key 4B  value 8B  max_entries 4  flags 0x0  (u32 -> u64)
                    {"key": 0, "value": 1}
                    {"key": 2, "value": 2}
                    {"key": 3, "value": 1}
                """), result.out() + result.err());
        result = Command.emberwall("bpf", "dump-maps", example("limiter.o"), "--constant", "burst=300")
                .run();
        assertTrue(result.out().contains("    burst = 300\n    per_second = 100\n"), result.out());
    }

    @Test
    void runsOverMemory() {
        String packet = Command.file(folder, "packet", frame(17, 5));
        Result result = Command.emberwall("bpf", "run", example("filter.o"), "--mem", packet)
                .run();
        assertEquals(new Result(0, "filter: result 1 (0x1)\n", ""), result);
        result = Command.emberwall(
                        "bpf",
                        "run",
                        example("filter.o"),
                        "--mem",
                        packet,
                        "--constant",
                        "inside_mask=0",
                        "--constant",
                        "inside=0")
                .run();
        assertEquals(new Result(0, "filter: result 2 (0x2)\n", ""), result);
        result = Command.emberwall("bpf", "run", example("filter.o"), "--mem", packet, "--type", "unspecified")
                .run();
        assertEquals(Status.BAD_MODULE, result.status());
        assertTrue(result.err().contains("; ././packet.h:76: "), result.err()); // what is refused has its line
    }

    @Test
    void saysWhatIsWrongWithARun() throws IOException {
        byte[] capture = Files.readAllBytes(Path.of(capture()));
        String cut = Command.file(folder, "cut.pcap", Arrays.copyOf(capture, capture.length - 1));
        String filter = example("filter.o");
        String[][] words = {
            {"the capture ends within a packet of 3 bytes at offset 252", "--pcap", cut},
            {"no capture: it begins with 0x7f454c46 at offset 0", "--pcap", filter},
            {"no such file", "--pcap", folder.resolve("none").toString()},
            {"what shall the program run over?"},
            {"has no program \"other\"", "--pcap", cut, "--program", "other"},
            {"has no constant \"other\"", "--pcap", cut, "--constant", "other=1"},
            {"has no map \"other\"", "--pcap", cut, "--update", "other:00=00"},
            {"KPROBE, which sees no packets", "--pcap", cut, "--type", "kprobe"},
        };
        for (String[] row : words) {
            List<String> all = new ArrayList<>(List.of("bpf", "run", filter));
            all.addAll(List.of(row).subList(1, row.length));
            Result result = Command.emberwall(all.toArray(String[]::new)).run();
            assertTrue(result.status() >= Status.USAGE && result.status() <= Status.NO_INPUT, result.toString());
            assertEquals(1, result.err().lines().count(), result.err());
            assertTrue(result.err().contains(row[0]), result.err());
        }
    }
}
