package emberwall.cli;

import emberwall.engine.Engine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The program {@code emberwall}: finds the command, runs it, and turns every ending into an exit status. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        if (arguments.length > 1 && arguments[0].equals(CommandLines.RUN)) Engine.prepare();
        int status = run(arguments);
        System.out.flush();
        System.err.flush();
        // Not exit: that starts the logging of the JDK, just to log the exit. There are no hooks to run.
        Runtime.getRuntime().halt(status);
    }

    /** Runs one command line; never throws. */
    static int run(String[] arguments) {
        try {
            return dispatch(arguments);
        } catch (Failure failure) {
            complain(failure.getMessage());
            return failure.status();
        } catch (ParameterException wrong) {
            String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
            complain(oneLine(wrong.getMessage()) + " (see " + name + " --help)");
            return Status.USAGE;
        } catch (OutOfMemoryError full) {
            complain("out of memory: " + full.getMessage());
            return Status.NO_RESOURCE;
        } catch (Throwable fault) {
            complain("internal error, please report it: " + fault);
            fault.printStackTrace();
            return Status.INTERNAL;
        }
    }

    private static int dispatch(String[] arguments) {
        CommandLine line = arguments.length == 0 ? null : CommandLines.only(arguments[0]);
        if (line == null) return top(arguments);
        String[] rest = new String[arguments.length - 1];
        System.arraycopy(arguments, 1, rest, 0, rest.length);
        ParseResult parsed = line.parseArgs(rest);
        if (parsed.isUsageHelpRequested()) {
            line.usage(output());
            return Status.OK;
        }
        return switch (arguments[0]) {
            case CommandLines.RUN -> RunCommand.run(parsed);
            case CommandLines.INSPECT -> InspectCommand.run(parsed);
            case CommandLines.WAT2WASM -> TextCommands.wat2wasm(parsed);
            case CommandLines.WASM2WAT -> TextCommands.wasm2wat(parsed);
            case CommandLines.VALIDATE -> TextCommands.validate(parsed);
            case CommandLines.BPF -> BpfCommands.run(parsed);
            case CommandLines.WAST -> WastCommand.run(parsed);
            default -> DoctorCommand.run();
        };
    }

    /** A command line without a command: help, version, or a mistake. */
    private static int top(String[] arguments) {
        CommandLine line = CommandLines.all();
        ParseResult parsed = line.parseArgs(arguments);
        if (parsed.isUsageHelpRequested()) {
            line.usage(output());
            return Status.OK;
        }
        if (parsed.hasMatchedOption("--version")) {
            output().println("emberwall " + version());
            return Status.OK;
        }
        throw Failure.usage("no command: try 'emberwall run FILE' or 'emberwall --help'");
    }

    /** The build's version, as the jar's manifest has it. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }

    /** Standard output in UTF-8, written when a line ends: nothing is left behind when the process is killed. */
    static PrintStream output() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    /** Prints a message on standard error. What a module calls its functions does not reach the terminal's controls. */
    static void complain(String message) {
        StringBuilder line = new StringBuilder("emberwall: ");
        line.append(printable(message)).append('\n');
        byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }

    /** The text with all control characters but line ends replaced. */
    static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || !Character.isISOControl(c)) continue;
            if (clean == null) clean = new StringBuilder(text);
            clean.setCharAt(i, '?');
        }
        return clean == null ? text : clean.toString();
    }

    private static String oneLine(String message) {
        return message == null
                ? "wrong command line"
                : message.replace("\r", "").replace('\n', ' ');
    }
}
