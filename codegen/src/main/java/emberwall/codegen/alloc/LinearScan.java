package emberwall.codegen.alloc;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Finds places for the values of a {@link Code}: a linear scan over lifetimes with holes, which cuts them where a value changes its
 * place (after Wimmer and Mössenböck, "Optimized Interval Splitting in a Linear Scan Register Allocator", 2005, and Wimmer and
 * Franz, "Linear Scan Register Allocation on SSA Form", 2010).
 *
 * <pre>
 *   Lifetimes ──► whole pieces by start ──► LinearScan ──► pieces with places ──► Placement ──► Allocation
 *   Obstacles ──► what is not free              │ ▲
 *   Loops, Hints, Cuts: what is best            ▼ │ rests of what was cut
 * </pre>
 *
 * Calls spoil all registers, so that most cuts are there; what goes on over a call is in its word, and {@link Cuts} says from where
 * on it is in a register again. Blocks that are hardly ever run, at the end of the code, get pieces of their own, so that no call
 * there costs the others anything.
 *
 * <p>One object serves one thread, and again and again.
 */
public final class LinearScan {
    private static final int NONE = Pieces.NONE;
    private static final int ASK_EVERY = 1024;
    /** More pieces than this do not wait in a hole: the rest of what would becomes a piece of its own, which bounds the work. */
    private static final int MOST_WAITING = 48;

    /** An instruction wants all registers for operands of which some live on behind it: only a word for each value may do. */
    private static final class OutOfRegisters extends RuntimeException {
        private static final long serialVersionUID = 1;

        OutOfRegisters() {
            super(null, null, false, false);
        }
    }

    private final WordPerValue simple = new WordPerValue();
    private final Flow flow = new Flow();
    private final Lifetimes lifetimes = new Lifetimes();
    private final Obstacles obstacles = new Obstacles(lifetimes);
    private final Loops loops = new Loops();
    private final Pieces pieces = new Pieces(lifetimes);
    private final Upcoming upcoming = new Upcoming(pieces);
    private final Hints hints = new Hints(lifetimes, pieces);
    private final Frequencies frequencies = new Frequencies(flow);
    private final Cuts cuts = new Cuts(lifetimes, obstacles, loops, pieces, frequencies);
    private final Placement placement = new Placement(flow, lifetimes, pieces, frequencies);

    private Code code;
    private long allocatable;
    private BooleanSupplier interrupted;
    /** Whether each value is defined where its lifetime begins: then what waits in a hole never meets a whole lifetime. */
    private boolean ordered;

    /** Stretches of cold code that calls: where each begins and ends, and the first of these positions that is yet to come. */
    private int[] cold = new int[16];

    private int coldCount;
    private int nextCold;
    private int coldTail;

    // what is in the registers at the position of the scan
    private final int[] active = new int[Allocation.SLOTS];
    private final int[] activeTo = new int[Allocation.SLOTS];
    /** No register is let go before this position. */
    private int activeUntil;

    /** By register: the first of the pieces that wait in a hole to be in it again, or -1; which registers have some. */
    private final int[] firstWaiting = new int[Allocation.SLOTS];

    private long waitedFor;
    private int waitingCount;
    /** No piece is live again before this position. */
    private int waitingFrom;
    /** By piece that waits: the next one for the same register, or -1. */
    private int[] nextWaiting = {};
    /** By piece: the range that it is in, or the next one while it waits. */
    private int[] at = {};

    /** For the piece at hand: until where each register is free. */
    private final int[] free = new int[Allocation.SLOTS];

    /** Allocates with nobody to stop it. */
    public Allocation allocate(Code itsCode, long itsAllocatable) {
        return allocate(itsCode, itsAllocatable, () -> false);
    }

    /**
     * Finds a place for each operand.
     *
     * @param itsAllocatable the physical registers that values may be in, a mask; never the scratch registers
     * @param itsInterrupted asked now and then
     * @return what is good until the next call
     * @throws CancellationException if {@code itsInterrupted} says so
     * @throws TooLargeException if there is not the time and memory for it
     * @throws IllegalArgumentException for an instruction that wants more registers than there are
     */
    public Allocation allocate(Code itsCode, long itsAllocatable, BooleanSupplier itsInterrupted) {
        code = itsCode;
        allocatable = itsAllocatable;
        interrupted = itsInterrupted;
        flow.reset(code);
        lifetimes.reset(code, flow, allocatable, interrupted);
        frequencies.reset(code);
        obstacles.reset(code, allocatable);
        loops.reset(code, flow, obstacles);
        pieces.reset();
        hints.reset(code);
        cuts.reset(flow);
        findCold();
        listPieces();
        try {
            scan();
        } catch (OutOfRegisters nobodyGivesWay) {
            return simple.allocate(code, allocatable);
        }
        return placement.place(code, coldTail, interrupted);
    }

