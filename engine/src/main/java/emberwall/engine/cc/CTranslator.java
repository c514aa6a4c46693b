package emberwall.engine.cc;

import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.FiberBlock;
import emberwall.op.TrapReason;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Writes a module as C. No name of the module gets into the text, only numbers: function 7 is {@code w7}.
 *
 * <p>The text ends with a table, {@value #TABLE}, that says where everything is: {@link CLibrary}.
 */
public final class CTranslator {
    /** The features of modules that can be translated. */
    public static final Features FEATURES = new Features(Feature.mask(
            Feature.MVP,
            Feature.MUTABLE_GLOBALS,
            Feature.EXTENDED_CONST,
            Feature.SIGN_EXTENSION,
            Feature.SATURATING_CONVERSIONS,
            Feature.MULTI_VALUE,
            Feature.BULK_MEMORY,
            Feature.REFERENCE_TYPES,
            Feature.FUNCTION_REFERENCES));

    static final String TABLE = "emberwall_library";

    private static final String PRELUDE = prelude();

    private CTranslator() {}

    private static String prelude() {
        try (InputStream in = CTranslator.class.getResourceAsStream("prelude.c")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /**
     * Writes all of a module.
     *
     * @param interrupted asked before each function: whether to give up
     * @throws CancellationException if it was interrupted
     */
    static void translate(CModule c, Writer out, BooleanSupplier interrupted) throws IOException {
        define(out, "MASKING", c.masking() ? 1 : 0);
        define(out, "FIBER_LIMIT", FiberBlock.LIMIT);
        define(out, "FIBER_RUNTIME", FiberBlock.RUNTIME);
        define(out, "FIBER_STACK", FiberBlock.STACK_SLOW);
        define(out, "FIBER_POLL", FiberBlock.POLL);
        define(out, "FIBER_TRAP", FiberBlock.TRAP);
        define(out, "INSTANCE_MEMORY_BASE", InstanceLayout.MEMORY_BASE);
        define(out, "INSTANCE_MEMORY_BOUND", InstanceLayout.MEMORY_BOUND);
        define(out, "RECORD_TYPE", FuncRecord.TYPE);
        define(out, "RECORD_HOST", FuncRecord.HOST);
        for (TrapReason reason : TrapReason.values()) {
            define(out, reason.name(), reason.ordinal());
        }
        for (RuntimeFunction function : RuntimeFunction.values()) {
            define(out, function.name(), function.ordinal());
        }
        out.write(PRELUDE);
        out.write("\n/* ---- the module */\n\n");
        Module module = c.module();
        for (FunctionInfo info : c.infos()) {
            out.write(signature(module, info.function(), false) + ";\n");
        }
        CFunction translator = new CFunction(c);
        for (FunctionInfo info : c.infos()) {
            if (interrupted.getAsBoolean()) {
                throw new CancellationException("translation interrupted");
            }
            out.write("\n");
            out.write(signature(module, info.function(), true));
            out.write(" {\n");
            out.append(translator.translate(info));
            out.write("}\n");
        }
        table(c, out);
    }

    private static void define(Writer out, String name, int value) throws IOException {
        out.write("#define " + name + " " + value + "\n");
    }

    private static String signature(Module module, int function, boolean named) {
        FunctionType type = module.functionType(function);
        return "static " + CTypes.result(type) + " w" + function + CTypes.parameters(type, named);
    }

    /** Where the file's header is in memory, then what {@link CLibrary} wants to know, then the functions. */
    private static void table(CModule c, Writer out) throws IOException {
        out.write("""

                extern const char __ehdr_start[], em_runtime_end[], __start_em_sites[], __stop_em_sites[],
                    __start_em_calls[], __stop_em_calls[];

                __attribute__((visibility("default"))) const void *const emberwall_library[] = {
                    __ehdr_start, em_runtime, em_runtime_end,
                    __start_em_sites, __stop_em_sites, __start_em_calls, __stop_em_calls,
                """);
        for (FunctionInfo info : c.infos()) {
            out.write("    w" + info.function() + ",\n");
        }
        out.write("};\n");
    }
}
