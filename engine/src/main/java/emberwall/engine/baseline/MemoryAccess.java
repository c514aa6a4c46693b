package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MemoryRecord;
import emberwall.op.TrapReason;
import emberwall.wasm.MemoryType;
import emberwall.wasm.ValueType;

/** Loads and stores. Where guard pages are, an address is checked by the access itself; elsewhere it is compared first. */
final class MemoryAccess {
    /** Static offsets below reach no further than the guard pages, wherever the address points. */
    private static final long FURTHEST = Integer.MAX_VALUE - 16;

    private static final int FIRST_LOAD = 0x28;
    private static final int FIRST_STORE = 0x36;

    /** The value types of loads, then of stores. */
    private static final byte[] TYPES = {
        ValueType.I32,
        ValueType.I64,
        ValueType.F32,
        ValueType.F64,
        ValueType.I32,
        ValueType.I32,
        ValueType.I32,
        ValueType.I32,
        ValueType.I64,
        ValueType.I64,
        ValueType.I64,
        ValueType.I64,
        ValueType.I64,
        ValueType.I64,
        ValueType.I32,
        ValueType.I64,
        ValueType.F32,
        ValueType.F64,
        ValueType.I32,
        ValueType.I32,
        ValueType.I64,
        ValueType.I64,
        ValueType.I64
    };

    private static final byte[] BYTES = {4, 8, 4, 8, 1, 1, 2, 2, 1, 1, 2, 2, 4, 4, 4, 8, 4, 8, 1, 2, 1, 2, 4};

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;

    /** The register of the last address that is of no use after the access, or -1. */
    private int addressRegister;

