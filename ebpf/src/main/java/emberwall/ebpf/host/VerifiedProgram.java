package emberwall.ebpf.host;

import emberwall.ebpf.Program;
import emberwall.ebpf.run.CompiledProgram;
import emberwall.ebpf.run.Executable;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.verify.Accepted;
import emberwall.ebpf.verify.ContextType;

/** A program that was proven to end and to stay inside its memory, given a kind of context. Any number of threads may run it. */
public abstract sealed class VerifiedProgram permits PacketProgram, MemoryProgram, Attachment {
    /**
     * What all kinds of programs are made of.
     *
     * @param bound how many instructions a run has at most, those of programs that it goes on in included; or the greatest number
     */
    record Parts(
            BpfModule module,
            Program program,
            Accepted proof,
            ContextType context,
            ContextLayout layout,
            Executable code,
            long bound) {}

    final Parts parts;

    VerifiedProgram(Parts parts) {
        this.parts = parts;
    }

    /** {@return its name in the object} */
    public final String name() {
        return parts.program.name();
    }

    /** {@return the program as it was verified} */
    public final Program program() {
        return parts.program;
    }

    /** {@return what the verifier found} */
    public final Accepted proof() {
        return parts.proof;
    }

    /** {@return what it finds in r1} */
    public final ContextType context() {
        return parts.context;
    }

    /** {@return whether it runs as machine code; else it is interpreted, and each access checked again} */
    public final boolean isCompiled() {
        return parts.code instanceof CompiledProgram;
    }

    /** {@return whether a run is a single call of machine code on the thread's own stack: it is short, and leaves for no helper} */
    public final boolean isCritical() {
        return parts.code instanceof CompiledProgram compiled && compiled.isCritical();
    }

    /**
     * Its machine code.
     *
     * @return a copy of the bytes
     * @throws IllegalStateException if it is interpreted, or its module closed
     */
    public final byte[] machineCode() {
        if (parts.code instanceof CompiledProgram compiled) {
            return compiled.machineCode();
        }
        throw new IllegalStateException(name() + " is interpreted");
    }

    final long run(Workspace workspace, long r1, long r2) {
        return switch (parts.code) {
            case CompiledProgram compiled -> compiled.run(r1, r2);
            case Interpreter interpreter -> interpreter.run(workspace, parts.bound, r1, r2);
        };
    }

    @Override
    public final String toString() {
        return parts.program.describe();
    }
}
