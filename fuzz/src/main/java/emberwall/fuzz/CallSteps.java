package emberwall.fuzz;

import emberwall.fuzz.Draft.Function;
import emberwall.fuzz.Draft.Table;
import emberwall.fuzz.Steps.Step;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.List;
import java.util.function.Predicate;

/** Steps that call: functions by index, through tables and through references, and all of that in the place of a return. */
final class CallSteps {
    private static final int[] NONE = {};

    // @formatter:off
    static final List<Step> STEPS = List.of(
        new Step(26, Opcode.CALL,                 steps -> call(steps, Opcode.CALL)),
        new Step(26, Opcode.CALL_INDIRECT,        steps -> callIndirect(steps, Opcode.CALL_INDIRECT)),
        new Step(14, Opcode.CALL_REF,             steps -> callReference(steps, Opcode.CALL_REF)),
        new Step( 5, Opcode.RETURN_CALL,          steps -> call(steps, Opcode.RETURN_CALL)),
        new Step( 5, Opcode.RETURN_CALL_INDIRECT, steps -> callIndirect(steps, Opcode.RETURN_CALL_INDIRECT)),
        new Step( 5, Opcode.RETURN_CALL_REF,      steps -> callReference(steps, Opcode.RETURN_CALL_REF)));
    // @formatter:on

    private CallSteps() {}

    private static boolean isTail(Opcode row) {
        return row == Opcode.RETURN_CALL || row == Opcode.RETURN_CALL_INDIRECT || row == Opcode.RETURN_CALL_REF;
    }

    /** Whether a call of such a function may stand here; only a function that takes fuel calls in the place of a return. */
    private static boolean fits(Steps steps, Opcode row, FunctionType callee) {
        int[] wanted = steps.function.type.results();
        if (!isTail(row)) {
            return true;
        }
        boolean fits = steps.burns && callee.resultCount() == wanted.length;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = steps.types.isSubtype(callee.result(i), wanted[i]);
        }
        return fits;
    }

    private static void emit(Steps steps, Opcode row, int[] operands, FunctionType callee, Object... immediates) {
        steps.emit(row, operands, isTail(row) ? NONE : callee.results(), immediates);
        if (isTail(row)) {
            steps.die();
        }
    }

    private static void call(Steps steps, Opcode row) {
        Function callee = steps.any(steps.draft.functions, one -> fits(steps, row, one.type));
        if (callee != null) {
            steps.provide(callee.type.parameters());
            emit(steps, row, callee.type.parameters(), callee.type, callee);
        }
    }

    private static void callIndirect(Steps steps, Opcode row) {
        Table table = steps.table(ValueType.FUNCREF);
        if (table == null) {
            return;
        }
        Predicate<Function> fits = one -> one != null && fits(steps, row, one.type);
        List<Function> known = steps.module.contents.getOrDefault(table, List.of());
        Function callee = steps.chance(40) ? null : steps.any(known, fits);
        int slot = callee == null ? -1 : known.indexOf(callee);
        if (callee == null) {
            callee = steps.any(steps.draft.functions, fits);
        }
        if (callee == null) {
            return;
        }
        steps.provide(callee.type.parameters());
        if (slot >= 0 && !steps.chance(20)) {
            steps.i32(slot);
            steps.widen(table.addressType());
        } else {
            steps.index(table);
        }
        Object type = callee.declared < 0 ? callee.type : named(steps, callee.declared);
        emit(steps, row, Steps.with(callee.type.parameters(), table.addressType()), callee.type, type, table);
    }

    /** The type by which a function is called: its own, or a supertype that says the same of parameters and results. */
    private static Object named(Steps steps, int declared) {
        int supertype = steps.types.types().supertype(declared);
        boolean isSame = supertype >= 0
                && steps.types.function(supertype).equals(steps.types.function(declared))
                && steps.chance(2);
        return isSame ? supertype : declared;
    }

    private static void callReference(Steps steps, Opcode row) {
        Integer type =
                steps.any(steps.types.of(HeapTypes.Kind.FUNCTION), one -> fits(steps, row, steps.types.function(one)));
        if (type == null) {
            return;
        }
        FunctionType callee = steps.types.function(type);
        int reference = ValueType.reference(true, ValueType.concrete(type));
        steps.provide(callee.parameters());
        steps.value(reference);
        emit(steps, row, Steps.with(callee.parameters(), reference), callee, type);
    }
}
