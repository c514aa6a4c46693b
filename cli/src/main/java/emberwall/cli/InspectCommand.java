package emberwall.cli;

import picocli.CommandLine.ParseResult;

final class InspectCommand {
    private InspectCommand() {}

    static int run(ParseResult parsed) {
        return 0;
    }
}
