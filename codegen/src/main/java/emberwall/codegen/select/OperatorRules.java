package emberwall.codegen.select;

import emberwall.asm.x64.Reg;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.VectorOperators;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Access;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;

/** Which instructions compute an operator: special rules first, else registers to a register. */
final class OperatorRules {
    private final Selection s;
    private final Recorder recorder;
    private final Payloads payloads;
    private final Addresses address;
    private final Conditions conditions;
    private final IntegerRules integers;

    OperatorRules(Selection s, Addresses address, Conditions conditions) {
        this.s = s;
        this.address = address;
        this.conditions = conditions;
        integers = new IntegerRules(s, address);
        recorder = s.recorder;
        payloads = s.payloads;
    }

    /** Computes a node; whoever uses it has asked for its register, or it may fault. */
    void select(int node) {
        Graph graph = s.graph;
        Type type = graph.workingType(node);
        Op op = graph.op(node);
        if (Typing.results(op) == 2) {
            throw new IllegalArgumentException("two results: " + op);
        }
        if (type.isVector()) {
            vector(node, op, type);
        } else if (op.isComparison()) {
            conditions.comparison(node, true);
            int payload = payloads.next();
            conditions.addTo(payloads);
            recorder.begin(Instruction.SET, payload);
            conditions.use();
            recorder.define(s.registerOf(node));
        } else if (type.isFloat() && isPlain(op)) {
            floats(node, op, type);
        } else if (type.isFloat() || graph.inputCount(node) == 1 || !integers.select(node)) {
            scalar(node, op, type);
        }
    }

    // ---- scalars

    private void scalar(int node, Op op, Type type) {
        Graph graph = s.graph;
        int count = graph.inputCount(node);
        if (op == Op.EXTEND_I32_U || extendsLoad(node, op)) {
            return;
        }
        int x = readsAll(op) ? s.value(graph.input(node, 0)) : s.operand(graph.input(node, 0), source(op, type));
        int y = count > 1 ? s.value(graph.input(node, 1)) : 0;
        begin(op, type, graph.origin(node));
        recorder.use(x, Code.REGISTER);
        if (count > 1) {
            // Of two NaNs the result is the first, unless it was overwritten by the second.
            boolean isExtreme = op == Op.MIN || op == Op.MAX;
            recorder.operand(y, isExtreme ? Code.LATE_USE : Code.USE, Code.REGISTER, 0);
        }
        recorder.define(s.registerOf(node));
    }

    /** Whether the machine reads 64 bits of the first operand: of 32 bits those above count as well, and have to be zero. */
    private static boolean readsAll(Op op) {
        return op == Op.WRAP || op == Op.CONVERT_I32_U;
    }

    private static Type source(Op op, Type type) {
        return Typing.operand(op, type, 0);
    }

    /** A sign extension of what is loaded for it alone is a load of another kind. */
    private boolean extendsLoad(int node, Op op) {
        if (op != Op.EXTEND_I32_S || !s.isOperandInMemory(s.graph.input(node, 0), Type.I32)) {
            return false;
        }
        address.of(s.graph.input(node, 0));
        int payload = payloads.next();
        payloads.add(Op.LOAD32_S);
        payloads.add(Type.I64);
        address.addTo(payloads);
        recorder.begin(Instruction.LOAD, payload);
        address.use();
        recorder.define(s.registerOf(node));
        return true;
    }

    private void begin(Op op, Type type, int origin) {
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        payloads.add(origin);
        recorder.begin(Instruction.OPERATOR, payload);
    }

    // ---- floats

    private static boolean isPlain(Op op) {
        return op == Op.ADD || op == Op.SUB || op == Op.MUL || op == Op.DIV;
    }

    private void floats(int node, Op op, Type type) {
        Graph graph = s.graph;
        int x = graph.input(node, 0);
        int y = graph.input(node, 1);
        // The sum of two NaNs is the first one: operands change places only where there can be no two.
        boolean swap = op.isCommutative() && isNumber(x, type) && !graph.isConstant(y);
        int first = swap ? y : x;
        int second = swap ? x : y;
        int left = s.value(first);
        int payload;
        if (graph.isConstant(second)) {
            payload = payloads.next();
            payloads.add(op);
            payloads.add(type);
            payloads.addLong(graph.bits(second));
            recorder.begin(Instruction.FLOAT_CONSTANT, payload);
            recorder.use(left, Code.REGISTER);
        } else if (first != second && s.isOperandInMemory(second, type)) {
            address.of(second);
            payload = payloads.next();
            payloads.add(op);
            payloads.add(type);
            address.addTo(payloads);
            recorder.begin(Instruction.FLOAT_MEMORY, payload);
            recorder.use(left, Code.REGISTER);
            address.use();
        } else {
            int right = s.value(second);
            payload = payloads.next();
            payloads.add(op);
            payloads.add(type);
            recorder.begin(Instruction.FLOAT, payload);
            recorder.use(left, Code.REGISTER);
            recorder.use(right, Code.ANY);
        }
        defineFloat(node);
    }

