package emberwall.cli;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.MachineCode;
import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleParser;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.BiConsumer;
import picocli.CommandLine.ParseResult;

/** {@code emberwall inspect}: functions as WebAssembly and as machine code, side by side. */
final class InspectCommand {
    private static final int BUFFER = 1 << 16;

    private InspectCommand() {}

    static int run(ParseResult options) {
        String file = options.matchedPositionalValue(0, null);
        Engine engine = Outcome.engine(EngineOptions.config(options).build());
        return Outcome.of(file, () -> {
            CompiledModule compiled = engine.compile(ModuleFile.validate(file, engine.config()));
            Module module = ModuleParser.parse(compiled.binary(), Limits.DEFAULT, Features.ALL);
            String wanted = options.matchedOptionValue("--function", null);
            FunctionNames names = new FunctionNames(module);
            print(
                    compiled,
                    module,
                    names,
                    wanted == null ? -1 : find(file, module, names, wanted),
                    options.hasMatchedOption("--ir"));
            return Status.OK;
        });
    }

    private static void print(CompiledModule compiled, Module module, FunctionNames names, int only, boolean stages) {
        PrintStream out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                false,
                StandardCharsets.UTF_8);
        Listing listing = new Listing(module, names, out);
        int first = only >= 0 ? only : module.importedFunctions();
        int last = only >= 0 ? only : module.functionCount() - 1;
        for (int function = first; function <= last && !out.checkError(); function++) {
            MachineCode code = compiled.inspect(function, stages ? stage(out, function) : null);
            listing.print(function, code);
        }
        out.flush();
    }

    private static BiConsumer<String, String> stage(PrintStream out, int function) {
        return (name, text) -> {
            out.append("function ").append(Integer.toString(function)).append(", ");
            out.append(name.toLowerCase(Locale.ROOT).replace('_', ' ')).append('\n');
            out.append(Main.printable(text)).append('\n');
            out.flush();
        };
    }

    private static int find(String file, Module module, FunctionNames names, String wanted) {
        int found = names.find(wanted);
        if (found < 0) throw Failure.usage(file + " has no function " + wanted);
        if (module.isImported(found)) throw Failure.usage("function " + wanted + " of " + file + " is imported");
        return found;
    }
}
