package emberwall.testing;

import emberwall.testing.ScriptEngine.Failure;
import emberwall.testing.SuiteScript.Action;
import emberwall.testing.SuiteScript.Command;
import emberwall.testing.SuiteScript.Value;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays the scripts of WebAssembly's official suite against an engine and counts.
 *
 * <p>Skipping is per module: a module that needs something outside the engine's features is still decoded and validated,
 * but then it, the commands addressed to it and those that depend on it through imports are skipped; what was found is
 * printed. A module that must be refused is never skipped, unless it only exists as text. Every command is counted once.
 */
public final class ScriptRunner {
    private final ScriptEngine engine;
    private final PrintStream out;
    private final Map<String, Integer> skippedByName = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int passed;
    private int failed;
    private int skipped;

    // of the script being played
    private SuiteScript script;
    private final Map<String, Object> instances = new HashMap<>();
    private final Map<String, Object> definitions = new HashMap<>();
    private final Map<String, Skipped> skippedModules = new HashMap<>();
    private final List<String> reasons = new ArrayList<>();
    private Object current;
    private Object latestDefinition;

    /** Stands for a module or an instance that is skipped. */
    private record Skipped(String reason) {}

    /** Thrown to say that a command is to be skipped. */
    private static final class SkipException extends Exception {
        SkipException(String reason) {
            super(reason, null, false, false);
        }
    }

    /** What a command must do, and did not. */
    private static final class Mismatch extends Exception {
        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    /** A runner that reports to {@code out}: a line per script, one per failure, one per module skipped. */
    public ScriptRunner(ScriptEngine engine, PrintStream out) {
        this.engine = engine;
        this.out = out;
    }

    /** How many commands did what they should. */
    public int passed() {
        return passed;
    }

    /** How many did not. */
    public int failed() {
        return failed;
    }

    /** How many were skipped. */
    public int skipped() {
        return skipped;
    }

    /** Every failure: script, line, command, what was wrong. */
    public List<String> failures() {
        return failures;
    }

    /** How many commands were skipped, by the name of the command. */
    public Map<String, Integer> skippedByName() {
        return skippedByName;
    }

    /** Plays one script from fresh state. */
    public void run(SuiteScript next) {
        int passedBefore = passed;
        int failedBefore = failed;
        int skippedBefore = skipped;
        script = next;
        instances.clear();
        definitions.clear();
        skippedModules.clear();
        reasons.clear();
        current = null;
        latestDefinition = null;
        engine.begin();
        try {
            for (Command command : script.commands()) {
                play(command);
            }
        } finally {
            engine.end();
        }
        out.println(
                script.name() + ": " + totals(passed - passedBefore, failed - failedBefore, skipped - skippedBefore));
        for (String reason : reasons) {
            out.println("    skips " + reason);
        }
        for (String failure : failures.subList(failures.size() - (failed - failedBefore), failures.size())) {
            out.println("    FAILED " + failure);
        }
    }

    /** Prints what was skipped and, as the last line, the totals. */
    public void summarise() {
        for (Map.Entry<String, Integer> entry : skippedByName.entrySet()) {
            out.println("skipped " + entry.getKey() + ": " + entry.getValue());
        }
        out.println(totals(passed, failed, skipped));
    }

    private static String totals(int passed, int failed, int skipped) {
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }

    private void play(Command command) {
        try {
            perform(command);
            passed++;
        } catch (SkipException skip) {
            skipped++;
            skippedByName.merge(command.type(), 1, Integer::sum);
        } catch (Mismatch mismatch) {
            fail(command, mismatch.getMessage());
        } catch (Failure failure) {
            fail(command, "unexpected " + failure.kind() + ": " + failure.getMessage());
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | InternalError broken) {
            fail(command, "the engine broke: " + broken + " at " + firstFrames(broken));
        }
    }

    private static String firstFrames(Throwable broken) {
        StackTraceElement[] trace = broken.getStackTrace();
        return Arrays.toString(Arrays.copyOf(trace, Math.min(4, trace.length)));
    }

    private void fail(Command command, String message) {
        failed++;
        failures.add(script.name() + ":" + command.line() + " " + command.type() + ": " + message);
    }

    private void perform(Command command) throws SkipException, Mismatch, Failure {
        switch (command.type()) {
            case "module" -> module(command);
            case "module_definition" -> define(command);
            case "module_instance" -> instance(command);
            case "register" -> register(command);
            case "action" -> act(command.action());
            case "assert_return" -> assertReturn(command);
            case "assert_trap" -> assertFailure(command, Failure.Kind.TRAP, true);
            case "assert_exhaustion" -> assertFailure(command, Failure.Kind.EXHAUSTION, false);
            case "assert_exception" -> assertFailure(command, Failure.Kind.EXCEPTION, false);
            case "assert_suspension" -> assertFailure(command, Failure.Kind.SUSPENSION, false);
            case "assert_invalid", "assert_malformed", "assert_invalid_custom", "assert_malformed_custom" ->
                assertRefused(command);
            case "assert_unlinkable" -> assertNotInstantiable(command, Failure.Kind.UNLINKABLE);
            case "assert_uninstantiable" -> assertNotInstantiable(command, Failure.Kind.TRAP);
            default -> throw new SkipException("not known: " + command.type());
        }
    }

    // --- modules

