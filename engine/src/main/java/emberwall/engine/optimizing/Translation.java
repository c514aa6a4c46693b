package emberwall.engine.optimizing;

import emberwall.engine.code.ModuleContext;
import emberwall.engine.store.InstanceLayout;
import emberwall.ir.Access;
import emberwall.ir.Builder;
import emberwall.ir.Callee;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the families of instructions share while a function becomes a graph: the values of locals and operands, which are
 * nodes, and where the instruction at work stands. Locals lie under the operands, those of an inlined function over the
 * operands of its caller.
 */
final class Translation {
    /** After so many steps a function is too much work: ten seconds of compiling, or so. */
    private static final long MOST_WORK = 1L << 30;

    final ModuleContext context;
    final Module module;
    final Types types;
    final InstanceLayout layout;
    final BodyReader reader;
    final SourceStates states;

    Builder b;
    Graph graph;

    /** Nodes: locals, then operands. */
    int[] values = new int[64];
    /** How many there are. */
    int top;
    /** Which locals, by their place among the values, are references. */
    boolean[] references = new boolean[64];

    // The function at work.
    int function;
    int firstLocal;
    int localCount;
    BodyScan scan;
    /** Where the instruction at work stands in the module. */
    int position;
    /** Whether the instruction at work can be reached. */
    boolean reachable;

    private final List<List<Type>> parameterTypes = new ArrayList<>();
    private final List<List<Type>> resultTypes = new ArrayList<>();
    private final Map<Key, Integer> callees = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private long work;

    /** What makes callees different. */
    private record Key(Target target, List<Type> parameters) {}

    Translation(ModuleContext context) {
        states = new SourceStates(this);
        this.context = context;
        module = context.module();
        types = module.types();
        layout = context.layout();
        reader = new BodyReader(module.bytes(), 0, 0);
        for (int type = 0; type < types.count(); type++) {
            parameterTypes.add(null);
            resultTypes.add(null);
        }
    }

    /** Begins a graph. */
    void begin(Builder builder) {
        b = builder;
        graph = builder.graph();
        callees.clear();
        names.clear();
        top = 0;
        work = 0;
        states.begin();
    }

    /** Counts steps, so that none of our ways to be slow can take for ever. */
    void spend(int steps) {
        work += steps;
        if (work > MOST_WORK) {
            throw new Unsupported("too much work");
        }
    }

    // ---- types

    /** What a value of WebAssembly is to graphs: a reference is a word. */
    static Type machine(int valueType) {
        return switch (valueType) {
            case ValueType.I32, ValueType.I8, ValueType.I16 -> Type.I32;
            case ValueType.F32 -> Type.F32;
            case ValueType.F64 -> Type.F64;
            case ValueType.V128 -> Type.V128;
            default -> Type.I64;
        };
    }

    /** The parameters of a function type. */
    List<Type> parameters(int type) {
        List<Type> known = parameterTypes.get(type);
        if (known == null) {
            known = new ArrayList<>();
            for (int i = 0; i < types.parameterCount(type); i++) {
                known.add(machine(types.parameter(type, i)));
            }
            known = List.copyOf(known);
            parameterTypes.set(type, known);
        }
        return known;
    }

    /** The results of a function type. */
    List<Type> results(int type) {
        List<Type> known = resultTypes.get(type);
        if (known == null) {
            known = new ArrayList<>();
            for (int i = 0; i < types.resultCount(type); i++) {
                known.add(machine(types.result(type, i)));
            }
            known = List.copyOf(known);
            resultTypes.set(type, known);
        }
        return known;
    }

    /** The number of a callee, which is made when it is first wanted. */
    int callee(Target target, String name, List<Type> parameters, List<Type> results) {
        Key key = new Key(target, parameters);
        Integer known = callees.get(key);
        if (known == null) {
            String unique = names.add(name) ? name : name + "." + names.size();
            names.add(unique);
            known = b.callee(new Callee(unique, parameters, results, target));
            callees.put(key, known);
        }
        return known;
    }

    // ---- operands

    void reserve(int more) {
        if (top + more > values.length) {
            values = Arrays.copyOf(values, Math.max(values.length * 2, top + more));
            references = Arrays.copyOf(references, values.length);
        }
    }

    void push(int value) {
        if (top == values.length) {
            reserve(1);
        }
        values[top++] = value;
    }

    /** Pushes a value of a type, of which a collector hears if it is a reference. */
    void push(int value, int valueType) {
        push(ValueType.isReference(valueType) ? reference(value) : value);
    }

    int pop() {
        return values[--top];
    }

    /** Pops so many operands, the first of them first. */
    int[] pop(int count) {
        top -= count;
        return Arrays.copyOfRange(values, top, top + count);
    }

    /** Says that a value is a reference. Null is none that matters. */
    int reference(int value) {
        return graph.isConstant(value) ? value : b.reference(value);
    }

    // ---- values that many want

    /** An address that was an i32 or i64 operand, as i64. */
    int wide(int value) {
        return graph.type(value) == Type.I64 ? value : b.compute(Op.EXTEND_I32_U, Type.I64, value);
    }

    /** An i64 as the i32 or i64 that a type of addresses is. */
    int narrow(int value, int addressType) {
        return addressType == ValueType.I64 ? value : b.compute(Op.WRAP, Type.I32, value);
    }

    /** A word of the instance block that never changes. */
    int instanceWord(int offset) {
        return b.load(Op.LOAD, Type.I64, b.context(Context.INSTANCE), offset, Access.INVARIANT);
    }

    /** A word of memory of an alias class. */
    int word(int base, int offset, int aliasClass) {
        return b.load(Op.LOAD, Type.I64, base, offset, Access.of(aliasClass));
    }

    /** A word of memory of an alias class that never becomes less. */
    int growing(Type type, int base, int offset, int aliasClass) {
        return b.load(Op.LOAD, type, base, offset, Access.of(aliasClass) | Access.GROWS);
    }

    /** A half word. */
    int half(int base, int offset, int aliasClass) {
        return b.load(Op.LOAD, Type.I32, base, offset, Access.of(aliasClass));
    }

    /** Traps if a word is zero. */
    void notNull(int word, TrapReason reason) {
        b.trapIf(b.compute(Op.EQZ, Type.I64, word), reason);
    }

    /**
     * An index that is below a limit, after a branch that saw to that: where the branch was guessed wrong, 0.
     *
     * @param type of both
     */
    int masked(Type type, int index, int limit) {
        if (!context.masking()) {
            return index;
        }
        int below = b.compute(Op.LT_U, type, index, limit);
        return b.select(below, index, b.constant(type, 0));
    }
}
