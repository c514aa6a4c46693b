package emberwall.codegen.alloc;

import emberwall.codegen.Convention;
import java.util.function.IntFunction;

/**
 * A {@link Code} with its {@link Allocation} as text.
 *
 * <pre>
 * b1(v2) depth 1
 *         r1 := w0                  v1 is copied from word 0 to register 1
 *     3:  op 7 #12  v1 reg=r1, late v3 any=w2, def v4 reuse 0=r1
 *         -> b1(v4) b2
 * </pre>
 */
public final class Listing {
    private static final String[] ROLES = {"", "late ", "def ", "early ", "temp "};

    private final Code code;
    private final Allocation allocation;
    private final IntFunction<String> names;
    private final StringBuilder text = new StringBuilder();
    private int copy;
    private int pair;

    private Listing(Code code, Allocation allocation, IntFunction<String> names) {
        this.code = code;
        this.allocation = allocation;
        this.names = names;
    }

    /** The text of code before ({@code null}) or after it was allocated. */
    public static String of(Code code, Allocation allocation) {
        return of(code, allocation, opcode -> "op " + opcode);
    }

    /** The same with names for opcodes. */
    public static String of(Code code, Allocation allocation, IntFunction<String> names) {
        return new Listing(code, allocation, names).text();
    }

    /** A place: {@code r} and a register of integers, {@code x} and one of floats, {@code w} and a word. */
    static String place(int place) {
        if (place == Allocation.REMADE) {
            return "remade";
        }
        if (place >= Allocation.SLOTS) {
            return "w" + (place - Allocation.SLOTS);
        }
        return place >= Code.FLOATS ? "x" + (place - Code.FLOATS) : "r" + place;
    }

    /** A virtual register: {@code v} and its number, {@code p} if it holds a reference, {@code f} a float, {@code q} a vector. */
    static String register(Code code, int register) {
        char kind = switch (code.valueClass(register)) {
            case Convention.INT -> code.isReference(register) ? 'p' : 'v';
            case Convention.FLOAT -> 'f';
            default -> 'q';
        };
        return kind + String.valueOf(register - Code.FIRST_VIRTUAL);
    }

    static String registers(Code code, int[] registers) {
        StringBuilder list = new StringBuilder(registers.length == 0 ? "nothing" : "");
        for (int register : registers) {
            list.append(list.isEmpty() ? "" : " ").append(register(code, register));
        }
        return list.toString();
    }

    private String text() {
        for (int block = 0; block < code.blockCount(); block++) {
            header(block);
            for (int i = code.firstInstruction(block); i < code.endOfInstructions(block); i++) {
                copies(i);
                instruction(i);
            }
            edges(block);
        }
        if (allocation != null) {
            text.append(allocation.words()).append(" words\n");
        }
        return text.toString();
    }

    private void header(int block) {
        text.append('b').append(block);
        for (int i = 0; i < code.parameterCount(block); i++) {
            text.append(i == 0 ? "(" : ", ").append(register(code, code.parameter(block, i)));
        }
        text.append(code.parameterCount(block) == 0 ? "" : ")");
        text.append(" depth ").append(code.loopDepth(block)).append(code.isCold(block) ? " cold\n" : "\n");
    }

    private void copies(int instruction) {
        while (allocation != null && copy < allocation.copyCount() && allocation.copyBefore(copy) <= instruction) {
            text.append("        ").append(place(allocation.copyTo(copy))).append(" := ");
            text.append(place(allocation.copyFrom(copy))).append("  ");
            text.append(register(code, allocation.copied(copy))).append('\n');
            copy++;
        }
    }

    private void instruction(int instruction) {
        String number = "    " + instruction;
        text.append(number, number.length() - 5, number.length()).append(":  ");
        text.append(names.apply(code.opcode(instruction))).append(" #").append(code.payload(instruction));
        for (int operand = code.firstOperand(instruction); operand < code.endOfOperands(instruction); operand++) {
            text.append(operand == code.firstOperand(instruction) ? "  " : ", ");
            operand(operand);
        }
        if (code.isSafepoint(instruction)) {
            text.append(" safepoint");
        } else if (code.clobbers(instruction) != 0) {
            text.append(" spoils");
            for (long left = code.clobbers(instruction); left != 0; left &= left - 1) {
                text.append(' ').append(place(Long.numberOfTrailingZeros(left)));
            }
        }
        references(instruction);
        text.append('\n');
    }

    private void operand(int operand) {
        text.append(ROLES[code.role(operand)]).append(register(code, code.operandRegister(operand)));
        text.append(
                switch (code.where(operand)) {
                    case Code.ANY -> " any";
                    case Code.REGISTER -> " reg";
                    case Code.FIXED -> " " + place(code.detail(operand));
                    default -> " reuse " + code.detail(operand);
                });
        if (code.role(operand) >= Code.DEFINE && code.isRemade(code.operandRegister(operand))) {
            text.append(" anew");
        }
        if (allocation != null) {
            text.append('=').append(place(allocation.place(operand)));
        }
    }

    private void references(int instruction) {
        while (allocation != null
                && pair < allocation.referenceCount()
                && allocation.referenceInstruction(pair) <= instruction) {
            text.append(" w").append(allocation.referenceWord(pair++));
        }
    }

    private void edges(int block) {
        if (code.firstEdge(block) == code.endOfEdges(block)) {
            return;
        }
        text.append("        ->");
        for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
            text.append(code.isToHandler(edge) ? " handler b" : " b").append(code.target(edge));
            for (int i = 0; i < code.argumentCount(edge); i++) {
                text.append(i == 0 ? "(" : ", ").append(register(code, code.argument(edge, i)));
            }
            text.append(code.argumentCount(edge) == 0 ? "" : ")");
        }
        text.append('\n');
    }
}
