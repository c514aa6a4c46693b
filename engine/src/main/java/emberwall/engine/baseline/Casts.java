package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.codegen.Convention;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.TypeDisplay;
import emberwall.op.TrapReason;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;

/** What asks for the type of a reference: its tag, then the id of its type, then that type's supertypes by depth. */
final class Casts {
    private static final int HOST_TAG = 2;
    private static final int TAGS = 7;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final Comparison comparison;
    private final Branches branches;

    Casts(Compilation c, Comparison comparison, Branches branches) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.comparison = comparison;
        this.branches = branches;
    }

    void refEq() {
        int second = stack.register(stack.top - 1);
        int first = stack.register(stack.top - 2);
        stack.drop();
        stack.drop();
        comparison.registers(W64, first, second, Cond.EQUAL);
        branches.consume();
    }

    void test(boolean nullable, int heapType) {
        int reference = stack.register(stack.top - 1);
        stack.drop();
        truth(reference, nullable, heapType);
        branches.consume();
    }

    void cast(boolean nullable, int heapType) {
        int reference = stack.register(stack.top - 1);
        check(reference, nullable, heapType, c.trap(TrapReason.CAST_FAILURE));
    }

    /** {@code br_on_cast}, or {@code br_on_cast_fail}: the reference goes along either way. */
    void branch(boolean onSuccess) {
        BodyReader reader = c.reader;
        boolean nullable = (reader.u8() & 2) != 0;
        int block = c.control.target(reader.u32());
        reader.heapType();
        int heapType = reader.heapType();
        truth(stack.register(stack.top - 1), nullable, heapType);
        if (!onSuccess) {
            comparison.negate();
        }
        branches.branchCompared(block);
    }

    /** Makes it the pending comparison whether a reference is of a type. */
    private void truth(int reference, boolean nullable, int heapType) {
        int truth = stack.allocateInt();
        stack.pin(truth);
        int fail = a.newLabel();
        a.movi(W32, truth, 0);
        check(reference, nullable, heapType, fail);
        a.movi(W32, truth, 1);
        a.bind(fail);
        comparison.test(W32, truth, truth, Cond.NOT_EQUAL);
    }

    /** Goes on if a reference is of a type, else to {@code fail}. */
    private void check(int reference, boolean nullable, int heapType, int fail) {
        int pass = a.newLabel();
        a.test(W64, reference, reference);
        a.jcc(Cond.EQUAL, nullable ? pass : fail);
        if (ValueType.isConcrete(heapType)) {
            checkConcrete(reference, ValueType.typeIndex(heapType), pass, fail);
        } else {
            checkAbstract(reference, heapType, fail);
        }
        a.bind(pass);
    }

    private void checkAbstract(int reference, int heapType, int fail) {
        switch (heapType) {
            case ValueType.ANY, ValueType.FUNC, ValueType.EXTERN, ValueType.EXN -> {}
            case ValueType.I31 -> {
                a.testi(W32, reference, 1);
                a.jcc(Cond.EQUAL, fail);
            }
            case ValueType.EQ -> {
                a.mov(W32, Convention.SCRATCH, reference);
                a.andi(W32, Convention.SCRATCH, TAGS);
                a.cmpi(W32, Convention.SCRATCH, HOST_TAG);
                a.jcc(Cond.EQUAL, fail);
            }
            case ValueType.STRUCT, ValueType.ARRAY -> {
                loadType(reference, fail);
                a.cmpi(W32, mem(Convention.SCRATCH, ObjectType.KIND), heapType);
                a.jcc(Cond.NOT_EQUAL, fail);
            }
            default -> a.jmp(fail); // no type but that of null
        }
    }

    /** The block of an object's type, in the scratch register; what is no object fails. */
    private void loadType(int reference, int fail) {
        a.testi(W32, reference, TAGS);
        a.jcc(Cond.NOT_EQUAL, fail);
        a.mov(W64, Convention.SCRATCH, mem(reference));
    }

    private void checkConcrete(int reference, int type, int pass, int fail) {
        Types types = c.module.types();
        int id = c.context.canonicalType(type);
        int depth = types.depth(type);
        if (types.isFunction(type)) {
            a.cmpi(W32, mem(reference, FuncRecord.TYPE), id);
            if (orSupertype(types, type, pass, fail)) {
                a.mov(W64, Convention.SCRATCH, mem(reference, FuncRecord.DISPLAY));
                a.test(W64, Convention.SCRATCH, Convention.SCRATCH);
                a.jcc(Cond.EQUAL, fail);
                checkDepth(depth >= TypeDisplay.SHORTEST, TypeDisplay.LENGTH, depth, fail);
                a.cmpi(W32, mem(Convention.SCRATCH, TypeDisplay.id(depth)), id);
                a.jcc(Cond.NOT_EQUAL, fail);
            }
            return;
        }
        loadType(reference, fail);
        a.cmpi(W32, mem(Convention.SCRATCH, ObjectType.ID), id);
        if (orSupertype(types, type, pass, fail)) {
            checkDepth(depth >= ObjectType.SHORTEST, ObjectType.DEPTHS, depth, fail);
            a.cmpi(W32, mem(Convention.SCRATCH, ObjectType.display(depth)), id);
            a.jcc(Cond.NOT_EQUAL, fail);
        }
    }

    /** After the comparison of ids: whether a supertype may still be equal. */
    private boolean orSupertype(Types types, int type, int pass, int fail) {
        if (types.isFinal(type)) {
            a.jcc(Cond.NOT_EQUAL, fail);
            return false;
        }
        a.jcc(Cond.EQUAL, pass);
        return true;
    }

    private void checkDepth(boolean needed, int depths, int depth, int fail) {
        if (needed) {
            a.cmpi(W32, mem(Convention.SCRATCH, depths), depth);
            a.jcc(Cond.BELOW_EQUAL, fail);
        }
    }
}
