package emberwall.ebpf.verify;

import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A case of the PREVAIL verifier's own tests. The reader knows as much of YAML as these files use: scalars, lists in brackets or
 * with a hyphen a line, and one level of named blocks of text.
 *
 * @param file without its suffix
 * @param before what is known at the beginning, an equation each
 * @param code lines of assembly by label, in order
 * @param messages what the verifier says
 * @param isOfReader whether it is the reader of such files that has to find a fault
 */
record PrevailCase(
        String file,
        String name,
        List<String> options,
        List<String> before,
        Map<String, List<String>> code,
        List<String> messages,
        boolean isOfReader) {
    private static final Pattern KEY = Pattern.compile("([a-z-]+):(.*)");
    private static final Pattern LABEL = Pattern.compile("  (<\\w+>): \\|.*");

    /** All cases of the shared data. */
    static List<PrevailCase> all() throws IOException {
        List<PrevailCase> cases = new ArrayList<>();
        try (var files = Files.list(Shared.path("spec/bpf/prevail-yaml"))) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(".yaml") && !name.equals("test-schema.yaml")) {
                    cases.addAll(read(file, name.replace(".yaml", "")));
                }
            }
        }
        return cases;
    }

    private static List<PrevailCase> read(Path path, String file) throws IOException {
        List<PrevailCase> cases = new ArrayList<>();
        for (var document : ("\n" + Files.readString(path)).split("\n---[^\n]*")) {
            var found = document(file, document.lines().toList());
            if (found != null) {
                cases.add(found);
            }
        }
        return cases;
    }

    private static PrevailCase document(String file, List<String> lines) {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        Map<String, List<String>> code = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        for (var line : lines) {
            var key = KEY.matcher(line);
            var label = LABEL.matcher(line);
            if (key.matches()) {
                current = keys.computeIfAbsent(key.group(1), name -> new ArrayList<>());
                current.add(key.group(2));
            } else if (label.matches()) {
                current = code.computeIfAbsent(label.group(1), name -> new ArrayList<>());
            } else if (!line.startsWith("#")) {
                current.add(line);
            }
        }
        return keys.containsKey("test-case")
                ? new PrevailCase(
                        file,
                        String.join("", keys.get("test-case")).strip(),
                        list(keys.get("options")),
                        list(keys.get("pre")),
                        code,
                        list(keys.get("messages")),
                        keys.containsKey("expected-exception"))
                : null;
    }

    /** The elements of a list, in brackets or each behind a hyphen. */
    private static List<String> list(List<String> lines) {
        if (lines == null) {
            return List.of();
        }
        List<String> elements = new ArrayList<>();
        var inBrackets = String.join("\n", lines).strip();
        if (inBrackets.startsWith("[")) {
            var inside = inBrackets.substring(1, inBrackets.lastIndexOf(']'));
            for (var element : inside.split(",(?![^\\[{]*[\\]}])")) {
                elements.add(unquoted(element));
            }
        } else {
            for (var line : lines) {
                if (line.strip().startsWith("- ")) {
                    elements.add(unquoted(line.strip().substring(2)));
                }
            }
        }
        elements.removeIf(String::isEmpty);
        return elements;
    }

    private static String unquoted(String text) {
        var stripped = text.strip();
        var quoted = stripped.startsWith("\"") && stripped.endsWith("\"") && stripped.length() > 1;
        return quoted ? stripped.substring(1, stripped.length() - 1) : stripped;
    }

    /** What the program is refused for there, or null: all other messages are warnings. */
    String refusal() {
        return messages.stream()
                .filter(message -> !message.contains("Code becomes unreachable") && !message.contains("observation"))
                .findFirst()
                .orElse(null);
    }
}
