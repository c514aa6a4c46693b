package emberwall.fuzz.targets;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Locals;
import emberwall.wasm.MalformedException;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatParser;
import emberwall.wasm.text.WatPrinter;
import java.util.Arrays;

/**
 * Decoder, printer, parser and encoder in a ring: what is printed reads back, still valid if it was, and what our encoder
 * wrote comes back byte for byte.
 */
public final class PrinterTarget {
    /** A few bytes declare very many locals, which all are written. */
    private static final int MOST_LOCALS = 100_000;

    private PrinterTarget() {}

    /** The bytes are a module. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Module module;
        try {
            module = decode(bytes);
            if (locals(module) > MOST_LOCALS) {
                return;
            }
            WatPrinter.print(module);
        } catch (ModuleException refusal) {
            Refusals.check(refusal, bytes.length);
            return;
        }
        for (WatPrinter.Form form : WatPrinter.Form.values()) {
            byte[] written = around(module, form);
            Module again = decode(written);
            // Not the other way round: text says nothing of data counts, whose absence can make a module malformed.
            if (isValid(module) && !isValid(again)) {
                throw new AssertionError("valid before, but not after:\n" + WatPrinter.print(module, form));
            }
            if (!Arrays.equals(written, around(again, form))) {
                throw new AssertionError("the second time otherwise:\n" + WatPrinter.print(again, form));
            }
        }
    }

    private static Module decode(byte[] bytes) {
        return ModuleParser.parse(bytes.clone(), Limits.DEFAULT, Features.ALL);
    }

    private static byte[] around(Module module, WatPrinter.Form form) {
        String text = WatPrinter.print(module, form);
        try {
            return WatParser.parse(text).bytes();
        } catch (ModuleException refused) {
            throw new AssertionError("printed, but not read:\n" + text, refused);
        }
    }

    private static long locals(Module module) throws MalformedException {
        long count = 0;
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            Locals locals = module.locals(function);
            for (int run = 0; run < locals.runs(); run++) {
                count += locals.length(run);
            }
        }
        return count;
    }

    private static boolean isValid(Module module) {
        try {
            Validator.validateAll(module, Limits.DEFAULT);
            return true;
        } catch (ModuleException refused) {
            return false;
        }
    }
}
