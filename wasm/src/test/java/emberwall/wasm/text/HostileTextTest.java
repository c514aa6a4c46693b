package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.Script.ModuleCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts from strangers: whatever they are, they become a well-formed module or one error. */
class HostileTextTest {
    private static final int MUTANTS = 4_000;
    private static final int LONGEST_SEED = 4_000;

    @Test
    void damagedTextsAreModulesOrErrors() throws IOException {
        List<byte[]> seeds = seeds();
        long seed = Long.getLong("emberwall.seed", 20);
        SplittableRandom random = new SplittableRandom(seed);
        int modules = 0;
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] text = mutant(seeds, random);
            byte[] bytes;
            try {
                bytes = WatParser.parse(text).bytes();
            } catch (ModuleException expected) {
                refused++;
                continue;
            } catch (RuntimeException | StackOverflowError | InternalError broken) {
                throw new AssertionError("seed " + seed + " breaks it: " + show(text), broken);
            }
            modules++;
            checkWellFormed(bytes, text);
        }
        assertTrue(modules > MUTANTS / 50 && refused > MUTANTS / 2, modules + " modules, " + refused + " refused");
    }

    /** What the text format lets through, the binary format must be able to say. */
    private static void checkWellFormed(byte[] bytes, byte[] text) {
        try {
            Validator.validateAll(ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL), Limits.DEFAULT);
        } catch (MalformedException malformed) {
            fail("not well-formed: " + malformed.getMessage() + "\n" + show(text));
        } catch (ModuleException refused) {
            // Invalid, or too much of something: that is for the validator to say.
        }
    }

    private static String show(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }

    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Shared.path("spec/wasm/wast"))) {
            for (Path file : files.filter(one -> one.toString().endsWith(".wast"))
                    .sorted()
                    .toList()) {
                for (Script.Command command : WastParser.parse(file.toString(), Files.readAllBytes(file))
                        .commands()) {
                    byte[] source =
                            command instanceof ModuleCommand one ? one.module().source() : null;
                    if (source != null && source.length <= LONGEST_SEED) {
                        seeds.add(source);
                    }
                }
            }
        }
        return seeds;
    }

    /** One or a few changes to a seed: bytes, parentheses, pieces of other seeds. */
    private static byte[] mutant(List<byte[]> seeds, SplittableRandom random) {
        byte[] text = seeds.get(random.nextInt(seeds.size())).clone();
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            int at = random.nextInt(text.length);
            switch (random.nextInt(7)) {
                case 0 -> text[at] = (byte) random.nextInt(256);
                case 1 -> text[at] = (byte) "()\"$;@ =0-xnv.".charAt(random.nextInt(14));
                case 2 -> text = splice(text, at, Math.min(text.length, at + random.nextInt(1, 30)), new byte[0]);
                case 3 -> text = splice(text, at, at, piece(seeds, random));
                case 4 -> text = splice(text, at, Math.min(text.length, at + random.nextInt(40)), piece(seeds, random));
                case 5 -> {
                    byte[] word = WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
                    int to = wordEnd(text, at);
                    text = splice(text, wordStart(text, at), to, word);
                }
                default -> text = Arrays.copyOf(text, Math.max(1, at));
            }
        }
        return text;
    }

    private static final String[] WORDS = {
        "(type 0)",
        "(param i32)",
        "(result i32 i64)",
        "$x",
        "4294967295",
        "18446744073709551615",
        "-1",
        "nan:0x1",
        "select",
        "(ref null 4000000000)",
        "(then)",
        "(else)",
        "end",
        "else",
        "(catch_all)",
        "delegate 0",
        "catch 0",
        "catch_all",
        "do",
        "(do)",
        "try",
        "(try (do))",
        "(try_table (catch 0 0))",
        "offset=18446744073709551615",
        "align=9223372036854775808",
        "(@name \"x\")",
        "(@custom \"c\" (after last) \"1\")",
        "(@metadata.code.branch_hint \"\\01\")",
        "(import \"\" \"\")",
        "(export \"\")",
        "(elem 0)",
        "(data \"\")",
        "(offset)",
        "(item)",
        "declare",
        "(rec)",
        "(sub)",
        "(struct)",
        "(mut i8)",
        "i16",
        "(table 0)",
        "(memory 0)",
        "i64",
        "shared",
        "(pagesize 1)",
        "(pagesize 9223372036854775808)",
        "v128.const i8x16",
        "()"
    };

    private static int wordStart(byte[] text, int at) {
        int start = at;
        while (start > 0 && text[start - 1] > ')') {
            start--;
        }
        return start;
    }

    private static int wordEnd(byte[] text, int at) {
        int end = at;
        while (end < text.length && text[end] > ')') {
            end++;
        }
        return Math.max(end, wordStart(text, at));
    }

    private static byte[] piece(List<byte[]> seeds, SplittableRandom random) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length);
        return Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(1, 60)));
    }

    private static byte[] splice(byte[] text, int from, int to, byte[] middle) {
        byte[] result = new byte[from + middle.length + text.length - to];
        System.arraycopy(text, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(text, to, result, from + middle.length, text.length - to);
        return result.length == 0 ? new byte[] {' '} : result;
    }

    /** Twice the text may take twice the time, not four times: these would take hours if anything were quadratic. */
    @Test
    void muchOfAnythingTakesLinearTime() {
        int many = 100_000;
        String numbers = "99999999999 ".repeat(many);
        refused("(func v128.const i32x4 " + numbers + ")");
        WatParser.parse("(module " + "(@custom \"c\") ".repeat(many) + "(@name \"n\"))");
        refused("(func " + "(@metadata.code.branch_hint \"\\00\") ".repeat(many) + "nop)");
        refused("(func $" + "x".repeat(many) + ") (func $" + "x".repeat(many) + ")");
        refused("y".repeat(many));
        refused("(func " + "block $x ".repeat(many) + "br $y");
        WatParser.parse("(func " + "(br_table 0 0)".repeat(many) + ")");
        WatParser.parse("(func (local " + "i32 i64 ".repeat(many) + "))");
        WatParser.parse("(type (func))".repeat(many) + "(func)".repeat(many));
        WatParser.parse("(func " + "block $x ".repeat(many) + "br $x " + "end ".repeat(many) + ")");
        WatParser.parse("(func (param $p i32) (drop (local.get $p)))".repeat(many / 4));
        WatParser.parse("(data \"" + "\\00".repeat(many) + "\") ;;" + " ".repeat(many));
    }

    private static void refused(String text) {
        String message =
                assertThrows(ModuleException.class, () -> WatParser.parse(text)).getMessage();
        assertTrue(message.length() < 1000, () -> "a long message: " + message.substring(0, 1000));
    }
}
