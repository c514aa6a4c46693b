package emberwall.ebpf.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * PREVAIL's own cases: the same verdict wherever the state at the beginning can be said in ours. {@code prevail-verdicts.tsv}
 * counts, and lists each that differs, with the reason of {@code prevail-reasons.tsv}; it is written anew by
 *
 * <pre>
 *   ./mvnw -pl ebpf -am test -Dtest=PrevailTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 */
class PrevailTest {
    private static final Path TABLE =
            Shared.repository().resolve("ebpf/src/test/resources/emberwall/ebpf/verify/prevail-verdicts.tsv");
    private static final VerifierLimits LIMITS = new VerifierLimits(50_000, true);

    private final List<Reason> reasons = Reason.all("prevail-reasons.tsv");
    private final List<String> rows = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();

    @Test
    void verdictsAreThoseOfTheTable() throws IOException {
        var cases = PrevailCase.all();
        assertEquals(396, cases.size());
        for (var test : cases) {
            compare(test);
        }
        var table = "# " + counts + "\n" + String.join("\n", rows) + "\n";
        if (System.getProperty("bless") != null) {
            Files.writeString(TABLE, table);
        }
        assertEquals(
                List.of(), rows.stream().filter(row -> row.contains("\t?\t")).toList());
        assertTrue(counts.get("both accept") > 200 && counts.get("both refuse") > 25, counts.toString());
        assertEquals(Files.readString(TABLE), table);
    }

    private void compare(PrevailCase test) {
        var theirs = test.refusal();
        String ours;
        try {
            ours = refusal(test);
        } catch (PrevailState.InexpressibleException e) {
            counts.merge("not compared: " + e.getMessage(), 1, Integer::sum);
            return;
        }
        if ((ours == null) == (theirs == null)) {
            counts.merge(ours == null ? "both accept" : "both refuse", 1, Integer::sum);
            return;
        }
        var said = ours == null ? theirs : ours;
        var reason = reasons.stream()
                .filter(one -> one.explains(theirs != null, said))
                .map(Reason::name)
                .findFirst()
                .orElse("?");
        counts.merge((ours == null ? "only we accept: " : "only PREVAIL accepts: ") + reason, 1, Integer::sum);
        rows.add(String.join("\t", test.file(), test.name(), ours == null ? "accept" : "refuse", reason, said));
    }

    /** PREVAIL's tests have a kind of their own, which may call all helpers. */
    private static ProgramKind kind(PrevailCase test) {
        return test.name().contains("bpf_get_stack") ? ProgramKind.KPROBE : ProgramKind.SOCKET_FILTER;
    }

    /** What we refuse a program for, or null. */
    private static String refusal(PrevailCase test) throws PrevailState.InexpressibleException {
        if (test.options().contains("big_endian")) {
            throw new PrevailState.InexpressibleException("big-endian machine");
        }
        if (test.isOfReader()) {
            throw new PrevailState.InexpressibleException("fault of the file");
        }
        if (test.messages().stream().anyMatch(message -> message.contains("observation"))) {
            throw new PrevailState.InexpressibleException("question about states");
        }
        Instructions code;
        try {
            code = PrevailAssembler.assemble(test);
        } catch (MalformedException e) {
            return e.getMessage();
        } catch (IllegalArgumentException e) {
            throw new PrevailState.InexpressibleException("instruction that the standard has not");
        }
        var program = Program.of(test.name(), kind(test), code, PrevailState.maps(test));
        PrevailState.InexpressibleException[] thrown = new PrevailState.InexpressibleException[1];
        var walk = new Walk(program, PrevailState.CONTEXT, LinuxHelper::signature, LIMITS, null);
        walk.beginning = state -> {
            try {
                PrevailState.fill(test, state);
            } catch (PrevailState.InexpressibleException e) {
                thrown[0] = e;
            }
        };
        var verdict = walk.run();
        if (thrown[0] != null) {
            throw thrown[0];
        }
        return verdict instanceof Refusal refusal ? refusal.reason() : null;
    }
}
