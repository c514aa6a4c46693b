package emberwall.ebpf.run;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a program instruction by instruction, by the tables alone: the oracle for compiled code and the verifier. Each access
 * to memory is looked up in the regions that the program may touch, and each step is counted. For use by many threads.
 */
public final class Interpreter implements Executable {
    /** Bytes of a function's own stack. */
    public static final int FRAME_BYTES = 512;

    /** How many functions may be in progress, the program's first one included. */
    public static final int MOST_FRAMES = 8;

    final Instructions code;
    final Environment environment;

    /** By instruction: what an lddw that refers to something loads. */
    final Map<Integer, Long> references = new HashMap<>();

    /**
     * A program in its environment.
     *
     * @throws IllegalArgumentException if it refers to what the environment does not have
     */
    public Interpreter(Instructions code, Environment environment) {
        this.code = code;
        this.environment = environment;
        for (int i = 0; i < code.size(); i++) {
            Insn insn = code.get(i);
            if (refers(insn)) {
                references.put(i, environment.address(insn));
            }
        }
    }

    /** Whether the environment says what an lddw loads. */
    static boolean refers(Insn insn) {
        return insn.slots() == 2 && insn.src() != Insn.VALUE && insn.src() != Insn.FUNCTION;
    }

    /**
     * Runs the program.
     *
     * @param regions what it may touch beside its stack
     * @param budget how many instructions it may execute
     * @param r1 usually the address of the context
     * @param r2 0, or what the kind of program says
     * @return r0
     * @throws ViolationException if it touches other memory, calls what is not there, has too many functions in progress, or
     *     takes more steps
     */
    public long run(Regions regions, long budget, long r1, long r2) {
        try (Session session = new Session(regions, budget)) {
            return session.run(this, 0, r1, r2, 0, 0, 0);
        }
    }

    /**
     * Runs the program, and says how many instructions that took.
     *
     * @param steps its first element becomes the number
     * @return as {@link #run}
     */
    public long run(Regions regions, long budget, long r1, long r2, long[] steps) {
        try (Session session = new Session(regions, budget)) {
            try {
                return session.run(this, 0, r1, r2, 0, 0, 0);
            } finally {
                steps[0] = session.steps();
            }
        }
    }
}
