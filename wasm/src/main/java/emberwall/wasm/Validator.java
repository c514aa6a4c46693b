package emberwall.wasm;

/**
 * Checks function bodies (WebAssembly 3.0, chapter 3 and appendix 7.6) in one pass, and finds out on the way what
 * interpreters and compilers want to know. A validator is the workspace of one thread and serves any number of functions
 * of one module.
 *
 * <p>Whatever the opcode table says is looked up there; what is left are the rules for instructions whose types depend on
 * their surroundings, here and in {@link ControlRules} and {@link ReferenceRules}.
 */
public final class Validator {
    /** Asks for {@link FunctionInfo#sideTable}. */
    public static final int SIDE_TABLE = 1;
    /** Asks for {@link FunctionInfo#loops}. */
    public static final int LOOPS = 2;

    // A plan says what to do with a first byte: a rule, a parameter type, a result type, an alignment; from bit 0, 8,
    // 12, 16.
    private static final int OTHER = 0;
    private static final int UNARY = 1;
    private static final int BINARY = 2;
    private static final int LOAD = 3;
    private static final int STORE = 4;
    private static final int LOCAL_GET = 5;
    private static final int LOCAL_SET = 6;
    private static final int LOCAL_TEE = 7;
    private static final int I32_CONST = 8;
    private static final int I64_CONST = 9;

    private static final int[] PLANS = plans();
    private static final long[] FEATURES = features();

    /** What may stand in constant expressions (WebAssembly 3.0, section 3.4.15). */
    private static final boolean[] CONSTANT = ordinals(
            Opcode.I32_CONST,
            Opcode.I64_CONST,
            Opcode.F32_CONST,
            Opcode.F64_CONST,
            Opcode.V128_CONST,
            Opcode.I32_ADD,
            Opcode.I32_SUB,
            Opcode.I32_MUL,
            Opcode.I64_ADD,
            Opcode.I64_SUB,
            Opcode.I64_MUL,
            Opcode.GLOBAL_GET,
            Opcode.REF_NULL,
            Opcode.REF_FUNC,
            Opcode.REF_I31,
            Opcode.STRUCT_NEW,
            Opcode.STRUCT_NEW_DEFAULT,
            Opcode.ARRAY_NEW,
            Opcode.ARRAY_NEW_DEFAULT,
            Opcode.ARRAY_NEW_FIXED,
            Opcode.ANY_CONVERT_EXTERN,
            Opcode.EXTERN_CONVERT_ANY,
            Opcode.END);

    private final Module module;
    private final Limits limits;
    private final Types types;
    private final Body body;
    private final BodyReader in;
    private final OperandStack stack;
    private final LocalTypes locals;
    private final LoopWriter loops;
    private final ControlRules control;
    private final ReferenceRules references;
    /** Features that are not enabled. */
    private final long refused;

    private long used;

    /** A validator of the bodies of a module that gathers what is asked for: {@link #SIDE_TABLE}, {@link #LOOPS}. */
    public Validator(Module module, Limits limits, int wanted) {
        this.module = module;
        this.limits = limits;
        this.types = module.types;
        this.body = new Body(module, limits, (wanted & SIDE_TABLE) != 0, (wanted & LOOPS) != 0);
        this.in = body.in;
        this.stack = body.stack;
        this.locals = body.locals;
        this.loops = body.loops;
        this.control = new ControlRules(body);
        this.references = new ReferenceRules(body);
        this.refused = ~module.features().mask();
    }

    private static boolean[] ordinals(Opcode... opcodes) {
        boolean[] ordinals = new boolean[Opcode.count()];
        for (Opcode opcode : opcodes) {
            ordinals[opcode.ordinal()] = true;
        }
        return ordinals;
    }

    private static int[] plans() {
        int[] plans = new int[256];
        for (int first = 0; first < 256; first++) {
            Opcode opcode = Opcode.of(first);
            plans[first] = opcode == null ? OTHER : plan(opcode);
        }
        return plans;
    }

