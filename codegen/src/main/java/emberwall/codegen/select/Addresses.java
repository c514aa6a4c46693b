package emberwall.codegen.select;

import emberwall.codegen.alloc.Code;
import emberwall.ir.Access;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.op.Op;
import emberwall.op.Type;

/** Addresses as the processor can add them up itself: a base, an index times 1, 2, 4 or 8, and a displacement. */
final class Addresses {
    private static final int MOST_SCALE = 3;

    private final Selection s;
    private Graph graph;

    // The address at work: registers as payloads have them, and the virtual ones behind them.
    private int base;
    private int index;
    private int baseRegister;
    private int indexRegister;
    private int scale;
    private int displacement;
    private boolean mayFault;
    private int origin;

    Addresses(Selection s) {
        this.s = s;
    }

    /** Takes the address of a load or store; registers that it needs are there then. */
    void of(int access) {
        graph = s.graph;
        clear(graph.number(access));
        mayFault = Access.traps(graph.access(access));
        origin = graph.origin(access);
        s.absorb(access);
        int base = graph.input(access, 0);
        if (graph.isIndexed(access)) {
            addBase(base);
            addIndex(graph.input(access, 1));
        } else if (s.is(base, Op.ADD, Type.I64) && s.isSole(base) && !s.isImmediate(graph.input(base, 1))) {
            addBase(graph.input(base, 0));
            addIndex(graph.input(base, 1));
        } else {
            addBase(base);
        }
    }

    /** Takes {@code x + (y << itsScale) + itsDisplacement}, each but the last one or -1, for an operator of a type. */
    void sum(Type type, int x, int y, int itsScale, int itsDisplacement) {
        graph = s.graph;
        clear(itsDisplacement);
        mayFault = false;
        if (x >= 0) {
            base = Payloads.OPERAND;
            baseRegister = s.operand(x, type);
        }
        if (y >= 0) {
            index = Payloads.OPERAND;
            indexRegister = s.operand(y, type);
            scale = itsScale;
        }
    }

    private void clear(int itsDisplacement) {
        base = Payloads.ABSENT;
        index = Payloads.ABSENT;
        scale = 0;
        displacement = itsDisplacement;
    }

    private void addBase(int node) {
        int rest = withoutConstant(node);
        if (rest < 0) {
            return;
        }
        if (graph.kind(rest) == Kind.CONTEXT) {
            base = s.pinnedRegister(rest);
        } else {
            base = Payloads.OPERAND;
            baseRegister = s.value(rest);
        }
    }

    private void addIndex(int node) {
        int rest = withoutConstant(node);
        if (rest < 0) {
            return;
        }
        int shift = shift(rest);
        if (shift > 0) {
            scale = shift;
            rest = graph.input(unextended(rest), 0);
        }
        index = Payloads.OPERAND;
        indexRegister = s.value(rest);
    }

    /** By how much a value is shifted to the left, if the processor can do that: none of its bits gets lost. */
    private int shift(int node) {
        int shifted = unextended(node);
        if (!s.is(shifted, Op.SHL) || !s.isFree(shifted) || !graph.isConstant(graph.input(shifted, 1))) {
            return 0;
        }
        long count = graph.bits(graph.input(shifted, 1));
        boolean keeps = graph.type(shifted) == Type.I64 || leadingZeros(graph.input(shifted, 0)) >= count;
        return count <= MOST_SCALE && keeps ? (int) count : 0;
    }

    private int unextended(int node) {
        return s.is(node, Op.EXTEND_I32_U) ? graph.input(node, 0) : node;
    }

    /** How many of the 32 bits of a value are known to be zero, from the highest one on. */
    private int leadingZeros(int node) {
        return switch (graph.kind(node)) {
            case LOAD ->
                switch (graph.op(node)) {
                    case LOAD8_U -> 24;
                    case LOAD16_U -> 16;
                    default -> 0;
                };
            case COMPUTE ->
                switch (graph.op(node)) {
                    case AND -> leadingZeros(node, graph.input(node, 1));
                    case SHR_U ->
                        graph.isConstant(graph.input(node, 1)) ? (int) graph.bits(graph.input(node, 1)) & 31 : 0;
                    default -> graph.op(node).isComparison() ? 31 : 0;
                };
            default -> 0;
        };
    }

    private int leadingZeros(int and, int mask) {
        return graph.type(and) == Type.I32 && graph.isConstant(mask)
                ? Integer.numberOfLeadingZeros((int) graph.bits(mask))
                : 0;
    }

    /** Adds what is constant in a value to the displacement; the rest, or -1 if there is none. */
    private int withoutConstant(int node) {
        int rest = node;
        while (s.is(rest, Op.ADD, Type.I64) && s.isFree(rest) && addConstant(graph.input(rest, 1))) {
            rest = graph.input(rest, 0);
        }
        return graph.isConstant(rest) && addConstant(rest) ? -1 : rest;
    }

    private boolean addConstant(int node) {
        if (!graph.isConstant(node)) {
            return false;
        }
        long bits = graph.bits(node);
        long sum = displacement + bits;
        if (bits != (int) bits || sum != (int) sum) {
            return false;
        }
        displacement = (int) sum;
        return true;
    }

    /** Adds the address to the payload at work. */
    void addTo(Payloads payloads) {
        payloads.addAddress(base, index, scale, displacement, mayFault, origin);
    }

    /** The same where the instruction reads them after it has written. */
    void useLate() {
        if (base == Payloads.OPERAND) {
            s.recorder.useLate(baseRegister, Code.REGISTER);
        }
        if (index == Payloads.OPERAND) {
            s.recorder.useLate(indexRegister, Code.REGISTER);
        }
    }

    /** Adds its registers to the instruction at work. */
    void use() {
        if (base == Payloads.OPERAND) {
            s.recorder.use(baseRegister, Code.REGISTER);
        }
        if (index == Payloads.OPERAND) {
            s.recorder.use(indexRegister, Code.REGISTER);
        }
    }
}
