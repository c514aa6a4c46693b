package emberwall.codegen.alloc;

/**
 * Where to cut lifetimes so that copies fall where they are seldom run. Two rules do most of it: what is live round a loop that
 * calls is in memory where the loop begins, so that nothing is loaded just to go round; and what a loop without calls uses is
 * loaded before the loop.
 */
final class Cuts {
    /** How many blocks or edges are looked at to find a register. */
    private static final int MOST_STEPS = 8;

    /** How many pieces of a value are looked at to find one before. */
    private static final int MOST_PIECES = 64;

    /** What is run less often than this in each round of a loop may load what the next round would load else. */
    private static final double SELDOM = 0.8;

    private final Lifetimes lifetimes;
    private final Obstacles obstacles;
    private final Loops loops;
    private final Pieces pieces;
    private final Frequencies frequencies;
    private Flow flow;

    Cuts(Lifetimes lifetimes, Obstacles obstacles, Loops loops, Pieces pieces, Frequencies frequencies) {
        this.frequencies = frequencies;
        this.lifetimes = lifetimes;
        this.obstacles = obstacles;
        this.loops = loops;
        this.pieces = pieces;
    }

    void reset(Flow itsFlow) {
        flow = itsFlow;
    }

    int innermost(int position) {
        return loops.innermost(flow.block(Lifetimes.instruction(position)));
    }

    /** The gap before the instruction of a position. */
    static int gap(int position) {
        return position & ~3;
    }

    static int nextGap(int position) {
        return (position | 3) + 1;
    }

    /** Where the outermost loop begins that a position is in and a piece's start is before, or the gap of the position. */
    int beforeLoops(int piece, int position) {
        int best = gap(position);
        for (int loop = innermost(position);
                loop != Loops.NONE && loops.start(loop) > pieces.start(piece);
                loop = loops.parent(loop)) {
            best = loops.start(loop);
        }
        return best;
    }

    /**
     * Where a piece has to have left its register because of a call that it is live across: as soon as it is not used any more.
     * The start of the piece, if a register is of no use.
     *
     * @param needed whether the piece needs a register at its start
     */
    int beforeCall(int piece, int call, boolean needed) {
        int bound = beforeLoops(piece, Lifetimes.gap(call));
        int end = pieces.useFrom(piece, bound + (bound == Lifetimes.gap(call) ? 1 : 0));
        int last = end - 1;
        boolean used = last >= pieces.use(piece);
        if (!used && !needed) {
            return pieces.start(piece);
        }
        return behind(used ? lifetimes.usePosition(last) : pieces.start(piece), bound, Loops.NONE);
    }

    /** The first position behind a use, and behind the loops around it within another one that end before a bound; the bound at most. */
    private int behind(int use, int bound, int inside) {
        if (use >= bound) {
            return bound;
        }
        int cut = nextGap(use);
        for (int loop = innermost(use);
                loop != inside && loop != Loops.NONE && loops.end(loop) <= bound;
                loop = loops.parent(loop)) {
            cut = Math.max(cut, loops.end(loop));
        }
        return Math.min(cut, bound);
    }

    /**
     * Where a piece that comes from memory in the midst of a loop is of no use any more: behind its last use in the loop, if the
     * value is in memory again where the next round begins. {@link Obstacles#NEVER} if that is not so.
     */
    int beforeNextRound(int piece) {
        int start = pieces.start(piece);
        int loop = innermost(start);
        while (loop != Loops.NONE && loops.start(loop) >= start) {
            loop = loops.parent(loop);
        }
        if (loop == Loops.NONE || loops.end(loop) > pieces.end(piece)) {
            return Obstacles.NEVER;
        }
        int before = upTo(loops.start(loop), pieces.previous(piece));
        if (before == Pieces.NONE || pieces.place(before) != Pieces.WORD) {
            return Obstacles.NEVER;
        }
        int bound = loops.end(loop);
        int last = pieces.useFrom(piece, bound) - 1;
        return last < pieces.use(piece) ? Obstacles.NEVER : behind(lifetimes.usePosition(last), bound, loop);
    }

    /**
     * Where a value that is in memory from some position on should come into a register: before a use that gains by it, and before
     * the loops around it where nothing calls.
     *
     * @param from the first position that will do
     * @return {@link Obstacles#NEVER} if no use of the piece gains
     */
    int reload(int piece, int from) {
        int lower = from;
        for (int use = pieces.useFrom(piece, from); pieces.has(piece, use); use++) {
            int position = lifetimes.usePosition(use);
            int instruction = Lifetimes.instruction(position);
            lower = Math.max(lower, Lifetimes.gap(obstacles.lastCallBefore(instruction) + 1));
            int best = gap(position);
            for (int loop = innermost(position);
                    loop != Loops.NONE && loops.start(loop) >= lower && !loops.calls(loop); ) {
                best = loops.start(loop);
                loop = loops.parent(loop);
            }
            if (best == gap(position)) {
                best = whereInRegister(piece, position, lower);
            }
            if (best >= from && (best < gap(position) || gains(piece, use))) {
                return best;
            }
        }
        return Obstacles.NEVER;
    }

    /**
     * The beginning of the block of a use, or of a block above that leads there, if the value comes there in a register; else the
     * gap of the use.
     */
    private int whereInRegister(int piece, int position, int lower) {
        int block = flow.block(Lifetimes.instruction(position));
        for (int step = 0; step < MOST_STEPS && flow.begin(block) >= lower; step++) {
            if (registerBefore(piece, block) != Pieces.NONE) {
                return flow.begin(block);
            }
            int above = flow.onlySource(block);
            if (above < 0 || above >= block) {
                break;
            }
            block = above;
        }
        return gap(position);
    }

