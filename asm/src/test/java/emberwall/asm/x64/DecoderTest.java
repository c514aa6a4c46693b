package emberwall.asm.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ObjdumpOracle;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the decoder accepts, {@code objdump} reads in the same way; what it does not know, it refuses quietly. */
class DecoderTest {
    private static final int[] PREFIXES = {0x66, 0xF2, 0xF3, 0xF0};

    private record Known(int offset, int length, String text, String bytes) {}

    @Test
    void randomBytesMeanWhatObjdumpSays() {
        ObjdumpOracle.require();
        Random random = new Random(20);
        Decoder decoder = new Decoder();
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        List<Known> accepted = new ArrayList<>();
        while (accepted.size() < 100_000) {
            byte[] bytes = candidate(random);
            if (!decoder.decode(bytes, 0, bytes.length)) {
                assertEquals("(bad)", decoder.text(0));
                continue;
            }
            int offset = code.size();
            String text = ObjdumpOracle.normalize(decoder.text(offset));
            accepted.add(
                    new Known(offset, decoder.length(), text, HexFormat.of().formatHex(bytes, 0, decoder.length())));
            code.write(bytes, 0, decoder.length());
        }
        int i = 0;
        for (ObjdumpOracle.Line line : ObjdumpOracle.disassemble(code.toByteArray())) {
            Known known = accepted.get(i++);
            assertEquals(known.text, line.text(), known.bytes); // the first difference: after it they are out of step
            assertEquals(known.length, line.length(), known.bytes);
            assertEquals(known.offset, line.offset(), known.bytes);
        }
        assertEquals(accepted.size(), i);
    }

    /** Bytes that have a chance: perhaps a prefix, perhaps REX or VEX, one of the opcode maps, then anything. */
    private static byte[] candidate(Random random) {
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        int p = 0;
        int kind = random.nextInt(5);
        if (kind == 4) {
            bytes[0] = (byte) 0xC5;
            if (random.nextBoolean()) {
                bytes[0] = (byte) 0xC4;
                bytes[1] &= (byte) 0xE3;
            }
            return bytes;
        }
        if (random.nextInt(3) == 0) {
            bytes[p++] = (byte) PREFIXES[random.nextInt(PREFIXES.length)];
        }
        if (random.nextBoolean()) {
            bytes[p++] = (byte) (0x40 | random.nextInt(16));
        }
        if (kind > 0) {
            bytes[p++] = 0x0F;
        }
        if (kind > 1) {
            bytes[p] = (byte) (kind == 2 ? 0x38 : 0x3A);
        }
        return bytes;
    }

    /** Whatever the bytes, and wherever they end: no exception, and the decoder always gets on. */
    @Test
    void anyBytesAreTakenInStride() {
        Random random = new Random(3);
        Decoder decoder = new Decoder();
        for (int i = 0; i < 500_000; i++) {
            byte[] bytes = random.nextBoolean() ? candidate(random) : new byte[16];
            int limit = random.nextInt(bytes.length + 1);
            boolean known = decoder.decode(bytes, 0, limit);
            assertTrue(decoder.length() >= 1 && decoder.length() <= 15);
            assertTrue(!known || decoder.length() <= limit);
            assertEquals(known, decoder.op() != null);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "06", // not in 64-bit mode
                "4090", // REX without a use
                "4801", // cut off
                "6601", // cut off after the prefix
                "66666601c0", // the same prefix again
                "f2f30f10c0", // two mandatory prefixes
                "00e4", // ah
                "f001c8", // lock without memory
                "f03901", // lock on an instruction that only reads
                "f08901", // lock on mov
                "488b04", // cut off before SIB
                "8b4424", // cut off before the displacement
                "480f58c1", // REX.W on addps
                "66480f58", // both, cut off
                "c5f858", // VEX cut off
                "c4e1f858c1", // VEX.W on vaddps
                "c5fe58c1", // 256 bits on a scalar
                "c5f028c1", // vvvv where no operand is
                "66c5f858c1", // a prefix before VEX
                "48c5f858c1", // REX before VEX
                "c4e4f858c1", // no such opcode map
                "0fc7c8", // cmpxchg8b of a register
                "8b0460", // SIB with neither index nor a base that needs it
                "0fff", // undefined for ever, but not by ud2
            })
    void refuses(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        Decoder decoder = new Decoder();
        boolean known = decoder.decode(bytes, 0, bytes.length);
        assertFalse(known, decoder.text(0));
        assertNull(decoder.op());
        assertEquals(1, decoder.length());
        assertEquals(0, decoder.operandCount());
    }

    @Test
    void tellsOperands() {
        Assembler a = new Assembler();
        a.lock();
        a.mr(Op.CMPXCHG, Width.W32, Mem.mem(Reg.R12, Reg.RCX, 2, -8), Reg.R9);
        int jump = a.position();
        int label = a.newLabel();
        a.jcc(Cond.ABOVE, label);
        a.nop(9);
        a.bind(label);
        byte[] code = a.toByteArray();
        Decoder decoder = new Decoder();

        assertTrue(decoder.decode(code, 0, code.length));
        assertEquals(Op.CMPXCHG, decoder.op());
        assertTrue(decoder.isLocked());
        assertEquals(Width.W32, decoder.width());
        assertEquals(2, decoder.operandCount());
        assertEquals(Decoder.MEMORY, decoder.kind(0));
        assertEquals(Mem.mem(Reg.R12, Reg.RCX, 2, -8), decoder.value(0));
        assertEquals(Decoder.REGISTER, decoder.kind(1));
        assertEquals(Reg.R9, decoder.value(1));
        assertEquals(Width.W32, decoder.operandWidth(1));

        assertTrue(decoder.decode(code, jump, code.length));
        assertEquals(Op.J, decoder.op());
        assertEquals(Cond.ABOVE, decoder.condition());
        assertEquals(Decoder.TARGET, decoder.kind(0));
        assertEquals(code.length, decoder.value(0));
        assertEquals("ja     0x" + Long.toHexString(0x7000_0000_0000L + code.length), decoder.text(0x7000_0000_0000L));
    }
}
