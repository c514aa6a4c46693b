package emberwall.ebpf.verify;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.verify.RegisterState.Kind;
import emberwall.op.Op;
import java.util.Objects;

/** What both ways of a conditional jump know. */
final class Branches {
    private static final int MOST_PACKET = 0xffff;

    private final Walk walk;

    Branches(Walk walk) {
        this.walk = walk;
    }

    private static Condition condition(Op op) {
        return switch (op) {
            case EQ -> Condition.EQ;
            case NE -> Condition.NE;
            case AND -> Condition.SET;
            case LT_U -> Condition.LT_U;
            case LE_U -> Condition.LE_U;
            case GT_U -> Condition.GT_U;
            case GE_U -> Condition.GE_U;
            case LT_S -> Condition.LT_S;
            case LE_S -> Condition.LE_S;
            case GT_S -> Condition.GT_S;
            case GE_S -> Condition.GE_S;
            default -> throw new IllegalArgumentException("no comparison: " + op);
        };
    }

    /** Moves the state on; the other way, if that is possible too, is left for later. */
    void branch(State state, Insn insn) {
        var condition = condition(insn.opcode().op());
        var is64 = insn.opcode().bits() == 64;
        var a = walk.initialized(state, insn.dst());
        var b = insn.opcode().fromRegister()
                ? walk.initialized(state, insn.src())
                : RegisterState.constant(insn.immediate());
        var target = walk.instructions.target(state.index);
        if (a.isScalar() && insn.opcode().fromRegister() && insn.dst() == insn.src()) {
            withItself(state, insn, condition, is64, a, target);
        } else if (a.isScalar() && b.isScalar()) {
            numbers(state, insn, condition, is64, a, b, target);
        } else if (is64 && isEquality(condition) && (a.isPointer() ? b : a).isConstant(0)) {
            if (insn.opcode().fromRegister()) {
                walk.need(state, a.isPointer() ? insn.src() : insn.dst());
            }
            comparedWithNull(state, a.isPointer() ? a : b, condition == Condition.EQ, target);
        } else if (!is64 && isEquality(condition) && (a.isPointer() ? b : a).isConstant(0)) {
            walk.fork(state, target); // half of an address may be 0, whatever the whole is
            state.index++;
        } else if (is64
                && a.isPointer()
                && b.isPointer()
                && (Arithmetic.comparable(a, b) || isEquality(condition) && sameMemory(a, b))) {
            var other = walk.fork(state, target);
            packets(state, condition.opposite(), a, b);
            packets(other, condition, a, b);
            state.index++;
        } else {
            throw walk.refuse(
                    "R" + (a.isPointer() ? insn.dst() : insn.src()) + " pointer comparison prohibited",
                    "a comparison with 0, or with a pointer into the same memory");
        }
    }

    private static boolean isEquality(Condition condition) {
        return condition == Condition.EQ || condition == Condition.NE;
    }

    private static boolean sameMemory(RegisterState a, RegisterState b) {
        return a.kind() == b.kind() && Objects.equals(a.map(), b.map()) && a.frame() == b.frame();
    }

    /** A number is as large as itself, and has bits of its own unless it is 0. */
    private void withItself(State state, Insn insn, Condition condition, boolean is64, RegisterState a, int target) {
        if (condition == Condition.SET) {
            numbers(state, insn, Condition.NE, is64, a, RegisterState.ZERO, target);
        } else {
            state.index = condition.holds(64, 0, 0) ? target : state.index + 1;
        }
    }

