package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.WasmBuilder;
import emberwall.testing.WasmBuilder.Code;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Opcode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InstructionPrinterTest {
    private static final Module MODULE = module();

    private static Module module() {
        WasmBuilder wasm = new WasmBuilder();
        int type = wasm.type(new int[] {WasmBuilder.I32}, new int[] {WasmBuilder.I64});
        wasm.importFunction("env", "log", type);
        return ModuleParser.parse(wasm.build());
    }

    private static String print(Code code) {
        BodyReader reader = new BodyReader(code.bytes(), 0, code.bytes().length);
        String text = new InstructionPrinter(MODULE).print(reader.opcode(), reader);
        assertEquals(0, reader.remaining(), text);
        return text;
    }

    private static Code code() {
        return WasmBuilder.code();
    }

    @Test
    void followsTheTextFormat() {
        assertEquals("i32.const -7", print(code().i32(-7)));
        assertEquals("f64.const -0.5", print(code().f64(-0.5)));
        assertEquals("local.get 300", print(code().get(300)));
        assertEquals("call 0", print(code().call(0)));
        assertEquals("block (;@1;)", print(code().op(0x02, 0x40)));
        assertEquals("loop (;@1;) (result i32)", print(code().op(0x03, 0x7F)));
        assertEquals("if (;@1;) (type 0) (param i32) (result i64)", print(code().op(0x04, 0)));
        assertEquals("br_table 1 2 0 (;@0;)", print(code().op(0x0E, 2, 1, 2, 0)));
        assertEquals("call_indirect (type 0) (param i32) (result i64)", print(code().op(0x11, 0, 0)));
        assertEquals("i32.load", print(code().memory(0x28, 2, 0)));
        assertEquals("i64.store8 offset=4294967295", print(code().memory(0x3C, 0, 0xFFFF_FFFFL)));
        assertEquals("i32.load offset=8 align=1", print(code().memory(0x28, 0, 8)));
        assertEquals("select (result f32)", print(code().op(0x1C, 1, 0x7D)));
        assertEquals("memory.grow", print(code().op(0x40, 0)));
        assertEquals("table.get 0", print(code().op(0x25, 0)));
        assertEquals("memory.copy", print(code().op(0xFC, 10, 0, 0)));
        assertEquals("memory.init 3", print(code().op(0xFC, 8, 3, 0)));
        assertEquals("ref.null func", print(code().op(0xD0, 0x70)));
        assertEquals("i8x16.extract_lane_s 15", print(code().op(0xFD, 0x15, 15)));
        assertEquals("v128.load32_lane offset=4 3", print(code().op(0xFD, 0x56, 2, 4, 3)));
        assertEquals("br_on_cast 1 anyref (ref i31)", print(code().op(0xFB, 24, 1, 1, 0x6E, 0x6C)));
        assertEquals("try_table (;@1;) (catch 0 1) (catch_all_ref 2)", print(code().op(0x1F, 0x40, 2, 0, 0, 1, 3, 2)));
    }

    /** Whatever follows an opcode is consumed exactly as the reader itself would skip it. */
    @Test
    void consumesWhatEachRowSays() {
        byte[] bytes = new byte[64];
        for (int ordinal = 0; ordinal < Opcode.count(); ordinal++) {
            Opcode opcode = Opcode.at(ordinal);
            Arrays.fill(bytes, (byte) 0);
            if (opcode.text().startsWith("select")) bytes[1] = 0x7F;
            int start = switch (opcode.immediate()) {
                case HEAP_TYPE, LABEL_CAST -> 1;
                default -> 0;
            };
            BodyReader skipped = new BodyReader(bytes, start, bytes.length);
            skipped.skip(opcode.immediate());
            BodyReader printed = new BodyReader(bytes, start, bytes.length);
            String text = new InstructionPrinter(MODULE).print(opcode, printed);
            assertTrue(text.startsWith(opcode.text()), text);
            assertEquals(skipped.position(), printed.position(), text);
        }
    }
}
