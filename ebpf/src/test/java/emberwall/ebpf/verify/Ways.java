package emberwall.ebpf.verify;

import emberwall.ebpf.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * From which instruction to which a verifier walked, by slots.
 *
 * @param all on any path
 * @param last on the path where it stopped, as far as that is known
 */
record Ways(Set<Way> all, List<Way> last) {
    record Way(int from, int to) {}

    private static final Pattern INSTRUCTION = Pattern.compile("(\\d+): \\([0-9a-f]{2}\\) .*");
    private static final Pattern FORK = Pattern.compile("from (\\d+) to (\\d+).*");

    /** What the kernel's log shows of its walk. */
    static Ways of(String log) {
        Set<Way> all = new HashSet<>();
        List<Way> last = new ArrayList<>();
        var at = -1;
        for (var line : log.split("\n")) {
            var fork = FORK.matcher(line);
            var instruction = INSTRUCTION.matcher(line);
            if (fork.matches()) {
                last.clear();
                last.add(new Way(Integer.parseInt(fork.group(1)), Integer.parseInt(fork.group(2))));
                at = -1;
            } else if (instruction.matches()) {
                var next = Integer.parseInt(instruction.group(1));
                if (at >= 0) {
                    last.add(new Way(at, next));
                }
                at = next;
            }
            all.addAll(last);
        }
        return new Ways(all, last);
    }

    /** What our verifier does with a program. */
    static Ways of(Program program, Verifier verifier) {
        var code = program.instructions();
        Set<Way> all = new HashSet<>();
        List<Way> last = new ArrayList<>();
        verifier.verify(program, ContextTypes.of(program.kind()), state -> {
            last.clear();
            var to = state.index;
            var step = state.trail.before(to);
            for (var checkpoint = state.parent; step != null || checkpoint != null; ) {
                if (step == null) {
                    step = checkpoint.steps;
                    checkpoint = checkpoint.parent;
                } else {
                    last.add(new Way(code.slot(step.last()), code.slot(to)));
                    for (int i = step.last(); i > step.first(); i--) {
                        last.add(new Way(code.slot(i - 1), code.slot(i)));
                    }
                    to = step.first();
                    step = step.previous();
                }
            }
            all.addAll(last);
        });
        return new Ways(all, last);
    }

    /** Whether the last path went where another verifier never does. */
    boolean leads(Ways other) {
        return !other.all.containsAll(last);
    }
}
