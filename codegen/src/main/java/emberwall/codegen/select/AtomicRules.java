package emberwall.codegen.select;

import emberwall.asm.x64.Reg;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Access;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;

/** Atomic accesses: one instruction each, or a loop around one. */
final class AtomicRules {
    private final Selection s;
    private final Addresses address;

    AtomicRules(Selection s, Addresses address) {
        this.s = s;
        this.address = address;
    }

    void select(int node) {
        Graph graph = s.graph;
        Op op = graph.op(node);
        if (op == Op.ATOMIC_FENCE) {
            s.recorder.begin(Instruction.FENCE, -1);
            return;
        }
        int result = op == Op.ATOMIC_STORE || s.isFree(node) ? s.fresh(Type.I64) : s.registerOf(node);
        address.of(node);
        if (op == Op.ATOMIC_LOAD) {
            load(node, result);
            return;
        }
        int x = s.value(graph.input(node, 2));
        int y = op == Op.ATOMIC_COMPARE_EXCHANGE ? s.value(graph.input(node, 3)) : -1;
        int payload = s.payloads.next();
        s.payloads.add(op);
        s.payloads.add(Access.atomicBytes(graph.access(node)));
        address.addTo(s.payloads);
        s.recorder.begin(Instruction.ATOMIC, payload);
        switch (op) {
            case ATOMIC_AND, ATOMIC_OR, ATOMIC_XOR -> {
                address.useLate();
                s.recorder.useLate(x, Code.REGISTER);
                s.recorder.defineFixed(result, Reg.RAX);
            }
            case ATOMIC_COMPARE_EXCHANGE -> {
                address.use();
                s.recorder.useFixed(x, Reg.RAX);
                s.recorder.use(y, Code.REGISTER);
                s.recorder.defineFixed(result, Reg.RAX);
            }
            default -> {
                address.use();
                s.recorder.use(x, Code.REGISTER);
                s.recorder.defineOver(result, s.recorder.operands() - 1);
            }
        }
    }

    /** Loads are never done before others on this processor. */
    private void load(int node, int result) {
        Graph graph = s.graph;
        Type type = graph.workingType(node);
        int payload = s.payloads.next();
        s.payloads.add(
                switch (Access.atomicBytes(graph.access(node))) {
                    case 1 -> Op.LOAD8_U;
                    case 2 -> Op.LOAD16_U;
                    case 4 -> type == Type.I64 ? Op.LOAD32_U : Op.LOAD;
                    default -> Op.LOAD;
                });
        s.payloads.add(type);
        address.addTo(s.payloads);
        s.recorder.begin(Instruction.LOAD, payload);
        address.use();
        s.recorder.define(result);
    }
}
