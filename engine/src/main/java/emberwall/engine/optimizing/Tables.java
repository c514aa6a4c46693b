package emberwall.engine.optimizing;

import emberwall.engine.store.RuntimeFunction;
import emberwall.engine.store.TableRecord;
import emberwall.ir.Access;
import emberwall.ir.Context;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.GlobalType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/** Globals and tables, and what moves many bytes or elements. */
final class Tables {
    private final Translation t;
    private final Calls calls;

    Tables(Translation t, Calls calls) {
        this.t = t;
        this.calls = calls;
    }

    // ---- globals

    void globalGet() {
        int global = t.reader.u32();
        GlobalType type = t.module.global(global);
        int access = type.mutable() ? globalAccess(global) : Access.INVARIANT;
        int value =
                t.b.load(Op.LOAD, Translation.machine(type.type()), globalBase(global), globalOffset(global), access);
        t.push(value, type.type());
    }

    void globalSet() {
        int global = t.reader.u32();
        Type type = Translation.machine(t.module.global(global).type());
        t.b.store(Op.STORE, type, globalBase(global), globalOffset(global), t.pop(), globalAccess(global));
    }

    private int globalBase(int global) {
        return t.layout.globalIsPointer(global)
                ? t.instanceWord(t.layout.globalCell(global))
                : t.b.context(Context.INSTANCE);
    }

    private int globalOffset(int global) {
        return t.layout.globalIsPointer(global) ? 0 : t.layout.globalCell(global);
    }

    private int globalAccess(int global) {
        return Access.of(t.layout.globalIsPointer(global) ? Aliases.IMPORTED_GLOBAL : Aliases.GLOBAL);
    }

    // ---- elements

    void tableGet() {
        int table = t.reader.u32();
        t.push(element(table, t.pop(), TrapReason.TABLE_OUT_OF_BOUNDS));
    }

    void tableSet() {
        int table = t.reader.u32();
        int value = t.pop();
        int record = record(table);
        int index = within(record, t.pop(), TrapReason.TABLE_OUT_OF_BOUNDS);
        int base = t.word(record, TableRecord.BASE, Aliases.TABLE_RECORD);
        t.b.store(Op.STORE, Type.I64, base, index, 0, value, Access.of(Aliases.ELEMENT));
    }

    /** An element of a table, a reference. */
    int element(int table, int index, TrapReason outside) {
        int record = record(table);
        int scaled = within(record, index, outside);
        int base = t.word(record, TableRecord.BASE, Aliases.TABLE_RECORD);
        return t.b.reference(t.b.load(Op.LOAD, Type.I64, base, scaled, 0, Access.of(Aliases.ELEMENT)));
    }

    private int record(int table) {
        return t.instanceWord(t.layout.tableRecord(table));
    }

    /** How far an element lies behind the first one, if it is in the table. */
    private int within(int record, int index, TrapReason outside) {
        int wide = t.wide(index);
        int length = t.growing(Type.I64, record, TableRecord.LENGTH, Aliases.TABLE_RECORD);
        t.b.trapIf(t.b.compute(Op.GE_U, Type.I64, wide, length), outside);
        return t.b.compute(Op.SHL, Type.I64, t.masked(Type.I64, wide, length), t.b.i64(3));
    }

    // ---- references

    void refFunc() {
        int function = t.reader.u32();
        t.push(t.b.reference(calls.runtime(RuntimeFunction.REF_FUNC, t.b.i32(function))));
    }

    // ---- bulk

    void bulk(Opcode opcode) {
        int first = t.reader.u32();
        switch (opcode) {
            case MEMORY_INIT -> bulk(RuntimeFunction.MEMORY_INIT, first, true, 3);
            case DATA_DROP -> bulk(RuntimeFunction.DATA_DROP, first, false, 0);
            case MEMORY_COPY -> bulk(RuntimeFunction.MEMORY_COPY, first, true, 3);
            case MEMORY_FILL -> bulk(RuntimeFunction.MEMORY_FILL, first, false, 3);
            case TABLE_INIT -> bulk(RuntimeFunction.TABLE_INIT, first, true, 3);
            case ELEM_DROP -> bulk(RuntimeFunction.ELEM_DROP, first, false, 0);
            case TABLE_COPY -> bulk(RuntimeFunction.TABLE_COPY, first, true, 3);
            case TABLE_FILL -> bulk(RuntimeFunction.TABLE_FILL, first, false, 3);
            case TABLE_GROW -> {
                int old = bulk(RuntimeFunction.TABLE_GROW, first, false, 2);
                t.push(t.narrow(old, t.module.table(first).addressType()));
            }
            case TABLE_SIZE -> {
                int length = t.growing(Type.I64, record(first), TableRecord.LENGTH, Aliases.TABLE_RECORD);
                t.push(t.narrow(length, t.module.table(first).addressType()));
            }
            default -> throw new Unsupported(opcode.text());
        }
    }

    private int bulk(RuntimeFunction function, int first, boolean second, int operands) {
        int immediates = second ? 2 : 1;
        int[] words = new int[immediates + operands];
        words[0] = t.b.i32(first);
        if (second) {
            words[1] = t.b.i32(t.reader.u32());
        }
        System.arraycopy(t.pop(operands), 0, words, immediates, operands);
        return calls.runtime(function, words);
    }

    /** The type of a null reference is of no interest. */
    void refNull() {
        t.reader.heapType();
        t.push(t.b.constant(Translation.machine(ValueType.ANYREF), 0));
    }
}
