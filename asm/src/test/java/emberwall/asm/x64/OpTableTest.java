package emberwall.asm.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.ObjdumpOracle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every row, every form, many operands: what the assembler writes is what {@code objdump} and {@code as} say it is. */
class OpTableTest {
    private static final EnumSet<Op> LONGER = EnumSet.of(Op.XCHG, Op.MOVD_XG, Op.MOVD_GX, Op.PEXTRW_M);

    private static Samples samples;
    private static byte[] code;

    @BeforeAll
    static void write() {
        samples = Samples.all();
        code = samples.a.toByteArray();
    }

    @Test
    void everyRowIsSampled() {
        EnumSet<Op> missing = EnumSet.allOf(Op.class);
        for (Samples.Sample sample : samples.list) {
            missing.remove(sample.op());
        }
        assertEquals(EnumSet.noneOf(Op.class), missing);
    }

    @Test
    void objdumpReadsWhatIsMeant() {
        ObjdumpOracle.require();
        List<ObjdumpOracle.Line> lines = ObjdumpOracle.disassemble(code);
        List<String> wrong = new ArrayList<>();
        int next = 0;
        for (Samples.Sample sample : samples.list) {
            ObjdumpOracle.Line line = lines.get(next++);
            String text = withoutComment(line.text());
            if (line.offset() != sample.offset() || line.length() != sample.length() || !text.equals(sample.text())) {
                wrong.add(bytes(sample) + " meant " + sample.text() + ", is " + text);
                while (next < lines.size() && lines.get(next).offset() < sample.offset() + sample.length()) {
                    next++;
                }
            }
        }
        assertNone(wrong);
    }

    @Test
    void decoderReadsWhatIsMeant() {
        Decoder decoder = new Decoder();
        List<String> wrong = new ArrayList<>();
        for (Samples.Sample sample : samples.list) {
            boolean known = decoder.decode(code, sample.offset(), code.length);
            String text = withoutComment(ObjdumpOracle.normalize(decoder.text(0)));
            if (!known
                    || decoder.length() != sample.length()
                    || decoder.op() != sample.op() && !sample.text().matches("(call|jmp|nop) ?.*")
                    || !text.equals(sample.text())) {
                wrong.add(bytes(sample) + " meant " + sample.op() + " " + sample.text() + ", read " + decoder.op() + " "
                        + text);
            }
        }
        assertNone(wrong);
    }

    /** An instruction that is cut off anywhere is unknown, and nothing beyond the limit is looked at. */
    @Test
    void truncatedInstructionsAreUnknown() {
        Decoder decoder = new Decoder();
        for (int i = 0; i < samples.list.size(); i += 7) {
            Samples.Sample sample = samples.list.get(i);
            byte[] alone = Arrays.copyOfRange(code, sample.offset(), sample.offset() + sample.length());
            assertTrue(decoder.decode(alone, 0, alone.length), sample.text());
            for (int length = 0; length < alone.length; length++) {
                boolean known = decoder.decode(alone, 0, length);
                assertTrue(
                        !known && decoder.length() == 1 && decoder.op() == null, sample.text() + " cut to " + length);
            }
        }
    }

    /**
     * GNU {@code as} makes the same bytes of the text, or others that are no shorter. Except for an immediate that is
     * meant to take four bytes, for {@code xchg}, whose short form with rax is not worth a test on every emit, and for
     * operands that another row writes shorter, {@code movq} and {@code pextrw}.
     */
    @Test
    void asWritesNoShorterCode() {
        ObjdumpOracle.require();
        List<String> source = new ArrayList<>();
        List<Samples.Sample> chosen = new ArrayList<>();
        for (Samples.Sample sample : samples.list) {
            if (sample.op() != Op.J && !sample.text().startsWith("nop")) {
                chosen.add(sample);
                source.add(sample.text());
            }
        }
        byte[] theirs = ObjdumpOracle.assemble(source);
        List<ObjdumpOracle.Line> lines = ObjdumpOracle.disassemble(theirs);
        assertEquals(chosen.size(), lines.size());
        List<String> wrong = new ArrayList<>();
        int different = 0;
        for (int i = 0; i < chosen.size(); i++) {
            Samples.Sample sample = chosen.get(i);
            ObjdumpOracle.Line line = lines.get(i);
            if (Arrays.equals(
                    code,
                    sample.offset(),
                    sample.offset() + sample.length(),
                    theirs,
                    line.offset(),
                    line.offset() + line.length())) {
                continue;
            }
            different++;
            if (sample.length() > line.length()
                    && !sample.text().endsWith(" ebx,0x5")
                    && !LONGER.contains(sample.op())) {
                wrong.add(sample.text() + ": " + bytes(sample) + " against "
                        + HexFormat.of().formatHex(theirs, line.offset(), line.offset() + line.length()));
            }
        }
        assertNone(wrong);
        assertTrue(different * 20 < chosen.size(), different + " of " + chosen.size() + " differ");
    }

    private static String withoutComment(String text) {
        int comment = text.indexOf(" #");
        return comment < 0 ? text : text.substring(0, comment);
    }

    private static String bytes(Samples.Sample sample) {
        return HexFormat.of().formatHex(code, sample.offset(), sample.offset() + sample.length());
    }

    private static void assertNone(List<String> wrong) {
        if (!wrong.isEmpty()) {
            throw new AssertionError(wrong.size() + " wrong:\n"
                    + String.join("\n", wrong.subList(0, Math.min(60, wrong.size()))));
        }
    }
}
