package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.verify.RegisterState.Kind;
import emberwall.op.Op;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What loads and stores may touch, and what they find. Refusals are worded as the kernel's. */
final class Memory {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Walk walk;

    Memory(Walk walk) {
        this.walk = walk;
    }

    void load(State state, Insn insn) {
        var bits = insn.opcode().bits();
        var found = load(state, insn.src(), insn.offset(), bits / 8);
        if (insn.opcode().op() == Op.LOAD8_S
                || insn.opcode().op() == Op.LOAD16_S
                || insn.opcode().op() == Op.LOAD32_S) {
            found = found.isScalar() ? RegisterState.number(found.value().signExtend64(bits)) : found;
        }
        if (found.isPointer() && bits != 64 && !isAddress(found)) {
            throw walk.refuse("R" + insn.src() + " invalid size of register fill", "a load of all 8 bytes");
        }
        state.set(insn.dst(), found);
    }

    /** Pointers in contexts are addresses in fields of 4 bytes. */
    private static boolean isAddress(RegisterState found) {
        return found.kind().isPacket() || found.kind() == Kind.SOCKET || found.kind() == Kind.OBJECT;
    }

    private RegisterState load(State state, int register, int offset, int bytes) {
        var pointer = walk.initialized(state, register);
        if (pointer.kind() == Kind.STACK) {
            return loadStack(state, register, pointer, offset, bytes);
        }
        if (pointer.kind() == Kind.CONTEXT) {
            return loadContext(register, pointer, offset, bytes);
        }
        check(state, register, offset, bytes, false);
        var map = pointer.map();
        if (pointer.kind() == Kind.MAP_VALUE && map.isConstant() && pointer.isFixed()) {
            return RegisterState.constant(read(map.contents(), pointer.fixed() + offset, bytes));
        }
        return RegisterState.number(Scalar.ofWidth(8 * bytes));
    }

    private static long read(MemorySegment contents, long offset, int bytes) {
        long word = 0;
        for (int i = 0; i < bytes; i++) {
            var at = offset + i;
            word |= at < contents.byteSize() ? (contents.get(BYTE, at) & 0xffL) << 8 * i : 0;
        }
        return word;
    }

    void store(State state, Insn insn) {
        var opcode = insn.opcode();
        var bytes = opcode.bytes();
        var value =
                opcode.fromRegister() ? walk.initialized(state, insn.src()) : RegisterState.constant(insn.immediate());
        var pointer = walk.initialized(state, insn.dst());
        if (pointer.kind() == Kind.STACK) {
            var source = opcode.fromRegister() ? insn.src() : -1;
            storeStack(state, insn.dst(), pointer, insn.offset(), bytes, value, source);
            return;
        }
        if (value.isPointer()) {
            throw walk.refuse(
                    "R" + insn.src() + " leaks addr into " + where(pointer),
                    "a number; addresses stay in registers and the stack");
        }
        if (pointer.kind() == Kind.CONTEXT) {
            storeContext(insn.dst(), pointer, insn.offset(), bytes);
        } else {
            check(state, insn.dst(), insn.offset(), bytes, true);
        }
    }

    private static String where(RegisterState pointer) {
        return switch (pointer.kind()) {
            case MAP_VALUE -> "map";
            case CONTEXT -> "ctx";
            case PACKET, PACKET_META -> "packet";
            case STACK -> "stack";
            default -> "mem";
        };
    }

    void atomic(State state, Insn insn) {
        var opcode = insn.opcode();
        var bytes = opcode.bytes();
        var compares = opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE;
        var pointer = walk.initialized(state, insn.dst());
        number(state, insn.src());
        if (compares) {
            number(state, 0);
        }
        if (pointer.kind() == Kind.CONTEXT || pointer.kind().isPacket()) {
            throw walk.refuse(
                    "BPF_ATOMIC stores into R" + insn.dst() + " " + pointer.kind().text + " is not allowed",
                    "an atomic operation on the stack or on a map's value");
        }
        if (!pointer.isMultiple(insn.offset(), bytes)) { // a locked access of two cache lines may be a fault
            throw walk.refuse(
                    "misaligned " + where(pointer) + " access off " + (pointer.offset() + insn.offset()) + " size "
                            + bytes,
                    "an address of which it is known that it is a multiple of " + bytes);
        }
        if (load(state, insn.dst(), insn.offset(), bytes).isPointer()) {
            throw walk.refuse("R" + insn.dst() + " points to a pointer on the stack", "a number there");
        }
        if (pointer.kind() == Kind.STACK) {
            storeStack(state, insn.dst(), pointer, insn.offset(), bytes, RegisterState.UNKNOWN, -1);
        } else {
            check(state, insn.dst(), insn.offset(), bytes, true);
        }
        if (opcode.fetches()) {
            walk.set(state, compares ? 0 : insn.src(), RegisterState.number(Scalar.ofWidth(8 * bytes)));
        }
    }

