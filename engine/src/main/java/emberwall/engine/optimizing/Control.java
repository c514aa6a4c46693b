package emberwall.engine.optimizing;

import emberwall.ir.Block;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Blocks and branches. */
final class Control {
    private static final int[] NONE = {};

    /** A table of branches with so many runs of entries that do not leave for the last label becomes comparisons. */
    private static final int MOST_RUNS = 3;

    private final Translation t;
    private final List<Frame> frames = new ArrayList<>();
    private int loops;
    private int loop;

    Control(Translation t) {
        this.t = t;
    }

    void reset() {
        frames.clear();
        loops = 0;
        loop = -1;
    }

    // ---- frames

    int depth() {
        return frames.size();
    }

    Frame innermost() {
        return frames.getLast();
    }

    /** The block that a label means. */
    Frame target(int label) {
        return frames.get(frames.size() - 1 - label);
    }

    /** Where what is thrown here is caught, or null. */
    Region region() {
        return innermost().region;
    }

    void push(Frame frame) {
        frame.place = frames.size();
        frames.add(frame);
        loops += frame.kind == Frame.Kind.LOOP ? 1 : 0;
    }

    /** The number of the innermost loop that is open in the function that was begun with, or -1. */
    int innermostLoop() {
        return loop;
    }

    /** How many loops are open, but for those that are tables only. */
    int loops() {
        return loops;
    }

    int parameterCount(int blockType) {
        return blockType < 0 ? 0 : t.types.parameterCount(blockType);
    }

    int resultCount(int blockType) {
        return blockType >= 0 ? t.types.resultCount(blockType) : blockType == BodyReader.EMPTY_BLOCK ? 0 : 1;
    }

    /** Opens a block that branches leave. */
    Frame open(Frame.Kind kind, int blockType) {
        int results = resultCount(blockType);
        int base = t.top - parameterCount(blockType);
        Frame frame = new Frame(kind, base, results, results, new Merge(t, t.localCount, results), region());
        push(frame);
        return frame;
    }

    // ---- structure

    void block() {
        open(Frame.Kind.BLOCK, t.reader.blockType());
    }

    void loop() {
        int blockType = t.reader.blockType();
        int parameters = parameterCount(blockType);
        int base = t.top - parameters;
        Frame frame = new Frame(Frame.Kind.LOOP, base, parameters, resultCount(blockType), null, region());
        frame.changing = t.scan.changed(t.position);
        frame.outerLoop = loop;
        loop = t.scan.latestLoop();
        frame.header = t.b.block();
        int[] entering = loopArguments(frame);
        for (int i = 0; i < entering.length; i++) {
            int local = i < parameters ? -1 : frame.changing[i - parameters];
            int node = t.b.parameter(frame.header, t.graph.type(entering[i]));
            int place = local < 0 ? base + i : t.firstLocal + local;
            boolean isReference =
                    local < 0 ? ValueType.isReference(t.types.parameter(blockType, i)) : t.references[place];
            t.values[place] = isReference ? t.b.reference(node) : node;
        }
        t.b.jump(frame.header, entering);
        t.b.at(frame.header);
        push(frame);
        if (t.context.polls()) {
            t.states.here();
            poll();
        }
    }

    /**
     * Whoever wants attention ends the guest, or lets it go on as it was: nobody else is in its store. Other threads may write to
     * a shared memory meanwhile, and a loop may wait for that.
     */
    private void poll() {
        boolean shared = false;
        for (int memory = 0; memory < t.module.memoryCount(); memory++) {
            shared |= t.module.memory(memory).shared();
        }
        if (shared) {
            t.b.poll();
        } else {
            t.b.quietPoll();
        }
    }

    /** What a way to a loop brings: the operands on top, then locals. */
    private int[] loopArguments(Frame frame) {
        int carried = frame.carried;
        int[] arguments = new int[carried + frame.changing.length];
        t.spend(arguments.length);
        System.arraycopy(t.values, t.top - carried, arguments, 0, carried);
        for (int i = 0; i < frame.changing.length; i++) {
            arguments[carried + i] = t.values[t.firstLocal + frame.changing[i]];
        }
        return arguments;
    }

    void ifBlock() {
        int condition = t.pop();
        int blockType = t.reader.blockType();
        Frame frame = open(Frame.Kind.IF, blockType);
        if (t.graph.isConstant(condition)) {
            t.reachable = t.graph.bits(condition) != 0;
            frame.otherwise = t.reachable ? null : t.b.current();
            frame.saved = save(frame);
            return;
        }
        Block then = t.b.block();
        frame.otherwise = t.b.block();
        frame.saved = save(frame);
        t.b.branch(condition, then, frame.otherwise);
        t.b.at(then);
    }

