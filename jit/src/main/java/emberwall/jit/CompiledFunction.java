package emberwall.jit;

import emberwall.asm.x64.Decoder;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.List;

/** A function as machine code. It is there until its owner is closed. */
public final class CompiledFunction {
    private final String name;
    private final MethodHandle handle;
    private final byte[] machineCode;

    @SuppressWarnings("unused") // held, for the code has their addresses
    private final List<Object> needed;

    CompiledFunction(String name, MethodHandle handle, byte[] machineCode, List<Object> needed) {
        this.name = name;
        this.handle = handle;
        this.machineCode = machineCode;
        this.needed = needed;
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its type} */
    public MethodType type() {
        return handle.type();
    }

    /**
     * {@return what calls it} Any number of threads may, at the same time. A handle in a {@code static final} field is the
     * fastest.
     *
     * <p>What ends the function early is thrown: {@link IndexOutOfBoundsException} for an access outside of a segment,
     * {@link ArithmeticException} for a division by zero or a result that there is not, {@link StackOverflowError},
     * {@link java.util.concurrent.CancellationException} where it polls and the thread is interrupted,
     * {@link InternalError} for an unchecked access to what is no memory, {@link IllegalStateException} for the other reasons of {@link emberwall.op.TrapReason}, and whatever is thrown by
     * methods that it calls. A segment is refused with {@link IllegalArgumentException} that is on Java's heap, or read-only
     * while the function writes to it; no arena of a segment can be closed while machine code runs.
     */
    public MethodHandle handle() {
        return handle;
    }

    /** {@return its bytes as they were published} */
    public byte[] machineCode() {
        return machineCode.clone();
    }

    /** {@return its instructions, each on a line: offset, bytes, Intel's syntax} */
    public String disassembly() {
        return disassembly(machineCode);
    }

    static String disassembly(byte[] code) {
        StringBuilder text = new StringBuilder();
        Decoder decoder = new Decoder();
        for (int offset = 0; offset < code.length; ) {
            boolean known = decoder.decode(code, offset, code.length);
            int length = known ? decoder.length() : 1;
            StringBuilder bytes = new StringBuilder();
            for (int i = 0; i < length; i++) {
                bytes.append(hex(code[offset + i] & 0xFF, 2)).append(' ');
            }
            text.append(hex(offset, 4)).append("  ").append(bytes);
            text.append(" ".repeat(Math.max(0, 31 - bytes.length())));
            text.append(known ? decoder.text(0) : ".byte").append('\n');
            offset += length;
        }
        return text.toString();
    }

    private static String hex(int value, int digits) {
        String text = Integer.toHexString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    @Override
    public String toString() {
        return name + type();
    }
}