    private void module(Command command) throws SkipException, Failure {
        current = null;
        bindInstance(command.name(), null);
        Object module = compile(command);
        Object instance = module instanceof Skipped ? module : instantiate(module);
        current = instance;
        bindInstance(command.name(), instance);
        skipIfSkipped(instance);
    }

    private void define(Command command) throws SkipException, Failure {
        latestDefinition = null;
        Object module = compile(command);
        latestDefinition = module;
        if (command.name() != null) {
            definitions.put(command.name(), module);
        }
        skipIfSkipped(module);
    }

    private void instance(Command command) throws SkipException, Mismatch, Failure {
        current = null;
        Object module = command.module() == null ? latestDefinition : definitions.get(command.module());
        if (module == null) {
            throw new Mismatch("no such definition: " + command.module());
        }
        Object instance = module instanceof Skipped ? module : instantiate(module);
        current = instance;
        bindInstance(command.instance(), instance);
        skipIfSkipped(instance);
    }

    private void bindInstance(String name, Object instance) {
        if (name != null) {
            instances.put(name, instance);
        }
    }

    /** The module of a command, or why it is skipped. */
    private Object compile(Command command) throws SkipException, Failure {
        String file = command.binary();
        if (file == null) {
            throw new SkipException("text");
        }
        Object module = engine.compile(script.bytes(file));
        String unsupported = engine.unsupported(module);
        if (unsupported != null) {
            reasons.add(file + " (line " + command.line() + "): " + unsupported);
            return new Skipped(unsupported);
        }
        return module;
    }

    private Object instantiate(Object module) throws Failure {
        for (String imported : engine.importedModules(module)) {
            Skipped provider = skippedModules.get(imported);
            if (provider != null) {
                return provider;
            }
        }
        return engine.instantiate(module);
    }

    private void register(Command command) throws SkipException, Mismatch {
        Object instance = instance(command.name());
        if (instance instanceof Skipped provider) {
            skippedModules.put(command.as(), provider);
            throw new SkipException(provider.reason());
        }
        skippedModules.remove(command.as());
        engine.register(command.as(), instance);
    }

    private Object instance(String name) throws Mismatch {
        Object instance = name == null ? current : instances.get(name);
        if (instance == null) {
            throw new Mismatch(name == null ? "no current instance" : "no instance " + name);
        }
        return instance;
    }

    private static void skipIfSkipped(Object moduleOrInstance) throws SkipException {
        if (moduleOrInstance instanceof Skipped provider) {
            throw new SkipException(provider.reason());
        }
    }

    // --- actions and asserts

    private ScriptValue[] act(Action action) throws SkipException, Mismatch, Failure {
        Object instance = instance(action.module());
        skipIfSkipped(instance);
        if (!action.isInvoke()) {
            return new ScriptValue[] {engine.get(instance, action.field())};
        }
        var arguments = new ScriptValue[action.arguments().size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = ScriptComparison.argument(action.arguments().get(i));
        }
        return engine.invoke(instance, action.field(), arguments);
    }

    private void assertReturn(Command command) throws SkipException, Mismatch, Failure {
        ScriptValue[] results = act(command.action());
        List<Value> expected = command.expected();
        boolean matches = results.length == expected.size();
        for (int i = 0; matches && i < results.length; i++) {
            matches = ScriptComparison.matches(expected.get(i), results[i]);
        }
        if (!matches) {
            throw new Mismatch(command.action() + " expected " + expected + " but got " + Arrays.toString(results));
        }
    }

    private void assertFailure(Command command, Failure.Kind kind, boolean compareText) throws SkipException, Mismatch {
        try {
            ScriptValue[] results = act(command.action());
            throw new Mismatch("expected " + kind + " (" + command.text() + ") but got " + Arrays.toString(results));
        } catch (Failure failure) {
            check(command, failure, kind, compareText);
        }
    }

    /** Any refusal will do for invalid modules: a strict decoder may find first what validation would. */
    private void assertRefused(Command command) throws SkipException, Mismatch {
        if (command.isText()) {
            throw new SkipException("text");
        }
        try {
            engine.compile(script.bytes(command.filename()));
        } catch (Failure failure) {
            boolean refused = failure.kind() == Failure.Kind.MALFORMED || failure.kind() == Failure.Kind.INVALID;
            if (!refused) {
                throw new Mismatch(
                        "expected " + command.text() + " but got " + failure.kind() + ": " + failure.getMessage());
            }
            return;
        }
        throw new Mismatch("accepted: " + command.filename() + ", expected " + command.text());
    }

    private void assertNotInstantiable(Command command, Failure.Kind kind) throws SkipException, Mismatch, Failure {
        Object module = compile(command);
        skipIfSkipped(module);
        try {
            skipIfSkipped(instantiate(module));
            throw new Mismatch("instantiated: " + command.filename() + ", expected " + command.text());
        } catch (Failure failure) {
            check(command, failure, kind, kind == Failure.Kind.TRAP);
        }
    }

    /** The suite now and then says more (an index) than is in the words. */
    private static void check(Command command, Failure failure, Failure.Kind kind, boolean compareText)
            throws Mismatch {
        String message = failure.getMessage();
        boolean sameText = !compareText
                || message.startsWith(command.text())
                || (!message.isEmpty() && command.text().startsWith(message));
        if (failure.kind() != kind || !sameText) {
            throw new Mismatch(
                    "expected " + kind + " (" + command.text() + ") but got " + failure.kind() + " (" + message + ")");
        }
    }
}
