package emberwall.engine.optimizing;

import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MemoryRecord;
import emberwall.engine.store.RuntimeFunction;
import emberwall.ir.Access;
import emberwall.ir.Context;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.VectorEval;
import emberwall.wasm.Immediate;
import emberwall.wasm.Meaning;
import emberwall.wasm.MemoryType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/** Accesses to linear memories. Where guard pages are, an access checks itself; elsewhere its address is compared first. */
final class Memories {
    /** Static offsets below reach no further than the guard pages, wherever the address points. */
    private static final long FURTHEST = Integer.MAX_VALUE - 16;

    private static final int NONE = -1;

    private final Translation t;
    private final Calls calls;

    // Where the access at work goes.
    private int base;
    private int index;
    private int displacement;
    private int access;

    Memories(Translation t, Calls calls) {
        this.t = t;
        this.calls = calls;
    }

    // ---- accesses

    void access(Opcode opcode, Meaning.Memory row) {
        boolean isLane = opcode.immediate() == Immediate.MEMARG_LANE;
        t.reader.alignment();
        int memory = t.reader.memory();
        long offset = t.reader.u64();
        int bytes = row.bytes();
        if (isLane) {
            lane(row.op().writesMemory(), memory, offset, bytes, t.reader.u8());
        } else if (row.op().writesMemory()) {
            int value = t.pop();
            locate(memory, offset, bytes, t.pop());
            store(row.op(), row.type(), value);
        } else {
            locate(memory, offset, bytes, t.pop());
            t.push(load(row.op(), row.type()));
        }
    }

    /** One lane of a vector, as a scalar. */
    private void lane(boolean stores, int memory, long offset, int bytes, int number) {
        Type shape = VectorEval.laneShape(bytes);
        Type scalar = bytes == 8 ? Type.I64 : Type.I32;
        int lane = t.b.i32(number);
        int vector = t.pop();
        locate(memory, offset, bytes, t.pop());
        if (stores) {
            Op op = bytes < 4 ? Op.EXTRACT_LANE_U : Op.EXTRACT_LANE;
            store(storing(bytes, scalar), scalar, t.b.compute(op, shape, vector, lane));
        } else {
            int value = load(loading(bytes, scalar), scalar);
            t.push(t.b.compute(Op.REPLACE_LANE, shape, vector, value, lane));
        }
    }

    /** The operator that loads so many bytes, extended with zeros to a type. */
    static Op loading(int bytes, Type type) {
        return switch (bytes) {
            case 1 -> Op.LOAD8_U;
            case 2 -> Op.LOAD16_U;
            case 4 -> type == Type.I64 ? Op.LOAD32_U : Op.LOAD;
            default -> Op.LOAD;
        };
    }

    /** The operator that stores the lower bytes of a type. */
    static Op storing(int bytes, Type type) {
        return switch (bytes) {
            case 1 -> Op.STORE8;
            case 2 -> Op.STORE16;
            case 4 -> type == Type.I64 ? Op.STORE32 : Op.STORE;
            default -> Op.STORE;
        };
    }

    private int load(Op op, Type type) {
        return index == NONE
                ? t.b.load(op, type, base, displacement, access)
                : t.b.load(op, type, base, index, displacement, access);
    }

    private void store(Op op, Type type, int value) {
        if (index == NONE) {
            t.b.store(op, type, base, displacement, value, access);
        } else {
            t.b.store(op, type, base, index, displacement, value, access);
        }
    }

    // ---- addresses

