package emberwall.ebpf.insn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Conformance;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DecoderTest {
    /**
     * The upstream tool has a table of its own. Beside the RFC's it takes neg64 and ldxsw for base32, bswap for base64, and
     * all atomics for v3, though additions are in v1; so only the other groups are compared.
     */
    @Test
    void theTableKnowsGroupsAndProcessors() {
        for (Conformance test : Conformance.all()) {
            TreeSet<String> groups = new TreeSet<>();
            int cpu = 1;
            for (Insn insn : Decoder.decode(test.code())) {
                groups.add(insn.opcode().group().name().toLowerCase(Locale.ROOT));
                cpu = Math.max(
                        cpu, insn.kind() == Kind.ATOMIC ? 3 : insn.opcode().cpu());
            }
            TreeSet<String> expected = new TreeSet<>(test.groups());
            expected.removeIf(group -> group.startsWith("base"));
            groups.removeIf(group -> group.startsWith("base"));
            assertEquals(expected, groups, test.name());
            assertEquals(test.cpu(), cpu, test.name());
        }
    }

    @Test
    void whatIsDecodedEncodesToTheSameBytes() {
        for (Conformance test : programs()) {
            assertArrayEquals(test.code(), Instructions.decode(test.code()).encode(), test.name());
        }
    }

    private static List<Conformance> programs() {
        return Stream.concat(
                        Conformance.all().stream(), Conformance.ubpf().stream().filter(test -> !test.atLoad()))
                .toList();
    }

    @Test
    void reservedFieldsMustBeZero() {
        List<Conformance> cases = Conformance.malformed();
        assertEquals(45, cases.size());
        for (Conformance test : cases) {
            assertThrows(MalformedException.class, () -> Decoder.decode(test.code()), test.name());
        }
    }

    /** Of the others one needs to know the helpers that there are, one has a limit of uBPF's own, and 0x06 is ja32 by now. */
    @Test
    void malformedProgramsAreRefused() {
        Set<String> others =
                Set.of("errors/err-call-unreg", "errors/err-too-many-instructions", "errors/err-unknown-opcode");
        int refused = 0;
        for (Conformance test : Conformance.ubpf()) {
            if (test.atLoad() && !others.contains(test.name())) {
                assertThrows(MalformedException.class, () -> Instructions.decode(test.code()), test.name());
                refused++;
            }
        }
        assertEquals(10, refused);
    }

    /** Every word of 64 bits with any opcode and small fields is refused, or means what it says. */
    @Test
    void everyWordIsRefusedOrReadBack() {
        int read = 0;
        int[] immediates = {0, 1, 8, 16, 32, 64, 0x40, 0x41, 0x50, 0x51, 0xA0, 0xA1, 0xE1, 0xF1, -1};
        for (int opcode = 0; opcode < 256; opcode++) {
            for (int registers : new int[] {0x00, 0x01, 0x0B, 0x10, 0x11, 0x20, 0x70, 0xB0, 0xAA}) {
                for (int offset : new int[] {0, 1, 8, -1}) {
                    for (int imm : immediates) {
                        long word = opcode | registers << 8 | (offset & 0xFFFFL) << 16 | (long) imm << 32;
                        read += readBack(bytes(word, opcode == 0x18));
                    }
                }
            }
        }
        assertTrue(read > 5_000, "read " + read);
    }

    private static int readBack(byte[] code) {
        try {
            assertArrayEquals(code, Instructions.encode(Decoder.decode(code)));
            return 1;
        } catch (MalformedException refused) {
            assertEquals(0, refused.slot());
            return 0;
        }
    }

    private static byte[] bytes(long word, boolean wide) {
        byte[] code = new byte[wide ? 16 : 8];
        for (int i = 0; i < 8; i++) {
            code[i] = (byte) (word >>> 8 * i);
        }
        return code;
    }

    @Test
    void jumpsAreCountedInSlots() {
        // goto +2 over lddw; lddw r0; exit
        byte[] code = new byte[32];
        code[0] = 5;
        code[2] = 2;
        code[8] = 0x18;
        code[24] = (byte) 0x95;
        Instructions insns = Instructions.decode(code);
        assertEquals(3, insns.size());
        assertEquals(2, insns.target(0));
        assertEquals(3, insns.slot(2));
        assertEquals(-1, insns.index(2));
        assertEquals(2, insns.index(3));
        code[2] = 1;
        MalformedException refusal = assertThrows(MalformedException.class, () -> Instructions.decode(code));
        assertEquals("ja into the middle of lddw at slot 0", refusal.getMessage());
    }
}
