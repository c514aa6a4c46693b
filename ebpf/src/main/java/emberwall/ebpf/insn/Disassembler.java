package emberwall.ebpf.insn;

import emberwall.op.Op;
import java.util.Locale;

/** Instructions in the C-like text that LLVM and the kernel's tools print, and LLVM's assembler reads. */
public final class Disassembler {
    private Disassembler() {}

    /** {@return an instruction as text; a jump says how many slots further it goes} */
    public static String text(Insn insn) {
        Opcode opcode = insn.opcode();
        String dst = register(opcode, insn.dst());
        return switch (opcode.kind()) {
            case ALU -> dst + " " + symbol(opcode.op()) + "= " + operand(insn);
            case NEGATE -> dst + " = -" + dst;
            case MOVE -> dst + " = " + operand(insn);
            case MOVE_SIGNED -> dst + " = (s" + opcode.selector() + ")" + operand(insn);
            case TO_LITTLE, TO_BIG -> swapped(insn, opcode.mnemonic());
            case SWAP -> swapped(insn, "b" + opcode.mnemonic());
            case LOAD_WIDE -> "r" + insn.dst() + " = " + wide(insn) + " ll";
            case LOAD -> loaded(insn) + " = " + memory(insn, insn.src());
            case STORE -> memory(insn, insn.dst()) + " = " + operand(insn);
            case ATOMIC -> atomic(insn);
            case PACKET_ABSOLUTE -> "r0 = *(u" + opcode.bits() + " *)skb[" + insn.immediate() + "]";
            case PACKET_INDIRECT -> "r0 = *(u" + opcode.bits() + " *)skb[" + indirect(insn) + "]";
            case JUMP -> opcode == Opcode.JA ? "goto " + signed(insn.offset()) : "gotol " + signed(insn.immediate());
            case BRANCH ->
                "if " + dst + " " + comparison(opcode.op()) + " " + operand(insn) + " goto " + signed(insn.offset());
            case CALL, CALL_LOCAL, CALL_RUNTIME -> "call " + insn.immediate();
            case CALL_REGISTER -> "callx " + dst;
            case EXIT -> "exit";
        };
    }

    /** {@return a program, a line for each instruction with its slot and the slots that it may go on at} */
    public static String text(Instructions insns) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < insns.size(); i++) {
            String slot = String.valueOf(insns.slot(i));
            text.append(" ".repeat(Math.max(0, 6 - slot.length()))).append(slot).append(": ");
            text.append(text(insns.get(i)));
            if (insns.target(i) >= 0) {
                text.append(" <").append(insns.slot(insns.target(i))).append('>');
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String register(Opcode opcode, int register) {
        return (opcode.bits() == 64 ? "r" : "w") + register;
    }

    private static String operand(Insn insn) {
        return insn.opcode().fromRegister() ? register(insn.opcode(), insn.src()) : String.valueOf(insn.immediate());
    }

    private static String swapped(Insn insn, String how) {
        return "r" + insn.dst() + " = " + how + " r" + insn.dst();
    }

    private static String wide(Insn insn) {
        int low = (int) insn.immediate();
        int high = (int) (insn.immediate() >>> 32);
        return switch (insn.src()) {
            case Insn.VALUE -> String.valueOf(insn.immediate());
            case Insn.MAP -> "map[" + low + "]";
            case Insn.MAP_VALUE -> "map[" + low + "][0]+" + high;
            case Insn.VARIABLE -> "variable[" + low + "]";
            case Insn.FUNCTION -> "function[" + signed(low) + "]";
            case Insn.MAP_INDEX -> "map[idx:" + low + "]";
            default -> "map[idx:" + low + "][0]+" + high;
        };
    }

    /** What extends the sign, and 64 bits, goes to the whole register. */
    private static String loaded(Insn insn) {
        boolean whole = insn.opcode().bits() == 64 || isSigned(insn.opcode());
        return (whole ? "r" : "w") + insn.dst();
    }

    private static boolean isSigned(Opcode opcode) {
        return opcode.op() == Op.LOAD8_S || opcode.op() == Op.LOAD16_S || opcode.op() == Op.LOAD32_S;
    }

    private static String memory(Insn insn, int base) {
        String type = (isSigned(insn.opcode()) ? "s" : "u") + insn.opcode().bits();
        return "*(" + type + " *)(" + address(base, insn.offset()) + ")";
    }

    private static String address(int base, int offset) {
        return "r" + base + (offset < 0 ? " - " + -offset : " + " + offset);
    }

    private static String indirect(Insn insn) {
        return "r" + insn.src() + (insn.immediate() == 0 ? "" : " + " + insn.immediate());
    }

    private static String atomic(Insn insn) {
        Opcode opcode = insn.opcode();
        String src = register(opcode, insn.src());
        String r0 = register(opcode, 0);
        String suffix = opcode.bits() == 64 ? "_64(" : "32_32(";
        String address = address(insn.dst(), insn.offset());
        if (opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE) {
            return r0 + " = cmpxchg" + suffix + address + ", " + r0 + ", " + src + ")";
        }
        if (opcode.op() == Op.ATOMIC_EXCHANGE) {
            return src + " = xchg" + suffix + address + ", " + src + ")";
        }
        if (opcode.fetches()) {
            String name = opcode.op().name().substring("ATOMIC_".length()).toLowerCase(Locale.ROOT);
            return src + " = atomic_fetch_" + name + "((u" + opcode.bits() + " *)(" + address + "), " + src + ")";
        }
        return "lock " + memory(insn, insn.dst()) + " " + symbol(opcode.op()) + "= " + src;
    }

    private static String signed(long distance) {
        return distance < 0 ? String.valueOf(distance) : "+" + distance;
    }

    private static String symbol(Op op) {
        return switch (op) {
            case ADD, ATOMIC_ADD -> "+";
            case SUB -> "-";
            case MUL -> "*";
            case DIV_U -> "/";
            case DIV_S -> "s/";
            case REM_U -> "%";
            case REM_S -> "s%";
            case OR, ATOMIC_OR -> "|";
            case AND, ATOMIC_AND -> "&";
            case XOR, ATOMIC_XOR -> "^";
            case SHL -> "<<";
            case SHR_U -> ">>";
            case SHR_S -> "s>>";
            default -> throw new IllegalArgumentException("no symbol for " + op);
        };
    }

    private static String comparison(Op op) {
        return switch (op) {
            case EQ -> "==";
            case NE -> "!=";
            case GT_U -> ">";
            case GE_U -> ">=";
            case LT_U -> "<";
            case LE_U -> "<=";
            case GT_S -> "s>";
            case GE_S -> "s>=";
            case LT_S -> "s<";
            case LE_S -> "s<=";
            case AND -> "&";
            default -> throw new IllegalArgumentException("no comparison: " + op);
        };
    }
}
