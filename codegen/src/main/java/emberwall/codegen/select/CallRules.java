package emberwall.codegen.select;

import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Callee;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Type;
import java.util.Arrays;
import java.util.List;

/**
 * Calls, and how the function itself begins and returns. The payload of a call:
 *
 * <pre>
 *   callee, origin
 *   bytes of arguments on the stack, bytes of results above them, whether the callee pops the arguments
 *   how many arguments are on the stack; of each its offset, its class, whether it is a constant, and that in two words
 *   how many results are to be fetched from there; of each its offset and type
 * </pre>
 *
 * The operands are the arguments on the stack that are no constants, those in registers, the first result, the others. An
 * INVOKE leaves all of its results on the stack, the first one above the others or in the place of words, since no register
 * outlives its block; an INVOKED fetches them: bytes, then the list of results as above.
 */
final class CallRules {
    /** What an INVOKE takes more for its first result. */
    static final int FIRST_RESULT = 16;

    private final Selection s;
    private final Payloads payloads;
    private final Recorder recorder;

    private Linkage linkage;
    private CallLayout own;
    /** By callee. */
    private CallLayout[] layouts = {};
    /** The registers of the arguments of the call at work. */
    private int[] arguments = new int[16];
    /** By call: the latest RESULT met, then those before it; one more than the node. */
    private int[] lastResult = {};

    private int[] previousResult = {};
    private int area;

    CallRules(Selection s) {
        this.s = s;
        payloads = s.payloads;
        recorder = s.recorder;
    }

    void begin(Linkage itsLinkage) {
        linkage = itsLinkage;
        Graph graph = s.graph;
        own = layout(graph.parameterTypes(), graph.resultTypes());
        layouts = new CallLayout[graph.callees().size()];
        if (lastResult.length < graph.size()) {
            lastResult = new int[graph.size() + graph.size() / 2];
            previousResult = new int[lastResult.length];
        } else {
            Arrays.fill(lastResult, 0, graph.size(), 0);
        }
        area = 0;
    }

    /** The layout of the function itself. */
    CallLayout own() {
        return own;
    }

    /** The most bytes that a call takes below the frame. */
    int area() {
        return area;
    }

    static CallLayout layout(List<Type> parameters, List<Type> results) {
        return CallLayout.of(classes(parameters), classes(results));
    }

