package emberwall.script;

import emberwall.engine.CompiledModule;
import emberwall.engine.Engine;
import emberwall.engine.Instance;
import emberwall.script.ScriptReport.Failed;
import emberwall.script.ScriptReport.Skipped;
import emberwall.wasm.text.Script;
import emberwall.wasm.text.Script.Action;
import emberwall.wasm.text.Script.AssertFailure;
import emberwall.wasm.text.Script.AssertRefusal;
import emberwall.wasm.text.Script.AssertReturn;
import emberwall.wasm.text.Script.Command;
import emberwall.wasm.text.Script.ModuleCommand;
import emberwall.wasm.text.Script.ModuleDefinition;
import emberwall.wasm.text.Script.ModuleInstance;
import emberwall.wasm.text.Script.Perform;
import emberwall.wasm.text.Script.Register;
import emberwall.wasm.text.Script.StartThread;
import emberwall.wasm.text.Script.WaitForThread;
import emberwall.wasm.text.ScriptValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/** Plays one script. */
public final class ScriptRunner {
    /** How long somebody waits for a thread of a script, in seconds. */
    private static final int PATIENCE = 120;

    /** Of a binary; as annotations of a text they are looked at. */
    static final String CUSTOM_SECTION = "checks of custom sections";

    /** What proposals that fork off older versions still want to be refused. */
    private static final Set<String> ALLOWED_BY_NOW = Set.of("multiple memories", "multiple tables");

    private final World world;
    private final List<Failed> failures = new ArrayList<>();
    private final List<Skipped> skips = new ArrayList<>();
    private int passed;
    private int superseded;

    private final Map<String, Slot<Instance>> instances = new HashMap<>();
    private final Map<String, Slot<CompiledModule>> definitions = new HashMap<>();
    private final Map<String, ScriptThread> threads = new HashMap<>();
    private Slot<Instance> current;
    private Slot<CompiledModule> latestDefinition;

    /** What a name stands for: something, or the reason why there is nothing. */
    private record Slot<T>(T value, Skip skipped) {
        static <T> Slot<T> of(T value) {
            return new Slot<>(value, null);
        }

        T get() throws Skip {
            if (skipped != null) {
                throw skipped;
            }
            return value;
        }
    }

    /** Something that may be skipped. */
    private interface Attempt<T> {
        T make() throws Skip, Fault;
    }

    /** What a command should have done, and did not. */
    private static final class Mismatch extends Exception {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    /** A module is accepted that should not have been when its script was written. */
    private static final class Superseded extends Exception {
        private static final long serialVersionUID = 1;

        Superseded() {
            super(null, null, false, false);
        }
    }

    /** A thread of the script: what it does is known when it has ended. */
    private record ScriptThread(Thread thread, ScriptRunner runner) {}

    private ScriptRunner(World world) {
        this.world = world;
    }

    /** Plays a script from fresh state, in a store that is closed afterwards. */
    public static ScriptReport run(Engine engine, Script script) {
        return run(engine, CompiledModule::unsupported, script);
    }

    /** The same; modules that need what the engine lacks are skipped. */
    static ScriptReport run(Engine engine, World.Lacks lacks, Script script) {
        try (World world = new World(engine, lacks)) {
            ScriptRunner runner = new ScriptRunner(world);
            runner.play(script.commands());
            return new ScriptReport(script.name(), runner.passed, runner.superseded, runner.failures, runner.skips);
        }
    }

    private void play(List<Command> commands) {
        commands.forEach(this::play);
        for (ScriptThread forgotten : List.copyOf(threads.values())) {
            join(forgotten);
        }
    }

    /** The report on a script that was not played at all. */
    static ScriptReport skipped(Script script, String reason) {
        List<Skipped> skips = new ArrayList<>();
        script.commands().forEach(command -> skip(command, reason, skips));
        return new ScriptReport(script.name(), 0, 0, List.of(), skips);
    }

    private static void skip(Command command, String reason, List<Skipped> skips) {
        skips.add(new Skipped(command.line(), command.keyword(), reason));
        if (command instanceof StartThread thread) {
            thread.commands().forEach(inner -> skip(inner, reason, skips));
        }
    }

