package emberwall.wasm.text;

import emberwall.wasm.MalformedException;
import emberwall.wasm.text.Script.Action;
import emberwall.wasm.text.Script.AssertFailure;
import emberwall.wasm.text.Script.AssertRefusal;
import emberwall.wasm.text.Script.AssertReturn;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.Failure;
import emberwall.wasm.text.Script.Get;
import emberwall.wasm.text.Script.Invoke;
import emberwall.wasm.text.Script.ModuleCommand;
import emberwall.wasm.text.Script.ModuleDefinition;
import emberwall.wasm.text.Script.ModuleInstance;
import emberwall.wasm.text.Script.Perform;
import emberwall.wasm.text.Script.Refusal;
import emberwall.wasm.text.Script.Register;
import emberwall.wasm.text.Script.StartThread;
import emberwall.wasm.text.Script.WaitForThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a script of the official suite (the grammar is that of the reference interpreter's README). Modules in it are only
 * delimited; each is parsed when its bytes are wanted, and errors in it name places in the script.
 */
public final class WastParser {
    /** How deep threads may start threads. */
    private static final int MOST_NESTED = 100;

    private final byte[] text;
    private final Tokens in;
    private final ScriptValues values;
    private int line = 1;
    private int lineOffset;
    private int nested;

    private WastParser(byte[] text) {
        this.text = text;
        this.in = new Tokens(text);
        this.values = new ScriptValues(in);
    }

    /**
     * Reads a script, or a file that is the fields of one module.
     *
     * @param text in UTF-8; the array must not change afterwards
     * @throws MalformedException if the text, apart from its modules, is no script
     * @throws emberwall.wasm.LimitException if it needs more heap than there is
     */
    public static Script parse(String name, byte[] text) {
        try {
            return new Script(name, new WastParser(text).script());
        } catch (OutOfMemoryError full) {
            throw WatParser.tooLarge(text);
        }
    }

    private List<Command> script() {
        if (isField()) {
            byte[] source = text;
            ScriptModule module = ScriptModule.text(ScriptModule.Form.TEXT, source, () -> WatParser.parse(source));
            return List.of(new ModuleCommand(1, null, module));
        }
        List<Command> commands = commands();
        if (!in.is(TokenKind.END)) {
            throw in.unexpected();
        }
        return commands;
    }

    /** Whether this is the beginning of a module's field. */
    private boolean isField() {
        return in.is(TokenKind.OPEN)
                && switch (in.nextWord()) {
                    case "type",
                            "rec",
                            "import",
                            "func",
                            "table",
                            "memory",
                            "global",
                            "tag",
                            "export",
                            "start",
                            "elem",
                            "data" -> true;
                    default -> false;
                };
    }

    private List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        while (in.is(TokenKind.OPEN)) {
            commands.add(command());
        }
        return commands;
    }

    /** The line of the current token; tokens come in order. */
    private int line() {
        int at = in.position();
        for (; lineOffset < at; lineOffset++) {
            boolean ends = text[lineOffset] == '\n'
                    || text[lineOffset] == '\r' && (lineOffset + 1 == text.length || text[lineOffset + 1] != '\n');
            line += ends ? 1 : 0;
        }
        return line;
    }

    private Command command() {
        int at = line();
        int offset = in.position();
        in.openAny();
        String word = in.is(TokenKind.KEYWORD) ? in.word() : "";
        switch (word) {
            case "module" -> {
                return module(at, offset);
            }
            case "invoke", "get" -> {
                return new Perform(at, action());
            }
            default -> {}
        }
        Command command = command(word, at);
        in.close();
        return command;
    }

    /** A command whose word is the current token, up to its closing parenthesis. */
    private Command command(String word, int at) {
        Failure failure = failure(word);
        Refusal refusal = refusal(word);
        if (failure == null && refusal == null && !isOther(word)) {
            throw in.unexpected();
        }
        in.advance();
        if (word.equals("assert_trap") && in.isOpen("module")) {
            refusal = Refusal.UNINSTANTIABLE;
        }
        if (refusal != null) {
            int offset = in.position();
            in.openAny();
            in.keyword("module");
            in.tryId();
            ScriptModule module = content(offset);
            return new AssertRefusal(at, refusal, module, in.name());
        }
        if (failure != null) {
            Action action = actionInParentheses();
            return new AssertFailure(at, failure, action, failure == Failure.EXCEPTION ? "" : in.name());
        }
        return switch (word) {
            case "register" -> new Register(at, in.name(), in.tryId());
            case "assert_return" -> new AssertReturn(at, actionInParentheses(), values.all());
            case "thread" -> thread(at);
            default -> new WaitForThread(at, requiredId());
        };
    }

    private static boolean isOther(String word) {
        return switch (word) {
            case "register", "assert_return", "thread", "wait" -> true;
            default -> false;
        };
    }

    private static Failure failure(String word) {
        for (Failure failure : Failure.values()) {
            if (failure.keyword().equals(word)) {
                return failure;
            }
        }
        return null;
    }

    private static Refusal refusal(String word) {
        for (Refusal refusal : Refusal.values()) {
            if (refusal.keyword().equals(word)) {
                return refusal;
            }
        }
        return null;
    }

    private String requiredId() {
        if (!in.is(TokenKind.ID)) {
            throw in.unexpected();
        }
        return in.tryId();
    }

    private Command thread(int at) {
        if (++nested > MOST_NESTED) {
            throw in.error("implementation limit: threads that start threads, " + MOST_NESTED + " deep");
        }
        String name = requiredId();
        List<String> shared = new ArrayList<>();
        while (in.tryOpen("shared")) {
            in.open("module");
            shared.add(requiredId());
            in.close();
            in.close();
        }
        List<Command> commands = commands();
        nested--;
        return new StartThread(at, name, shared, commands);
    }

    // Actions.

    private Action actionInParentheses() {
        in.openAny();
        return action();
    }

    /** An action after its parenthesis, with the one that closes it. */
    private Action action() {
        boolean invoke = in.isKeyword("invoke");
        if (!invoke && !in.isKeyword("get")) {
            throw in.unexpected();
        }
        in.advance();
        String instance = in.tryId();
        String field = in.name();
        Action action = invoke ? new Invoke(instance, field, values.all()) : new Get(instance, field);
        in.close();
        return action;
    }

    // Modules.

    /** A module command after its parenthesis, with the one that closes it. */
    private Command module(int at, int offset) {
        in.advance();
        if (in.tryKeyword("instance")) {
            ModuleInstance instance = new ModuleInstance(at, in.tryId(), in.tryId());
            in.close();
            return instance;
        }
        boolean definition = in.tryKeyword("definition");
        String name = in.tryId();
        ScriptModule module = content(offset);
        return definition ? new ModuleDefinition(at, name, module) : new ModuleCommand(at, name, module);
    }

    /** What is in a module that begins at an offset, after its identifier; with the closing parenthesis. */
    private ScriptModule content(int offset) {
        boolean quoted = in.isKeyword("quote");
        if (quoted || in.isKeyword("binary")) {
            in.advance();
            byte[] bytes = strings(quoted);
            in.close();
            return quoted
                    ? ScriptModule.text(ScriptModule.Form.QUOTED, bytes, () -> WatParser.parse(bytes))
                    : ScriptModule.binary(() -> bytes);
        }
        int end = in.skipToClose();
        byte[] source = Arrays.copyOfRange(text, offset, end);
        return ScriptModule.text(ScriptModule.Form.TEXT, source, () -> WatParser.parse(text, offset, end));
    }

    /** Strings as one; quoted text has a space between them, as other tools do it. */
    private byte[] strings(boolean spaced) {
        BinaryWriter bytes = new BinaryWriter();
        while (in.is(TokenKind.STRING)) {
            if (spaced && bytes.size() > 0) {
                bytes.u8(' ');
            }
            in.string(bytes);
        }
        return bytes.toArray();
    }
}