    private static int plan(Opcode opcode) {
        return switch (opcode) {
            case LOCAL_GET -> LOCAL_GET;
            case LOCAL_SET -> LOCAL_SET;
            case LOCAL_TEE -> LOCAL_TEE;
            case I32_CONST -> I32_CONST;
            case I64_CONST -> I64_CONST;
            default -> typedPlan(opcode);
        };
    }

    private static int typedPlan(Opcode opcode) {
        Signature signature = opcode.signature();
        int alignment = Integer.numberOfTrailingZeros(opcode.accessBytes()) << 16;
        if (opcode.immediate() == Immediate.MEMARG) {
            return signature.resultCount() == 1
                    ? LOAD | signature.result(0) << 12 | alignment
                    : STORE | signature.parameter(1) << 8 | alignment;
        }
        int parameters = signature.parameterCount();
        if (opcode.immediate() != Immediate.NONE || signature.resultCount() != 1 || parameters == 0) {
            return OTHER;
        }
        assert parameters == 1 || parameters == 2 && signature.parameter(0) == signature.parameter(1) : opcode;
        return (parameters == 1 ? UNARY : BINARY) | signature.parameter(0) << 8 | signature.result(0) << 12;
    }

    private static long[] features() {
        long[] features = new long[256];
        for (int first = 0; first < 256; first++) {
            Opcode opcode = Opcode.of(first);
            features[first] = opcode == null ? 0 : opcode.feature().bit();
        }
        return features;
    }

    /** Checks all functions of a module on this thread, for whoever wants to know only whether it is valid. */
    public static void validateAll(Module module, Limits limits) {
        Validator validator = new Validator(module, limits, 0);
        for (int function = module.importedFunctions(); function < module.functionCount(); function++) {
            validator.validate(function);
        }
    }

    /**
     * Checks all functions of a module on this thread and others. Of several faults, that of the first function is thrown,
     * whoever finds it.
     *
     * @param wanted what to gather: {@link #SIDE_TABLE}, {@link #LOOPS}
     * @param threads on how many threads, this one included
     * @return the findings, by function index without the imported functions
     */
    public static FunctionInfo[] validateAll(Module module, Limits limits, int wanted, int threads) {
        return new ParallelValidation(module, limits, wanted).run(threads);
    }

    /**
     * Checks one function that is not imported.
     *
     * @throws MalformedException if its bytes are no instructions
     * @throws InvalidException if it is invalid
     * @throws LimitException if it exceeds a limit
     * @throws java.util.concurrent.CancellationException if this is long work and the thread is interrupted, which it
     *     stays
     */
    public FunctionInfo validate(int function) {
        int offset = module.bodyOffset(function);
        int end = module.bodyEnd(function);
        body.clear();
        body.constant = false;
        used = 0;
        in.reset(offset, end);
        stack.at = offset;
        int type = module.functionTypes.get(function);
        declareLocals(type);
        int codeOffset = in.position();
        control.begin(type);
        while (body.control.depth() > 0) {
            body.work(1);
            instruction();
        }
        if (in.position() != end) {
            throw new MalformedException("END opcode expected", in.position());
        }
        return new FunctionInfo(
                function,
                codeOffset,
                types.parameterCount(type),
                locals.count(),
                stack.highest(),
                used | body.used(),
                body.calls,
                body.leavingTailCalls,
                body.sideTable == null ? null : body.sideTable.finish(),
                loops == null ? null : loops.finish());
    }

    private void declareLocals(int type) {
        int parameters = types.parameterCount(type);
        for (int i = 0; i < parameters; i++) {
            locals.addParameter(types.parameter(type, i));
        }
        Locals declared = Locals.read(in, types, limits, parameters);
        for (int run = 0; run < declared.runs(); run++) {
            locals.add(declared.type(run), declared.length(run));
            body.usesType(declared.type(run));
        }
    }

