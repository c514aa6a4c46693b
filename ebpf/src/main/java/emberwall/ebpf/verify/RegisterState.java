package emberwall.ebpf.verify;

import emberwall.ebpf.map.MapDefinition;

/**
 * What is known of a register, or of a spilled one: nothing, a number, or a pointer into something.
 *
 * @param value a number; of a pointer the part of its offset that is not constant
 * @param offset of a pointer: constant part of the offset; of a function: its first instruction
 * @param id numbers with one id (not 0) are equal; so are pointers that may be null, and the variable parts of packet pointers
 * @param range of a packet pointer: how many bytes from offset 0 on the program has found to be there
 * @param size bytes of what it points into, where that is known beforehand
 * @param map of a map, its keys and values
 * @param nullable whether it may be null instead
 * @param writable whether programs may store through it
 * @param reference what has to be given back, or 0
 * @param frame of a stack pointer: whose stack, counted from the entry's
 */
record RegisterState(
        Kind kind,
        Scalar value,
        int offset,
        int id,
        int range,
        int size,
        MapDefinition map,
        boolean nullable,
        boolean writable,
        int reference,
        int frame) {

    /** What a register holds, with the kernel's word for it. */
    enum Kind {
        UNINITIALIZED("?"),
        SCALAR("scalar"),
        CONTEXT("ctx"),
        STACK("fp"),
        PACKET("pkt"),
        PACKET_META("pkt_meta"),
        PACKET_END("pkt_end"),
        MAP("map_ptr"),
        MAP_KEY("map_key"),
        MAP_VALUE("map_value"),
        MEMORY("mem"),
        ALLOCATED("alloc_mem"),
        SOCKET("sock"),
        OBJECT("ptr_"),
        FUNCTION("func");

        final String text;

        Kind(String text) {
            this.text = text;
        }

        boolean isPointer() {
            return this != UNINITIALIZED && this != SCALAR;
        }

        boolean isPacket() {
            return this == PACKET || this == PACKET_META || this == PACKET_END;
        }

        /** Whether a number may be added to it. */
        boolean isMovable() {
            return switch (this) {
                case CONTEXT, STACK, PACKET, PACKET_META, MAP_KEY, MAP_VALUE, MEMORY, ALLOCATED, OBJECT -> true;
                default -> false;
            };
        }
    }

    static final RegisterState UNINITIALIZED =
            new RegisterState(Kind.UNINITIALIZED, Scalar.UNKNOWN, 0, 0, 0, 0, null, false, false, 0, 0);
    static final RegisterState UNKNOWN = number(Scalar.UNKNOWN);
    static final RegisterState ZERO = number(Scalar.ZERO);

    static RegisterState number(Scalar value) {
        return new RegisterState(Kind.SCALAR, value, 0, 0, 0, 0, null, false, false, 0, 0);
    }

    static RegisterState constant(long value) {
        return number(Scalar.constant(value));
    }

    /** A pointer that is not null, to the beginning of something of this size. */
    static RegisterState pointer(Kind kind, int size, boolean writable) {
        return new RegisterState(kind, Scalar.ZERO, 0, 0, 0, size, null, false, writable, 0, 0);
    }

    static RegisterState framePointer(int frame) {
        return new RegisterState(Kind.STACK, Scalar.ZERO, 0, 0, 0, 0, null, false, true, 0, frame);
    }

    static RegisterState map(MapDefinition map) {
        return pointer(Kind.MAP, 0, false).of(map);
    }

    static RegisterState mapValue(MapDefinition map) {
        var writable = (map.flags() & MapDefinition.PROGRAM_READ_ONLY) == 0;
        return pointer(Kind.MAP_VALUE, map.valueSize(), writable).of(map);
    }

    boolean isScalar() {
        return kind == Kind.SCALAR;
    }

    boolean isPointer() {
        return kind.isPointer();
    }

    boolean isConstant(long constant) {
        return kind == Kind.SCALAR && value.isConstant(constant);
    }

    /** Least offset from the beginning of what it points into. */
    long least() {
        return offset + value.wide().smin();
    }

    /** Whether the offset is known. */
    boolean isFixed() {
        return value.isConstant();
    }

    /** Whether an offset from here is a multiple of a power of two, as what it points into is. */
    boolean isMultiple(int further, int of) {
        var bits = value.wide().bits();
        return ((bits.value() + offset + further | bits.mask()) & of - 1) == 0;
    }

    /** The offset, if it is known. */
    long fixed() {
        return offset + value.value();
    }

    RegisterState of(MapDefinition mapped) {
        return new RegisterState(kind, value, offset, id, range, size, mapped, nullable, writable, reference, frame);
    }

    RegisterState value(Scalar changed) {
        return new RegisterState(kind, changed, offset, id, range, size, map, nullable, writable, reference, frame);
    }

    RegisterState at(int changed) {
        return new RegisterState(kind, value, changed, id, range, size, map, nullable, writable, reference, frame);
    }

    RegisterState id(int changed) {
        return new RegisterState(kind, value, offset, changed, range, size, map, nullable, writable, reference, frame);
    }

    RegisterState range(int changed) {
        return new RegisterState(kind, value, offset, id, changed, size, map, nullable, writable, reference, frame);
    }

    RegisterState orNull(int identity) {
        return new RegisterState(kind, value, offset, identity, range, size, map, true, writable, reference, frame);
    }

    RegisterState notNull() {
        return new RegisterState(kind, value, offset, 0, range, size, map, false, writable, reference, frame);
    }

    RegisterState reference(int changed) {
        return new RegisterState(kind, value, offset, id, range, size, map, nullable, writable, changed, frame);
    }

    @Override
    public String toString() {
        if (kind == Kind.UNINITIALIZED) {
            return "?";
        }
        if (kind == Kind.SCALAR) {
            return value.isConstant() ? value.toString() : "scalar(" + (id == 0 ? "" : "id=" + id + ",") + value + ")";
        }
        var text = new StringBuilder(kind.text);
        if (kind == Kind.STACK) {
            text.append(frame == 0 ? "" : "[" + frame + "]");
            text.append(isFixed() ? Long.toString(fixed()) : offset + "+" + value);
            return text.toString();
        }
        text.append(nullable ? "_or_null" : "").append('(');
        text.append(id == 0 ? "" : "id=" + id + ",").append(reference == 0 ? "" : "ref_id=" + reference + ",");
        text.append(map == null ? "" : "map=" + map.name() + ",").append("off=").append(offset);
        text.append(kind == Kind.PACKET || kind == Kind.PACKET_META ? ",r=" + range : "");
        text.append(size == 0 ? "" : ",size=" + size);
        text.append(value.isConstant(0) ? "" : "," + value).append(')');
        return text.toString();
    }
}