    /** The register that a value is in at the end of a block above from which a block is reached, as far as is known; or -1. */
    int registerBefore(int piece, int block) {
        int begin = flow.begin(block);
        int end = Math.min(flow.endOfIn(block), flow.firstIn(block) + MOST_STEPS);
        for (int in = flow.firstIn(block); in < end; in++) {
            int last = flow.comesFrom(in);
            if (last < begin) {
                int before = upTo(last, piece);
                if (before != Pieces.NONE && last < pieces.end(before) && pieces.place(before) >= 0) {
                    return pieces.place(before);
                }
            }
        }
        return Pieces.NONE;
    }

    /** The piece that begins up to a position, of one and those not far before it; or -1. */
    private int upTo(int position, int piece) {
        int before = piece;
        for (int step = 0; before != Pieces.NONE && pieces.start(before) > position; step++) {
            before = step < MOST_PIECES ? pieces.previous(before) : Pieces.NONE;
        }
        return before;
    }

    /** Whether loading a value before a use is better than a use of memory: it has to be, or there are more uses behind. */
    private boolean gains(int piece, int use) {
        int kind = lifetimes.useKind(use);
        if (kind == Lifetimes.IN_REGISTER || kind == Lifetimes.ANYWHERE && lifetimes.isRemade(pieces.value(piece))) {
            return true;
        }
        if (!pieces.has(piece, use + 1) || lifetimes.isRemade(pieces.value(piece))) {
            return false;
        }
        int instruction = Lifetimes.instruction(lifetimes.usePosition(use));
        int following = Lifetimes.instruction(lifetimes.usePosition(use + 1));
        return following > instruction && !obstacles.hasCall(instruction, following);
    }

    /** Whether a piece has to be in a register where it starts, for a use there. */
    boolean isNeededAtStart(int piece) {
        int start = pieces.start(piece);
        for (int use = pieces.use(piece); pieces.has(piece, use); use++) {
            if (Lifetimes.instruction(lifetimes.usePosition(use)) != Lifetimes.instruction(start)) {
                return false;
            }
            if (isNeeded(piece, use)) {
                return true;
            }
        }
        return false;
    }

    boolean isNeeded(int piece, int use) {
        int kind = lifetimes.useKind(use);
        return kind == Lifetimes.IN_REGISTER || kind == Lifetimes.ANYWHERE && lifetimes.isRemade(pieces.value(piece));
    }

    /**
     * Where to cut a piece that loses its register at a gap: behind its last use before that, and the loops around the use that
     * end before the gap. Nothing is loaded then just to be in a register where ways meet, or to go round.
     */
    int evicted(int piece, int gap) {
        int use = pieces.useFrom(piece, gap);
        int previous = use > pieces.use(piece) ? lifetimes.usePosition(use - 1) : pieces.start(piece);
        return behind(previous, gap, Loops.NONE);
    }

    /**
     * Where the loop begins that had better begin with a piece in memory when the piece loses its register at a gap: if loading it
     * before its first use in there is done less often than going round; or {@link Obstacles#NEVER}.
     */
    int outOfLoop(int piece, int gap) {
        for (int loop = innermost(gap);
                loop != Loops.NONE && loops.start(loop) > pieces.start(piece) && loops.end(loop) <= pieces.end(piece);
                loop = loops.parent(loop)) {
            int start = loops.start(loop);
            int first = pieces.useFrom(piece, start);
            if (pieces.has(piece, first) && lifetimes.usePosition(first) < gap) {
                int position = lifetimes.usePosition(first);
                double atUse = frequencies.of(flow.block(Lifetimes.instruction(position)));
                double around = frequencies.of(flow.block(Lifetimes.instruction(start)));
                return innermost(position) == loop && atUse < SELDOM * around ? start : Obstacles.NEVER;
            }
        }
        return Obstacles.NEVER;
    }

    /** The gap of the first use of a piece from a position on. */
    int firstUse(int piece, int position) {
        return gap(lifetimes.usePosition(pieces.useFrom(piece, position)));
    }

    /**
     * How dear it would be not to have a register for a piece at a position: the depth of the innermost loop around it in which
     * the value is used next, or when the loop comes round, and how soon. What is larger is dearer.
     */
    long weight(int piece, int position) {
        int next = pieces.useFrom(piece, position);
        int nextPosition = pieces.has(piece, next) ? lifetimes.usePosition(next) : Obstacles.NEVER;
        int previous = next > pieces.use(piece) ? lifetimes.usePosition(next - 1) : -1;
        for (int loop = innermost(position); loop != Loops.NONE; loop = loops.parent(loop)) {
            int end = loops.end(loop);
            boolean comesRound = previous >= loops.start(loop) && pieces.end(piece) >= end;
            if (nextPosition < end) {
                return rank(loops.depth(loop), nextPosition - position);
            }
            if (comesRound) {
                return rank(loops.depth(loop), end - position + previous - loops.start(loop));
            }
        }
        return rank(0, nextPosition - position);
    }

    private static long rank(int depth, int distance) {
        return (long) depth << 32 | (Integer.MAX_VALUE - Math.max(0, distance));
    }
}
