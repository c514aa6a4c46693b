package emberwall.jit;

import emberwall.ir.Builder;
import emberwall.ir.Callee;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Op;
import emberwall.op.Type;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A function that is being made. What it computes and where it branches goes to the {@link Builder} of its graph; this class
 * has what leads out of it: parameters in Java's terms, memory segments, and calls.
 *
 * <p>Values are nodes of that graph: ints that only this function knows. Used by one thread.
 */
public final class FunctionBuilder {
    private final Jit jit;
    private final String name;
    private final Signature signature;
    private final Builder ir;
    private final long cell;
    private final BitSet written = new BitSet();
    /** What must not be collected before the function: libraries of foreign functions. */
    private final List<Object> needed = new ArrayList<>();

    private boolean compiled;

    FunctionBuilder(Jit jit, String name, Signature signature, long cell) {
        this.jit = jit;
        this.name = name;
        this.signature = signature;
        this.cell = cell;
        ir = new Builder(name, signature.parameters, signature.results);
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its type} */
    public MethodType type() {
        return signature.java;
    }

    /** {@return what makes its graph: constants, operators, blocks, branches, returns} */
    public Builder ir() {
        return ir;
    }

    Signature signature() {
        return signature;
    }

    long cell() {
        return cell;
    }

    List<Object> needed() {
        return needed;
    }

    boolean isWritten(int parameter) {
        return written.get(parameter);
    }

    void writes(int parameter) {
        written.set(parameter);
    }

    // ---- parameters

    /**
     * {@return the value of a parameter that is no segment}
     *
     * @param index which parameter of {@link #type}
     */
    public int parameter(int index) {
        if (signature.isSegment(index)) {
            throw new IllegalArgumentException("parameter " + index + " of " + name + " is a segment");
        }
        return ir.parameter(signature.firstValue(index));
    }

    /**
     * {@return access to a parameter that is a segment}
     *
     * @param index which parameter of {@link #type}
     */
    public SegmentAccess segment(int index) {
        if (!signature.isSegment(index)) {
            throw new IllegalArgumentException("parameter " + index + " of " + name + " is no segment");
        }
        return new SegmentAccess(this, index, true);
    }

    // ---- calls

    /**
     * Calls a function of the same owner: this one, or one that need not be compiled yet. Before it is, a call throws
     * {@link IllegalStateException}. A segment whose address is passed on counts as written to.
     *
     * @param other what is called
     * @param arguments its parameters, of a segment two: {@link SegmentAccess#address} and {@link SegmentAccess#size}
     * @return the result, if there is one
     */
    public int call(FunctionBuilder other, int... arguments) {
        if (other.jit != jit) {
            throw new IllegalArgumentException(other.name + " belongs to another owner");
        }
        Signature its = other.signature;
        requireTypes(other.name, its.parameters, arguments);
        for (int i = 0; i < its.java.parameterCount(); i++) {
            if (its.isSegment(i)) {
                passes(arguments[its.firstValue(i)]);
            }
        }
        return ir.call(
                ir.callee(new Callee(other.name, its.parameters, its.results, new Target.Cell(other.cell))), arguments);
    }

    /** Whoever gets the address of a segment may write to it. */
    private void passes(int address) {
        for (int i = 0; i < signature.java.parameterCount(); i++) {
            if (signature.isSegment(i) && ir.parameter(signature.firstValue(i)) == address) {
                written.set(i);
            }
        }
    }

    /**
     * Calls a function of C by its address, as a {@link java.lang.foreign.SymbolLookup} finds it. It runs on the stack of the
     * Java thread; what goes wrong in there ends the process. The library has to stay loaded: as long as the function is there
     * this keeps the segment, and with it an automatic arena, but nobody keeps another arena from being closed. Nobody sees,
     * either, whether it writes to a segment that is read-only.
     *
     * <pre>{@code
     * MemorySegment hypot = Linker.nativeLinker().defaultLookup().findOrThrow("hypot");
     * int c = f.callNative(hypot, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE), a, b);
     * }</pre>
     *
     * @param function where its code is
     * @param type its C type: integers, floats and addresses, no structures; of a function with variable arguments those of
     *     this call
     * @param arguments as the type says: i32 for what has up to 32 bits, i64 for longs and addresses, f32, f64
     * @return the result, if there is one
     */
    public int callNative(MemorySegment function, FunctionDescriptor type, int... arguments) {
        List<MemoryLayout> layouts = type.argumentLayouts();
        List<Type> types = layouts.stream().map(FunctionBuilder::type).toList();
        List<Type> results =
                type.returnLayout().map(FunctionBuilder::type).stream().toList();
        requireTypes("the native function", types, arguments);
        int[] passed = arguments.clone();
        for (int i = 0; i < passed.length; i++) {
            passed[i] = narrowed(passed[i], (ValueLayout) layouts.get(i));
        }
        needed.add(function);
        String text = "native_" + Long.toHexString(function.address());
        Target target = new Target.Foreign(function.address(), stackWords(types));
        int result = ir.call(ir.callee(new Callee(text, types, results, target)), passed);
        return results.isEmpty()
                ? result
                : narrowed(result, (ValueLayout) type.returnLayout().orElseThrow());
    }

