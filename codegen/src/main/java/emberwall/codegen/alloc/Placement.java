package emberwall.codegen.alloc;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Makes an {@link Allocation} of pieces with places: words for what is in memory, copies where a value changes its place, and the
 * places of operands.
 *
 * <p>A value goes to its word once, where it is defined; or, if that is run less often, wherever it leaves a register for its word.
 */
final class Placement {
    private static final int NONE = -1;
    private static final int ASK_EVERY = 1024;

    // When copies before one instruction happen.
    /** Between the instruction before, or the only edge into the block, and this one. */
    private static final int BETWEEN = 0;
    /** On the edge out of the block. */
    private static final int LEAVE = 1;

    private final Flow flow;
    private final Lifetimes lifetimes;
    private final Pieces pieces;
    private final Frequencies frequencies;
    private final FrameWords frame = new FrameWords();
    private final Words words;
    private final ParallelCopies copies = new ParallelCopies(frame);
    private final Allocation out = new Allocation();

    private Code code;
    private BooleanSupplier interrupted;

    /** The pieces of all values one behind the other: starts and places. */
    private int[] firstPiece = {};

    /** By value: the piece that somebody asked for last. */
    private int[] foundPiece = {};

    private int[] start = {};
    private int[] place = {};
    private int[] word = {};