    /** Says where an access goes: checked, or known to end in guard pages. */
    private void locate(int memory, long offset, int bytes, int address) {
        boolean near = offset >= 0 && offset <= FURTHEST;
        boolean guarded = t.context.guarded(memory);
        access = Access.of(Aliases.MEMORY);
        if (t.graph.isConstant(address) && near) {
            long first = t.graph.bits(address);
            long place = first + offset;
            boolean inside = place + bytes <= minimumBytes(memory);
            if (first >= 0 && first <= FURTHEST && place <= FURTHEST && (guarded || inside)) {
                at(base(memory), NONE, (int) place);
                access |= inside ? 0 : Access.TRAPS;
                return;
            }
        }
        int wide = t.wide(address);
        if (guarded && near) {
            at(base(memory), wide, (int) offset);
            access |= t.context.isShort(memory) ? Access.TRAPS | Access.SHORT : Access.TRAPS;
            return;
        }
        boolean address64 = t.module.memory(memory).address64();
        boolean masked = t.context.masking() && (t.context.moves(memory) || !near);
        if (near && offset + bytes <= minimumBytes(memory) && (masked || address64)) {
            below(memory, wide, offset, bytes, masked);
        } else {
            checked(memory, address, offset, bytes, address64, masked);
        }
    }

    private void at(int itsBase, int itsIndex, int itsDisplacement) {
        base = itsBase;
        index = itsIndex;
        displacement = itsDisplacement;
    }

    /** The size that a memory has at least; a smaller one if it is beyond all offsets. */
    private long minimumBytes(int memory) {
        MemoryType type = t.module.memory(memory);
        long pages = Long.compareUnsigned(type.minimum(), FURTHEST) > 0 ? FURTHEST : type.minimum();
        return pages << type.pageSizeLog2();
    }

    private int base(int memory) {
        return memory == 0
                ? t.b.context(Context.MEMORY0)
                : t.word(record(memory), MemoryRecord.BASE, Aliases.MEMORY_RECORD);
    }

    private int record(int memory) {
        return t.instanceWord(t.layout.memoryRecord(memory));
    }

    private int bound(int memory) {
        int bound = memory == 0
                ? t.growing(Type.I64, t.b.context(Context.INSTANCE), InstanceLayout.MEMORY_BOUND, Aliases.MEMORY_RECORD)
                : t.growing(Type.I64, record(memory), MemoryRecord.BOUND, Aliases.MEMORY_RECORD);
        return t.b.atLeast(bound, minimumBytes(memory));
    }

    /**
     * Compares an index with the last one whose access ends in the memory, which is known to have one. The smaller of the two
     * is used where the branch may be guessed wrong.
     */
    private void below(int memory, int address, long offset, int bytes, boolean masked) {
        int last = t.b.compute(Op.SUB, Type.I64, bound(memory), t.b.i64(offset + bytes));
        t.b.trapIf(t.b.compute(Op.LT_U, Type.I64, last, address), TrapReason.MEMORY_OUT_OF_BOUNDS);
        int index = masked ? t.b.select(t.b.compute(Op.GE_U, Type.I64, last, address), address, last) : address;
        at(base(memory), index, (int) offset);
    }

    /** Compares the end of an access with the memory's size. */
    private void checked(int memory, int address, long offset, int bytes, boolean address64, boolean masked) {
        long total = offset + bytes; // unsigned
        if (offset < 0 && total >= 0) {
            t.b.trapIf(t.b.i32(1), TrapReason.MEMORY_OUT_OF_BOUNDS); // beyond all addresses
            total = 0;
        }
        int distance = t.b.i64(total);
        int wide = t.wide(address);
        int end = t.b.compute(Op.ADD, Type.I64, wide, distance);
        int outside = t.b.compute(Op.LT_U, Type.I64, bound(memory), end);
        if (address64) {
            outside = t.b.compute(Op.OR, Type.I32, outside, t.b.compute(Op.LT_U, Type.I64, end, distance));
        }
        t.b.trapIf(outside, first(memory, address, total), TrapReason.MEMORY_OUT_OF_BOUNDS);
        if (masked) {
            end = t.b.select(outside, t.b.i64(bytes), end); // where a branch was guessed wrong, byte 0
        } else if (offset >= 0 && offset <= FURTHEST) {
            at(base(memory), wide, (int) offset);
            return;
        }
        at(base(memory), end, -bytes);
    }

