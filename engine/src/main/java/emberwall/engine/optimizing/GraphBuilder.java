package emberwall.engine.optimizing;

import emberwall.engine.code.InlinedCalls;
import emberwall.engine.code.ModuleContext;
import emberwall.ir.Builder;
import emberwall.ir.Graph;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.Typing;
import emberwall.wasm.BodyReader;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Immediate;
import emberwall.wasm.Locals;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/**
 * Makes graphs of WebAssembly functions, one after the other, in one walk over each body. Locals and operands are values and
 * leave no trace; blocks get parameters where ways meet that differ. What memory, tables and objects look like is that of
 * {@link emberwall.engine.store}; what is called is a {@link Target}; origins are offsets in
 * the module, and beyond it {@link InlinedCalls}.
 */
public final class GraphBuilder {
    private final Translation t;
    private final Control control;
    private final Calls calls;
    private final Tables tables;
    private final Memories memories;
    private final Objects objects;
    private final Exceptions exceptions;
    private final Inlining inlining;
    private final InlinedCalls.Builder inlined;
    /** The origin of the call in whose place the function at work stands; -1 if it is called. */
    private int callSite = -1;
    /** That of the instruction at work. */
    private int origin;

    /** A builder for functions of one module. */
    public GraphBuilder(ModuleContext context) {
        t = new Translation(context);
        control = new Control(t);
        calls = new Calls(t, control);
        tables = calls.tables();
        memories = new Memories(t, calls);
        objects = new Objects(t, calls, new Casts(t, control));
        exceptions = new Exceptions(t, control, calls);
        inlining = new Inlining(context);
        inlined = new InlinedCalls.Builder(context.module().bytes().length);
    }

    /**
     * The graph of a function.
     *
     * @throws Unsupported if there is none yet
     */
    public Graph build(FunctionInfo info) {
        int function = info.function();
        int type = t.module.functionTypeIndex(function);
        int bytes = t.module.bodyEnd(function) - info.codeOffset();
        t.begin(new Builder("f" + function, t.parameters(type), t.results(type), bytes / 2));
        control.reset();
        inlining.begin(function);
        inlined.reset();
        callSite = -1;
        int parameters = t.types.parameterCount(type);
        t.reserve(parameters);
        for (int i = 0; i < parameters; i++) {
            t.push(t.b.parameter(i), t.types.parameter(type, i));
        }
        enter(function, type, null);
        body();
        return t.b.finish();
    }

    /** What origins beyond the module mean in the latest graph. */
    InlinedCalls inlined() {
        return inlined.build();
    }

    /** Begins with a body, whose arguments are on top. */
    private void enter(int function, int type, Merge end) {
        Locals declared = t.module.locals(function);
        int parameters = t.types.parameterCount(type);
        int results = t.types.resultCount(type);
        t.function = function;
        t.firstLocal = t.top - parameters;
        t.localCount = parameters + declared.count();
        t.states.enter(declared.codeOffset());
        t.reserve(declared.count() + 1);
        for (int i = 0; i < parameters; i++) {
            t.references[t.firstLocal + i] = ValueType.isReference(t.types.parameter(type, i));
        }
        for (int run = 0; run < declared.runs(); run++) {
            int zero = zero(declared.type(run));
            boolean isReference = ValueType.isReference(declared.type(run));
            for (int i = declared.length(run); i > 0; i--) {
                t.references[t.top] = isReference;
                t.push(zero);
            }
        }
        t.reader.reset(declared.codeOffset(), t.module.bodyEnd(function));
        t.scan = BodyScan.of(t.module, function, declared.codeOffset(), t.localCount);
        Region region = end == null ? null : control.region();
        control.push(new Frame(Frame.Kind.FUNCTION, t.firstLocal, results, results, end, region));
        t.reachable = true;
    }

    private int zero(int valueType) {
        return valueType == ValueType.V128 ? t.b.vector(0, 0) : t.b.constant(Translation.machine(valueType), 0);
    }

    private void body() {
        int depth = control.depth();
        while (control.depth() >= depth) {
            if (!t.reachable) {
                control.skipUnreachable();
            }
            t.position = t.reader.position();
            origin = callSite < 0 ? t.position : inlined.add(t.function, t.position, callSite);
            t.b.origin(origin);
            instruction(t.reader.opcode());
        }
    }

    /** A direct call: the body itself, where {@link Inlining} says so. */
    private void call() {
        int function = t.reader.u32();
        if (!inlining.enter(function, control.loops(), control.innermostLoop())) {
            calls.call(function, false);
            return;
        }
        t.states.call();
        int caller = t.function;
        int firstLocal = t.firstLocal;
        int localCount = t.localCount;
        BodyScan scan = t.scan;
        int position = t.reader.position();
        int limit = t.reader.limit();
        int outer = callSite;
        callSite = origin;
        int type = t.module.functionTypeIndex(function);
        enter(function, type, new Merge(t, 0, t.types.resultCount(type)));
        body();
        callSite = outer;
        inlining.leave();
        t.function = caller;
        t.firstLocal = firstLocal;
        t.localCount = localCount;
        t.scan = scan;
        t.reader.reset(position, limit);
        t.states.returned();
    }

    // ---- instructions

    private void instruction(Opcode opcode) {
        // A switch over types would go through a bootstrap method, which a compiler's innermost step had better not.
        if (opcode.meaning() instanceof Meaning.Numeric row) {
            numeric(opcode, row.op(), row.type());
        } else if (!(opcode.meaning() instanceof Meaning.Memory row)) {
            family(opcode, (Meaning.Family) opcode.meaning());
        } else if (row.op().isAtomic()) {
            memories.atomic(opcode, row);
        } else {
            memories.access(opcode, row);
        }
    }

