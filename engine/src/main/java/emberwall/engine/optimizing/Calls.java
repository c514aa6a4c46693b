package emberwall.engine.optimizing;

import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.RuntimeFunction;
import emberwall.engine.store.TypeDisplay;
import emberwall.ir.Block;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Calls of functions, and of Java for what guest code cannot do itself. */
final class Calls {
    private static final List<Type> WORD = List.of(Type.I64);

    private final Translation t;
    private final Control control;
    private final Tables tables;

    Calls(Translation t, Control control) {
        this.t = t;
        this.control = control;
        tables = new Tables(t, this);
    }

    Tables tables() {
        return tables;
    }

    // ---- functions

    void call(int function, boolean isTail) {
        int type = t.module.functionTypeIndex(function);
        boolean imported = t.module.isImported(function);
        Target target = imported ? new Target.Import(function) : new Target.Direct(function);
        String name = (imported ? "import" : "f") + function;
        call(type, target, name, t.parameters(type), t.pop(t.types.parameterCount(type)), isTail);
    }

    void indirect(int type, int table, boolean isTail) {
        int index = t.pop();
        int record = tables.element(table, index, TrapReason.UNDEFINED_ELEMENT);
        t.notNull(record, TrapReason.UNINITIALIZED_ELEMENT);
        checkType(record, type);
        throughRecord(type, record, isTail);
    }

    void reference(int type, boolean isTail) {
        int record = t.pop();
        t.notNull(record, TrapReason.NULL_FUNCTION_REFERENCE);
        throughRecord(type, record, isTail);
    }

