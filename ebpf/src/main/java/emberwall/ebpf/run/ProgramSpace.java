package emberwall.ebpf.run;

import emberwall.ebpf.insn.Instructions;
import emberwall.fiber.FaultHandler;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import emberwall.os.Cpu;
import emberwall.os.Platform;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Where compiled programs live, and the stacks that those run on that are not short. */
public final class ProgramSpace implements AutoCloseable {
    /** Programs that are proven to end within so many instructions may be entered by a critical call. */
    public static final long SHORT = 10_000;

    private static final long CODE_BYTES = 64 << 20;

    /** Code that runs on fibers, and code that runs on the stacks of Java's threads. */
    private final CodeSpace onFibers;

    private final CodeSpace onThreads;
    private final FaultHandler.Range faults;
    private final Stacks stacks;

    /** Those that can be run. */
    private final Set<CompiledProgram> programs = new HashSet<>();

    private boolean closed;

    private ProgramSpace() {
        boolean handled = FaultHandler.available();
        onFibers = CodeSpace.reserve(CODE_BYTES);
        onThreads = CodeSpace.reserve(CODE_BYTES);
        faults = handled ? FaultHandler.addOwnCode(onFibers.base(), onFibers.bytes()) : null;
        stacks = new Stacks(onFibers.publish(Compiler.entry(), "entry of eBPF").address());
    }

    /** {@return why this machine runs no compiled programs, or null} */
    public static String unavailable() {
        return Platform.unavailable();
    }

    /**
     * {@return a space without programs}
     *
     * @throws IllegalStateException if the machine is not Linux on x86-64, or the system forbids executable memory
     */
    public static ProgramSpace open() {
        String obstacle = Platform.unavailable();
        if (obstacle != null) {
            throw new IllegalStateException(obstacle);
        }
        return new ProgramSpace();
    }

    /**
     * How a program is compiled.
     *
     * @param bound how many instructions it takes at most, as was proven; {@link Long#MAX_VALUE} if nobody knows
     * @param blinding random numbers that hide the program's constants in its code, or null
     */
    public record Options(long bound, RandomGenerator blinding) {
        /** A program of which nothing is known. */
        public static final Options DEFAULT = new Options(Long.MAX_VALUE, null);

        /** {@return the same with a proven bound} */
        public Options bound(long instructions) {
            return new Options(instructions, blinding);
        }

        /** {@return the same with constants that are hidden} */
        public Options blinding(RandomGenerator random) {
            return new Options(bound, random);
        }
    }

    /**
     * Compiles a program that the verifier let pass. It alone keeps the program inside its memory: nothing is checked at run
     * time.
     *
     * @throws IllegalArgumentException if the program refers to what the environment does not have
     * @throws emberwall.os.OsException if the space is full
     */
    public CompiledProgram load(Instructions code, Environment environment, Options options) {
        return load(code, environment, options, Cpu.features());
    }

    /** The same for a processor with these features. */
    CompiledProgram load(Instructions code, Environment environment, Options options, long features) {
        boolean isShort = options.bound() <= SHORT;
        Compiler.Code compiled = Compiler.compile(code, environment, !isShort, options.blinding(), features);
        return publish(compiled, environment, options.bound());
    }

    private synchronized CompiledProgram publish(Compiler.Code code, Environment environment, long bound) {
        if (closed) {
            throw new IllegalStateException("the space for programs is closed");
        }
        CodeBlob blob = (code.exits() ? onFibers : onThreads).publish(code.assembler(), "eBPF program");
        CompiledProgram program = new CompiledProgram(this, blob, code, environment, bound);
        programs.add(program);
        return program;
    }

    /** Takes code away that no program refers to any more. */
    synchronized void free(CompiledProgram program, CodeBlob blob) {
        if (programs.remove(program)) {
            (program.isCritical() ? onThreads : onFibers).free(blob);
        }
    }

    /** Runs a program on a fiber. */
    long run(CompiledProgram program, long r1, long r2) {
        Activation activation = stacks.take();
        try {
            return activation.run(program, r1, r2);
        } finally {
            stacks.give(activation);
        }
    }

    /**
     * Gives the code back. The caller has seen to it that no program runs by a critical call.
     *
     * @throws IllegalStateException if a program runs on a fiber; nothing has happened then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        stacks.close();
        closed = true;
        List.copyOf(programs).forEach(CompiledProgram::close);
        if (faults != null) {
            faults.close();
        }
        onFibers.close();
        onThreads.close();
    }
}
