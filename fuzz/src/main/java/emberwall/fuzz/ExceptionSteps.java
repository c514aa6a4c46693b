package emberwall.fuzz;

import emberwall.fuzz.Draft.Tag;
import emberwall.fuzz.Steps.Step;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Steps that throw and catch, in the form of the standard and in the old one. */
final class ExceptionSteps {
    private static final int[] NONE = {};
    private static final int EXCEPTION = ValueType.asNonNull(ValueType.EXNREF);
    private static final int MOST_CLAUSES = 4;

    // Kinds of catch clauses.
    private static final int WITH_REFERENCE = 1;
    private static final int OF_ALL = 2;

    // @formatter:off
    static final List<Step> STEPS = List.of(
        new Step(12, Opcode.THROW,     steps -> sometimes(steps, () -> throwTag(steps))),
        new Step( 5, Opcode.THROW_REF, steps -> sometimes(steps, () -> throwReference(steps))),
        new Step(12, Opcode.TRY_TABLE, ExceptionSteps::tryTable),
        new Step( 8, Opcode.TRY,       ExceptionSteps::tryCatch),
        new Step( 3, Opcode.DELEGATE,  ExceptionSteps::tryDelegate),
        new Step( 6, Opcode.RETHROW,   ExceptionSteps::rethrow));
    // @formatter:on

    private ExceptionSteps() {}

    /** Does what ends the block in a branch of its own, mostly. */
    private static void sometimes(Steps steps, Runnable end) {
        if (steps.chance(12)) {
            end.run();
            return;
        }
        steps.condition();
        Instruction block = Instruction.block(Opcode.IF, FunctionType.of(NONE, NONE));
        steps.stack.pop(1);
        steps.out.add(block);
        steps.within(block, block.body, end);
    }

    private static void throwTag(Steps steps) {
        if (!steps.draft.tags.isEmpty()) {
            Tag tag = steps.pick(steps.draft.tags);
            steps.provide(tag.type.parameters());
            steps.emit(Opcode.THROW, tag.type.parameters(), NONE, tag);
            steps.die();
        }
    }

    private static void throwReference(Steps steps) {
        steps.value(ValueType.EXNREF);
        steps.emit(Opcode.THROW_REF, new int[] {ValueType.EXNREF}, NONE);
        steps.die();
    }

    // ---- try_table

    /**
     * <pre>
     *   block (results)
     *     block (what clause 0 carries) ... block (what the last one carries)
     *       try_table ... end
     *       br to the outermost
     *     end  handle what was carried, br to the outermost ...
     *   end
     * </pre>
     */
    private static void tryTable(Steps steps) {
        int[] results = steps.module.types(2);
        Instruction block = Instruction.block(Opcode.TRY_TABLE, FunctionType.of(NONE, results));
        steps.around(results, around -> clauses(steps, around, block, steps.random.nextInt(1, MOST_CLAUSES)));
    }

    private static void clauses(Steps steps, Instruction around, Instruction block, int left) {
        int[] results = around.results;
        if (left == 0) {
            guarded(steps, block, block.body, results);
            return;
        }
        int kind = steps.random.nextInt(steps.draft.tags.isEmpty() ? OF_ALL : 0, 4);
        Tag tag = (kind & OF_ALL) != 0 ? null : steps.pick(steps.draft.tags);
        int[] carried = tag == null ? NONE : tag.type.parameters();
        if ((kind & WITH_REFERENCE) != 0) {
            carried = Steps.with(carried, EXCEPTION);
        }
        steps.around(carried, handler -> {
            Object[] clauses = block.immediates;
            int at = clauses.length;
            block.immediates = Arrays.copyOf(clauses, at + Encoder.CLAUSE);
            block.immediates[at] = kind;
            block.immediates[at + 1] = tag == null ? "all" : tag;
            block.immediates[at + 2] = handler;
            clauses(steps, around, block, left - 1);
            steps.emit(Opcode.BR, results, NONE, around);
        });
        steps.settle(results);
    }

    /** The body of a block from which much is thrown. */
    private static void guarded(Steps steps, Instruction block, List<Instruction> body, int[] results) {
        steps.out.add(block);
        steps.module.generated.add(block.opcode);
        steps.body(body, block, NONE, results, steps.share(), () -> {
            if (steps.chance(2)) {
                sometimes(steps, () -> throwTag(steps));
            }
        });
        steps.stack.push(results);
    }

    // ---- try, catch, delegate

    private static void tryCatch(Steps steps) {
        int[] results = steps.module.types(2);
        Instruction block = Instruction.block(Opcode.TRY, FunctionType.of(NONE, results));
        List<Instruction> handlers = new ArrayList<>();
        guarded(steps, block, block.body, results);
        steps.stack.pop(results.length);
        for (int i = steps.random.nextInt(3); i > 0 && !steps.draft.tags.isEmpty(); i--) {
            Tag tag = steps.pick(steps.draft.tags);
            Instruction handler = new Instruction(Opcode.CATCH, NONE, NONE, tag);
            handler.body = new ArrayList<>();
            handlers.add(handler);
        }
        if (handlers.isEmpty() || steps.chance(2)) {
            Instruction handler = new Instruction(Opcode.CATCH_ALL, NONE, NONE);
            handler.body = new ArrayList<>();
            handlers.add(handler);
        }
        block.handlers = handlers;
        for (Instruction handler : handlers) {
            steps.module.generated.add(handler.opcode);
            int[] caught = handler.opcode == Opcode.CATCH ? ((Tag) handler.immediates[0]).type.parameters() : NONE;
            steps.handlers.add(block);
            steps.body(handler.body, block, caught, results, steps.share(), () -> {
                if (steps.chance(3)) {
                    rethrow(steps);
                }
            });
            steps.handlers.removeLast();
        }
        steps.stack.push(results);
    }

    private static void tryDelegate(Steps steps) {
        int[] results = steps.module.types(2);
        Instruction block = Instruction.block(Opcode.TRY, FunctionType.of(NONE, results));
        Object target = steps.pick(steps.labels);
        guarded(steps, block, block.body, results);
        block.handlers = List.of(new Instruction(Opcode.DELEGATE, NONE, NONE, target));
        steps.module.generated.add(Opcode.DELEGATE);
    }

    /** Throws once more what a handler around was called with. */
    private static void rethrow(Steps steps) {
        if (!steps.handlers.isEmpty()) {
            Instruction handled = steps.pick(steps.handlers);
            sometimes(steps, () -> {
                steps.emit(Opcode.RETHROW, NONE, NONE, handled);
                steps.die();
            });
        }
    }
}
