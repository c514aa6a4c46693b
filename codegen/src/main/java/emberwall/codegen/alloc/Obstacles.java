package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Where physical registers are not to be had: all of them at calls, which need no entry for each; and each for a few positions
 * where an instruction wants or spoils just it.
 */
final class Obstacles {
    /** Behind all positions. */
    static final int NEVER = Integer.MAX_VALUE;

    private final Lifetimes lifetimes;
    private Code code;

    private int calls;
    private int[] call = new int[16];
    /** How many of the calls before one with this number are in blocks that are not cold. */
    private int[] hotBefore = new int[17];

    private final int[] count = new int[Allocation.SLOTS];
    private final int[] first = new int[Allocation.SLOTS];
    private final int[][] from = new int[Allocation.SLOTS][8];
    private final int[][] to = new int[Allocation.SLOTS][8];

    Obstacles(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    void reset(Code itsCode, long allocatable) {
        code = itsCode;
        calls = 0;
        Arrays.fill(count, 0);
        Arrays.fill(first, 0);
        for (int block = 0; block < code.blockCount(); block++) {
            for (int i = code.firstInstruction(block); i < code.endOfInstructions(block); i++) {
                boolean isCall = (allocatable & ~code.clobbers(i)) == 0;
                if (code.isBound(i)) {
                    uses(i);
                }
                if (isCall) {
                    addCall(i, !code.isCold(block));
                } else {
                    for (long left = code.clobbers(i) & allocatable; left != 0; left &= left - 1) {
                        add(Long.numberOfTrailingZeros(left), Lifetimes.gap(i) + 2, Lifetimes.gap(i) + 3);
                    }
                }
                if (code.isBound(i)) {
                    definitions(i);
                }
            }
        }
    }

    private void uses(int instruction) {
        int gap = Lifetimes.gap(instruction);
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.where(operand) == Code.FIXED && code.role(operand) != Code.DEFINE) {
                add(code.detail(operand), gap + 1, code.role(operand) == Code.USE ? gap + 2 : gap + 4);
            }
        }
    }

    private void definitions(int instruction) {
        int gap = Lifetimes.gap(instruction);
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            int fixed = code.role(operand) == Code.DEFINE ? lifetimes.fixed(instruction, operand) : -1;
            if (fixed >= 0) {
                add(fixed, gap + 3, gap + 4);
            }
        }
    }

    private void addCall(int instruction, boolean hot) {
        if (calls == call.length) {
            call = Arrays.copyOf(call, calls * 2);
            hotBefore = Arrays.copyOf(hotBefore, calls * 2 + 1);
        }
        call[calls++] = instruction;
        hotBefore[calls] = hotBefore[calls - 1] + (hot ? 1 : 0);
    }

    private void add(int register, int begin, int end) {
        int number = count[register];
        if (number == from[register].length) {
            grow(register, number * 2);
        }
        from[register][number] = begin;
        to[register][number] = end;
        count[register]++;
    }

    private void grow(int register, int size) {
        from[register] = Arrays.copyOf(from[register], size);
        to[register] = Arrays.copyOf(to[register], size);
    }

    // ---- calls

    /** The number of the first call from an instruction on. */
    private int callFrom(int instruction) {
        int index = Arrays.binarySearch(call, 0, calls, instruction);
        return index < 0 ? -index - 1 : index;
    }

    boolean hasHotCall(int fromInstruction, int toInstruction) {
        return hotBefore[callFrom(fromInstruction)] != hotBefore[callFrom(toInstruction)];
    }

    boolean hasCall(int fromInstruction, int toInstruction) {
        int index = callFrom(fromInstruction);
        return index < calls && call[index] < toInstruction;
    }

    /** The last call before an instruction, or -1. */
    int lastCallBefore(int instruction) {
        int index = callFrom(instruction);
        return index == 0 ? -1 : call[index - 1];
    }

    /** The first call that a stretch of a value's lifetime goes on over, or {@link #NEVER}. */
    int nextCall(int value, int fromRange, int begin, int end) {
        int range = fromRange;
        int index = callFrom(Lifetimes.instruction(begin + 1));
        while (index < calls) {
            int position = Lifetimes.gap(call[index]) + 2;
            while (range < lifetimes.endOfRanges(value) && lifetimes.to(range) <= position) {
                range++;
            }
            if (position >= end || range == lifetimes.endOfRanges(value) || lifetimes.from(range) >= end) {
                return NEVER;
            }
            if (lifetimes.from(range) <= position) {
                return call[index];
            }
            index = Math.max(index + 1, callFrom(Lifetimes.instruction(lifetimes.from(range))));
        }
        return NEVER;
    }

    // ---- single registers

    /**
     * Where a register is first wanted by others in a stretch of a value's lifetime, or {@link #NEVER}. Stretches are asked for by
     * ascending begin.
     */
    int nextBlocked(int register, int value, int fromRange, int begin, int end) {
        int[] froms = from[register];
        int[] tos = to[register];
        int index = first[register];
        while (index < count[register] && tos[index] <= (begin & ~3)) {
            index++;
        }
        first[register] = index;
        int range = fromRange;
        while (index < count[register] && froms[index] < end) {
            int liveFrom = Math.max(begin, lifetimes.from(range));
            if (tos[index] <= liveFrom || isOwn(value, froms[index], tos[index])) {
                index++;
            } else if (lifetimes.to(range) <= froms[index]) {
                if (++range == lifetimes.endOfRanges(value)) {
                    return NEVER;
                }
            } else {
                int blocked = Math.max(liveFrom, froms[index]);
                return blocked < end ? blocked : NEVER;
            }
        }
        return NEVER;
    }

    /** What an instruction spoils does not hinder its own early definitions. */
    private boolean isOwn(int value, int blockedFrom, int blockedTo) {
        return (blockedFrom & 3) == 2
                && blockedTo == blockedFrom + 1
                && lifetimes.definedAt(value) == blockedFrom - 1
                && code.role(lifetimes.definer(value)) != Code.TEMPORARY;
    }
}