    private boolean isNumber(int node, Type type) {
        if (!s.graph.isConstant(node)) {
            return false;
        }
        long bits = s.graph.bits(node);
        return !(type == Type.F32
                ? Float.isNaN(Float.intBitsToFloat((int) bits))
                : Double.isNaN(Double.longBitsToDouble(bits)));
    }

    private void defineFloat(int node) {
        if (s.has(X64Operators.AVX)) {
            recorder.define(s.registerOf(node));
        } else {
            recorder.defineOver(s.registerOf(node), 0);
        }
    }

    // ---- vectors

    private void vector(int node, Op op, Type type) {
        Graph graph = s.graph;
        int operands = graph.inputCount(node) - (Typing.takesConstant(op) ? 1 : 0);
        int x = s.value(graph.input(node, 0));
        int y = operands > 1 ? s.value(graph.input(node, 1)) : 0;
        int z = operands > 2 ? s.value(graph.input(node, 2)) : 0;
        begin(op, type, graph.origin(node));
        if (Typing.takesConstant(op)) {
            s.addBits(graph.input(node, operands));
        }
        boolean plain = VectorOperators.isPlain(op, type, s.features);
        recorder.use(x, Code.REGISTER);
        if (operands > 1) {
            recorder.operand(y, plain ? Code.USE : Code.LATE_USE, Code.REGISTER, 0);
        }
        if (operands > 2) {
            recorder.useLate(z, Code.REGISTER);
        }
        if (plain && operands > 1) {
            defineFloat(node);
        } else {
            recorder.define(s.registerOf(node));
        }
        if (!plain && spoils(op)) {
            spoilVectors();
        }
    }

    /** The instruction at work spoils what operators on vectors may take besides the scratch register. */
    private void spoilVectors() {
        recorder.temporary(s.fresh(Type.V128), Code.FLOATS + VectorOperators.SCRATCH_T);
        recorder.temporary(s.fresh(Type.V128), Code.FLOATS + VectorOperators.SCRATCH_U);
    }

    /** Whether an operator that takes several instructions may need more than one scratch register. */
    private static boolean spoils(Op op) {
        return switch (op) {
            case SPLAT, EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U, REPLACE_LANE, NOT, ANY_TRUE -> false;
            default -> true;
        };
    }

    // ---- double words

    /** Computes both results of a double-word operator, of which one at least is needed. */
    void wide(int node, int high) {
        Graph graph = s.graph;
        Op op = graph.op(node);
        int payload;
        if (op == Op.ADD128 || op == Op.SUB128) {
            int a = s.value(graph.input(node, 0));
            int b = apart(s.value(graph.input(node, 1)), a);
            int c = s.value(graph.input(node, 2));
            int d = s.value(graph.input(node, 3));
            payload = payloads.next();
            payloads.add(op);
            recorder.begin(Instruction.WIDE_ADD, payload);
            recorder.use(a, Code.REGISTER);
            recorder.use(b, Code.REGISTER);
            recorder.use(c, Code.ANY);
            recorder.useLate(d, Code.ANY);
            recorder.defineOver(s.registerOf(node), 0);
            recorder.defineOver(high, 1);
            return;
        }
        int x = s.value(graph.input(node, 0));
        int y = s.value(graph.input(node, 1));
        payload = payloads.next();
        payloads.add(op);
        recorder.begin(Instruction.WIDE_MULTIPLY, payload);
        recorder.useFixed(x, Reg.RAX);
        recorder.useLate(y, Code.REGISTER);
        recorder.defineFixed(s.registerOf(node), Reg.RAX);
        recorder.defineFixed(high, Reg.RDX);
    }

