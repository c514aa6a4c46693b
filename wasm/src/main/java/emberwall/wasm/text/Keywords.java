package emberwall.wasm.text;

import emberwall.wasm.Opcode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The words of the text format: the instructions by their rows, and those of the grammar around them. */
final class Keywords {
    private static final String GRAMMAR = """
            module definition instance binary quote type rec sub final func struct array field mut param result local
            import export table memory global tag start elem data offset item declare ref null shared pagesize
            then do before after catch_ref catch_all_ref
            i8 i16 i32 i64 f32 f64 v128 i8x16 i16x8 i32x4 i64x2 f32x4 f64x2 nan:canonical nan:arithmetic
            any eq i31 extern exn none noextern nofunc noexn
            anyref eqref i31ref structref arrayref funcref externref exnref
            nullref nullexternref nullfuncref nullexnref
            register invoke get either thread wait script input output ref.extern ref.host
            assert_return assert_trap assert_exhaustion assert_exception assert_suspension assert_invalid
            assert_malformed assert_unlinkable assert_uninstantiable assert_invalid_custom assert_malformed_custom
            """;

    private static final Map<String, Opcode> INSTRUCTIONS = instructions();
    private static final Set<String> WORDS = words();

    private Keywords() {}

    private static Map<String, Opcode> instructions() {
        Map<String, Opcode> instructions = new HashMap<>();
        for (int i = 0; i < Opcode.count(); i++) {
            Opcode opcode = Opcode.at(i);
            // Where two share a text, the immediates decide (see Immediates).
            instructions.putIfAbsent(opcode.text(), opcode);
        }
        return instructions;
    }

    private static Set<String> words() {
        Set<String> words = new HashSet<>(INSTRUCTIONS.keySet());
        int from = 0;
        for (int i = 0; i < GRAMMAR.length(); i++) {
            if (GRAMMAR.charAt(i) <= ' ') {
                if (i > from) {
                    words.add(GRAMMAR.substring(from, i));
                }
                from = i + 1;
            }
        }
        return words;
    }

    /** The first row of the instruction of this name, or null. */
    static Opcode instruction(String word) {
        return INSTRUCTIONS.get(word);
    }

    /** Whether the word means something, somewhere. */
    static boolean isKnown(String word) {
        return WORDS.contains(word) || isAssignment(word);
    }

    private static boolean isAssignment(String word) {
        int from = word.indexOf('=') + 1;
        if (from == 0 || !word.startsWith("offset=") && !word.startsWith("align=")) {
            return false;
        }
        byte[] bytes = word.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        return from < bytes.length
                && bytes[from] >= '0'
                && bytes[from] <= '9'
                && Literals.kind(bytes, from, bytes.length) == TokenKind.INTEGER;
    }
}
