package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.engine.store.RuntimeFunction;
import emberwall.engine.store.TableRecord;
import emberwall.op.TrapReason;
import emberwall.wasm.BodyReader;
import emberwall.wasm.TableType;
import emberwall.wasm.ValueType;

/** Globals, tables, references, and what moves many bytes or elements. */
final class Variables {
    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final Calls calls;
    private final Comparison comparison;
    private final Branches branches;
    private final int[] immediates = new int[2];

    Variables(Compilation c, Calls calls, Comparison comparison, Branches branches) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.calls = calls;
        this.comparison = comparison;
        this.branches = branches;
    }

    // ---- globals

    void globalGet() {
        int global = c.reader.u32();
        int type = Compilation.slotType(c.module.global(global).type());
        int register = c.target(ValueStack.isFloat(type), -1, 0);
        long cell = cell(global);
        switch (type) {
            case ValueType.I32 -> a.rm(Op.MOV, W32, register, cell);
            case ValueType.F32 -> a.rm(Op.MOVSS, register - ValueStack.XMM, cell);
            case ValueType.F64 -> a.rm(Op.MOVSD, register - ValueStack.XMM, cell);
            case ValueType.V128 -> a.movups(register - ValueStack.XMM, cell);
            default -> a.rm(Op.MOV, W64, register, cell);
        }
        stack.push(type, register);
    }

    void globalSet() {
        int global = c.reader.u32();
        int type = Compilation.slotType(c.module.global(global).type());
        int slot = stack.top - 1;
        long constant = stack.constant[slot];
        if (stack.at[slot] == ValueStack.CONSTANT && constant == (int) constant) {
            boolean narrow = type == ValueType.I32 || type == ValueType.F32;
            a.mi(Op.MOV, narrow ? W32 : W64, cell(global), (int) constant);
            stack.drop();
            return;
        }
        int register = stack.register(slot);
        stack.drop();
        long cell = cell(global);
        switch (type) {
            case ValueType.I32 -> a.mr(Op.MOV, W32, cell, register);
            case ValueType.F32 -> a.mr(Op.MOVSS, cell, register - ValueStack.XMM);
            case ValueType.F64 -> a.mr(Op.MOVSD, cell, register - ValueStack.XMM);
            case ValueType.V128 -> a.movups(cell, register - ValueStack.XMM);
            default -> a.mr(Op.MOV, W64, cell, register);
        }
    }

    private long cell(int global) {
        long place = Compilation.instance(c.layout.globalCell(global));
        if (!c.layout.globalIsPointer(global)) {
            return place;
        }
        a.mov(W64, Convention.SCRATCH, place);
        return mem(Convention.SCRATCH);
    }

    // ---- tables

    void tableGet() {
        int table = c.reader.u32();
        long element = element(table);
        int register = c.target(false, -1, 0);
        a.rm(Op.MOV, W64, register, element);
        stack.push(ValueStack.REFERENCE, register);
    }

    void tableSet() {
        int table = c.reader.u32();
        int value = stack.register(stack.top - 1);
        stack.drop();
        a.mr(Op.MOV, W64, element(table), value);
    }

    /** Pops an index and makes an operand of the element, within the table. */
    private long element(int table) {
        int index = stack.register(stack.top - 1);
        stack.drop();
        int record = stack.allocateInt();
        stack.pin(record);
        a.mov(W64, record, Compilation.instance(c.layout.tableRecord(table)));
        a.cmp(W64, index, mem(record, TableRecord.LENGTH));
        a.jcc(Cond.ABOVE_EQUAL, c.trap(TrapReason.TABLE_OUT_OF_BOUNDS));
        int masked = index;
        if (c.context.masking()) {
            a.sbb(W64, Convention.SCRATCH, Convention.SCRATCH);
            a.and(W64, Convention.SCRATCH, index);
            masked = Convention.SCRATCH;
        }
        a.mov(W64, record, mem(record, TableRecord.BASE));
        return mem(record, masked, 3, 0);
    }

    private void tableSize(int table) {
        TableType type = c.module.table(table);
        int register = c.target(false, -1, 0);
        a.mov(W64, register, Compilation.instance(c.layout.tableRecord(table)));
        a.mov(W64, register, mem(register, TableRecord.LENGTH));
        stack.push(type.addressType(), register);
    }

    // ---- references

    void refNull() {
        c.reader.heapType();
        stack.pushConstant(ValueStack.REFERENCE, 0);
    }

    void refIsNull() {
        int slot = stack.top - 1;
        if (stack.at[slot] == ValueStack.CONSTANT) {
            long isNull = stack.constant[slot] == 0 ? 1 : 0;
            stack.drop();
            stack.pushConstant(ValueType.I32, isNull);
            return;
        }
        int register = stack.register(slot);
        stack.drop();
        comparison.test(W64, register, register, Cond.EQUAL);
        branches.consume();
    }

    void refFunc() {
        immediates[0] = c.reader.u32();
        calls.runtime(RuntimeFunction.REF_FUNC, immediates, 1, 0, ValueStack.REFERENCE);
    }

    // ---- bulk

    void memoryGrow() {
        int memory = c.reader.u32();
        immediates[0] = memory;
        calls.runtime(
                RuntimeFunction.MEMORY_GROW,
                immediates,
                1,
                1,
                c.module.memory(memory).addressType());
    }

    /** The bulk instructions: their number behind the prefix. */
    void bulk(int number) {
        BodyReader reader = c.reader;
        immediates[0] = reader.u32();
        switch (number) {
            case 8 -> two(RuntimeFunction.MEMORY_INIT);
            case 9 -> one(RuntimeFunction.DATA_DROP, 0);
            case 10 -> two(RuntimeFunction.MEMORY_COPY);
            case 11 -> one(RuntimeFunction.MEMORY_FILL, 3);
            case 12 -> two(RuntimeFunction.TABLE_INIT);
            case 13 -> one(RuntimeFunction.ELEM_DROP, 0);
            case 14 -> two(RuntimeFunction.TABLE_COPY);
            case 15 -> {
                int type = c.module.table(immediates[0]).addressType();
                calls.runtime(RuntimeFunction.TABLE_GROW, immediates, 1, 2, type);
            }
            case 16 -> tableSize(immediates[0]);
            default -> one(RuntimeFunction.TABLE_FILL, 3);
        }
    }

    private void one(RuntimeFunction function, int operands) {
        calls.runtime(function, immediates, 1, operands, ValueType.BOTTOM);
    }

    private void two(RuntimeFunction function) {
        immediates[1] = c.reader.u32();
        calls.runtime(function, immediates, 2, 3, ValueType.BOTTOM);
    }
}
