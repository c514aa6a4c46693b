package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.Shared;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.StartThread;
import emberwall.wasm.text.WastParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every script of the suite says the same in its text and in the JSON form, which others made of it. */
class FormsTest {
    /** Modules have no value to compare here, and converters count lines from a module within its assertion. */
    private static final Pattern ASIDE = Pattern.compile("line=\\d+|ScriptModule@[0-9a-f]+");

    @Test
    void textAndJsonAreTheSameCommands() throws IOException {
        Path texts = Shared.path("spec/wasm/wast");
        List<Path> files;
        try (Stream<Path> all = Files.walk(texts)) {
            files = all.filter(file -> file.toString().endsWith(".wast"))
                    .sorted()
                    .toList();
        }
        int compared = 0;
        for (Path file : files) {
            String path = texts.relativize(file).toString();
            String name = path.substring(0, path.length() - ".wast".length());
            String last = name.substring(name.lastIndexOf('/') + 1);
            Script text = WastParser.parse(name, Files.readAllBytes(file));
            Script json = JsonScript.read(name, Shared.path("spec/wasm/json/" + name + "/" + last + ".json"));
            compared += compare(name, json.commands(), text.commands());
        }
        assertTrue(compared > 67_000, compared + " commands");
    }

    private static int compare(String where, List<Command> expected, List<Command> actual) {
        assertEquals(expected.size(), actual.size(), where);
        int compared = expected.size();
        for (int i = 0; i < expected.size(); i++) {
            String place = where + ":" + actual.get(i).line();
            if (expected.get(i) instanceof StartThread one && actual.get(i) instanceof StartThread other) {
                assertEquals(one.name() + one.shared(), other.name() + other.shared(), place);
                compared += compare(place, one.commands(), other.commands());
            } else {
                assertEquals(say(expected.get(i)), say(actual.get(i)), place);
            }
        }
        return compared;
    }

    private static String say(Command command) {
        return ASIDE.matcher(command.toString()).replaceAll("");
    }
}
