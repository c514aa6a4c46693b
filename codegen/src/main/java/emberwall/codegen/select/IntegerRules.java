package emberwall.codegen.select;

import emberwall.asm.x64.Reg;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.x64.X64Operators;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;

/** Which instructions compute operators on integers of which the processor has more than one form. */
final class IntegerRules {
    private static final int MOST_SCALE = 3;

    private final Selection s;
    private final Recorder recorder;
    private final Payloads payloads;
    private final Addresses address;
    private final Divisions divisions;

    IntegerRules(Selection s, Addresses address) {
        this.s = s;
        this.address = address;
        recorder = s.recorder;
        payloads = s.payloads;
        divisions = new Divisions(s);
    }

    /** Computes a node with two operands; false if there is no rule for it. */
    boolean select(int node) {
        Graph graph = s.graph;
        Type type = graph.workingType(node);
        int x = graph.input(node, 0);
        int y = graph.input(node, 1);
        switch (graph.op(node)) {
            case ADD -> add(node, type, x, y);
            case SUB -> subtract(node, type, x, y);
            case MUL -> multiply(node, type, x, y);
            case AND, OR, XOR -> logic(node, type, x, y);
            case SHL, SHR_S, SHR_U, ROTL, ROTR -> shift(node, type, x, y);
            case DIV_S, DIV_U, REM_S, REM_U -> divisions.select(node, type, x, y);
            default -> {
                return false;
            }
        }
        return true;
    }

    // ---- sums

    private void add(int node, Type type, int x, int y) {
        if (s.isImmediate(y)) {
            int constant = s.immediate(y);
            if (isScaled(x, type)) {
                lea(node, type, -1, s.graph.input(x, 0), scale(x), constant);
            } else if (isSum(x, type)) {
                int last = s.graph.input(x, 1);
                boolean scaled = isScaled(last, type);
                lea(
                        node,
                        type,
                        s.graph.input(x, 0),
                        scaled ? s.graph.input(last, 0) : last,
                        scaled ? scale(last) : 0,
                        constant);
            } else {
                constant(Op.ADD, node, type, x, constant, !s.isLive(x));
            }
        } else if (isScaled(y, type)) {
            lea(node, type, x, s.graph.input(y, 0), scale(y), 0);
        } else if (isScaled(x, type)) {
            lea(node, type, y, s.graph.input(x, 0), scale(x), 0);
        } else if (!s.isLive(x) || !s.isLive(y)) {
            twoAddress(Op.ADD, node, type, x, y);
        } else if (!memory(Op.ADD, node, type, x, y)) {
            int left = s.operand(x, type);
            int right = s.operand(y, type);
            begin(Instruction.ADD, type);
            recorder.use(left, Code.REGISTER);
            recorder.use(right, Code.REGISTER);
            define(node);
        }
    }

    /** Whether a value is the sum of two in registers, computed for the node at work alone. */
    private boolean isSum(int node, Type type) {
        if (!s.is(node, Op.ADD, type) || !s.isSole(node) || !s.isHere(node)) {
            return false;
        }
        int x = s.graph.input(node, 0);
        int y = s.graph.input(node, 1);
        return !s.graph.isConstant(y) && !s.isOperandInMemory(x, type) && !s.isOperandInMemory(y, type);
    }

    /** Whether a value is a multiple that an address can have, computed for the node at work alone. */
    private boolean isScaled(int node, Type type) {
        if (!s.is(node, Op.SHL, type) || !s.isSole(node) || !s.graph.isConstant(s.graph.input(node, 1))) {
            return false;
        }
        int count = scale(node);
        return count >= 1 && count <= MOST_SCALE;
    }

    private int scale(int shift) {
        return s.immediate(s.graph.input(shift, 1)) & s.graph.type(shift).bits() - 1;
    }

    private void lea(int node, Type type, int base, int index, int scale, int displacement) {
        address.sum(type, base, index, scale, displacement);
        begin(Instruction.LEA, type);
        address.addTo(payloads);
        address.use();
        define(node);
    }

    private void subtract(int node, Type type, int x, int y) {
        if (s.isConstant(x, 0)) {
            constant(Op.SUB, node, type, y, 0, true);
        } else {
            twoAddress(Op.SUB, node, type, x, y);
        }
    }

    // ---- products, masks

    private void multiply(int node, Type type, int x, int y) {
        if (!s.isImmediate(y)) {
            twoAddress(Op.MUL, node, type, x, y);
            return;
        }
        int factor = s.immediate(y);
        switch (factor) {
            case 3, 5, 9 -> {
                address.sum(type, x, x, Integer.numberOfTrailingZeros(factor - 1), 0);
                begin(Instruction.LEA, type);
                address.addTo(payloads);
                address.use();
                define(node);
            }
            default -> constant(Op.MUL, node, type, x, factor, false);
        }
    }

    private void logic(int node, Type type, int x, int y) {
        Op op = s.graph.op(node);
        if (op == Op.AND && s.graph.isConstant(y)) {
            long mask = s.graph.bits(y);
            if (mask == 0xFF || mask == 0xFFFF || type == Type.I64 && mask == 0xFFFF_FFFFL) {
                extend(node, type, x, mask);
                return;
            }
        }
        if (s.isImmediate(y)) {
            constant(op, node, type, x, s.immediate(y), true);
        } else if (op == Op.AND && isInverse(y, type)) {
            andNot(node, type, y, x);
        } else if (op == Op.AND && isInverse(x, type)) {
            andNot(node, type, x, y);
        } else {
            twoAddress(op, node, type, x, y);
        }
    }

