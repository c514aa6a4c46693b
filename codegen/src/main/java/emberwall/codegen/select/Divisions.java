package emberwall.codegen.select;

import emberwall.asm.x64.Reg;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;

/** Quotients and remainders: the dividend is in {@code rax}, its upper half in {@code rdx}. */
final class Divisions {
    private final Selection s;

    Divisions(Selection s) {
        this.s = s;
    }

    void select(int node, Type type, int x, int y) {
        Graph graph = s.graph;
        Op op = graph.op(node);
        int dividend = s.operand(x, type);
        int divisor = s.operand(y, type);
        int payload = s.payloads.next();
        s.payloads.add(op);
        s.payloads.add(type);
        s.payloads.add(isHarmless(y, type));
        s.payloads.add(graph.origin(node));
        s.recorder.begin(Instruction.DIVIDE, payload);
        s.recorder.useFixed(dividend, Reg.RAX);
        s.recorder.useLate(divisor, Code.REGISTER);
        boolean isQuotient = op == Op.DIV_S || op == Op.DIV_U;
        s.recorder.defineFixed(s.registerOf(node), isQuotient ? Reg.RAX : Reg.RDX);
        if (isQuotient) {
            s.recorder.temporary(s.fresh(Type.I64), Reg.RDX);
        } else {
            s.recorder.clobber(1L << Reg.RAX);
        }
    }

    /** Whether a divisor is neither zero nor minus one. */
    private boolean isHarmless(int divisor, Type type) {
        return s.graph.isConstant(divisor)
                && s.graph.bits(divisor) != 0
                && (type == Type.I32 ? (int) s.graph.bits(divisor) : s.graph.bits(divisor)) != -1;
    }
}
