package emberwall.ir;

import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A small memory, and functions to call. It keeps a record of what was done to it. */
final class TestWorld implements Interpreter.World {
    /** Addresses with other bits are outside, now and then. */
    static final long MASK = 0x1FF;

    /** Where a second part of the memory begins, which never meets the first one. */
    static final long CELLS = 0x1000;

    /** Where there is a word that says how long the first part is, nearly. */
    static final long BOUND = 0x2000;
    /** What that word is at least. */
    static final long LEAST_BOUND = 100;

    private static final int SIZE = 500;
    private static final int CELLS_SIZE = 64;

    private final ByteBuffer memory = ByteBuffer.allocate(SIZE + CELLS_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private int grown;
    private final List<String> calls = new ArrayList<>();

    @Override
    public V128 load(Op op, Type type, long address) {
        if (address == BOUND) {
            return new V128(SIZE - 100 + grown, 0);
        }
        int bits = bits(op, type);
        long word = 0;
        int at = check(address, bits / 8);
        for (int i = 0; i < bits; i += 8) {
            word |= (memory.get(at + i / 8) & 0xFFL) << i;
        }
        boolean signed = op == Op.LOAD8_S || op == Op.LOAD16_S || op == Op.LOAD32_S;
        long extended = signed ? word << 64 - bits >> 64 - bits : word;
        return new V128(type.bits() == 32 ? extended & 0xFFFF_FFFFL : extended, 0);
    }

    @Override
    public void store(Op op, Type type, long address, V128 written) {
        int bits = bits(op, type);
        int at = check(address, bits / 8);
        for (int i = 0; i < bits; i += 8) {
            memory.put(at + i / 8, (byte) (written.low() >> i));
        }
    }

    private static int bits(Op op, Type type) {
        return switch (op) {
            case LOAD, STORE -> type.bits();
            case LOAD8_S, LOAD8_U, STORE8 -> 8;
            case LOAD16_S, LOAD16_U, STORE16 -> 16;
            case LOAD32_S, LOAD32_U, STORE32 -> 32;
            default -> throw new IllegalArgumentException(op.toString());
        };
    }

    @Override
    public V128 atomic(Op op, Type type, int bytes, long address, List<V128> operands) {
        int at = check(address, bytes);
        int old = memory.getShort(at) & 0xFFFF;
        int operand = (int) operands.getFirst().low();
        memory.putShort(at, (short) (op == Op.ATOMIC_ADD ? old + operand : operand));
        return new V128(old, 0);
    }

    private static int check(long address, int bytes) {
        if (address >= CELLS && address <= CELLS + CELLS_SIZE - bytes) {
            return SIZE + (int) (address - CELLS);
        }
        if (address < 0 || address > SIZE - bytes) {
            throw new Interpreter.TrapException(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        return (int) address;
    }

    /** Others write to both parts, and say that the first one is longer. */
    @Override
    public void poll() {
        grown = Math.min(grown + 9, 100);
        for (int at = 0; at < 24; at += 4) {
            memory.put(at, (byte) (memory.get(at) + 1));
            memory.put(SIZE + at, (byte) (memory.get(SIZE + at) + 3));
        }
    }

    @Override
    public List<V128> call(Callee callee, List<V128> arguments) {
        calls.add(callee.name() + arguments);
        poll();
        long a = arguments.get(0).low();
        long b = arguments.get(1).low();
        if (callee.name().equals("risky") && (a ^ b) % 3 != 0) {
            throw new Interpreter.CaughtException(
                    1 + (int) (a & 1), List.of(new V128(b, 0), new V128(a & 0xFFFF_FFFFL, 0)));
        }
        if (callee.name().equals("last")) {
            return Collections.nCopies(GraphGenerator.RESULTS.size(), new V128(a, 0));
        }
        return List.of(new V128(a * 31 + b, 0), new V128(a + b & 0xFFFF_FFFFL, 0));
    }

    @Override
    public long address(Context context) {
        return 8L * context.ordinal();
    }

    @Override
    public String toString() {
        return Arrays.hashCode(memory.array()) + " " + calls;
    }
}
