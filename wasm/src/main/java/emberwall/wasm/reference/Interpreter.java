package emberwall.wasm.reference;

import static emberwall.wasm.SideTable.CARRIED;
import static emberwall.wasm.SideTable.ENTRY;
import static emberwall.wasm.SideTable.HEIGHT;
import static emberwall.wasm.SideTable.NEXT;
import static emberwall.wasm.SideTable.TARGET;

import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.Meaning;
import emberwall.wasm.Opcode;
import java.util.Arrays;

/**
 * Runs function bodies in place. All guest frames of a store lie on one stack of values, the arguments of a call becoming
 * the first locals of the callee:
 *
 * <pre>
 *   words        │ locals │ operands … arguments │
 *   references   │        │          ┌───────────┴──────────┬──────────
 *   (beside                          │ locals (arguments    │ operands
 *    the words)                      │ first, then zeros)   │
 *                ▲ locals             ▲ locals of the callee ▲ operands
 * </pre>
 *
 * What the caller needs to go on is kept in {@link #frames}. A value is a word or a reference, at the same index in one of
 * two arrays; instructions that move values without knowing their types move both, where references can be at all.
 */
final class Interpreter {
    // What a suspended frame keeps, in ints:
    private static final int PC = 0;
    private static final int SIDE = 1;
    private static final int LOCALS = 2;
    private static final int OFFSET = 3;
    private static final int FRAME = 4;

    private static final int SMALL_DEPTH = 64;
    private static final int FRAME_SLOTS = StoreLimits.FRAME_BYTES / Long.BYTES;
    /** Instead of a side table's entry: the branch is a return. */
    private static final int TO_CALLER = -1;

    // What the loop does with a first byte. Whatever has a prefix, and what is rare, is done elsewhere.
    private static final int RARE = 0;
    private static final int UNARY = 1;
    private static final int BINARY = 2;
    private static final int LOAD = 3;
    private static final int STORE = 4;
    private static final int LOCAL_GET = 5;
    private static final int LOCAL_SET = 6;
    private static final int LOCAL_TEE = 7;
    private static final int GLOBAL_GET = 8;
    private static final int GLOBAL_SET = 9;
    private static final int I32_CONST = 10;
    private static final int I64_CONST = 11;
    private static final int F32_CONST = 12;
    private static final int F64_CONST = 13;
    private static final int DROP = 14;
    private static final int SELECT = 15;
    private static final int SELECT_TYPED = 16;
    private static final int BLOCK = 17;
    private static final int IF = 18;
    private static final int ELSE = 19;
    private static final int END = 20;
    private static final int BR = 21;
    private static final int BR_IF = 22;
    private static final int BR_TABLE = 23;
    private static final int BR_ON_NULL = 24;
    private static final int BR_ON_NON_NULL = 25;
    private static final int RETURN = 26;
    private static final int CALL = 27;
    private static final int RETURN_CALL = 28;
    private static final int UNREACHABLE = 29;
    private static final int NOP = 30;

    private static final byte[] PLANS = new byte[256];
    private static final Op[] OPS = new Op[256];
    private static final Type[] TYPES = new Type[256];

    static {
        for (int first = 0; first < 256; first++) {
            Opcode opcode = Opcode.of(first);
            if (opcode == null) {
                PLANS[first] = RARE;
            } else if (opcode.meaning() instanceof Meaning.Numeric numeric) {
                PLANS[first] = (byte) (numeric.op().arity() == 1 ? UNARY : BINARY);
                OPS[first] = numeric.op();
                TYPES[first] = numeric.type();
            } else if (opcode.meaning() instanceof Meaning.Memory memory) {
                PLANS[first] = (byte) (memory.op().writesMemory() ? STORE : LOAD);
                OPS[first] = memory.op();
                TYPES[first] = memory.type();
            } else {
                PLANS[first] = (byte) plan(opcode);
            }
        }
    }