    // ---- before

    /** Lists the stretches of cold blocks in which somebody is called, and finds what is cold until the end of the code. */
    private void findCold() {
        coldCount = 0;
        nextCold = 0;
        coldTail = Obstacles.NEVER;
        int blocks = code.blockCount();
        for (int block = 0; block < blocks; block++) {
            if (!code.isCold(block)) {
                continue;
            }
            int from = code.firstInstruction(block);
            while (block < blocks && code.isCold(block)) {
                block++;
            }
            int to = code.endOfInstructions(block - 1);
            coldTail = block == blocks ? Lifetimes.gap(from) : coldTail;
            if (obstacles.hasCall(from, to)) {
                if (coldCount + 2 > cold.length) {
                    cold = Arrays.copyOf(cold, cold.length * 2);
                }
                cold[coldCount++] = Lifetimes.gap(from);
                cold[coldCount++] = Lifetimes.gap(to);
            }
        }
    }

    /** Cuts a piece where it comes into cold code that calls, or leaves it, so that what is in between does not matter outside. */
    private void cutAtCold(int piece) {
        int start = pieces.start(piece);
        while (nextCold < coldCount && cold[nextCold] <= start) {
            nextCold++;
        }
        if (nextCold < coldCount && cold[nextCold] < pieces.end(piece)) {
            int rest = pushRest(piece, cold[nextCold]);
            pieces.setContinued(rest, pieces.continued(piece));
        }
    }

    /** Lists whole lifetimes by start, which is the order of the code but for values that are defined behind uses. */
    private void listPieces() {
        upcoming.reset(lifetimes.all());
        ordered = true;
        int detached = lifetimes.values();
        for (int block = 0; block < code.blockCount(); block++) {
            for (int i = 0; i < code.parameterCount(block); i++) {
                int value = code.parameter(block, i) - Code.FIRST_VIRTUAL;
                if (lifetimes.firstUse(value) < lifetimes.endOfUses(value)) {
                    list(value);
                }
            }
            for (int instruction = code.firstInstruction(block);
                    instruction < code.endOfInstructions(block);
                    instruction++) {
                int late = listEarly(instruction);
                while (detached < lifetimes.all() && lifetimes.definedAt(detached) == Lifetimes.gap(instruction) + 1) {
                    list(detached++);
                }
                if (late != NONE) {
                    listLate(instruction, late);
                }
            }
        }
    }