    private static Type type(MemoryLayout layout) {
        return switch (layout) {
            case ValueLayout.OfLong _, java.lang.foreign.AddressLayout _ -> Type.I64;
            case ValueLayout.OfFloat _ -> Type.F32;
            case ValueLayout.OfDouble _ -> Type.F64;
            case ValueLayout _ -> Type.I32;
            default -> throw new IllegalArgumentException("neither number nor address: " + layout);
        };
    }

    /** What C looks at of a value, extended to 32 bits as compilers want it. */
    private int narrowed(int value, ValueLayout layout) {
        return switch (layout) {
            case ValueLayout.OfByte _ -> ir.compute(Op.EXTEND8_S, Type.I32, value);
            case ValueLayout.OfShort _ -> ir.compute(Op.EXTEND16_S, Type.I32, value);
            case ValueLayout.OfChar _ -> ir.compute(Op.AND, Type.I32, value, ir.i32(0xFFFF));
            case ValueLayout.OfBoolean _ -> ir.compute(Op.AND, Type.I32, value, ir.i32(0xFF));
            default -> value;
        };
    }

    private static int stackWords(List<Type> types) {
        int floats = 0;
        for (Type type : types) {
            floats += type.isFloat() ? 1 : 0;
        }
        return Math.max(0, floats - 8) + Math.max(0, types.size() - floats - 6);
    }

    /**
     * Calls Java. The thread leaves machine code for it, so that the target may do what it likes: block, throw, call functions
     * made here. What it throws ends this function and reaches whoever called that from Java.
     *
     * @param target takes int, long, float, double, boolean and {@link emberwall.op.V128}, and returns one of them but the
     *     last, or nothing
     * @param arguments as its type says
     * @return the result, if there is one
     */
    public int callJava(MethodHandle target, int... arguments) {
        Signature its = Signature.of(target.type());
        if (its.java.parameterList().contains(MemorySegment.class) || its.results.contains(Type.V128)) {
            throw new IllegalArgumentException("no segments, and no vector as the result: " + target.type());
        }
        requireTypes("the method handle", its.parameters, arguments);
        int[] words = new int[its.wordCount()];
        List<Type> types = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            int at = its.firstWord(i);
            if (its.parameters.get(i) == Type.V128) {
                words[at] = ir.compute(Op.EXTRACT_LANE, Type.I64X2, arguments[i], ir.i32(0));
                words[at + 1] = ir.compute(Op.EXTRACT_LANE, Type.I64X2, arguments[i], ir.i32(1));
                types.add(Type.I64);
                types.add(Type.I64);
            } else {
                words[at] = inWords(arguments[i]);
                types.add(Words.inWords(its.parameters.get(i)));
            }
        }
        int number = jit.add(Words.outOf(target, its));
        List<Type> results = its.results.stream().map(Words::inWords).toList();
        Callee callee = new Callee("java_" + number, types, results, new Target.Java(number));
        int result = ir.call(ir.callee(callee), words);
        boolean isFloat = !its.results.isEmpty() && its.results.getFirst().isFloat();
        return isFloat ? ir.compute(Op.REINTERPRET, its.results.getFirst(), result) : result;
    }

    private int inWords(int value) {
        Type type = ir.graph().type(value);
        return type.isFloat() ? ir.compute(Op.REINTERPRET, Words.inWords(type), value) : value;
    }

    private void requireTypes(String callee, List<Type> wanted, int[] arguments) {
        boolean fits = wanted.size() == arguments.length;
        List<Type> given = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            given.add(ir.graph().type(arguments[i]));
            fits = fits && given.get(i) == wanted.get(i);
        }
        if (!fits) {
            throw new IllegalArgumentException(callee + " takes " + wanted + ", not " + given);
        }
    }

    // ---- the end

    /**
     * Makes machine code of it. All blocks have ended.
     *
     * @return the function, ready to be called
     * @throws IllegalArgumentException if something does not fit: a type, a value where it is not known, a block without an end
     * @throws IllegalStateException if it is compiled already, or its owner closed
     */
    public CompiledFunction compile() {
        if (compiled) {
            throw new IllegalStateException(name + " is compiled already");
        }
        CompiledFunction made = jit.compile(this);
        compiled = true;
        return made;
    }

    /** The graph, complete. */
    Graph graph() {
        Graph graph = ir.graph();
        for (int node = 0; node < graph.size(); node++) {
            if (graph.kind(node) == Kind.CONTEXT || graph.kind(node) == Kind.INVOKE) {
                throw new IllegalArgumentException(name + " has a " + graph.kind(node) + ", which guests alone have");
            }
        }
        return graph;
    }
}
