package emberwall.engine.optimizing;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.Arrays;

/**
 * Which locals of a body are read again, by where one stands. One walk makes a list of what matters; that is gone through from
 * the end to the beginning until the beginnings of loops say no more than the time before, which is once more than loops are
 * nested. Where exceptions are caught, and in very large functions, all locals count as read.
 */
final class LiveLocals {
    // What matters of an instruction; what a local or label is, is in the upper bits.
    private static final int GET = 0;
    private static final int SET = 1;
    private static final int BLOCK = 2;
    private static final int LOOP = 3;
    private static final int IF = 4;
    private static final int ELSE = 5;
    private static final int END = 6;
    /** May go on at a label. */
    private static final int LABEL = 7;
    /** Does not go on behind it. */
    private static final int LEAVE = 8;

    private static final int KIND_BITS = 4;
    private static final int MOST_WORDS = 1 << 21;

    private int[] events = new int[64];
    private int[] positions = new int[64];
    private int count;
    private int loops;
    private boolean all;

    private final int words;
    /** By event: what is read from there on. */
    private long[] before;

    private LiveLocals(int locals) {
        words = locals + 63 >> 6;
    }

    static LiveLocals of(Module module, int function, int codeOffset, int locals) {
        LiveLocals live = new LiveLocals(locals);
        live.list(new BodyReader(module.bytes(), codeOffset, module.bodyEnd(function)));
        live.all |= (long) live.count * live.words > MOST_WORDS;
        if (!live.all) {
            live.new Flow().solve();
        }
        return live;
    }

    /** Whether a local may be read from a place on that {@link #behind} has found. */
    boolean isLive(int local, int place) {
        return all || (before[place * words + (local >> 6)] & 1L << local) != 0;
    }

    /** The place behind the instruction at a position; of a loop its beginning, of what never goes on itself. */
    int behind(int position) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (positions[middle] <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean leaves = low > 0 && positions[low - 1] == position && events[low - 1] == LEAVE;
        return leaves ? low - 1 : low;
    }

    // ---- what matters

    private void list(BodyReader in) {
        int[] open = new int[16];
        int depth = 1;
        open[0] = -1;
        while (depth > 0 && !all) {
            int at = in.position();
            Opcode opcode = in.opcode();
            switch (opcode) {
                case LOCAL_GET -> add(at, GET, in.u32());
                case LOCAL_SET, LOCAL_TEE -> add(at, SET, in.u32());
                case BLOCK, LOOP, IF -> {
                    in.blockType();
                    open = depth == open.length ? Arrays.copyOf(open, 2 * depth) : open;
                    open[depth++] = count;
                    boolean isLoop = opcode == Opcode.LOOP;
                    add(at, isLoop ? LOOP : opcode == Opcode.IF ? IF : BLOCK, isLoop ? loops++ : 0);
                }
                case ELSE -> add(at, ELSE, 0);
                case END -> add(at, END, open[--depth] + 1);
                case BR -> {
                    add(at, LABEL, in.u32());
                    add(at, LEAVE, 0);
                }
                case BR_IF, BR_ON_NULL, BR_ON_NON_NULL -> add(at, LABEL, in.u32());
                case BR_ON_CAST, BR_ON_CAST_FAIL -> {
                    in.u8();
                    add(at, LABEL, in.u32());
                    in.position(at);
                    in.opcode();
                    in.skip(opcode.immediate());
                }
                case BR_TABLE -> {
                    for (int labels = in.count() + 1; labels > 0; labels--) {
                        add(at, LABEL, in.u32());
                    }
                    add(at, LEAVE, 0);
                }
                case RETURN, UNREACHABLE -> add(at, LEAVE, 0);
                case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF, THROW, THROW_REF -> {
                    in.skip(opcode.immediate());
                    add(at, LEAVE, 0);
                }
                case TRY, TRY_TABLE -> all = true;
                default -> in.skip(opcode.immediate());
            }
        }
    }

    private void add(int position, int kind, int what) {
        if (count == events.length) {
            events = Arrays.copyOf(events, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
        }
        events[count] = kind | what << KIND_BITS;
        positions[count++] = position;
    }

    // ---- from the end to the beginning

    private final class Flow {
        private final long[] live = new long[words];
        private final long[] atLoops = new long[loops * words];
        /** By open block: the event that opens it + 1. */
        private int[] open = new int[16];
        /** By open block: what is read from its end on, and from the beginning of its second arm. */
        private long[] sets = new long[2 * 16 * words];

        private int depth;
        private boolean changed = true;

        void solve() {
            before = new long[count * words];
            while (changed) {
                changed = false;
                depth = 0;
                for (int event = count - 1; event >= 0; event--) {
                    visit(events[event] & (1 << KIND_BITS) - 1, events[event] >> KIND_BITS);
                    System.arraycopy(live, 0, before, event * words, words);
                }
            }
        }

        private void visit(int kind, int what) {
            switch (kind) {
                case GET -> live[what >> 6] |= 1L << what;
                case SET -> live[what >> 6] &= ~(1L << what);
                case END -> push(what);
                case ELSE -> {
                    System.arraycopy(live, 0, sets, second(depth - 1), words);
                    System.arraycopy(sets, first(depth - 1), live, 0, words);
                }
                case IF -> or(sets, second(--depth));
                case BLOCK -> depth--;
                case LOOP -> {
                    depth--;
                    changed |= !Arrays.equals(live, 0, words, atLoops, what * words, (what + 1) * words);
                    System.arraycopy(live, 0, atLoops, what * words, words);
                }
                case LABEL -> label(depth - 1 - what);
                default -> Arrays.fill(live, 0);
            }
        }

        private void push(int opener) {
            if (depth == open.length) {
                open = Arrays.copyOf(open, 2 * depth);
                sets = Arrays.copyOf(sets, 2 * sets.length);
            }
            open[depth] = opener;
            System.arraycopy(live, 0, sets, first(depth), words);
            System.arraycopy(live, 0, sets, second(depth), words); // of an if without else
            depth++;
        }

        private void label(int block) {
            int opener = open[block] - 1;
            if (opener >= 0 && (events[opener] & (1 << KIND_BITS) - 1) == LOOP) {
                or(atLoops, (events[opener] >> KIND_BITS) * words);
            } else {
                or(sets, first(block));
            }
        }

        private void or(long[] other, int from) {
            for (int i = 0; i < words; i++) {
                live[i] |= other[from + i];
            }
        }

        private int first(int block) {
            return 2 * block * words;
        }

        private int second(int block) {
            return first(block) + words;
        }
    }
}
