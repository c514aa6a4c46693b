package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.wasm.Feature;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WABT's {@code wat2wasm}, where it is installed, must make the same bytes of the same text, names aside. */
class WatParserWabtTest {
    /** What its version 1.0.32 reads. */
    private static final Set<Feature> KNOWN = EnumSet.of(
            Feature.MVP,
            Feature.SIGN_EXTENSION,
            Feature.SATURATING_CONVERSIONS,
            Feature.BULK_MEMORY,
            Feature.REFERENCE_TYPES,
            Feature.SIMD,
            Feature.RELAXED_SIMD,
            Feature.TAIL_CALL,
            Feature.THREADS);

    @TempDir
    Path folder;

    @BeforeAll
    static void findWabt() throws IOException, InterruptedException {
        boolean found;
        try {
            found = run("wat2wasm", "--version") == 0;
        } catch (IOException absent) {
            found = false;
        }
        Assumptions.assumeTrue(found, "wat2wasm (Debian: wabt) is not installed");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("no end: " + String.join(" ", command));
        }
        return process.exitValue();
    }

    private void assertSame(String text) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("module.wat"), text);
        Path target = folder.resolve("module.wasm");
        int code = run("wat2wasm", "--enable-all", "--no-check", source.toString(), "-o", target.toString());
        assertTrue(code == 0, () -> "wat2wasm refuses " + text);
        byte[] expected = SuiteTextTest.known(Files.readAllBytes(target), -1);
        assertArrayEquals(expected, SuiteTextTest.known(WatParser.parse(text).bytes(), -1), text);
    }

    @Test
    void everyPlainInstruction() throws Exception {
        StringBuilder functions = new StringBuilder();
        int count = 0;
        for (int i = 0; i < Opcode.count(); i++) {
            Opcode row = Opcode.at(i);
            boolean block = row.meaning().equals(Meaning.CONTROL) || row == Opcode.SELECT_TYPED;
            if (KNOWN.contains(row.feature()) && !block && !isUnknown(row)) {
                functions
                        .append("(func ")
                        .append(row.text())
                        .append(immediates(row))
                        .append(")\n");
                count++;
            }
        }
        assertTrue(count > 400, count + " instructions");
        assertSame("""
                (module (type $t (func (param i32) (result i64)))
                  (memory 1) (table 1 funcref) (table 1 funcref) (global i32 (i32.const 0)) (tag)
                  (data "") (data "a") (elem func) (elem func 0)
                """ + functions + ")");
    }

    /** Rows of known features that this version does not know, or not by that name. */
    private static boolean isUnknown(Opcode row) {
        return row == Opcode.RETURN_CALL_REF || row.text().contains("relaxed_dot");
    }

    private static String immediates(Opcode row) {
        return switch (row.immediate()) {
            case LABEL, FUNCTION, GLOBAL, TAG, TYPE -> " 0";
            case LOCAL -> " 70000";
            case TABLE, ELEMENT, DATA, DATA_MEMORY -> " 1";
            case TABLE_TABLE, ELEMENT_TABLE -> " 1 0";
            case TYPE_TABLE -> " 1 (type $t)";
            case HEAP_TYPE -> " extern";
            case MEMARG -> " offset=0xffff_ffff align=1";
            case MEMARG_LANE -> " offset=77 1";
            case LANE -> " 1";
            case SHUFFLE -> " 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 31";
            case I32 -> " -0x8000_0000";
            case I64 -> " 0x8000_0000_0000_0000";
            case F32 -> " -0x1.000001p-130";
            case F64 -> " 123456789.0123456789e-300";
            case V128 -> " f32x4 1e-40 -inf nan:0x123 0x1.fffffep127";
            default -> "";
        };
    }

    @Test
    void controlInAllForms() throws Exception {
        assertSame("""
                (module (tag $e (param i32))
                  (func $f (param $n i32) (result i32) (local $x i64) (local f32 f32) (local $y f32)
                    (block $out (result i32)
                      (loop $again
                        (br_if $again (i32.eqz (local.get $n)))
                        (if (local.get 0) (then (br $again)) (else nop (nop)))
                        (br_table $again $out 0 1 (i32.const 4) (local.get $n)))
                      (if $i (result i32) (i32.const 1) (then (br $i (i32.const 2))) (else (i32.const 3)))
                      block $b (param i32) (result i32) br $b end $b
                      if $c (result i32) i32.const 1 else $c i32.const 2 end $c
                      (drop) select (result i64)
                      (call_indirect (param i32 f64) (result i64) (i32.const 1)))
                    try $t (result i32) i32.const 1 catch $e rethrow $t catch_all i32.const 2 end
                    (try (do (nop)) (delegate 0))
                    unreachable)
                  (table 10 20 externref))
                """);
    }

    @Test
    void fieldsInAllForms() throws Exception {
        assertSame("""
                (module $all
                  (import "a" "f" (func $f (param i64)))
                  (import "a" "t" (table $t 1 10 funcref))
                  (func $g (import "a" "\\u{1F600}\\00\\t") (result f32 f64))
                  (global $h (export "h") (import "" "") (mut externref))
                  (memory $m (export "m") (export "n") 1 2)
                  (memory i64 1)
                  (memory 1 4 shared)
                  (global i64 (i64.add (i64.const 1) (i64.const -1)))
                  (export "f" (func $f)) (export "again" (memory 1))
                  (elem $e1 (i32.const 0) $f 1)
                  (elem (table $t) (offset (i32.const 1)) func $g)
                  (elem funcref (item ref.func 0) (ref.null func))
                  (elem declare func $f $g)
                  (elem (i32.const 5) externref (ref.null extern))
                  (data (i32.const 3) "a" "\\ff\\u{20ac}")
                  (data (memory 1) (offset i64.const 4) "")
                  (data "passive")
                  (func (data.drop 2) (memory.init 2 (i32.const 0) (i32.const 0) (i32.const 0)))
                  (tag (param i32 i64))
                  (start 1))
                """);
    }
}