    MemoryAccess(Compilation c) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
    }

    void load(int code) {
        c.reader.alignment();
        int memory = c.reader.memory();
        long offset = c.reader.u64();
        int row = code - FIRST_LOAD;
        int type = TYPES[row];
        long place = address(memory, offset, BYTES[row]);
        boolean isFloat = ValueStack.isFloat(type);
        int register = c.target(isFloat, isFloat ? -1 : addressRegister, 0);
        note();
        switch (code) {
            case 0x28 -> a.rm(Op.MOV, W32, register, place);
            case 0x29 -> a.rm(Op.MOV, W64, register, place);
            case 0x2A -> a.rm(Op.MOVSS, register - ValueStack.XMM, place);
            case 0x2B -> a.rm(Op.MOVSD, register - ValueStack.XMM, place);
            case 0x2C -> a.rm(Op.MOVSX_8, W32, register, place);
            case 0x2D, 0x31 -> a.rm(Op.MOVZX_8, W32, register, place);
            case 0x2E -> a.rm(Op.MOVSX_16, W32, register, place);
            case 0x2F, 0x33 -> a.rm(Op.MOVZX_16, W32, register, place);
            case 0x30 -> a.rm(Op.MOVSX_8, W64, register, place);
            case 0x32 -> a.rm(Op.MOVSX_16, W64, register, place);
            case 0x34 -> a.rm(Op.MOVSXD, W64, register, place);
            default -> a.rm(Op.MOV, W32, register, place);
        }
        stack.push(type, register);
    }

    void store(int code) {
        c.reader.alignment();
        int memory = c.reader.memory();
        long offset = c.reader.u64();
        int row = code - FIRST_STORE + 14;
        int bytes = BYTES[row];
        int value = stack.top - 1;
        int width = bytes == 8 ? W64 : bytes == 4 ? W32 : bytes == 2 ? W16 : W8;
        long constant = stack.constant[value];
        boolean immediate = stack.at[value] == ValueStack.CONSTANT && (bytes < 8 || constant == (int) constant);
        int register = immediate ? 0 : stack.register(value);
        stack.drop();
        long place = address(memory, offset, bytes);
        note();
        if (immediate) {
            a.mi(Op.MOV, width, place, bytes == 1 ? (byte) constant : bytes == 2 ? (short) constant : (int) constant);
        } else if (register < ValueStack.XMM) {
            a.mr(Op.MOV, width, place, register);
        } else if (bytes == 4) {
            a.mr(Op.MOVSS, place, register - ValueStack.XMM);
        } else {
            a.mr(Op.MOVSD, place, register - ValueStack.XMM);
        }
    }

    /** Notes that the instruction that comes may find no memory. */
    void note() {
        if (c.positions.isTaken(a.position())) {
            a.nop(1); // a return address must not be the address of an instruction that may fault
        }
        c.positions.trap(a.position(), c.position, TrapReason.MEMORY_OUT_OF_BOUNDS.ordinal());
    }

    /** Pops an address and makes an operand of it that can be accessed: checked, or known to end in guard pages. */
    long address(int memory, long offset, int bytes) {
        int slot = stack.top - 1;
        addressRegister = -1;
        boolean near = offset >= 0 && offset <= FURTHEST;
        boolean guarded = c.context.guarded(memory);
        if (stack.at[slot] == ValueStack.CONSTANT && near) {
            long address = stack.constant[slot];
            long last = address + offset;
            if (address >= 0
                    && address <= FURTHEST
                    && last <= FURTHEST
                    && (guarded || last + bytes <= minimumBytes(memory))) {
                stack.drop();
                return mem(base(memory), (int) last);
            }
        }
        int index = stack.register(slot);
        addressRegister = index;
        stack.drop();
        if (guarded && near) {
            return mem(base(memory), index, 0, (int) offset);
        }
        long total = offset + bytes; // unsigned
        boolean masked = c.context.masking() && (c.context.moves(memory) || !near);
        if (near
                && total <= minimumBytes(memory)
                && (masked || c.module.memory(memory).address64())) {
            return below(memory, index, offset, bytes, masked);
        }
        return checked(memory, index, offset, bytes, masked);
    }

    /** The size that a memory has at least; a smaller one if it is beyond all offsets. */
    private long minimumBytes(int memory) {
        MemoryType type = c.module.memory(memory);
        long pages = Long.compareUnsigned(type.minimum(), FURTHEST) > 0 ? FURTHEST : type.minimum();
        return pages << type.pageSizeLog2();
    }

    /** A register with the address of a memory's first byte, pinned. */
    private int base(int memory) {
        if (memory == 0) {
            return Convention.MEM0;
        }
        int base = record(memory);
        a.mov(W64, base, mem(base, MemoryRecord.BASE));
        return base;
    }

    /** A register with the address of a memory's record, pinned. */
    private int record(int memory) {
        int record = stack.allocateInt();
        stack.pin(record);
        a.mov(W64, record, Compilation.instance(c.layout.memoryRecord(memory)));
        return record;
    }

    /**
     * Compares an index with the last one whose access ends in the memory, which is known to have one. The smaller of the
     * two is used where the branch may be guessed wrong: that index does not wait for the mask to be made.
     */
    private long below(int memory, int index, long offset, int bytes, boolean masked) {
        int last = Convention.SCRATCH;
        int base = Convention.MEM0;
        if (memory == 0) {
            a.mov(W64, last, Compilation.instance(InstanceLayout.MEMORY_BOUND));
        } else {
            base = record(memory);
            a.mov(W64, last, mem(base, MemoryRecord.BOUND));
            a.mov(W64, base, mem(base, MemoryRecord.BASE));
        }
        a.subi(W64, last, (int) (offset + bytes));
        a.cmp(W64, last, index);
        a.jcc(Cond.BELOW, c.trap(TrapReason.MEMORY_OUT_OF_BOUNDS));
        if (!masked) {
            return mem(base, index, 0, (int) offset);
        }
        a.cmov(Cond.ABOVE_EQUAL, W64, last, index);
        return mem(base, last, 0, (int) offset);
    }

    /** Compares the end of an access with the memory's size. */
    private long checked(int memory, int index, long offset, int bytes, boolean masked) {
        int end = Convention.SCRATCH;
        boolean wide = c.module.memory(memory).address64();
        long total = offset + bytes;
        int overflow = c.trap(TrapReason.MEMORY_OUT_OF_BOUNDS);
        if (offset < 0 && total >= 0) {
            a.jmp(overflow); // beyond all addresses; what follows is never reached
            total = 0;
        }
        int instead = -1;
        if (masked) {
            instead = stack.allocateInt(); // where a branch was guessed wrong, byte 0
            stack.pin(instead);
            a.movi(W32, instead, bytes);
        }
        boolean small = total >= 0 && total <= FURTHEST;
        if (small && !wide) {
            a.lea(end, mem(index, (int) total));
        } else {
            a.movi(end, total);
            a.add(W64, end, index);
            if (wide) {
                a.jcc(Cond.BELOW, overflow);
                if (masked) {
                    a.cmov(Cond.BELOW, W64, end, instead);
                }
            }
        }
        int base = memory == 0 ? Convention.MEM0 : record(memory);
        long bound = memory == 0 ? Compilation.instance(InstanceLayout.MEMORY_BOUND) : mem(base, MemoryRecord.BOUND);
        a.cmp(W64, bound, end);
        a.jcc(Cond.BELOW, overflow);
        if (masked) {
            a.cmov(Cond.BELOW, W64, end, instead);
        }
        if (memory != 0) {
            a.mov(W64, base, mem(base, MemoryRecord.BASE));
        } else if (!masked && small && !wide && offset <= FURTHEST) {
            return mem(base, index, 0, (int) offset);
        }
        return mem(base, end, 0, -bytes);
    }

    // ---- sizes

    void size() {
        int memory = c.reader.u32();
        MemoryType type = c.module.memory(memory);
        int register = c.target(false, -1, 0);
        if (memory == 0) {
            a.mov(W64, register, Compilation.instance(InstanceLayout.MEMORY_BOUND));
        } else {
            a.mov(W64, register, Compilation.instance(c.layout.memoryRecord(memory)));
            a.mov(W64, register, mem(register, MemoryRecord.BOUND));
        }
        if (type.pageSizeLog2() > 0) {
            a.shri(W64, register, type.pageSizeLog2());
        }
        stack.push(type.addressType(), register);
    }
}
