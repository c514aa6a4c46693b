package emberwall.cli;

import emberwall.wasi.ExitException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Where a command puts what it makes: a file, or standard output where the name is {@code -}. */
final class OutputFile {
    private static final int BUFFER = 1 << 16;
    private static final int SIGPIPE = 13;

    /** Writes what there is to write. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private OutputFile() {}

    static void write(String name, Content content) {
        boolean standard = name.equals(ModuleFile.STANDARD_STREAM);
        try (OutputStream out = new BufferedOutputStream(standard ? standardOutput() : file(name), BUFFER)) {
            content.writeTo(out);
        } catch (IOException e) {
            if (standard) ExitException.signal(SIGPIPE).endProcess();
            throw new Failure(Status.NO_RESOURCE, name + ": cannot be written: " + reason(e));
        }
    }

    private static OutputStream standardOutput() {
        return new FileOutputStream(FileDescriptor.out);
    }

    private static OutputStream file(String name) throws IOException {
        try {
            return Files.newOutputStream(Path.of(name));
        } catch (InvalidPathException e) {
            throw new IOException(e.getMessage());
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException absent -> "no such folder";
            case AccessDeniedException denied -> "permission denied";
            default -> e.getMessage();
        };
    }
}
