package emberwall.engine.optimizing;

import emberwall.engine.code.InlinedCalls;
import emberwall.ir.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Says in graphs what the frames of the source hold where code may stop: the locals that are read again, and the operands that the
 * instruction at work leaves alone. Frames of functions that were built in follow those of their callers.
 */
final class SourceStates {
    /** After so many values a function gets no more states. */
    private static final int MOST_VALUES = 1 << 20;

    private final Translation t;
    private final List<Outer> outers = new ArrayList<>();

    private LiveLocals live;
    private int left;

    private int[] slots = new int[16];
    private int[] held = new int[16];
    private int count;
    private int[] latest = {};

    /** A function into which the one at work is built, and where it would call it: {@link InlinedCalls}. */
    private record Outer(int position, int firstLocal, int localCount, LiveLocals live) {}

    SourceStates(Translation t) {
        this.t = t;
    }

    /** Begins a graph. */
    void begin() {
        outers.clear();
        left = MOST_VALUES;
        if (t.context.recordsTraps()) {
            t.b.beforeTraps(this::here);
        }
    }

    /** The body of the function at work begins. */
    void enter(int codeOffset) {
        if (t.context.recordsStops()) {
            live = LiveLocals.of(t.module, t.function, codeOffset, t.localCount);
        }
    }

    /** The function at work is about to get another one built in. */
    void call() {
        outers.add(new Outer(t.position, t.firstLocal, t.localCount, live));
    }

    /** That is done. */
    void returned() {
        live = outers.removeLast().live;
    }

    /** What is pinned next may stop. */
    void here() {
        if (!t.context.recordsStops() || left <= 0) {
            return;
        }
        count = 0;
        for (int i = 0; i < outers.size(); i++) {
            Outer outer = outers.get(i);
            int end = i + 1 < outers.size() ? outers.get(i + 1).firstLocal : t.firstLocal;
            frame(i, outer.firstLocal, outer.localCount, outer.live, outer.position, end);
        }
        frame(outers.size(), t.firstLocal, t.localCount, live, t.position, t.top);
        left -= count;
        if (!Arrays.equals(latest, 0, latest.length, slots, 0, count)) {
            latest = Arrays.copyOf(slots, count);
        }
        t.b.state(latest, Arrays.copyOf(held, count));
    }

    private void frame(int number, int firstLocal, int localCount, LiveLocals liveLocals, int position, int end) {
        if (count + end - firstLocal > slots.length) {
            slots = Arrays.copyOf(slots, 2 * (count + end - firstLocal));
            held = Arrays.copyOf(held, slots.length);
        }
        int behind = liveLocals.behind(position);
        for (int i = firstLocal; i < end; i++) {
            if (i - firstLocal >= localCount || liveLocals.isLive(i - firstLocal, behind)) {
                slots[count] = number << Graph.SLOT_BITS | i - firstLocal;
                held[count++] = t.values[i];
            }
        }
    }
}
