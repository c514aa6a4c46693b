package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * Which register a value would like: the one that an instruction behind it wants it in, or the one of what it becomes or comes
 * from (parameters of blocks and what edges bring, the result that takes over its register and the operand it takes over).
 */
final class Hints {
    private static final int NONE = -1;

    private final Lifetimes lifetimes;
    private final Pieces pieces;
    private Code code;

    /** By value: the register that its first fixed use wants, or that of what it becomes. */
    private int[] wanted = {};
    /** By value: the parameter that it becomes on an edge, itself or what takes over its register; or -1. */
    private int[] heir = {};
    /** By value: the register of something that it came from or will be. */
    private int[] related = {};
    /** By value: the register of its latest piece that has one. */
    private int[] latest = {};

    Hints(Lifetimes lifetimes, Pieces pieces) {
        this.lifetimes = lifetimes;
        this.pieces = pieces;
    }

    void reset(Code itsCode) {
        code = itsCode;
        int all = lifetimes.all();
        if (wanted.length < all) {
            int size = all + all / 2;
            wanted = new int[size];
            heir = new int[size];
            related = new int[size];
            latest = new int[size];
        }
        Arrays.fill(wanted, 0, all, NONE);
        Arrays.fill(heir, 0, all, NONE);
        Arrays.fill(related, 0, all, NONE);
        Arrays.fill(latest, 0, all, NONE);
        lookAhead();
    }

    /** Backwards through the code, so that what values become is known first. */
    private void lookAhead() {
        for (int block = code.blockCount() - 1; block >= 0; block--) {
            for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
                for (int i = 0; i < code.argumentCount(edge); i++) {
                    int parameter = code.parameter(code.target(edge), i) - Code.FIRST_VIRTUAL;
                    want(code.argument(edge, i), wanted[parameter]);
                    heir[code.argument(edge, i) - Code.FIRST_VIRTUAL] = parameter;
                }
            }
            for (int i = code.endOfInstructions(block) - 1; i >= code.firstInstruction(block); i--) {
                int first = code.isBound(i) ? code.firstOperand(i) : code.endOfOperands(i);
                for (int operand = first; operand < code.endOfOperands(i); operand++) {
                    if (code.role(operand) < Code.DEFINE && code.where(operand) == Code.FIXED) {
                        want(code.operandRegister(operand), code.detail(operand));
                    } else if (code.where(operand) == Code.REUSE) {
                        int result = code.operandRegister(operand) - Code.FIRST_VIRTUAL;
                        int taken = code.operandRegister(first + code.detail(operand));
                        want(taken, wanted[result]);
                        if (heir[taken - Code.FIRST_VIRTUAL] == NONE) {
                            heir[taken - Code.FIRST_VIRTUAL] = heir[result];
                        }
                    }
                }
            }
        }
    }

    private void want(int register, int physical) {
        if (physical != NONE) {
            wanted[register - Code.FIRST_VIRTUAL] = physical;
        }
    }

    /** A value has got a register. */
    void assigned(int piece, int register) {
        int value = pieces.value(piece);
        latest[value] = register;
        if (value >= lifetimes.values()) {
            return;
        }
        int last = lifetimes.endOfUses(value) - 1;
        for (int use = last; use >= Math.max(lifetimes.firstUse(value), last - 3); use--) {
            if (lifetimes.useKind(use) == Lifetimes.COPY && lifetimes.useTarget(use) >= Code.FIRST_VIRTUAL) {
                int target = lifetimes.useTarget(use) - Code.FIRST_VIRTUAL;
                if (related[target] == NONE) {
                    related[target] = register;
                }
            }
        }
    }

    /** The register of a value's latest piece, or -1. */
    int latest(int value) {
        return latest[value];
    }

    /** The n-th best register for a piece, or -1. */
    int hint(int piece, int n) {
        int value = pieces.value(piece);
        return switch (n) {
            case 0 -> pieces.continued(piece);
            case 1 -> ofHeir(value, latest);
            case 2 -> wanted[value];
            case 3 -> ofHeir(value, related);
            case 4 -> reused(value);
            case 5 -> related[value];
            default -> latest[value];
        };
    }

    static final int COUNT = 7;

    /** One of the registers known for the parameter that a value becomes, or -1. */
    private int ofHeir(int value, int[] registers) {
        return heir[value] == NONE ? NONE : registers[heir[value]];
    }

    /** The register of the operand that the value takes over, or of the one that it is a copy of. */
    private int reused(int value) {
        int operand = lifetimes.definer(value);
        if (value >= lifetimes.values()) {
            return latest[code.operandRegister(operand) - Code.FIRST_VIRTUAL];
        }
        if (operand == NONE || code.where(operand) != Code.REUSE) {
            return NONE;
        }
        int first = code.firstOperand(Lifetimes.instruction(lifetimes.definedAt(value)));
        return latest[code.operandRegister(first + code.detail(operand)) - Code.FIRST_VIRTUAL];
    }
}
