package emberwall.testing;

import java.util.Collection;

/**
 * What {@link ScriptRunner} needs of an engine under test.
 *
 * <p>Modules and instances are objects of the engine's own; values are {@link ScriptValue}s. The engine provides the
 * suite's host module {@code spectest} itself.
 */
public interface ScriptEngine {
    /** Begins a script: forgets all instances and registered names, and makes a fresh {@code spectest}. */
    void begin();

    /** Ends a script: releases what it made. */
    void end();

    /**
     * What in a valid module is outside the features that the engine is tested for: the first such opcode or type, with its
     * offset. Null where there is nothing.
     */
    String unsupported(Object module);

    /** Decodes and validates. */
    Object compile(byte[] bytes) throws Failure;

    /** The names of the modules that a module imports from. */
    Collection<String> importedModules(Object module);

    /** Links against what is registered, initialises, runs the start function. */
    Object instantiate(Object module) throws Failure;

    /** Makes the exports of an instance importable as module {@code name}. */
    void register(String name, Object instance);

    /** Calls an exported function. */
    ScriptValue[] invoke(Object instance, String function, ScriptValue[] arguments) throws Failure;

    /** Reads an exported global. */
    ScriptValue get(Object instance, String global) throws Failure;

    /** How a module or a call failed. */
    final class Failure extends Exception {
        /** The classes of failure that scripts distinguish. */
        public enum Kind {
            MALFORMED,
            INVALID,
            LIMIT,
            UNLINKABLE,
            TRAP,
            EXHAUSTION,
            EXCEPTION,
            SUSPENSION
        }

        private final Kind kind;

        public Failure(Kind kind, String message, Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }

        public Kind kind() {
            return kind;
        }
    }
}