    private static int plan(Opcode opcode) {
        return switch (opcode) {
            case LOCAL_GET -> LOCAL_GET;
            case LOCAL_SET -> LOCAL_SET;
            case LOCAL_TEE -> LOCAL_TEE;
            case GLOBAL_GET -> GLOBAL_GET;
            case GLOBAL_SET -> GLOBAL_SET;
            case I32_CONST -> I32_CONST;
            case I64_CONST -> I64_CONST;
            case F32_CONST -> F32_CONST;
            case F64_CONST -> F64_CONST;
            case DROP -> DROP;
            case SELECT -> SELECT;
            case SELECT_TYPED -> SELECT_TYPED;
            case BLOCK, LOOP -> BLOCK;
            case IF -> IF;
            case ELSE -> ELSE;
            case END -> END;
            case BR -> BR;
            case BR_IF -> BR_IF;
            case BR_TABLE -> BR_TABLE;
            case BR_ON_NULL -> BR_ON_NULL;
            case BR_ON_NON_NULL -> BR_ON_NON_NULL;
            case RETURN -> RETURN;
            case CALL, CALL_INDIRECT, CALL_REF -> CALL;
            case RETURN_CALL, RETURN_CALL_INDIRECT, RETURN_CALL_REF -> RETURN_CALL;
            case UNREACHABLE -> UNREACHABLE;
            case NOP -> NOP;
            default -> RARE;
        };
    }

    private final Store store;
    private final int maximumSlots;

    long[] words = new long[256];
    Object[] references = new Object[256];
    /** The first slot that is free for calls which the host makes. */
    private int top;
    /** References may lie below this slot. */
    private int referencesTop;

    private FunctionInstance[] callers = new FunctionInstance[SMALL_DEPTH];
    private int[] frames = new int[SMALL_DEPTH * FRAME];
    /** How many frames are suspended. */
    private int depth;
    /** How many calls of the host are under way, each from inside the one before. */
    private int nesting;
    /** Where an instruction that is done elsewhere goes on. */
    private int resume;

    Interpreter(Store store) {
        this.store = store;
        this.maximumSlots = (int) (store.limits().stackBytes() / Long.BYTES);
    }

    // --- the host calls

    Values invoke(FunctionInstance function, Values arguments) {
        int parameters = function.type.parameterCount();
        if (arguments.count() != parameters) {
            throw new IllegalArgumentException(
                    function.name() + " takes " + parameters + " arguments, not " + arguments.count());
        }
        if (nesting == store.limits().nesting()) {
            throw new GuestTrap(TrapReason.STACK_EXHAUSTED);
        }
        int base = top;
        int depthBefore = depth;
        nesting++;
        try {
            reserve(base + parameters, true);
            for (int i = 0; i < parameters; i++) {
                words[base + i] = Values.narrowed(function.type.parameter(i), arguments.words[i]);
            }
            System.arraycopy(arguments.references, 0, references, base, parameters);
            if (function.isHost()) {
                callHost(function, null, base);
            } else {
                run(function, base);
            }
            Values results = new Values(function.type.resultCount());
            System.arraycopy(words, base, results.words, 0, results.count());
            System.arraycopy(references, base, results.references, 0, results.count());
            return results;
        } catch (TrapSignal signal) {
            throw new GuestTrap(signal.reason());
        } catch (StackOverflowError e) {
            throw new GuestTrap(TrapReason.STACK_EXHAUSTED);
        } finally {
            nesting--;
            depth = depthBefore;
            top = base;
            if (nesting == 0) {
                forget();
            }
        }
    }

    /** Lets go of what no frame needs any more. */
    private void forget() {
        Arrays.fill(references, 0, Math.min(referencesTop, references.length), null);
        referencesTop = 0;
        if (callers.length > SMALL_DEPTH) {
            callers = new FunctionInstance[SMALL_DEPTH];
            frames = new int[SMALL_DEPTH * FRAME];
        } else {
            Arrays.fill(callers, null);
        }
    }

