package emberwall.codegen.alloc;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * When each virtual register is live, and where it is used. Each instruction has four positions:
 *
 * <pre>
 *   4i      gap: copies before the instruction; fixed and reused operands are read by copies here
 *   4i + 1  uses are read; early definitions and temporaries are written
 *   4i + 2  registers are spoiled
 *   4i + 3  definitions are written
 * </pre>
 *
 * A lifetime is a list of ranges [from, to), ascending. It is found value by value: from each use upwards through the blocks until
 * the definition, so that loops, even irreducible ones, need no care, and what is kept are merged ranges, not sets by block.
 */
final class Lifetimes {
    // What a use wants.
    /** A copy, which is made before the instruction or on an edge: the value may be anywhere. */
    static final int COPY = 0;
    /** The value itself, in a register or in memory. */
    static final int ANYWHERE = 1;
    /** The value itself in a register. */
    static final int IN_REGISTER = 2;

    private static final int NONE = -1;
    private static final int ASK_EVERY = 1024;
    /** How many blocks all lifetimes together may reach over: a second or two. */
    private static final long MOST_REACHED = 1 << 27;
    /** How many ranges they may have: 100 MB with all that is made of them. */
    private static final int MOST_RANGES = 1 << 22;

    /** An instruction with more uses than this of what can be made anew finds them in words: registers might not suffice. */
    private static final int MOST_REMADE = 3;

    private Code code;
    private Flow flow;
    private long allocatable;
    private BooleanSupplier interrupted;
    private int values;
    /** Operands that get a copy of their value; behind the values, each has a lifetime of its own. */
    private int[] detached = new int[16];

    private int detachedCount;

    // by value, that is virtual register - FIRST_VIRTUAL
    private boolean[] remade = {};
    private int[] definedAt = {};
    private int[] definer = {};
    private int[] firstUse = {};
    private int[] firstRange = {};

    private int[] usePosition = {};
    private int[] useEnd = {};
    private byte[] useKind = {};
    private int[] useTarget = {};

    private int[] rangeFrom = new int[64];
    private int[] rangeTo = new int[64];
    private int ranges;
    /** How many blocks the lifetimes found so far reach over, their own and those of uses there only not counted. */
    private long reached;

    // by block, for the value at hand
    private int[] seen = {};
    private int[] liveTo = {};
    private int[] touched = {};
    private int touchedCount;

    static int gap(int instruction) {
        return 4 * instruction;
    }

    static int instruction(int position) {
        return position >> 2;
    }

    void reset(Code itsCode, Flow itsFlow, long itsAllocatable, BooleanSupplier itsInterrupted) {
        code = itsCode;
        flow = itsFlow;
        allocatable = itsAllocatable;
        interrupted = itsInterrupted;
        values = code.registerEnd() - Code.FIRST_VIRTUAL;
        findRemade();
        findDetached();
        ensure();
        definitionsAndUses();
        placeUses();
        uses();
        buildRanges();
    }

    private void ensure() {
        int all = all();
        if (firstRange.length < all + 1) {
            int size = all + all / 2 + 1;
            definedAt = new int[size];
            definer = new int[size];
            firstUse = new int[size];
            firstRange = new int[size];
        }
        int blocks = code.blockCount();
        if (seen.length < blocks) {
            int size = blocks + blocks / 2;
            seen = new int[size];
            liveTo = new int[size];
            touched = new int[size];
        }
        Arrays.fill(definedAt, 0, all, NONE);
        Arrays.fill(definer, 0, all, NONE);
        Arrays.fill(firstUse, 0, all + 1, 0);
        Arrays.fill(seen, 0, blocks, NONE);
    }

