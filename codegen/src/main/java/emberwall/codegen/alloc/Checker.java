package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Proves that an {@link Allocation} is right for its {@link Code}: walks all paths at once, knowing of each place the virtual
 * registers whose values it holds. Where paths meet, a place holds what it holds on all of them; the walk goes on until nothing
 * changes. It shares no code with the allocators.
 */
public final class Checker {
    /** Up to how many instructions assertions walk all paths of a function. */
    private static final int SMALL = 300;

    private static final int[] NOTHING = {};
    private static final int[] SCRATCHES = {Convention.SCRATCH, Code.FLOATS + Convention.SCRATCH_XMM};

    private final Code code;
    private final Allocation allocation;
    private final long allocatable;
    private final int places;
    /** By block: the values in each place where it begins; null where no path came yet. */
    private final int[][][] atBegin;

    private final BitSet[] liveReferences;
    private final int[] firstCopy;
    private final int[] firstPair;
    /** By instruction that begins a block: the only edge that leads there, or -1. */
    private final int[] onlyEdge;

    private final ArrayDeque<Integer> work = new ArrayDeque<>();
    private int[][] state;
    /** Whether faults count, which they do once nothing changes. */
    private boolean settled;

    private Checker(Code code, Allocation allocation, long allocatable) {
        this.code = code;
        this.allocation = allocation;
        this.allocatable = allocatable;
        places = Allocation.SLOTS + allocation.words() + 1;
        atBegin = new int[code.blockCount()][][];
        firstCopy = new int[code.instructionCount() + 1];
        firstPair = new int[code.instructionCount() + 1];
        onlyEdge = new int[code.instructionCount() + 1];
        liveReferences = new BitSet[code.blockCount()];
    }

    /**
     * Checks.
     *
     * @throws AssertionError that says what is wrong where, with everything as text
     */
    public static void check(Code code, Allocation allocation, long allocatable) {
        new Checker(code, allocation, allocatable).run();
    }

    /**
     * Checks small functions, for assertions, which large ones would take too long for.
     *
     * @return true
     * @throws AssertionError as {@link #check}
     */
    public static boolean isRight(Code code, Allocation allocation, long allocatable) {
        if (code.instructionCount() <= SMALL) {
            check(code, allocation, allocatable);
        }
        return true;
    }

    private void run() {
        form();
        index();
        for (int instruction = 0; instruction < code.instructionCount(); instruction++) {
            constraints(instruction);
            roles(instruction);
        }
        findLiveReferences();
        int[][] entry = new int[places][];
        Arrays.fill(entry, NOTHING);
        if (code.blockCount() > 0) {
            atBegin[0] = entry;
            work.add(0);
        }
        while (!work.isEmpty()) {
            walk(work.remove());
        }
        settled = true;
        for (int block = 0; block < code.blockCount(); block++) {
            if (atBegin[block] != null) {
                walk(block);
            }
        }
    }

    /** A fault that depends on the path: it counts when all paths are known. */
    private void fail(int instruction, String what) {
        if (settled) {
            fail("instruction " + instruction + ": " + what);
        }
    }

    private void fail(String what) {
        throw new AssertionError(what + "\n" + Listing.of(code, allocation));
    }

    // ---- what code has to be like

