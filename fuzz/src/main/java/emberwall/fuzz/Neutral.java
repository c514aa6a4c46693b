package emberwall.fuzz;

import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What can stand for instructions without doing anything: it takes their operands and leaves zeros of their results' types. */
final class Neutral {
    private static final int[] NONE = {};

    private Neutral() {}

    /** A stand-in for a sequence. */
    static List<Instruction> of(List<Instruction> sequence) {
        List<Integer> taken = new ArrayList<>(); // the topmost first
        List<Integer> left = new ArrayList<>();
        for (Instruction instruction : sequence) {
            for (int i = instruction.operands.length - 1; i >= 0; i--) {
                if (left.isEmpty()) {
                    taken.add(instruction.operands[i]);
                } else {
                    left.removeLast();
                }
            }
            for (int type : instruction.results) {
                left.add(type);
            }
        }
        // What lies deepest of both may stay.
        int kept = 0;
        int depth = taken.size();
        while (kept < left.size() && kept < depth && taken.get(depth - 1 - kept).equals(left.get(kept))) {
            kept++;
        }
        List<Instruction> made = new ArrayList<>();
        for (int type : taken.subList(0, depth - kept)) {
            made.add(new Instruction(Opcode.DROP, new int[] {type}, NONE));
        }
        for (int type : left.subList(kept, left.size())) {
            made.addAll(value(type));
        }
        return made;
    }

    /** Some value: zero, null, or what traps where there is no null. */
    private static List<Instruction> value(int type) {
        if (ValueType.isDefaultable(type)) {
            return List.of(zero(type));
        }
        int[] one = {type};
        if (type == ValueType.asNonNull(ValueType.I31REF)) {
            Instruction zero = zero(ValueType.I32);
            return List.of(zero, new Instruction(Opcode.REF_I31, zero.results, one));
        }
        Instruction zero = zero(ValueType.asNullable(type));
        return List.of(zero, new Instruction(Opcode.REF_AS_NON_NULL, zero.results, one));
    }

    /** Zero or null. */
    static Instruction zero(int type) {
        int[] one = {type};
        if (ValueType.isReference(type)) {
            return new Instruction(Opcode.REF_NULL, NONE, one, ValueType.heapType(type));
        }
        Object[] words = new Object[type == ValueType.V128 ? 2 : 1];
        Arrays.fill(words, 0L);
        return new Instruction(BodyGenerator.constantOf(type), NONE, one, words);
    }

    /** Drops values of these types. */
    static List<Instruction> drops(int[] types) {
        List<Instruction> drops = new ArrayList<>();
        for (int i = types.length - 1; i >= 0; i--) {
            drops.add(new Instruction(Opcode.DROP, new int[] {types[i]}, NONE));
        }
        return drops;
    }

    /** Zeros of these types. */
    static List<Instruction> zeros(int[] types) {
        List<Instruction> zeros = new ArrayList<>();
        for (int type : types) {
            zeros.addAll(value(type));
        }
        return zeros;
    }
}
