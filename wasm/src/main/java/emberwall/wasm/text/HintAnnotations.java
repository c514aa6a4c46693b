package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.CustomSection;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import java.util.HashMap;
import java.util.Map;

/**
 * Which way branches are likely to go: the section {@code metadata.code.branch_hint} (WebAssembly 3.0, appendix 7.4), as
 * far as annotations of instructions can say the same.
 */
final class HintAnnotations {
    static final String SECTION = "metadata.code.branch_hint";

    private final Module module;
    private final Map<Integer, Integer> hints = new HashMap<>();
    private CustomSection section;

    private HintAnnotations(Module module) {
        this.module = module;
    }

    /** The hints of a module; none where their section holds anything that is no hint for an {@code if} or branch. */
    static HintAnnotations of(Module module) {
        HintAnnotations hints = new HintAnnotations(module);
        CustomSection section = module.customSection(SECTION);
        try {
            if (section != null && hints.read(section)) {
                hints.section = section;
                return hints;
            }
        } catch (MalformedException damaged) {
            // Then it is a section like any other.
        }
        hints.hints.clear();
        return hints;
    }

    /** The section that the hints tell wholly, or null. */
    CustomSection section() {
        return section;
    }

    boolean isEmpty() {
        return hints.isEmpty();
    }

    /** The hint for the instruction at an offset in the module, or null. */
    Integer at(int offset) {
        return hints.get(offset);
    }

    /** The annotation that gives a hint to the instruction behind it. */
    static void append(int hint, StringBuilder out) {
        out.append("(@").append(SECTION).append(" \"\\0").append(hint).append("\")");
    }

    private boolean read(CustomSection section) {
        BodyReader reader = new BodyReader(module.bytes(), section.offset(), section.offset() + section.length());
        int before = module.importedFunctions() - 1;
        for (int i = reader.count(); i > 0; i--) {
            int function = reader.u32();
            if (function <= before || function >= module.functionCount() || !readFunction(function, reader)) {
                return false;
            }
            before = function;
        }
        return !reader.hasMore() && !hints.isEmpty();
    }

    private boolean readFunction(int function, BodyReader reader) {
        int body = module.bodyOffset(function);
        BodyReader code =
                new BodyReader(module.bytes(), module.locals(function).codeOffset(), module.bodyEnd(function));
        int count = reader.count();
        for (int i = count; i > 0; i--) {
            long offset = body + (reader.u32() & 0xFFFF_FFFFL);
            if (reader.u32() != 1) {
                return false;
            }
            int hint = reader.u8();
            if (hint > 1 || !findBranch(code, offset)) {
                return false;
            }
            hints.put((int) offset, hint);
        }
        return count > 0;
    }

    /** Steps up to an offset and over the instruction there; whether that is one that goes one way or the other. */
    private static boolean findBranch(BodyReader code, long offset) {
        while (code.hasMore() && code.position() <= offset) {
            int at = code.position();
            Opcode opcode = code.opcode();
            code.skip(opcode.immediate());
            if (at == offset) {
                return opcode == Opcode.IF || opcode == Opcode.BR_IF;
            }
        }
        return false;
    }
}
