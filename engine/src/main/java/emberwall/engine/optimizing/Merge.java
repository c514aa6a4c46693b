package emberwall.engine.optimizing;

import emberwall.ir.Block;
import java.util.Arrays;

/**
 * A place where ways meet, later in the code than all of them. What they agree on goes on as it is; for a local or operand of
 * which two ways bring different values the block gets a parameter, when the second way arrives.
 */
final class Merge {
    private static final int[] NONE = {};

    private final Translation t;
    private final int locals;
    private final int carried;

    private Block block;
    /** The locals, then what is carried: values on which all ways have agreed, or parameters of the block. */
    private int[] state;
    /** By parameter of the block: its place in the state. */
    private int[] places = NONE;

    private int parameters;

    /**
     * A place that no way leads to yet.
     *
     * @param locals how many locals of the function at work may differ
     * @param carried how many operands the ways bring
     */
    Merge(Translation t, int locals, int carried) {
        this.t = t;
        this.locals = locals;
        this.carried = carried;
    }

    boolean isReached() {
        return state != null;
    }

    Block block() {
        return block;
    }

    /** What the way at work brings for the block's parameters: its locals are what they are, the operands on top. */
    int[] arrive() {
        t.spend(locals + carried + 1);
        int first = t.top - carried;
        if (state == null) {
            block = t.b.block();
            state = new int[locals + carried];
            System.arraycopy(t.values, t.firstLocal, state, 0, locals);
            System.arraycopy(t.values, first, state, locals, carried);
            return NONE;
        }
        compare(0, locals, t.firstLocal);
        compare(locals, carried, first);
        int[] arguments = new int[parameters];
        for (int i = 0; i < parameters; i++) {
            int place = places[i];
            arguments[i] = t.values[place < locals ? t.firstLocal + place : first + place - locals];
        }
        return arguments;
    }

    private void compare(int place, int count, int with) {
        for (int done = 0; done < count; done++) {
            int differs = Arrays.mismatch(state, place + done, place + count, t.values, with + done, with + count);
            if (differs < 0) {
                return;
            }
            done += differs;
            if (t.graph.home(state[place + done]) != block) {
                differ(place + done, t.values[with + done]);
            }
        }
    }

    private void differ(int place, int other) {
        int value = state[place];
        int node = t.b.parameter(block, t.graph.type(value), value);
        if (t.graph.isReference(value) || t.graph.isReference(other)) {
            t.b.reference(node);
        }
        if (parameters == places.length) {
            places = Arrays.copyOf(places, Math.max(8, parameters * 2));
        }
        places[parameters++] = place;
        state[place] = node;
    }

    /** Goes on here: locals have their values, and what was carried is on top of so many values. */
    void enter(int base) {
        t.b.at(block);
        System.arraycopy(state, 0, t.values, t.firstLocal, locals);
        t.top = base;
        t.reserve(carried);
        System.arraycopy(state, locals, t.values, base, carried);
        t.top = base + carried;
        t.reachable = true;
    }
}
