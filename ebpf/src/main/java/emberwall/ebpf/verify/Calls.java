package emberwall.ebpf.verify;

import emberwall.ebpf.helper.Argument;
import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.HelperSignature.Effect;
import emberwall.ebpf.helper.LinuxHelper;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import emberwall.ebpf.verify.RegisterState.Kind;

/** What calls ask of their arguments, and what is known after them. */
final class Calls {
    private static final HelperSignature LOOKUP = LinuxHelper.MAP_LOOKUP_ELEM.signature();

    private final Walk walk;

    Calls(Walk walk) {
        this.walk = walk;
    }

    // ---- functions of the program

    void enter(State state, int target) {
        if (state.frames.size() == State.MAX_FRAMES) {
            throw walk.refuse(
                    "the call stack of " + (State.MAX_FRAMES + 1) + " frames is too deep",
                    "at most " + State.MAX_FRAMES);
        }
        if (state.locked) {
            throw walk.refuse("function calls are not allowed while holding a lock", "the lock given back before");
        }
        var caller = state.frame();
        var frame =
                state.enter(new Frame(caller.chain.calling(state.index, walk.instructions.subprogram(target), null)));
        for (int r = 1; r <= 5; r++) {
            frame.registers[r] = caller.registers[r];
        }
        for (int r = 0; r <= 5; r++) {
            caller.registers[r] = RegisterState.UNINITIALIZED;
        }
        walk.deepest = Math.max(walk.deepest, state.frames.size());
        state.index = target;
    }

    /** Ends a function; answers whether the program goes on. */
    boolean exit(State state) {
        if (state.depth() == 0) {
            exitProgram(state);
            return false;
        }
        var frame = state.frame();
        var result = frame.registers[0];
        if (frame.chain.caller() != null) {
            leaveCallback(state, frame);
            return true;
        }
        if (result.kind() == Kind.STACK && result.frame() == state.depth()) {
            throw walk.refuse(
                    "cannot return stack pointer to the caller",
                    "a number, or a pointer to what outlives the function");
        }
        iteratorsAreGone(state);
        state.leave();
        state.set(0, result);
        state.index = frame.chain.site() + 1;
        return true;
    }

    /** What is in a function's frame cannot be given back by others. */
    private void iteratorsAreGone(State state) {
        for (int s = 0; s < state.frame().depth(); s++) {
            var slot = state.frame().slot(s);
            if (slot.isIterator()) {
                throw walk.refuse(
                        "Unreleased reference id=" + slot.iterator().reference(),
                        "a call that gives it back on this path");
            }
        }
    }

    private void exitProgram(State state) {
        var result = walk.initialized(state, 0);
        if (result.isPointer()) {
            throw walk.refuse("R0 leaks addr as return value", "a number in R0");
        }
        if (state.references.length > 0) {
            throw walk.refuse(
                    "Unreleased reference id=" + state.references[0], "a call that gives it back on this path");
        }
        if (state.locked) {
            throw walk.refuse("a lock is held at exit", "the lock given back before");
        }
    }

    // ---- helpers

    /** What is found out about the arguments of a call. */
    private static final class Found {
        MapDefinition map;
        RegisterState passed = RegisterState.ZERO;
        long resultSize;
        int function = -1;
        int released;

        /** Whether the key is that of a value which is always there. */
        boolean isThere;
    }

    void helper(State state, int number) {
        var helper = walk.helpers.apply(number);
        if (helper == null) {
            throw walk.refuse("invalid func unknown#" + number, "a helper that exists here");
        }
        permit(state, helper);
        var found = new Found();
        for (int i = 0; i < helper.arguments().size(); i++) {
            argument(state, helper, i, found);
        }
        for (int i = 0; i < helper.arguments().size(); i++) {
            write(state, helper, i, found);
        }
        if (helper.callback() != null && found.function >= 0) {
            enterCallback(state, helper, found);
        }
        if (helper.has(Effect.TAIL_CALL)) {
            tailCall(state);
        }
        finish(state, helper, found);
    }

