package emberwall.wasm.text;

import emberwall.wasm.text.Lexer.Annotation;

/** The hints for branches of one function: offsets in its body, each with whether the branch is likely. */
final class BranchHints {
    private final BinaryWriter entries = new BinaryWriter();
    private int count;

    /** Adds a hint for the branch that begins at this offset from the beginning of the body. */
    void add(int offset, int likely) {
        entries.u32(offset);
        entries.u8(1);
        entries.u8(likely);
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Writes the entry of a function for the custom section. */
    void write(int function, BinaryWriter out) {
        out.u32(function);
        out.u32(count);
        out.bytes(entries);
    }

    /** The hint that an annotation gives: 0 or 1. */
    static int value(Tokens in, Annotation annotation) {
        Tokens content = Annotations.content(in, annotation);
        BinaryWriter bytes = new BinaryWriter();
        content.strings(bytes);
        Annotations.end(content);
        byte[] value = bytes.toArray();
        if (value.length != 1 || value[0] < 0 || value[0] > 1) {
            throw in.error("@" + Annotations.BRANCH_HINT + " annotation: invalid value", annotation.start());
        }
        return value[0];
    }
}
