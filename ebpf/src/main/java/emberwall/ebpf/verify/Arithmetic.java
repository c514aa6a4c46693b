package emberwall.ebpf.verify;

import emberwall.ebpf.insn.From;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.verify.RegisterState.Kind;
import emberwall.op.Op;
import java.util.Locale;
import java.util.Objects;

/** What arithmetic makes of registers: numbers of numbers, and pointers of pointers and numbers. */
final class Arithmetic {
    private final Walk walk;

    Arithmetic(Walk walk) {
        this.walk = walk;
    }

    void compute(State state, Insn insn) {
        var opcode = insn.opcode();
        var is64 = opcode.bits() == 64;
        var source = opcode.from() == From.IMM
                ? RegisterState.constant(insn.immediate())
                : opcode.from() == From.REG ? walk.initialized(state, insn.src()) : null;
        var result = switch (insn.kind()) {
            case MOVE -> move(state, insn, source);
            case MOVE_SIGNED -> {
                var value = number(insn.src(), source);
                var bits = opcode.selector();
                yield RegisterState.number(is64 ? value.signExtend64(bits) : value.signExtend32(bits));
            }
            case NEGATE -> {
                var value = number(insn.dst(), walk.initialized(state, insn.dst()));
                yield RegisterState.number(
                        is64 ? Scalar.ZERO.apply64(Op.SUB, value) : Scalar.ZERO.apply32(Op.SUB, value));
            }
            case TO_LITTLE ->
                RegisterState.number(
                        number(insn.dst(), walk.initialized(state, insn.dst())).zeroExtend(opcode.bits()));
            case TO_BIG, SWAP ->
                RegisterState.number(
                        number(insn.dst(), walk.initialized(state, insn.dst())).reverseBytes(opcode.bits()));
            default -> operate(state, insn, walk.initialized(state, insn.dst()), source);
        };
        walk.set(state, insn.dst(), result);
    }

    private Scalar number(int register, RegisterState state) {
        if (state.isPointer()) {
            throw walk.refuse("R" + register + " pointer operation prohibited", "a number");
        }
        return state.value();
    }

    private RegisterState move(State state, Insn insn, RegisterState source) {
        if (insn.opcode().bits() == 64) {
            return insn.opcode().fromRegister() ? walk.identified(state, insn.src()) : source;
        }
        if (source.isPointer()) {
            throw walk.refuse("R" + insn.src() + " partial copy of pointer", "a move of all 64 bits");
        }
        if (insn.opcode().fromRegister() && source.value().wide().umax() >>> 32 == 0) {
            return walk.identified(state, insn.src());
        }
        return RegisterState.number(source.value().truncate32());
    }

    private RegisterState operate(State state, Insn insn, RegisterState a, RegisterState b) {
        var op = insn.opcode().op();
        if (a.isScalar() && b.isScalar()) {
            var value = insn.opcode().bits() == 64
                    ? a.value().apply64(op, b.value())
                    : a.value().apply32(op, b.value());
            return RegisterState.number(value);
        }
        var pointer = a.isPointer() ? insn.dst() : insn.src();
        if (a.isPointer() && b.isPointer() && op == Op.SUB && comparable(a, b)) {
            return RegisterState.number(Scalar.ofWidth(insn.opcode().bits()));
        }
        if (insn.opcode().bits() != 64) {
            throw walk.refuse("R" + pointer + " 32-bit pointer arithmetic prohibited", "arithmetic on all 64 bits");
        }
        if (a.isPointer() && b.isPointer()) {
            throw walk.refuse(
                    "R" + insn.dst() + " pointer " + symbol(op) + "= pointer prohibited",
                    "a difference of two pointers into the same memory, or a number");
        }
        if (op != Op.ADD && op != Op.SUB) {
            throw walk.refuse(
                    "R" + pointer + " pointer arithmetic with " + symbol(op) + "= operator prohibited", "+= or -=");
        }
        if (op == Op.SUB && b.isPointer()) {
            throw walk.refuse("R" + insn.dst() + " tried to subtract pointer from scalar", "a number to subtract");
        }
        if (insn.opcode().fromRegister()) {
            walk.need(state, a.isPointer() ? insn.src() : insn.dst());
        }
        return a.isPointer() ? moved(pointer, a, op, b.value()) : moved(pointer, b, op, a.value());
    }

    /** Whether both point into one memory, or one of them behind a packet and the other into it. */
    static boolean comparable(RegisterState a, RegisterState b) {
        if (a.nullable() || b.nullable()) {
            return false;
        }
        if (a.kind().isPacket() && b.kind().isPacket()) {
            return true;
        }
        return a.kind() == b.kind()
                && Objects.equals(a.map(), b.map())
                && a.frame() == b.frame()
                && (a.kind() == Kind.STACK
                        || a.kind() == Kind.CONTEXT
                        || a.kind() == Kind.MEMORY
                        || a.kind() == Kind.MAP_VALUE);
    }

    private static String symbol(Op op) {
        return switch (op) {
            case ADD -> "+";
            case SUB -> "-";
            case MUL -> "*";
            case AND -> "&";
            case OR -> "|";
            case XOR -> "^";
            case SHL -> "<<";
            case SHR_U -> ">>";
            case SHR_S -> "s>>";
            default -> op.name().toLowerCase(Locale.ROOT) + " ";
        };
    }

    private RegisterState moved(int register, RegisterState pointer, Op op, Scalar by) {
        if (pointer.nullable()) {
            throw walk.refuse(
                    "R" + register + " pointer arithmetic on " + pointer.kind().text
                            + "_or_null prohibited, null-check it first",
                    "a comparison with 0 in front of it");
        }
        if (!pointer.kind().isMovable()) {
            throw walk.refuse("R" + register + " pointer arithmetic on " + pointer.kind().text + " prohibited", "");
        }
        if (by.isConstant()) {
            var offset = op == Op.ADD ? pointer.offset() + by.value() : pointer.offset() - by.value();
            if (by.value() <= -Walk.MOST_OFFSET
                    || by.value() >= Walk.MOST_OFFSET
                    || Math.abs(offset) >= Walk.MOST_OFFSET) {
                throw walk.refuse(
                        "math between " + pointer.kind().text + " pointer and " + by.value() + " is not allowed",
                        "an offset of less than " + Walk.MOST_OFFSET);
            }
            return pointer.at((int) offset);
        }
        var value = pointer.value().apply64(op, by);
        var bad = by.wide().smin() == Long.MIN_VALUE
                || by.wide().smin() <= -Walk.MOST_OFFSET
                || value.wide().smin() <= -Walk.MOST_OFFSET;
        if (bad) {
            throw walk.refuse(
                    "math between " + pointer.kind().text
                            + " pointer and register with unbounded min value is not allowed",
                    "a comparison that bounds the number, or one that is unsigned");
        }
        var result = pointer.value(value);
        var isPacket = pointer.kind() == Kind.PACKET || pointer.kind() == Kind.PACKET_META;
        return isPacket ? result.id(walk.newId()).range(0) : result;
    }
}
