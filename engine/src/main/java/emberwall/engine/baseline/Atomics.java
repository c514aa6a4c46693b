package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.engine.store.RuntimeFunction;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/**
 * Atomic accesses. Loads of this processor are sequentially consistent as long as stores are followed by a barrier, which
 * every locked instruction is: a store is an exchange (Intel 64 manual, volume 3, 9.2.3). The alignment of an address is
 * checked before its bounds are.
 */
final class Atomics {
    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final MemoryAccess memory;
    private final Calls calls;
    private final int[] immediates = new int[3];

    Atomics(Compilation c, MemoryAccess memory, Calls calls) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.memory = memory;
        this.calls = calls;
    }

    /** An instruction behind its prefix. */
    void compile() {
        Meaning.Memory access = (Meaning.Memory)
                Opcode.of(Opcode.PREFIX_THREADS, c.reader.u32()).meaning();
        if (access.op() == emberwall.op.Op.ATOMIC_FENCE) {
            c.reader.u8();
            a.mfence();
            return;
        }
        c.reader.alignment();
        int index = c.reader.memory();
        long offset = c.reader.u64();
        int bytes = access.bytes();
        int type = access.type() == Type.I32 ? ValueType.I32 : ValueType.I64;
        switch (access.op()) {
            case ATOMIC_LOAD -> load(type, index, offset, bytes);
            case ATOMIC_STORE -> exchange(access.op(), type, index, offset, bytes);
            case ATOMIC_ADD, ATOMIC_SUB, ATOMIC_EXCHANGE -> exchange(access.op(), type, index, offset, bytes);
            case ATOMIC_AND -> loop(Op.AND, type, index, offset, bytes);
            case ATOMIC_OR -> loop(Op.OR, type, index, offset, bytes);
            case ATOMIC_XOR -> loop(Op.XOR, type, index, offset, bytes);
            case ATOMIC_COMPARE_EXCHANGE -> compareExchange(type, index, offset, bytes);
            case ATOMIC_NOTIFY -> meet(RuntimeFunction.MEMORY_NOTIFY, 2, index, offset);
            case ATOMIC_WAIT -> {
                boolean narrow = type == ValueType.I32;
                meet(narrow ? RuntimeFunction.MEMORY_WAIT32 : RuntimeFunction.MEMORY_WAIT64, 3, index, offset);
            }
            default -> throw new InternalError("not atomic: " + access.op());
        }
    }

    private static int width(int bytes) {
        return bytes == 8 ? W64 : bytes == 4 ? W32 : bytes == 2 ? W16 : W8;
    }

    /** Pops an address and makes an operand of it: aligned, and checked as all addresses are. */
    private long address(int index, long offset, int bytes) {
        int slot = stack.top - 1;
        int low = bytes - 1;
        int past = (int) offset & low;
        if (stack.at[slot] == ValueStack.CONSTANT) {
            if ((stack.constant[slot] + past & low) != 0) {
                a.jmp(c.trap(TrapReason.UNALIGNED_ATOMIC)); // what follows is never reached
            }
        } else if (low != 0) {
            int register = stack.register(slot);
            if (past != 0) {
                a.lea(Convention.SCRATCH, mem(register, past));
                register = Convention.SCRATCH;
            }
            a.testi(W8, register, low);
            a.jcc(Cond.NOT_EQUAL, c.trap(TrapReason.UNALIGNED_ATOMIC));
        }
        return memory.address(index, offset, bytes);
    }

    /** Loads an integer, extended with zeros. */
    private void fetch(int register, long place, int bytes) {
        memory.note();
        switch (bytes) {
            case 1 -> a.movzx8(register, place);
            case 2 -> a.movzx16(register, place);
            default -> a.mov(width(bytes), register, place);
        }
    }

    /** Extends what the lower bytes of a register hold with zeros. */
    private void extend(int register, int bytes) {
        switch (bytes) {
            case 1 -> a.movzx8(register, register);
            case 2 -> a.movzx16(register, register);
            case 4 -> a.mov(W32, register, register);
            default -> {}
        }
    }

    private void load(int type, int index, long offset, int bytes) {
        long place = address(index, offset, bytes);
        int register = c.target(false, -1, 0);
        fetch(register, place, bytes);
        stack.push(type, register);
    }

    /** Pops a value into a register that nothing else is in, pinned. */
    private int own() {
        int value = stack.register(stack.top - 1);
        stack.drop();
        if (stack.isFree(value)) {
            return value;
        }
        int copy = stack.allocateInt();
        stack.pin(copy);
        a.mov(W64, copy, value);
        return copy;
    }

    /** What one instruction does that leaves in its register what was in memory. */
    private void exchange(emberwall.op.Op op, int type, int index, long offset, int bytes) {
        int value = own();
        long place = address(index, offset, bytes);
        int width = width(bytes);
        if (op == emberwall.op.Op.ATOMIC_SUB) {
            a.neg(W64, value);
        }
        memory.note();
        if (op == emberwall.op.Op.ATOMIC_ADD || op == emberwall.op.Op.ATOMIC_SUB) {
            a.lock();
            a.mr(Op.XADD, width, place, value);
        } else {
            a.xchg(width, place, value);
        }
        if (op != emberwall.op.Op.ATOMIC_STORE) {
            extend(value, bytes);
            stack.push(type, value);
        }
    }

    /** Empties the register that {@code cmpxchg} wants. */
    private void reserve() {
        stack.vacate(RAX);
        stack.pin(RAX);
    }

    /** Computes from what is there, until nobody has changed it meanwhile. */
    private void loop(Op op, int type, int index, long offset, int bytes) {
        reserve();
        int value = stack.register(stack.top - 1);
        stack.drop();
        int result = stack.allocateInt();
        stack.pin(result);
        long place = address(index, offset, bytes);
        int again = a.newLabel();
        fetch(RAX, place, bytes);
        a.bind(again);
        a.mov(W64, result, RAX);
        a.rr(op, W64, result, value);
        memory.note();
        a.lock();
        a.mr(Op.CMPXCHG, width(bytes), place, result);
        a.jcc(Cond.NOT_EQUAL, again);
        stack.push(type, RAX);
    }

    private void compareExchange(int type, int index, long offset, int bytes) {
        reserve();
        int replacement = stack.register(stack.top - 1);
        stack.drop();
        int expected = stack.register(stack.top - 1);
        stack.drop();
        a.mov(W64, RAX, expected);
        long place = address(index, offset, bytes);
        memory.note();
        a.lock();
        a.mr(Op.CMPXCHG, width(bytes), place, replacement);
        extend(RAX, bytes);
        stack.push(type, RAX);
    }

    /** Waiting and waking are for Java to do. */
    private void meet(RuntimeFunction function, int operands, int index, long offset) {
        immediates[0] = index;
        immediates[1] = (int) offset;
        immediates[2] = (int) (offset >>> 32);
        calls.runtime(function, immediates, 3, operands, ValueType.I32);
    }
}
