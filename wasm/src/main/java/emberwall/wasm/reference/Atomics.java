package emberwall.wasm.reference;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.WaitQueues;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Atomic accesses: all of them sequentially consistent, on memories shared or not. Java compares and sets words of four
 * and eight bytes only, so narrower cells are changed within the word of four that holds them.
 */
final class Atomics {
    /** The byte that begins these instructions. */
    static final int PREFIX = 0xFE;

    private static final VarHandle INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    /** How long a guest waits for another one, in nanoseconds, before it looks whether it shall end. */
    private static final long PATIENCE = 5_000_000;

    private record Patience(Store store) implements WaitQueues.Patience {
        @Override
        public void check() {
            if (Thread.currentThread().isInterrupted()) {
                store.requestAttention();
            }
            store.poll();
        }

        @Override
        public long nanos() {
            return PATIENCE;
        }
    }

    private final Interpreter interpreter;
    private final Store store;
    private int resume;

    Atomics(Interpreter interpreter, Store store) {
        this.interpreter = interpreter;
        this.store = store;
    }

    /** Where the code goes on after the last instruction done here. */
    int resume() {
        return resume;
    }

    /** Does an instruction whose immediates are at {@code pc}; gives the new {@code sp}. */
    int execute(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        Meaning.Memory access = (Meaning.Memory) opcode.meaning();
        if (access.op() == Op.ATOMIC_FENCE) {
            VarHandle.fullFence();
            resume = pc + 1;
            return sp;
        }
        MemoryInstance memory = interpreter.memory(instance, bytes, pc);
        resume = interpreter.afterMemory();
        long offset = Leb128.u64(bytes, resume);
        resume = Leb128.skip(bytes, resume);
        long[] w = interpreter.words;
        int at = sp - access.op().arity();
        long address = memory.placeAligned(w[at], offset, access.bytes());
        switch (access.op()) {
            case ATOMIC_STORE -> {
                set(memory.cells(), address, access.bytes(), w[at + 1]);
                return at;
            }
            case ATOMIC_LOAD -> w[at] = get(memory.cells(), address, access.bytes());
            case ATOMIC_NOTIFY -> w[at] = memory.notify(address, (int) w[at + 1]);
            case ATOMIC_WAIT -> w[at] = await(memory, address, access.type(), w[at + 1], w[at + 2]);
            default -> w[at] = modify(access.op(), memory.cells(), address, access.bytes(), w, at);
        }
        return at + 1;
    }

    private int await(MemoryInstance memory, long address, Type type, long expected, long timeout) {
        WaitQueues waiters = memory.waiters();
        if (waiters == null) {
            throw TrapSignal.of(TrapReason.EXPECTED_SHARED_MEMORY);
        }
        MemorySegment cells = memory.cells();
        return waiters.await(
                address, () -> get(cells, address, type.bytes()) == expected, timeout, new Patience(store));
    }

    /** Reads, computes and writes in one step; gives what was there. */
    private static long modify(Op op, MemorySegment cells, long address, int bytes, long[] w, int at) {
        long mask = -1L >>> 64 - 8 * bytes;
        while (true) {
            long old = get(cells, address, bytes);
            if (op == Op.ATOMIC_COMPARE_EXCHANGE && old != (w[at + 1] & mask)) {
                return old;
            }
            if (compareAndSet(cells, address, bytes, old, updated(op, old, w, at) & mask)) {
                return old;
            }
        }
    }

    private static long updated(Op op, long old, long[] w, int at) {
        return switch (op) {
            case ATOMIC_ADD -> old + w[at + 1];
            case ATOMIC_SUB -> old - w[at + 1];
            case ATOMIC_AND -> old & w[at + 1];
            case ATOMIC_OR -> old | w[at + 1];
            case ATOMIC_XOR -> old ^ w[at + 1];
            case ATOMIC_EXCHANGE -> w[at + 1];
            case ATOMIC_COMPARE_EXCHANGE -> w[at + 2];
            default -> throw new InternalError("not atomic: " + op);
        };
    }

    private static long get(MemorySegment cells, long address, int bytes) {
        return switch (bytes) {
            case 1 -> (byte) BYTE.getVolatile(cells, address) & 0xffL;
            case 2 -> (short) SHORT.getVolatile(cells, address) & 0xffffL;
            case 4 -> (int) INT.getVolatile(cells, address) & 0xffff_ffffL;
            default -> (long) LONG.getVolatile(cells, address);
        };
    }

    private static void set(MemorySegment cells, long address, int bytes, long value) {
        switch (bytes) {
            case 1 -> BYTE.setVolatile(cells, address, (byte) value);
            case 2 -> SHORT.setVolatile(cells, address, (short) value);
            case 4 -> INT.setVolatile(cells, address, (int) value);
            default -> LONG.setVolatile(cells, address, value);
        }
    }

    /** May fail without a reason if bytes beside the cell change. */
    private static boolean compareAndSet(MemorySegment cells, long address, int bytes, long expected, long value) {
        if (bytes == 8) {
            return LONG.compareAndSet(cells, address, expected, value);
        }
        long word = address & -4;
        int shift = (int) (address - word) * 8;
        int mask = (int) (-1L >>> 64 - 8 * bytes) << shift;
        int around = (int) INT.getVolatile(cells, word) & ~mask;
        return INT.compareAndSet(cells, word, around | (int) expected << shift, around | (int) value << shift);
    }
}