    /** Another register with the value of one, if both results would overwrite it. */
    private int apart(int register, int other) {
        if (register != other) {
            return register;
        }
        int copy = s.fresh(Type.I64);
        recorder.begin(Instruction.MOVE, -1);
        recorder.use(register, Code.REGISTER);
        recorder.define(copy);
        return copy;
    }

    // ---- choices

    /** One of two values. */
    void choose(int node) {
        Graph graph = s.graph;
        Type type = graph.type(node);
        conditions.of(graph.input(node, 0));
        // "Equal and ordered" is two conditions, both of which have to hold.
        boolean both = conditions.cond() == X64Operators.FLOAT_EQUAL;
        int moved = s.operand(graph.input(node, both ? 2 : 1), type);
        int kept = s.operand(graph.input(node, both ? 1 : 2), type);
        int payload = payloads.next();
        payloads.add(type);
        conditions.addTo(payloads);
        recorder.begin(Instruction.SELECT, payload);
        conditions.use();
        int before = recorder.operands();
        recorder.use(moved, Code.ANY);
        recorder.use(kept, Code.REGISTER);
        recorder.defineOver(s.registerOf(node), before + 1);
    }

    // ---- memory

    /** Reads memory. */
    void load(int node) {
        Graph graph = s.graph;
        int register = s.registerOf(node);
        address.of(node);
        int payload = payloads.next();
        payloads.add(graph.op(node));
        payloads.add(graph.type(node));
        address.addTo(payloads);
        recorder.begin(Instruction.LOAD, payload);
        address.use();
        recorder.define(register);
        if (!s.has(X64Operators.SSE41) && graph.type(node) == Type.V128 && graph.op(node) != Op.LOAD) {
            spoilVectors();
        }
    }

    /** Writes memory. */
    void store(int node) {
        Graph graph = s.graph;
        Op op = graph.op(node);
        Type type = graph.workingType(node);
        int value = graph.input(node, graph.inputCount(node) - 1);
        if (updates(node, op, type, value)) {
            return;
        }
        boolean isWhole = op == Op.STORE && type == Type.I64;
        boolean isConstant = graph.isConstant(value)
                && !type.isVector()
                && (!isWhole && type != Type.F64 || graph.bits(value) == (int) graph.bits(value));
        address.of(node);
        int stored = isConstant ? 0 : type == Type.I32 ? s.low(value) : s.value(value);
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        address.addTo(payloads);
        if (isConstant) {
            payloads.add((int) graph.bits(value));
        }
        recorder.begin(isConstant ? Instruction.STORE_CONSTANT : Instruction.STORE, payload);
        address.use();
        if (!isConstant) {
            recorder.use(stored, Code.REGISTER);
        }
    }

    /** Writes to where it was read from what was computed from that alone: one instruction. */
    private boolean updates(int node, Op op, Type type, int value) {
        Graph graph = s.graph;
        if (op != Op.STORE || type != Type.I32 && type != Type.I64 || !s.isSole(value) || !s.isHere(value)) {
            return false;
        }
        if (graph.kind(value) != Kind.COMPUTE || graph.workingType(value) != type) {
            return false;
        }
        switch (graph.op(value)) {
            case ADD, SUB, AND, OR, XOR -> {}
            default -> {
                return false;
            }
        }
        int load = graph.input(value, 0);
        int other = graph.input(value, 1);
        if (!s.isOperandInMemory(load, type) || !isSameAddress(load, node) || load == other) {
            return false;
        }
        boolean isConstant = s.isImmediate(other);
        address.of(load); // which is what would fault
        int register = isConstant ? 0 : s.operand(other, type);
        int payload = payloads.next();
        payloads.add(graph.op(value));
        payloads.add(type);
        payloads.add(isConstant);
        address.addTo(payloads);
        if (isConstant) {
            payloads.add(s.immediate(other));
        }
        recorder.begin(Instruction.UPDATE, payload);
        address.use();
        if (!isConstant) {
            recorder.use(register, Code.REGISTER);
        }
        return true;
    }

    private boolean isSameAddress(int load, int store) {
        Graph graph = s.graph;
        return graph.number(load) == graph.number(store)
                && graph.isIndexed(load) == graph.isIndexed(store)
                && graph.input(load, 0) == graph.input(store, 0)
                && (!graph.isIndexed(load) || graph.input(load, 1) == graph.input(store, 1))
                && Access.traps(graph.access(load)) == Access.traps(graph.access(store));
    }
}
