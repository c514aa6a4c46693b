package emberwall.codegen.select;

import emberwall.codegen.alloc.Code;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Checks. One of an i32 {@code x} against a bound in memory, {@code bound < x + room}, that says what to ask first is a
 * comparison of {@code x} alone; the sum is compared behind the code, and only if the first answer does not settle it.
 *
 * <p>The bound is loaded again there: it only grows, and is right when it is asked.
 */
final class CheckRules {
    private final Selection s;
    private final Conditions conditions;

    // The check at work.
    private int address;
    private int room;
    private int bound;

    CheckRules(Selection s, Conditions conditions) {
        this.s = s;
        this.conditions = conditions;
    }

    void select(int check) {
        Graph graph = s.graph;
        boolean looksFirst = graph.inputCount(check) > 1 && looksFirst(graph, check);
        if (looksFirst) {
            conditions.withMemory(graph.input(check, 1));
        } else {
            conditions.of(graph.input(check, 0));
        }
        int register = looksFirst ? s.value(address) : 0;
        int payload = s.payloads.next();
        s.payloads.add(graph.reason(check));
        s.payloads.add(graph.origin(check));
        if (looksFirst) {
            s.payloads.add(room);
            s.payloads.add(s.pinnedRegister(graph.input(bound, 0)));
            s.payloads.add(graph.number(bound));
        }
        conditions.addTo(s.payloads);
        s.recorder.begin(looksFirst ? Instruction.CHECK : Instruction.TRAP_IF, payload);
        conditions.use();
        if (looksFirst) {
            s.recorder.use(register, Code.REGISTER);
        }
        s.keepState(check, payload, Code.USE);
    }

    /** Whether what to ask first is about an address, and the check about that, some room, and a bound that can be had again. */
    private boolean looksFirst(Graph graph, int check) {
        int condition = graph.input(check, 0);
        int first = graph.input(check, 1);
        if (!s.is(condition, Op.LT_U, Type.I64) || !s.is(first, Op.GE_U, Type.I32)) {
            return false;
        }
        bound = graph.input(condition, 0);
        address = graph.input(first, 0);
        int sum = graph.input(condition, 1);
        boolean isSum = s.is(sum, Op.ADD, Type.I64) && s.isImmediate(graph.input(sum, 1));
        if (!s.mayLoadAgain(bound)
                || !s.mayLoadAgain(graph.input(first, 1))
                || !isSum
                || !s.is(graph.input(sum, 0), Op.EXTEND_I32_U)) {
            return false;
        }
        room = s.immediate(graph.input(sum, 1));
        return graph.input(graph.input(sum, 0), 0) == address;
    }
}
