package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.engine.store.HeapRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.RuntimeFunction;
import emberwall.op.TrapReason;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ValueType;

/** Structures, arrays and small integers: what makes, reads and writes them. */
final class Objects {
    /** Up to how many fields or elements are written by code of their own. */
    private static final int INLINE = 16;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final Calls calls;
    private final Casts casts;
    private final int[] immediates = new int[4];

    Objects(Compilation c, Calls calls, Casts casts) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.calls = calls;
        this.casts = casts;
    }

    /** The instructions behind prefix 0xFB. */
    void compile() {
        BodyReader reader = c.reader;
        int number = reader.u32();
        switch (number) {
            case 0x00 -> structNew(reader.u32());
            case 0x01 -> structNewDefault(reader.u32());
            case 0x02, 0x03, 0x04 -> structGet(reader.u32(), reader.u32(), number == 0x03);
            case 0x05 -> structSet(reader.u32(), reader.u32());
            case 0x06 -> make(RuntimeFunction.ARRAY_NEW, reader.u32(), 0, 2);
            case 0x07 -> make(RuntimeFunction.ARRAY_NEW_DEFAULT, reader.u32(), 0, 1);
            case 0x08 -> arrayNewFixed(reader.u32(), reader.u32());
            case 0x09 -> make(RuntimeFunction.ARRAY_NEW_DATA, reader.u32(), reader.u32(), 2);
            case 0x0A -> make(RuntimeFunction.ARRAY_NEW_ELEM, reader.u32(), reader.u32(), 2);
            case 0x0B, 0x0C, 0x0D -> arrayGet(reader.u32(), number == 0x0C);
            case 0x0E -> arraySet(reader.u32());
            case 0x0F -> arrayLen();
            case 0x10 -> change(RuntimeFunction.ARRAY_FILL, reader.u32(), 0, 4);
            case 0x11 -> change(RuntimeFunction.ARRAY_COPY, reader.u32(), reader.u32(), 5);
            case 0x12 -> change(RuntimeFunction.ARRAY_INIT_DATA, reader.u32(), reader.u32(), 4);
            case 0x13 -> change(RuntimeFunction.ARRAY_INIT_ELEM, reader.u32(), reader.u32(), 4);
            case 0x14, 0x15 -> casts.test(number == 0x15, reader.heapType());
            case 0x16, 0x17 -> casts.cast(number == 0x17, reader.heapType());
            case 0x18, 0x19 -> casts.branch(number == 0x18);
            case 0x1A, 0x1B -> {} // one and the same word
            case 0x1C -> refI31();
            case 0x1D, 0x1E -> i31Get(number == 0x1D);
            default -> throw new InternalError("no code for 0xFB " + number + " at " + c.position);
        }
    }

    // ---- in Java

    /** Asks Java for an object: its operands stay in their slots until it is there. */
    private void make(RuntimeFunction function, int type, int second, int operands) {
        ask(function, type, second, operands);
        stack.dropTo(stack.top - operands);
        stack.push(ValueStack.REFERENCE, RAX);
    }

    private void change(RuntimeFunction function, int type, int second, int operands) {
        ask(function, type, second, operands);
        stack.dropTo(stack.top - operands);
    }

    private void ask(RuntimeFunction function, int type, int second, int operands) {
        stack.flushTop(operands);
        immediates[0] = type;
        immediates[1] = second;
        immediates[2] = stack.place(stack.top - operands);
        immediates[3] = stack.slotBytes();
        calls.runtime(function, immediates, 4, 0, ValueType.BOTTOM);
    }

    // ---- new objects

    private void structNew(int type) {
        ObjectType layout = c.context.objectType(type);
        int count = layout.fieldCount();
        if (count > INLINE) {
            make(RuntimeFunction.STRUCT_NEW, type, 0, count);
            return;
        }
        allocate(RuntimeFunction.STRUCT_ALLOCATE, layout, layout.bytes(), type, 0);
        int first = stack.top - count;
        for (int field = 0; field < count; field++) {
            write(layout.field(field), mem(RAX, layout.offset(field)), first + field);
        }
        stack.dropTo(first);
        stack.push(ValueStack.REFERENCE, RAX);
    }

    private void structNewDefault(int type) {
        ObjectType layout = c.context.objectType(type);
        allocate(RuntimeFunction.STRUCT_ALLOCATE, layout, layout.bytes(), type, 0);
        stack.push(ValueStack.REFERENCE, RAX);
    }

    private void arrayNewFixed(int type, int count) {
        if (count > INLINE || count < 0) {
            make(RuntimeFunction.ARRAY_NEW_FIXED, type, count, count);
            return;
        }
        ObjectType layout = c.context.objectType(type);
        allocate(RuntimeFunction.ARRAY_ALLOCATE, layout, layout.bytes(count), type, count);
        a.mi(Op.MOV, W32, mem(RAX, ObjectType.ARRAY_LENGTH), count);
        int first = stack.top - count;
        for (int index = 0; index < count; index++) {
            int offset = ObjectType.ELEMENTS + index * layout.elementBytes();
            write(layout.field(0), mem(RAX, offset), first + index);
        }
        stack.dropTo(first);
        stack.push(ValueStack.REFERENCE, RAX);
    }

    /** Makes an object of zeros in rax; all slots but constants are in memory then, and registers free. */
    private void allocate(RuntimeFunction function, ObjectType layout, long bytes, int type, int length) {
        stack.save(stack.top);
        stack.forgetRegisters();
        int back = a.newLabel();
        int slow = c.allocationStub(function, type, length, back);
        if (bytes > 1 << 20) {
            a.jmp(slow); // a structure of thousands of fields
        } else {
            a.mov(W64, RCX, Compilation.instance(InstanceLayout.HEAP));
            a.mov(W64, RAX, mem(RCX, HeapRecord.CURSOR));
            a.lea(RDX, mem(RAX, (int) bytes));
            a.cmp(W64, RDX, mem(RCX, HeapRecord.END));
            a.jcc(Cond.ABOVE, slow);
            a.mov(W64, mem(RCX, HeapRecord.CURSOR), RDX);
            a.movi(Convention.SCRATCH, layout.block());
            a.mov(W64, mem(RAX), Convention.SCRATCH);
        }
        a.bind(back);
    }

    /** Copies a slot, which is in memory or constant, to a place of a storage type. */
    private void write(int storage, long place, int slot) {
        if (storage == ValueType.V128) {
            stack.copyOut(slot, place);
            return;
        }
        int width = width(storage);
        if (stack.at[slot] == ValueStack.CONSTANT) {
            long constant = stack.constant[slot];
            if (width != W64 || constant == (int) constant) {
                a.mi(Op.MOV, width, place, immediate(width, constant));
                return;
            }
            a.movi(Convention.SCRATCH, constant);
        } else {
            a.mov(width == W64 ? W64 : W32, Convention.SCRATCH, stack.home(slot));
        }
        a.mr(Op.MOV, width, place, Convention.SCRATCH);
    }

    private static int immediate(int width, long constant) {
        return width == W8 ? (byte) constant : width == W16 ? (short) constant : (int) constant;
    }

    private static int width(int storage) {
        return switch (ValueType.sizeBytes(storage)) {
            case 1 -> W8;
            case 2 -> W16;
            case 4 -> W32;
            default -> W64;
        };
    }

    // ---- fields and elements

    private int notNull(int slot, TrapReason reason) {
        int register = stack.register(slot);
        a.test(W64, register, register);
        a.jcc(Cond.EQUAL, c.trap(reason));
        return register;
    }

    private void structGet(int type, int field, boolean signed) {
        ObjectType layout = c.context.objectType(type);
        int object = notNull(stack.top - 1, TrapReason.NULL_STRUCTURE_REFERENCE);
        stack.drop();
        read(layout.field(field), signed, mem(object, layout.offset(field)));
    }

    private void structSet(int type, int field) {
        ObjectType layout = c.context.objectType(type);
        int object = notNull(stack.top - 2, TrapReason.NULL_STRUCTURE_REFERENCE);
        store(layout.field(field), mem(object, layout.offset(field)));
        stack.drop();
    }

    private void arrayLen() {
        int array = notNull(stack.top - 1, TrapReason.NULL_ARRAY_REFERENCE);
        stack.drop();
        int register = c.target(false, array, 0);
        a.mov(W32, register, mem(array, ObjectType.ARRAY_LENGTH));
        stack.push(ValueType.I32, register);
    }

    private void arrayGet(int type, boolean signed) {
        ObjectType layout = c.context.objectType(type);
        long place = element(layout, stack.top - 2);
        stack.drop();
        stack.drop();
        read(layout.field(0), signed, place);
    }

    private void arraySet(int type) {
        ObjectType layout = c.context.objectType(type);
        long place = element(layout, stack.top - 3);
        store(layout.field(0), place);
        stack.drop();
        stack.drop();
    }

    /** The place of the element of the array in a slot whose index is in the next, within the array. */
    private long element(ObjectType layout, int slot) {
        int array = notNull(slot, TrapReason.NULL_ARRAY_REFERENCE);
        int index = stack.register(slot + 1);
        a.cmp(W32, index, mem(array, ObjectType.ARRAY_LENGTH));
        a.jcc(Cond.ABOVE_EQUAL, c.trap(TrapReason.ARRAY_OUT_OF_BOUNDS));
        int scale = Integer.numberOfTrailingZeros(layout.elementBytes());
        int masked = index;
        if (c.context.masking()) {
            // All ones if the index was below; where the branch was guessed wrong, element 0.
            a.sbb(W64, Convention.SCRATCH, Convention.SCRATCH);
            a.and(W64, Convention.SCRATCH, index);
            masked = Convention.SCRATCH;
        }
        if (scale > 3) {
            a.mov(W64, Convention.SCRATCH, masked);
            a.shli(W64, Convention.SCRATCH, scale);
            masked = Convention.SCRATCH;
            scale = 0;
        }
        return mem(array, masked, scale, ObjectType.ELEMENTS);
    }

    private void read(int storage, boolean signed, long place) {
        int type = Compilation.slotType(ValueType.unpacked(storage));
        int register = c.target(ValueStack.isFloat(type), -1, 0);
        switch (storage) {
            case ValueType.I8 -> a.rm(signed ? Op.MOVSX_8 : Op.MOVZX_8, W32, register, place);
            case ValueType.I16 -> a.rm(signed ? Op.MOVSX_16 : Op.MOVZX_16, W32, register, place);
            case ValueType.I32 -> a.rm(Op.MOV, W32, register, place);
            case ValueType.F32 -> a.rm(Op.MOVSS, register - ValueStack.XMM, place);
            case ValueType.F64 -> a.rm(Op.MOVSD, register - ValueStack.XMM, place);
            case ValueType.V128 -> a.movups(register - ValueStack.XMM, place);
            default -> a.rm(Op.MOV, W64, register, place);
        }
        stack.push(type, register);
    }

    /** Pops a value to a place, which may need the scratch register. */
    private void store(int storage, long place) {
        int slot = stack.top - 1;
        int width = width(storage);
        if (stack.at[slot] == ValueStack.CONSTANT) {
            long constant = stack.constant[slot];
            if (width != W64 || constant == (int) constant) {
                a.mi(Op.MOV, width, place, immediate(width, constant));
                stack.drop();
                return;
            }
        }
        int register = stack.register(slot);
        stack.drop();
        switch (storage) {
            case ValueType.F32 -> a.mr(Op.MOVSS, place, register - ValueStack.XMM);
            case ValueType.F64 -> a.mr(Op.MOVSD, place, register - ValueStack.XMM);
            case ValueType.V128 -> a.movups(place, register - ValueStack.XMM);
            default -> a.mr(Op.MOV, width, place, register);
        }
    }

    // ---- small integers

    private void refI31() {
        int value = stack.register(stack.top - 1);
        stack.drop();
        int register = c.target(false, value, 0);
        a.lea(W32, register, mem(value, value, 0, 1)); // twice it and one, the topmost bit lost
        stack.push(ValueStack.REFERENCE, register);
    }

    private void i31Get(boolean signed) {
        int held = notNull(stack.top - 1, TrapReason.NULL_I31_REFERENCE);
        stack.drop();
        int register = c.target(false, held, 0);
        if (register != held) {
            a.mov(W32, register, held);
        }
        if (signed) {
            a.sari(W32, register, 1);
        } else {
            a.shri(W32, register, 1);
        }
        stack.push(ValueType.I32, register);
    }
}
