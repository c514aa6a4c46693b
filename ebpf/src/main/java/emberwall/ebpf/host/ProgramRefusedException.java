package emberwall.ebpf.host;

import emberwall.ebpf.Program;
import emberwall.ebpf.verify.Refusal;

/** The verifier refused a program: the message is its whole answer, with source line, instruction and registers. */
public final class ProgramRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Refusal refusal;

    ProgramRefusedException(Program program, Refusal refusal) {
        super(program.describe() + " is refused\n" + refusal);
        this.refusal = refusal;
    }

    /** {@return why, in parts; null in a copy that was serialized} */
    public Refusal refusal() {
        return refusal;
    }
}
