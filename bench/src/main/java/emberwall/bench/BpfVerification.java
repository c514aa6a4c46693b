package emberwall.bench;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Assembler;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.verify.Accepted;
import emberwall.ebpf.verify.ContextType;
import emberwall.ebpf.verify.Verifier;
import emberwall.ebpf.verify.VerifierLimits;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * How long it takes to verify programs that grow, of five kinds, and what that grows to: {@code BpfVerification
 * [MOST_INSTRUCTIONS]}. Time is that of the processor, the least of three; memory is the most that was alive at one of eight
 * moments of a further walk, without the program's own. Programs that want many more than a million states at a time are left out.
 */
public final class BpfVerification {
    private static final int MEMORY = 64;
    private static final int MOMENTS = 8;
    private static final int MOST_STATES = 1_100_000;

    private BpfVerification() {}

    /** Programs of a kind, by a measure of their size. */
    private enum Kind {
        STRAIGHT("a straight line", 250, 4) {
            @Override
            String text(int size) {
                return "ldxdw %r6, [%r1]\n"
                        + "mov %r7, %r6\nand %r7, 56\nadd %r7, %r1\nldxdw %r8, [%r7]\nxor %r6, %r8\n".repeat(size);
            }
        },
        LOOP("a loop, walked round by round", 1400, 10) {
            @Override
            String text(int size) {
                return "mov %r6, 0\nloop:\nmov %r7, %r6\nand %r7, 56\nadd %r7, %r1\nldxdw %r8, [%r7]\nadd %r6, 1\njlt %r6, "
                        + size + ", loop\n";
            }
        },
        JOINS("branches that join, in a row", 500, 4) {
            @Override
            String text(int size) {
                return joins(size);
            }
        },
        CALLS("calls of a function with 2000 branches that join", 1, 10) {
            @Override
            String text(int size) {
                return "mov %r9, %r1\n" + "mov %r1, %r9\ncall local joins\n".repeat(size);
            }

            @Override
            String functions() {
                return "joins:\n" + joins(2000) + "mov %r0, 0\nexit\n";
            }
        },
        PATHS("branches of which each matters at the end", 6, 0) {
            @Override
            String text(int size) {
                var text = new StringBuilder("ldxdw %r6, [%r1]\nmov %r7, 0\n");
                for (int i = 0; i < size; i++) {
                    text.append("jset %r6, ").append(1 << i).append(", on").append(i);
                    text.append("\nadd %r7, 1\non")
                            .append(i)
                            .append(":\nlsh %r7, 1\nmov %r8, %r7\nadd %r8, 1\nmov %r9, %r8\n");
                }
                return text + "and %r7, 63\nadd %r1, %r7\nldxb %r0, [%r1]\n";
            }
        };

        final String title;
        final int first;
        final int factor;

        Kind(String title, int first, int factor) {
            this.title = title;
            this.first = first;
            this.factor = factor;
        }

        abstract String text(int size);

        String functions() {
            return "";
        }

        static String joins(int count) {
            var text = new StringBuilder();
            for (int i = 0; i < count; i++) {
                text.append("ldxdw %r6, [%r1]\nmov %r7, 1\njset %r6, 1, on").append(i);
                text.append("\nmov %r7, 2\nxor %r6, 3\non").append(i).append(":\nadd %r6, %r7\n");
            }
            return text.toString();
        }

        int next(int size) {
            return factor == 0 ? size + 3 : size * factor;
        }
    }

    public static void main(String[] arguments) {
        long most = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000_000;
        System.out.println("Java " + Runtime.version() + "\n");
        System.out.println(
                "| program | its instructions | looked at | states | at a time | ms | million a second | memory, MB |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (Kind kind : Kind.values()) {
            for (int size = kind.first; row(kind, size, most); size = kind.next(size)) {}
        }
    }

    /** Measures a program; answers whether a larger one is worth it. */
    private static boolean row(Kind kind, int size, long most) {
        Instructions code;
        try {
            code = Assembler.assemble(kind.text(size) + "mov %r0, 0\nexit\n" + kind.functions());
        } catch (MalformedException tooLong) {
            return false;
        }
        var program = Program.of("grown", ProgramKind.UNSPECIFIED, code, List.of());
        var verifier = new Verifier(number -> null, new VerifierLimits(most, MOST_STATES, false));
        Accepted proof = null;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            var clock = ManagementFactory.getThreadMXBean();
            long begin = clock.getCurrentThreadCpuTime();
            if (!(verifier.verify(program, ContextType.memory(MEMORY)) instanceof Accepted found)) {
                return false;
            }
            best = Math.min(best, clock.getCurrentThreadCpuTime() - begin);
            proof = found;
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %.1f | %.2f | %d |%n",
                kind.title,
                code.size(),
                proof.processed(),
                proof.states(),
                proof.statesAtOnce(),
                best / 1e6,
                proof.processed() * 1e3 / best,
                memory(program, verifier, proof.processed()) >> 20);
        return true;
    }

    /** The most bytes that are alive at one of some moments while a program is verified. */
    private static long memory(Program program, Verifier verifier, long instructions) {
        var before = alive();
        var seen = new long[2];
        verifier.verify(program, ContextType.memory(MEMORY), state -> {
            if (++seen[0] * MOMENTS % instructions < MOMENTS) {
                seen[1] = Math.max(seen[1], alive());
            }
        });
        return Math.max(0, seen[1] - before);
    }

    private static long alive() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
