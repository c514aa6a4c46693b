package emberwall.cli;

import picocli.CommandLine.ParseResult;

final class RunCommand {
    private RunCommand() {}

    static int run(ParseResult parsed) {
        String file = parsed.matchedPositionalValue(0, null);
        java.util.List<String> args = parsed.matchedPositionalValue(1, java.util.List.of());
        java.util.List<String> dirs = parsed.matchedOptionValue("--dir", java.util.List.of());
        Main.output().println(file + " " + args + " " + dirs);
        return 0;
    }
}
