package emberwall.ebpf.verify;

import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.op.Op;
import java.util.function.IntFunction;

/** Which registers the rest of a function may still read, before each instruction: a backward data flow analysis. */
final class Liveness {
    private static final int CALLER_SAVED = 0x3f;
    private static final int ARGUMENTS = 0x3e;

    private final int[] before;

    Liveness(Instructions instructions, IntFunction<HelperSignature> helpers) {
        var count = instructions.size();
        before = new int[count + 1];
        var changed = true;
        while (changed) {
            changed = false;
            for (int i = count - 1; i >= 0; i--) {
                var insn = instructions.get(i);
                var after = 0;
                if (!insn.kind().isFinal()) {
                    after |= before[i + 1];
                }
                if (insn.kind().endsBlock() && instructions.target(i) >= 0) {
                    after |= before[instructions.target(i)];
                }
                var live = after & ~defined(insn) | used(insn, helpers);
                changed |= live != before[i];
                before[i] = live;
            }
        }
    }

    /** Registers of one of a state's frames whose values are of use: before the next instruction, or behind a call. */
    int of(State state, int frame) {
        if (frame == state.depth()) {
            return before[state.index];
        }
        var above = state.frames.get(frame + 1);
        return above.chain.caller() != null
                ? before[above.chain.site()]
                : before[above.chain.site() + 1] & ~CALLER_SAVED;
    }

    private static int used(Insn insn, IntFunction<HelperSignature> helpers) {
        var opcode = insn.opcode();
        var dst = opcode.readsDst() ? 1 << insn.dst() : 0;
        var src = opcode.fromRegister() ? 1 << insn.src() : 0;
        return switch (insn.kind()) {
            case CALL -> {
                var helper = helpers.apply((int) insn.immediate());
                yield helper == null ? ARGUMENTS : (1 << helper.arguments().size() + 1) - 2;
            }
            case CALL_RUNTIME -> {
                var function = RuntimeFunction.of(insn.immediate());
                yield function == null ? ARGUMENTS : (1 << function.arguments() + 1) - 2;
            }
            case CALL_LOCAL, CALL_REGISTER -> dst | ARGUMENTS;
            case EXIT -> 1;
            case ATOMIC -> dst | src | (opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE ? 1 : 0);
            case PACKET_ABSOLUTE, PACKET_INDIRECT -> src | 1 << 6;
            default -> dst | src;
        };
    }

    private static int defined(Insn insn) {
        var opcode = insn.opcode();
        if (insn.kind().isCall()) {
            return CALLER_SAVED;
        }
        return switch (insn.kind()) {
            case PACKET_ABSOLUTE, PACKET_INDIRECT -> CALLER_SAVED;
            case ATOMIC -> !opcode.fetches() ? 0 : opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE ? 1 : 1 << insn.src();
            default -> opcode.writesDst() ? 1 << insn.dst() : 0;
        };
    }
}
