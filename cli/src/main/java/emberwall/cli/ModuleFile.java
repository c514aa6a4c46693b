package emberwall.cli;

import emberwall.engine.Config;
import emberwall.engine.ValidModule;
import emberwall.wasm.ModuleException;
import emberwall.wasm.text.SourceMap;
import emberwall.wasm.text.WatModule;
import emberwall.wasm.text.WatParser;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The module that a command line names: validated, or as bytes, into which text is encoded at once. */
final class ModuleFile {
    static final String STANDARD_STREAM = "-";

    private final String name;
    private final byte[] bytes;
    /** From the bytes back to the text, if the file has that. */
    private final SourceMap map;

    private ModuleFile(String name, byte[] bytes, SourceMap map) {
        this.name = name;
        this.bytes = bytes;
        this.map = map;
    }

    /** The module in the file, or on standard input where the name is {@code -}, validated. */
    static ValidModule validate(String name, Config config) {
        named(name);
        try {
            return name.equals(STANDARD_STREAM)
                    ? ValidModule.of(new FileInputStream(FileDescriptor.in), config)
                    : ValidModule.of(Path.of(name), config);
        } catch (ModuleException problem) {
            throw refused(name, problem);
        } catch (IOException | InvalidPathException e) {
            throw unreadable(name, e);
        }
    }

    private static void named(String name) {
        if (name == null) throw Failure.usage("which file? FILE is missing");
    }

    /** The module in the file, or on standard input where the name is {@code -}. */
    static ModuleFile read(String name) {
        byte[] content = content(name);
        return WatParser.isText(content) ? text(name, content) : new ModuleFile(name, content, null);
    }

    private static ModuleFile text(String name, byte[] text) {
        try {
            WatModule module = WatParser.parse(text);
            return new ModuleFile(name, module.bytes(), module.map());
        } catch (ModuleException problem) {
            throw refused(name, problem);
        }
    }

    String name() {
        return name;
    }

    /** The module in the binary format. */
    byte[] bytes() {
        return bytes;
    }

    /** The end of a command because of what is wrong with the module, with the place in the file. */
    Failure refused(ModuleException problem) {
        return refused(name, map == null ? problem : map.locate(problem));
    }

    static Failure refused(String name, ModuleException problem) {
        return new Failure(Status.BAD_MODULE, name + ": " + problem.getMessage());
    }

    /** What is in a file, or on standard input where the name is {@code -}. */
    static byte[] content(String name) {
        named(name);
        try {
            if (name.equals(STANDARD_STREAM)) {
                InputStream in = new FileInputStream(FileDescriptor.in);
                return in.readAllBytes();
            }
            return Files.readAllBytes(Path.of(name));
        } catch (IOException | InvalidPathException e) {
            throw unreadable(name, e);
        }
    }

    private static Failure unreadable(String name, Exception problem) {
        String why;
        if (problem instanceof NoSuchFileException) why = "no such file";
        else if (problem instanceof AccessDeniedException) why = "permission denied";
        else why = "cannot be read: " + problem.getMessage();
        return new Failure(Status.NO_INPUT, name + ": " + why);
    }
}
