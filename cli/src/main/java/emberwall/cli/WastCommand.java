package emberwall.cli;

import emberwall.engine.Config;
import emberwall.script.ScriptFile;
import emberwall.script.ScriptSuite;
import emberwall.script.Totals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code emberwall wast}: plays conformance scripts, a line for each, failures on standard error. */
final class WastCommand {
    private WastCommand() {}

    static int run(ParseResult options) {
        List<ScriptFile> files = files(options.matchedPositionalValue(0, List.of()));
        Config config = EngineOptions.config(options).build();
        Outcome.engine(config).close();
        PrintStream out = Main.output();
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Totals totals = new Totals();
        try (ScriptSuite suite = new ScriptSuite(config, EngineOptions.features(options))) {
            for (ScriptFile file : files) {
                totals.add(suite.run(file), out::println, problem -> err.println(Main.printable(problem)));
            }
        }
        totals.summarise(out::println);
        return totals.failed() == 0 ? Status.OK : Status.FAILED;
    }

    /** The files that are named, and the scripts in the folders that are. */
    private static List<ScriptFile> files(List<String> names) {
        List<ScriptFile> files = new ArrayList<>();
        for (String name : names) {
            try {
                Path path = Path.of(name);
                if (Files.isDirectory(path)) {
                    files.addAll(ScriptFile.in(path));
                } else if (!Files.exists(path)) {
                    throw new Failure(Status.NO_INPUT, name + ": no such file or folder");
                } else if (ScriptFile.isScript(path)) {
                    files.add(new ScriptFile(path));
                } else {
                    throw Failure.usage(name + " is neither .wast nor .json");
                }
            } catch (InvalidPathException | IOException unreadable) {
                throw new Failure(Status.NO_INPUT, name + ": " + unreadable.getMessage());
            }
        }
        return files;
    }
}
