package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Features;
import emberwall.wasm.LimitException;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Opcode;
import emberwall.wasm.text.WatPrinter.Form;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What nobody writes by hand: every row of the opcode table, invalid bodies, and modules made to be hard to print. */
class WatPrinterTest {
    private static final int NESTING = 100_000;

    private static Code code() {
        return WasmBuilder.code();
    }

    private static Module parse(byte[] bytes) {
        return ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL);
    }

    /** A module with six types and one function, whose body is given without its last {@code end}. */
    private static Module module(Code body) {
        return parse(builder(code().op(0).append(body).end()).build());
    }

    private static WasmBuilder builder(Code body) {
        WasmBuilder wasm = new WasmBuilder();
        wasm.type(new int[0], new int[0]);
        for (int i = 1; i < 6; i++) {
            int[] types = new int[i];
            Arrays.fill(types, WasmBuilder.I64);
            wasm.type(types, new int[] {WasmBuilder.I32});
        }
        wasm.rawFunction(0, body.bytes());
        return wasm;
    }

    private static void assertReadsBack(Module module) {
        for (Form form : Form.values()) {
            String text = WatPrinter.print(module, form);
            try {
                Module back = parse(WatParser.parse(text).bytes());
                assertEquals(null, ModuleComparison.difference(module, back, true));
            } catch (ModuleException refused) {
                throw new AssertionError(text.length() < 2000 ? text : text.substring(0, 2000), refused);
            }
        }
    }

    /** Immediates filled with a byte: whether anything has such an index does not matter to the printer. */
    @Test
    void printsEveryRow() {
        for (int ordinal = 0; ordinal < Opcode.count(); ordinal++) {
            Opcode opcode = Opcode.at(ordinal);
            for (int fill : new int[] {0, 5}) {
                Code one = code();
                if (opcode.prefix() == 0) {
                    one.op(opcode.code());
                } else {
                    one.op(opcode.prefix()).u(opcode.number());
                }
                one.op(immediates(opcode, fill));
                Code body = switch (opcode) {
                    case BLOCK, LOOP, IF, TRY, TRY_TABLE -> one.end();
                    case ELSE -> code().op(0x04, 0x40).append(one).end();
                    case CATCH, CATCH_ALL -> code().op(0x06, 0x40).append(one).end();
                    case DELEGATE -> code().op(0x06, 0x40).append(one);
                    case END -> code().op(0x02, 0x40).append(one);
                    default -> one;
                };
                assertReadsBack(module(body));
            }
        }
    }

    private static int[] immediates(Opcode opcode, int fill) {
        return switch (opcode.immediate()) {
            case SELECT_TYPES -> new int[] {1, WasmBuilder.I32};
            case BLOCK_CATCHES -> new int[] {fill, 4, 0, fill, fill, 1, fill, fill, 2, fill, 3, fill};
            case LABEL_CAST -> new int[] {fill & 3, fill, fill, fill};
            case ZERO_BYTE -> new int[] {0};
            default -> {
                byte[] bytes = new byte[64];
                Arrays.fill(bytes, (byte) fill);
                BodyReader reader = new BodyReader(bytes, 0, bytes.length);
                reader.skip(opcode.immediate());
                int[] immediates = new int[reader.position()];
                Arrays.fill(immediates, fill);
                yield immediates;
            }
        };
    }

    @Test
    void nestsWithoutEnd() {
        Code blocks = code();
        Code operands = code().i32(1);
        for (int i = 0; i < NESTING; i++) {
            blocks.op(0x02, 0x40);
            operands.op(0x45);
        }
        for (int i = 0; i < NESTING; i++) {
            blocks.end();
        }
        assertReadsBack(module(blocks));
        assertReadsBack(module(operands.op(0x1A)));
    }

    @Test
    void refusesWhatCannotBeReadBeforeItWritesAnything() {
        assertRefused("END opcode expected", code().op(0, 0x0B, 0x01));
        assertRefused("unexpected end", code().op(0, 0x02, 0x40, 0x0B));
        assertRefused("illegal opcode 27", code().op(0, 0x27, 0x0B));
        assertRefused("unexpected else", code().op(0, 0x02, 0x40, 0x05, 0x0B, 0x0B));
        assertRefused("unexpected catch", code().op(0, 0x02, 0x40, 0x19, 0x0B, 0x0B));
        assertRefused("unexpected delegate", code().op(0, 0x02, 0x40, 0x18, 0x00, 0x0B));
        assertRefused("malformed catch clause", code().op(0, 0x1F, 0x40, 1, 4, 0, 0x0B, 0x0B));
        assertRefused("malformed br_on_cast flags", code().op(0, 0xFB, 0x18, 4, 0, 0x6E, 0x6E, 0x0B));
        assertRefused("zero byte expected", code().op(0, 0xFE, 0x03, 1, 0x0B));
        Module locals = parse(
                builder(code().op(1).u(0xFFFF_FFFFL).op(WasmBuilder.I32).end()).build());
        assertThrows(LimitException.class, () -> WatPrinter.print(locals));
    }

    private static void assertRefused(String words, Code body) {
        Module module = parse(builder(body).build());
        MalformedException refused = assertThrows(MalformedException.class, () -> new WatPrinter(module, Form.PLAIN));
        assertTrue(refused.getMessage().startsWith(words), refused::getMessage);
    }

    /** Names and signatures are repeated where they are used, but not if they are long. */
    @Test
    void doesNotGrowBeyondAllMeasure() {
        WasmBuilder wasm = new WasmBuilder();
        int[] parameters = new int[1000];
        Arrays.fill(parameters, WasmBuilder.I32);
        int type = wasm.type(parameters, new int[0]);
        Code body = code().op(0);
        for (int i = 0; i < 1000; i++) {
            body.op(0x02).u(type).call(0).end();
        }
        wasm.rawFunction(type, body.end().bytes());
        wasm.functionName(0, "x".repeat(100_000));
        Module module = parse(wasm.build());
        String text = WatPrinter.print(module);
        assertTrue(text.length() < 200_000, () -> text.length() + " characters");
        assertReadsBack(module);
    }

    /** Hints that are none stay the bytes that they are. */
    @Test
    void keepsDamagedBranchHints() {
        Module hinted = parse(WatParser.parse("""
            (module
              (@custom "metadata.code.branch_hint" (before code) "\\01\\00\\01\\03\\01\\02")
              (func nop))
            """).bytes());
        assertTrue(WatPrinter.print(hinted).contains("(@custom \"metadata.code.branch_hint\" "));
        assertReadsBack(hinted);
    }

    /** A name of something that there is not defines no identifier, so none may be used. */
    @Test
    void writesUnknownIndicesAsNumbers() {
        Module module = parse(WatParser.parse("""
            (module
              (func (param $p i32) (local $l i32)
                (local.set $l (local.get $p))))
            """).bytes());
        byte[] bytes = module.bytes().clone();
        int locals = module.bodyOffset(0);
        assertEquals(1, bytes[locals], "one run of locals");
        bytes[locals + 1] = 0;
        Module without = parse(bytes);
        assertTrue(WatPrinter.print(without).contains("local.set 1"), () -> WatPrinter.print(without));
        assertReadsBack(without);
    }
}