    /** Traps unless the function of a record has a type, or one that stands below it. */
    private void checkType(int record, int type) {
        int wanted = t.b.i32(t.context.canonicalType(type));
        int differs = t.b.compute(Op.NE, Type.I32, t.half(record, FuncRecord.TYPE, Aliases.FUNCTION), wanted);
        if (t.types.isFinal(type)) {
            t.b.trapIf(differs, TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
            return;
        }
        Block below = t.b.block();
        Block same = t.b.block();
        t.b.branch(differs, below, same);
        t.b.at(below);
        int depth = t.types.depth(type);
        int display = t.word(record, FuncRecord.DISPLAY, Aliases.FUNCTION);
        t.notNull(display, TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
        if (depth >= TypeDisplay.SHORTEST) {
            int length = t.half(display, TypeDisplay.LENGTH, Aliases.FUNCTION);
            t.b.trapIf(t.b.compute(Op.LE_U, Type.I32, length, t.b.i32(depth)), TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
        }
        int id = t.half(display, TypeDisplay.id(depth), Aliases.FUNCTION);
        t.b.trapIf(t.b.compute(Op.NE, Type.I32, id, wanted), TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
        t.b.jump(same);
        t.b.at(same);
    }

    private void throughRecord(int type, int record, boolean isTail) {
        int[] arguments = new int[t.types.parameterCount(type) + 1];
        arguments[0] = record;
        System.arraycopy(t.pop(arguments.length - 1), 0, arguments, 1, arguments.length - 1);
        List<Type> parameters = new ArrayList<>(WORD);
        parameters.addAll(t.parameters(type));
        call(type, new Target.Indirect(type), "type" + type, parameters, arguments, isTail);
    }

    private void call(int type, Target target, String name, List<Type> parameters, int[] arguments, boolean isTail) {
        List<Type> results = t.results(type);
        if (isTail) {
            t.b.tailCall(t.callee(target, name, parameters, results), arguments);
            t.reachable = false;
            return;
        }
        boolean guarded = isGuarded();
        if (!guarded) {
            t.states.here();
        }
        int node = guarded
                ? invoke(target, name, parameters, results, arguments)
                : t.b.call(t.callee(target, name, parameters, results), arguments);
        t.reserve(results.size());
        for (int i = 0; i < results.size(); i++) {
            int value = i == 0 && !guarded ? node : t.b.result(node, i, results.get(i));
            t.push(value, t.types.result(type, i));
        }
    }

    // ---- calls whose exceptions are caught here

    boolean isGuarded() {
        Region region = control.region();
        return region != null && !region.asked().isEmpty();
    }

    /** Calls, and goes on where nothing was thrown; the operands of the call are gone. */
    private int invoke(Target target, String name, List<Type> parameters, List<Type> results, int[] arguments) {
        t.states.here();
        return invoke(
                target, name, parameters, results, arguments, control.region().asked());
    }

    private int invoke(
            Target target,
            String name,
            List<Type> parameters,
            List<Type> results,
            int[] arguments,
            List<Region.Handler> handlers) {
        List<Target.Clause> clauses = new ArrayList<>();
        List<Block> landings = new ArrayList<>();
        Block normal = t.b.block();
        for (Region.Handler handler : handlers) {
            clauses.add(handler.clause());
            landings.add(t.b.block());
        }
        t.spend(handlers.size());
        Target guarded = new Target.Guarded(target, clauses);
        int node = t.b.invoke(t.callee(guarded, name, parameters, results), arguments, normal, landings);
        int top = t.top;
        for (int i = 0; i < handlers.size(); i++) {
            t.b.at(landings.get(i));
            land(handlers.get(i));
            t.top = top;
        }
        t.reachable = true;
        t.b.at(normal);
        return node;
    }

    private void land(Region.Handler handler) {
        int count = handler.types().length;
        int own = t.firstLocal;
        t.firstLocal = handler.firstLocal(); // the handler may be that of a function into which this one is built
        t.reserve(count + 1);
        for (int i = 0; i < count; i++) {
            t.push(t.b.caught(i, Translation.machine(handler.types()[i])), handler.types()[i]);
        }
        if (handler.clause().withReference()) {
            t.push(t.b.reference(t.b.caught(count, Type.I64)));
        }
        if (handler.frame() != null) {
            control.go(handler.frame());
        } else {
            int[] arguments = handler.merge().arrive();
            t.b.jump(handler.merge().block(), arguments);
        }
        t.firstLocal = own;
    }

    // ---- Java

    /** Asks Java; arguments are words. The value is the result's word, if there is one. */
    int runtime(RuntimeFunction function, int... words) {
        Target target = new Target.Runtime(function, Target.Runtime.NO_PLACE, references(words));
        t.states.here();
        return t.b.call(t.callee(target, name(function), typesOf(words), resultOf(function)), words);
    }

    /**
     * Asks Java, which wants operands in slots.
     *
     * @param immediates the words in front of the place of the first operand's slot
     * @param operands of any type
     */
    int withSlots(RuntimeFunction function, int[] immediates, int[] operands) {
        int[] words = slots(immediates, operands);
        Target target = new Target.Runtime(function, immediates.length, references(words));
        t.states.here();
        return t.b.call(t.callee(target, name(function), typesOf(words), resultOf(function)), words);
    }

    /** Throws: nothing comes behind that. */
    void raise(RuntimeFunction function, int place, int[] words) {
        Target target = new Target.Runtime(function, place, references(words));
        if (isGuarded()) {
            invoke(target, name(function), typesOf(words), List.of(), words);
        } else {
            t.states.here();
            t.b.call(t.callee(target, name(function), typesOf(words), List.of()), words);
        }
        t.b.trap(TrapReason.UNREACHABLE);
        t.reachable = false;
    }

    /** Throws what was caught, where these clauses are asked. */
    void throwAgain(int exception, List<Region.Handler> handlers) {
        int[] words = {exception};
        Target target = new Target.Runtime(RuntimeFunction.THROW_REF, Target.Runtime.NO_PLACE, references(words));
        invoke(target, name(RuntimeFunction.THROW_REF), typesOf(words), List.of(), words, handlers);
        t.b.trap(TrapReason.UNREACHABLE);
        t.reachable = false;
    }

    /** Immediates, the place, the distance of a slot from the one before, and the operands as words. */
    int[] slots(int[] immediates, int[] operands) {
        boolean wide = false;
        for (int operand : operands) {
            wide |= t.graph.type(operand) == Type.V128;
        }
        int first = immediates.length + 2;
        int stride = wide ? 2 : 1;
        int[] words = Arrays.copyOf(immediates, first + stride * operands.length);
        words[first - 2] = t.b.i64(0);
        words[first - 1] = t.b.i64(-8L * stride);
        for (int i = 0; i < operands.length; i++) {
            int at = first + i * stride;
            int operand = operands[i];
            boolean isVector = t.graph.type(operand) == Type.V128;
            words[at] = isVector ? half(operand, 0) : scalar(operand);
            if (wide) {
                words[at + 1] = isVector ? half(operand, 1) : t.b.i64(0);
            }
        }
        return words;
    }

    private int half(int vector, int number) {
        return t.b.compute(Op.EXTRACT_LANE, Type.I64X2, vector, t.b.i32(number));
    }

    private int scalar(int value) {
        return switch (t.graph.type(value)) {
            case F32 -> t.b.compute(Op.REINTERPRET, Type.I32, value);
            case F64 -> t.b.compute(Op.REINTERPRET, Type.I64, value);
            default -> value;
        };
    }

    private List<Integer> references(int[] words) {
        List<Integer> references = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            if (t.graph.isReference(words[i])) {
                references.add(i);
            }
        }
        return references;
    }

    private List<Type> typesOf(int[] words) {
        List<Type> types = new ArrayList<>();
        for (int word : words) {
            types.add(t.graph.type(word));
        }
        return types;
    }

    private static List<Type> resultOf(RuntimeFunction function) {
        return function.hasResult() ? WORD : List.of();
    }

    private static String name(RuntimeFunction function) {
        return function.name().toLowerCase(Locale.ROOT);
    }
}