    /** Checks an expression of this type at this offset and gives the offset after it. */
    int constant(int offset, int limit, int type) {
        body.clear();
        body.constant = true;
        in.reset(offset, limit);
        control.begin(~type);
        while (body.control.depth() > 0) {
            body.work(1);
            stack.at = in.position();
            Opcode opcode = in.opcode();
            check(opcode);
            if (!CONSTANT[opcode.ordinal()]) {
                throw body.invalid("constant expression required: " + opcode.text() + " is none");
            }
            useConstant(opcode);
            in.position(stack.at);
            instruction();
        }
        return in.position();
    }

    private void useConstant(Opcode opcode) {
        boolean extended = opcode.signature() == Signature.II_I || opcode.signature() == Signature.LL_L;
        Feature feature = extended ? Feature.EXTENDED_CONST : opcode.feature();
        if (opcode == Opcode.REF_NULL) {
            feature = ModuleParser.featureOf(ValueType.reference(true, in.heapType()));
        }
        if (feature != Feature.MVP) {
            module.uses(feature, opcode.text() + " in a constant expression", stack.at);
        }
    }

    private void check(Opcode opcode) {
        if ((opcode.feature().bit() & refused) != 0) {
            String number = Integer.toHexString(opcode.prefix() == 0 ? opcode.code() : opcode.prefix());
            throw new MalformedException(
                    "illegal opcode " + (number.length() < 2 ? "0" : "") + number + ": " + opcode.text() + " needs "
                            + opcode.feature().text() + ", which is not enabled",
                    stack.at);
        }
    }

    private void instruction() {
        stack.at = in.position();
        if (!in.hasMore()) {
            throw missingEnd();
        }
        int first = in.u8();
        int plan = PLANS[first];
        long feature = FEATURES[first];
        used |= feature;
        if ((feature & refused) != 0) {
            check(Opcode.of(first));
        }
        switch (plan & 0xFF) {
            case UNARY -> stack.unary(plan >> 8 & 15, plan >> 12 & 15);
            case BINARY -> stack.binary(plan >> 8 & 15, plan >> 12 & 15);
            case LOAD -> {
                stack.pop(memoryArgument(plan >> 16));
                stack.push(plan >> 12 & 15);
            }
            case STORE -> {
                int address = memoryArgument(plan >> 16);
                stack.pop(plan >> 8 & 15);
                stack.pop(address);
            }
            case LOCAL_GET -> localGet();
            case LOCAL_SET -> stack.pop(localSet());
            case LOCAL_TEE -> {
                int type = localSet();
                stack.pop(type);
                stack.push(type);
            }
            case I32_CONST -> {
                in.s32();
                stack.push(ValueType.I32);
            }
            case I64_CONST -> {
                in.s64();
                stack.push(ValueType.I64);
            }
            default -> other(first);
        }
    }

    private MalformedException missingEnd() {
        boolean last = stack.at == module.bytes.length;
        return new MalformedException(last ? "unexpected end of section or function" : "END opcode expected", stack.at);
    }

    private void localGet() {
        int local = in.u32();
        int type = locals.type(local);
        if (type < 0) {
            throw body.invalid("unknown local " + Integer.toUnsignedString(local));
        }
        if (!locals.allDefaultable() && !ValueType.isDefaultable(type) && !locals.isSet(local)) {
            throw body.invalid("uninitialized local " + local);
        }
        if (loops != null) {
            loops.touch(local);
        }
        stack.push(type);
    }

    /** Marks the local as set and gives its type. */
    private int localSet() {
        int local = in.u32();
        int type = locals.type(local);
        if (type < 0) {
            throw body.invalid("unknown local " + Integer.toUnsignedString(local));
        }
        if (!locals.allDefaultable() && !ValueType.isDefaultable(type)) {
            locals.markSet(local);
        }
        if (loops != null) {
            loops.write(local);
        }
        return type;
    }

    /** Reads a memory argument and gives the address type. */
    private int memoryArgument(int naturalAlignment) {
        int alignment = in.alignment();
        long offset = in.u64();
        MemoryType memory = module.memories.get(body.knownMemory(in.memory()));
        if (alignment > naturalAlignment) {
            throw body.invalid("alignment must not be larger than natural");
        }
        if (!memory.address64() && offset >>> 32 != 0) {
            throw body.invalid("offset out of range");
        }
        return memory.addressType();
    }