    // copies to come: (instruction, when, number), and what they are
    private int count;
    private long[] key = new long[64];
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] register = new int[64];

    Placement(Flow flow, Lifetimes lifetimes, Pieces pieces, Frequencies frequencies) {
        this.flow = flow;
        this.lifetimes = lifetimes;
        this.pieces = pieces;
        this.frequencies = frequencies;
        words = new Words(lifetimes, frame);
    }

    Allocation place(Code itsCode, int coldStart, BooleanSupplier itsInterrupted) {
        code = itsCode;
        interrupted = itsInterrupted;
        count = 0;
        out.reset(code.operandCount());
        frame.reset(code.reservedWords());
        words.reset(coldStart);
        copies.reset(code, out);
        gatherPieces();
        giveWords();
        placeOperands();
        for (int value = 0; value < lifetimes.values(); value++) {
            if (value % ASK_EVERY == 0 && interrupted.getAsBoolean()) {
                throw new CancellationException();
            }
            if (word[value] != NONE || firstPiece[value + 1] - firstPiece[value] > 1) {
                connect(value);
            }
        }
        parameters();
        giveCopies();
        SafepointWords.tell(code, lifetimes, out, this::wordAt);
        out.words = frame.count();
        return out;
    }

    // ---- places

    private void gatherPieces() {
        int all = lifetimes.all();
        if (firstPiece.length < all + 1) {
            firstPiece = new int[all + all / 2 + 1];
            word = new int[firstPiece.length];
            foundPiece = new int[firstPiece.length];
        }
        if (start.length < pieces.count()) {
            start = new int[pieces.count() * 3 / 2];
            place = new int[start.length];
        }
        int number = 0;
        for (int value = 0; value < all; value++) {
            firstPiece[value] = number;
            foundPiece[value] = number;
            for (int piece = pieces.head(value); piece != NONE; piece = pieces.next(piece)) {
                start[number] = pieces.start(piece);
                place[number++] = pieces.place(piece);
            }
        }
        firstPiece[all] = number;
    }

    private void giveWords() {
        Arrays.fill(word, 0, lifetimes.all(), NONE);
        for (int block = 0; block < code.blockCount(); block++) {
            for (int i = 0; i < code.parameterCount(block); i++) {
                giveWord(code.parameter(block, i) - Code.FIRST_VIRTUAL, argumentWord(block, i));
            }
            int end = code.endOfInstructions(block);
            int operandEnd = end == code.firstInstruction(block) ? 0 : code.endOfOperands(end - 1);
            for (int operand = code.firstOperand(code.firstInstruction(block)); operand < operandEnd; operand++) {
                if (code.role(operand) >= Code.DEFINE) {
                    int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                    giveWord(value, parameterWord(value));
                }
            }
        }
    }

    /** The word of what an edge that comes from before brings for a parameter, or -1. */
    private int argumentWord(int block, int parameter) {
        for (int in = flow.firstIn(block); in < flow.endOfIn(block); in++) {
            int edge = flow.incoming(in);
            if (parameter < code.argumentCount(edge)) {
                int known = word[code.argument(edge, parameter) - Code.FIRST_VIRTUAL];
                if (known != NONE) {
                    return known;
                }
            }
        }
        return NONE;
    }

    /** The word of the parameter that a value becomes on an edge, or -1. */
    private int parameterWord(int value) {
        int last = lifetimes.endOfUses(value) - 1;
        if (last < lifetimes.firstUse(value) || lifetimes.useKind(last) != Lifetimes.COPY) {
            return NONE;
        }
        int target = lifetimes.useTarget(last);
        return target < Code.FIRST_VIRTUAL ? NONE : word[target - Code.FIRST_VIRTUAL];
    }

    private void giveWord(int value, int preferred) {
        if (lifetimes.isRemade(value)) {
            return;
        }
        for (int i = firstPiece[value]; i < firstPiece[value + 1]; i++) {
            if (place[i] == Pieces.WORD) {
                word[value] = words.take(value, preferred);
                return;
            }
        }
    }

    /** The place of a value at a position where it is live, {@link Allocation#REMADE} if it is in none. */
    private int placeAt(int value, int position) {
        int low = firstPiece[value];
        int high = firstPiece[value + 1] - 1;
        if (low == high) {
            return placeOf(value, low);
        }
        int found = foundPiece[value];
        if (start[found] > position || found < high && start[found + 1] <= position) {
            found = pieceAt(position, low, high);
            foundPiece[value] = found;
        }
        return placeOf(value, found);
    }

    private int pieceAt(int position, int first, int last) {
        int low = first;
        int high = last;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (start[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int placeOf(int value, int piece) {
        int found = place[piece];
        assert found != NONE : "v" + value + " has no place";
        if (found != Pieces.WORD) {
            return found;
        }
        return word[value] == NONE ? Allocation.REMADE : Allocation.SLOTS + word[value];
    }

    private int wordAt(int value, int position) {
        int found = placeAt(value, position);
        return found >= Allocation.SLOTS ? found - Allocation.SLOTS : NONE;
    }

    // ---- operands

    private void placeOperands() {
        int detached = lifetimes.values();
        for (int block = 0; block < code.blockCount(); block++) {
            for (int i = code.firstInstruction(block); i < code.endOfInstructions(block); i++) {
                int first = code.firstOperand(i);
                int end = code.endOfOperands(i);
                for (int operand = first; operand < end; operand++) {
                    if (code.role(operand) >= Code.DEFINE) {
                        int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                        out.operandPlace[operand] = placeAt(value, lifetimes.definedAt(value));
                    } else {
                        out.operandPlace[operand] = NONE;
                    }
                }
                for (int operand = first; operand < end && code.has(i, Code.REUSE); operand++) {
                    if (code.where(operand) == Code.REUSE) {
                        out.operandPlace[first + code.detail(operand)] = out.operandPlace[operand];
                        copyUse(i, first + code.detail(operand));
                    }
                }
                for (int operand = first; operand < end; operand++) {
                    if (out.operandPlace[operand] != NONE) {
                        continue;
                    }
                    if (code.where(operand) == Code.FIXED) {
                        out.operandPlace[operand] = code.detail(operand);
                        copyUse(i, operand);
                    } else if (detached < lifetimes.all() && lifetimes.detachedOperand(detached) == operand) {
                        out.operandPlace[operand] = placeAt(detached++, Lifetimes.gap(i) + 1);
                        copyUse(i, operand);
                    } else {
                        out.operandPlace[operand] =
                                placeAt(code.operandRegister(operand) - Code.FIRST_VIRTUAL, Lifetimes.gap(i) + 1);
                    }
                }
            }
        }
    }

    private void copyUse(int instruction, int operand) {
        copyFromBefore(instruction, code.operandRegister(operand), out.operandPlace[operand]);
    }

    /**
     * A copy from where a value is before the gap, since all copies in a gap happen at once. Before a block that is reached from one
     * place only, that is where it was there; a parameter was then what the edge brings.
     */
    private void copyFromBefore(int instruction, int used, int target) {
        int block = flow.block(instruction);
        int value = used - Code.FIRST_VIRTUAL;
        int gap = Lifetimes.gap(instruction);
        if (instruction > code.firstInstruction(block)) {
            copy(instruction, BETWEEN, placeAt(value, gap - 1), target, used);
        } else if (!flow.copiesAtBegin(block)) {
            copy(instruction, BETWEEN, placeAt(value, gap), target, used);
        } else {
            int edge = flow.incoming(flow.firstIn(block));
            int before = used;
            if (lifetimes.definedAt(value) == gap) {
                for (int i = 0; i < code.parameterCount(block); i++) {
                    before = code.parameter(block, i) == used ? code.argument(edge, i) : before;
                }
            }
            copy(instruction, BETWEEN, placeAtEnd(before - Code.FIRST_VIRTUAL, edge), target, before);
        }
    }

    // ---- copies

    private void copy(int before, int when, int source, int target, int itsRegister) {
        if (source == target) {
            return;
        }
        if (count == key.length) {
            growCopies(count * 2);
        }
        key[count] = ((long) before << 2 | when) << 30 | count;
        from[count] = source;
        to[count] = target;
        register[count++] = itsRegister;
    }

    private void growCopies(int size) {
        key = Arrays.copyOf(key, size);
        from = Arrays.copyOf(from, size);
        to = Arrays.copyOf(to, size);
        register = Arrays.copyOf(register, size);
    }

    /** Brings a value from piece to piece, and to its word. */
    private void connect(int value) {
        int first = count;
        if (firstPiece[value + 1] - firstPiece[value] > 1) {
            walk(value);
        }
        if (word[value] != NONE && !isWord(value, placeAt(value, lifetimes.definedAt(value)))) {
            store(value, first);
        }
    }

    private boolean isWord(int value, int itsPlace) {
        return itsPlace == Allocation.SLOTS + word[value];
    }

    /** Stores a value once, and drops the copies to its word since {@code first}; or leaves those if they are not run more often. */
    private void store(int value, int first) {
        double later = 0;
        for (int i = first; i < count; i++) {
            if (isWord(value, to[i])) {
                later += frequencies.of(flow.block((int) (key[i] >> 32)));
            }
        }
        int defined = Lifetimes.instruction(lifetimes.definedAt(value));
        if (later <= frequencies.of(flow.block(defined))) {
            return;
        }
        int kept = first;
        for (int i = first; i < count; i++) {
            if (!isWord(value, to[i])) {
                key[kept] = key[i] >> 30 << 30 | kept;
                from[kept] = from[i];
                to[kept] = to[i];
                register[kept++] = register[i];
            }
        }
        count = kept;
        storeOnce(value, defined);
    }

    private void storeOnce(int value, int defined) {
        int target = Allocation.SLOTS + word[value];
        int source = placeAt(value, lifetimes.definedAt(value));
        int block = flow.block(defined);
        if (lifetimes.definer(value) == NONE) {
            copyFromBefore(defined, value + Code.FIRST_VIRTUAL, target);
        } else if (defined + 1 < code.endOfInstructions(block)) {
            copy(defined + 1, BETWEEN, source, target, value + Code.FIRST_VIRTUAL);
        } else {
            for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
                int begin = code.firstInstruction(code.target(edge));
                if (!code.isToHandler(edge) && isLiveIn(value, begin)) {
                    copy(begin, BETWEEN, source, target, value + Code.FIRST_VIRTUAL);
                }
            }
        }
    }

    private boolean isLiveIn(int value, int begin) {
        return lifetimes.isLive(value, Lifetimes.gap(begin)) && lifetimes.definedAt(value) != Lifetimes.gap(begin);
    }

    /** The copies from piece to piece: within blocks where they meet, and on edges where the places of both ends differ. */
    private void walk(int value) {
        for (int head = pieces.head(value); head != NONE; head = pieces.next(head)) {
            int next = pieces.next(head);
            if (next != NONE && pieces.end(head) == pieces.start(next)) {
                int instruction = Lifetimes.instruction(pieces.start(next));
                boolean inside = instruction > code.firstInstruction(flow.block(instruction));
                if (inside && lifetimes.isLive(value, pieces.start(next) + 1)) {
                    between(value, instruction);
                }
            }
        }
        int piece = firstPiece[value];
        for (int range = lifetimes.firstRange(value); range < lifetimes.endOfRanges(value); range++) {
            int lastBlock = flow.block(Lifetimes.instruction(lifetimes.to(range) - 1));
            for (int block = flow.block(Lifetimes.instruction(lifetimes.from(range))); block <= lastBlock; block++) {
                int begin = Lifetimes.gap(code.firstInstruction(block));
                if (begin >= lifetimes.from(range) && begin != lifetimes.definedAt(value)) {
                    while (piece + 1 < firstPiece[value + 1] && start[piece + 1] <= begin) {
                        piece++;
                    }
                    enter(value, block, piece);
                }
            }
        }
    }

    private void between(int value, int instruction) {
        int gap = Lifetimes.gap(instruction);
        int target = placeAt(value, gap);
        if (target != Allocation.REMADE) {
            copy(instruction, BETWEEN, placeAt(value, gap - 1), target, value + Code.FIRST_VIRTUAL);
        }
    }

    /** The copies on the edges into a block where a value begins in a piece. */
    private void enter(int value, int block, int piece) {
        int end = piece + 1 < firstPiece[value + 1] ? start[piece + 1] : Obstacles.NEVER;
        if (flow.comeFrom(block, start[piece], end)) {
            return;
        }
        int begin = Lifetimes.gap(code.firstInstruction(block));
        int first = flow.firstIn(block);
        int endOfIn = flow.endOfIn(block);
        while (first < endOfIn && flow.comesFrom(first) >= start[piece] && flow.comesFrom(first) < end) {
            first++;
        }
        boolean atBegin = flow.copiesAtBegin(block);
        int target = placeOf(value, piece);
        if (target == Allocation.REMADE || atBegin && !lifetimes.isLive(value, begin + 1)) {
            return;
        }
        for (int in = atBegin ? flow.firstIn(block) : first; in < endOfIn; in++) {
            int last = flow.comesFrom(in);
            if (last < start[piece] || last >= end) {
                onEdge(flow.incoming(in), placeAt(value, last), target, value + Code.FIRST_VIRTUAL);
            }
            if (atBegin) {
                return;
            }
        }
    }

    private int placeAtEnd(int value, int edge) {
        return placeAt(value, Lifetimes.gap(code.endOfInstructions(flow.source(edge))) - 1);
    }

    private void onEdge(int edge, int source, int target, int itsRegister) {
        if (flow.copiesAtBegin(code.target(edge))) {
            copy(code.firstInstruction(code.target(edge)), BETWEEN, source, target, itsRegister);
        } else {
            copy(code.endOfInstructions(flow.source(edge)) - 1, LEAVE, source, target, itsRegister);
        }
    }

    private void parameters() {
        for (int edge = 0; edge < code.edgeCount(); edge++) {
            int target = code.target(edge);
            for (int i = 0; i < code.argumentCount(edge); i++) {
                int value = code.parameter(target, i) - Code.FIRST_VIRTUAL;
                int begin = Lifetimes.gap(code.firstInstruction(target));
                boolean atOnce = flow.copiesAtBegin(target) && !lifetimes.isLive(value, begin + 1);
                if (pieces.head(value) != NONE && !atOnce) {
                    int argument = code.argument(edge, i);
                    onEdge(edge, placeAtEnd(argument - Code.FIRST_VIRTUAL, edge), placeAt(value, begin), argument);
                }
            }
        }
    }

    /** Gives all copies out by instruction, those of one moment as parallel ones. */
    private void giveCopies() {
        Arrays.sort(key, 0, count);
        long mask = (1L << 30) - 1;
        for (int i = 0; i < count; i++) {
            int number = (int) (key[i] & mask);
            copies.add(from[number], to[number], register[number]);
            if (i + 1 == count || key[i + 1] >> 30 != key[i] >> 30) {
                copies.flush((int) (key[i] >> 32));
            }
        }
    }
}
