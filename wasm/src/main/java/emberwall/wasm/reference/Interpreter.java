package emberwall.wasm.reference;

import static emberwall.wasm.SideTable.CARRIED;
import static emberwall.wasm.SideTable.ENTRY;
import static emberwall.wasm.SideTable.HEIGHT;
import static emberwall.wasm.SideTable.NEXT;
import static emberwall.wasm.SideTable.TARGET;

import emberwall.op.Eval;
import emberwall.op.FaultException;
import emberwall.op.TrapReason;
import emberwall.wasm.Opcode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

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
 * two arrays; instructions that move values without knowing their types move both, where references can be at all. A
 * vector is an object among the references, and null there is the vector that is zero.
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
    /** Instead of a stack pointer, before a function is entered. */
    private static final int NOT_ENTERED = -1;
    /** Instead of an instruction's offset: the frame is gone by a tail call, and catches nothing. */
    private static final int GONE = -1;

    private final Store store;
    private final RareInstructions rare;
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
    /** The exceptions that handlers of the old form are at work on, by frame and region. */
    private final Map<Long, GuestException> caught = new HashMap<>();
    /** How many calls of the host are under way, each from inside the one before. */
    private int nesting;
    /** Where an instruction that is done elsewhere goes on. */
    private int resume;

    Interpreter(Store store) {
        this.store = store;
        this.rare = new RareInstructions(this, store);
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
            throw suspended(new GuestTrap(TrapReason.STACK_EXHAUSTED));
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
        caught.clear();
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
            throw suspended(new GuestTrap(signal.reason()));
        }
        Arrays.fill(words, resultsAt, top, 0);
        Arrays.fill(references, resultsAt, top, null);
        try {
            function.host.call(new HostCall(this, function.type, caller, base));
        } catch (Exception e) {
            throw Interpreter.<RuntimeException>unchecked(e);
        } finally {
            top = topBefore;
        }
        System.arraycopy(words, resultsAt, words, base, results);
        System.arraycopy(references, resultsAt, references, base, results);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> E unchecked(Exception e) throws E {
        throw (E) e;
    }

    // --- frames

    /** Sees to it that slots below {@code wanted} exist, and that the guest may have them. */
    private void reserve(long wanted, boolean withReferences) {
        if (wanted + (long) depth * FRAME_SLOTS > maximumSlots) {
            throw TrapSignal.of(TrapReason.STACK_EXHAUSTED);
        }
        int end = (int) wanted;
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
        reserve((long) base + code.locals + code.maximumHeight, code.references);
        code.entered();
        int operands = base + code.locals;
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

    /** A trap of the running frame: adds it, and the suspended ones. */
    private GuestTrap trap(TrapReason reason, FunctionInstance running, int offset, int locals) {
        if (store.watcher != null) {
            int end = locals + running.code.locals + running.code.maximumHeight;
            store.watcher.trap(frames(running, offset, locals, Math.min(end, words.length)));
        }
        GuestTrap trap = new GuestTrap(reason);
        trap.add(running.instance.module(), running.code.function, offset);
        return suspended(trap);
    }

    /** Adds all suspended frames to a trap: those that wait for the host, too. */
    private GuestTrap suspended(GuestTrap trap) {
        for (int frame = depth - 1; frame >= 0; frame--) {
            FunctionInstance caller = callers[frame];
            int offset = frames[frame * FRAME + OFFSET];
            if (offset != GONE) {
                trap.add(caller.instance.module(), caller.code.function, offset);
            }
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
        int sp = NOT_ENTERED; // the first free slot
        while (true) {
            try {
                if (sp == NOT_ENTERED) {
                    enter(code, base);
                    sp = base + code.locals;
                } else { // an exception was caught
                    store.poll();
                }
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
                        switch (Plan.of(first)) {
                            case Plan.LOCAL_GET -> {
                                int local = locals + Leb128.u32(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                w[sp] = w[local];
                                if (hasReferences) {
                                    r[sp] = r[local];
                                }
                                sp++;
                                continue;
                            }
                            case Plan.LOCAL_SET -> {
                                int local = locals + Leb128.u32(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                w[local] = w[--sp];
                                if (hasReferences) {
                                    r[local] = r[sp];
                                }
                                continue;
                            }
                            case Plan.LOCAL_TEE -> {
                                int local = locals + Leb128.u32(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                w[local] = w[sp - 1];
                                if (hasReferences) {
                                    r[local] = r[sp - 1];
                                }
                                continue;
                            }
                            case Plan.I32_CONST -> {
                                w[sp++] = Leb128.s64(bytes, pc) & 0xffff_ffffL;
                                pc = Leb128.skip(bytes, pc);
                                continue;
                            }
                            case Plan.I64_CONST -> {
                                w[sp++] = Leb128.s64(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                continue;
                            }
                            case Plan.F32_CONST -> {
                                w[sp++] = Fixed.i32(bytes, pc) & 0xffff_ffffL;
                                pc += 4;
                                continue;
                            }
                            case Plan.F64_CONST -> {
                                w[sp++] = Fixed.i64(bytes, pc);
                                pc += 8;
                                continue;
                            }
                            case Plan.GLOBAL_GET -> {
                                GlobalInstance global = instance.globals[Leb128.u32(bytes, pc)];
                                pc = Leb128.skip(bytes, pc);
                                w[sp] = global.word;
                                if (hasReferences) {
                                    r[sp] = global.reference;
                                }
                                sp++;
                                continue;
                            }
                            case Plan.GLOBAL_SET -> {
                                GlobalInstance global = instance.globals[Leb128.u32(bytes, pc)];
                                pc = Leb128.skip(bytes, pc);
                                global.word = w[--sp];
                                if (hasReferences) {
                                    global.reference = r[sp];
                                }
                                continue;
                            }
                            case Plan.DROP -> {
                                sp--;
                                continue;
                            }
                            case Plan.SELECT, Plan.SELECT_TYPED -> {
                                if (Plan.of(first) == Plan.SELECT_TYPED) {
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
                            case Plan.BLOCK -> {
                                pc = Fixed.skipType(bytes, pc);
                                if (Opcode.of(first) == Opcode.LOOP) {
                                    code.round(pc);
                                    if (store.watcher != null) {
                                        store.watcher.loop(frames(function, pc, locals, sp));
                                    }
                                }
                                continue;
                            }
                            case Plan.IF -> {
                                if ((int) w[--sp] == 0) {
                                    pc = side[next + TARGET];
                                    next = side[next + NEXT];
                                } else {
                                    pc = Fixed.skipType(bytes, pc);
                                    next += ENTRY;
                                }
                                continue;
                            }
                            case Plan.ELSE -> {
                                pc = side[next + TARGET];
                                next = side[next + NEXT];
                                continue;
                            }
                            case Plan.END -> {
                                if (pc != code.end) {
                                    continue;
                                }
                                branch = TO_CALLER;
                            }
                            case Plan.RETURN -> branch = TO_CALLER;
                            case Plan.BR -> branch = next;
                            case Plan.BR_IF -> {
                                if ((int) w[--sp] == 0) {
                                    pc = Leb128.skip(bytes, pc);
                                    next += ENTRY;
                                    continue;
                                }
                                branch = next;
                            }
                            case Plan.BR_TABLE -> {
                                int labels = Leb128.u32(bytes, pc);
                                int index = (int) w[--sp];
                                boolean isListed = Integer.compareUnsigned(index, labels) < 0;
                                branch = next + (isListed ? index : labels) * ENTRY;
                            }
                            case Plan.BR_ON_NULL -> {
                                if (r[sp - 1] != null) {
                                    pc = Leb128.skip(bytes, pc);
                                    next += ENTRY;
                                    continue;
                                }
                                sp--;
                                branch = next;
                            }
                            case Plan.BR_ON_NON_NULL -> {
                                if (r[sp - 1] == null) {
                                    sp--;
                                    pc = Leb128.skip(bytes, pc);
                                    next += ENTRY;
                                    continue;
                                }
                                branch = next;
                            }
                            case Plan.CALL -> {
                                Opcode opcode = Opcode.of(first);
                                FunctionInstance callee = callee(opcode, instance, pc, sp);
                                if (opcode != Opcode.CALL) {
                                    sp--;
                                }
                                int arguments = sp - callee.type.parameterCount();
                                suspend(function, resume, next, locals, at);
                                if (callee.isHost()) {
                                    callOut(callee, instance, arguments);
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
                            case Plan.RETURN_CALL -> {
                                Opcode opcode = Opcode.of(first);
                                FunctionInstance callee = callee(opcode, instance, pc, sp);
                                if (opcode != Opcode.RETURN_CALL) {
                                    sp--;
                                }
                                int parameters = callee.type.parameterCount();
                                move(sp - parameters, locals, parameters, hasReferences);
                                if (callee.isHost()) {
                                    suspend(function, pc, next, locals, GONE);
                                    at = GONE;
                                    callOut(callee, instance, locals);
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
                            case Plan.TRY -> {
                                pc = Fixed.skipType(bytes, pc);
                                next += ENTRY;
                                continue;
                            }
                            case Plan.TRY_TABLE -> {
                                pc = Fixed.skipType(bytes, pc);
                                next += Leb128.u32(bytes, pc) * ENTRY;
                                pc = Fixed.skipCatches(bytes, pc);
                                continue;
                            }
                            case Plan.DELEGATE -> {
                                pc = Leb128.skip(bytes, pc);
                                continue;
                            }
                            case Plan.THROW -> throw exception(instance.tags[Leb128.u32(bytes, pc)], sp);
                            case Plan.THROW_REF -> {
                                if (r[sp - 1] == null) {
                                    throw TrapSignal.of(TrapReason.NULL_EXCEPTION_REFERENCE);
                                }
                                throw (GuestException) r[sp - 1];
                            }
                            case Plan.RETHROW ->
                                throw caught.get(caughtKey(code.handlers().rethrown(at)));
                            case Plan.UNREACHABLE -> throw TrapSignal.of(TrapReason.UNREACHABLE);
                            case Plan.NOP -> {
                                continue;
                            }
                            case Plan.UNARY -> {
                                w[sp - 1] = Eval.apply(Plan.op(first), Plan.type(first), w[sp - 1]);
                                continue;
                            }
                            case Plan.BINARY -> {
                                sp--;
                                w[sp - 1] = Eval.apply(Plan.op(first), Plan.type(first), w[sp - 1], w[sp]);
                                continue;
                            }
                            case Plan.LOAD -> {
                                MemoryInstance memory = memory(instance, bytes, pc);
                                pc = resume;
                                long offset = Leb128.u64(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                w[sp - 1] = memory.load(Plan.op(first), Plan.type(first), w[sp - 1], offset);
                                continue;
                            }
                            case Plan.STORE -> {
                                MemoryInstance memory = memory(instance, bytes, pc);
                                pc = resume;
                                long offset = Leb128.u64(bytes, pc);
                                pc = Leb128.skip(bytes, pc);
                                sp -= 2;
                                memory.store(Plan.op(first), Plan.type(first), w[sp], offset, w[sp + 1]);
                                continue;
                            }
                            default -> {
                                sp = rare.execute(instance, bytes, at, sp);
                                pc = rare.resume();
                                if (!rare.isBranch()) {
                                    continue;
                                }
                                if (!rare.isTaken()) {
                                    next += ENTRY;
                                    continue;
                                }
                                branch = next;
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
                                if (target <= at) {
                                    code.round(pc);
                                    if (store.attention) {
                                        store.poll();
                                    }
                                    if (store.watcher != null) {
                                        store.watcher.loop(frames(function, pc, locals, sp));
                                    }
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
                throw trap(signal.reason(), function, at, locals);
            } catch (FaultException fault) {
                throw trap(fault.fault().reason(), function, at, locals);
            } catch (GuestException exception) {
                Handlers.Clause clause = clause(function, at, exception);
                while (clause == null) {
                    if (depth == bottom) {
                        throw exception;
                    }
                    depth--;
                    function = callers[depth];
                    code = function.code;
                    locals = frames[depth * FRAME + LOCALS];
                    at = frames[depth * FRAME + OFFSET];
                    clause = clause(function, at, exception);
                }
                final int[] side = code.sideTable;
                sp = locals + code.locals + side[clause.entry() + HEIGHT];
                sp += carry(exception, clause, sp);
                if (clause.target() != 0) {
                    pc = clause.target();
                    next = clause.next();
                } else {
                    int target = side[clause.entry() + TARGET];
                    pc = target == code.end ? target - 1 : target; // out of the function: its last end returns
                    next = side[clause.entry() + NEXT];
                    if (target <= at) {
                        code.round(pc);
                        if (store.watcher != null) {
                            store.watcher.loop(frames(function, pc, locals, sp));
                        }
                    }
                }
            }
        }
    }

    /** An exception with a tag, whose values lie below {@code sp}. */
    private GuestException exception(TagInstance tag, int sp) {
        Values values = new Values(tag.type().parameterCount());
        int from = sp - values.count();
        System.arraycopy(words, from, values.words, 0, values.count());
        System.arraycopy(references, from, values.references, 0, values.count());
        return new GuestException(tag, values);
    }

    /** What catches an exception that an instruction of a frame lets through; null for nothing in this frame. */
    private Handlers.Clause clause(FunctionInstance function, int at, GuestException exception) {
        Handlers.Region region = function.code.handlers().at(at);
        for (; region != null; region = region.parent) {
            for (Handlers.Clause clause : region.clauses) {
                if (clause.tag() < 0 || function.instance.tags[clause.tag()] == exception.tag()) {
                    if (clause.target() != 0) {
                        caught.put(caughtKey(region), exception);
                    }
                    return clause;
                }
            }
        }
        return null;
    }

    private long caughtKey(Handlers.Region region) {
        return (long) depth << 32 | region.start;
    }

    /** Puts what a clause hands over at {@code to}; gives how many values that are. */
    private int carry(GuestException exception, Handlers.Clause clause, int to) {
        int count = 0;
        if (clause.tag() >= 0) {
            Values values = exception.values();
            count = values.count();
            System.arraycopy(values.words, 0, words, to, count);
            System.arraycopy(values.references, 0, references, to, count);
        }
        if (clause.withReference()) {
            references[to + count++] = exception;
        }
        return count;
    }

    /** Calls a function of the host from a frame that was suspended for it, and resumes the frame. */
    private void callOut(FunctionInstance function, ModuleInstance caller, int base) {
        if (store.watcher != null) {
            store.watcher.host(frames(null, GONE, base, base));
        }
        try {
            callHost(function, caller, base);
        } catch (GuestException e) {
            depth--;
            throw e;
        }
        depth--;
    }

    /** The pc of the frame that was suspended last. */
    private int resumePc() {
        return frames[depth * FRAME + PC];
    }

    /**
     * The frames for a watcher: those that are suspended, and in front of them the one that runs, if there is a function.
     *
     * @param locals where the running frame, or what is called, begins
     */
    private WatchedFrames frames(FunctionInstance running, int offset, int locals, int sp) {
        WatchedFrames all = new WatchedFrames(words, references);
        if (running != null) {
            all.add(running, offset, locals, sp);
        }
        int end = locals;
        for (int frame = depth - 1; frame >= 0; frame--) {
            int from = frames[frame * FRAME + LOCALS];
            if (frames[frame * FRAME + OFFSET] != GONE) {
                all.add(callers[frame], frames[frame * FRAME + OFFSET], from, end);
            }
            end = from;
        }
        return all;
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

    /** Where the immediates go on after those that were read for an instruction. */
    int afterMemory() {
        return resume;
    }

    /** The memory of an access; its memory argument is at {@code pc}, the offset then at {@link #resume}. */
    MemoryInstance memory(ModuleInstance instance, byte[] bytes, int pc) {
        int flags = Leb128.u32(bytes, pc);
        resume = Leb128.skip(bytes, pc);
        if ((flags & 0x40) == 0) {
            return instance.memories[0];
        }
        MemoryInstance memory = instance.memories[Leb128.u32(bytes, resume)];
        resume = Leb128.skip(bytes, resume);
        return memory;
    }
}
