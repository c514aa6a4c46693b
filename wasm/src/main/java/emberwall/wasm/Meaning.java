package emberwall.wasm;

import emberwall.op.Op;
import emberwall.op.Type;

/** What an instruction is about: the family by which interpreters and compilers treat it. */
public sealed interface Meaning {
    /** Blocks, branches and traps. */
    Meaning CONTROL = Family.CONTROL;
    /** Calls, tail calls among them. */
    Meaning INVOCATION = Family.INVOCATION;
    /** Throwing and catching, in the old form and the new. */
    Meaning EXCEPTION = Family.EXCEPTION;
    /** {@code drop} and {@code select}. */
    Meaning PARAMETRIC = Family.PARAMETRIC;
    /** Locals and globals. */
    Meaning VARIABLE = Family.VARIABLE;
    /** A constant on the stack. */
    Meaning CONSTANT = Family.CONSTANT;
    /** References as such: null, functions, small integers, casts. */
    Meaning REFERENCE = Family.REFERENCE;
    /** Structures and arrays. */
    Meaning AGGREGATE = Family.AGGREGATE;
    /** Access to one element of a table, or to the table's size. */
    Meaning TABLE_ACCESS = Family.TABLE_ACCESS;
    /** Memory size and growth, and whatever moves many bytes or elements. */
    Meaning BULK = Family.BULK;

    /** The families of which there is no more to say than the opcode itself. */
    enum Family implements Meaning {
        CONTROL,
        INVOCATION,
        EXCEPTION,
        PARAMETRIC,
        VARIABLE,
        CONSTANT,
        REFERENCE,
        AGGREGATE,
        TABLE_ACCESS,
        BULK
    }

    /**
     * One operator on the topmost operands.
     *
     * @param op the operator
     * @param type the type on which it works
     */
    record Numeric(Op op, Type type) implements Meaning {}

    /**
     * One access to linear memory, or a fence between accesses.
     *
     * @param op the operator: how memory and value are related, whether it is atomic
     * @param type the value's type
     * @param bytes how many bytes of memory are touched
     */
    record Memory(Op op, Type type, int bytes) implements Meaning {}

    static Meaning compute(Op op, Type type) {
        return new Numeric(op, type);
    }

    static Meaning access(Op op, Type type, int bytes) {
        return new Memory(op, type, bytes);
    }
}