    private void number(State state, int register) {
        if (walk.initialized(state, register).isPointer()) {
            throw walk.refuse("R" + register + " leaks addr into mem", "a number");
        }
    }

    // ---- contexts

    private ContextType.Field field(int register, RegisterState pointer, int offset, int bytes) {
        if (!pointer.isFixed()) {
            throw walk.refuse(
                    "variable ctx access var_off=" + pointer.value().wide().bits() + " off=" + offset + " size="
                            + bytes,
                    "a constant offset");
        }
        var field = walk.context.field(pointer.fixed() + offset, bytes);
        if (field == null) {
            throw walk.refuse(
                    "invalid bpf_context access off=" + (pointer.fixed() + offset) + " size=" + bytes,
                    "an access to one field of " + walk.context.name() + ", with its size (R" + register + ")");
        }
        return field;
    }

    /** The field of the context that a load finds an address in, or null. */
    ContextType.Field addressField(State state, Insn insn) {
        var pointer = state.register(insn.src());
        if (pointer.kind() != Kind.CONTEXT || !pointer.isFixed()) {
            return null;
        }
        var field = walk.context.field(
                pointer.fixed() + insn.offset(), insn.opcode().bytes());
        return field == null || field.kind() == ContextType.FieldKind.NUMBER ? null : field;
    }

    private RegisterState loadContext(int register, RegisterState pointer, int offset, int bytes) {
        var field = field(register, pointer, offset, bytes);
        return switch (field.kind()) {
            case NUMBER -> RegisterState.number(Scalar.ofWidth(8 * bytes));
            case PACKET -> RegisterState.pointer(Kind.PACKET, 0, true);
            case PACKET_END -> RegisterState.pointer(Kind.PACKET_END, 0, false);
            case PACKET_META -> RegisterState.pointer(Kind.PACKET_META, 0, true);
            case SOCKET -> RegisterState.pointer(Kind.SOCKET, 80, false).orNull(walk.newId());
            case OBJECT -> RegisterState.pointer(Kind.OBJECT, 0, false);
        };
    }

    private void storeContext(int register, RegisterState pointer, int offset, int bytes) {
        if (!field(register, pointer, offset, bytes).writable()) {
            throw walk.refuse(
                    "invalid bpf_context access off=" + (pointer.fixed() + offset) + " size=" + bytes,
                    "a field that programs may write");
        }
    }

    // ---- everything that is not the stack or the context

    /** Refuses an access of {@code bytes} that may go beyond what the register points into. */
    void check(State state, int register, long offset, long bytes, boolean write) {
        var pointer = state.register(register);
        switch (pointer.kind()) {
            case PACKET, PACKET_META -> checkPacket(register, pointer, offset, bytes);
            case MAP_VALUE, MAP_KEY, MEMORY, ALLOCATED, SOCKET -> checkRegion(register, pointer, offset, bytes);
            default ->
                throw walk.refuse(
                        "R" + register + " invalid mem access '" + (pointer.isScalar() ? "scalar" : pointer.kind().text)
                                + "'",
                        "a pointer to memory that programs may access");
        }
        if (write && !pointer.writable()) {
            throw walk.refuse(
                    "write into " + pointer.kind().text + " forbidden, R" + register, "memory that is not read-only");
        }
        if (!write
                && pointer.map() != null
                && (pointer.map().flags() & emberwall.ebpf.map.MapDefinition.PROGRAM_WRITE_ONLY) != 0) {
            throw walk.refuse("read from map forbidden, R" + register, "a map that programs may read");
        }
    }

    private void checkRegion(int register, RegisterState pointer, long offset, long bytes) {
        if (pointer.nullable()) {
            throw walk.refuse(
                    "R" + register + " invalid mem access '" + pointer.kind().text + "_or_null'",
                    "a comparison with 0 in front of it, and the way where it is not");
        }
        var wide = pointer.value().wide();
        var least = pointer.offset() + offset + wide.smin();
        if (wide.smin() < -Walk.MOST_OFFSET || least < 0) {
            throw walk.refuse(
                    wide.isConstant()
                            ? bounds(pointer, least, bytes)
                            : "R" + register
                                    + " min value is negative, either use unsigned index or do a if (index >=0) check.",
                    "an offset of at least 0");
        }
        if (wide.smax() >= Walk.MOST_OFFSET) {
            throw walk.refuse(
                    "R" + register + " unbounded memory access, make sure to bounds check any such access",
                    "a comparison of the offset with a constant of at most " + Math.max(0, pointer.size() - bytes));
        }
        var most = pointer.offset() + offset + wide.smax();
        if (most + bytes > pointer.size()) {
            throw walk.refuse(
                    bounds(pointer, most, bytes),
                    "an offset of at most " + (pointer.size() - bytes) + ", here it may be " + most);
        }
    }

