package emberwall.fuzz;

import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.List;

/**
 * One instruction of a {@link Draft}, with the types that it takes and leaves where it stands. A structured one holds its
 * body, and is itself the label of its branches.
 */
final class Instruction {
    final Opcode opcode;
    /** Parts, numbers and labels in the order of the opcode's immediate; see {@link Encoder}. */
    Object[] immediates;

    final int[] operands;
    final int[] results;
    /** The body of a block, loop, if, try or handler; else null. */
    List<Instruction> body;
    /** The else branch of an if that has one; else null. */
    List<Instruction> otherwise;
    /** Of a {@code try}: what catches, each with its body, or the one that delegates. */
    List<Instruction> handlers = List.of();

    Instruction(Opcode opcode, int[] operands, int[] results, Object... immediates) {
        this.opcode = opcode;
        this.operands = operands;
        this.results = results;
        this.immediates = immediates;
    }

    /** A structured instruction with an empty body. */
    static Instruction block(Opcode opcode, FunctionType type) {
        int[] operands = type.parameters();
        if (opcode == Opcode.IF) {
            operands = java.util.Arrays.copyOf(operands, operands.length + 1);
            operands[operands.length - 1] = emberwall.wasm.ValueType.I32;
        }
        Instruction block = new Instruction(opcode, operands, type.results(), type);
        block.body = new ArrayList<>();
        return block;
    }

    boolean isBlock() {
        return body != null;
    }

    /** All sequences inside of it. */
    List<List<Instruction>> parts() {
        List<List<Instruction>> parts = new ArrayList<>();
        if (body != null) {
            parts.add(body);
        }
        if (otherwise != null) {
            parts.add(otherwise);
        }
        for (Instruction handler : handlers) {
            parts.addAll(handler.parts());
        }
        return parts;
    }

    /** The types that a branch to this block takes along. */
    int[] labelTypes() {
        FunctionType type = (FunctionType) immediates[0];
        return opcode == Opcode.LOOP ? type.parameters() : type.results();
    }
}
