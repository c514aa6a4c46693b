package emberwall.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads what the kernel says of itself and of this process. */
final class ProcFile {
    private ProcFile() {}

    /** The content of a one-line file, or null. */
    static String text(String path) {
        List<String> lines = lines(path);
        return lines.isEmpty() ? null : lines.getFirst().strip();
    }

    /** What stands behind a label at the beginning of a line, or null. */
    static String line(String path, String label) {
        for (String line : lines(path)) {
            if (line.startsWith(label)) return line.substring(label.length()).strip();
        }
        return null;
    }

    private static List<String> lines(String path) {
        try {
            return Files.readAllLines(Path.of(path));
        } catch (IOException e) {
            return List.of();
        }
    }
}
