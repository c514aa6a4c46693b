package emberwall.wasm.reference;

import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.FunctionType;

/**
 * One call of a host function: arguments in, results out. Results that are not set are zero or null. Valid only during
 * the call and on its thread.
 */
public final class HostCall {
    private final Interpreter interpreter;
    private final FunctionType type;
    private final ModuleInstance caller;
    private final int arguments;
    private final int results;

    HostCall(Interpreter interpreter, FunctionType type, ModuleInstance caller, int arguments) {
        this.interpreter = interpreter;
        this.type = type;
        this.caller = caller;
        this.arguments = arguments;
        this.results = arguments + type.parameterCount();
    }

    /** The type of the called function. */
    public FunctionType type() {
        return type;
    }

    /** The instance whose code calls; null if the host calls its own function. */
    public ModuleInstance caller() {
        return caller;
    }

    /** The argument at an index as a raw word: an i32 zero-extended, a float as its bits. */
    public long word(int index) {
        return interpreter.words[arguments + checked(index, type.parameterCount())];
    }

    /** The argument at an index, a reference. */
    public Object reference(int index) {
        return interpreter.references[arguments + checked(index, type.parameterCount())];
    }

    /** The argument at an index, a vector. */
    public V128 vector(int index) {
        return Values.vector(reference(index));
    }

    /** Sets the result at an index to a raw word: an i32 zero-extended, a float as its bits. */
    public void result(int index, long word) {
        int slot = results + checked(index, type.resultCount());
        interpreter.words[slot] = Values.narrowed(type.result(index), word);
    }

    /** Sets the result at an index to a reference. */
    public void resultReference(int index, Object reference) {
        interpreter.references[results + checked(index, type.resultCount())] = reference;
    }

    /** Sets the result at an index to a vector. */
    public void resultVector(int index, V128 vector) {
        resultReference(index, vector);
    }

    /** What a host function throws to end the guest that calls it, with a trap in the calling instruction. */
    public GuestTrap trap(TrapReason reason) {
        return new GuestTrap(reason);
    }

    private static int checked(int index, int count) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException(index);
        }
        return index;
    }
}