    private static String bounds(RegisterState pointer, long offset, long bytes) {
        var what = pointer.kind() == Kind.MAP_VALUE
                ? "map value, value_size="
                : pointer.kind() == Kind.MAP_KEY ? "map key, key_size=" : "memory, mem_size=";
        return "invalid access to " + what + pointer.size() + " off=" + offset + " size=" + bytes;
    }

    private void checkPacket(int register, RegisterState pointer, long offset, long bytes) {
        var wide = pointer.value().wide();
        if (wide.smin() < 0) {
            throw walk.refuse(
                    "R" + register + " min value is negative, either use unsigned index or do a if (index >=0) check.",
                    "an offset of at least 0");
        }
        var from = pointer.offset() + offset;
        if (from < 0 || from + bytes > pointer.range()) {
            throw walk.refuse(
                    "invalid access to packet, off=" + from + " size=" + bytes + ", R" + register + "(id="
                            + pointer.id() + ",off=" + pointer.offset() + ",r=" + pointer.range() + ")",
                    "a comparison of a pointer " + (from + bytes) + " bytes behind the same base with "
                            + (pointer.kind() == Kind.PACKET ? "data_end" : "data") + " in front of it");
        }
    }

    // ---- the stack

    private long least(int register, RegisterState pointer, long offset, long bytes) {
        var wide = pointer.value().wide();
        var least = pointer.offset() + offset + wide.smin();
        var most = pointer.offset() + offset + wide.smax();
        if (wide.smin() < -Walk.MOST_OFFSET
                || wide.smax() > Walk.MOST_OFFSET
                || least < -Frame.STACK_SIZE
                || most + bytes > 0) {
            var what = wide.isConstant()
                    ? "off=" + least
                    : "var_off=" + wide.bits() + " off=" + (pointer.offset() + offset);
            throw walk.refuse(
                    "invalid access to stack R" + register + " " + what + " size=" + bytes,
                    "an offset from -" + Frame.STACK_SIZE + " to -" + bytes);
        }
        return least;
    }

    private RegisterState loadStack(State state, int register, RegisterState pointer, int offset, int bytes) {
        var from = least(register, pointer, offset, bytes);
        if (!pointer.isFixed()) {
            readStack(state, register, offset, bytes);
            return RegisterState.number(Scalar.ofWidth(8 * bytes));
        }
        var frame = state.frames.get(pointer.frame());
        var index = Frame.slotOf(from);
        var slot = frame.slot(index);
        var at = Frame.byteOf(from);
        var inSpill = slot.isSpill() && at + bytes <= (slot.isWholeSpill() ? 8 : 4);
        if (inSpill && (slot.spilled().isScalar() || bytes == 8)) {
            walk.reads(state, pointer.frame(), 1L << index);
            state.trail.touch(pointer.frame(), index);
            if (slot.spilled().isPointer() || bytes == 8) {
                return slot.spilled();
            }
            var low = slot.spilled().value().apply64(Op.SHR_U, Scalar.constant(8L * at));
            return RegisterState.number(low.zeroExtend(8 * bytes));
        }
        return readStack(state, register, offset, bytes)
                ? RegisterState.ZERO
                : RegisterState.number(Scalar.ofWidth(8 * bytes));
    }

    /** Refuses to read bytes that were not written or are part of a pointer; answers whether all of them are 0. */
    boolean readStack(State state, int register, long offset, long bytes) {
        var pointer = state.register(register);
        var from = least(register, pointer, offset, bytes);
        var to = pointer.offset() + offset + pointer.value().wide().smax() + bytes;
        var frame = state.frames.get(pointer.frame());
        var zero = true;
        long touched = 0;
        for (long at = from; at < to; at++) {
            var slot = frame.slot(Frame.slotOf(at));
            var type = slot.at(Frame.byteOf(at));
            touched |= 1L << Frame.slotOf(at);
            zero &= type == Slot.ZERO;
            if (type == Slot.INVALID || type == Slot.ITERATOR) {
                throw walk.refuse(
                        "invalid read from stack R" + register + " off " + from + "+" + (at - from) + " size " + bytes,
                        "a store there on every path");
            }
            if (type == Slot.SPILL && slot.spilled().isPointer()) {
                throw walk.refuse(
                        "R" + register + " leaks the address at stack off " + at,
                        "numbers: an address is not given away or taken apart");
            }
        }
        walk.reads(state, pointer.frame(), touched);
        return zero && to > from;
    }

