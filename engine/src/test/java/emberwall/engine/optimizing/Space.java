package emberwall.engine.optimizing;

import emberwall.ir.Interpreter;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.op.VectorEval;
import emberwall.os.RawMemory;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Addresses that graphs may use, far apart. Whatever lies between is a bug of who goes there, or a guard page. */
final class Space {
    private static final long APART = 1L << 36;
    /** How far behind its base the guard pages of a memory reach. */
    private static final long RESERVED = (4L << 30) + (2L << 30) + (64 << 10);

    private final TreeMap<Long, Region> regions = new TreeMap<>();
    private long next = APART;

    /** A stretch of bytes. */
    static final class Region {
        final long base;
        final boolean isGuarded;
        byte[] bytes;

        Region(long base, int size, boolean isGuarded) {
            this.base = base;
            this.isGuarded = isGuarded;
            bytes = new byte[size];
        }

        void grow(int size) {
            bytes = Arrays.copyOf(bytes, size);
        }
    }

    Region allocate(int size, boolean isGuarded) {
        Region region = new Region(next, size, isGuarded);
        regions.put(next, region);
        next += APART;
        return region;
    }

    /** Lets addresses of native memory be read. */
    void allowNative(long address, int size) {
        Region region = new Region(address, size, false);
        for (int i = 0; i < size; i++) {
            region.bytes[i] = (byte) (RawMemory.getInt(address + (i & -4)) >>> 8 * (i & 3));
        }
        regions.put(address, region);
    }

    private Region find(long address, int size) {
        Map.Entry<Long, Region> entry = regions.floorEntry(address);
        if (entry != null) {
            Region region = entry.getValue();
            long offset = address - region.base;
            if (offset <= region.bytes.length - size) {
                return region;
            }
            if (region.isGuarded && offset < RESERVED) {
                throw new Interpreter.TrapException(TrapReason.MEMORY_OUT_OF_BOUNDS);
            }
        }
        throw new AssertionError("a wild access to " + Long.toHexString(address));
    }

    long get(long address, int size) {
        Region region = find(address, size);
        int at = (int) (address - region.base);
        long value = 0;
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | region.bytes[at + i] & 0xFF;
        }
        return value;
    }

    void put(long address, int size, long value) {
        Region region = find(address, size);
        int at = (int) (address - region.base);
        for (int i = 0; i < size; i++) {
            region.bytes[at + i] = (byte) (value >>> 8 * i);
        }
    }

    V128 load(Op op, Type type, long address) {
        boolean narrow = type == Type.I32;
        return switch (op) {
            case LOAD ->
                type == Type.V128
                        ? new V128(get(address + 8, 8) & 0 | get(address, 8), get(address + 8, 8))
                        : new V128(get(address, type.bits() / 8), 0);
            case LOAD8_U -> new V128(get(address, 1), 0);
            case LOAD16_U -> new V128(get(address, 2), 0);
            case LOAD32_U -> new V128(get(address, 4), 0);
            case LOAD8_S -> signed((byte) get(address, 1), narrow);
            case LOAD16_S -> signed((short) get(address, 2), narrow);
            case LOAD32_S -> signed((int) get(address, 4), narrow);
            case LOAD8_SPLAT -> VectorEval.loaded(op, get(address, 1));
            case LOAD16_SPLAT -> VectorEval.loaded(op, get(address, 2));
            case LOAD32_SPLAT, LOAD32_ZERO -> VectorEval.loaded(op, get(address, 4));
            default -> VectorEval.loaded(op, get(address, 8));
        };
    }

    private static V128 signed(long value, boolean narrow) {
        return new V128(narrow ? value & 0xFFFF_FFFFL : value, 0);
    }

    void store(Op op, Type type, long address, V128 value) {
        switch (op) {
            case STORE8 -> put(address, 1, value.low());
            case STORE16 -> put(address, 2, value.low());
            case STORE32 -> put(address, 4, value.low());
            default -> {
                if (type == Type.V128) {
                    find(address, 16);
                    put(address, 8, value.low());
                    put(address + 8, 8, value.high());
                } else {
                    put(address, type.bits() / 8, value.low());
                }
            }
        }
    }
}
