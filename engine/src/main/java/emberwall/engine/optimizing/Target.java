package emberwall.engine.optimizing;

import emberwall.engine.store.RuntimeFunction;
import java.util.List;

/** What a call of a graph for WebAssembly calls: the target of its {@link emberwall.ir.Callee}. */
public sealed interface Target {
    /**
     * A function of the module, through its cell.
     *
     * @param function its index
     */
    record Direct(int function) implements Target {}

    /**
     * A function that is imported, through the record whose address the instance block has.
     *
     * @param function its index
     */
    record Import(int function) implements Target {}

    /**
     * Any function, through its record, whose address is the first argument.
     *
     * @param type the index of the type of the others and the results
     */
    record Indirect(int type) implements Target {}

    /**
     * Java. Arguments and result are words.
     *
     * <p>Some functions want operands in slots, and the place of the first one. These operands come as further words, each one
     * or (vectors) two, behind the word for the distance of a slot from the one before:
     *
     * <pre>
     *   ... │ place, to be filled in │ -8 or -16 │ first operand │ second operand ...
     * </pre>
     *
     * @param function which
     * @param place the number of the word that is to be the distance of the first operand's word from the frame pointer, or
     *     {@link #NO_PLACE}
     * @param references numbers of those words that are references
     */
    record Runtime(RuntimeFunction function, int place, List<Integer> references) implements Target {
        /** No operand has to be found. */
        public static final int NO_PLACE = -1;

        /** A function of Java; lists are copied. */
        public Runtime {
            references = List.copyOf(references);
        }
    }

    /**
     * What an INVOKE calls.
     *
     * @param target none of these
     * @param clauses what is caught, one for each landing block; those behind the first that match are not asked
     */
    record Guarded(Target target, List<Clause> clauses) implements Target {
        /** What an INVOKE calls; lists are copied. */
        public Guarded {
            clauses = List.copyOf(clauses);
        }
    }

    /**
     * What a landing block catches.
     *
     * @param tag the index of a tag, or {@link #ALL}
     * @param values how many values the exceptions carry that the block takes
     * @param withReference whether the block takes a reference to the exception, too, behind the values
     */
    record Clause(int tag, int values, boolean withReference) {
        /** Instead of a tag: every exception. */
        public static final int ALL = -1;
    }
}
