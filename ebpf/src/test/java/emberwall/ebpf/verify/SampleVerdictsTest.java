package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.object.BpfObject;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every program of the sample objects, with the verdict that others gave and ours. {@code sample-verdicts.tsv} beside this
 * test has a line for each, and says why where the two differ.
 */
class SampleVerdictsTest {
    static final String ROOT = "spec/bpf/elf";

    private static String verdict(Path file, String section, String function) throws IOException {
        try {
            var object = BpfObject.read(file);
            var found = object.function(section, function);
            var program = object.link(found, object.kind(found));
            var verifier = new Verifier(LinuxHelper::signature, VerifierLimits.DEFAULT.trusting());
            return switch (verifier.verify(program)) {
                case Accepted proof -> "accept\t-";
                case Refusal refusal -> "reject\t" + refusal.reason();
            };
        } catch (ObjectException e) {
            return "reject_load\t" + e.getMessage().replaceAll("\\s+", " ");
        }
    }

    private static Map<String, String[]> golden() throws IOException {
        Map<String, String[]> rows = new HashMap<>();
        try (var stream = SampleVerdictsTest.class.getResourceAsStream("sample-verdicts.tsv")) {
            for (var line : new String(stream.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                var columns = line.split("\t", -1);
                rows.put(String.join("\t", columns[0], columns[1], columns[2]), columns);
            }
        }
        return rows;
    }

    @Test
    void verdictsAreThoseOfTheTable() throws IOException {
        var root = Shared.path(ROOT);
        var golden = golden();
        List<String> differing = new ArrayList<>();
        int asExpected = 0;
        for (var line : Files.readAllLines(root.resolve("VERDICTS.tsv"))) {
            var columns = line.split("\t", -1);
            if (columns[0].equals("project")) {
                continue;
            }
            var file = columns[0] + "/" + columns[1];
            var ours = verdict(root.resolve(file), columns[2], columns[3]);
            var row = golden.getOrDefault(String.join("\t", file, columns[2], columns[3]), new String[7]);
            var accepted = ours.startsWith("accept");
            assertTrue(!accepted || columns[5].startsWith("accept"), "unsound: " + line);
            if (!ours.equals(row[4] + "\t" + row[5]) || !columns[5].equals(row[3])) {
                differing.add(String.join("\t", file, columns[2], columns[3], columns[5], ours));
            }
            if (accepted == columns[5].startsWith("accept")) {
                asExpected++;
            } else {
                assertTrue(!row[6].equals("-"), "no reason: " + line);
            }
        }
        assertEquals("", String.join("\n", differing));
        assertTrue(asExpected >= 157, asExpected + " of 164 as expected");
    }
}