    /** Calls a function of the host whose arguments lie at {@code base}; its results take their place. */
    private void callHost(FunctionInstance function, ModuleInstance caller, int base) {
        int parameters = function.type.parameterCount();
        int results = function.type.resultCount();
        int resultsAt = base + parameters;
        int topBefore = top;
        top = resultsAt + results;
        try {
            reserve(top, true);
        } catch (TrapSignal signal) {
            throw new GuestTrap(signal.reason());
        }
        Arrays.fill(words, resultsAt, top, 0);
        Arrays.fill(references, resultsAt, top, null);
        try {
            function.host.call(new HostCall(this, function.type, caller, base));
        } catch (Exception e) {
            throw Interpreter.<RuntimeException>unchecked(e);
        }
        top = topBefore;
        System.arraycopy(words, resultsAt, words, base, results);
        System.arraycopy(references, resultsAt, references, base, results);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E unchecked(Exception e) throws E {
        throw (E) e;
    }

    // --- frames

    /** Sees to it that slots below {@code end} exist, and that the guest may have them. */
    private void reserve(int end, boolean withReferences) {
        if (end + (long) depth * FRAME_SLOTS > maximumSlots) {
            throw TrapSignal.of(TrapReason.STACK_EXHAUSTED);
        }
        if (end > words.length) {
            int capacity = Math.min(Math.max(end, 2 * words.length), Math.max(maximumSlots, end));
            try {
                references = Arrays.copyOf(references, capacity);
                words = Arrays.copyOf(words, capacity);
            } catch (OutOfMemoryError e) {
                throw TrapSignal.of(TrapReason.STACK_EXHAUSTED);
            }
        }
        if (withReferences) {
            referencesTop = Math.max(referencesTop, end);
        }
    }

    /** Makes the arguments at {@code base} the first locals of a function, and the others zero or null. */
    private void enter(FunctionCode code, int base) {
        store.poll();
        int operands = base + code.locals;
        reserve(operands + code.maximumHeight, code.references);
        int declared = base + code.parameters;
        Arrays.fill(words, declared, operands, 0);
        if (code.references) {
            Arrays.fill(references, declared, operands, null);
        }
    }

    /** Suspends the frame of a function; {@code offset} is its call instruction. */
    private void suspend(FunctionInstance function, int pc, int side, int locals, int offset) {
        if (depth == callers.length) {
            callers = Arrays.copyOf(callers, 2 * depth);
            frames = Arrays.copyOf(frames, 2 * depth * FRAME);
        }
        callers[depth] = function;
        int at = depth++ * FRAME;
        frames[at + PC] = pc;
        frames[at + SIDE] = side;
        frames[at + LOCALS] = locals;
        frames[at + OFFSET] = offset;
    }

    /** A trap of the running frame: adds it, and the suspended ones above {@code bottom}. */
    private GuestTrap trap(TrapReason reason, FunctionInstance running, int offset, int bottom) {
        GuestTrap trap = new GuestTrap(reason);
        trap.add(running.instance.module(), running.code.function, offset);
        return trace(trap, bottom);
    }

    /** Adds the frames that are suspended above {@code bottom} to a trap. */
    private GuestTrap trace(GuestTrap trap, int bottom) {
        for (int frame = depth - 1; frame >= bottom; frame--) {
            FunctionInstance caller = callers[frame];
            trap.add(caller.instance.module(), caller.code.function, frames[frame * FRAME + OFFSET]);
        }
        return trap;
    }

    // --- the guest runs

    /** Runs a guest's function whose arguments lie at {@code base}; its results take their place. */
    private void run(FunctionInstance entry, int base) {
        final int bottom = depth;
        FunctionInstance function = entry;
        FunctionCode code = entry.code;
        int locals = base;
        int pc = code.start; // the next byte to read
        int next = 0; // the side table's entry of the next branch
        int at = pc; // the instruction that is being executed
        try {
            enter(code, base);
            int sp = base + code.locals; // the first free slot
            frame:
            for (; ; ) {
                final ModuleInstance instance = function.instance;
                final byte[] bytes = instance.module().bytes();
                final int[] side = code.sideTable;
                final long[] w = words;
                final Object[] r = references;
                final boolean hasReferences = code.references;
                for (; ; ) {
                    int branch; // the entry of the branch to take, or TO_CALLER
                    at = pc;
                    int first = bytes[pc++] & 0xff;
                    switch (PLANS[first]) {
                        case LOCAL_GET -> {
                            int local = locals + Leb128.u32(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            w[sp] = w[local];
                            if (hasReferences) {
                                r[sp] = r[local];
                            }
                            sp++;
                            continue;
                        }
                        case LOCAL_SET -> {
                            int local = locals + Leb128.u32(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            w[local] = w[--sp];
                            if (hasReferences) {
                                r[local] = r[sp];
                            }
                            continue;
                        }
                        case LOCAL_TEE -> {
                            int local = locals + Leb128.u32(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            w[local] = w[sp - 1];
                            if (hasReferences) {
                                r[local] = r[sp - 1];
                            }
                            continue;
                        }
                        case I32_CONST -> {
                            w[sp++] = Leb128.s64(bytes, pc) & 0xffff_ffffL;
                            pc = Leb128.skip(bytes, pc);
                            continue;
                        }
                        case I64_CONST -> {
                            w[sp++] = Leb128.s64(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            continue;
                        }
                        case F32_CONST -> {
                            w[sp++] = Fixed.i32(bytes, pc) & 0xffff_ffffL;
                            pc += 4;
                            continue;
                        }
                        case F64_CONST -> {
                            w[sp++] = Fixed.i64(bytes, pc);
                            pc += 8;
                            continue;
                        }
                        case GLOBAL_GET -> {
                            GlobalInstance global = instance.globals[Leb128.u32(bytes, pc)];
                            pc = Leb128.skip(bytes, pc);
                            w[sp] = global.word;
                            if (hasReferences) {
                                r[sp] = global.reference;
                            }
                            sp++;
                            continue;
                        }
                        case GLOBAL_SET -> {
                            GlobalInstance global = instance.globals[Leb128.u32(bytes, pc)];
                            pc = Leb128.skip(bytes, pc);
                            global.word = w[--sp];
                            if (hasReferences) {
                                global.reference = r[sp];
                            }
                            continue;
                        }
                        case DROP -> {
                            sp--;
                            continue;
                        }
                        case SELECT, SELECT_TYPED -> {
                            if (PLANS[first] == SELECT_TYPED) {
                                pc = Fixed.skipTypes(bytes, pc);
                            }
                            sp -= 2;
                            if ((int) w[sp + 1] == 0) {
                                w[sp - 1] = w[sp];
                                if (hasReferences) {
                                    r[sp - 1] = r[sp];
                                }
                            }
                            continue;
                        }
                        case BLOCK -> {
                            pc = Fixed.skipType(bytes, pc);
                            continue;
                        }
                        case IF -> {
                            if ((int) w[--sp] == 0) {
                                pc = side[next + TARGET];
                                next = side[next + NEXT];
                            } else {
                                pc = Fixed.skipType(bytes, pc);
                                next += ENTRY;
                            }
                            continue;
                        }
                        case ELSE -> {
                            pc = side[next + TARGET];
                            next = side[next + NEXT];
                            continue;
                        }
                        case END -> {
                            if (pc != code.end) {
                                continue;
                            }
                            branch = TO_CALLER;
                        }
                        case RETURN -> branch = TO_CALLER;
                        case BR -> branch = next;
                        case BR_IF -> {
                            if ((int) w[--sp] == 0) {
                                pc = Leb128.skip(bytes, pc);
                                next += ENTRY;
                                continue;
                            }
                            branch = next;
                        }
                        case BR_TABLE -> {
                            int labels = Leb128.u32(bytes, pc);
                            int index = (int) w[--sp];
                            boolean isListed = Integer.compareUnsigned(index, labels) < 0;
                            branch = next + (isListed ? index : labels) * ENTRY;
                        }
                        case BR_ON_NULL -> {
                            if (r[sp - 1] != null) {
                                pc = Leb128.skip(bytes, pc);
                                next += ENTRY;
                                continue;
                            }
                            sp--;
                            branch = next;
                        }
                        case BR_ON_NON_NULL -> {
                            if (r[sp - 1] == null) {
                                sp--;
                                pc = Leb128.skip(bytes, pc);
                                next += ENTRY;
                                continue;
                            }
                            branch = next;
                        }
                        case CALL -> {
                            Opcode opcode = Opcode.of(first);
                            FunctionInstance callee = callee(opcode, instance, pc, sp);
                            if (opcode != Opcode.CALL) {
                                sp--;
                            }
                            int arguments = sp - callee.type.parameterCount();
                            suspend(function, resume, next, locals, at);
                            if (callee.isHost()) {
                                callHost(callee, instance, arguments);
                                depth--;
                                pc = resumePc();
                                sp = arguments + callee.type.resultCount();
                            } else {
                                function = callee;
                                code = callee.code;
                                locals = arguments;
                                pc = code.start;
                                next = 0;
                                at = pc;
                                enter(code, arguments);
                                sp = arguments + code.locals;
                            }
                            continue frame;
                        }
                        case RETURN_CALL -> {
                            Opcode opcode = Opcode.of(first);
                            FunctionInstance callee = callee(opcode, instance, pc, sp);
                            if (opcode != Opcode.RETURN_CALL) {
                                sp--;
                            }
                            int parameters = callee.type.parameterCount();
                            move(sp - parameters, locals, parameters, hasReferences);
                            if (callee.isHost()) {
                                suspend(function, pc, next, locals, at);
                                callHost(callee, instance, locals);
                                depth--;
                                sp = locals + callee.type.resultCount();
                                branch = TO_CALLER;
                            } else {
                                function = callee;
                                code = callee.code;
                                pc = code.start;
                                next = 0;
                                at = pc;
                                enter(code, locals);
                                sp = locals + code.locals;
                                continue frame;
                            }
                        }
                        case UNREACHABLE -> throw TrapSignal.of(TrapReason.UNREACHABLE);
                        case NOP -> {
                            continue;
                        }
                        case UNARY -> {
                            w[sp - 1] = Eval.apply(OPS[first], TYPES[first], w[sp - 1]);
                            continue;
                        }
                        case BINARY -> {
                            sp--;
                            w[sp - 1] = Eval.apply(OPS[first], TYPES[first], w[sp - 1], w[sp]);
                            continue;
                        }
                        case LOAD -> {
                            MemoryInstance memory = memory(instance, bytes, pc);
                            pc = resume;
                            long offset = Leb128.u64(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            w[sp - 1] = memory.load(OPS[first], TYPES[first], w[sp - 1], offset);
                            continue;
                        }
                        case STORE -> {
                            MemoryInstance memory = memory(instance, bytes, pc);
                            pc = resume;
                            long offset = Leb128.u64(bytes, pc);
                            pc = Leb128.skip(bytes, pc);
                            sp -= 2;
                            memory.store(OPS[first], TYPES[first], w[sp], offset, w[sp + 1]);
                            continue;
                        }
                        default -> {
                            sp = rare(instance, bytes, at, sp);
                            pc = resume;
                            continue;
                        }
                    }

                    // A branch is taken.
                    if (branch != TO_CALLER) {
                        int target = side[branch + TARGET];
                        int carried = side[branch + CARRIED];
                        if (target != code.end) {
                            int to = locals + code.locals + side[branch + HEIGHT];
                            move(sp - carried, to, carried, hasReferences);
                            sp = to + carried;
                            pc = target;
                            next = side[branch + NEXT];
                            if (target <= at && store.attention) {
                                store.poll();
                            }
                            continue;
                        }
                    }

                    // The function returns: the results take the place of its arguments.
                    int results = code.results;
                    move(sp - results, locals, results, hasReferences);
                    if (depth == bottom) {
                        return;
                    }
                    sp = locals + results;
                    depth--;
                    function = callers[depth];
                    code = function.code;
                    int frame = depth * FRAME;
                    pc = frames[frame + PC];
                    next = frames[frame + SIDE];
                    locals = frames[frame + LOCALS];
                    continue frame;
                }
            }
        } catch (TrapSignal signal) {
            throw trap(signal.reason(), function, at, bottom);
        } catch (FaultException fault) {
            throw trap(fault.fault().reason(), function, at, bottom);
        } catch (GuestTrap trap) { // of a host function: the frame that called it is suspended
            throw trace(trap, bottom);
        }
    }

    /** The pc of the frame that was suspended last. */
    private int resumePc() {
        return frames[depth * FRAME + PC];
    }

    private void move(int from, int to, int count, boolean hasReferences) {
        if (from == to || count == 0) {
            return;
        }
        if (count == 1) {
            words[to] = words[from];
            if (hasReferences) {
                references[to] = references[from];
            }
            return;
        }
        System.arraycopy(words, from, words, to, count);
        if (hasReferences) {
            System.arraycopy(references, from, references, to, count);
        }
    }

    /** The function that an instruction calls; immediates are at {@code pc}, an index or reference below {@code sp}. */
    private FunctionInstance callee(Opcode opcode, ModuleInstance instance, int pc, int sp) {
        byte[] bytes = instance.module().bytes();
        int index = Leb128.u32(bytes, pc);
        resume = Leb128.skip(bytes, pc);
        switch (opcode) {
            case CALL, RETURN_CALL -> {
                return instance.functions[index];
            }
            case CALL_REF, RETURN_CALL_REF -> {
                Object reference = references[sp - 1];
                if (reference == null) {
                    throw TrapSignal.of(TrapReason.NULL_FUNCTION_REFERENCE);
                }
                return (FunctionInstance) reference;
            }
            default -> {
                TableInstance table = instance.tables[Leb128.u32(bytes, resume)];
                resume = Leb128.skip(bytes, resume);
                FunctionInstance callee = table.callee(words[sp - 1]);
                int wanted = instance.typeIds[index];
                if (callee.canonicalType != wanted && !store.types().isSubtype(callee.canonicalType, wanted)) {
                    throw TrapSignal.of(TrapReason.INDIRECT_CALL_TYPE_MISMATCH);
                }
                return callee;
            }
        }
    }

    /** The memory of an access; its memory argument is at {@code pc}, the offset then at {@link #resume}. */
    private MemoryInstance memory(ModuleInstance instance, byte[] bytes, int pc) {
        int flags = Leb128.u32(bytes, pc);
        resume = Leb128.skip(bytes, pc);
        if ((flags & 0x40) == 0) {
            return instance.memories[0];
        }
        MemoryInstance memory = instance.memories[Leb128.u32(bytes, resume)];
        resume = Leb128.skip(bytes, resume);
        return memory;
    }

    // --- instructions that are rare, or do much

    /** Does the instruction at {@code at}; gives the new {@code sp} and leaves the pc in {@link #resume}. */
    private int rare(ModuleInstance instance, byte[] bytes, int at, int sp) {
        int first = bytes[at] & 0xff;
        int pc = at + 1;
        Opcode opcode = Opcode.of(first);
        if (opcode == null) {
            opcode = Opcode.of(first, Leb128.u32(bytes, pc));
            pc = Leb128.skip(bytes, pc);
        }
        return switch (opcode.meaning()) {
            case Meaning.Family.REFERENCE -> reference(opcode, instance, bytes, pc, sp);
            case Meaning.Family.TABLE_ACCESS -> table(opcode, instance, bytes, pc, sp);
            case Meaning.Family.BULK -> bulk(opcode, instance, bytes, pc, sp);
            case Meaning.Numeric numeric -> {
                resume = pc;
                yield numeric(opcode, numeric, sp);
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        };
    }

    private int numeric(Opcode opcode, Meaning.Numeric numeric, int sp) {
        if (opcode.signature().resultCount() == 2) {
            return wide(numeric.op(), sp);
        }
        words[sp - 1] = Eval.apply(numeric.op(), numeric.type(), words[sp - 1]);
        return sp;
    }

    private int wide(Op op, int sp) {
        int at = sp - op.arity();
        Eval.applyWide(op, words, at);
        return at + 2;
    }

    private int reference(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        Object[] r = references;
        resume = pc;
        switch (opcode) {
            case REF_NULL -> {
                resume = Leb128.skip(bytes, pc);
                r[sp] = null;
                return sp + 1;
            }
            case REF_FUNC -> {
                resume = Leb128.skip(bytes, pc);
                r[sp] = instance.functions[Leb128.u32(bytes, pc)];
                return sp + 1;
            }
            case REF_IS_NULL -> {
                words[sp - 1] = r[sp - 1] == null ? 1 : 0;
                return sp;
            }
            case REF_AS_NON_NULL -> {
                if (r[sp - 1] == null) {
                    throw TrapSignal.of(TrapReason.NULL_REFERENCE);
                }
                return sp;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
    }

    private int table(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        TableInstance table = instance.tables[Leb128.u32(bytes, pc)];
        resume = Leb128.skip(bytes, pc);
        switch (opcode) {
            case TABLE_GET -> {
                references[sp - 1] = table.load(words[sp - 1]);
                return sp;
            }
            case TABLE_SET -> {
                table.store(words[sp - 2], references[sp - 1]);
                return sp - 2;
            }
            case TABLE_SIZE -> {
                words[sp] = table.size();
                return sp + 1;
            }
            case TABLE_GROW -> {
                long old = table.grow(words[sp - 1], references[sp - 2]);
                words[sp - 2] = grown(old, table.type().address64());
                return sp - 1;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
    }

    private int bulk(Opcode opcode, ModuleInstance instance, byte[] bytes, int pc, int sp) {
        long[] w = words;
        int first = Leb128.u32(bytes, pc);
        resume = Leb128.skip(bytes, pc);
        int second = 0;
        switch (opcode) {
            case MEMORY_COPY, MEMORY_INIT, TABLE_COPY, TABLE_INIT -> {
                second = Leb128.u32(bytes, resume);
                resume = Leb128.skip(bytes, resume);
            }
            default -> {}
        }
        switch (opcode) {
            case MEMORY_SIZE -> {
                w[sp] = instance.memories[first].pages();
                return sp + 1;
            }
            case MEMORY_GROW -> {
                MemoryInstance memory = instance.memories[first];
                w[sp - 1] = grown(memory.grow(w[sp - 1]), memory.type().address64());
                return sp;
            }
            case MEMORY_FILL -> instance.memories[first].fill(w[sp - 3], w[sp - 2], w[sp - 1]);
            case MEMORY_COPY ->
                instance.memories[first].copyFrom(instance.memories[second], w[sp - 3], w[sp - 2], w[sp - 1]);
            case MEMORY_INIT -> instance.initMemory(first, second, w[sp - 3], w[sp - 2], w[sp - 1]);
            case TABLE_FILL -> instance.tables[first].fill(w[sp - 3], references[sp - 2], w[sp - 1]);
            case TABLE_COPY ->
                instance.tables[first].copyFrom(instance.tables[second], w[sp - 3], w[sp - 2], w[sp - 1]);
            case TABLE_INIT -> instance.initTable(first, second, w[sp - 3], w[sp - 2], w[sp - 1]);
            case DATA_DROP -> {
                instance.dropData(first);
                return sp;
            }
            case ELEM_DROP -> {
                instance.dropElements(first);
                return sp;
            }
            default -> throw new InternalError("not an instruction of this tier: " + opcode.text());
        }
        return sp - 3;
    }

    /** An old size, or -1 in the width of the address type. */
    private static long grown(long old, boolean address64) {
        return address64 ? old : old & 0xffff_ffffL;
    }
}