    private void numbers(
            State state, Insn insn, Condition condition, boolean is64, RegisterState a, RegisterState b, int target) {
        var two = insn.opcode().fromRegister() && insn.dst() != insn.src();
        var opposite = condition.opposite();
        var aIf = a.value().refine(condition, is64, b.value());
        var bIf = b.value().refine(condition.swapped(), is64, a.value());
        var aElse = a.value().refine(opposite, is64, b.value());
        var bElse = b.value().refine(opposite.swapped(), is64, a.value());
        var may = aIf != null && bIf != null;
        var mayNot = aElse != null && bElse != null;
        if (may != mayNot) {
            walk.need(state, insn.dst());
            if (two) {
                walk.need(state, insn.src());
            }
            state.index = may ? target : state.index + 1;
            return;
        }
        link(state, a, two ? b : RegisterState.ZERO);
        var other = walk.fork(state, target);
        if (may) {
            learn(state, insn.dst(), a, aElse);
            learn(other, insn.dst(), a, aIf);
            if (two) {
                learn(state, insn.src(), b, bElse);
                learn(other, insn.src(), b, bIf);
            }
        }
        state.index++;
    }

    private static void learn(State state, int register, RegisterState was, Scalar value) {
        state.set(register, was.value(value));
        if (was.id() != 0) {
            state.replaceAll(one -> one.isScalar() && one.id() == was.id() ? one.value(value) : one);
        }
    }

    /** Notes in the path which numbers are equal to those that are compared, and so learn the same. */
    private static void link(State state, RegisterState a, RegisterState b) {
        if (a.id() == 0 && b.id() == 0) {
            return;
        }
        var registers = new long[State.MAX_FRAMES];
        var slots = new long[State.MAX_FRAMES];
        for (int f = 0; f < state.frames.size(); f++) {
            var frame = state.frames.get(f);
            for (int r = 0; r < frame.registers.length; r++) {
                registers[f] |= isLinked(frame.registers[r], a, b) ? 1L << r : 0;
            }
            for (int s = 0; s < frame.depth(); s++) {
                var spilled = frame.slot(s).spilled();
                slots[f] |= spilled != null && isLinked(spilled, a, b) ? 1L << s : 0;
            }
        }
        state.trail.link(new Step.Linked(registers, slots));
    }

    private static boolean isLinked(RegisterState one, RegisterState a, RegisterState b) {
        return one.isScalar() && one.id() != 0 && (one.id() == a.id() || one.id() == b.id());
    }

    // ---- pointers

    private void comparedWithNull(State state, RegisterState pointer, boolean jumpsIfNull, int target) {
        if (!pointer.nullable()) {
            state.index = jumpsIfNull ? state.index + 1 : target;
            return;
        }
        var other = walk.fork(state, target);
        decide(state, pointer, !jumpsIfNull);
        decide(other, pointer, jumpsIfNull);
        state.index++;
    }

    /** All copies of a pointer that may be null are null, or none is. */
    private static void decide(State state, RegisterState pointer, boolean isNull) {
        state.replaceAll(one -> {
            if (!one.nullable() || one.id() != pointer.id()) {
                return one;
            }
            return isNull ? RegisterState.ZERO : one.notNull();
        });
        if (isNull && pointer.reference() != 0) {
            state.release(pointer.reference());
        }
    }

    /** What {@code a} compared with {@code b} says about the length of a packet, if they are that. */
    private static void packets(State state, Condition condition, RegisterState a, RegisterState b) {
        if (isLimit(a, b)) {
            packets(state, condition.swapped(), b, a);
            return;
        }
        if (!isLimit(b, a)) {
            return;
        }
        if (condition == Condition.LE_U || condition == Condition.LT_U) {
            var most = a.value().wide().umax();
            if (a.offset() < 0 || Word.above(most, MOST_PACKET) || a.offset() + most > MOST_PACKET) {
                return; // the comparison may have been of addresses that went round
            }
            var range = a.offset() + (condition == Condition.LT_U ? 1 : 0);
            state.replaceAll(one ->
                    one.kind() == a.kind() && one.id() == a.id() && one.range() < range ? one.range(range) : one);
        }
    }

    /** Whether {@code a} is the end of what {@code b} points into. */
    private static boolean isLimit(RegisterState a, RegisterState b) {
        return a.kind() == Kind.PACKET_END && b.kind() == Kind.PACKET
                || a.kind() == Kind.PACKET && b.kind() == Kind.PACKET_META && a.isFixed() && a.fixed() == 0;
    }
}
