package emberwall.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The module that a command line names. */
final class ModuleFile {
    private static final String STANDARD_INPUT = "-";

    private ModuleFile() {}

    /** The bytes of the file, or of standard input where the name is {@code -}. */
    static byte[] read(String name) {
        if (name == null) throw Failure.usage("which module? FILE is missing");
        try {
            if (name.equals(STANDARD_INPUT)) {
                InputStream in = new FileInputStream(FileDescriptor.in);
                return in.readAllBytes();
            }
            return Files.readAllBytes(Path.of(name));
        } catch (NoSuchFileException e) {
            throw missing(name, "no such file");
        } catch (AccessDeniedException e) {
            throw missing(name, "permission denied");
        } catch (IOException | InvalidPathException e) {
            throw missing(name, "cannot be read: " + e.getMessage());
        }
    }

    private static Failure missing(String name, String why) {
        return new Failure(Status.NO_INPUT, name + ": " + why);
    }
}
