package emberwall.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One script of WebAssembly's official suite in its converted form: a JSON file of commands, and modules beside it.
 *
 * @param name what it is called in the suite, such as {@code core/simd/simd_lane}
 * @param directory where the modules are
 * @param commands in the order of the script
 */
public record SuiteScript(String name, Path directory, List<Command> commands) {

    /**
     * One command; what a kind of command does not have is null.
     *
     * @param type such as {@code assert_return}
     * @param line in the original script
     * @param name of the instance ({@code module}, {@code register}) or definition ({@code module_definition})
     * @param instance the name that {@code module_instance} gives
     * @param module the definition that {@code module_instance} takes
     * @param as the name that {@code register} makes importable
     * @param filename of the module; a text where {@code isText}
     * @param binaryFilename of a text module that could be encoded
     * @param isText whether {@code filename} is in the text format
     * @param text the failure that is expected, in the suite's words
     * @param action what to do
     * @param expected what {@code assert_return} wants
     * @param commands of a {@code thread}
     */
    public record Command(
            String type,
            int line,
            String name,
            String instance,
            String module,
            String as,
            String filename,
            String binaryFilename,
            boolean isText,
            String text,
            Action action,
            List<Value> expected,
            List<Command> commands) {

        /** The file of the module in binary form, or null where there is none. */
        public String binary() {
            return isText ? binaryFilename : filename;
        }
    }

    /**
     * A call of an exported function, or a look at an exported global.
     *
     * @param isInvoke a call
     * @param module the name of the instance, or null for the current one
     * @param field the export
     * @param arguments of the call
     */
    public record Action(boolean isInvoke, String module, String field, List<Value> arguments) {}

    /**
     * A value as the script writes it.
     *
     * @param type such as {@code i32}, {@code externref}, {@code refnull}, {@code either}
     * @param laneType of a {@code v128}, else null
     * @param texts decimal numbers, {@code nan:...} or {@code null}: one, or one per lane; empty where the script has none
     * @param alternatives of an {@code either}
     */
    public record Value(String type, String laneType, List<String> texts, List<Value> alternatives) {}

    /** Reads a script: {@code directory/NAME.json}, the last part of the directory's name being NAME. */
    public static SuiteScript read(String name, Path directory) throws IOException {
        Path json = directory.resolve(directory.getFileName() + ".json");
        try (Reader reader = Files.newBufferedReader(json)) {
            JsonObject root = JsonParser.parseReader(reader).getAsJsonObject();
            return new SuiteScript(name, directory, commands(root.getAsJsonArray("commands")));
        }
    }

    /**
     * All scripts of a group and its subgroups, by name.
     *
     * @param group such as {@code core} or {@code core/gc}
     */
    public static List<SuiteScript> group(String group) throws IOException {
        Path root = Shared.path("spec/wasm/json");
        List<Path> directories;
        try (Stream<Path> files = Files.walk(Shared.path("spec/wasm/json/" + group))) {
            directories = files.filter(file -> file.toString().endsWith(".json"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
        var scripts = new ArrayList<SuiteScript>(directories.size());
        for (Path directory : directories) {
            scripts.add(read(root.relativize(directory).toString().replace('\\', '/'), directory));
        }
        return scripts;
    }

    /** The bytes of a file beside the script. */
    public byte[] bytes(String filename) {
        try {
            return Files.readAllBytes(directory.resolve(filename));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Command> commands(JsonArray array) {
        if (array == null) {
            return null;
        }
        var commands = new ArrayList<Command>(array.size());
        for (JsonElement element : array) {
            commands.add(command(element.getAsJsonObject()));
        }
        return commands;
    }

    private static Command command(JsonObject json) {
        return new Command(
                string(json, "type"),
                json.get("line").getAsInt(),
                string(json, "name"),
                string(json, "instance"),
                string(json, "module"),
                string(json, "as"),
                string(json, "filename"),
                string(json, "binary_filename"),
                "text".equals(string(json, "module_type")),
                string(json, "text"),
                action(json.getAsJsonObject("action")),
                values(json.getAsJsonArray("expected")),
                commands(json.getAsJsonArray("commands")));
    }

    private static Action action(JsonObject json) {
        if (json == null) {
            return null;
        }
        boolean isInvoke = "invoke".equals(string(json, "type"));
        return new Action(isInvoke, string(json, "module"), string(json, "field"), values(json.getAsJsonArray("args")));
    }

    private static List<Value> values(JsonArray array) {
        var values = new ArrayList<Value>();
        if (array != null) {
            for (JsonElement element : array) {
                values.add(value(element.getAsJsonObject()));
            }
        }
        return values;
    }

    private static Value value(JsonObject json) {
        var texts = new ArrayList<String>();
        JsonElement value = json.get("value");
        if (value != null && value.isJsonArray()) {
            for (JsonElement lane : value.getAsJsonArray()) {
                texts.add(lane.getAsString());
            }
        } else if (value != null) {
            texts.add(value.getAsString());
        }
        return new Value(string(json, "type"), string(json, "lane_type"), texts, values(json.getAsJsonArray("values")));
    }

    private static String string(JsonObject json, String name) {
        JsonElement element = json.get(name);
        return element == null ? null : element.getAsString();
    }
}
