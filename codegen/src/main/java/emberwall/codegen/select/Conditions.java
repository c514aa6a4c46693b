package emberwall.codegen.select;

import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Width;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Op;
import emberwall.op.Type;

/** Conditions where somebody branches on them, traps, or chooses: flags rather than values. */
final class Conditions {
    private final Selection s;
    private final Addresses address;
    private Graph graph;

    // The condition at work.
    private Test test;
    private int cond;
    private int width;
    private int x;
    private int y;
    private int constant;
    private long bits;

    Conditions(Selection s, Addresses address) {
        this.s = s;
        this.address = address;
    }

    /** Takes a condition, an i32 that is not zero; registers that it needs are there then. */
    void of(int condition) {
        graph = s.graph;
        if (isComparison(condition) && s.isFree(condition) && (s.isSole(condition) || s.isHere(condition))) {
            comparison(condition, s.isSole(condition) && s.isHere(condition));
        } else {
            zero(condition, Type.I32, Cond.NOT_EQUAL, s.isSole(condition) && s.isHere(condition));
        }
    }

    /** Whether a node is a comparison of scalars. */
    boolean isComparison(int node) {
        return s.graph.kind(node) == Kind.COMPUTE
                && s.graph.op(node).isComparison()
                && !s.graph.workingType(node).isVector();
    }

    /**
     * Takes a comparison.
     *
     * @param once whether it is computed here only, so that it may load its operands
     */
    void comparison(int node, boolean once) {
        graph = s.graph;
        Type type = graph.workingType(node);
        Op op = graph.op(node);
        int left = graph.input(node, 0);
        width = X64Operators.width(type);
        if (op == Op.EQZ) {
            zero(left, type, Cond.EQUAL, once);
        } else if (type.isFloat()) {
            floats(op, type, left, graph.input(node, 1), once);
        } else {
            integers(op, type, left, graph.input(node, 1), once);
        }
    }

    /** Takes a comparison of integers with what is loaded for it, though others may load it too. */
    void withMemory(int comparison) {
        graph = s.graph;
        Type type = graph.workingType(comparison);
        width = X64Operators.width(type);
        cond = X64Operators.condition(graph.op(comparison));
        memory(graph.input(comparison, 0), graph.input(comparison, 1), type);
    }

    private void integers(Op op, Type type, int left, int right, boolean once) {
        cond = X64Operators.condition(op);
        if (s.isConstant(right, 0) && isSignTest(cond)) {
            zero(left, type, cond == Cond.LESS ? Cond.SIGN : cond == Cond.GREATER_EQUAL ? Cond.NOT_SIGN : cond, once);
        } else if (s.isImmediate(right)) {
            constant = s.immediate(right);
            if (once && isNarrow(left, right)) {
                test = Test.MEMORY_CONSTANT;
                width = graph.op(left) == Op.LOAD8_U ? Width.W8 : Width.W16;
                constant = width == Width.W8 ? (byte) constant : (short) constant;
                address.of(left);
            } else if (once && s.isOperandInMemory(left, type)) {
                test = Test.MEMORY_CONSTANT;
                address.of(left);
            } else {
                test = Test.CONSTANT;
                x = s.operand(left, type);
            }
        } else if (once && s.isOperandInMemory(right, type)) {
            memory(left, right, type);
        } else if (once && s.isOperandInMemory(left, type)) {
            cond = Cond.swap(cond);
            memory(right, left, type);
        } else {
            test = Test.REGISTERS;
            x = s.operand(left, type);
            y = s.operand(right, type);
        }
    }

    /** Whether the flags of a test of a number with itself say what those of its comparison with 0 do. */
    private static boolean isSignTest(int cond) {
        return switch (cond) {
            case Cond.EQUAL, Cond.NOT_EQUAL, Cond.LESS, Cond.GREATER_EQUAL, Cond.GREATER, Cond.LESS_EQUAL -> true;
            default -> false;
        };
    }

    /** Whether a load of one or two bytes can be compared where it lies, as an unsigned number. */
    private boolean isNarrow(int load, int with) {
        if (graph.kind(load) != Kind.LOAD || !s.mayLoadHere(load)) {
            return false;
        }
        boolean isUnsigned = cond == Cond.EQUAL
                || cond == Cond.NOT_EQUAL
                || cond == Cond.BELOW
                || cond == Cond.ABOVE
                || cond == Cond.BELOW_EQUAL
                || cond == Cond.ABOVE_EQUAL;
        long most = graph.op(load) == Op.LOAD8_U ? 0xFF : graph.op(load) == Op.LOAD16_U ? 0x7FFF : -1;
        return isUnsigned && graph.bits(with) >= 0 && graph.bits(with) <= most;
    }