    private static byte[] classes(List<Type> types) {
        byte[] classes = new byte[types.size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) Selection.valueClass(types.get(i));
        }
        return classes;
    }

    /** The layout of the arguments that are no record, and of the results. */
    private CallLayout layout(int call) {
        int number = s.graph.number(call);
        if (layouts[number] == null) {
            Callee callee = s.graph.callee(call);
            List<Type> parameters = callee.parameters();
            boolean hasRecord = linkage.passing(callee) == Linkage.Passing.RECORD;
            layouts[number] =
                    layout(hasRecord ? parameters.subList(1, parameters.size()) : parameters, callee.results());
        }
        return layouts[number];
    }

    // ---- results

    /** Keeps a further result, if anybody asked for it, for the call that has it. */
    void result(int node) {
        if (!s.isFree(node)) {
            int call = s.graph.input(node, 0);
            previousResult[node] = lastResult[call];
            lastResult[call] = node + 1;
        }
    }

    /** Whether somebody asked for a further result. */
    boolean hasResults(int call) {
        return lastResult[call] != 0;
    }

    /** The register of the only further result, or a new one if nobody asked for it. */
    int onlyResult(int call) {
        return lastResult[call] == 0 ? s.fresh(Type.I64) : s.registerOf(lastResult[call] - 1);
    }

    // ---- calls

    /** CALL, INVOKE, TAIL_CALL. */
    void call(int node) {
        Graph graph = s.graph;
        Kind kind = graph.kind(node);
        Callee callee = graph.callee(node);
        Linkage.Passing passing = linkage.passing(callee);
        boolean words = passing == Linkage.Passing.WORDS;
        CallLayout layout = words ? null : layout(node);
        int skipped = passing == Linkage.Passing.RECORD ? 1 : 0;
        int count = graph.inputCount(node);
        gather(node, layout, skipped);
        int argumentBytes = words ? 8 * count + 15 & -16 : layout.argumentBytes();
        int resultBytes = words || kind == Kind.TAIL_CALL ? 0 : layout.resultBytes();
        if (kind == Kind.INVOKE && !callee.results().isEmpty()) {
            if (words) {
                argumentBytes = Math.max(argumentBytes, FIRST_RESULT); // the result takes their place
            } else {
                resultBytes += FIRST_RESULT;
            }
        }
        area = Math.max(area, argumentBytes + resultBytes);
        int payload = payloads.next();
        payloads.add(graph.number(node));
        payloads.add(graph.origin(node));
        payloads.add(argumentBytes);
        payloads.add(resultBytes);
        payloads.add(!words);
        addStackArguments(node, layout, skipped);
        addResults(node, layout, kind == Kind.CALL);
        recorder.begin(instruction(kind), payload);
        use(node, layout, skipped);
        if (kind != Kind.TAIL_CALL) {
            s.keepState(node, payload, Code.LATE_USE);
            recorder.safepoint();
        }
        if (kind == Kind.CALL) {
            if (!s.isFree(node)) {
                recorder.defineFixed(s.registerOf(node), resultRegister(graph.type(node)));
            }
            defineResults(node);
        }
    }

    private static Instruction instruction(Kind kind) {
        return switch (kind) {
            case CALL -> Instruction.CALL;
            case INVOKE -> Instruction.INVOKE;
            default -> Instruction.TAIL_CALL;
        };
    }

    private static int resultRegister(Type type) {
        return Selection.valueClass(type) == Convention.INT ? Convention.RESULT : Code.FLOATS + Convention.RESULT_XMM;
    }

    private void gather(int node, CallLayout layout, int skipped) {
        int count = s.graph.inputCount(node);
        if (arguments.length < count) {
            arguments = new int[count * 2];
        }
        for (int i = 0; i < count; i++) {
            boolean inRegister = layout != null && (i < skipped || layout.inRegister(i - skipped));
            int value = s.graph.input(node, i);
            arguments[i] = !inRegister && isStored(value) ? -1 : s.value(value);
        }
    }

    /** Whether a constant can be stored as an immediate. */
    private boolean isStored(int value) {
        return s.graph.isConstant(value) && s.graph.type(value) != Type.V128;
    }

    private void addStackArguments(int node, CallLayout layout, int skipped) {
        int at = payloads.next();
        payloads.add(0);
        int count = 0;
        for (int i = skipped; i < s.graph.inputCount(node); i++) {
            if (layout != null && layout.inRegister(i - skipped)) {
                continue;
            }
            count++;
            int value = s.graph.input(node, i);
            payloads.add(layout == null ? 8 * i : layout.stackOffset(i - skipped));
            payloads.add(Selection.valueClass(s.graph.type(value)));
            payloads.add(arguments[i] < 0);
            if (arguments[i] < 0) {
                payloads.addLong(s.graph.bits(value));
            }
        }
        payloads.set(at, count);
    }

    private void use(int node, CallLayout layout, int skipped) {
        int count = s.graph.inputCount(node);
        for (int i = skipped; i < count; i++) {
            if ((layout == null || !layout.inRegister(i - skipped)) && arguments[i] >= 0) {
                recorder.use(arguments[i], Code.ANY);
            }
        }
        if (skipped > 0) {
            recorder.useFixed(arguments[0], Convention.RECORD);
        }
        for (int i = skipped; i < count && layout != null; i++) {
            int parameter = i - skipped;
            if (layout.inRegister(parameter)) {
                boolean isInt = layout.parameterClass(parameter) == Convention.INT;
                recorder.useFixed(arguments[i], layout.register(parameter) + (isInt ? 0 : Code.FLOATS));
            }
        }
    }

    /** Adds the results that are asked for, from the second one on. */
    private void addResults(int node, CallLayout layout, boolean wanted) {
        int at = payloads.next();
        payloads.add(0);
        int count = 0;
        for (int i = lastResult[node]; wanted && i != 0; i = previousResult[i - 1]) {
            payloads.add(layout.resultOffset(s.graph.number(i - 1)));
            payloads.add(s.graph.type(i - 1));
            count++;
        }
        payloads.set(at, count);
    }

    private void defineResults(int node) {
        for (int i = lastResult[node]; i != 0; i = previousResult[i - 1]) {
            recorder.operand(s.registerOf(i - 1), Code.DEFINE, Code.ANY, 0);
        }
    }

    /** Fetches what an INVOKE left on the stack, in the block where it goes on. */
    void invoked(int invoke) {
        if (s.graph.callee(invoke).results().isEmpty()) {
            return;
        }
        boolean words = linkage.passing(s.graph.callee(invoke)) == Linkage.Passing.WORDS;
        CallLayout layout = words ? null : layout(invoke);
        int bytes = words ? 0 : layout.resultBytes();
        int taken = words ? 8 * s.graph.inputCount(invoke) + 15 & -16 : bytes + FIRST_RESULT;
        int payload = payloads.next();
        payloads.add(Math.max(taken, FIRST_RESULT));
        int at = payloads.next();
        payloads.add(0);
        int count = 0;
        for (int i = lastResult[invoke]; i != 0; i = previousResult[i - 1]) {
            int number = s.graph.number(i - 1);
            payloads.add(number == 0 ? bytes : layout.resultOffset(number));
            payloads.add(s.graph.type(i - 1));
            count++;
        }
        payloads.set(at, count);
        recorder.begin(Instruction.INVOKED, payload);
        defineResults(invoke);
    }

    // ---- the function itself

    /** The arguments, where the function begins: of the registers given, or 0 for those that nobody wants. */
    void enter(int[] registers) {
        recorder.begin(Instruction.ENTRY, -1);
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] != 0 && own.inRegister(i)) {
                boolean isInt = own.parameterClass(i) == Convention.INT;
                recorder.defineFixed(registers[i], own.register(i) + (isInt ? 0 : Code.FLOATS));
            }
        }
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] != 0 && !own.inRegister(i)) {
                int payload = payloads.next();
                payloads.add(Convention.FRAME_ARGUMENTS + own.stackOffset(i));
                payloads.add(s.graph.parameterTypes().get(i));
                recorder.begin(Instruction.ARGUMENT, payload);
                recorder.operand(registers[i], Code.DEFINE, Code.ANY, 0);
                if (!s.code.isReference(registers[i]) && !s.isKept(registers[i])) {
                    s.code.setRemade(registers[i], Instruction.ARGUMENT.ordinal(), payload);
                }
            }
        }
    }

    /** Returns: of each result on the stack its offset from the frame pointer, class, whether a constant, and that. */
    void leave(int node) {
        Graph graph = s.graph;
        int count = graph.inputCount(node);
        if (arguments.length < count) {
            arguments = new int[count * 2];
        }
        for (int i = 0; i < count; i++) {
            int value = graph.input(node, i);
            arguments[i] = i > 0 && isStored(value) ? -1 : s.value(value);
        }
        int payload = payloads.next();
        payloads.add(Math.max(0, count - 1));
        for (int i = 1; i < count; i++) {
            int value = graph.input(node, i);
            payloads.add(Convention.FRAME_ARGUMENTS + own.argumentBytes() + own.resultOffset(i));
            payloads.add(Selection.valueClass(graph.type(value)));
            payloads.add(arguments[i] < 0);
            if (arguments[i] < 0) {
                payloads.addLong(graph.bits(value));
            }
        }
        recorder.begin(Instruction.RETURN, payload);
        for (int i = 1; i < count; i++) {
            if (arguments[i] >= 0) {
                recorder.use(arguments[i], Code.ANY);
            }
        }
        if (count > 0) {
            recorder.useFixed(arguments[0], resultRegister(graph.type(graph.input(node, 0))));
        }
    }
}
