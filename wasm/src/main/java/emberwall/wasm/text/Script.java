package emberwall.wasm.text;

import java.util.List;

/**
 * A script of WebAssembly's official suite: modules, and what must come of them.
 *
 * <p>It has two forms, the text that the suite is written in ({@code .wast}) and the JSON that converters make of it; both
 * are read into this. Instances and definitions have names of their own (an identifier without its {@code $}, null where
 * there is none) beside those under which modules import them ({@link Register}).
 *
 * @param name what reports call it: a path, usually
 * @param commands in order
 */
public record Script(String name, List<Command> commands) {
    public Script {
        commands = List.copyOf(commands);
    }

    /** One command. */
    public sealed interface Command {
        /** Where in the text it starts, from 1. */
        int line();

        /** What the JSON form calls its kind: {@code "assert_return"}. */
        String keyword();
    }

    /** {@code (module ...)}: decode, validate, instantiate; the instance becomes the current one. */
    public record ModuleCommand(int line, String name, ScriptModule module) implements Command {
        @Override
        public String keyword() {
            return "module";
        }
    }

    /** {@code (module definition ...)}: decode and validate; it becomes the latest definition. */
    public record ModuleDefinition(int line, String name, ScriptModule module) implements Command {
        @Override
        public String keyword() {
            return "module_definition";
        }
    }

    /**
     * {@code (module instance $instance $definition)}: a new instance, which becomes the current one.
     *
     * @param definition null for the latest one
     */
    public record ModuleInstance(int line, String name, String definition) implements Command {
        @Override
        public String keyword() {
            return "module_instance";
        }
    }

    /**
     * {@code (register "as" $instance)}: its exports can be imported from a module of that name from here on.
     *
     * @param instance null for the current one
     */
    public record Register(int line, String as, String instance) implements Command {
        @Override
        public String keyword() {
            return "register";
        }
    }

    /** An action by itself: it must end well, whatever it returns. */
    public record Perform(int line, Action action) implements Command {
        @Override
        public String keyword() {
            return "action";
        }
    }

    /** {@code (assert_return action value*)}: as many results as expected values, each a match. */
    public record AssertReturn(int line, Action action, List<ScriptValue> expected) implements Command {
        public AssertReturn {
            expected = List.copyOf(expected);
        }

        @Override
        public String keyword() {
            return "assert_return";
        }
    }

    /**
     * An action that must fail, such as {@code (assert_trap action "text")}.
     *
     * @param text in the suite's words; empty for exceptions, which have none
     */
    public record AssertFailure(int line, Failure failure, Action action, String text) implements Command {
        @Override
        public String keyword() {
            return failure.keyword;
        }
    }

    /**
     * A module that must be refused, such as {@code (assert_invalid (module ...) "text")}.
     *
     * @param text in the suite's words
     */
    public record AssertRefusal(int line, Refusal refusal, ScriptModule module, String text) implements Command {
        @Override
        public String keyword() {
            return refusal.keyword;
        }
    }

    /**
     * {@code (thread $name (shared (module $shared))* command*)}: starts a thread that has nothing of this script but the
     * shared instances, and plays its commands there.
     */
    public record StartThread(int line, String name, List<String> shared, List<Command> commands) implements Command {
        public StartThread {
            shared = List.copyOf(shared);
            commands = List.copyOf(commands);
        }

        @Override
        public String keyword() {
            return "thread";
        }
    }

    /** {@code (wait $thread)}: until it has ended. */
    public record WaitForThread(int line, String thread) implements Command {
        @Override
        public String keyword() {
            return "wait";
        }
    }

    /** How an action may have to fail. */
    public enum Failure {
        TRAP("assert_trap"),
        /** Of the call stack. */
        EXHAUSTION("assert_exhaustion"),
        /** An exception that nothing catches. */
        EXCEPTION("assert_exception"),
        /** A suspension that nothing handles. */
        SUSPENSION("assert_suspension");

        private final String keyword;

        Failure(String keyword) {
            this.keyword = keyword;
        }

        /** What scripts call the assertion. */
        public String keyword() {
            return keyword;
        }
    }

    /** When a module may have to be refused. */
    public enum Refusal {
        /** Where it is parsed or decoded. */
        MALFORMED("assert_malformed"),
        /** Where it is validated, by which time a strict decoder may have refused it. */
        INVALID("assert_invalid"),
        /** As {@link #MALFORMED}, for a custom section or annotation, which an engine may not look at. */
        MALFORMED_CUSTOM("assert_malformed_custom"),
        /** As {@link #INVALID}, for a custom section or annotation. */
        INVALID_CUSTOM("assert_invalid_custom"),
        /** Where its imports are looked up. */
        UNLINKABLE("assert_unlinkable"),
        /** Where instantiation traps. The text form says {@code (assert_trap (module ...) "text")}. */
        UNINSTANTIABLE("assert_uninstantiable");

        private final String keyword;

        Refusal(String keyword) {
            this.keyword = keyword;
        }

        /** What the JSON form calls the assertion. */
        public String keyword() {
            return keyword;
        }

        /** Whether it is about custom sections, which an engine need not look at. */
        public boolean isCustom() {
            return this == MALFORMED_CUSTOM || this == INVALID_CUSTOM;
        }
    }

    /** What a script does with an instance. */
    public sealed interface Action {
        /** The name of the instance; null for the current one. */
        String instance();

        /** The name of the export: any string. */
        String field();
    }

    /** {@code (invoke $instance "field" argument*)}: calls an exported function. */
    public record Invoke(String instance, String field, List<ScriptValue> arguments) implements Action {
        public Invoke {
            arguments = List.copyOf(arguments);
        }
    }

    /** {@code (get $instance "field")}: reads an exported global. */
    public record Get(String instance, String field) implements Action {}
}