    private void play(Command command) {
        try {
            perform(command);
            passed++;
        } catch (Superseded allowed) {
            superseded++;
        } catch (Skip skip) {
            skip(command, skip.reason(), skips);
        } catch (Mismatch mismatch) {
            fail(command, mismatch.getMessage());
        } catch (Fault fault) {
            fail(command, "unexpected " + fault);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError | InternalError broken) {
            fail(command, "the engine broke: " + broken + " at " + firstFrames(broken));
        }
    }

    private void fail(Command command, String problem) {
        failures.add(new Failed(command.line(), command.keyword(), problem));
    }

    private static String firstFrames(Throwable broken) {
        StackTraceElement[] trace = broken.getStackTrace();
        return Arrays.toString(Arrays.copyOf(trace, Math.min(4, trace.length)));
    }

    private void perform(Command command) throws Skip, Superseded, Mismatch, Fault {
        switch (command) {
            case ModuleCommand module -> module(module);
            case ModuleDefinition definition -> define(definition);
            case ModuleInstance instance -> instantiate(instance);
            case Register register -> register(register);
            case Perform action -> act(action.action());
            case AssertReturn assertion -> assertReturn(assertion);
            case AssertFailure assertion -> assertFailure(assertion);
            case AssertRefusal assertion -> assertRefusal(assertion);
            case StartThread thread -> start(thread);
            case WaitForThread thread -> await(thread);
        }
    }

    // --- modules

    private void module(ModuleCommand command) throws Skip, Fault {
        current = null;
        bind(instances, command.name(), null);
        CompiledModule module = world.compile(command.module());
        become(command.name(), () -> world.instantiate(module));
    }

    private void instantiate(ModuleInstance command) throws Skip, Mismatch, Fault {
        current = null;
        Slot<CompiledModule> definition =
                command.definition() == null ? latestDefinition : definitions.get(command.definition());
        if (definition == null) {
            throw new Mismatch("no such definition: " + command.definition());
        }
        become(command.name(), () -> world.instantiate(definition.get()));
    }

    /** A new instance becomes the current one, and so does none that is skipped. */
    private void become(String name, Attempt<Instance> attempt) throws Skip, Fault {
        Slot<Instance> slot = slot(attempt);
        current = slot;
        bind(instances, name, slot);
        slot.get();
    }

    private void define(ModuleDefinition command) throws Skip, Fault {
        latestDefinition = null;
        Slot<CompiledModule> slot = slot(() -> world.compile(command.module()));
        latestDefinition = slot;
        bind(definitions, command.name(), slot);
        slot.get();
    }

    private static <T> Slot<T> slot(Attempt<T> attempt) throws Fault {
        try {
            return Slot.of(attempt.make());
        } catch (Skip skip) {
            return new Slot<>(null, skip);
        }
    }

    private static <T> void bind(Map<String, T> names, String name, T value) {
        if (name != null) {
            names.put(name, value);
        }
    }

    private void register(Register command) throws Skip, Mismatch {
        Slot<Instance> slot = instance(command.instance());
        if (slot.skipped() != null) {
            world.registerSkipped(command.as(), slot.skipped());
        }
        world.register(command.as(), slot.get());
    }

    private Slot<Instance> instance(String name) throws Mismatch {
        Slot<Instance> instance = name == null ? current : instances.get(name);
        if (instance == null) {
            throw new Mismatch(name == null ? "no current instance" : "no instance " + name);
        }
        return instance;
    }

    // --- threads

    private void start(StartThread command) throws Mismatch {
        Map<String, Slot<Instance>> shared = new HashMap<>();
        for (String name : command.shared()) {
            shared.put(name, instance(name));
        }
        ScriptRunner inside = new ScriptRunner(world.another());
        inside.instances.putAll(shared);
        Thread thread = Thread.ofPlatform().name("script " + command.name()).start(() -> {
            try (World own = inside.world) {
                inside.play(command.commands());
            }
        });
        ScriptThread before = threads.put(command.name(), new ScriptThread(thread, inside));
        if (before != null) {
            join(before);
        }
    }

    private void await(WaitForThread command) throws Mismatch {
        ScriptThread thread = threads.remove(command.thread());
        if (thread == null) {
            throw new Mismatch("no thread " + command.thread());
        }
        join(thread);
    }

