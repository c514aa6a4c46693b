package emberwall.engine.optimizing;

import emberwall.engine.store.RuntimeFunction;
import emberwall.ir.Block;
import emberwall.wasm.BodyReader;
import java.util.Arrays;

/** Throwing and catching, in the new form and the old. */
final class Exceptions {
    private static final int CATCH_ALL = 2;
    private static final int[] NONE = {};

    private final Translation t;
    private final Control control;
    private final Calls calls;

    Exceptions(Translation t, Control control, Calls calls) {
        this.t = t;
        this.control = control;
        this.calls = calls;
    }

    // ---- throwing

    void throwTag() {
        int tag = t.reader.u32();
        int[] operands = t.pop(carried(tag).length);
        int[] immediates = {t.b.i32(tag)};
        calls.raise(RuntimeFunction.THROW, immediates.length, calls.slots(immediates, operands));
    }

    void throwReference() {
        throwReference(t.pop());
    }

    private void throwReference(int exception) {
        calls.raise(RuntimeFunction.THROW_REF, Target.Runtime.NO_PLACE, new int[] {exception});
    }

    void rethrow() {
        throwReference(control.target(t.reader.u32()).exception);
    }

    /** The value types of what exceptions with a tag carry. */
    private int[] carried(int tag) {
        if (tag == Target.Clause.ALL) {
            return NONE;
        }
        int type = t.module.tagTypeIndex(tag);
        int[] types = new int[t.types.parameterCount(type)];
        for (int i = 0; i < types.length; i++) {
            types[i] = t.types.parameter(type, i);
        }
        return types;
    }

    // ---- the new form

    void tryTable() {
        BodyReader reader = t.reader;
        int blockType = reader.blockType();
        Region region = new Region(control.region());
        for (int i = reader.count(); i > 0; i--) {
            int kind = reader.u8();
            int tag = kind < CATCH_ALL ? reader.u32() : Target.Clause.ALL;
            boolean withReference = (kind & 1) != 0;
            Frame frame = control.target(reader.u32());
            int[] types = carried(tag);
            Target.Clause clause = new Target.Clause(tag, types.length, withReference);
            region.add(new Region.Handler(clause, types, frame, null, t.firstLocal));
        }
        region.seal(t);
        Frame frame = control.open(Frame.Kind.BLOCK, blockType);
        frame.region = region;
        frame.handlers = region;
    }

    // ---- the old form

    void tryBlock() {
        BodyScan.Try known = t.scan.tryAt(t.position);
        int blockType = t.reader.blockType();
        if (known.delegate >= 0) {
            Region around = control.target(known.delegate).region;
            control.open(Frame.Kind.TRY, blockType).region = around;
            return;
        }
        Region region = new Region(control.region());
        Frame frame = control.open(Frame.Kind.TRY, blockType);
        for (int tag : known.tags) {
            int[] types = carried(tag);
            Target.Clause clause = new Target.Clause(tag, types.length, known.rethrown);
            Merge merge = new Merge(t, t.localCount, types.length + (known.rethrown ? 1 : 0));
            region.add(new Region.Handler(clause, types, null, merge, t.firstLocal));
        }
        region.seal(t);
        frame.region = region;
        frame.handlers = region;
    }

    /** {@code catch} or {@code catch_all}. */
    void catchArm(boolean all) {
        if (!all) {
            t.reader.u32();
        }
        Frame frame = control.innermost();
        leave(frame);
        control.fallOut(frame);
        frame.kind = Frame.Kind.CATCH;
        frame.region = control.target(1).region;
        Region.Handler handler = frame.handlers.handler(frame.nextHandler++);
        t.reachable = handler.merge().isReached();
        if (t.reachable) {
            handler.merge().enter(frame.base);
            if (handler.clause().withReference()) {
                frame.exception = t.pop();
            }
        }
    }

    void delegate() {
        t.reader.u32();
        control.end();
    }

    // ---- behind calls

    /** The end of any block. */
    void end() {
        leave(control.innermost());
        control.end();
    }

    /** Behind the last call of a region: where clauses are asked on behalf of its calls. */
    private void leave(Frame frame) {
        boolean isBody = frame.handlers != null && frame.kind != Frame.Kind.CATCH;
        if (!isBody || frame.handlers.onBehalf() == null) {
            return;
        }
        Merge caught = frame.handlers.asked().getFirst().merge();
        if (!caught.isReached()) {
            return;
        }
        boolean goesOn = t.reachable;
        Block here = t.b.current();
        int top = t.top;
        t.spend(top);
        int[] values = Arrays.copyOf(t.values, top);
        caught.enter(frame.base);
        calls.throwAgain(t.pop(), frame.handlers.onBehalf());
        System.arraycopy(values, 0, t.values, 0, top);
        t.top = top;
        t.b.at(here);
        t.reachable = goesOn;
    }
}
