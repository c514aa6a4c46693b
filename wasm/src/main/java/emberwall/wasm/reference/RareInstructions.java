package emberwall.wasm.reference;

import emberwall.op.Eval;
import emberwall.op.Op;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;

/** The instructions that the interpreter's loop leaves to others: those with a prefix, and those that are rare or do much. */
final class RareInstructions {
    private final Interpreter interpreter;
    private final VectorInstructions vectors;
    private final References references;
    private final Aggregates aggregates = new Aggregates();
    private final Atomics atomics;
    private int resume;
    private boolean isBranch;
    private boolean isTaken;

    RareInstructions(Interpreter interpreter, Store store) {
        this.interpreter = interpreter;
        this.vectors = new VectorInstructions(interpreter);
        this.references = new References(store.types());
        this.atomics = new Atomics(interpreter, store);
    }

    /** Where the code goes on after the last instruction done here. */
    int resume() {
        return resume;
    }

    /** Whether the last instruction done here owns an entry of the side table. */
    boolean isBranch() {
        return isBranch;
    }

    /** Whether it branches. */
    boolean isTaken() {
        return isTaken;
    }

    /** Does the instruction at {@code at}; gives the new {@code sp} and leaves the pc for {@link #resume}. */
    int execute(ModuleInstance instance, byte[] bytes, int at, int sp) {
        isBranch = false;
        int first = bytes[at] & 0xff;
        int pc = at + 1;
        Opcode opcode = Opcode.of(first);
        if (opcode == null) {
            opcode = Opcode.of(first, Leb128.u32(bytes, pc));
            pc = Leb128.skip(bytes, pc);
        }
        if (first == VectorInstructions.PREFIX) {
            sp = vectors.execute(opcode, instance, bytes, pc, sp);
            resume = vectors.resume();
            return sp;
        }
        if (first == Atomics.PREFIX) {
            sp = atomics.execute(opcode, instance, bytes, pc, sp);
            resume = atomics.resume();
            return sp;
        }
        return switch (opcode.meaning()) {
            case Meaning.Family.REFERENCE -> reference(opcode, instance, bytes, pc, sp);
            case Meaning.Family.AGGREGATE -> aggregate(opcode, instance, bytes, pc, sp);
            case Meaning.Family.CONTROL -> castBranch(opcode, instance, bytes, pc, sp);
            case Meaning.Family.TABLE_ACCESS -> table(opcode, instance, bytes, pc, sp);
            case Meaning.Family.BULK -> bulk(opcode, instance, bytes, pc, sp);
            case Meaning.Numeric numeric -> {
                resume = pc;
                yield numeric(opcode, numeric, sp);
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        };
    }

    private int numeric(Opcode opcode, Meaning.Numeric numeric, int sp) {
        if (opcode.signature().resultCount() == 2) {
            return wide(numeric.op(), sp);
        }
        interpreter.words[sp - 1] = Eval.apply(numeric.op(), numeric.type(), interpreter.words[sp - 1]);
        return sp;
    }

    private int wide(Op op, int sp) {
        int at = sp - op.arity();
        Eval.applyWide(op, interpreter.words, at);
        return at + 2;
    }

    private int reference(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        int height = references.execute(opcode, instance, bytes, pc, interpreter.words, interpreter.references, sp);
        resume = references.resume();
        return height;
    }

    private int aggregate(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        int height = aggregates.execute(opcode, instance, bytes, pc, interpreter.words, interpreter.references, sp);
        resume = aggregates.resume();
        return height;
    }

    /** {@code br_on_cast} and its contrary. */
    private int castBranch(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        isTaken = references.branches(opcode, instance, bytes, pc, interpreter.references[sp - 1]);
        isBranch = true;
        resume = references.resume();
        return sp;
    }

    private int table(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        TableInstance table = instance.tables[Leb128.u32(bytes, pc)];
        resume = Leb128.skip(bytes, pc);
        switch (opcode) {
            case TABLE_GET -> {
                interpreter.references[sp - 1] = table.load(interpreter.words[sp - 1]);
                return sp;
            }
            case TABLE_SET -> {
                table.store(interpreter.words[sp - 2], interpreter.references[sp - 1]);
                return sp - 2;
            }
            case TABLE_SIZE -> {
                interpreter.words[sp] = table.size();
                return sp + 1;
            }
            case TABLE_GROW -> {
                long old = table.grow(interpreter.words[sp - 1], interpreter.references[sp - 2]);
                interpreter.words[sp - 2] = grown(old, table.type().address64());
                return sp - 1;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
    }

    private int bulk(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        long[] w = interpreter.words;
        int first = Leb128.u32(bytes, pc);
        resume = Leb128.skip(bytes, pc);
        int second = 0;
        switch (opcode) {
            case MEMORY_COPY, MEMORY_INIT, TABLE_COPY, TABLE_INIT -> {
                second = Leb128.u32(bytes, resume);
                resume = Leb128.skip(bytes, resume);
            }
            default -> {}
        }
        switch (opcode) {
            case MEMORY_SIZE -> {
                w[sp] = instance.memories[first].pages();
                return sp + 1;
            }
            case MEMORY_GROW -> {
                MemoryInstance memory = instance.memories[first];
                w[sp - 1] = grown(memory.grow(w[sp - 1]), memory.type().address64());
                return sp;
            }
            case MEMORY_FILL -> instance.memories[first].fill(instance.store(), w[sp - 3], w[sp - 2], w[sp - 1]);
            case MEMORY_COPY ->
                instance.memories[first].copyFrom(
                        instance.store(), instance.memories[second], w[sp - 3], w[sp - 2], w[sp - 1]);
            case MEMORY_INIT -> instance.initMemory(first, second, w[sp - 3], w[sp - 2], w[sp - 1]);
            case TABLE_FILL -> instance.tables[first].fill(w[sp - 3], interpreter.references[sp - 2], w[sp - 1]);
            case TABLE_COPY ->
                instance.tables[first].copyFrom(instance.tables[second], w[sp - 3], w[sp - 2], w[sp - 1]);
            case TABLE_INIT -> instance.initTable(first, second, w[sp - 3], w[sp - 2], w[sp - 1]);
            case DATA_DROP -> {
                instance.dropData(first);
                return sp;
            }
            case ELEM_DROP -> {
                instance.dropElements(first);
                return sp;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
        return sp - 3;
    }

    /** An old size, or -1 in the width of the address type. */
    private static long grown(long old, boolean address64) {
        return address64 ? old : old & 0xffff_ffffL;
    }
}