    /** Whether a value has all bits of another one inverted, for the node at work alone. */
    private boolean isInverse(int node, Type type) {
        long ones = type == Type.I32 ? 0xFFFF_FFFFL : -1;
        return s.has(X64Operators.BMI1)
                && s.is(node, Op.XOR, type)
                && s.isSole(node)
                && s.isConstant(s.graph.input(node, 1), ones);
    }

    private void andNot(int node, Type type, int inverse, int y) {
        int left = s.operand(s.graph.input(inverse, 0), type);
        int right = s.operand(y, type);
        begin(Instruction.AND_NOT, type);
        recorder.use(left, Code.REGISTER);
        recorder.use(right, Code.ANY);
        define(node);
    }

    /** A mask that is an extension with zeros need not be over its operand. */
    private void extend(int node, Type type, int x, long mask) {
        int left = s.operand(x, mask == 0xFFFF_FFFFL ? Type.I64 : type);
        int payload = payloads.next();
        payloads.add(Op.AND);
        payloads.add(type);
        payloads.addLong(mask);
        recorder.begin(Instruction.ALU_CONSTANT, payload);
        recorder.use(left, Code.REGISTER);
        define(node);
    }

    /** An operator with a constant; {@code SUB} takes the operand from the constant. */
    private void constant(Op op, int node, Type type, int x, int constant, boolean isOver) {
        int left = s.operand(x, type);
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        payloads.addLong(constant);
        recorder.begin(Instruction.ALU_CONSTANT, payload);
        recorder.use(left, op == Op.MUL ? Code.ANY : Code.REGISTER);
        if (isOver) {
            recorder.defineOver(s.registerOf(node), 0);
        } else {
            define(node);
        }
    }

    private void twoAddress(Op op, int node, Type type, int x, int y) {
        if (memory(op, node, type, x, y)) {
            return;
        }
        boolean swap = op.isCommutative() && s.isLive(x) && !s.isLive(y);
        int left = s.operand(swap ? y : x, type);
        int right = s.operand(swap ? x : y, type);
        begin(Instruction.ALU, op, type);
        recorder.use(left, Code.REGISTER);
        recorder.use(right, Code.ANY);
        recorder.defineOver(s.registerOf(node), 0);
    }

    /** An operator with an operand that nobody else loads. */
    private boolean memory(Op op, int node, Type type, int x, int y) {
        int load = y;
        int other = x;
        if (!s.isOperandInMemory(load, type)) {
            load = x;
            other = y;
            if (!op.isCommutative() || !s.isOperandInMemory(load, type)) {
                return false;
            }
        }
        int left = s.operand(other, type);
        address.of(load);
        begin(Instruction.ALU_MEMORY, op, type);
        address.addTo(payloads);
        recorder.use(left, Code.REGISTER);
        address.use();
        recorder.defineOver(s.registerOf(node), 0);
        return true;
    }

    // ---- shifts

    private void shift(int node, Type type, int x, int y) {
        Op op = s.graph.op(node);
        if (s.graph.isConstant(y)) {
            int count = s.immediate(y) & type.bits() - 1;
            if (op == Op.SHL && count == 1) {
                address.sum(type, x, x, 0, 0);
                begin(Instruction.LEA, type);
                address.addTo(payloads);
                address.use();
                define(node);
                return;
            }
            if (op == Op.SHL && count >= 1 && count <= MOST_SCALE && s.isLive(x)) {
                lea(node, type, -1, x, count, 0);
                return;
            }
            int left = s.operand(x, type);
            begin(Instruction.SHIFT_CONSTANT, op, type);
            payloads.add(count);
            recorder.use(left, Code.REGISTER);
            boolean rotates = op == Op.ROTL || op == Op.ROTR;
            if (rotates && s.has(X64Operators.BMI2)) {
                define(node);
            } else {
                recorder.defineOver(s.registerOf(node), 0);
            }
            return;
        }
        int left = s.operand(x, type);
        int right = count(y, type);
        begin(Instruction.OPERATOR, op, type);
        payloads.add(-1);
        recorder.use(left, Code.REGISTER);
        if (s.has(X64Operators.BMI2) && op != Op.ROTL && op != Op.ROTR) {
            recorder.use(right, Code.REGISTER);
            define(node);
        } else {
            recorder.useFixed(right, Reg.RCX);
            recorder.defineOver(s.registerOf(node), 0);
        }
    }

    /** The register with a count, of which the processor looks at the lowest bits. */
    private int count(int node, Type type) {
        int count = node;
        if (s.is(count, Op.AND, type) && s.isFree(count) && s.graph.isConstant(s.graph.input(count, 1))) {
            long low = type.bits() - 1;
            if ((s.graph.bits(s.graph.input(count, 1)) & low) == low) {
                count = s.graph.input(count, 0);
            }
        }
        return s.operand(count, type);
    }

    // ---- instructions

    private void begin(Instruction instruction, Type type) {
        int payload = payloads.next();
        payloads.add(type);
        recorder.begin(instruction, payload);
    }

    private void begin(Instruction instruction, Op op, Type type) {
        int payload = payloads.next();
        payloads.add(op);
        payloads.add(type);
        recorder.begin(instruction, payload);
    }

    private void define(int node) {
        recorder.define(s.registerOf(node));
    }
}
