package emberwall.cli;

import emberwall.wasm.Features;
import emberwall.wasm.Limits;
import emberwall.wasm.Module;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Validator;
import emberwall.wasm.text.WatPrinter;
import emberwall.wasm.text.WatPrinter.Form;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * {@code emberwall wat2wasm}, {@code wasm2wat} and {@code validate}: modules from one form into the other, and whether they
 * are valid. Each takes either form, and everything that Emberwall can read, whether or not it can run it.
 */
final class TextCommands {
    private static final String TEXT = ".wat";
    private static final String BINARY = ".wasm";

    private TextCommands() {}

    static int wat2wasm(ParseResult options) {
        ModuleFile file = ModuleFile.read(options.matchedPositionalValue(0, null));
        if (!options.hasMatchedOption("--no-check")) check(file, features(options));
        String out = options.matchedOptionValue("-o", binaryName(file.name()));
        OutputFile.write(out, stream -> stream.write(file.bytes()));
        return Status.OK;
    }

    /** The name of the file beside a text: the same with the other ending. */
    private static String binaryName(String name) {
        if (name.equals(ModuleFile.STANDARD_STREAM)) return name;
        return (name.endsWith(TEXT) ? name.substring(0, name.length() - TEXT.length()) : name) + BINARY;
    }

    static int wasm2wat(ParseResult options) {
        ModuleFile file = ModuleFile.read(options.matchedPositionalValue(0, null));
        Form form = options.hasMatchedOption("--fold") ? Form.FOLDED : Form.PLAIN;
        String out = options.matchedOptionValue("-o", ModuleFile.STANDARD_STREAM);
        WatPrinter text = printer(file, form);
        OutputFile.write(out, stream -> {
            Writer writer = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
            text.print(writer);
            writer.flush();
        });
        return Status.OK;
    }

    private static WatPrinter printer(ModuleFile file, Form form) {
        try {
            return new WatPrinter(parse(file, Features.ALL), form);
        } catch (ModuleException problem) {
            throw file.refused(problem);
        }
    }

    static int validate(ParseResult options) {
        List<String> names = options.matchedPositionalValue(0, List.of());
        if (names.isEmpty()) throw Failure.usage("which modules? FILE is missing");
        Features features = features(options);
        int status = Status.OK;
        for (String name : names) {
            try {
                check(ModuleFile.read(name), features);
            } catch (Failure failure) {
                Main.complain(failure.getMessage());
                if (status != Status.BAD_MODULE) status = failure.status();
            }
        }
        return status;
    }

    /** What is to be valid: everything that can be read, unless the option says otherwise. */
    private static Features features(ParseResult options) {
        Features asked = EngineOptions.features(options);
        return asked == null ? Features.ALL : asked;
    }

    private static void check(ModuleFile file, Features features) {
        try {
            Validator.validateAll(
                    parse(file, features),
                    Limits.DEFAULT,
                    0,
                    Runtime.getRuntime().availableProcessors());
        } catch (ModuleException problem) {
            throw file.refused(problem);
        }
    }

    private static Module parse(ModuleFile file, Features features) {
        return ModuleParser.parse(file.bytes(), Limits.DEFAULT, features);
    }
}
