package emberwall.codegen.alloc;

/**
 * Where to cut lifetimes so that copies fall where they are seldom run. Two rules do most of it: what is live round a loop that
 * calls is in memory where the loop begins, so that nothing is loaded just to go round; and what a loop without calls uses is
 * loaded before the loop.
 */
final class Cuts {
    private final Lifetimes lifetimes;
    private final Obstacles obstacles;
    private final Loops loops;
    private final Pieces pieces;
    private Flow flow;

    Cuts(Lifetimes lifetimes, Obstacles obstacles, Loops loops, Pieces pieces) {
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
        int position = used ? lifetimes.usePosition(last) : pieces.start(piece);
        if (position >= bound) {
            return bound;
        }
        int cut = nextGap(position);
        for (int loop = innermost(position);
                loop != Loops.NONE && loops.end(loop) <= bound;
                loop = loops.parent(loop)) {
            cut = Math.max(cut, loops.end(loop));
        }
        return Math.min(cut, bound);
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
            if (best >= from && (best < gap(position) || gains(piece, use))) {
                return best;
            }
        }
        return Obstacles.NEVER;
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
     * Where to cut a piece that loses its register at a gap: there, or before the loops around in which it was not used yet, so
     * that nothing is loaded just to go round.
     */
    int evicted(int piece, int gap) {
        int best = gap;
        int firstUseBefore = pieces.useFrom(piece, gap);
        int previous =
                firstUseBefore > pieces.use(piece) ? lifetimes.usePosition(firstUseBefore - 1) : pieces.start(piece);
        for (int loop = innermost(gap); loop != Loops.NONE; loop = loops.parent(loop)) {
            if (loops.start(loop) <= previous || loops.start(loop) <= pieces.start(piece)) {
                break;
            }
            best = loops.start(loop);
        }
        return best;
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