    private void form() {
        int[] coming = new int[code.blockCount()];
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            coming[code.target(edge)]++;
        }
        Arrays.fill(onlyEdge, -1);
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            if (coming[code.target(edge)] == 1) {
                onlyEdge[code.firstInstruction(code.target(edge))] = edge;
            }
        }
        for (int block = 0; block < code.blockCount(); block++) {
            if (code.firstInstruction(block) == code.endOfInstructions(block)) {
                fail("block " + block + " is empty");
            }
            int last = code.endOfInstructions(block) - 1;
            int leaving = code.endOfEdges(block) - code.firstEdge(block);
            for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
                int target = code.target(edge);
                if (code.isToHandler(edge)) {
                    if (!code.isSafepoint(last) || code.parameterCount(target) > 0) {
                        fail("the edge from block " + block + " to handler " + target + " is none");
                    }
                } else if (code.argumentCount(edge) != code.parameterCount(target)) {
                    fail("block " + block + " brings " + target + " another number of values than it takes");
                } else if (coming[target] > 1 || target == 0) {
                    if (leaving > 1 || code.firstOperand(last) < code.endOfOperands(last)) {
                        fail("copies have no place between blocks " + block + " and " + target);
                    }
                }
            }
        }
    }

    /** Where the copies and references of each instruction begin. */
    private void index() {
        int copy = 0;
        int pair = 0;
        for (int instruction = 0; instruction <= code.instructionCount(); instruction++) {
            while (copy < allocation.copyCount() && allocation.copyBefore(copy) < instruction) {
                copy++;
            }
            while (pair < allocation.referenceCount() && allocation.referenceInstruction(pair) < instruction) {
                pair++;
            }
            firstCopy[instruction] = copy;
            firstPair[instruction] = pair;
        }
        if (copy != allocation.copyCount() || pair != allocation.referenceCount()) {
            fail("copies or references do not ascend");
        }
    }

    // ---- references that are live

    private boolean isReference(int register) {
        return code.isReference(register);
    }

    private void findLiveReferences() {
        for (int block = 0; block < code.blockCount(); block++) {
            liveReferences[block] = new BitSet();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block = code.blockCount() - 1; block >= 0; block--) {
                BitSet live = liveAtEnd(block);
                for (int i = code.endOfInstructions(block) - 1; i >= code.firstInstruction(block); i--) {
                    stepBack(live, i);
                }
                for (int i = 0; i < code.parameterCount(block); i++) {
                    live.clear(code.parameter(block, i));
                }
                if (!live.equals(liveReferences[block])) {
                    liveReferences[block] = live;
                    changed = true;
                }
            }
        }
    }

    private BitSet liveAtEnd(int block) {
        BitSet live = new BitSet();
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            live.or(liveReferences[code.target(edge)]);
        }
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            for (int i = 0; i < code.argumentCount(edge); i++) {
                if (isReference(code.argument(edge, i))) {
                    live.set(code.argument(edge, i));
                }
            }
        }
        return live;
    }

    private void stepBack(BitSet live, int instruction) {
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                live.clear(code.operandRegister(operand));
            }
        }
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) < Code.DEFINE && isReference(code.operandRegister(operand))) {
                live.set(code.operandRegister(operand));
            }
        }
    }

    // ---- the walk

    private void walk(int block) {
        state = atBegin[block].clone();
        BitSet[] liveAfter = settled ? liveAfterSafepoints(block) : null;
        for (int i = code.firstInstruction(block); i < code.endOfInstructions(block); i++) {
            for (int copy = firstCopy[i]; copy < firstCopy[i + 1]; copy++) {
                copy(i, copy);
            }
            uses(i);
            if (settled) {
                if (code.isSafepoint(i)) {
                    references(i, liveAfter[i - code.firstInstruction(block)]);
                } else if (firstPair[i] < firstPair[i + 1]) {
                    fail(i, "references at what is no safepoint");
                }
            }
            if (code.isSafepoint(i)) {
                forgetUntold(i);
            }
            int[][] thrown = spoil(i);
            define(i);
            if (i == code.endOfInstructions(block) - 1) {
                leave(block, thrown);
            }
        }
    }

    private BitSet[] liveAfterSafepoints(int block) {
        int first = code.firstInstruction(block);
        BitSet[] after = new BitSet[code.endOfInstructions(block) - first];
        BitSet live = liveAtEnd(block);
        for (int i = code.endOfInstructions(block) - 1; i >= first; i--) {
            if (code.isSafepoint(i)) {
                BitSet across = (BitSet) live.clone();
                for (int operand = code.firstOperand(i); operand < code.endOfOperands(i); operand++) {
                    int register = code.operandRegister(operand);
                    if (code.role(operand) >= Code.DEFINE) {
                        across.clear(register);
                    } else if (code.role(operand) == Code.LATE_USE
                            && code.where(operand) != Code.FIXED
                            && isReference(register)) {
                        across.set(register);
                    }
                }
                after[i - first] = across;
            }
            stepBack(live, i);
        }
        return after;
    }

    private boolean holds(int place, int register) {
        return place >= 0 && place < places && Arrays.binarySearch(state[place], register) >= 0;
    }

    private void put(int place, int[] registers) {
        if (place == Allocation.REMADE) {
            return;
        }
        if (place > Allocation.SLOTS) {
            state[place - 1] = without(state[place - 1], Convention.VECTOR);
        }
        if (place >= Allocation.SLOTS && only(registers, Convention.VECTOR).length > 0) {
            state[place + 1] = NOTHING;
        }
        state[place] = registers;
    }

    private int[] only(int[] registers, int valueClass) {
        return Arrays.stream(registers)
                .filter(register -> code.valueClass(register) == valueClass)
                .toArray();
    }

    private int[] without(int[] registers, int valueClass) {
        return Arrays.stream(registers)
                .filter(register -> code.valueClass(register) != valueClass)
                .toArray();
    }

    private void copy(int instruction, int copy) {
        int from = allocation.copyFrom(copy);
        int to = allocation.copyTo(copy);
        int register = allocation.copied(copy);
        if (!isPlace(to, register, true) || from != Allocation.REMADE && !isPlace(from, register, true)) {
            fail("before " + instruction + " a copy from " + Listing.place(from) + " to " + Listing.place(to)
                    + ", which are no places for " + Listing.register(code, register));
        }
        if (from == Allocation.REMADE) {
            if (!code.isRemade(register) || to >= Allocation.SLOTS) {
                fail(instruction, Listing.register(code, register) + " cannot be made anew in " + Listing.place(to));
            }
            put(to, remade(instruction, register));
            return;
        }
        if (!holds(from, register)) {
            fail(
                    instruction,
                    "a copy of " + Listing.register(code, register) + " from " + Listing.place(from) + ", which holds "
                            + Listing.registers(code, state[from]));
        }
        int[] copied = only(state[from], code.valueClass(register));
        if (from >= Allocation.SLOTS && to >= Allocation.SLOTS) {
            state[SCRATCHES[code.valueClass(register) == Convention.INT ? 0 : 1]] = NOTHING;
        }
        put(to, copied);
    }

    /** A value that was made anew, and the parameters that it has become if that is done on the edge into a block. */
    private int[] remade(int instruction, int register) {
        BitSet same = new BitSet();
        same.set(register);
        int edge = onlyEdge[instruction];
        for (int i = 0; edge >= 0 && i < code.argumentCount(edge); i++) {
            if (code.argument(edge, i) == register) {
                same.set(code.parameter(code.target(edge), i));
            }
        }
        return same.stream().toArray();
    }

    /** Whether values like this one may be in a place. */
    private boolean isPlace(int place, int register, boolean scratchToo) {
        int valueClass = code.valueClass(register);
        if (place >= Allocation.SLOTS) {
            int word = place - Allocation.SLOTS;
            int size = valueClass == Convention.VECTOR ? 2 : 1;
            return word >= code.reservedWords() && word + size <= allocation.words() && (size == 1 || (word & 1) == 1);
        }
        if (place < 0 || place >= Code.FLOATS != (valueClass != Convention.INT)) {
            return false;
        }
        return (allocatable >> place & 1) != 0 || scratchToo && (place == SCRATCHES[0] || place == SCRATCHES[1]);
    }

    private void uses(int instruction) {
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            int register = code.operandRegister(operand);
            int place = allocation.place(operand);
            if (code.role(operand) < Code.DEFINE && !holds(place, register)) {
                fail(
                        instruction,
                        Listing.register(code, register) + " is not in " + Listing.place(place) + ", which holds "
                                + (place < 0 || place >= places ? "nothing" : Listing.registers(code, state[place])));
            }
        }
    }

    private void constraints(int instruction) {
        int first = code.firstOperand(instruction);
        for (int operand = first; operand < code.endOfOperands(instruction); operand++) {
            int place = allocation.place(operand);
            boolean right = switch (code.where(operand)) {
                case Code.ANY -> isPlace(place, code.operandRegister(operand), false) || isNowhere(operand);
                case Code.REGISTER -> place < Allocation.SLOTS && isPlace(place, code.operandRegister(operand), false);
                case Code.FIXED -> place == code.detail(operand);
                default -> place == allocation.place(first + code.detail(operand)) && place < Allocation.SLOTS;
            };
            if (!right) {
                fail("instruction " + instruction + ": " + Listing.register(code, code.operandRegister(operand))
                        + " may not be in " + Listing.place(place));
            }
        }
    }

    /** Whether a value that is defined is wanted only where it is made anew. */
    private boolean isNowhere(int operand) {
        return allocation.place(operand) == Allocation.REMADE
                && code.role(operand) == Code.DEFINE
                && code.isRemade(code.operandRegister(operand));
    }

    /** No two operands are in one place that may not be. */
    private void roles(int instruction) {
        int first = code.firstOperand(instruction);
        for (int a = first; a < code.endOfOperands(instruction); a++) {
            if (code.role(a) == Code.LATE_USE
                    && allocation.place(a) < Allocation.SLOTS
                    && (code.clobbers(instruction) >> allocation.place(a) & 1) != 0) {
                fail("instruction " + instruction + ": " + Listing.place(allocation.place(a))
                        + " is spoiled while it is read");
            }
            for (int b = a + 1; b < code.endOfOperands(instruction); b++) {
                if (overlap(a, b) && !mayShare(first, a, b)) {
                    fail("instruction " + instruction + ": two operands in " + Listing.place(allocation.place(a)));
                }
            }
        }
    }

    private boolean overlap(int a, int b) {
        int placeA = allocation.place(a);
        int placeB = allocation.place(b);
        if (placeA >= Allocation.SLOTS && placeB >= Allocation.SLOTS) {
            return placeA < placeB + size(b) && placeB < placeA + size(a);
        }
        return placeA == placeB && placeA != Allocation.REMADE;
    }

    private int size(int operand) {
        return code.valueClass(code.operandRegister(operand)) == Convention.VECTOR ? 2 : 1;
    }

    private boolean mayShare(int first, int a, int b) {
        boolean readA = code.role(a) < Code.DEFINE;
        boolean readB = code.role(b) < Code.DEFINE;
        if (readA && readB) {
            return true;
        }
        if (!readA && !readB) {
            return false;
        }
        int read = readA ? a : b;
        int written = readA ? b : a;
        if (code.where(written) == Code.REUSE && read == first + code.detail(written)) {
            return true;
        }
        return code.role(read) == Code.USE && code.role(written) == Code.DEFINE;
    }

    private void references(int instruction, BitSet live) {
        BitSet told = new BitSet();
        for (int pair = firstPair[instruction]; pair < firstPair[instruction + 1]; pair++) {
            int word = allocation.referenceWord(pair);
            boolean found = false;
            for (int register : state[Allocation.SLOTS + word]) {
                if (live.get(register)) {
                    found = true;
                    told.set(register);
                }
            }
            if (!found) {
                fail(instruction, "word " + word + " does not hold a live reference");
            }
        }
        for (int register = live.nextSetBit(0); register >= 0; register = live.nextSetBit(register + 1)) {
            if (!told.get(register) && !code.isRemade(register)) {
                fail(instruction, "nobody is told where the reference " + Listing.register(code, register) + " is");
            }
        }
    }

    /** A collector may move objects: what words hold that nobody told it of are no references any more. */
    private void forgetUntold(int instruction) {
        BitSet told = new BitSet();
        for (int pair = firstPair[instruction]; pair < firstPair[instruction + 1]; pair++) {
            told.set(Allocation.SLOTS + allocation.referenceWord(pair));
        }
        for (int place = 0; place < places; place++) {
            if (!told.get(place) && state[place].length > 0) {
                state[place] = Arrays.stream(state[place])
                        .filter(register -> !isReference(register))
                        .toArray();
            }
        }
    }

    /** Forgets what an instruction overwrites; answers how things are if it throws then. */
    private int[][] spoil(int instruction) {
        for (long left = code.clobbers(instruction); left != 0; left &= left - 1) {
            state[Long.numberOfTrailingZeros(left)] = NOTHING;
        }
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                int register = code.operandRegister(operand);
                for (int place = 0; place < places; place++) {
                    if (holds(place, register)) {
                        state[place] = Arrays.stream(state[place])
                                .filter(held -> held != register)
                                .toArray();
                    }
                }
                put(allocation.place(operand), NOTHING);
                if (size(operand) == 2 && allocation.place(operand) >= Allocation.SLOTS) {
                    state[allocation.place(operand) + 1] = NOTHING;
                }
            }
        }
        return state.clone();
    }

    private void define(int instruction) {
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) == Code.DEFINE || code.role(operand) == Code.EARLY_DEFINE) {
                put(allocation.place(operand), new int[] {code.operandRegister(operand)});
            }
        }
    }

    private void leave(int block, int[][] thrown) {
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            meet(code.target(edge), code.isToHandler(edge) ? thrown : bind(edge));
        }
    }

    /** What is in the places when the parameters of the target have become what the edge brings. */
    private int[][] bind(int edge) {
        int target = code.target(edge);
        if (code.parameterCount(target) == 0) {
            return state;
        }
        BitSet parameters = new BitSet();
        for (int i = 0; i < code.parameterCount(target); i++) {
            parameters.set(code.parameter(target, i));
        }
        int[][] bound = new int[places][];
        for (int place = 0; place < places; place++) {
            int[] held = state[place];
            if (held.length == 0) {
                bound[place] = held;
                continue;
            }
            BitSet now = new BitSet();
            for (int register : held) {
                if (!parameters.get(register)) {
                    now.set(register);
                }
            }
            for (int i = 0; i < code.parameterCount(target); i++) {
                if (Arrays.binarySearch(held, code.argument(edge, i)) >= 0) {
                    now.set(code.parameter(target, i));
                }
            }
            bound[place] = now.stream().toArray();
        }
        return bound;
    }

    private void meet(int block, int[][] coming) {
        int[][] known = atBegin[block];
        if (known == null) {
            atBegin[block] = coming.clone();
            work.add(block);
            return;
        }
        boolean changed = false;
        for (int place = 0; place < places; place++) {
            int[] held = known[place];
            int[] other = coming[place];
            if (!Arrays.equals(held, other)) {
                int[] both = Arrays.stream(held)
                        .filter(register -> Arrays.binarySearch(other, register) >= 0)
                        .toArray();
                if (both.length < held.length) {
                    known[place] = both;
                    changed = true;
                }
            }
        }
        if (changed) {
            if (settled) {
                throw new AssertionError("unsettled");
            }
            work.add(block);
        }
    }
}