    /** What tells of most addresses that so much of memory is behind them, without a sum; or -1. */
    private int first(int memory, int address, long total) {
        if (memory != 0 || total < 0 || total > InstanceLayout.MEMORY_ROOM || t.graph.type(address) != Type.I32) {
            return NONE;
        }
        int near =
                t.growing(Type.I32, t.b.context(Context.INSTANCE), InstanceLayout.MEMORY_NEAR, Aliases.MEMORY_RECORD);
        return t.b.compute(Op.GE_U, Type.I32, address, near);
    }

    // ---- atomic accesses

    void atomic(Opcode opcode, Meaning.Memory row) {
        if (row.op() == Op.ATOMIC_FENCE) {
            t.reader.u8();
            t.b.fence();
            return;
        }
        t.reader.alignment();
        int memory = t.reader.memory();
        long offset = t.reader.u64();
        switch (row.op()) {
            case ATOMIC_NOTIFY -> meet(RuntimeFunction.MEMORY_NOTIFY, 2, memory, offset);
            case ATOMIC_WAIT ->
                meet(
                        row.type() == Type.I32 ? RuntimeFunction.MEMORY_WAIT32 : RuntimeFunction.MEMORY_WAIT64,
                        3,
                        memory,
                        offset);
            default -> atomic(row, memory, offset);
        }
    }

    private void atomic(Meaning.Memory row, int memory, long offset) {
        int[] operands = t.pop(row.op().arity() - 1);
        int address = t.pop();
        aligned(address, offset, row.bytes());
        locate(memory, offset, row.bytes(), address);
        Op op = row.op();
        if (op == Op.ATOMIC_SUB) {
            op = Op.ATOMIC_ADD;
            operands[0] = t.b.compute(Op.SUB, row.type(), t.b.constant(row.type(), 0), operands[0]);
        }
        int itsAccess = Access.atomic(Aliases.MEMORY, row.bytes()) | access & Access.TRAPS;
        int itsIndex = index == NONE ? t.b.i64(0) : index;
        int value = t.b.atomic(op, row.type(), base, itsIndex, displacement, itsAccess, operands);
        if (op != Op.ATOMIC_STORE) {
            t.push(value);
        }
    }

    /** Traps where an address is no multiple of the bytes that are accessed. */
    private void aligned(int address, long offset, int bytes) {
        if (bytes > 1) {
            Type type = t.graph.type(address);
            int sum = t.b.compute(Op.ADD, type, address, t.b.constant(type, offset & bytes - 1));
            int past = t.b.compute(Op.AND, type, sum, t.b.constant(type, bytes - 1));
            t.b.trapIf(t.b.compute(Op.NE, type, past, t.b.constant(type, 0)), TrapReason.UNALIGNED_ATOMIC);
        }
    }

    /** Waiting and waking are for Java to do. */
    private void meet(RuntimeFunction function, int operands, int memory, long offset) {
        int[] words = new int[3 + operands];
        words[0] = t.b.i32(memory);
        words[1] = t.b.i32((int) offset);
        words[2] = t.b.i32((int) (offset >>> 32));
        System.arraycopy(t.pop(operands), 0, words, 3, operands);
        t.push(t.narrow(calls.runtime(function, words), ValueType.I32));
    }

    // ---- sizes

    void size() {
        int memory = t.reader.u32();
        MemoryType type = t.module.memory(memory);
        int pages = t.b.compute(Op.SHR_U, Type.I64, bound(memory), t.b.i64(type.pageSizeLog2()));
        t.push(t.narrow(pages, type.addressType()));
    }

    void grow() {
        int memory = t.reader.u32();
        int old = calls.runtime(RuntimeFunction.MEMORY_GROW, t.b.i32(memory), t.pop());
        t.push(t.narrow(old, t.module.memory(memory).addressType()));
    }
}
