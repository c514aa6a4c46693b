package emberwall.wasm.reference;

import emberwall.op.Eval;
import emberwall.op.V128;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.util.Arrays;

/** Computes constant expressions of an instance; the last result stays here until the next one. */
final class ConstantEvaluator {
    private final ModuleInstance instance;
    private long[] words = new long[4];
    private Object[] references = new Object[4];
    private int height;
    private final References referring;
    private final Aggregates aggregates = new Aggregates();

    ConstantEvaluator(ModuleInstance instance) {
        this.instance = instance;
        this.referring = new References(instance.store().types());
    }

    long word() {
        return words[0];
    }

    Object reference() {
        return references[0];
    }

    void evaluate(ConstantExpression expression) {
        BodyReader in = new BodyReader(instance.module().bytes(), expression.offset(), expression.end());
        height = 0;
        for (Opcode opcode = in.opcode(); opcode != Opcode.END; opcode = in.opcode()) {
            step(opcode, in);
        }
    }

    private void step(Opcode opcode, BodyReader in) {
        switch (opcode) {
            case I32_CONST -> push(in.s32() & 0xffff_ffffL, null);
            case I64_CONST -> push(in.s64(), null);
            case F32_CONST -> push(in.fixed32() & 0xffff_ffffL, null);
            case F64_CONST -> push(in.fixed64(), null);
            case V128_CONST -> {
                long low = in.fixed64();
                push(0, new V128(low, in.fixed64()));
            }
            case GLOBAL_GET -> {
                GlobalInstance global = instance.globals[in.u32()];
                push(global.word, global.reference);
            }
            default -> compute(opcode, in);
        }
    }

    private void compute(Opcode opcode, BodyReader in) {
        reserve();
        int pc = in.position();
        switch (opcode.meaning()) {
            case Meaning.Numeric numeric -> {
                height--;
                words[height - 1] = Eval.apply(numeric.op(), numeric.type(), words[height - 1], words[height]);
            }
            case Meaning.Family.REFERENCE -> {
                height = referring.execute(opcode, instance, instance.module().bytes(), pc, words, references, height);
                in.skip(referring.resume() - pc);
            }
            case Meaning.Family.AGGREGATE -> {
                height = aggregates.execute(opcode, instance, instance.module().bytes(), pc, words, references, height);
                in.skip(aggregates.resume() - pc);
            }
            default -> throw new InternalError("not a constant: " + opcode.text());
        }
    }

    /** Makes room for one more. */
    private void reserve() {
        if (height == words.length) {
            words = Arrays.copyOf(words, 2 * height);
            references = Arrays.copyOf(references, 2 * height);
        }
    }

    private void push(long word, Object reference) {
        reserve();
        words[height] = word;
        references[height++] = reference;
    }
}
