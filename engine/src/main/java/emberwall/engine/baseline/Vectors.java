package emberwall.engine.baseline;

import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.Convention;
import emberwall.codegen.x64.VectorOperators;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.VectorEval;
import emberwall.wasm.Immediate;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.Signature;
import emberwall.wasm.ValueType;

/** Instructions on vectors: their rows say what they take and which operator they are. */
final class Vectors {
    private static final int XMM = ValueStack.XMM;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final MemoryAccess memory;
    /** The registers of the operands of the instruction at work. */
    private final int[] operands = new int[3];

    Vectors(Compilation c, MemoryAccess memory) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.memory = memory;
    }

    /** An instruction behind its prefix. */
    void compile() {
        Opcode opcode = Opcode.of(Opcode.PREFIX_SIMD, c.reader.u32());
        switch (opcode.meaning()) {
            case Meaning.Memory access -> access(access, opcode.immediate() == Immediate.MEMARG_LANE);
            case Meaning.Numeric numeric -> numeric(opcode.signature(), numeric.op(), numeric.type());
            default -> {
                long low = c.reader.fixed64();
                long high = c.reader.fixed64();
                int register = c.target(true, -1, 0); // which looks at the next instruction
                c.vectors.constant(register - XMM, low, high);
                stack.push(ValueType.V128, register);
            }
        }
    }

    // ---- operators

    private void numeric(Signature signature, Op op, Type type) {
        int count = signature.parameterCount();
        for (int i = 0; i < count; i++) {
            operands[i] = stack.register(stack.top - count + i);
        }
        stack.dropTo(stack.top - count);
        int resultType = signature.result(0);
        int result = target(resultType, count);
        emit(op, type, result, count);
        stack.push(resultType, result);
    }

    /** A register for the result: that of the first operand if it can be, but of no other. */
    private int target(int resultType, int count) {
        boolean isFloat = ValueStack.isFloat(resultType);
        int avoided = 0;
        for (int i = 1; i < count; i++) {
            avoided |= 1 << operands[i];
        }
        int preferred = operands[0] >= XMM == isFloat ? operands[0] : -1;
        return c.target(isFloat, preferred, avoided);
    }

    private void emit(Op op, Type type, int result, int count) {
        VectorOperators vectors = c.vectors;
        int dst = number(result);
        int x = number(operands[0]);
        int y = count > 1 ? number(operands[1]) : 0;
        int z = count > 2 ? number(operands[2]) : 0;
        switch (op) {
            case SHUFFLE -> {
                long low = c.reader.fixed64();
                vectors.shuffle(dst, x, y, low, c.reader.fixed64());
            }
            case SPLAT -> vectors.splat(type, dst, x);
            case EXTRACT_LANE, EXTRACT_LANE_S, EXTRACT_LANE_U -> vectors.extract(op, type, dst, x, c.reader.u8());
            case REPLACE_LANE -> vectors.replace(type, dst, x, y, c.reader.u8());
            case ANY_TRUE, ALL_TRUE, BITMASK -> vectors.test(op, type, dst, x);
            default -> vectors.emit(op, type, dst, x, y, z);
        }
    }

    /** A register's number among those of its class. */
    private static int number(int register) {
        return register & XMM - 1;
    }

    // ---- memory

    private void access(Meaning.Memory access, boolean isLane) {
        c.reader.alignment();
        int index = c.reader.memory();
        long offset = c.reader.u64();
        int lane = isLane ? c.reader.u8() : 0;
        int bytes = access.bytes();
        if (access.op().writesMemory()) {
            store(index, offset, bytes, isLane, lane);
        } else if (isLane) {
            loadLane(index, offset, bytes, lane);
        } else {
            load(access.op(), memory.address(index, offset, bytes), bytes);
        }
    }

    private void load(Op op, long place, int bytes) {
        int register = c.target(true, -1, 0);
        int dst = number(register);
        memory.note();
        switch (op) {
            case LOAD -> a.movups(dst, place);
            case LOAD8_SPLAT, LOAD16_SPLAT -> {
                word(bytes, place);
                c.vectors.splat(VectorEval.laneShape(bytes), dst, Convention.SCRATCH);
            }
            default -> {
                a.movs(bytes == 4 ? W32 : W64, dst, place);
                spread(op, dst);
            }
        }
        stack.push(ValueType.V128, register);
    }

    /** Makes a vector of what was loaded into the lower half of a register. */
    private void spread(Op op, int dst) {
        VectorOperators vectors = c.vectors;
        switch (op) {
            case LOAD32_SPLAT -> vectors.splat(Type.F32X4, dst, dst);
            case LOAD64_SPLAT -> vectors.splat(Type.F64X2, dst, dst);
            case LOAD8X8_S -> vectors.emit(Op.EXTEND_LOW_I8X16_S, Type.I16X8, dst, dst, 0, 0);
            case LOAD8X8_U -> vectors.emit(Op.EXTEND_LOW_I8X16_U, Type.I16X8, dst, dst, 0, 0);
            case LOAD16X4_S -> vectors.emit(Op.EXTEND_LOW_I16X8_S, Type.I32X4, dst, dst, 0, 0);
            case LOAD16X4_U -> vectors.emit(Op.EXTEND_LOW_I16X8_U, Type.I32X4, dst, dst, 0, 0);
            case LOAD32X2_S -> vectors.emit(Op.EXTEND_LOW_I32X4_S, Type.I64X2, dst, dst, 0, 0);
            case LOAD32X2_U -> vectors.emit(Op.EXTEND_LOW_I32X4_U, Type.I64X2, dst, dst, 0, 0);
            default -> {} // LOAD32_ZERO and LOAD64_ZERO
        }
    }

    /** Loads one, two, four or eight bytes into the scratch register, which the address may use. */
    private void word(int bytes, long place) {
        switch (bytes) {
            case 1 -> a.movzx8(Convention.SCRATCH, place);
            case 2 -> a.movzx16(Convention.SCRATCH, place);
            default -> a.mov(bytes == 4 ? W32 : W64, Convention.SCRATCH, place);
        }
    }

    private void loadLane(int index, long offset, int bytes, int lane) {
        int vector = stack.register(stack.top - 1);
        stack.drop();
        long place = memory.address(index, offset, bytes);
        int register = c.target(true, vector, 0);
        memory.note();
        word(bytes, place);
        c.vectors.replace(VectorEval.laneShape(bytes), number(register), number(vector), Convention.SCRATCH, lane);
        stack.push(ValueType.V128, register);
    }

    private void store(int index, long offset, int bytes, boolean isLane, int lane) {
        int vector = stack.register(stack.top - 1);
        stack.drop();
        int value = -1;
        if (isLane) {
            value = stack.allocateInt();
            stack.pin(value);
            c.vectors.extract(Op.EXTRACT_LANE_U, VectorEval.laneShape(bytes), value, number(vector), lane);
        }
        long place = memory.address(index, offset, bytes);
        memory.note();
        if (isLane) {
            a.mov(bytes == 8 ? W64 : bytes == 4 ? W32 : bytes == 2 ? W16 : W8, place, value);
        } else {
            a.movups(place, number(vector));
        }
    }
}
