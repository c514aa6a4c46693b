package emberwall.ebpf;

/**
 * Where an instruction comes from.
 *
 * @param file as the compiler was told it
 * @param line from 1
 * @param column from 1, or 0 if unknown
 * @param text the line itself, or "" where the object does not have it
 */
public record SourceLine(String file, int line, int column, String text) {
    @Override
    public String toString() {
        return text.isBlank() ? file + ":" + line : file + ":" + line + ": " + text.strip();
    }
}
