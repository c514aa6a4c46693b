package emberwall.codegen.select;

import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Op;
import emberwall.op.Type;

/**
 * Where machine code has what a {@link emberwall.ir.Kind#STATE} lists, while it stands at an instruction: for each slot a
 * place, or a constant. Good until the emitter goes on.
 */
public final class StopState {
    /** Instead of a place: the value is a constant. */
    public static final int CONSTANT = -1;

    private final Graph graph;
    private final Allocation allocation;
    private final int[] slots;
    private final int state;
    /** By slot: the operand, or {@link #CONSTANT}. */
    private final int[] operands;

    StopState(Graph graph, Code code, Allocation allocation, int state, int firstOperand) {
        this.graph = graph;
        this.allocation = allocation;
        this.state = state;
        slots = graph.slots(state);
        operands = new int[slots.length];
        int operand = firstOperand;
        for (int i = 0; i < operands.length; i++) {
            operands[i] = graph.isConstant(carrier(graph, graph.input(state, i))) ? CONSTANT : operand++;
        }
        assert operand <= code.operandCount();
    }

    /** The node whose bits a value has, as far as the value has any. */
    static int carrier(Graph graph, int value) {
        int carrier = value;
        while (graph.kind(carrier) == Kind.COMPUTE
                && (graph.op(carrier) == Op.EXTEND_I32_U
                        || graph.op(carrier) == Op.WRAP && graph.type(value) == Type.I32)) {
            carrier = graph.input(carrier, 0);
        }
        return carrier;
    }

    /** How many slots hold something. */
    public int count() {
        return slots.length;
    }

    /** The number of a slot, as in {@link Graph#slots}; they ascend. */
    public int slot(int index) {
        return slots[index];
    }

    /** The type of its value. Of an i32 or f32 only the lower half of the place, or of the constant, is looked at. */
    public Type type(int index) {
        return graph.type(graph.input(state, index));
    }

    /** Whether it is a reference that a collector has to know of. */
    public boolean isReference(int index) {
        return graph.isReference(graph.input(state, index));
    }

    /** The place as in an {@link Allocation}, or {@link #CONSTANT}. */
    public int place(int index) {
        return operands[index] == CONSTANT ? CONSTANT : allocation.place(operands[index]);
    }

    /** The bits of a constant; of a vector the lower half. */
    public long low(int index) {
        int constant = carrier(graph, graph.input(state, index));
        return graph.type(constant) == Type.V128 ? graph.vector(constant).low() : graph.bits(constant);
    }

    /** The upper half of a constant vector. */
    public long high(int index) {
        return graph.vector(graph.input(state, index)).high();
    }
}
