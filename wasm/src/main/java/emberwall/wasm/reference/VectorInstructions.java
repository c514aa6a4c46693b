package emberwall.wasm.reference;

import emberwall.op.V128;
import emberwall.op.VectorEval;
import emberwall.wasm.Immediate;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.Signature;
import emberwall.wasm.ValueType;

/** The instructions on vectors: their rows say what they take, {@link VectorEval} says what they compute. */
final class VectorInstructions {
    /** The byte that all their opcodes begin with. */
    static final int PREFIX = 0xFD;

    private static final int MOST_OPERANDS = 3;

    private final Interpreter interpreter;
    /** The operands and then the immediate of the instruction under way. */
    private final V128[] operands = new V128[MOST_OPERANDS];

    private int resume;

    VectorInstructions(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    /** Where the code goes on after the last instruction done here. */
    int resume() {
        return resume;
    }

    /** Does an instruction whose immediates are at {@code pc}; gives the new {@code sp}. */
    int execute(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        resume = pc;
        if (opcode.meaning() instanceof Meaning.Memory memory) {
            return access(opcode, memory, instance, bytes, sp);
        }
        Signature signature = opcode.signature();
        int at = sp - signature.parameterCount();
        for (int i = 0; i < MOST_OPERANDS; i++) {
            operands[i] = i < signature.parameterCount() ? get(signature.parameter(i), at + i) : V128.ZERO;
        }
        V128 immediate = immediate(opcode.immediate(), bytes);
        V128 result = immediate;
        if (opcode.meaning() instanceof Meaning.Numeric numeric) {
            if (opcode.immediate() != Immediate.NONE) {
                operands[signature.parameterCount()] = immediate;
            }
            result = VectorEval.apply(numeric.op(), numeric.type(), operands[0], operands[1], operands[2]);
        }
        if (signature.result(0) == ValueType.V128) {
            interpreter.references[at] = result;
        } else {
            interpreter.words[at] = result.low();
        }
        return at + 1;
    }

    private V128 get(int type, int slot) {
        return type == ValueType.V128
                ? Values.vector(interpreter.references[slot])
                : new V128(interpreter.words[slot], 0);
    }

    private V128 immediate(Immediate immediate, byte[] bytes) {
        return switch (immediate) {
            case NONE -> V128.ZERO;
            case LANE -> new V128(bytes[resume++], 0);
            default -> {
                resume += 2 * Long.BYTES;
                yield new V128(Fixed.i64(bytes, resume - 2 * Long.BYTES), Fixed.i64(bytes, resume - Long.BYTES));
            }
        };
    }

    private int access(Opcode opcode, Meaning.Memory meaning, ModuleInstance instance, byte[] bytes, int sp) {
        MemoryInstance memory = interpreter.memory(instance, bytes, resume);
        resume = interpreter.afterMemory();
        long offset = Leb128.u64(bytes, resume);
        resume = Leb128.skip(bytes, resume);
        int lane = opcode.immediate() == Immediate.MEMARG_LANE ? bytes[resume++] : -1;
        int size = meaning.bytes();
        boolean isStore = meaning.op().writesMemory();
        int at = sp - meaning.op().arity();
        long base = interpreter.words[at];
        if (lane < 0 && !isStore) {
            interpreter.references[at] = memory.loadVector(meaning.op(), size, base, offset);
            return sp;
        }
        V128 vector = Values.vector(interpreter.references[at + 1]);
        if (lane < 0) {
            memory.storeVector(base, offset, vector);
        } else if (isStore) {
            memory.storeLane(size, base, offset, vector.lane(VectorEval.laneShape(size), lane));
        } else {
            long bits = memory.loadLane(size, base, offset);
            interpreter.references[at] = vector.with(VectorEval.laneShape(size), lane, bits);
        }
        return isStore ? at : at + 1;
    }
}
