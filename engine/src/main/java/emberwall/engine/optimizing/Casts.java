package emberwall.engine.optimizing;

import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.TypeDisplay;
import emberwall.ir.Block;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ValueType;

/** What asks for the type of a reference: its tag, then the id of its type, then that type's supertypes by depth. */
final class Casts {
    private static final int HOST_TAG = 2;
    private static final int TAGS = 7;

    private final Translation t;
    private final Control control;

    // Where the question at work goes on.
    private Block pass;
    private Block fail;

    Casts(Translation t, Control control) {
        this.t = t;
        this.control = control;
    }

    void test(boolean nullable, int heapType) {
        ask(t.pop(), nullable, heapType);
        Block join = t.b.block(Type.I32);
        t.b.at(pass);
        t.b.jump(join, t.b.i32(1));
        t.b.at(fail);
        t.b.jump(join, t.b.i32(0));
        t.b.at(join);
        t.push(join.parameter(0));
    }

    void cast(boolean nullable, int heapType) {
        ask(t.values[t.top - 1], nullable, heapType);
        t.b.at(fail);
        t.b.trap(TrapReason.CAST_FAILURE);
        t.b.at(pass);
    }

    /** {@code br_on_cast}, or {@code br_on_cast_fail}: the reference goes along either way. */
    void branch(boolean onSuccess) {
        BodyReader reader = t.reader;
        boolean nullable = (reader.u8() & 2) != 0;
        Frame frame = control.target(reader.u32());
        reader.heapType();
        ask(t.values[t.top - 1], nullable, reader.heapType());
        Block next = onSuccess ? fail : pass;
        t.b.at(onSuccess ? pass : fail);
        control.go(frame);
        t.reachable = true;
        t.b.at(next);
    }

    /** Asks whether a reference is of a type, and ends the block at work: {@link #pass} and {@link #fail} are behind it. */
    private void ask(int reference, boolean nullable, int heapType) {
        pass = t.b.block();
        fail = t.b.block();
        Block there = t.b.block();
        t.b.branch(t.b.compute(Op.EQZ, Type.I64, reference), nullable ? pass : fail, there);
        t.b.at(there);
        if (ValueType.isConcrete(heapType)) {
            askConcrete(reference, ValueType.typeIndex(heapType));
        } else {
            askAbstract(reference, heapType);
        }
    }

    private void askAbstract(int reference, int heapType) {
        switch (heapType) {
            case ValueType.ANY, ValueType.FUNC, ValueType.EXTERN, ValueType.EXN -> t.b.jump(pass);
            case ValueType.I31 -> t.b.branch(tag(reference, 1), pass, fail);
            case ValueType.EQ -> {
                int tag = tag(reference, TAGS);
                t.b.branch(t.b.compute(Op.NE, Type.I32, tag, t.b.i32(HOST_TAG)), pass, fail);
            }
            case ValueType.STRUCT, ValueType.ARRAY -> {
                int kind = t.half(type(reference), ObjectType.KIND, Aliases.HEADER);
                t.b.branch(t.b.compute(Op.EQ, Type.I32, kind, t.b.i32(heapType)), pass, fail);
            }
            default -> t.b.jump(fail); // no type but that of null
        }
    }

    private int tag(int reference, int bits) {
        return t.b.compute(Op.AND, Type.I32, t.b.compute(Op.WRAP, Type.I32, reference), t.b.i32(bits));
    }

    /** The block of an object's type; what is no object fails. */
    private int type(int reference) {
        Block object = t.b.block();
        t.b.branch(tag(reference, TAGS), fail, object);
        t.b.at(object);
        return t.word(reference, 0, Aliases.HEADER);
    }

    private void askConcrete(int reference, int type) {
        int depth = t.types.depth(type);
        if (t.types.isFunction(type)) {
            if (same(t.half(reference, FuncRecord.TYPE, Aliases.FUNCTION), type)) {
                int display = t.word(reference, FuncRecord.DISPLAY, Aliases.FUNCTION);
                next(t.b.compute(Op.EQZ, Type.I64, display));
                if (depth >= TypeDisplay.SHORTEST) {
                    deep(t.half(display, TypeDisplay.LENGTH, Aliases.FUNCTION), depth);
                }
                supertype(t.half(display, TypeDisplay.id(depth), Aliases.FUNCTION), type);
            }
            return;
        }
        int block = type(reference);
        if (same(t.half(block, ObjectType.ID, Aliases.HEADER), type)) {
            if (depth >= ObjectType.SHORTEST) {
                deep(t.half(block, ObjectType.DEPTHS, Aliases.HEADER), depth);
            }
            supertype(t.half(block, ObjectType.display(depth), Aliases.HEADER), type);
        }
    }

    private int equal(int id, int type) {
        return t.b.compute(Op.EQ, Type.I32, id, t.b.i32(t.context.canonicalType(type)));
    }

    /** Passes if an id is that of a type; whether a supertype may still be equal. */
    private boolean same(int id, int type) {
        if (t.types.isFinal(type)) {
            t.b.branch(equal(id, type), pass, fail);
            return false;
        }
        Block below = t.b.block();
        t.b.branch(equal(id, type), pass, below);
        t.b.at(below);
        return true;
    }

    private void supertype(int id, int type) {
        t.b.branch(equal(id, type), pass, fail);
    }

    /** Fails if there are not enough supertypes. */
    private void deep(int depths, int depth) {
        next(t.b.compute(Op.LE_U, Type.I32, depths, t.b.i32(depth)));
    }

    private void next(int failed) {
        Block next = t.b.block();
        t.b.branch(failed, fail, next);
        t.b.at(next);
    }
}
