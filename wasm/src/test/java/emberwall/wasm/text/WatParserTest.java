package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TextPosition;
import emberwall.wasm.Validator;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Modules as text: what becomes of them, and where errors are said to be. */
class WatParserTest {
    @Test
    void theEmptyModuleIsItsHeader() {
        assertHex("0061736d 01000000", "(module)");
        assertHex("0061736d 01000000", " (; nothing (; at ;) all ;) ;; here");
    }

    @Test
    void fieldsMayStandAlone() {
        assertHex("0061736d 01000000 0104 01 600000 0302 01 00 0a04 01 02 00 0b", "(func)");
    }

    @Test
    void foldedInstructionsComeAfterTheirOperands() {
        String flat = "(func (result i32) i32.const 1 if (result i32) i32.const 2 else i32.const 3 end i32.eqz)";
        String folded = "(func (result i32)"
                + " (i32.eqz (if (result i32) (i32.const 1) (then (i32.const 2)) (else (i32.const 3)))))";
        assertArrayEquals(WatParser.parse(flat).bytes(), WatParser.parse(folded).bytes());
    }

    @Test
    void namesMeanTheInnermostBlock() {
        String named = "(func (block $a (block $b (block $a (br $a) (br $b)) (br $a))))";
        String numbered = "(func (block (block (block (br 0) (br 1)) (br 1))))";
        assertEquals(code(numbered), code(named));
    }

    @Test
    void typesThatAreOnlyUsedFollowThoseThatAreDefined() {
        Module module = decode("(func (param i64)) (type (func (param f32))) (func (param f32)) (func (param i64))");
        assertEquals(1, module.functionTypeIndex(0));
        assertEquals(0, module.functionTypeIndex(1));
        assertEquals(1, module.functionTypeIndex(2));
    }

    @Test
    void identifiersBecomeNames() {
        Module module = decode("(module $M (func $\"a b\" (param $p i32) (param i32) (local $l i64)))");
        assertEquals("M", module.names().module());
        assertEquals("a b", module.names().function(0));
        assertEquals("p", module.names().local(0, 0));
        assertEquals("l", module.names().local(0, 2));
    }

    @Test
    void errorsNameLineAndColumnAndShowTheLine() {
        MalformedException problem =
                assertThrows(MalformedException.class, () -> WatParser.parse("(module\n  (func\t\"ü\" i32.foo))"));
        assertEquals(2, problem.position().line());
        assertEquals(9, problem.position().column());
        assertEquals("""
                unexpected token "ü" (at line 2, column 9)
                  (func "ü" i32.foo))
                        ^""", problem.getMessage());
    }

    @Test
    void whatIsInvalidIsSaidOfThePlaceInTheText() {
        String text = "(module\n  (func (result i32)\n    (i64.add (i64.const 1)\n      (i32.const 2))))";
        WatModule module = WatParser.parse(text);
        ModuleException problem = assertThrows(
                ModuleException.class, () -> Validator.validateAll(ModuleParser.parse(module.bytes()), Limits.DEFAULT));
        TextPosition position = module.map().locate(problem).position();
        assertEquals(3, position.line());
        assertEquals(5, position.column());
    }

    @Test
    void depthIsNoProblem() {
        int depth = 200_000;
        WatParser.parse("(func " + "(block ".repeat(depth) + ")".repeat(depth) + ")");
        WatParser.parse("(func (drop " + "(i32.eqz ".repeat(depth) + "(i32.const 0)" + ")".repeat(depth) + "))");
        WatParser.parse("(func " + "(if (i32.const 0) (then ".repeat(depth) + "))".repeat(depth) + ")");
        WatParser.parse("(func " + "block $x ".repeat(depth) + "end ".repeat(depth) + ")");
        WatParser.parse("(@a " + "(".repeat(depth) + ")".repeat(depth) + ")" + "(;".repeat(depth) + ";)".repeat(depth));
        assertThrows(MalformedException.class, () -> WatParser.parse("(".repeat(depth)));
        assertThrows(MalformedException.class, () -> WatParser.parse("(func " + "(block ".repeat(depth)));
    }

    private static void assertHex(String expected, String text) {
        assertEquals(
                expected.replace(" ", ""),
                HexFormat.of().formatHex(WatParser.parse(text).bytes()));
    }

    private static String code(String text) {
        Module module = decode(text);
        return HexFormat.of().formatHex(module.bytes(), module.bodyOffset(0), module.bodyEnd(0));
    }

    private static Module decode(String text) {
        return ModuleParser.parse(WatParser.parse(text).bytes(), Limits.DEFAULT, Features.ALL);
    }
}
