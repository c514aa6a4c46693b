package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * The simplest allocation there is: each value has a word of its own, and is in a register for one instruction only. Takes time
 * in proportion to the code, and is what tests compare {@link LinearScan} with.
 */
public final class WordPerValue {
    private final FrameWords words = new FrameWords();
    private final ParallelCopies copies = new ParallelCopies(words);
    private final Flow flow = new Flow();
    private final Lifetimes lifetimes = new Lifetimes();
    private final Allocation out = new Allocation();
    private Code code;
    private long allocatable;
    private int[] word = {};
    /** Registers of the instruction at hand: those that are read or spoiled before it is through, and those that hold something then. */
    private long before;

    private long after;

    /** Allocates; the answer is good until the next call. */
    public Allocation allocate(Code itsCode, long itsAllocatable) {
        code = itsCode;
        allocatable = itsAllocatable;
        out.reset(code.operandCount());
        flow.reset(code);
        lifetimes.reset(code, flow, allocatable, () -> false);
        words.reset(code.reservedWords());
        copies.reset(code, out);
        takeWords();
        for (int block = 0; block < code.blockCount(); block++) {
            enter(block);
            int last = code.endOfInstructions(block) - 1;
            for (int instruction = code.firstInstruction(block); instruction <= last; instruction++) {
                if (instruction > code.firstInstruction(block)) {
                    store(instruction - 1, instruction);
                }
                place(instruction);
            }
            leave(block, last);
        }
        SafepointWords.tell(code, lifetimes, out, this::wordAt);
        out.words = words.count();
        return out;
    }

    private void takeWords() {
        int registers = code.registerEnd() - Code.FIRST_VIRTUAL;
        if (word.length < registers) {
            word = new int[registers * 3 / 2];
        }
        Arrays.fill(word, 0, registers, -1);
        for (int register = 0; register < registers; register++) {
            word[register] = words.take(code.valueClass(Code.FIRST_VIRTUAL + register));
        }
    }

    private int wordAt(int value, int position) {
        return word[value];
    }

    private int slot(int register) {
        return Allocation.SLOTS + word[register - Code.FIRST_VIRTUAL];
    }

    private void enter(int block) {
        if (flow.copiesAtBegin(block)) {
            int edge = flow.incoming(flow.firstIn(block));
            int begin = code.firstInstruction(block);
            if (!code.isToHandler(edge)) {
                store(code.endOfInstructions(flow.source(edge)) - 1, begin);
                parameters(edge, begin);
            }
        }
    }

    private void leave(int block, int last) {
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            if (!flow.copiesAtBegin(code.target(edge))) {
                parameters(edge, last);
            }
        }
    }

    private void parameters(int edge, int before) {
        for (int i = 0; i < code.argumentCount(edge); i++) {
            copies.add(
                    slot(code.argument(edge, i)), slot(code.parameter(code.target(edge), i)), code.argument(edge, i));
        }
        copies.flush(before);
    }

    /** What an instruction defined goes to its words. */
    private void store(int instruction, int before) {
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) == Code.DEFINE || code.role(operand) == Code.EARLY_DEFINE) {
                copies.add(out.place(operand), slot(code.operandRegister(operand)), code.operandRegister(operand));
            }
        }
        copies.flush(before);
    }

    private void place(int instruction) {
        int first = code.firstOperand(instruction);
        int end = code.endOfOperands(instruction);
        before = 0;
        after = 0;
        for (int operand = first; operand < end; operand++) {
            int fixed = lifetimes.fixed(instruction, operand);
            boolean inWord = code.where(operand) == Code.ANY && !lifetimes.isReused(instruction, operand);
            out.operandPlace[operand] = inWord ? slot(code.operandRegister(operand)) : fixed;
            if (fixed >= 0) {
                take(operand, fixed);
            }
        }
        for (int operand = first; operand < end; operand++) {
            if (code.where(operand) == Code.REUSE && out.operandPlace[operand] < 0) {
                pick(operand, instruction);
                out.operandPlace[first + code.detail(operand)] = out.operandPlace[operand];
            }
        }
        for (int operand = first; operand < end; operand++) {
            if (out.operandPlace[operand] < 0) {
                pick(operand, instruction);
            }
        }
        for (int operand = first; operand < end; operand++) {
            if (code.role(operand) < Code.DEFINE) {
                copies.add(slot(code.operandRegister(operand)), out.place(operand), code.operandRegister(operand));
            }
        }
        copies.flush(instruction);
    }

    /** A register for an operand: before the instruction is through, after it, or both. */
    private void pick(int operand, int instruction) {
        boolean reuse = code.where(operand) == Code.REUSE;
        long mask = allocatable & Code.registersOf(code.valueClass(code.operandRegister(operand)));
        mask &= code.role(operand) == Code.USE
                ? ~before
                : code.role(operand) == Code.DEFINE && !reuse ? ~after : ~(before | after);
        if (mask == 0) {
            throw new IllegalArgumentException("instruction " + instruction + " wants more registers than there are");
        }
        long unspoiled = mask & ~code.clobbers(instruction);
        int place = Long.numberOfTrailingZeros(unspoiled != 0 ? unspoiled : mask);
        out.operandPlace[operand] = place;
        take(operand, place);
    }

    private void take(int operand, int place) {
        if (code.role(operand) != Code.DEFINE || code.where(operand) == Code.REUSE) {
            before |= 1L << place;
        }
        if (code.role(operand) != Code.USE) {
            after |= 1L << place;
        }
    }
}