    /** The locals, then the operands from a block's parameters on. */
    private int[] save(Frame frame) {
        int[] saved = new int[t.localCount + t.top - frame.base];
        t.spend(saved.length);
        System.arraycopy(t.values, t.firstLocal, saved, 0, t.localCount);
        System.arraycopy(t.values, frame.base, saved, t.localCount, t.top - frame.base);
        return saved;
    }

    void otherwise() {
        Frame frame = innermost();
        fallOut(frame);
        frame.kind = Frame.Kind.ELSE;
        restore(frame);
    }

    private void restore(Frame frame) {
        t.reachable = frame.otherwise != null;
        if (!t.reachable) {
            return;
        }
        t.b.at(frame.otherwise);
        System.arraycopy(frame.saved, 0, t.values, t.firstLocal, t.localCount);
        int operands = frame.saved.length - t.localCount;
        t.top = frame.base;
        t.reserve(operands);
        System.arraycopy(frame.saved, t.localCount, t.values, frame.base, operands);
        t.top = frame.base + operands;
        frame.saved = null;
    }

    /** Goes to the end of a block, where it is reached from above. */
    void fallOut(Frame frame) {
        if (t.reachable) {
            int[] arguments = frame.end.arrive();
            t.b.jump(frame.end.block(), arguments);
        }
    }

    void end() {
        Frame frame = innermost();
        if (frame.kind == Frame.Kind.IF) {
            otherwise();
        }
        frames.removeLast();
        if (frame.kind == Frame.Kind.LOOP) {
            loops -= frame.dispatch == null ? 1 : 0;
            loop = frame.outerLoop;
            return; // only from above does one come to its end
        }
        if (frame.end == null) {
            if (t.reachable) {
                go(frame);
            }
        } else if (frame.end.isReached()) {
            fallOut(frame);
            frame.end.enter(frame.base);
        } else if (t.reachable) {
            // The same here. What an inlined function leaves goes where its arguments were.
            System.arraycopy(t.values, t.top - frame.results, t.values, frame.base, frame.results);
            t.top = frame.base + frame.results;
        }
    }

    // ---- branches

    /** Leaves for a label. */
    void go(Frame label) {
        Frame frame = shortened(label);
        if (frame.header != null) {
            t.b.jump(frame.header, loopArguments(frame));
        } else if (frame.end == null) {
            t.b.returns(Arrays.copyOfRange(t.values, t.top - frame.carried, t.top));
        } else {
            int[] arguments = frame.end.arrive();
            t.b.jump(frame.end.block(), arguments);
        }
        t.reachable = false;
    }

    /** Where a way to a label leads. */
    private Frame shortened(Frame label) {
        Frame ahead = label.dispatch == null ? null : label.dispatch.ahead(t, frames);
        return ahead == null ? label : ahead;
    }

    void br() {
        go(target(t.reader.u32()));
    }

    void returns() {
        Frame function = frames.getLast();
        for (int i = frames.size() - 1; function.kind != Frame.Kind.FUNCTION; i--) {
            function = frames.get(i);
        }
        go(function);
    }

    void brIf() {
        Frame frame = target(t.reader.u32());
        branch(t.pop(), frame, false);
    }

    /** Leaves for a label if a condition is not zero, or is, and else goes on. */
    void branch(int condition, Frame label, boolean ifZero) {
        Frame frame = shortened(label);
        if (t.graph.isConstant(condition)) {
            if (t.graph.bits(condition) != 0 != ifZero) {
                go(frame);
            }
            return;
        }
        Block next = t.b.block();
        Block block = frame.header != null ? frame.header : frame.end == null ? returning(frame) : null;
        int[] arguments = frame.header != null ? loopArguments(frame) : NONE;
        if (block == null) {
            arguments = frame.end.arrive();
            block = frame.end.block();
        }
        if (ifZero) {
            t.b.branch(condition, next, NONE, block, arguments);
        } else {
            t.b.branch(condition, block, arguments, next, NONE);
        }
        t.b.at(next);
    }

    /** A block that returns what is on top. */
    private Block returning(Frame frame) {
        Block here = t.b.current();
        Block made = t.b.block();
        t.b.at(made);
        t.b.returns(Arrays.copyOfRange(t.values, t.top - frame.carried, t.top));
        t.b.at(here);
        return made;
    }

    void brTable() {
        int index = t.pop();
        BodyReader reader = t.reader;
        int count = reader.count() + 1;
        t.spend(count);
        if (t.graph.isConstant(index)) {
            long wanted = Math.min(t.graph.bits(index), count - 1);
            Frame frame = null;
            for (int i = 0; i < count; i++) {
                int label = reader.u32();
                frame = i == wanted ? target(label) : frame;
            }
            go(frame);
            return;
        }
        Frame[] entries = new Frame[count];
        for (int i = 0; i < count; i++) {
            entries[i] = target(reader.u32());
        }
        boolean isStart = note(index, entries);
        if (runs(entries) <= MOST_RUNS) {
            compare(index, entries);
            return;
        }
        if (isStart) {
            startFirst(index, entries);
        }
        List<Block> targets = new ArrayList<>(count);
        for (Frame frame : entries) {
            targets.add(way(frame));
        }
        t.b.choose(index, targets, Collections.nCopies(count, NONE));
        t.reachable = false;
    }

