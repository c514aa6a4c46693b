package emberwall.ebpf.insn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Conformance;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblerTest {
    @TempDir
    Path directory;

    /** The bytes beside each text were made by the suite's own assembler. */
    @Test
    void theSuitesTextsAssembleToItsBytes() throws IOException {
        int texts = 0;
        for (Conformance test : Conformance.all()) {
            Path file = Shared.path("spec/bpf/bpf_conformance/tests/" + test.name() + ".data");
            String text = section(Files.readString(file), "asm");
            if (text != null) {
                assertArrayEquals(test.code(), Assembler.assemble(text).encode(), test.name());
                texts++;
            }
        }
        assertTrue(texts > 300, "texts " + texts);
    }

    private static String section(String file, String name) {
        int start = file.startsWith("-- " + name + "\n") ? 0 : file.indexOf("\n-- " + name + "\n");
        if (start < 0 || file.contains("\n-- raw")) {
            return null;
        }
        int from = file.indexOf('\n', start + 1) + 1;
        int end = file.indexOf("\n-- ", from);
        return file.substring(from, end < 0 ? file.length() : end);
    }

    @Test
    void whatIsPrintedReadsBack() {
        for (Conformance test : Conformance.all()) {
            Instructions insns = Instructions.decode(test.code());
            assertArrayEquals(
                    test.code(), Assembler.assemble(Assembler.text(insns)).encode(), test.name());
        }
        for (Insn insn : List.of(
                new Insn(Opcode.LDABSH, 0, 0, 0, 12),
                new Insn(Opcode.LDINDW, 0, 3, 0, -4),
                new Insn(Opcode.LDDW, 1, Insn.MAP, 0, 7),
                new Insn(Opcode.LDDW, 1, Insn.MAP_VALUE, 0, 5L << 32 | 7),
                new Insn(Opcode.LDDW, 1, Insn.FUNCTION, 0, 2),
                new Insn(Opcode.CALL_RUNTIME, 0, 0, 0, 99))) {
            String text = Assembler.text(insn) + "\nexit\nexit\n";
            assertEquals(insn, Assembler.assemble(text).get(0), text);
        }
    }

    @Test
    void whatIsWrongIsRefusedWithItsLine() throws IOException {
        int refused = 0;
        for (String name : List.of(
                "imm32_dec_range",
                "imm32_hex_range",
                "label",
                "lock",
                "lock2",
                "mnemonic",
                "offset",
                "offset_range",
                "operand_count",
                "register")) {
            Path file = Shared.path("spec/bpf/bpf_conformance/negative/invalid_" + name + ".data");
            String text = section(Files.readString(file), "asm");
            MalformedException refusal = assertThrows(MalformedException.class, () -> Assembler.assemble(text), name);
            assertFalse(text.split("\n")[refusal.slot() - 1].startsWith("#"), refusal.getMessage());
            refused++;
        }
        assertEquals(10, refused);
        MalformedException refusal =
                assertThrows(MalformedException.class, () -> Assembler.assemble("mov %r0, 1\nfrob %r1\nexit"));
        assertEquals("line 2: unknown instruction frob", refusal.getMessage());
    }

    /** LLVM's assembler reads what we print and makes the same bytes of it; its disassembler prints the same. */
    @Test
    void llvmUnderstandsTheText() throws IOException, InterruptedException {
        List<Insn> insns = everything();
        StringBuilder text = new StringBuilder(".text\n");
        StringBuilder bytes = new StringBuilder(".section other,\"ax\",@progbits\n");
        for (Insn insn : insns) {
            text.append(Disassembler.text(insn)).append('\n');
            for (byte one : Instructions.encode(List.of(insn))) {
                bytes.append(".byte ").append(one & 0xFF).append('\n');
            }
        }
        Path source = directory.resolve("all.s");
        Path object = directory.resolve("all.o");
        Files.writeString(source, text.append(bytes));
        run("llvm-mc-19", "-triple", "bpf", "-mcpu=v4", "-filetype=obj", "-o", object.toString(), source.toString());
        String printed = run(
                "llvm-objdump-19", "-d", "--mcpu=v4", "--no-print-imm-hex", "--no-show-raw-insn", object.toString());
        List<String> assembled = lines(printed, ".text");
        List<String> encoded = lines(printed, "other");
        assertEquals(insns.size(), encoded.size());
        assertEquals(encoded, assembled);
        for (int i = 0; i < insns.size(); i++) {
            assertEquals(encoded.get(i), Disassembler.text(insns.get(i)));
        }
    }

    /** One of each row, but what LLVM 19 does not print, or prints without what it refers to. */
    private static List<Insn> everything() {
        List<Insn> insns = new ArrayList<>();
        for (Opcode opcode : Opcode.values()) {
            boolean call = opcode.kind().isCall() && opcode != Opcode.CALL;
            if (!call && opcode.kind() != Kind.LOAD_WIDE) {
                insns.add(new Insn(
                        opcode,
                        opcode.usesDst() ? 3 : 0,
                        opcode.usesSrc() ? 4 : 0,
                        opcode.usesOffset() ? 5 : 0,
                        opcode.kind() == Kind.PACKET_INDIRECT ? 0 : opcode.usesImmediate() ? 6 : 0));
            }
        }
        insns.add(new Insn(Opcode.LDDW, 1, 0, 0, -8613303245920329199L));
        insns.add(new Insn(Opcode.LDXH, 1, 10, -8, 0));
        insns.add(new Insn(Opcode.JA, 0, 0, -3, 0));
        return insns;
    }

    private static List<String> lines(String objdump, String section) {
        List<String> lines = new ArrayList<>();
        int start = objdump.indexOf("Disassembly of section " + section);
        for (String line : objdump.substring(start).split("\n")) {
            if (line.startsWith("Disassembly") && !line.contains(section)) {
                break;
            }
            int tab = line.indexOf('\t');
            if (tab >= 0) {
                String text = line.substring(tab + 1);
                lines.add(text.replaceAll(" <[.a-z].*", "").strip());
            }
        }
        return lines;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException absent) {
            Shared.lacking("LLVM 19 is absent: " + absent.getMessage());
            throw absent;
        }
        String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
        return output;
    }
}
