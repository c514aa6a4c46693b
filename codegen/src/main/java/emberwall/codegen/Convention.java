package emberwall.codegen;

/**
 * The registers and frames of guest code on x86-64. All other registers are for anyone, and no callee keeps them.
 *
 * <p>An {@code i32} in a register always has zeros in its upper half; an {@code f32} or {@code f64} lies in the low lane,
 * the rest of the register is anything. {@code rsp} is a multiple of 16 before each call.
 */
public final class Convention {
    // @formatter:off
    /** The control block of the fiber; never changes in guest code. */
    public static final int FIBER    = 15;
    /** The instance block of the running function. */
    public static final int INSTANCE = 14;
    /** The first byte of the instance's memory 0. */
    public static final int MEM0     = 3;
    /** The callee's function record at a call through one. */
    public static final int RECORD   = 0;
    /** Never holds a value of the guest across an instruction of the guest. */
    public static final int SCRATCH  = 11;
    /** The same among the vector registers. */
    public static final int SCRATCH_XMM = 15;
    /** The first result, by class. */
    public static final int RESULT     = 0;
    public static final int RESULT_XMM = 0;

    // Classes of values: what kind of register one takes.
    public static final int INT    = 0;
    public static final int FLOAT  = 1;
    public static final int VECTOR = 2;

    /** Bytes from the frame pointer down to the own instance. */
    public static final int FRAME_INSTANCE = -8;
    /** The word for the interpreter's position in the bytecode. */
    public static final int FRAME_POSITION = -16;
    /** The word for the interpreter's position in the side table. */
    public static final int FRAME_SIDE_TABLE = -24;
    /** Slot 0; slot i is i slot sizes below: 8 bytes each, or 16 in functions that may hold vectors. */
    public static final int FRAME_SLOTS = -32;
    /** The first stack argument. */
    public static final int FRAME_ARGUMENTS = 16;
    // @formatter:on

    private static final int[] INT_ARGUMENTS = {7, 6, 2, 1, 8, 9};
    private static final int FLOAT_ARGUMENTS = 8;

    private Convention() {}

    /** How many arguments of integer class are passed in registers. */
    public static int intArguments() {
        return INT_ARGUMENTS.length;
    }

    /** How many arguments of float and vector class are passed in registers: {@code xmm0} upwards. */
    public static int floatArguments() {
        return FLOAT_ARGUMENTS;
    }

    /** The register of the integer argument with this number. */
    public static int intArgument(int number) {
        return INT_ARGUMENTS[number];
    }

    /** Where slot {@code slot} lies from the frame pointer, for slots of 8 bytes. */
    public static int slot(int slot) {
        return FRAME_SLOTS - 8 * slot;
    }

    /** The same for slots of 16 bytes, which frames with vectors have. */
    public static int wideSlot(int slot) {
        return FRAME_SLOTS - 16 - 16 * slot;
    }
}
