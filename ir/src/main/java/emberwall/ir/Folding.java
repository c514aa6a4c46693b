package emberwall.ir;

import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.op.V128;
import emberwall.op.VectorEval;

/** What operators make of constants: what {@link Eval} and {@link VectorEval} say. */
final class Folding {
    private final Graph graph;
    private final ValueTable values;

    Folding(Graph graph, ValueTable values) {
        this.graph = graph;
        this.values = values;
    }

    /** The constant that an operator with one result makes of constants; -1 if it makes none of them. */
    int fold(Op op, Type type, int inputs, int a, int b, int c) {
        if (type.isVector()) {
            V128 result = VectorEval.apply(
                    op, type, word(a), inputs < 2 ? V128.ZERO : word(b), inputs < 3 ? V128.ZERO : word(c));
            return values.constant(Typing.result(op, type), result.low(), result.high());
        }
        try {
            long result = Eval.apply(op, type, graph.bits(a), inputs < 2 ? 0 : graph.bits(b));
            return values.constant(Typing.result(op, type), result, 0);
        } catch (FaultException none) {
            return -1;
        }
    }

    private V128 word(int constant) {
        return graph.type(constant) == Type.V128 ? graph.vector(constant) : new V128(graph.bits(constant), 0);
    }
}