    /** Looks whether a loop begins with a table; whether the function's caller says what in it comes first. */
    private boolean note(int index, Frame[] entries) {
        int i = frames.size() - 1;
        while (i > 0 && frames.get(i).kind == Frame.Kind.BLOCK) {
            i--;
        }
        Frame loop = frames.get(i);
        if (loop.kind == Frame.Kind.LOOP) {
            loop.dispatch = Dispatch.of(t, loop, index, entries);
            loops -= loop.dispatch == null ? 0 : 1;
        }
        return loop.dispatch != null && loop.dispatch.isGiven(t);
    }

    /** Callers hardly ever give another number than 0: that is guessed right, and needs no table. */
    private void startFirst(int index, Frame[] entries) {
        Block first = way(entries[0]);
        Block other = t.b.block();
        t.b.branch(index, other, first);
        t.b.at(other);
    }

    /** How many runs of entries, one behind the other, leave for the same label, which is not that of the last one. */
    private static int runs(Frame[] entries) {
        Frame before = entries[entries.length - 1];
        int runs = 0;
        for (Frame frame : entries) {
            runs += frame != before && frame != entries[entries.length - 1] ? 1 : 0;
            before = frame;
        }
        return runs;
    }

    /** Goes where a table of a few runs says by comparisons, which are guessed right more often than a jump by a table. */
    private void compare(int index, Frame[] entries) {
        Frame rest = entries[entries.length - 1];
        int next;
        for (int first = 0; first < entries.length - 1; first = next) {
            next = first + 1;
            while (next < entries.length - 1 && entries[next] == entries[first]) {
                next++;
            }
            if (entries[first] != rest) {
                Block taken = way(entries[first]);
                Block other = t.b.block();
                t.b.branch(isIn(index, first, next), taken, other);
                t.b.at(other);
            }
        }
        go(rest);
    }

    /** Whether an index is from one number on, and below another one. */
    private int isIn(int index, int first, int next) {
        if (next - first == 1) {
            return t.b.compute(Op.EQ, Type.I32, index, t.b.i32(first));
        }
        int from = first == 0 ? index : t.b.compute(Op.SUB, Type.I32, index, t.b.i32(first));
        return t.b.compute(Op.LT_U, Type.I32, from, t.b.i32(next - first));
    }

    /** A block without parameters that goes to a label: all entries of a table share it. */
    private Block way(Frame frame) {
        if (frame.table == t.position) {
            return frame.way;
        }
        frame.table = t.position;
        Block here = t.b.current();
        Block made = t.b.block();
        t.b.at(made);
        go(frame);
        t.b.at(here);
        frame.way = made;
        return made;
    }

    // ---- the rest

    void unreachable() {
        t.b.trap(TrapReason.UNREACHABLE);
        t.reachable = false;
    }

    void select() {
        int condition = t.pop();
        int second = t.pop();
        int first = t.pop();
        boolean isReference = t.graph.isReference(first) || t.graph.isReference(second);
        int value = t.b.select(condition, first, second);
        t.push(isReference ? t.reference(value) : value);
    }

    void refIsNull() {
        t.push(t.b.compute(Op.EQZ, Type.I64, t.pop()));
    }

    void refAsNonNull() {
        t.notNull(t.values[t.top - 1], TrapReason.NULL_REFERENCE);
    }

    void brOnNull() {
        Frame frame = target(t.reader.u32());
        int reference = t.pop();
        branch(t.b.compute(Op.EQZ, Type.I64, reference), frame, false);
        t.push(reference);
    }

    void brOnNonNull() {
        Frame frame = target(t.reader.u32());
        branch(t.b.compute(Op.EQZ, Type.I64, t.values[t.top - 1]), frame, true);
        t.pop();
    }

    /** Steps over what nobody reaches, up to where the innermost block that is open goes on or ends. */
    void skipUnreachable() {
        BodyReader reader = t.reader;
        int inside = 0;
        while (true) {
            int at = reader.position();
            Opcode opcode = reader.opcode();
            switch (opcode) {
                case BLOCK, LOOP, IF, TRY, TRY_TABLE -> inside++;
                case ELSE, CATCH, CATCH_ALL, END, DELEGATE -> {
                    if (inside == 0) {
                        reader.position(at);
                        return;
                    }
                    inside -= opcode == Opcode.END || opcode == Opcode.DELEGATE ? 1 : 0;
                }
                default -> {}
            }
            reader.skip(opcode.immediate());
        }
    }
}
