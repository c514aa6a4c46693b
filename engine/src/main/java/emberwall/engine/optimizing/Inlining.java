package emberwall.engine.optimizing;

import emberwall.engine.code.ModuleContext;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.Profile;

/**
 * Which calls to put the function's body in the place of: those of functions without loops and exceptions that are small, or,
 * where it is called often, not large. How many loops are around a call is all that is known of how often it is made, unless there
 * is a {@link Profile}: then no call is made more often than its function is entered, and than what is around it runs. What the
 * bodies put in call themselves is asked for in the same way, but no function stands within itself.
 */
final class Inlining {
    // Up to how many bytes a body is small, if it calls nothing or something, anywhere and where it is called often.
    private static final int LEAF = 40;
    private static final int LEAF_OFTEN = 100;
    private static final int CALLING = 24;
    private static final int CALLING_OFTEN = 60;

    /** How many bytes one function may take in at most. */
    private static final int BUDGET = 4000;

    // How many of these what is not small without a loop may have: so many, and a share of the function's own.
    private static final int LARGER = 400;
    private static final int LARGER_SHARE = 4;

    /** A call is made often that is one of at most so many of all that were counted. */
    private static final int HOT = 512;

    private static final int DEEPEST = 6;
    private static final int MOST_LOCALS = 24;
    private static final byte UNKNOWN = 0;
    private static final byte CALLS_NOTHING = 1;
    private static final byte CALLS = 2;
    private static final byte NO = 3;

    private final ModuleContext context;
    private final Module module;
    private final byte[] known;
    private final int[] open = new int[DEEPEST];
    /** How often each of the open ones ran, where it stands, at most. */
    private final long[] runs = new long[DEEPEST];

    private Profile profile;
    private int depth;
    private int left;
    private int leftForLarger;

    Inlining(ModuleContext context) {
        this.context = context;
        module = context.module();
        known = new byte[module.functionCount()];
    }

    /** Begins with a function that stands for itself. */
    void begin(int function) {
        profile = context.profile();
        depth = 0;
        runs[depth] = profile == null ? 0 : profile.entries(function);
        open[depth++] = function;
        left = BUDGET;
        leftForLarger = LARGER + bytes(function) / LARGER_SHARE;
    }

    /**
     * Whether to build in a function, which is counted then, and stands in the place of a call up to {@link #leave}.
     *
     * @param loops how many loops are around the call
     * @param loop the number of the innermost loop of the calling function around it, or -1
     */
    boolean enter(int function, int loops, int loop) {
        if (module.isImported(function) || depth == DEEPEST || isOpen(function)) {
            return false;
        }
        if (known[function] == UNKNOWN) {
            known[function] = look(function);
        }
        int bytes = bytes(function);
        long calledAtMost = calledAtMost(function, loop);
        boolean isOften = profile == null ? loops > 0 : calledAtMost >= profile.allEntries() / HOT + 1;
        boolean calls = known[function] == CALLS;
        boolean isSmall = bytes <= (calls ? CALLING : LEAF);
        boolean isFit = isSmall || isOften && bytes <= (calls ? CALLING_OFTEN : LEAF_OFTEN);
        if (known[function] == NO || !isFit || bytes > (isSmall ? left : Math.min(left, leftForLarger))) {
            return false;
        }
        left -= bytes;
        leftForLarger -= isSmall ? 0 : bytes;
        runs[depth] = calledAtMost;
        open[depth++] = function;
        return true;
    }

    /** How often the function at work calls another one at a place, at most; 0 if that is not known. */
    private long calledAtMost(int function, int loop) {
        if (profile == null) {
            return 0;
        }
        // What is built in has no loops.
        long here = depth == 1 && loop >= 0 ? profile.rounds(open[0], loop) : runs[depth - 1];
        return Math.min(here, profile.entries(function));
    }

    void leave() {
        depth--;
    }

    private boolean isOpen(int function) {
        for (int i = 0; i < depth; i++) {
            if (open[i] == function) {
                return true;
            }
        }
        return false;
    }

    private int bytes(int function) {
        return module.bodyEnd(function) - module.bodyOffset(function);
    }

    private byte look(int function) {
        if (bytes(function) > LEAF_OFTEN
                || module.locals(function).count() > MOST_LOCALS
                || module.types().parameterCount(module.functionTypeIndex(function)) > MOST_LOCALS) {
            return NO;
        }
        byte seen = CALLS_NOTHING;
        BodyReader in = new BodyReader(module.bytes(), module.locals(function).codeOffset(), module.bodyEnd(function));
        while (in.hasMore()) {
            Opcode opcode = in.opcode();
            switch (opcode) {
                // A tail call would end the function that it is built into.
                case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> {
                    return NO;
                }
                case LOOP, TRY, TRY_TABLE, THROW, THROW_REF, RETHROW -> {
                    return NO;
                }
                case CALL, CALL_INDIRECT, CALL_REF -> seen = CALLS;
                default -> {}
            }
            in.skip(opcode.immediate());
        }
        return seen;
    }
}
