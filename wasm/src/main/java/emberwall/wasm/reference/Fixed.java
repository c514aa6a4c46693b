package emberwall.wasm.reference;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads constants of fixed size and steps over types in validated code. */
final class Fixed {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int REF_NULL = 0x63;
    private static final int REF = 0x64;

    private Fixed() {}

    static int i32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static long i64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** The position after the value type or block type at {@code at}. */
    static int skipType(byte[] bytes, int at) {
        int first = bytes[at];
        return Leb128.skip(bytes, first == REF_NULL || first == REF ? at + 1 : at);
    }

    /** The position after the vector of value types at {@code at}. */
    static int skipTypes(byte[] bytes, int at) {
        int end = Leb128.skip(bytes, at);
        for (int i = Leb128.u32(bytes, at); i > 0; i--) {
            end = skipType(bytes, end);
        }
        return end;
    }

    /** The position after the vector of catch clauses at {@code at}. */
    static int skipCatches(byte[] bytes, int at) {
        int end = Leb128.skip(bytes, at);
        for (int i = Leb128.u32(bytes, at); i > 0; i--) {
            boolean hasTag = bytes[end] < 2;
            end = Leb128.skip(bytes, end + 1);
            if (hasTag) {
                end = Leb128.skip(bytes, end);
            }
        }
        return end;
    }
}
