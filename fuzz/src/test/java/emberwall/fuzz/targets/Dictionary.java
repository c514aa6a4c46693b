package emberwall.fuzz.targets;

import emberwall.wasm.Opcode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Words of the text format, which chance would not spell, in libFuzzer's form. */
final class Dictionary {
    private static final String WORDS =
            "module type func param result local export import memory table global elem data "
                    + "start tag rec sub final struct array field mut item offset declare i32 i64 f32 f64 v128 i8 i16 i31 "
                    + "anyref eqref funcref externref exnref nullref ref null any eq none nofunc extern noextern exn noexn "
                    + "then else end catch catch_ref catch_all catch_all_ref shared pagesize offset= align= nan nan:0x1 inf 0x1p-1 "
                    + "@custom @name @metadata.code.branch_hint before after code 0x 0xffffffff -0x80000000 1e308 i8x16 i32x4 f64x2 "
                    + "(;;) ;; ( ) $a $\\\"a\\\" \\\"\\\\u{1F600}\\\" \\\"\\\\00\\\" 18446744073709551616 4294967296";

    private Dictionary() {}

    static Path write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String word : WORDS.split(" ")) {
            lines.add('"' + word + '"');
        }
        for (Opcode opcode : Opcode.values()) {
            lines.add('"' + opcode.text() + '"');
        }
        return Files.write(file, lines, StandardCharsets.UTF_8);
    }
}