    private void memory(int register, int load, Type type) {
        test = Test.MEMORY;
        x = s.operand(register, type);
        address.of(load);
    }

    /** Takes whether a number is zero, or has a sign. */
    private void zero(int node, Type type, int itsCond, boolean once) {
        cond = itsCond;
        width = X64Operators.width(type);
        boolean fuses = s.is(node, Op.AND, type) && s.isFree(node) && (s.isSole(node) || s.isHere(node));
        if (fuses && s.isImmediate(graph.input(node, 1))) {
            test = Test.BITS_CONSTANT;
            constant = s.immediate(graph.input(node, 1));
            x = s.operand(graph.input(node, 0), type);
        } else if (fuses) {
            test = Test.BITS;
            x = s.operand(graph.input(node, 0), type);
            y = s.operand(graph.input(node, 1), type);
        } else if (isZeroTest(cond) && s.isSole(node) && s.isHere(node) && isSumWithImmediate(node, type)) {
            // A sum is zero where one is the other's opposite.
            test = Test.CONSTANT;
            constant = -s.immediate(graph.input(node, 1));
            x = s.operand(graph.input(node, 0), type);
        } else if (once && isByte(node) && isZeroTest(cond)) {
            test = Test.MEMORY_CONSTANT;
            width = graph.op(node) == Op.LOAD8_U ? Width.W8 : Width.W16;
            constant = 0;
            address.of(node);
        } else if (once && s.isOperandInMemory(node, type) && isZeroTest(cond)) {
            test = Test.MEMORY_CONSTANT;
            constant = 0;
            address.of(node);
        } else {
            test = Test.ZERO;
            x = s.operand(node, type);
        }
    }

    private boolean isSumWithImmediate(int node, Type type) {
        return s.is(node, Op.ADD, type)
                && s.isImmediate(graph.input(node, 1))
                && s.immediate(graph.input(node, 1)) != Integer.MIN_VALUE;
    }

    private boolean isByte(int node) {
        return graph.kind(node) == Kind.LOAD
                && (graph.op(node) == Op.LOAD8_U || graph.op(node) == Op.LOAD16_U)
                && s.mayLoadHere(node);
    }

    private static boolean isZeroTest(int cond) {
        return cond == Cond.EQUAL || cond == Cond.NOT_EQUAL;
    }

    private void floats(Op op, Type type, int left, int right, boolean once) {
        boolean swap = op == Op.LT || op == Op.LE;
        int first = swap ? right : left;
        int second = swap ? left : right;
        cond = switch (op) {
            case EQ -> X64Operators.FLOAT_EQUAL;
            case NE -> X64Operators.FLOAT_NOT_EQUAL;
            case LT, GT -> Cond.ABOVE;
            default -> Cond.ABOVE_EQUAL;
        };
        x = s.value(first);
        if (graph.isConstant(second)) {
            test = Test.FLOAT_CONSTANT;
            bits = graph.bits(second);
        } else if (once && first != second && s.isOperandInMemory(second, type)) {
            test = Test.FLOAT_MEMORY;
            address.of(second);
        } else {
            test = Test.FLOATS;
            y = s.value(second);
        }
    }

    /** The condition at work. */
    int cond() {
        return cond;
    }

    /** Adds the condition to the payload at work. */
    void addTo(Payloads payloads) {
        payloads.add(test);
        payloads.add(cond);
        payloads.add(width);
        switch (test) {
            case CONSTANT, BITS_CONSTANT -> payloads.add(constant);
            case MEMORY, FLOAT_MEMORY -> address.addTo(payloads);
            case MEMORY_CONSTANT -> {
                address.addTo(payloads);
                payloads.add(constant);
            }
            case FLOAT_CONSTANT -> payloads.addLong(bits);
            default -> {}
        }
    }

    /** Adds its registers to the instruction at work; how many operands that are. */
    void use() {
        switch (test) {
            case REGISTERS, BITS, FLOATS -> {
                s.recorder.use(x, Code.REGISTER);
                s.recorder.use(y, Code.ANY);
            }
            case CONSTANT, BITS_CONSTANT -> s.recorder.use(x, Code.ANY);
            case ZERO -> s.recorder.use(x, Code.ANY);
            case MEMORY, FLOAT_MEMORY -> {
                s.recorder.use(x, Code.REGISTER);
                address.use();
            }
            case MEMORY_CONSTANT -> address.use();
            case FLOAT_CONSTANT -> s.recorder.use(x, Code.REGISTER);
        }
    }
}
