package emberwall.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.SuiteScript;
import emberwall.testing.SuiteScript.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every binary module of the official suite is accepted or refused as the suite says, and refused in its words. */
class SuiteTest {
    /** Written for a WebAssembly with one memory and one table at most. */
    private static final Set<String> OUT_OF_DATE = Set.of(
            "proposals/threads/imports:310",
            "proposals/threads/imports:314",
            "proposals/threads/imports:318",
            "proposals/threads/imports:405",
            "proposals/threads/imports:409",
            "proposals/threads/imports:413",
            "proposals/threads/memory:14",
            "proposals/threads/memory:15");

    /**
     * Modules with more than one fault, of which another one is named: sections and bodies that are shorter than the number
     * or instruction that runs out of them.
     */
    private static final Set<String> OTHER_WORDS = Set.of(
            "core/binary:93",
            "core/binary:738",
            "core/binary-leb128:218",
            "core/binary-leb128:226",
            "core/binary-leb128:348",
            "core/binary-leb128:405",
            "core/binary-leb128:462",
            "core/binary-leb128:526",
            "core/binary-leb128:534",
            "core/binary-leb128:542",
            "core/binary-leb128:551",
            "core/binary-leb128:731",
            "core/binary-leb128:750",
            "core/binary-leb128:844",
            "core/binary-leb128:863",
            "proposals/custom-page-sizes/binary:93",
            "proposals/custom-page-sizes/binary:738");

    private final List<String> failures = new ArrayList<>();
    private Features features;
    private int accepted;
    private int refused;

    @ParameterizedTest
    @CsvSource({
        "core,                        MVP,               2510, 3434",
        "custom,                      MVP,                  8,    0",
        "legacy,                      LEGACY_EXCEPTIONS,    6,   12",
        "proposals/threads,           THREADS,            173,   88",
        "extra/threads,               THREADS,             50,    0",
        "proposals/wide-arithmetic,   WIDE_ARITHMETIC,      2,    8",
        "proposals/custom-page-sizes, CUSTOM_PAGE_SIZES,   43,  127",
    })
    void group(String group, Feature beyond, int modules, int refusals) throws IOException {
        features = Features.WASM_3.with(beyond);
        for (SuiteScript script : SuiteScript.group(group)) {
            commands(script, script.commands());
        }
        assertEquals("", String.join("\n", failures));
        assertEquals(modules, accepted, "modules accepted");
        assertEquals(refusals, refused, "modules refused");
    }

    private void commands(SuiteScript script, List<Command> commands) {
        for (Command command : commands) {
            if (command.commands() != null) {
                commands(script, command.commands());
            }
            String place = script.name() + ":" + command.line();
            if (command.binary() == null || OUT_OF_DATE.contains(place)) {
                continue;
            }
            switch (command.type()) {
                case "assert_malformed" -> refuse(place, script.bytes(command.binary()), command.text(), true);
                case "assert_invalid" -> refuse(place, script.bytes(command.binary()), command.text(), false);
                case "assert_malformed_custom", "assert_invalid_custom" -> {}
                default -> accept(place, script.bytes(command.binary()));
            }
        }
    }

    private void accept(String place, byte[] bytes) {
        accepted++;
        try {
            read(bytes);
        } catch (ModuleException problem) {
            failures.add(place + ": " + problem);
        }
    }

    private void refuse(String place, byte[] bytes, String words, boolean malformed) {
        refused++;
        try {
            read(bytes);
            failures.add(place + ": accepted, but should be refused: " + words);
        } catch (ModuleException problem) {
            if (problem.getMessage().startsWith(words) == OTHER_WORDS.contains(place)) {
                failures.add(place + ": \"" + words + "\" expected, but: " + problem.getMessage());
            }
            if (malformed != problem instanceof MalformedException) {
                failures.add(place + ": the wrong kind of error: " + problem);
            }
        }
    }

    private void read(byte[] bytes) {
        Module module = ModuleParser.parse(bytes, Limits.DEFAULT, features);
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.SIDE_TABLE | Validator.LOOPS);
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            validator.validate(function);
        }
    }
}