    private void other(int first) {
        Opcode opcode;
        if (Opcode.isPrefix(first)) {
            opcode = Opcode.of(first, in.u32());
            if (opcode == null) {
                throw in.illegalOpcode(stack.at);
            }
            used |= opcode.feature().bit();
            check(opcode);
        } else {
            opcode = Opcode.of(first);
            if (opcode == null) {
                throw in.illegalOpcode(stack.at);
            }
        }
        if (opcode.signature() != Signature.POLYMORPHIC) {
            typed(opcode);
        } else {
            control(opcode);
        }
    }

    /** An instruction whose types stand in the table. */
    private void typed(Opcode opcode) {
        int address = 0;
        switch (opcode.immediate()) {
            case MEMARG -> address = vectorOrAtomic(opcode);
            case MEMARG_LANE -> {
                address = vectorOrAtomic(opcode);
                lane(16 / opcode.accessBytes());
            }
            case MEMORY -> address = module.memories.get(body.memory()).addressType();
            case TABLE, ELEMENT, ELEMENT_TABLE -> {
                references.table(opcode);
                return;
            }
            case DATA_MEMORY -> {
                int segment = in.u32();
                address = module.memories.get(body.memory()).addressType();
                body.knownData(segment);
            }
            case DATA -> body.knownData(in.u32());
            case LANE -> lane(opcode.numeric().type().lanes());
            case SHUFFLE -> {
                for (int i = 0; i < 16; i++) {
                    lane(32);
                }
            }
            case ZERO_BYTE -> {
                if (in.u8() != 0) {
                    throw new MalformedException("zero byte expected", stack.at);
                }
            }
            default -> in.skip(opcode.immediate());
        }
        apply(opcode.signature(), address);
    }

    private int vectorOrAtomic(Opcode opcode) {
        int natural = Integer.numberOfTrailingZeros(opcode.accessBytes());
        if (opcode.prefix() == Opcode.PREFIX_THREADS) {
            int at = in.position();
            if (in.alignment() < natural) {
                throw body.invalid("atomic alignment must be natural");
            }
            in.position(at);
        }
        return memoryArgument(natural);
    }

    private void lane(int count) {
        if (in.u8() >= count) {
            throw body.invalid("invalid lane index");
        }
    }

    private void apply(Signature signature, int address) {
        for (int i = signature.parameterCount() - 1; i >= 0; i--) {
            int type = signature.parameter(i);
            stack.pop(type == Signature.ADDRESS ? address : type);
        }
        for (int i = 0; i < signature.resultCount(); i++) {
            int type = signature.result(i);
            stack.push(type == Signature.ADDRESS ? address : type);
        }
    }

    private void control(Opcode opcode) {
        switch (opcode) {
            case END -> control.end();
            case BLOCK -> control.block(ControlStack.BLOCK);
            case LOOP -> control.loop();
            case IF -> control.if_();
            case ELSE -> control.else_();
            case BR -> control.br();
            case BR_IF -> control.brIf();
            case BR_TABLE -> control.brTable();
            case RETURN -> control.return_();
            case UNREACHABLE -> body.unreachable();
            case BR_ON_NULL -> control.brOnNull();
            case BR_ON_NON_NULL -> control.brOnNonNull();
            case BR_ON_CAST -> control.brOnCast(false);
            case BR_ON_CAST_FAIL -> control.brOnCast(true);
            case THROW -> control.throw_();
            case THROW_REF -> control.throwRef();
            case TRY_TABLE -> control.tryTable();
            case TRY -> control.try_();
            case CATCH -> control.catch_(false);
            case CATCH_ALL -> control.catch_(true);
            case RETHROW -> control.rethrow();
            case DELEGATE -> control.delegate();
            case DROP -> stack.pop();
            case SELECT -> select();
            case SELECT_TYPED -> selectTyped();
            case GLOBAL_GET -> globalGet();
            case GLOBAL_SET -> globalSet();
            case MEMORY_COPY -> memoryCopy();
            case TABLE_GET, TABLE_SET, TABLE_GROW, TABLE_FILL, TABLE_COPY -> references.table(opcode);
            default -> callOrReference(opcode);
        }
    }

