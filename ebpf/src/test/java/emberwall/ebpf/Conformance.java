package emberwall.ebpf;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import emberwall.testing.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A case of the shared data: a program as bytes, and what becomes of it.
 *
 * @param name of the file that it is from
 * @param cpu lowest version of processor
 * @param groups conformance groups
 * @param code the program
 * @param memory what r1 points to
 * @param result r0 at the end, or null if the program must fail
 * @param error why it must fail, in another engine's words; or null
 * @param atLoad whether it must fail when it is loaded
 */
public record Conformance(
        String name,
        int cpu,
        List<String> groups,
        byte[] code,
        byte[] memory,
        Long result,
        String error,
        boolean atLoad) {
    /** {@return the cases of RFC 9669} */
    public static List<Conformance> all() {
        return read("spec/bpf/bpf_conformance/cases.jsonl");
    }

    /** {@return programs with a reserved field that is not zero} */
    public static List<Conformance> malformed() {
        return read("spec/bpf/bpf_conformance/must_reject.jsonl");
    }

    /** {@return uBPF's own cases} */
    public static List<Conformance> ubpf() {
        return read("spec/bpf/ubpf/cases.jsonl");
    }

    private static List<Conformance> read(String file) {
        List<Conformance> cases = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Shared.path(file))) {
                cases.add(of(JsonParser.parseString(line).getAsJsonObject()));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return cases;
    }

    private static Conformance of(JsonObject json) {
        List<String> groups = new ArrayList<>();
        if (json.has("groups")) {
            json.getAsJsonArray("groups").forEach(group -> groups.add(group.getAsString()));
        }
        String result = text(json, "result");
        String error = json.has("expect") ? text(json, "why") : text(json, "error");
        return new Conformance(
                text(json, "name"),
                json.has("cpu") ? text(json, "cpu").charAt(1) - '0' : 0,
                groups,
                HexFormat.of().parseHex(text(json, "code")),
                json.has("mem") ? HexFormat.of().parseHex(text(json, "mem")) : new byte[0],
                result == null ? null : number(result),
                error,
                json.has("expect") || "load".equals(text(json, "stage")));
    }

    private static String text(JsonObject json, String key) {
        return json.has(key) ? json.get(key).getAsString() : null;
    }

    private static Long number(String text) {
        return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : (Long) Long.parseLong(text);
    }

    @Override
    public String toString() {
        return name;
    }
}