    /** Waits for a thread and adds what it did to what was done here. */
    private void join(ScriptThread thread) {
        Thread running = thread.thread();
        ScriptRunner inside = thread.runner();
        try {
            if (!running.join(Duration.ofSeconds(PATIENCE))) {
                inside.world.interrupt();
                running.join();
            }
        } catch (InterruptedException wanted) {
            inside.world.interrupt();
            Thread.currentThread().interrupt();
            return;
        }
        passed += inside.passed;
        superseded += inside.superseded;
        failures.addAll(inside.failures);
        skips.addAll(inside.skips);
    }

    // --- actions and what is asserted of them

    private World.Results act(Action action) throws Skip, Mismatch, Fault {
        return world.perform(instance(action.instance()).get(), action);
    }

    private void assertReturn(AssertReturn command) throws Skip, Mismatch, Fault {
        World.Results results = act(command.action());
        List<ScriptValue> expected = command.expected();
        boolean matches = results.types().length == expected.size();
        for (int i = 0; matches && i < expected.size(); i++) {
            matches = Values.matches(expected.get(i), results.types()[i], results.values()[i]);
        }
        if (!matches) {
            throw new Mismatch(command.action() + " expected " + expected + " but got " + text(results));
        }
    }

    private static String text(World.Results results) {
        StringJoiner joiner = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < results.types().length; i++) {
            joiner.add(Values.text(results.types()[i], results.values()[i]));
        }
        return joiner.toString();
    }

    private void assertFailure(AssertFailure command) throws Skip, Mismatch {
        Fault.Kind kind = switch (command.failure()) {
            case TRAP -> Fault.Kind.TRAP;
            case EXHAUSTION -> Fault.Kind.EXHAUSTION;
            case EXCEPTION -> Fault.Kind.EXCEPTION;
            case SUSPENSION -> null;
        };
        String wanted = command.failure() + " (" + command.text() + ")";
        try {
            World.Results results = act(command.action());
            throw new Mismatch("expected " + wanted + " but got " + text(results));
        } catch (Fault fault) {
            boolean sameWords = kind != Fault.Kind.TRAP || isSaid(command.text(), fault);
            if (fault.kind() != kind || !sameWords) {
                throw new Mismatch("expected " + wanted + " but got " + fault);
            }
        }
    }

    /** The suite now and then says more (an index) than is in the words. */
    private static boolean isSaid(String text, Fault fault) {
        String message = fault.getMessage();
        return message.startsWith(text) || !message.isEmpty() && text.startsWith(message);
    }

    private void assertRefusal(AssertRefusal command) throws Skip, Superseded, Mismatch, Fault {
        switch (command.refusal()) {
            case MALFORMED, INVALID, MALFORMED_CUSTOM, INVALID_CUSTOM -> assertNotCompiled(command);
            case UNLINKABLE -> assertNotInstantiated(command, Fault.Kind.UNLINKABLE);
            case UNINSTANTIABLE -> assertNotInstantiated(command, Fault.Kind.TRAP);
        }
    }

    /** Any refusal will do for invalid modules: a strict decoder may find first what validation would. */
    private void assertNotCompiled(AssertRefusal command) throws Skip, Superseded, Mismatch {
        try {
            world.compile(command.module());
        } catch (Fault fault) {
            if (fault.kind() != Fault.Kind.MALFORMED && fault.kind() != Fault.Kind.INVALID) {
                throw new Mismatch("expected " + command.text() + " but got " + fault);
            }
            return;
        }
        if (command.refusal().isCustom() && !command.module().isText()) {
            throw new Skip(CUSTOM_SECTION);
        }
        if (ALLOWED_BY_NOW.contains(command.text())) {
            throw new Superseded();
        }
        throw new Mismatch("accepted, expected " + command.text());
    }

    private void assertNotInstantiated(AssertRefusal command, Fault.Kind kind) throws Skip, Mismatch, Fault {
        CompiledModule module = world.compile(command.module());
        String wanted = kind + " (" + command.text() + ")";
        try {
            world.instantiate(module);
            throw new Mismatch("instantiated, expected " + wanted);
        } catch (Fault fault) {
            if (fault.kind() != kind || !isSaid(command.text(), fault)) {
                throw new Mismatch("expected " + wanted + " but got " + fault);
            }
        }
    }
}