    private void callOrReference(Opcode opcode) {
        Meaning meaning = opcode.meaning();
        if (meaning.equals(Meaning.INVOCATION)) {
            call(opcode);
        } else if (meaning.equals(Meaning.REFERENCE)) {
            references.check(opcode);
        } else {
            references.aggregate(opcode);
        }
    }

    private void select() {
        stack.pop(ValueType.I32);
        int second = stack.pop();
        int first = stack.pop();
        if (ValueType.isReference(first) || ValueType.isReference(second)) {
            throw body.invalid("type mismatch: select without type does not take references");
        }
        if (first != second && first != ValueType.BOTTOM && second != ValueType.BOTTOM) {
            throw body.invalid(
                    "type mismatch: select between " + ValueType.text(first) + " and " + ValueType.text(second));
        }
        stack.push(first == ValueType.BOTTOM ? second : first);
    }

    private void selectTyped() {
        int count = in.count();
        if (count != 1) {
            throw body.invalid("invalid result arity");
        }
        int type = body.valueType();
        stack.pop(ValueType.I32);
        stack.pop(type);
        stack.pop(type);
        stack.push(type);
    }

    private void globalGet() {
        int global = body.index(module.globals.size(), "global");
        GlobalType type = module.globals.get(global);
        if (body.constant) {
            if (type.mutable()) {
                throw body.invalid("constant expression required: global " + global + " is mutable");
            }
            if (global >= module.importedGlobals) {
                module.uses(Feature.GC, "global.get of the module's own global in a constant expression", stack.at);
            }
        }
        stack.push(type.type());
    }

    private void globalSet() {
        int global = body.index(module.globals.size(), "global");
        GlobalType type = module.globals.get(global);
        if (!type.mutable()) {
            throw body.invalid("immutable global " + global);
        }
        stack.pop(type.type());
    }

    private void memoryCopy() {
        int to = module.memories.get(body.memory()).addressType();
        int from = module.memories.get(body.memory()).addressType();
        references.popCopy(to, from);
    }

    // Calls.

    private void call(Opcode opcode) {
        body.calls = true;
        if (loops != null) {
            loops.call();
        }
        switch (opcode) {
            case CALL -> invoke(module.functionTypes.get(body.function()));
            case RETURN_CALL -> {
                int function = body.function();
                body.leavingTailCalls |= module.isImported(function);
                returnInvoke(module.functionTypes.get(function));
            }
            case CALL_INDIRECT -> invoke(indirectType());
            case RETURN_CALL_INDIRECT -> {
                body.leavingTailCalls = true;
                returnInvoke(indirectType());
            }
            case CALL_REF -> invoke(referencedType());
            case RETURN_CALL_REF -> {
                body.leavingTailCalls = true;
                returnInvoke(referencedType());
            }
            default -> throw new InternalError("no rule for " + opcode);
        }
    }

    private void invoke(int type) {
        body.popParameters(type);
        body.pushResults(type);
    }

    private void returnInvoke(int type) {
        body.popParameters(type);
        int own = body.control.type(body.control.depth() - 1);
        int count = body.resultCount(own);
        boolean matches = count == body.resultCount(type);
        for (int i = 0; matches && i < count; i++) {
            matches = types.isSubtype(body.result(type, i), body.result(own, i));
        }
        if (!matches) {
            throw body.invalid("type mismatch: the tail call's results are not the function's");
        }
        body.unreachable();
    }

    private int indirectType() {
        int type = body.functionType();
        TableType table = module.tables.get(body.table());
        if (!types.isSubtype(table.element(), ValueType.FUNCREF)) {
            throw body.invalid("type mismatch: call_indirect through a table of " + ValueType.text(table.element()));
        }
        stack.pop(table.addressType());
        return type;
    }

    private int referencedType() {
        int type = body.functionType();
        stack.pop(ValueType.reference(true, ValueType.concrete(type)));
        return type;
    }
}
