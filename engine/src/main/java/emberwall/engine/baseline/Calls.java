package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.engine.code.CallLayouts;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.RuntimeFunction;
import emberwall.engine.store.TableRecord;
import emberwall.engine.store.TypeDisplay;
import emberwall.fiber.FiberBlock;
import emberwall.op.TrapReason;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;

/** Calls of functions, and of Java for what guest code cannot do itself. */
final class Calls {
    /** Free at a call: neither an argument nor the record. */
    private static final int FREE = R10;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final Moves moves;

    /** Layouts of the module's types, made when they are first needed. */
    private CallLayout[] layouts = {};

    private Types types;

    Calls(Compilation c) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.moves = c.moves;
    }

    void begin() {
        if (types != c.module.types()) {
            types = c.module.types();
            layouts = new CallLayout[types.count()];
        }
    }

    CallLayout layout(int type) {
        CallLayout layout = layouts[type];
        if (layout == null) {
            layout = CallLayouts.of(types.function(type));
            layouts[type] = layout;
        }
        return layout;
    }

    // ---- calls

    void call() {
        int function = c.reader.u32();
        int type = c.module.functionTypeIndex(function);
        CallLayout layout = layout(type);
        save(layout.parameterCount());
        pass(layout, area(layout));
        if (c.module.isImported(function)) {
            a.mov(W64, Convention.RECORD, Compilation.instance(c.layout.functionRecord(function)));
            callImport();
        } else {
            a.callm(Mem.address(c.context.cellAddress(function)));
            c.returned();
            if (c.context.tailCallsLeave()) {
                c.reloadInstance();
            } else if (c.memoryMoves) {
                c.reloadMemory();
            }
        }
        take(type, layout);
    }

    void callIndirect() {
        int type = c.reader.u32();
        int table = c.reader.u32();
        CallLayout layout = layout(type);
        save(layout.parameterCount() + 1);
        passElement(type, table, area(layout));
        callRecord();
        take(type, layout);
    }

    void callRef() {
        int type = c.reader.u32();
        CallLayout layout = layout(type);
        save(layout.parameterCount() + 1);
        passReference(type, area(layout));
        callRecord();
        take(type, layout);
    }

    /** {@link #pass} for a call through a table, whose index is on top: the element's record is in its register then. */
    void passElement(int type, int table, int area) {
        passThrough(layout(type), area);
        loadElement(table, TrapReason.UNDEFINED_ELEMENT);
        a.test(W64, Convention.RECORD, Convention.RECORD);
        a.jcc(Cond.EQUAL, c.trap(TrapReason.UNINITIALIZED_ELEMENT));
        a.cmpi(W32, mem(Convention.RECORD, FuncRecord.TYPE), c.context.canonicalType(type));
        if (types.isFinal(type)) {
            a.jcc(Cond.NOT_EQUAL, c.trap(TrapReason.INDIRECT_CALL_TYPE_MISMATCH));
        } else {
            int same = a.newLabel();
            a.jcc(Cond.EQUAL, same);
            checkSupertype(type);
            a.bind(same);
        }
    }

    /** {@link #pass} for a call of the function reference on top: its record is in its register then. */
    void passReference(int type, int area) {
        passThrough(layout(type), area);
        a.test(W64, Convention.RECORD, Convention.RECORD);
        a.jcc(Cond.EQUAL, c.trap(TrapReason.NULL_FUNCTION_REFERENCE));
    }

    /** The topmost operand is one more argument, in the record's register. */
    private void passThrough(CallLayout layout, int area) {
        int slot = stack.top - 1;
        int place = stack.at[slot];
        boolean isConstant = place == ValueStack.CONSTANT;
        if (place >= 0 && !isConstant) {
            moves.add(Convention.RECORD, place);
        }
        stack.top = slot;
        pass(layout, area);
        if (isConstant) {
            a.movi(Convention.RECORD, stack.constant[slot]);
            stack.release(slot);
        } else if (place < 0) {
            stack.load(Convention.RECORD, slot);
        }
    }

    /** Traps unless a type that is not final stands above that of the function. */
    private void checkSupertype(int type) {
        int mismatch = c.trap(TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
        int depth = types.depth(type);
        a.mov(W64, FREE, mem(Convention.RECORD, FuncRecord.DISPLAY));
        a.test(W64, FREE, FREE);
        a.jcc(Cond.EQUAL, mismatch);
        if (depth >= TypeDisplay.SHORTEST) {
            a.cmpi(W32, mem(FREE, TypeDisplay.LENGTH), depth);
            a.jcc(Cond.BELOW_EQUAL, mismatch);
        }
        a.cmpi(W32, mem(FREE, TypeDisplay.id(depth)), c.context.canonicalType(type));
        a.jcc(Cond.NOT_EQUAL, mismatch);
    }

    /** Replaces the index in the record's register by the element of a table. */
    private void loadElement(int table, TrapReason outside) {
        a.mov(W64, FREE, Compilation.instance(c.layout.tableRecord(table)));
        a.cmp(W64, Convention.RECORD, mem(FREE, TableRecord.LENGTH));
        a.jcc(Cond.ABOVE_EQUAL, c.trap(outside));
        if (c.context.masking()) {
            // All ones if the index was below; where the branch was guessed wrong, element 0.
            a.sbb(W64, Convention.SCRATCH, Convention.SCRATCH);
            a.and(W64, Convention.RECORD, Convention.SCRATCH);
        }
        a.mov(W64, FREE, mem(FREE, TableRecord.BASE));
        a.mov(W64, Convention.RECORD, mem(FREE, Convention.RECORD, 3, 0));
    }

    /** The same as {@link #callRecord}, but a host function is jumped to, so that all returns are predicted right. */
    private void callImport() {
        int back = a.newLabel();
        a.mov(W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
        a.mov(W64, Convention.MEM0, Compilation.instance(0));
        a.cmpi(W32, mem(Convention.RECORD, FuncRecord.HOST), 0);
        a.jcc(Cond.NOT_EQUAL, c.hostStub(back));
        a.callm(mem(Convention.RECORD, FuncRecord.CODE));
        c.returned();
        a.bind(back);
        c.reloadInstance();
    }

    /** Calls the function whose record is in its register, in its instance, and comes back to ours. */
    private void callRecord() {
        a.mov(W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
        a.mov(W64, Convention.MEM0, Compilation.instance(0));
        a.callm(mem(Convention.RECORD, FuncRecord.CODE));
        c.returned();
        c.reloadInstance();
    }

    /** Brings all to memory that must outlive a call: everything below its operands. */
    private void save(int operands) {
        int limit = stack.top - operands;
        stack.save(limit);
        int region = c.control.region();
        if (region != HandlerTable.NONE) {
            stack.saveConstants(Math.min(limit, c.handlers.height(region)));
        }
    }

    /** The bytes that a call takes below the frame. */
    private static int area(CallLayout layout) {
        return layout.argumentBytes() + layout.resultBytes();
    }

    /** Moves the arguments to their places, those in memory to the beginning of an area made for it, and forgets all registers. */
    void pass(CallLayout layout, int area) {
        int count = layout.parameterCount();
        int first = stack.top - count;
        if (area > 0) {
            a.subi(W64, RSP, area);
        }
        if (layout.argumentBytes() > 0) {
            passInMemory(layout, first, count);
        }
        for (int i = 0; i < count; i++) {
            if (layout.inRegister(i)) {
                int place = stack.at[first + i];
                if (place >= 0 && place < ValueStack.CONSTANT) {
                    moves.add(register(layout, i), place);
                }
            }
        }
        moves.emit();
        for (int i = 0; i < count; i++) {
            int slot = first + i;
            int place = stack.at[slot];
            if (layout.inRegister(i)) {
                if (place < 0) {
                    stack.load(register(layout, i), slot);
                } else if (place == ValueStack.CONSTANT) {
                    stack.materialize(register(layout, i), stack.type[slot], stack.constant[slot]);
                }
            }
        }
        stack.dropTo(first);
        stack.forgetRegisters();
    }

    private static int register(CallLayout layout, int parameter) {
        return layout.register(parameter) + (layout.parameterClass(parameter) == Convention.INT ? 0 : ValueStack.XMM);
    }

    private void passInMemory(CallLayout layout, int first, int count) {
        for (int i = 0; i < count; ) {
            if (layout.inRegister(i)) {
                i++;
                continue;
            }
            int run = 1;
            boolean isVector = layout.parameterClass(i) == Convention.VECTOR;
            while (!isVector
                    && i + run < count
                    && !layout.inRegister(i + run)
                    && layout.parameterClass(i + run) != Convention.VECTOR
                    && layout.stackOffset(i + run) == layout.stackOffset(i) + 8 * run) {
                run++;
            }
            if (run < Copies.LOOP) {
                for (int j = 0; j < run; j++) {
                    stack.copyOut(first + i + j, mem(RSP, layout.stackOffset(i + j)));
                }
            } else {
                passRun(first + i, layout.stackOffset(i), run);
            }
            i += run;
        }
    }

    /** Many arguments: those that are not in memory yet go there, and all are copied by a loop. */
    private void passRun(int slot, int offset, int count) {
        for (int i = slot; i < slot + count; i++) {
            int place = stack.at[i];
            if (place == ValueStack.CONSTANT) {
                stack.storeConstant(stack.home(i), stack.constant[i]);
            } else if (place != ValueStack.MEMORY && stack.isDirty(i)) {
                stack.store(i, place);
            }
        }
        a.push(FREE);
        c.copies.slotsUp(slot, RSP, offset + 8, count);
        a.pop(FREE);
    }

    /** Pops the results from where the callee left them. */
    private void take(int type, CallLayout layout) {
        int count = layout.resultCount();
        if (count == 0) {
            return;
        }
        int first = Compilation.slotType(types.result(type, 0));
        stack.push(first, ValueStack.isFloat(first) ? ValueStack.XMM + Convention.RESULT_XMM : Convention.RESULT);
        if (count == 1) {
            return;
        }
        if (count > Copies.LOOP && !layout.hasVectorResults()) {
            c.copies.upToSlots(RSP, layout.resultOffset(1), stack.top, count - 1);
            for (int i = 1; i < count; i++) {
                stack.pushMemory(Compilation.slotType(types.result(type, i)));
            }
        } else {
            for (int i = 1; i < count; i++) {
                takeOne(Compilation.slotType(types.result(type, i)), layout.resultOffset(i));
            }
        }
        a.addi(W64, RSP, layout.resultBytes());
    }

    private void takeOne(int type, int offset) {
        int register = stack.allocate(ValueStack.isFloat(type));
        switch (type) {
            case ValueType.I32 -> a.rm(Op.MOV, W32, register, mem(RSP, offset));
            case ValueType.F32 -> a.rm(Op.MOVSS, register - ValueStack.XMM, mem(RSP, offset));
            case ValueType.F64 -> a.rm(Op.MOVSD, register - ValueStack.XMM, mem(RSP, offset));
            case ValueType.V128 -> a.movups(register - ValueStack.XMM, mem(RSP, offset));
            default -> a.rm(Op.MOV, W64, register, mem(RSP, offset));
        }
        stack.push(type, register);
    }

    // ---- Java

    /**
     * Asks Java.
     *
     * @param function what for
     * @param immediates the first arguments: indices
     * @param operands how many of the topmost operands are the others
     * @param resultType of the result, or {@link ValueType#BOTTOM} if there is none
     */
    void runtime(RuntimeFunction function, int[] immediates, int immediateCount, int operands, int resultType) {
        int bytes = leave(function, immediates, immediateCount, operands);
        if (bytes > 0) {
            a.addi(W64, RSP, bytes);
        }
        c.reloadInstance();
        if (resultType == ValueType.I32) {
            a.mov(W32, RAX, RAX);
        }
        if (resultType != ValueType.BOTTOM) {
            stack.push(resultType, RAX);
        }
    }

    /** The same up to where Java comes back to, if it does; how many bytes are on the stack. */
    int leave(RuntimeFunction function, int[] immediates, int immediateCount, int operands) {
        save(operands);
        int words = immediateCount + operands;
        int padding = words & 1;
        if (padding != 0) {
            a.subi(W64, RSP, 8);
        }
        for (int slot = stack.top - 1; slot >= stack.top - operands; slot--) {
            pushWord(slot);
        }
        for (int i = immediateCount - 1; i >= 0; i--) {
            a.pushi(immediates[i]);
        }
        stack.dropTo(stack.top - operands);
        stack.forgetRegisters();
        long cell = c.context.runtimeCell(function);
        if (cell != 0) {
            a.callm(Mem.address(cell));
        } else {
            a.movi(W32, RAX, function.ordinal());
            a.callm(mem(Convention.FIBER, FiberBlock.RUNTIME));
        }
        c.returned();
        return 8 * (words + padding);
    }

    private void pushWord(int slot) {
        int place = stack.at[slot];
        if (place == ValueStack.CONSTANT) {
            long value = stack.constant[slot];
            if (value == (int) value) {
                a.pushi((int) value);
            } else {
                a.movi(Convention.SCRATCH, value);
                a.push(Convention.SCRATCH);
            }
        } else if (place == ValueStack.MEMORY) {
            a.push(stack.home(slot));
        } else {
            a.push(place);
        }
    }

    /** The most bytes below its frame that a call of a function of the module's types takes. */
    int largestArea() {
        int largest = 0;
        for (int i = 0; i < types.count(); i++) {
            if (types.isFunction(i)) {
                // Every word but the first is on the stack at worst.
                int words = types.parameterCount(i) + types.resultCount(i);
                largest = Math.max(largest, 16 * words + 32);
            }
        }
        return largest;
    }
}
