package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.Shared;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.Script.AssertRefusal;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.ModuleCommand;
import emberwall.wasm.text.Script.ModuleDefinition;
import emberwall.wasm.text.Script.StartThread;
import emberwall.wasm.text.ScriptModule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every module of the official suite is accepted or refused as the suite says, and refused in its words. */
class ValidationTest {
    /** Written for a WebAssembly with one memory and one table at most, and with limits of 32 bits. */
    private static final Set<String> OUT_OF_DATE = Set.of(
            "proposals/threads/imports:310",
            "proposals/threads/imports:314",
            "proposals/threads/imports:318",
            "proposals/threads/imports:405",
            "proposals/threads/imports:409",
            "proposals/threads/imports:413",
            "proposals/threads/memory:14",
            "proposals/threads/memory:15",
            "proposals/threads/memory:16", // line 15 of the text, whose module is on the same line
            "proposals/threads/memory:84",
            "proposals/threads/memory:88",
            "proposals/threads/memory:92");

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
    private boolean isConverted;
    private int accepted;
    private int refused;

    @ParameterizedTest
    @CsvSource({
        "core,                         2510,  4663",
        "custom,                          8,    20",
        "legacy,                          6,    19",
        "proposals/threads,             173,   107",
        "extra/threads,                  50,     0",
        "proposals/wide-arithmetic,       2,     8",
        "proposals/custom-page-sizes,    43,   131",
    })
    void group(String group, int modules, int refusals) throws IOException {
        for (String form : new String[] {"json", "wast"}) {
            isConverted = form.equals("json");
            accepted = 0;
            refused = 0;
            Path root = Shared.path("spec/wasm/" + form);
            for (ScriptFile file : ScriptFile.in(root.resolve(group))) {
                features = file.features();
                Path script = isConverted ? file.path().getParent() : file.path();
                String name = root.relativize(script).toString();
                commands(name.replace(".wast", ""), file.read().commands());
            }
            assertEquals("", String.join("\n", failures), form);
            assertEquals(modules, accepted, form + ": modules accepted");
            assertEquals(refusals, refused, form + ": modules refused");
        }
    }

    private void commands(String script, List<Command> commands) {
        for (Command command : commands) {
            String place = script + ":" + (command.line() + lineOfModule(command));
            switch (command) {
                case ModuleCommand module -> accept(place, module.module());
                case ModuleDefinition module -> accept(place, module.module());
                case AssertRefusal refusal -> refusal(place, refusal);
                case StartThread thread -> commands(script, thread.commands());
                default -> {}
            }
        }
    }

    /** Converters give the line of an assertion's module, which is mostly the next one. */
    private int lineOfModule(Command command) {
        return isConverted || !(command instanceof AssertRefusal) ? 0 : 1;
    }

    private void refusal(String place, AssertRefusal assertion) {
        if (OUT_OF_DATE.contains(place)) {
            return;
        }
        switch (assertion.refusal()) {
            case MALFORMED -> refuse(place, assertion, true);
            case INVALID -> refuse(place, assertion, false);
            case MALFORMED_CUSTOM, INVALID_CUSTOM -> {
                if (assertion.module().isText()) {
                    refuse(place, assertion, assertion.refusal() == Script.Refusal.MALFORMED_CUSTOM);
                } else {
                    refused++; // where an annotation was wrong; nobody looks into the section that was made of it
                }
            }
            case UNLINKABLE, UNINSTANTIABLE -> accept(place, assertion.module());
        }
    }

    private void accept(String place, ScriptModule module) {
        accepted++;
        try {
            read(module);
        } catch (ModuleException problem) {
            failures.add(place + ": " + problem);
        }
    }

    private void refuse(String place, AssertRefusal assertion, boolean malformed) {
        refused++;
        String words = assertion.text();
        try {
            read(assertion.module());
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

    private void read(ScriptModule source) {
        Module module = ModuleParser.parse(source.bytes(), Limits.DEFAULT, features);
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.SIDE_TABLE | Validator.LOOPS);
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            validator.validate(function);
        }
    }
}
