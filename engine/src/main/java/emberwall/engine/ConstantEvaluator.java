package emberwall.engine;

import emberwall.os.RawMemory;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.Opcode;

/** Computes constant expressions of an instance that is being made. They are valid, and short or long. */
final class ConstantEvaluator {
    private final NativeInstance instance;
    private final BodyReader in;
    private long[] stack = new long[8];
    private int height;

    private long high;

    ConstantEvaluator(NativeInstance instance) {
        this.instance = instance;
        in = new BodyReader(instance.module.module.bytes(), 0, 0);
    }

    /** The word of an expression. */
    long word(ConstantExpression expression) {
        return word(expression.offset(), expression.end());
    }

    /** The word of the expression that begins at an offset. */
    long word(int offset, int end) {
        in.reset(offset, end);
        height = 0;
        while (true) {
            Opcode opcode = in.opcode();
            switch (opcode) {
                case END -> {
                    return pop();
                }
                case I32_CONST -> push(in.s32() & 0xFFFF_FFFFL);
                case I64_CONST -> push(in.s64());
                case F32_CONST -> push(in.fixed32() & 0xFFFF_FFFFL);
                case F64_CONST -> push(in.fixed64());
                case I32_ADD -> push(pop() + pop() & 0xFFFF_FFFFL);
                case I32_SUB -> push(-pop() + pop() & 0xFFFF_FFFFL);
                case I32_MUL -> push(pop() * pop() & 0xFFFF_FFFFL);
                case I64_ADD -> push(pop() + pop());
                case I64_SUB -> push(-pop() + pop());
                case I64_MUL -> push(pop() * pop());
                case V128_CONST -> {
                    push(in.fixed64());
                    high = in.fixed64();
                }
                case REF_NULL -> {
                    in.heapType();
                    push(0);
                }
                case REF_FUNC -> push(instance.funcref(in.u32()));
                case GLOBAL_GET -> {
                    long cell = instance.globals[in.u32()].cell;
                    push(RawMemory.getLong(cell));
                    high = RawMemory.getLong(cell + Long.BYTES);
                }
                default -> throw new UnsupportedFeatureException(opcode.text() + " in a constant expression");
            }
        }
    }

    /** The upper half of the vector whose lower half {@link #word} gave last. */
    long high() {
        return high;
    }

    private void push(long word) {
        if (height == stack.length) {
            stack = java.util.Arrays.copyOf(stack, height * 2);
        }
        stack[height++] = word;
    }

    private long pop() {
        return stack[--height];
    }
}