    private void findRemade() {
        if (remade.length < values) {
            remade = new boolean[values + values / 2];
        }
        for (int value = 0; value < values; value++) {
            remade[value] = code.isRemade(value + Code.FIRST_VIRTUAL);
        }
        for (int instruction = 0; instruction < code.instructionCount(); instruction++) {
            if (!code.has(instruction, Code.ANY)) {
                continue;
            }
            int count = 0;
            for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
                int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                if (code.role(operand) < Code.DEFINE && code.where(operand) == Code.ANY && remade[value]) {
                    remade[value] = ++count <= MOST_REMADE;
                }
            }
        }
    }

    private void findDetached() {
        detachedCount = 0;
        for (int instruction = 0; instruction < code.instructionCount(); instruction++) {
            if (code.clobbers(instruction) == 0) {
                continue;
            }
            for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
                if (isDetached(instruction, operand) && !isReused(instruction, operand)) {
                    detached = detachedCount == detached.length ? Arrays.copyOf(detached, detachedCount * 2) : detached;
                    detached[detachedCount++] = operand;
                }
            }
        }
    }

    /** Finds out where values are defined, and how often each is used. */
    private void definitionsAndUses() {
        for (int block = 0; block < code.blockCount(); block++) {
            for (int i = 0; i < code.parameterCount(block); i++) {
                definedAt[code.parameter(block, i) - Code.FIRST_VIRTUAL] = gap(code.firstInstruction(block));
            }
        }
        for (int instruction = 0; instruction < code.instructionCount(); instruction++) {
            for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
                int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                if (code.role(operand) < Code.DEFINE) {
                    firstUse[value]++;
                } else {
                    if (definedAt[value] != NONE) {
                        throw new IllegalArgumentException(
                                "v" + value + " is defined twice, again at instruction " + instruction);
                    }
                    boolean late = code.role(operand) == Code.DEFINE && !isReuse(instruction, operand);
                    definedAt[value] = gap(instruction) + (late ? 3 : 1);
                    definer[value] = operand;
                }
            }
        }
    }

    /** Whether a definition takes over the place of a use that is no fixed one. */
    boolean isReuse(int instruction, int operand) {
        return code.where(operand) == Code.REUSE
                && code.where(code.firstOperand(instruction) + code.detail(operand)) != Code.FIXED;
    }

    /** The physical register that an operand is bound to, or -1. */
    int fixed(int instruction, int operand) {
        if (code.where(operand) == Code.FIXED) {
            return code.detail(operand);
        }
        if (code.where(operand) == Code.REUSE) {
            int used = code.firstOperand(instruction) + code.detail(operand);
            return code.where(used) == Code.FIXED ? code.detail(used) : NONE;
        }
        return NONE;
    }

    /**
     * Whether an instruction may spoil all registers that a use could be in: the use then gets a copy for the time of reading, since
     * the value itself may have to be in memory already.
     */
    boolean isDetached(int instruction, int operand) {
        if (code.clobbers(instruction) == 0 || code.role(operand) != Code.USE || !isInRegister(operand)) {
            return false;
        }
        long left = allocatable
                & Code.registersOf(code.valueClass(code.operandRegister(operand)))
                & ~code.clobbers(instruction);
        int wanted = 0;
        for (int other = code.firstOperand(instruction); other < code.endOfOperands(instruction); other++) {
            int fixed = fixed(instruction, other);
            left &= fixed == NONE ? -1 : ~(1L << fixed);
            wanted += fixed == NONE ? 1 : 0;
        }
        return Long.bitCount(left) < wanted;
    }

    /** Whether a use has to find its value in a register of no matter which number. */
    private boolean isInRegister(int operand) {
        return code.where(operand) == Code.REGISTER
                || code.where(operand) == Code.ANY && remade[code.operandRegister(operand) - Code.FIRST_VIRTUAL];
    }

    /** Makes room for the uses of each value. */
    private void placeUses() {
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            for (int i = 0; i < code.argumentCount(edge); i++) {
                firstUse[code.argument(edge, i) - Code.FIRST_VIRTUAL]++;
            }
        }
        int sum = 0;
        for (int value = 0; value < all(); value++) {
            int count = firstUse[value];
            firstUse[value] = sum;
            sum += count;
        }
        firstUse[all()] = sum;
        if (usePosition.length < sum) {
            int size = sum + sum / 2;
            usePosition = new int[size];
            useEnd = new int[size];
            useKind = new byte[size];
            useTarget = new int[size];
        }
    }

    /** Lists the uses of each value, ascending; moves {@code firstUse} up to the end of each list, and back. */
    private void uses() {
        for (int block = 0; block < code.blockCount(); block++) {
            for (int instruction = code.firstInstruction(block);
                    instruction < code.endOfInstructions(block);
                    instruction++) {
                if (code.isBound(instruction) || code.clobbers(instruction) != 0) {
                    copyUses(instruction);
                }
                plainUses(instruction);
            }
            int end = gap(code.endOfInstructions(block));
            for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
                for (int i = 0; i < code.argumentCount(edge); i++) {
                    use(code.argument(edge, i), end - 1, end, COPY, code.parameter(code.target(edge), i));
                }
            }
        }
        System.arraycopy(firstUse, 0, firstUse, 1, all());
        firstUse[0] = 0;
    }

    private void copyUses(int instruction) {
        int first = code.firstOperand(instruction);
        for (int operand = first; operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                if (isReuse(instruction, operand)) {
                    int used = first + code.detail(operand);
                    use(
                            code.operandRegister(used),
                            gap(instruction),
                            gap(instruction) + 1,
                            COPY,
                            code.operandRegister(operand));
                }
            } else if (code.where(operand) == Code.FIXED) {
                use(code.operandRegister(operand), gap(instruction), gap(instruction) + 1, COPY, code.detail(operand));
            } else if (isDetached(instruction, operand) && !isReused(instruction, operand)) {
                use(code.operandRegister(operand), gap(instruction), gap(instruction) + 1, COPY, NONE);
            }
        }
    }

    private void plainUses(int instruction) {
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) < Code.DEFINE
                    && code.where(operand) != Code.FIXED
                    && !isReused(instruction, operand)
                    && !isDetached(instruction, operand)) {
                int end = code.role(operand) == Code.LATE_USE ? gap(instruction + 1) : gap(instruction) + 2;
                int kind = code.where(operand) == Code.REGISTER ? IN_REGISTER : ANYWHERE;
                use(code.operandRegister(operand), gap(instruction) + 1, end, kind, NONE);
            }
        }
    }

    /** Whether a definition of the instruction takes over the place of a use. */
    boolean isReused(int instruction, int use) {
        if (!code.has(instruction, Code.REUSE)) {
            return false;
        }
        int first = code.firstOperand(instruction);
        for (int operand = first; operand < code.endOfOperands(instruction); operand++) {
            if (code.where(operand) == Code.REUSE && first + code.detail(operand) == use) {
                return true;
            }
        }
        return false;
    }

    private void use(int register, int position, int end, int kind, int target) {
        int use = firstUse[register - Code.FIRST_VIRTUAL]++;
        usePosition[use] = position;
        useEnd[use] = end;
        useKind[use] = (byte) kind;
        useTarget[use] = target;
    }

    // ---- ranges

    private void buildRanges() {
        ranges = 0;
        reached = 0;
        for (int value = 0; value < values; value++) {
            if (value % ASK_EVERY == 0 && interrupted.getAsBoolean()) {
                throw new CancellationException();
            }
            firstRange[value] = ranges;
            if (definedAt[value] != NONE) {
                walk(value);
            } else if (firstUse[value] < firstUse[value + 1]) {
                throw new IllegalArgumentException("v" + value + " is used but not defined");
            }
        }
        for (int i = 0; i < detachedCount; i++) {
            int position = gap(instructionOf(detached[i])) + 1;
            firstRange[values + i] = ranges;
            definedAt[values + i] = position;
            definer[values + i] = detached[i];
            addRange(position, position + 1);
        }
        firstRange[all()] = ranges;
    }

    /** The instruction of an operand. */
    private int instructionOf(int operand) {
        int low = 0;
        int high = code.instructionCount() - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (code.firstOperand(middle) <= operand) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private void addRange(int from, int to) {
        if (ranges == rangeTo.length) {
            growRanges(ranges * 2);
        }
        rangeFrom[ranges] = from;
        rangeTo[ranges++] = to;
    }

    private void growRanges(int size) {
        rangeFrom = Arrays.copyOf(rangeFrom, size);
        rangeTo = Arrays.copyOf(rangeTo, size);
    }

    private void walk(int value) {
        int defined = definedAt[value];
        int home = flow.block(instruction(defined));
        int operand = definer[value];
        int through = operand == NONE ? defined + 1 : gap(instruction(defined) + 1);
        if (isUsedInside(value, home)) {
            addRange(defined, Math.max(through, latestEnd(value)));
            return;
        }
        touchedCount = 0;
        touch(value, home, through);
        int walked = 1;
        for (int use = firstUse[value]; use < firstUse[value + 1]; use++) {
            int block = flow.block(instruction(usePosition[use]));
            touch(value, block, useEnd[use]);
            while (walked < touchedCount) {
                liveIn(value, touched[walked++], home);
            }
        }
        reached += touchedCount;
        if (reached > MOST_REACHED || ranges > MOST_RANGES) {
            throw new TooLargeException();
        }
        addRanges(value, defined, home);
    }

    /** Whether all uses of a value are in a block; uses ascend. */
    private boolean isUsedInside(int value, int block) {
        int first = firstUse[value];
        int last = firstUse[value + 1] - 1;
        return last < first
                || usePosition[first] >= gap(code.firstInstruction(block))
                        && usePosition[last] < gap(code.endOfInstructions(block));
    }

    private int latestEnd(int value) {
        int latest = 0;
        for (int use = firstUse[value]; use < firstUse[value + 1]; use++) {
            latest = Math.max(latest, useEnd[use]);
        }
        return latest;
    }

    /** The value is live where the block begins, hence where the blocks before it end. */
    private void liveIn(int value, int block, int home) {
        if (block == 0) {
            throw new IllegalArgumentException("v" + value + " is used where it was not defined");
        }
        for (int in = flow.firstIn(block); in < flow.endOfIn(block); in++) {
            int before = flow.source(flow.incoming(in));
            touch(value, before, gap(code.endOfInstructions(before)));
        }
        assert block != home;
    }

    private void touch(int value, int block, int to) {
        if (seen[block] != value) {
            seen[block] = value;
            liveTo[block] = to;
            touched[touchedCount++] = block;
        } else if (liveTo[block] < to) {
            liveTo[block] = to;
        }
    }

    private void addRanges(int value, int defined, int home) {
        sortTouched(value);
        int start = ranges;
        for (int i = 0; i < touchedCount; i++) {
            int block = touched[i];
            int from = block == home ? defined : gap(code.firstInstruction(block));
            int to = liveTo[block];
            if (ranges > start && rangeTo[ranges - 1] == from && block != home) {
                rangeTo[ranges - 1] = to;
            } else {
                addRange(from, to);
            }
        }
    }

    private void sortTouched(int value) {
        if (touchedCount > 16) {
            sortMany(value);
            return;
        }
        for (int i = 1; i < touchedCount; i++) {
            int block = touched[i];
            int j = i;
            for (; j > 0 && touched[j - 1] > block; j--) {
                touched[j] = touched[j - 1];
            }
            touched[j] = block;
        }
    }

    /** Where the blocks lie close together, looking at all between the first and the last is quicker than sorting. */
    private void sortMany(int value) {
        int least = touched[0];
        int most = least;
        for (int i = 1; i < touchedCount; i++) {
            least = Math.min(least, touched[i]);
            most = Math.max(most, touched[i]);
        }
        if (most - least > 16 * touchedCount) {
            Arrays.sort(touched, 0, touchedCount);
            return;
        }
        int found = 0;
        for (int block = least; block <= most; block++) {
            if (seen[block] == value) {
                touched[found++] = block;
            }
        }
    }

    // ---- reading

    int values() {
        return values;
    }

    /** Whether a value is made anew where it is not in a register, and so has no word. */
    boolean isRemade(int value) {
        return value < values && remade[value];
    }

    /** How many lifetimes there are: of values, then of the copies that some operands get. */
    int all() {
        return values + detachedCount;
    }

    /** The operand that has a lifetime of its own behind those of the values. */
    int detachedOperand(int lifetime) {
        return detached[lifetime - values];
    }

    /** The class of what is live. */
    int valueClass(int lifetime) {
        int operand = lifetime < values ? NONE : detached[lifetime - values];
        return code.valueClass(operand == NONE ? lifetime + Code.FIRST_VIRTUAL : code.operandRegister(operand));
    }

    /** Where a value is defined, or -1 if nowhere. */
    int definedAt(int value) {
        return definedAt[value];
    }

    /** The operand that defines a value, or -1: a parameter. */
    int definer(int value) {
        return definer[value];
    }

    int firstUse(int value) {
        return firstUse[value];
    }

    int endOfUses(int value) {
        return firstUse[value + 1];
    }

    int usePosition(int use) {
        return usePosition[use];
    }

    /** Where the value may be gone after a use. */
    int useEnd(int use) {
        return useEnd[use];
    }

    int useKind(int use) {
        return useKind[use];
    }

    /** What a {@link #COPY} is for: a physical register, a virtual one that begins there, or -1. */
    int useTarget(int use) {
        return useTarget[use];
    }

    int firstRange(int value) {
        return firstRange[value];
    }

    int endOfRanges(int value) {
        return firstRange[value + 1];
    }

    int from(int range) {
        return rangeFrom[range];
    }

    int to(int range) {
        return rangeTo[range];
    }

    /** Whether a value is live at a position. */
    boolean isLive(int value, int position) {
        int low = firstRange[value];
        int high = firstRange[value + 1];
        while (low < high) {
            int middle = low + high >>> 1;
            if (rangeTo[middle] <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < firstRange[value + 1] && rangeFrom[low] <= position;
    }
}
