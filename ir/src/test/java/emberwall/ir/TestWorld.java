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

    private static final int SIZE = 500;

    private final ByteBuffer memory = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final List<String> calls = new ArrayList<>();

    @Override
    public V128 load(Op op, Type type, long address) {
        long bits = switch (op) {
            case LOAD8_U -> memory.get(check(address, 1)) & 0xFFL;
            case LOAD32_S -> memory.getInt(check(address, 4));
            case LOAD ->
                type == Type.I32 ? memory.getInt(check(address, 4)) & 0xFFFF_FFFFL : memory.getLong(check(address, 8));
            default -> throw new IllegalArgumentException(op.toString());
        };
        return new V128(bits, 0);
    }

    @Override
    public void store(Op op, Type type, long address, V128 written) {
        switch (op) {
            case STORE8 -> memory.put(check(address, 1), (byte) written.low());
            case STORE -> {
                if (type == Type.I32) {
                    memory.putInt(check(address, 4), (int) written.low());
                } else {
                    memory.putLong(check(address, 8), written.low());
                }
            }
            default -> throw new IllegalArgumentException(op.toString());
        }
    }

    private static int check(long address, int bytes) {
        if (address < 0 || address > SIZE - bytes) {
            throw new Interpreter.TrapException(TrapReason.MEMORY_OUT_OF_BOUNDS);
        }
        return (int) address;
    }

    @Override
    public List<V128> call(Callee callee, List<V128> arguments) {
        calls.add(callee.name() + arguments);
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
