package emberwall.fuzz;

import emberwall.fuzz.Steps.Step;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Steps about references as such: null or not, and of which type they turn out to be. */
final class ReferenceSteps {
    private static final int[] I32 = {ValueType.I32};
    /** The abstract heap types by the top of their hierarchy. */
    private static final int[] OBJECTS = {
        ValueType.ANY, ValueType.EQ, ValueType.I31, ValueType.STRUCT, ValueType.ARRAY, ValueType.NONE
    };

    private static final int[] FUNCTIONS = {ValueType.FUNC, ValueType.NOFUNC};

    // @formatter:off
    static final List<Step> STEPS = List.of(
        new Step( 12, Opcode.REF_IS_NULL,     ReferenceSteps::isNull),
        new Step(  4, Opcode.REF_AS_NON_NULL, ReferenceSteps::asNonNull),
        new Step( 10, Opcode.BR_ON_NULL,      ReferenceSteps::branchOnNull),
        new Step( 10, Opcode.BR_ON_NON_NULL,  ReferenceSteps::branchOnNonNull),
        new Step(150, Opcode.STRUCT_NEW,      ObjectRows::any),
        new Step( 14, Opcode.REF_TEST,        ReferenceSteps::test),
        new Step( 14, Opcode.REF_CAST,        ReferenceSteps::cast),
        new Step( 10, Opcode.BR_ON_CAST,      steps -> branchOnCast(steps, Opcode.BR_ON_CAST)),
        new Step( 10, Opcode.BR_ON_CAST_FAIL, steps -> branchOnCast(steps, Opcode.BR_ON_CAST_FAIL)));
    // @formatter:on

    private ReferenceSteps() {}

    /** Pushes a reference that may be null; answers its type. */
    private static int nullable(Steps steps) {
        int type = ValueType.asNullable(steps.pick(steps.module.references));
        steps.provide(new int[] {type});
        return type;
    }

    private static void isNull(Steps steps) {
        steps.emit(Opcode.REF_IS_NULL, new int[] {nullable(steps)}, I32);
    }

    private static void asNonNull(Steps steps) {
        int type = nullable(steps);
        steps.emit(Opcode.REF_AS_NON_NULL, new int[] {type}, new int[] {ValueType.asNonNull(type)});
    }

    private static void branchOnNull(Steps steps) {
        Object label = steps.pick(steps.labels);
        int[] carried = steps.labelTypes(label);
        steps.provide(carried);
        int type = ValueType.asNullable(steps.pick(steps.module.references));
        steps.value(type);
        steps.emit(Opcode.BR_ON_NULL, Steps.with(carried, type), Steps.with(carried, ValueType.asNonNull(type)), label);
    }

    private static void branchOnNonNull(Steps steps) {
        int type = ValueType.asNullable(steps.pick(steps.module.references));
        int[] carried = {ValueType.asNonNull(type)};
        steps.around(carried, around -> {
            steps.value(type);
            steps.emit(Opcode.BR_ON_NON_NULL, new int[] {type}, new int[0], around);
            steps.value(carried[0]);
        });
    }

    // ---- casts

    private static int top(Steps steps, int type) {
        return steps.types.types().topOf(ValueType.heapType(type));
    }

    /** Any heap type in the hierarchy of a type that casts know. */
    private static int heapType(Steps steps, int type) {
        boolean isObject = top(steps, type) == ValueType.ANY;
        List<Integer> fitting = new ArrayList<>();
        for (int index = 0; index < steps.types.count(); index++) {
            if (steps.types.types().isFunction(index) != isObject) {
                fitting.add(ValueType.concrete(index));
            }
        }
        int[] others = isObject ? OBJECTS : FUNCTIONS;
        return fitting.isEmpty() || steps.chance(3) ? others[steps.random.nextInt(others.length)] : steps.pick(fitting);
    }

    /** A type from which casts go down. */
    private static int source(Steps steps) {
        Integer type = steps.any(steps.module.references, one -> top(steps, one) == ValueType.ANY || steps.chance(20));
        return type == null || top(steps, type) == ValueType.EXTERN || top(steps, type) == ValueType.EXN
                ? ValueType.FUNCREF
                : ValueType.asNullable(type);
    }

    private static void test(Steps steps) {
        int from = source(steps);
        steps.provide(new int[] {from});
        Opcode row = steps.chance(2) ? Opcode.REF_TEST : Opcode.REF_TEST_NULL;
        steps.emit(row, new int[] {from}, I32, heapType(steps, from));
    }

    /** Mostly of a value that is what it is cast to, behind a block that says less of it. */
    private static void cast(Steps steps) {
        int from = source(steps);
        int heap = heapType(steps, from);
        Opcode row = steps.chance(2) ? Opcode.REF_CAST : Opcode.REF_CAST_NULL;
        int to = ValueType.reference(row == Opcode.REF_CAST_NULL, heap);
        int seen = ValueType.reference(true, top(steps, from));
        if (steps.chance(5)) {
            steps.provide(new int[] {from});
        } else {
            steps.around(new int[] {seen}, around -> steps.value(to));
        }
        steps.emit(row, new int[] {seen}, new int[] {to}, heap);
    }

    private static void branchOnCast(Steps steps, Opcode row) {
        int from = ValueType.reference(!steps.chance(4), top(steps, source(steps)));
        int to = ValueType.reference(ValueType.isNullable(from) && steps.chance(2), heapType(steps, from));
        int rest = ValueType.isNullable(to) ? ValueType.asNonNull(from) : from;
        boolean onFailure = row == Opcode.BR_ON_CAST_FAIL;
        int carried = onFailure ? rest : to;
        int left = onFailure ? to : rest;
        steps.around(new int[] {carried}, around -> {
            steps.value(steps.chance(2) && steps.types.isSubtype(to, from) ? to : from);
            steps.emit(row, new int[] {from}, new int[] {left}, from, to, around);
            steps.sink();
            steps.value(carried);
        });
    }
}
