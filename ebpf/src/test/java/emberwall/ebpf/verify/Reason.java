package emberwall.ebpf.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Why another verifier and ours may differ, a line of a table of such reasons.
 *
 * @param weAccept whether it is we who accept
 * @param said what the other one says
 */
record Reason(String name, boolean weAccept, Pattern said) {
    static List<Reason> all(String file) {
        List<Reason> all = new ArrayList<>();
        try (var stream = Reason.class.getResourceAsStream(file)) {
            for (var line : new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    var columns = line.split("\t");
                    all.add(new Reason(columns[0], columns[1].equals("we accept"), Pattern.compile(columns[2])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }

    boolean explains(boolean acceptedByUs, String message) {
        return acceptedByUs == weAccept && said.matcher(message).find();
    }
}
