package emberwall.fuzz.targets;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.TextPosition;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatModule;
import emberwall.wasm.text.WatParser;

/** The text parser: any text is a module, or refused with line and column; what it writes is well-formed. */
public final class TextTarget {
    private TextTarget() {}

    /** The bytes are a text. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        WatModule parsed;
        try {
            parsed = WatParser.parse(bytes.clone());
        } catch (ModuleException refusal) {
            check(refusal, bytes.length);
            return;
        }
        try {
            Module module = ModuleParser.parse(parsed.bytes(), Limits.DEFAULT, Features.ALL);
            Validator.validateAll(module, Limits.DEFAULT);
        } catch (MalformedException wrong) {
            throw new AssertionError("the parser wrote what the decoder cannot read", wrong);
        } catch (ModuleException refusal) {
            check(parsed.map().locate(refusal), bytes.length);
        }
    }

    private static void check(ModuleException refusal, int length) {
        Refusals.check(refusal, length);
        TextPosition position = refusal.position();
        if (position == null || position.line() < 1 || position.column() < 1) {
            throw new AssertionError("no place in the text: " + position, refusal);
        }
    }
}
