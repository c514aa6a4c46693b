package emberwall.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says of this process's mappings. */
final class Mappings {
    private Mappings() {}

    static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("/proc/self/maps"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The protection of the mapping at {@code address}, like {@code rw-p}, or null. */
    static String protection(long address) {
        for (String line : lines()) {
            int dash = line.indexOf('-');
            int space = line.indexOf(' ');
            long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
            long to = Long.parseUnsignedLong(line.substring(dash + 1, space), 16);
            if (address >= from && address < to) {
                return line.substring(space + 1, space + 5);
            }
        }
        return null;
    }
}
