package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.Arrays;

/**
 * Executes a {@link Code} whose instructions mix up what they read, on virtual registers or, with an {@link Allocation}, on places
 * whose spoiled ones are filled with rubbish. At a safepoint, all references change as if a collector moved what they point to.
 * Answers a digest of all that instructions read.
 */
final class Machine {
    private final Code code;
    private final Allocation allocation;
    private final long[] low;
    private final long[] high;
    private int copy;
    private long rubbish = 0x5DEECE66DL;

    private Machine(Code code, Allocation allocation) {
        this.code = code;
        this.allocation = allocation;
        int size = allocation == null ? code.registerEnd() : Allocation.SLOTS + allocation.words() + 1;
        low = new long[size];
        high = new long[size];
        for (int i = 0; i < size; i++) {
            trash(i);
        }
    }

    static long run(Code code, Allocation allocation, int steps) {
        return new Machine(code, allocation).run(steps);
    }

    static long mix(long a, long b) {
        long mixed = (a ^ b * 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        return mixed ^ mixed >>> 29;
    }

    private void trash(int place) {
        rubbish = mix(rubbish, 7);
        low[place] = rubbish;
        high[place] = ~rubbish;
    }

    private long run(int steps) {
        long digest = 0;
        int block = 0;
        for (int left = steps; left > 0; left--) {
            int last = code.endOfInstructions(block) - 1;
            long read = 0;
            for (int i = code.firstInstruction(block); i <= last; i++) {
                copies(i);
                read = read(i);
                digest = mix(digest, read);
                spoil(i);
                int edges = code.endOfEdges(block) - code.firstEdge(block);
                int edge = edges == 0
                        ? -1
                        : code.firstEdge(block) + (int) Long.remainderUnsigned(mix(digest, left), edges);
                if (i < last || edge >= 0 && !code.isToHandler(edge)) {
                    define(i, read);
                }
                if (i == last) {
                    if (edge < 0) {
                        return digest;
                    }
                    parameters(edge);
                    block = code.target(edge);
                }
            }
        }
        return digest;
    }

    private void copies(int instruction) {
        if (allocation == null) {
            return;
        }
        if (copy >= allocation.copyCount() || allocation.copyBefore(copy) != instruction) {
            copy = firstCopy(instruction);
        }
        while (copy < allocation.copyCount() && allocation.copyBefore(copy) == instruction) {
            copyOnce();
            copy++;
        }
    }

    private int firstCopy(int instruction) {
        int from = 0;
        int to = allocation.copyCount();
        while (from < to) {
            int middle = from + to >>> 1;
            if (allocation.copyBefore(middle) < instruction) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private void copyOnce() {
        int register = allocation.copied(copy);
        int from = allocation.copyFrom(copy);
        int to = allocation.copyTo(copy);
        long first;
        long second;
        if (from == Allocation.REMADE) {
            long read = mix(code.remakeOpcode(register), code.remakePayload(register));
            first = value(read, 0);
            second = ~first;
        } else {
            first = low[from];
            second = from < Allocation.SLOTS ? high[from] : low[from + 1];
        }
        if (from >= Allocation.SLOTS && to >= Allocation.SLOTS) {
            trash(
                    code.valueClass(register) == Convention.INT
                            ? Convention.SCRATCH
                            : Code.FLOATS + Convention.SCRATCH_XMM);
        }
        set(to, code.valueClass(register), first, second);
    }

    private void set(int place, int valueClass, long first, long second) {
        if (place < Allocation.SLOTS) {
            trash(place);
            low[place] = first;
            if (valueClass == Convention.VECTOR) {
                high[place] = second;
            }
        } else {
            low[place] = first;
            if (valueClass == Convention.VECTOR) {
                low[place + 1] = second;
            }
        }
    }

    private long read(int instruction) {
        long read = mix(code.opcode(instruction), code.payload(instruction));
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) < Code.DEFINE) {
                int register = code.operandRegister(operand);
                int place = allocation == null ? register : allocation.place(operand);
                read = mix(read, low[place]);
                if (code.valueClass(register) == Convention.VECTOR) {
                    read = mix(read, allocation == null || place < Allocation.SLOTS ? high[place] : low[place + 1]);
                }
            }
        }
        return read;
    }

    private static long value(long read, int number) {
        return number == 0 ? read : mix(read, number);
    }

    private void spoil(int instruction) {
        if (allocation == null) {
            for (int register = Code.FIRST_VIRTUAL;
                    code.isSafepoint(instruction) && register < code.registerEnd();
                    register++) {
                low[register] = code.isReference(register) ? moved(low[register]) : low[register];
            }
            return;
        }
        trash(Convention.SCRATCH);
        trash(Code.FLOATS + Convention.SCRATCH_XMM);
        for (long left = code.clobbers(instruction); left != 0; left &= left - 1) {
            trash(Long.numberOfTrailingZeros(left));
        }
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                int size = code.valueClass(code.operandRegister(operand)) == Convention.VECTOR ? 2 : 1;
                trash(allocation.place(operand));
                if (size == 2 && allocation.place(operand) >= Allocation.SLOTS) {
                    trash(allocation.place(operand) + 1);
                }
            }
        }
        for (int pair = 0; code.isSafepoint(instruction) && pair < allocation.referenceCount(); pair++) {
            if (allocation.referenceInstruction(pair) == instruction) {
                int place = Allocation.SLOTS + allocation.referenceWord(pair);
                low[place] = moved(low[place]);
            }
        }
    }

    private static long moved(long reference) {
        return reference * 5 + 3;
    }

    private void define(int instruction, long read) {
        int number = 0;
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) == Code.DEFINE || code.role(operand) == Code.EARLY_DEFINE) {
                int register = code.operandRegister(operand);
                long made = value(read, number++);
                if (allocation == null) {
                    low[register] = made;
                    high[register] = ~made;
                } else {
                    set(allocation.place(operand), code.valueClass(register), made, ~made);
                }
            }
        }
    }

    private void parameters(int edge) {
        if (allocation != null) {
            return;
        }
        int count = code.argumentCount(edge);
        long[] lows = new long[count];
        long[] highs = new long[count];
        Arrays.setAll(lows, i -> low[code.argument(edge, i)]);
        Arrays.setAll(highs, i -> high[code.argument(edge, i)]);
        for (int i = 0; i < count; i++) {
            low[code.parameter(code.target(edge), i)] = lows[i];
            high[code.parameter(code.target(edge), i)] = highs[i];
        }
    }
}
