package emberwall.script;

import emberwall.wasm.Features;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.ScriptModule;
import emberwall.wasm.text.WastParser;
import emberwall.wasm.text.WatParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file with a script in it, in either form.
 *
 * @param path ends in {@code .wast} or {@code .json}
 */
public record ScriptFile(Path path) {
    private static final String TEXT = ".wast";
    private static final String JSON = ".json";

    public ScriptFile {
        if (!isScript(path)) {
            throw new IllegalArgumentException(path + " is neither " + TEXT + " nor " + JSON);
        }
    }

    /** Whether a file's name is that of a script. */
    public static boolean isScript(Path path) {
        return path.toString().endsWith(TEXT) || path.toString().endsWith(JSON);
    }

    /** The scripts in a folder and its folders, by path. */
    public static List<ScriptFile> in(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> files = Files.walk(folder)) {
            paths = files.filter(path -> isScript(path) && Files.isRegularFile(path))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        var scripts = new ArrayList<ScriptFile>(paths.size());
        for (Path path : paths) {
            scripts.add(new ScriptFile(path));
        }
        return scripts;
    }

    /**
     * The features that the script's modules may use: WebAssembly 3.0, and the proposal that a folder above is named after,
     * as the suite's are. Null if that is one that we know nothing of.
     */
    public Features features() {
        return Proposal.features(path);
    }

    /**
     * Reads the script.
     *
     * @throws IOException if the file cannot be read, or is JSON but no script
     * @throws emberwall.wasm.MalformedException if it is text but no script
     */
    public Script read() throws IOException {
        String name = path.toString();
        return name.endsWith(JSON) ? JsonScript.read(name, path) : WastParser.parse(name, Files.readAllBytes(path));
    }

    /** The module in a text file, as JSON scripts have it. */
    static ScriptModule quoted(Path file) {
        byte[] source = bytes(file);
        return ScriptModule.text(ScriptModule.Form.QUOTED, source, () -> WatParser.parse(source));
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