    private void family(Opcode opcode, Meaning.Family family) {
        switch (family) {
            case CONTROL -> control(opcode);
            case INVOCATION -> invocation(opcode);
            case EXCEPTION -> exception(opcode);
            case PARAMETRIC -> parametric(opcode);
            case VARIABLE -> variable(opcode);
            case CONSTANT -> t.push(constant(opcode));
            case REFERENCE, AGGREGATE -> reference(opcode);
            case TABLE_ACCESS, BULK -> bulk(opcode);
        }
    }

    private void numeric(Opcode opcode, Op op, Type type) {
        if (Typing.results(op) == 2) {
            int[] words = t.pop(op.arity());
            int low = words.length == 4
                    ? t.b.computeWide(op, words[0], words[1], words[2], words[3])
                    : t.b.computeWide(op, words[0], words[1], 0, 0);
            t.push(low);
            t.push(t.b.result(low, 1, Type.I64));
            return;
        }
        if (Typing.takesConstant(op)) {
            t.push(opcode.immediate() == Immediate.LANE ? t.b.i32(t.reader.u8()) : vector());
        }
        switch (Typing.operands(op)) {
            case 1 -> t.push(t.b.compute(op, type, t.pop()));
            case 2 -> {
                int y = t.pop();
                t.push(t.b.compute(op, type, t.pop(), y));
            }
            default -> {
                int z = t.pop();
                int y = t.pop();
                t.push(t.b.compute(op, type, t.pop(), y, z));
            }
        }
    }

    private int constant(Opcode opcode) {
        BodyReader reader = t.reader;
        return switch (opcode) {
            case I32_CONST -> t.b.i32(reader.s32());
            case I64_CONST -> t.b.i64(reader.s64());
            case F32_CONST -> t.b.constant(Type.F32, reader.fixed32());
            case F64_CONST -> t.b.constant(Type.F64, reader.fixed64());
            default -> vector();
        };
    }

    private int vector() {
        long low = t.reader.fixed64();
        return t.b.vector(low, t.reader.fixed64());
    }

    private void control(Opcode opcode) {
        switch (opcode) {
            case UNREACHABLE -> control.unreachable();
            case NOP -> {}
            case BLOCK -> control.block();
            case LOOP -> control.loop();
            case IF -> control.ifBlock();
            case ELSE -> control.otherwise();
            case END -> exceptions.end();
            case BR -> control.br();
            case BR_IF -> control.brIf();
            case BR_TABLE -> control.brTable();
            case RETURN -> control.returns();
            default -> reference(opcode); // branches on what a reference is
        }
    }

    private void invocation(Opcode opcode) {
        BodyReader reader = t.reader;
        switch (opcode) {
            case CALL -> call();
            case CALL_INDIRECT -> calls.indirect(reader.u32(), reader.u32(), false);
            case CALL_REF -> calls.reference(reader.u32(), false);
            case RETURN_CALL -> calls.call(reader.u32(), true);
            case RETURN_CALL_INDIRECT -> calls.indirect(reader.u32(), reader.u32(), true);
            case RETURN_CALL_REF -> calls.reference(reader.u32(), true);
            default -> throw new Unsupported(opcode.text());
        }
    }

    private void exception(Opcode opcode) {
        switch (opcode) {
            case TRY -> exceptions.tryBlock();
            case CATCH -> exceptions.catchArm(false);
            case CATCH_ALL -> exceptions.catchArm(true);
            case THROW -> exceptions.throwTag();
            case THROW_REF -> exceptions.throwReference();
            case RETHROW -> exceptions.rethrow();
            case DELEGATE -> exceptions.delegate();
            case TRY_TABLE -> exceptions.tryTable();
            default -> throw new Unsupported(opcode.text());
        }
    }

    private void parametric(Opcode opcode) {
        if (opcode == Opcode.DROP) {
            t.pop();
            return;
        }
        t.reader.skip(opcode.immediate());
        control.select();
    }

    private void variable(Opcode opcode) {
        switch (opcode) {
            case LOCAL_GET -> t.push(t.values[t.firstLocal + t.reader.u32()]);
            case LOCAL_SET -> t.values[t.firstLocal + t.reader.u32()] = t.pop();
            case LOCAL_TEE -> t.values[t.firstLocal + t.reader.u32()] = t.values[t.top - 1];
            case GLOBAL_GET -> tables.globalGet();
            case GLOBAL_SET -> tables.globalSet();
            default -> throw new Unsupported(opcode.text());
        }
    }

    private void reference(Opcode opcode) {
        switch (opcode) {
            case REF_NULL -> tables.refNull();
            case REF_IS_NULL -> control.refIsNull();
            case REF_FUNC -> tables.refFunc();
            case REF_EQ -> {
                int second = t.pop();
                t.push(t.b.compute(Op.EQ, Type.I64, t.pop(), second));
            }
            case REF_AS_NON_NULL -> control.refAsNonNull();
            case BR_ON_NULL -> control.brOnNull();
            case BR_ON_NON_NULL -> control.brOnNonNull();
            default -> objects.compile(opcode);
        }
    }

    private void bulk(Opcode opcode) {
        switch (opcode) {
            case TABLE_GET -> tables.tableGet();
            case TABLE_SET -> tables.tableSet();
            case MEMORY_SIZE -> memories.size();
            case MEMORY_GROW -> memories.grow();
            default -> tables.bulk(opcode);
        }
    }
}
