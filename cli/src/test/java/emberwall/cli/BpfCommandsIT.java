package emberwall.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.cli.Command.Result;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
        List<String> expected = List.of(
                "failed errors/err-unknown-opcode: accepted, and must not be", "393 passed, 1 failed, 0 skipped");
        assertEquals(new Result(Status.FAILED, String.join("\n", expected) + "\n", ""), result);
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
}
