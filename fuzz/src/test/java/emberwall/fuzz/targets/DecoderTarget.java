package emberwall.fuzz.targets;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.Locals;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;

/** Decoder and validator: any bytes are a module or refused with a place; what is accepted reads the same again. */
public final class DecoderTarget {
    private DecoderTarget() {}

    /** The bytes are a module. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Module module;
        FunctionInfo[] infos;
        try {
            module = ModuleParser.parse(bytes.clone(), Limits.DEFAULT, Features.ALL);
            infos = Validator.validateAll(module, Limits.DEFAULT, Validator.SIDE_TABLE | Validator.LOOPS, 1);
        } catch (ModuleException refusal) {
            Refusals.check(refusal, bytes.length);
            return;
        }
        for (FunctionInfo info : infos) {
            checkBody(module, info);
        }
        for (int function = 0; function < module.functionCount(); function++) {
            module.functionName(function);
        }
    }

    /** Reading by the table alone ends where validation ended. */
    private static void checkBody(Module module, FunctionInfo info) {
        Locals locals = module.locals(info.function());
        int declared = 0;
        for (int run = 0; run < locals.runs(); run++) {
            declared += locals.length(run);
        }
        int end = module.bodyEnd(info.function());
        BodyReader reader = new BodyReader(module.bytes(), info.codeOffset(), end);
        while (reader.hasMore()) {
            reader.skip(reader.opcode().immediate());
        }
        int parameters = module.functionType(info.function()).parameterCount();
        if (reader.position() != end || info.localCount() != declared + parameters) {
            throw new AssertionError("function " + info.function() + " reads otherwise than it validates");
        }
    }
}