    /** Lists what an instruction defines while it reads; the first operand that is defined behind that, or -1. */
    private int listEarly(int instruction) {
        int late = NONE;
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                if (!isLate(value)) {
                    list(value);
                } else if (late == NONE) {
                    late = operand;
                }
            }
        }
        return late;
    }

    private void listLate(int instruction, int from) {
        for (int operand = from; operand < code.endOfOperands(instruction); operand++) {
            if (code.role(operand) >= Code.DEFINE) {
                int value = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                if (isLate(value)) {
                    list(value);
                }
            }
        }
    }

    private boolean isLate(int value) {
        return (lifetimes.definedAt(value) & 3) == 3;
    }

    private void list(int value) {
        int piece = pieces.whole(value);
        if (pieces.start(piece) == lifetimes.definedAt(value)) {
            upcoming.list(piece);
        } else {
            ordered = false;
            upcoming.push(piece);
        }
    }

    // ---- the scan

    private void scan() {
        Arrays.fill(active, NONE);
        Arrays.fill(activeTo, Obstacles.NEVER);
        activeUntil = Obstacles.NEVER;
        waitingCount = 0;
        waitedFor = 0;
        waitingFrom = Obstacles.NEVER;
        Arrays.fill(firstWaiting, NONE);
        for (int turn = 1; !upcoming.isEmpty(); turn++) {
            if (turn % ASK_EVERY == 0 && interrupted.getAsBoolean()) {
                throw new CancellationException();
            }
            int piece = upcoming.take();
            if (at.length <= pieces.count()) {
                at = Arrays.copyOf(at, pieces.count() * 2);
                nextWaiting = Arrays.copyOf(nextWaiting, at.length);
            }
            advance(pieces.start(piece));
            process(piece);
        }
    }

    /** Lets go what has ended, and puts aside what has come to a hole. */
    private void advance(int position) {
        if (activeUntil <= position) {
            settle(position);
        }
        if (waitingFrom > position) {
            return;
        }
        waitingFrom = Obstacles.NEVER;
        for (long left = waitedFor; left != 0; left &= left - 1) {
            advance(Long.numberOfTrailingZeros(left), position);
        }
    }

    /** Looks anew at what waits for a register. */
    private void advance(int register, int position) {
        int piece = firstWaiting[register];
        firstWaiting[register] = NONE;
        waitedFor &= ~(1L << register);
        while (piece != NONE) {
            int next = nextWaiting[piece];
            waitingCount--;
            int from = nextRange(piece, position);
            if (from <= position) {
                activate(piece, register);
            } else if (from != Obstacles.NEVER) {
                await(piece, register, from);
            }
            piece = next;
        }
    }

    private void await(int piece, int register, int from) {
        nextWaiting[piece] = firstWaiting[register];
        firstWaiting[register] = piece;
        waitedFor |= 1L << register;
        waitingCount++;
        waitingFrom = Math.min(waitingFrom, from);
    }

    /** Moves a piece to its first range that does not end before a position; answers where that begins. */
    private int nextRange(int piece, int position) {
        int range = at[piece];
        int end = lifetimes.endOfRanges(pieces.value(piece));
        while (range < end && lifetimes.to(range) <= position) {
            range++;
        }
        at[piece] = range;
        boolean over = range == end || pieces.end(piece) <= position || lifetimes.from(range) >= pieces.end(piece);
        return over ? Obstacles.NEVER : lifetimes.from(range);
    }

    private void settle(int position) {
        for (int register = 0; register < active.length; register++) {
            if (activeTo[register] <= position) {
                settle(register, position);
            }
        }
        activeUntil = Obstacles.NEVER;
        for (int until : activeTo) {
            activeUntil = Math.min(activeUntil, until);
        }
    }

    private void settle(int register, int position) {
        int piece = active[register];
        release(register);
        int from = nextRange(piece, position);
        if (from == Obstacles.NEVER) {
            return;
        }
        if (from <= position) {
            activate(piece, register);
        } else if (waitingCount < MOST_WAITING) {
            await(piece, register, from);
        } else {
            int rest = pieces.split(piece, from);
            pieces.setContinued(rest, register);
            upcoming.push(rest);
        }
    }

    private void activate(int piece, int register) {
        assert active[register] == NONE;
        active[register] = piece;
        activeTo[register] = Math.min(pieces.end(piece), lifetimes.to(at[piece]));
        activeUntil = Math.min(activeUntil, activeTo[register]);
    }

    private void release(int register) {
        active[register] = NONE;
        activeTo[register] = Obstacles.NEVER;
    }

    private void process(int piece) {
        int start = pieces.start(piece);
        int value = pieces.value(piece);
        at[piece] = pieces.range(piece);
        goOnFromBefore(piece, flow.block(Lifetimes.instruction(start)));
        cutAtCold(piece);
        boolean defines = value < lifetimes.values() && start == lifetimes.definedAt(value);
        boolean parameter = defines && lifetimes.definer(value) == NONE;
        if (!defines
                && value < lifetimes.values()
                && start < lifetimes.definedAt(value)
                && lifetimes.definedAt(value) < pieces.end(piece)) {
            pushRest(piece, lifetimes.definedAt(value));
        }
        if (defines && !parameter && isFixed(piece)) {
            return;
        }
        boolean needed = value >= lifetimes.values()
                || defines && !parameter && code.where(lifetimes.definer(value)) != Code.ANY
                || cuts.isNeededAtStart(piece);
        find(piece, needed, defines || pieces.continued(piece) != NONE);
    }

    /** A rest that begins with a block goes on from the register that the value comes there in. */
    private void goOnFromBefore(int piece, int block) {
        if (pieces.previous(piece) != NONE
                && pieces.continued(piece) == NONE
                && flow.begin(block) == pieces.start(piece)) {
            pieces.setContinued(piece, cuts.registerBefore(piece, block));
        }
    }

    /** Cuts off the rest of a piece at a position, to be found a place for later. */
    private int pushRest(int piece, int position) {
        int rest = pieces.split(piece, position);
        upcoming.push(rest);
        return rest;
    }

    /** What is defined in a certain register is there until the instruction is through. */
    private boolean isFixed(int piece) {
        int value = pieces.value(piece);
        int instruction = Lifetimes.instruction(lifetimes.definedAt(value));
        int fixed = lifetimes.fixed(instruction, lifetimes.definer(value));
        if (fixed == NONE) {
            return false;
        }
        int through = Lifetimes.gap(instruction + 1);
        if (pieces.end(piece) > through) {
            pieces.setContinued(pushRest(piece, through), fixed);
        }
        pieces.setPlace(piece, fixed);
        hints.assigned(piece, fixed);
        return true;
    }

    /**
     * Finds a place for a piece.
     *
     * @param needed whether it has to be in a register at its start
     * @param fresh whether it comes from a register, by a definition or a copy, so that to load it costs nothing
     */
    private void find(int piece, boolean needed, boolean fresh) {
        int start = pieces.start(piece);
        int stop = pieces.end(piece);
        int behindOwn = (start & 3) == 0 ? start : start | 3;
        int call = obstacles.nextCall(pieces.value(piece), pieces.range(piece), behindOwn, stop);
        if (call != Obstacles.NEVER) {
            stop = cuts.beforeCall(piece, call, needed);
        }
        if (!fresh) {
            stop = Math.min(stop, cuts.beforeNextRound(piece));
        }
        if (!needed) {
            boolean stays = pieces.continued(piece) != NONE && stop == pieces.end(piece);
            boolean useful = fresh && stop > start && (stays || pieces.has(piece, pieces.use(piece)));
            if (!useful) {
                int reload = cuts.reload(piece, start);
                if (reload > start) {
                    toWord(piece, reload);
                    return;
                }
            }
            if (stop <= start) {
                toWord(piece, cuts.reload(piece, Cuts.nextGap(start)));
                return;
            }
        }
        if (!takeFree(piece, stop, needed)) {
            takeAway(piece, stop, needed);
        }
    }

    /** Leaves a piece in memory up to a position. */
    private void toWord(int piece, int until) {
        if (until < pieces.end(piece)) {
            pushRest(piece, until);
        }
        pieces.setPlace(piece, Pieces.WORD);
    }

    private long candidates(int piece) {
        return allocatable & Code.registersOf(lifetimes.valueClass(pieces.value(piece)));
    }

    /** Until where a register is free for a piece; 0 if something is in it now. */
    private int freeUntil(int register, int piece, int stop) {
        if (active[register] != NONE) {
            return 0;
        }
        int until =
                obstacles.nextBlocked(register, pieces.value(piece), pieces.range(piece), pieces.start(piece), stop);
        return mayMeetWaiting(piece) ? Math.min(until, meetsWaiting(piece, register)) : until;
    }

    /** Whether what waits may be live when a piece is. */
    private boolean mayMeetWaiting(int piece) {
        return !ordered || pieces.head(pieces.value(piece)) != piece;
    }

    /** Where a piece first meets one that waits for a register, or {@link Obstacles#NEVER}. */
    private int meetsWaiting(int piece, int register) {
        int first = Obstacles.NEVER;
        for (int other = firstWaiting[register]; other != NONE; other = nextWaiting[other]) {
            first = Math.min(first, pieces.meet(other, at[other], piece));
        }
        return first;
    }

    /** Gives a piece a register that is free until it has to stop, or else as long as it pays. */
    private boolean takeFree(int piece, int stop, boolean needed) {
        long candidates = candidates(piece);
        for (int n = 0; n < Hints.COUNT; n++) {
            int hint = hints.hint(piece, n);
            if (hint >= 0 && (candidates >> hint & 1) != 0 && freeUntil(hint, piece, stop) >= stop) {
                assign(piece, hint, stop);
                return true;
            }
        }
        int best = NONE;
        for (long left = candidates; left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            free[register] = freeUntil(register, piece, stop);
            if (best == NONE || isBetter(free[register], free[best], stop)) {
                best = register;
            }
        }
        if (free[best] >= stop) {
            assign(piece, best, stop);
            return true;
        }
        return takePart(piece, best, stop, needed);
    }

    /** Of two that suffice, the one that is free for less; else the one that is free for longer. */
    private static boolean isBetter(int a, int b, int stop) {
        return a >= stop && b >= stop ? a < b : a > b;
    }

    private boolean takePart(int piece, int register, int stop, boolean needed) {
        int start = pieces.start(piece);
        int blocked = free[register];
        if (blocked == 0 || Cuts.gap(blocked) <= start) {
            return false;
        }
        int first = pieces.use(piece);
        if (!needed && !(pieces.has(piece, first) && lifetimes.usePosition(first) < blocked)) {
            return false;
        }
        int cut = cuts.beforeLoops(piece, blocked);
        assign(piece, register, Math.min(cut, stop));
        if (cut < stop) {
            pieces.setContinued(pieces.next(piece), register);
        }
        return true;
    }

    private void assign(int piece, int register, int stop) {
        if (stop < pieces.end(piece)) {
            pushRest(piece, stop);
        }
        pieces.setPlace(piece, register);
        activate(piece, register);
        hints.assigned(piece, register);
        int next = pieces.next(piece);
        if (next != NONE && nextCold < coldCount && pieces.start(next) >= cold[nextCold]) {
            pieces.setContinued(next, register);
        }
    }

    /** Takes a register away from the piece that is hurt least; if that is this one itself, it goes to memory. */
    private void takeAway(int piece, int stop, boolean needed) {
        int start = pieces.start(piece);
        int best = NONE;
        long least = needed ? Long.MAX_VALUE : cuts.weight(piece, start);
        for (long left = candidates(piece); left != 0; left &= left - 1) {
            int register = Long.numberOfTrailingZeros(left);
            if (active[register] != NONE) {
                long weight = cuts.weight(active[register], start);
                if (weight < least
                        && isEvictable(active[register], start)
                        && freeAfterEviction(piece, register, stop) > 0) {
                    least = weight;
                    best = register;
                }
            }
        }
        if (best != NONE) {
            int until = freeAfterEviction(piece, best, stop);
            evict(best, Cuts.gap(start));
            assign(piece, best, until);
            if (until < stop) {
                pieces.setContinued(pieces.next(piece), best);
            }
        } else if (needed) {
            throw new OutOfRegisters();
        } else {
            toWord(piece, cuts.reload(piece, Cuts.nextGap(start)));
        }
    }

    /** Where a piece would have to leave a register that only another active piece is in: 0 if at once. */
    private int freeAfterEviction(int piece, int register, int stop) {
        int blocked =
                obstacles.nextBlocked(register, pieces.value(piece), pieces.range(piece), pieces.start(piece), stop);
        blocked = Math.min(blocked, meetsWaiting(piece, register));
        if (blocked >= stop) {
            return stop;
        }
        int cut = cuts.beforeLoops(piece, blocked);
        return cut > pieces.start(piece) ? cut : 0;
    }

    /** Whether a piece can be in memory from the gap of an instruction on. */
    private boolean isEvictable(int piece, int position) {
        int gap = Cuts.gap(position);
        if (pieces.start(piece) > gap
                || lifetimes.definedAt(pieces.value(piece)) >= gap && isDefinedByInstruction(piece)) {
            return false;
        }
        for (int use = pieces.useFrom(piece, gap); pieces.has(piece, use); use++) {
            if (lifetimes.usePosition(use) > gap + 3) {
                return true;
            }
            if (cuts.isNeeded(piece, use)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDefinedByInstruction(int piece) {
        return lifetimes.definer(pieces.value(piece)) != NONE
                && pieces.start(piece) == lifetimes.definedAt(pieces.value(piece));
    }

    /** Cuts a piece so that a loop begins with it in memory, where that is better; answers the piece with its uses in the loop. */
    private int leaveLoop(int piece, int register, int gap) {
        int loop = cuts.outOfLoop(piece, gap);
        if (loop == Obstacles.NEVER) {
            return piece;
        }
        int use = cuts.firstUse(piece, loop);
        int outside = pieces.split(piece, loop);
        pieces.setPlace(outside, Pieces.WORD);
        int inside = pieces.split(outside, use);
        pieces.setPlace(inside, register);
        return inside;
    }

    /** Sends what is in a register to memory from a gap on, or from before. */
    private void evict(int register, int gap) {
        int piece = leaveLoop(active[register], register, gap);
        release(register);
        int from = cuts.evicted(piece, gap);
        int rest = piece;
        if (from > pieces.start(piece)) {
            rest = pieces.split(piece, from);
        }
        int reload = cuts.reload(rest, gap + 4);
        if (reload < pieces.end(rest)) {
            pushRest(rest, reload);
        }
        pieces.setPlace(rest, Pieces.WORD);
    }
}
