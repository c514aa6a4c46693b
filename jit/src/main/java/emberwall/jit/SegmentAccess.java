package emberwall.jit;

import emberwall.ir.Access;
import emberwall.ir.Builder;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;

/**
 * Loads and stores through a parameter of type {@link java.lang.foreign.MemorySegment}. Offsets are in bytes, indices in
 * elements, both i64 or i32 (signed); accesses may be unaligned.
 *
 * <p>Each access is checked: one that touches a byte outside of the segment ends the function with an
 * {@link IndexOutOfBoundsException} before anything else happens. Code that has seen to that itself, say by one
 * {@link #require} before a loop, takes {@link #unchecked}: whatever the address then is, that is what is read or written, see
 * {@link Jit}.
 */
public final class SegmentAccess {
    /** Segments may overlap: all are one to the compiler. */
    private static final int ALIAS_CLASS = 1;

    private final FunctionBuilder function;
    private final Builder ir;
    private final int parameter;
    private final boolean checked;

    SegmentAccess(FunctionBuilder function, int parameter, boolean checked) {
        this.function = function;
        this.parameter = parameter;
        this.checked = checked;
        ir = function.ir();
    }

    /** {@return where the segment begins: an i64} */
    public int address() {
        return ir.parameter(function.signature().firstValue(parameter));
    }

    /** {@return how many bytes the segment has: an i64} */
    public int size() {
        return ir.parameter(function.signature().firstValue(parameter) + 1);
    }

    /** {@return the same segment, whose accesses are not checked from here on} */
    public SegmentAccess unchecked() {
        return new SegmentAccess(function, parameter, false);
    }

    /**
     * Ends the function with an {@link IndexOutOfBoundsException} unless the segment has so many bytes.
     *
     * @param bytes an i64, unsigned
     */
    public void require(int bytes) {
        ir.trapIf(ir.compute(Op.LT_U, Type.I64, size(), bytes), TrapReason.MEMORY_OUT_OF_BOUNDS);
    }

    /**
     * Reads a value.
     *
     * @param op one of the loads of {@link Op}: {@code LOAD}, {@code LOAD8_S}, ...
     * @param type of the value
     * @param offset in bytes
     * @return the value
     */
    public int load(Op op, Type type, int offset) {
        requireLoad(op);
        int at = wide(offset);
        checkOffset(at, Access.bytes(op, type));
        return ir.load(op, type, address(), at, 0, Access.of(ALIAS_CLASS));
    }

    /**
     * Writes a value.
     *
     * @param op one of the stores of {@link Op}: {@code STORE}, {@code STORE8}, ...
     * @param type of the value
     * @param offset in bytes
     * @param value what is written
     */
    public void store(Op op, Type type, int offset, int value) {
        requireStore(op);
        function.writes(parameter);
        int at = wide(offset);
        checkOffset(at, Access.bytes(op, type));
        ir.store(op, type, address(), at, 0, value, Access.of(ALIAS_CLASS));
    }

    /**
     * Reads an element, as if the segment were an array.
     *
     * @param op one of the loads of {@link Op}, whose bytes in memory are an element
     * @param type of the value
     * @param index which element
     * @return the value
     */
    public int loadElement(Op op, Type type, int index) {
        requireLoad(op);
        int bytes = Access.bytes(op, type);
        return ir.load(op, type, address(), scaled(checkIndex(wide(index), bytes), bytes), 0, Access.of(ALIAS_CLASS));
    }

    /**
     * Writes an element, as if the segment were an array.
     *
     * @param op one of the stores of {@link Op}, whose bytes in memory are an element
     * @param type of the value
     * @param index which element
     * @param value what is written
     */
    public void storeElement(Op op, Type type, int index, int value) {
        requireStore(op);
        function.writes(parameter);
        int bytes = Access.bytes(op, type);
        ir.store(op, type, address(), scaled(checkIndex(wide(index), bytes), bytes), 0, value, Access.of(ALIAS_CLASS));
    }

    private static void requireLoad(Op op) {
        if (!op.readsMemory() || op.isAtomic() || op.arity() != 1) {
            throw new IllegalArgumentException(op + " does not load a value of its own");
        }
    }

    private static void requireStore(Op op) {
        if (!op.writesMemory() || op.isAtomic() || op.name().endsWith("_LANE")) {
            throw new IllegalArgumentException(op + " does not store a whole value");
        }
    }

    private int wide(int index) {
        return ir.graph().type(index) == Type.I32 ? ir.compute(Op.EXTEND_I32_S, Type.I64, index) : index;
    }

    private int scaled(int index, int bytes) {
        return ir.compute(Op.SHL, Type.I64, index, ir.i64(Integer.numberOfTrailingZeros(bytes)));
    }

    /** An access of so many bytes may begin at as many places: those are counted once. */
    private void checkOffset(int offset, int bytes) {
        if (checked) {
            int fits = ir.compute(Op.GE_U, Type.I64, size(), ir.i64(bytes));
            int places = ir.compute(Op.SUB, Type.I64, size(), ir.i64(bytes - 1));
            check(offset, bytes == 1 ? size() : ir.select(fits, places, ir.i64(0)));
        }
    }

    private int checkIndex(int index, int bytes) {
        if (checked) {
            check(index, ir.compute(Op.SHR_U, Type.I64, size(), ir.i64(Integer.numberOfTrailingZeros(bytes))));
        }
        return index;
    }

    private void check(int index, int count) {
        ir.trapIf(ir.compute(Op.GE_U, Type.I64, index, count), TrapReason.MEMORY_OUT_OF_BOUNDS);
    }
}