    /** Where a tail call works in a function, its caller goes on with what the other program returns and did to the packet. */
    private void tailCall(State state) {
        if (state.depth() == 0) {
            return;
        }
        if (state.frames.stream().anyMatch(frame -> frame.chain.caller() != null)) {
            throw walk.refuse("tail_call is not allowed in a callback", "a tail call by the program itself");
        }
        var returned = walk.fork(state, state.frame().chain.site() + 1);
        returned.trail.is(Step.TAIL_RETURN);
        returned.leave();
        returned.replaceAll(one -> one.kind().isPacket() ? RegisterState.UNINITIALIZED : one);
        returned.set(0, RegisterState.UNKNOWN);
        walk.tailCalls = true;
    }

    private void permit(State state, HelperSignature helper) {
        var kind = walk.program.kind();
        if (!helper.programs().isEmpty() && !helper.programs().contains(kind)) {
            throw walk.refuse(
                    "program of this type cannot use helper " + name(helper),
                    "a program of the types " + helper.programs());
        }
        if (helper.has(Effect.PRIVILEGED) && !walk.limits.privileged()) {
            throw walk.refuse(
                    "helper " + name(helper) + " reads memory that is not the program's", "a program that is trusted");
        }
        if (state.locked && !helper.has(Effect.UNLOCKS)) {
            throw walk.refuse("function calls are not allowed while holding a lock", "the lock given back before");
        }
        if (helper.has(Effect.TAIL_CALL) && state.references.length > 0) {
            throw walk.refuse("tail_call would lead to reference leak", "the reference given back before");
        }
    }

    static String name(HelperSignature helper) {
        return "bpf_" + helper.name() + "#" + helper.number();
    }

    private void argument(State state, HelperSignature helper, int i, Found found) {
        var argument = helper.arguments().get(i);
        var register = i + 1;
        var value = walk.initialized(state, register);
        if (argument.nullable() && value.isConstant(0)) {
            walk.need(state, register);
            return;
        }
        if (value.nullable() && !argument.nullable() && argument.kind() != Argument.Kind.ANYTHING) {
            throw walk.refuse(
                    "Possibly NULL pointer passed to helper arg" + register,
                    "a comparison with 0 in front of the call");
        }
        switch (argument.kind()) {
            case ANYTHING -> {}
            case SCALAR -> {
                if (value.isPointer()) {
                    throw walk.refuse("R" + register + " leaks addr into helper function", "a number");
                }
            }
            case MAP -> {
                expect(register, value, Kind.MAP);
                found.map = value.map();
                if (!helper.maps().isEmpty() && !helper.maps().contains(found.map.kind())) {
                    throw walk.refuse(
                            "cannot pass map_type " + found.map.kind().number() + " into func " + name(helper),
                            "a map of the kinds " + helper.maps());
                }
            }
            case MAP_KEY -> {
                read(state, register, found.map.keySize());
                found.isThere = helper.equals(LOOKUP) && isThere(state, register, found.map);
            }
            case MAP_VALUE -> read(state, register, found.map.valueSize());
            case MEMORY -> {
                if (argument.size() > 0) {
                    read(state, register, argument.size());
                }
            }
            case MEMORY_IN_OUT -> {
                if (argument.size() > 0) {
                    read(state, register, argument.size());
                }
            }
            case SIZE, SIZE_OR_ZERO -> size(state, helper, i, value);
            case RESULT_SIZE -> {
                if (!value.isScalar() || !value.value().isConstant()) {
                    throw walk.refuse("R" + register + " is not a known constant", "a constant size");
                }
                walk.need(state, register);
                found.resultSize = value.value().value();
            }
            case CONTEXT -> {
                if (walk.context.isMemory() ? value.kind() != Kind.MEMORY : value.kind() != Kind.CONTEXT) {
                    throw mismatch(register, value, "ctx");
                }
                untouched(register, value);
            }
            case ALLOCATED -> {
                expect(register, value, Kind.ALLOCATED);
                untouched(register, value);
            }
            case FUNCTION -> {
                expect(register, value, Kind.FUNCTION);
                found.function = value.offset();
            }
            case STACK -> {
                expect(register, value, Kind.STACK);
                found.passed = value;
            }
            case TEXT -> text(register, value);
            case SPIN_LOCK, TIMER -> {
                expect(register, value, Kind.MAP_VALUE);
                if (!value.isFixed()) {
                    throw walk.refuse("R" + register + " doesn't have constant offset", "a constant offset");
                }
                walk.memory.check(state, register, 0, argument.kind() == Argument.Kind.TIMER ? 16 : 4, true);
            }
            case SOCKET -> expect(register, value, Kind.SOCKET);
            case KERNEL_OBJECT -> {
                if (value.kind() != Kind.OBJECT && value.kind() != Kind.SOCKET) {
                    throw mismatch(register, value, "ptr_, sock");
                }
            }
            case DYNAMIC_POINTER -> throw walk.refuse("dynamic pointers are not supported", "memory and its size");
            default -> {}
        }
        if (argument.released()) {
            if (value.reference() == 0 || !state.hasReference(value.reference())) {
                throw walk.refuse(
                        "R" + register + " must be referenced when passed to release function",
                        "what was acquired and not given back");
            }
            found.released = value.reference();
        }
    }