    /**
     * The 32-bit word at a known place of the stack, if it is a known constant; the proof depends on it then. Else null.
     */
    Long constant(State state, int register) {
        var pointer = state.register(register);
        if (pointer.kind() != Kind.STACK || !pointer.isFixed()) {
            return null;
        }
        var from = pointer.fixed();
        var index = Frame.slotOf(from);
        var at = Frame.byteOf(from);
        var slot = state.frames.get(pointer.frame()).slot(index);
        if (slot.isSpill() && at == 0 && slot.spilled().isScalar()) {
            var word = slot.spilled().value().zeroExtend(32);
            if (word.isConstant()) {
                walk.needSlot(state, pointer.frame(), index);
                return word.value();
            }
        }
        var zeros = at % 4 == 0;
        for (int i = at; zeros && i < at + 4; i++) {
            zeros = slot.at(i) == Slot.ZERO;
        }
        return zeros ? 0L : null;
    }

    private void storeStack(
            State state, int register, RegisterState pointer, int offset, int bytes, RegisterState value, int source) {
        var from = least(register, pointer, offset, bytes);
        var frame = state.frames.get(pointer.frame());
        if (!pointer.isFixed()) {
            if (value.isPointer()) {
                throw walk.refuse("R" + register + " variable stack write of a pointer", "a constant offset");
            }
            clobber(state, register, offset, bytes, false);
            return;
        }
        noIterator(frame, from, from + bytes);
        var index = Frame.slotOf(from);
        var at = Frame.byteOf(from);
        var whole = bytes == 8 && at == 0;
        if (value.isPointer() && !whole) {
            throw walk.refuse("attempt to corrupt spilled pointer on stack", "an aligned store of all 8 bytes");
        }
        if (value.kind() == Kind.STACK && value.frame() > pointer.frame()) {
            throw walk.refuse("cannot spill pointers to stack into stack frame of the caller", "a number");
        }
        if (at + bytes <= 8) {
            state.trail.touch(pointer.frame(), index);
        }
        if (whole) {
            if (source >= 0) {
                value = walk.identified(state, source);
            }
            frame.set(index, Slot.of(value));
            frame.written |= 1L << index;
        } else if (bytes == 4 && at == 0 && (source >= 0 || !value.isConstant(0))) {
            frame.set(
                    index,
                    frame.slot(index)
                            .withLowerHalf(RegisterState.number(value.value().truncate32())));
        } else {
            var zero = value.isConstant(0);
            if (zero && source >= 0) {
                walk.need(state, source);
            }
            mark(frame, from, bytes, zero ? Slot.ZERO : Slot.MISC);
        }
    }

    /** Who overwrote an iterator could not give it back. */
    private void noIterator(Frame frame, long from, long to) {
        for (int s = Frame.slotOf(from); from < to && s >= Frame.slotOf(to - 1); s--) {
            if (frame.slot(s).isIterator()) {
                throw walk.refuse(
                        "attempt to corrupt iterator on stack at off " + -(s + 1) * Slot.SIZE,
                        "the iterator destroyed before");
            }
        }
    }

    private static void mark(Frame frame, long from, long bytes, int type) {
        for (long at = from; at < from + bytes; ) {
            var in = Frame.byteOf(at);
            var count = (int) Math.min(8 - in, from + bytes - at);
            var index = Frame.slotOf(at);
            frame.set(index, frame.slot(index).with(in, count, type));
            at += count;
        }
    }

    /** Bytes somewhere in a range of offsets are overwritten: those that were initialised stay so, with other values. */
    private void clobber(State state, int register, long offset, long bytes, boolean initializes) {
        var pointer = state.register(register);
        var from = least(register, pointer, offset, bytes);
        var to = pointer.offset() + offset + pointer.value().wide().smax() + bytes;
        var frame = state.frames.get(pointer.frame());
        noIterator(frame, from, to);
        for (long at = from; at < to; at++) {
            var index = Frame.slotOf(at);
            var slot = frame.slot(index);
            if (slot.isSpill() && slot.spilled().isPointer()) {
                throw walk.refuse("attempt to corrupt spilled pointer on stack", "a range without pointers");
            }
            // bytes that may or may not have been written keep their slot's history alive
            if (initializes || slot.at(Frame.byteOf(at)) != Slot.INVALID) {
                frame.set(index, slot.with(Frame.byteOf(at), 1, Slot.MISC));
            }
        }
    }

    /** A helper writes all of some bytes at a known place of the stack, whatever was there. */
    void writeStack(State state, int register, long bytes) {
        var pointer = state.register(register);
        var from = least(register, pointer, 0, bytes);
        if (pointer.isFixed()) {
            noIterator(state.frames.get(pointer.frame()), from, from + bytes);
            var frame = state.frames.get(pointer.frame());
            mark(frame, from, bytes, Slot.MISC);
            for (long at = (from + 7) / 8 * 8; at + 8 <= from + bytes; at += 8) { // whole slots; from is negative
                frame.written |= 1L << Frame.slotOf(at);
            }
        } else {
            readStack(state, register, 0, bytes);
            clobber(state, register, 0, bytes, false);
        }
    }
}
