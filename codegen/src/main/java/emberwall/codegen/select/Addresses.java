package emberwall.codegen.select;

import emberwall.codegen.alloc.Code;
import emberwall.ir.Access;
import emberwall.ir.Graph;
import emberwall.ir.Kind;
import emberwall.ir.KnownBits;
import emberwall.op.Op;
import emberwall.op.Type;

/** Addresses as the processor can add them up itself: a base, an index times 1, 2, 4 or 8, and a displacement. */
final class Addresses {
    private static final int MOST_SCALE = 3;
    private static final long MOST_I32 = 0xFFFF_FFFFL;

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
        if (!s.mayLoadAgain(access)) {
            s.absorb(access);
        }
        int base = graph.input(access, 0);
        if (graph.isIndexed(access)) {
            addBase(base);
            int index = graph.input(access, 1);
            addIndex(Access.isExact(graph.access(access)) ? withoutSigned(index) : index);
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
        if (count > MOST_SCALE) {
            return 0;
        }
        boolean keeps = graph.type(shifted) == Type.I64 || most(graph.input(shifted, 0)) <= MOST_I32 >> count;
        return keeps ? (int) count : 0;
    }

    private int unextended(int node) {
        return s.is(node, Op.EXTEND_I32_U) ? graph.input(node, 0) : node;
    }

    /** Adds what is constant in an i32 sum, if that is computed for the address, to the displacement, signed; the rest. */
    private int withoutSigned(int index) {
        int sum = unextended(index);
        if (!s.is(sum, Op.ADD, Type.I32) || !s.isFree(sum) || !graph.isConstant(graph.input(sum, 1))) {
            return index;
        }
        long distance = displacement + (long) (int) graph.bits(graph.input(sum, 1));
        if (distance != (int) distance) {
            return index;
        }
        displacement = (int) distance;
        return graph.input(sum, 0);
    }

    /** Adds what is constant in a value to the displacement; the rest, or -1 if there is none. */
    private int withoutConstant(int node) {
        int rest = node;
        while (isSum(rest) && addConstant(graph.input(unextended(rest), 1))) {
            rest = graph.input(unextended(rest), 0);
        }
        return graph.isConstant(rest) && addConstant(rest) ? -1 : rest;
    }

    /** Whether a value, computed for the address, adds something that may be constant, and nothing gets lost. */
    private boolean isSum(int node) {
        if (s.is(node, Op.ADD, Type.I64)) {
            return s.isFree(node);
        }
        int sum = unextended(node);
        return s.is(sum, Op.ADD, Type.I32)
                && s.isFree(sum)
                && graph.isConstant(graph.input(sum, 1))
                && most(graph.input(sum, 0)) <= MOST_I32 - graph.bits(graph.input(sum, 1));
    }

    /** The most that an i32 can be, unsigned. */
    private long most(int node) {
        return new KnownBits(graph).possible(node);
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
