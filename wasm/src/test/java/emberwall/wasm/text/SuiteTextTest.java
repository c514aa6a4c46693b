package emberwall.wasm.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.testing.Shared;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.Features;
import emberwall.wasm.InvalidException;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.Script.AssertRefusal;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.ModuleCommand;
import emberwall.wasm.text.Script.ModuleDefinition;
import emberwall.wasm.text.Script.StartThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The official suite in its own text, all groups. What other tools made of the same modules (the JSON form's binaries,
 * wasm-tools' work) is what ours must be; messages must be the suite's.
 */
class SuiteTextTest {
    /** Groups whose proposals are no part of the opcode table: their scripts are read, most of their modules are not. */
    private static final List<String> FOREIGN = List.of("proposals/custom-descriptors/", "extra/stack-switching/");

    /** Where the other tools differ, and why. */
    private static final Map<String, String> DIFFERENCES = Map.of(
            "core/gc/array.wast:302", "ours counts data segments where constant expressions name them, too",
            "core/gc/type-subtyping.wast:344", "theirs takes a type that is not final for an unnamed use",
            "core/gc/type-subtyping.wast:373", "theirs takes a type that is not final for an unnamed use",
            "core/type-rec.wast:45", "theirs takes no group of one for an unnamed use, as the script says it should",
            "core/type-rec.wast:185", "as before",
            "core/type-rec.wast:197", "as before",
            "legacy/exceptions/core/try_catch.wast:10", "theirs leaves out an else without instructions",
            "legacy/exceptions/core/try_delegate.wast:3", "as before");

    /** A section that can say the same in another way: see {@link #sameButForForm}. */
    private static final int ELEMENT = 9;

    private static List<Path> files;
    private static Path root;

    /** A module of a script, with the command that it stands in and its number in the script. */
    private record Item(String script, int number, Command command, ScriptModule module) {
        String where() {
            return script + ":" + command.line();
        }

        boolean isForeign() {
            return FOREIGN.stream().anyMatch(script::startsWith);
        }

        Refusal refusal() {
            return command instanceof AssertRefusal refusal
                    ? new Refusal(refusal.refusal(), refusal.text())
                    : new Refusal(null, "");
        }
    }

    private record Refusal(Script.Refusal kind, String text) {}

    @BeforeAll
    static void findScripts() throws IOException {
        root = Shared.path("spec/wasm");
        try (Stream<Path> all = Files.walk(root.resolve("wast"))) {
            files = all.filter(file -> file.toString().endsWith(".wast"))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path file) {
        return root.resolve("wast").relativize(file).toString();
    }

    private static Script script(Path file) throws IOException {
        return WastParser.parse(name(file), Files.readAllBytes(file));
    }

    private static List<Item> items() throws IOException {
        List<Item> items = new ArrayList<>();
        for (Path file : files) {
            int before = items.size();
            collect(name(file), script(file).commands(), before, items);
        }
        return items;
    }

    private static void collect(String script, List<Command> commands, int first, List<Item> items) {
        for (Command command : commands) {
            ScriptModule module = switch (command) {
                case ModuleCommand one -> one.module();
                case ModuleDefinition one -> one.module();
                case AssertRefusal one -> one.module();
                default -> null;
            };
            if (module != null) {
                items.add(new Item(script, items.size() - first, command, module));
            } else if (command instanceof StartThread thread) {
                collect(script, thread.commands(), first, items);
            }
        }
    }

    @Test
    void everyScriptHasAllItsCommands() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (String row : Files.readAllLines(root.resolve("COUNTS.tsv"))) {
            String[] columns = row.split("\t");
            if (columns[0].endsWith(".wast")) {
                counts.put(columns[0], Integer.parseInt(columns[1]));
            }
        }
        assertEquals(counts.size(), files.size());
        for (Path file : files) {
            assertEquals(counts.get(name(file)), script(file).commands().size(), name(file));
        }
    }

    @Test
    void modulesAreWhatOtherToolsMakeOfThem() throws IOException {
        int identical = 0;
        int butForNames = 0;
        int butForForm = 0;
        List<String> different = new ArrayList<>();
        for (Item item : items()) {
            boolean meantToFail = item.module().form() == ScriptModule.Form.QUOTED
                    && item.refusal().kind() != null;
            if (item.isForeign()
                    || item.module().form() == ScriptModule.Form.BINARY
                    || meantToFail
                    || item.refusal().kind() == Script.Refusal.INVALID_CUSTOM
                    || item.refusal().kind() == Script.Refusal.MALFORMED_CUSTOM) {
                continue;
            }
            byte[] expected = Files.readAllBytes(binary(item));
            byte[] actual = item.module().bytes();
            if (Arrays.equals(expected, actual)) {
                identical++;
            } else if (Arrays.equals(known(expected, -1), known(actual, -1))) {
                butForNames++;
            } else if (sameButForForm(expected, actual)) {
                butForForm++;
            } else {
                different.add(item.where());
            }
        }
        System.out.printf(
                "%d modules byte for byte as other tools encode them, %d but for custom sections, %d but for the form%n",
                identical, butForNames, butForForm);
        assertTrue(identical > 5_200, identical + " identical");
        assertEquals(new TreeSet<>(DIFFERENCES.keySet()), new TreeSet<>(different));
    }

    private static Path binary(Item item) {
        String path = item.script().substring(0, item.script().length() - ".wast".length());
        String last = path.substring(path.lastIndexOf('/') + 1);
        return root.resolve("json").resolve(path).resolve(last + "." + item.number() + ".wasm");
    }

    /** A module without its custom sections, and without one other section. */
    static byte[] known(byte[] module, int without) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BodyReader in = new BodyReader(module, Math.min(8, module.length), module.length);
        while (in.hasMore()) {
            int at = in.position();
            int id = in.u8();
            in.skip(in.u32());
            if (id != 0 && id != without) {
                out.write(module, at, in.position() - at);
            }
        }
        return out.toByteArray();
    }

    /** Whether modules are equal up to how segments for tables are written, which decode to the same. */
    private static boolean sameButForForm(byte[] expected, byte[] actual) {
        return Arrays.equals(known(expected, ELEMENT), known(actual, ELEMENT))
                && elements(expected).equals(elements(actual));
    }

    private static List<String> elements(byte[] bytes) {
        try {
            var module = ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL);
            List<String> elements = new ArrayList<>();
            for (var segment : module.elements()) {
                StringBuilder text = new StringBuilder(segment.mode() + " " + segment.table() + " " + segment.type());
                if (segment.place() != null) {
                    text.append(code(bytes, segment.place()));
                }
                for (int i = 0; i < segment.count(); i++) {
                    text.append(' ')
                            .append(segment.isFunctions() ? segment.function(i) : code(bytes, segment.expression(i)));
                }
                elements.add(text.toString());
            }
            return elements;
        } catch (ModuleException refused) {
            return List.of(refused.problem());
        }
    }

    private static String code(byte[] bytes, ConstantExpression expression) {
        return HexFormat.of().formatHex(bytes, expression.offset(), expression.end());
    }

    @Test
    void textsThatAreNoModulesAreRefusedInTheSuitesWords() throws IOException {
        int refused = 0;
        List<String> wrong = new ArrayList<>();
        for (Item item : items()) {
            Script.Refusal kind = item.refusal().kind();
            boolean malformed = kind == Script.Refusal.MALFORMED || kind == Script.Refusal.MALFORMED_CUSTOM;
            if (!malformed || !item.module().isText() || item.isForeign()) {
                continue;
            }
            String problem = parse(item);
            if (problem.startsWith(item.refusal().text())) {
                refused++;
            } else {
                wrong.add(item.where() + " expected \"" + item.refusal().text() + "\" but got \"" + problem + '"');
            }
        }
        System.out.println(refused + " malformed texts refused in the suite's words");
        assertTrue(refused > 1200, refused + " refused");
        // WebAssembly 3.0 has memories of more than 2^32 pages: these are invalid only.
        assertTrue(
                wrong.stream()
                        .allMatch(line -> line.startsWith("proposals/threads/memory.wast:8")
                                || line.startsWith("proposals/threads/memory.wast:9")),
                () -> String.join("\n", wrong));
        assertTrue(wrong.size() <= 3, () -> String.join("\n", wrong));
    }

    private static String parse(Item item) {
        try {
            item.module().bytes();
            return "a module";
        } catch (MalformedException malformed) {
            return malformed.problem();
        }
    }

    @Test
    void textsThatAreInvalidModulesAreParsedAndThenRefused() throws IOException {
        int refused = 0;
        for (Item item : items()) {
            if (item.refusal().kind() != Script.Refusal.INVALID
                    || !item.module().isText()
                    || isOutdated(item)) {
                continue;
            }
            byte[] bytes = item.module().bytes();
            try {
                Validator.validateAll(ModuleParser.parse(bytes, Limits.DEFAULT, Features.ALL), Limits.DEFAULT);
                throw new AssertionError("accepted: " + item.where());
            } catch (InvalidException | MalformedException expected) {
                refused++;
            }
        }
        assertTrue(refused > 2000, refused + " refused");
    }

    /** The threads proposal is older than several memories and tables. */
    private static boolean isOutdated(Item item) {
        return item.isForeign()
                || item.script().equals("proposals/threads/imports.wast")
                || item.script().equals("proposals/threads/memory.wast");
    }
}