    private void expect(int register, RegisterState value, Kind kind) {
        if (value.kind() != kind) {
            throw mismatch(register, value, kind.text);
        }
    }

    private RefusedException mismatch(int register, RegisterState value, String expected) {
        var type = value.isScalar() ? "scalar" : value.kind().text + (value.nullable() ? "_or_null" : "");
        return walk.refuse("R" + register + " type=" + type + " expected=" + expected, "a pointer of that type");
    }

    private void untouched(int register, RegisterState value) {
        if (!value.isFixed() || value.fixed() != 0) {
            throw walk.refuse(
                    "dereference of modified " + value.kind().text + " ptr R" + register + " off=" + value.offset()
                            + " disallowed",
                    "the pointer as it was given");
        }
    }

    private void text(int register, RegisterState value) {
        expect(register, value, Kind.MAP_VALUE);
        if (!value.isFixed() || !value.map().isConstant()) {
            throw walk.refuse("R" + register + " does not point to a readonly map", "a constant text");
        }
        var contents = value.map().contents();
        for (long at = value.fixed(); at >= 0 && at < contents.byteSize(); at++) {
            if (contents.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at) == 0) {
                return;
            }
        }
        throw walk.refuse("string is not zero-terminated", "a zero at its end");
    }

    /** Memory that a helper reads. */
    private void read(State state, int register, long bytes) {
        var value = state.register(register);
        if (value.kind() == Kind.STACK) {
            walk.memory.readStack(state, register, 0, bytes);
        } else {
            memory(register, value);
            walk.memory.check(state, register, 0, bytes, false);
        }
    }

    private void memory(int register, RegisterState value) {
        switch (value.kind()) {
            case PACKET, PACKET_META, MAP_KEY, MAP_VALUE, MEMORY, ALLOCATED -> {}
            default -> throw mismatch(register, value, "fp, pkt, pkt_meta, map_key, map_value, mem");
        }
    }

    private void size(State state, HelperSignature helper, int i, RegisterState size) {
        var register = i + 1;
        var memory = helper.arguments().get(i - 1);
        var wide = size.value().wide();
        if (!size.isScalar()) {
            throw walk.refuse("R" + register + " type=" + size.kind().text + " expected=scalar", "a number");
        }
        if (wide.smin() < 0) {
            throw walk.refuse(
                    "R" + register + " min value is negative, either use unsigned or 'var &= const'",
                    "a size of at least 0");
        }
        if (wide.umax() >= Walk.MOST_OFFSET) {
            throw walk.refuse(
                    "R" + register + " unbounded memory access, use 'var &= const' or 'if (var < const)'",
                    "a comparison of the size with a constant");
        }
        if (wide.umin() == 0 && helper.arguments().get(i).kind() == Argument.Kind.SIZE) {
            throw walk.refuse(
                    "R" + register + " invalid zero-sized read: u64=[" + wide.umin() + "," + wide.umax() + "]",
                    "a size of at least 1");
        }
        walk.need(state, register);
        var pointer = state.register(i);
        if (wide.umax() == 0) {
            return;
        }
        if (!pointer.isPointer() || pointer.nullable()) {
            throw mismatch(i, pointer, "fp, pkt, pkt_meta, map_key, map_value, mem");
        }
        var fixed = size.value().isConstant() && pointer.isFixed();
        if (memory.kind() != Argument.Kind.MEMORY_OUT || pointer.kind() == Kind.STACK && !fixed) {
            read(state, i, wide.umax());
        }
    }

    /** Memory that a helper writes: after all arguments were read. */
    private void write(State state, HelperSignature helper, int i, Found found) {
        var argument = helper.arguments().get(i);
        var register = i + 1;
        if (argument.nullable() && !state.register(register).isPointer()) {
            return;
        }
        var bytes = switch (argument.kind()) {
            case MAP_VALUE_OUT -> found.map.valueSize();
            case LONG_OUT -> 8;
            case INT_OUT -> 4;
            case MEMORY_OUT, MEMORY_IN_OUT ->
                argument.size() > 0
                        ? argument.size()
                        : state.register(register + 1).value().wide().umax();
            default -> 0L;
        };
        if (bytes == 0) {
            return;
        }
        var value = state.register(register);
        if (value.kind() == Kind.STACK) {
            walk.memory.writeStack(state, register, bytes);
        } else {
            memory(register, value);
            walk.memory.check(state, register, 0, bytes, true);
        }
    }

    private void finish(State state, HelperSignature helper, Found found) {
        if (found.released != 0) {
            state.release(found.released);
            state.replaceAll(one -> one.reference() == found.released ? RegisterState.UNINITIALIZED : one);
        }
        if (helper.has(Effect.LOCKS)) {
            state.locked = true;
        } else if (helper.has(Effect.UNLOCKS)) {
            if (!state.locked) {
                throw walk.refuse(name(helper) + " without taking a lock", "the lock taken before");
            }
            state.locked = false;
        }
        if (helper.has(Effect.MOVES_PACKET)) {
            state.replaceAll(one -> one.kind().isPacket() ? RegisterState.UNINITIALIZED : one);
        }
        for (int r = 1; r <= 5; r++) {
            state.set(r, RegisterState.UNINITIALIZED);
        }
        state.set(0, result(state, helper, found));
    }

    private RegisterState result(State state, HelperSignature helper, Found found) {
        var result = helper.result();
        var pointer = switch (result.kind()) {
            case SCALAR -> RegisterState.number(Scalar.signed(result.minimum(), result.maximum()));
            case NOTHING -> RegisterState.UNINITIALIZED;
            case MAP_VALUE ->
                found.map.kind().holdsMaps() ? RegisterState.map(found.map.inner()) : RegisterState.mapValue(found.map);
            case ALLOCATED ->
                RegisterState.pointer(Kind.ALLOCATED, (int) Math.clamp(found.resultSize, 0, Walk.MOST_OFFSET), true);
            case MEMORY -> RegisterState.pointer(Kind.MEMORY, result.size(), true);
            case SOCKET -> RegisterState.pointer(Kind.SOCKET, 80, false);
            case KERNEL_OBJECT -> RegisterState.pointer(Kind.OBJECT, 0, false);
        };
        if (result.acquired()) {
            pointer = pointer.reference(walk.newId());
            state.acquire(pointer.reference());
        }
        return result.nullable() && pointer.isPointer() && !found.isThere ? pointer.orNull(walk.newId()) : pointer;
    }

    /** Whether a key is a constant, and the index of one of an array's values. */
    private boolean isThere(State state, int register, MapDefinition map) {
        if (map.kind() != MapKind.ARRAY && map.kind() != MapKind.PER_THREAD_ARRAY) {
            return false;
        }
        var key = walk.memory.constant(state, register);
        return key != null && key < Integer.toUnsignedLong(map.maxEntries());
    }

    // ---- functions of the program that a helper calls

    /**
     * A helper calls a function any number of times: one path goes on as if it never did, another goes through the function
     * and comes back to the same call, until nothing new comes back.
     */
    private void enterCallback(State state, HelperSignature helper, Found found) {
        walk.callbacks = true;
        if (state.frames.size() == State.MAX_FRAMES) {
            throw walk.refuse(
                    "the call stack of " + (State.MAX_FRAMES + 1) + " frames is too deep",
                    "at most " + State.MAX_FRAMES);
        }
        var count = helper.callback().countArgument();
        if (count > 0) {
            walk.need(state, count);
        }
        var counted = count > 0 ? state.register(count).value() : Scalar.UNKNOWN;
        if (counted.isConstant(0)) {
            return;
        }
        var called = walk.fork(state, found.function);
        called.trail.is(Step.CALLBACK_ENTRY);
        var frame = called.enter(new Frame(
                state.frame().chain.calling(state.index, walk.instructions.subprogram(found.function), helper)));
        called.rounds++;
        walk.deepest = Math.max(walk.deepest, called.frames.size());
        var parameters = helper.callback().parameters();
        for (int i = 0; i < parameters.size(); i++) {
            frame.registers[i + 1] = switch (parameters.get(i)) {
                case INDEX -> RegisterState.number(index(counted));
                case MAP -> RegisterState.map(found.map);
                case MAP_KEY ->
                    RegisterState.pointer(Kind.MAP_KEY, found.map.keySize(), false)
                            .of(found.map);
                case MAP_VALUE -> RegisterState.mapValue(found.map);
                case PASSED -> found.passed;
                case DYNAMIC_POINTER -> throw walk.refuse("dynamic pointers are not supported", "memory and its size");
            };
        }
    }

    private static Scalar index(Scalar count) {
        return Scalar.unsigned(0, count.low().umax() == 0 ? 0 : count.low().umax() - 1);
    }

    private void leaveCallback(State state, Frame frame) {
        var result = walk.initialized(state, 0);
        walk.need(state, 0);
        var most = frame.chain.caller().callback().stops() ? 1 : 0;
        if (!result.isScalar() || Word.above(result.value().wide().umax(), most)) {
            throw walk.refuse(
                    "At callback return the register R0 has " + result + " should have been in [0, " + most + "]",
                    "0 to go on" + (most == 1 ? ", 1 to stop" : ""));
        }
        if (state.references.length > 0 && newReference(state, frame)) {
            throw walk.refuse("Unreleased reference in callback", "a call that gives it back on this path");
        }
        iteratorsAreGone(state);
        state.trail.close(state.index);
        state.trail.is(Step.CALLBACK_EXIT);
        state.leave();
        state.index = frame.chain.site();
        widen(state, before(state.parent, state.index, state.depth()));
    }

    /** Whether something was acquired since the call of the helper. */
    private static boolean newReference(State state, Frame frame) {
        var entry = before(state.parent, frame.chain.site(), state.depth() - 1);
        return entry == null || state.references.length != entry.state.references.length;
    }

    /** The last checkpoint of a path that was in front of an instruction, or null. */
    static Checkpoint before(Checkpoint last, int index, int depth) {
        for (var checkpoint = last; checkpoint != null; checkpoint = checkpoint.parent) {
            if (checkpoint.state.index == index && checkpoint.state.depth() == depth) {
                return checkpoint;
            }
        }
        return null;
    }

    /** Numbers that a round changed, and whose values did not matter so far, may be any: the next round says the same. */
    static void widen(State state, Checkpoint entry) {
        for (int f = 0; entry != null && f < state.frames.size(); f++) {
            var was = entry.state.frames.get(f);
            var is = state.frames.get(f);
            for (int r = 0; r < is.registers.length; r++) {
                if ((entry.preciseRegisters[f] & 1L << r) == 0) {
                    is.registers[r] = widened(was.registers[r], is.registers[r]);
                }
            }
            for (int s = 0; s < is.depth(); s++) {
                var slot = is.slot(s);
                var old = was.slot(s);
                if ((entry.preciseSlots[f] & 1L << s) == 0 && slot.isWholeSpill() && old.isWholeSpill()) {
                    var widened = widened(old.spilled(), slot.spilled());
                    if (!widened.equals(slot.spilled())) {
                        is.set(s, Slot.of(widened));
                    }
                }
            }
        }
    }

    private static RegisterState widened(RegisterState was, RegisterState is) {
        return was.isScalar() && is.isScalar() && !was.value().contains(is.value()) ? RegisterState.UNKNOWN : is;
    }
}
