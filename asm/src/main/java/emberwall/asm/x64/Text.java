package emberwall.asm.x64;

import static emberwall.asm.x64.Width.W128;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

/** Prints decoded instructions as {@code objdump -M intel} does, special spellings included. */
final class Text {
    private static final String[] SIZES = {"BYTE", "WORD", "DWORD", "QWORD", "XMMWORD", "YMMWORD"};

    // @formatter:off
    private static final String[] COMPARISONS = {
        "eq",    "lt",    "le",    "unord",   "neq",    "nlt",    "nle",    "ord",
        "eq_uq", "nge",   "ngt",   "false",   "neq_oq", "ge",     "gt",     "true",
        "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us", "nlt_uq", "nle_uq", "ord_s",
        "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq", "true_us",
    };
    // @formatter:on

    private final StringBuilder out = new StringBuilder(48);
    private final Decoder insn;

    private Text(Decoder insn) {
        this.insn = insn;
    }

    static String of(Decoder insn, long origin) {
        return insn.op() == null ? "(bad)" : new Text(insn).print(origin);
    }

    private String print(long origin) {
        Op op = insn.op();
        if (insn.isLocked()) {
            out.append("lock ");
        }
        int start = out.length();
        int operands = mnemonic(op);
        if (op == Op.NOP && insn.operandCount() == 0) {
            return insn.length() == 2 ? "xchg   ax,ax" : "nop";
        }
        if (op.form == Form.NONE_SIZED && (op.effect & Bits.STRING) != 0) {
            string(op);
            return out.toString();
        }
        if (operands == 0) {
            return out.toString();
        }
        pad(start);
        for (int i = 0; i < operands; i++) {
            if (i > 0) {
                out.append(',');
            }
            operand(i, origin);
        }
        comment(origin);
        return out.toString();
    }

    private void pad(int start) {
        do {
            out.append(' ');
        } while (out.length() < start + 7);
    }

    /** Prints the mnemonic and returns how many operands are to follow. */
    private int mnemonic(Op op) {
        int operands = insn.operandCount();
        boolean wide = insn.width() == W64;
        if (insn.isVex() && (op.encoding & Bits.VEX) != Bits.VEX) {
            out.append('v');
        }
        switch (op) {
            case MOVD_XG, MOVD_GX -> out.append(wide ? "movq" : "movd");
            case CONVERT_A -> out.append(wide ? "cdqe" : insn.width() == W32 ? "cwde" : "cbw");
            case CONVERT_D -> out.append(wide ? "cqo" : insn.width() == W32 ? "cdq" : "cwd");
            case MOV -> out.append(insn.kind(0) == Decoder.REGISTER && insn.length() == 10 ? "movabs" : "mov");
            case CMPPS, CMPPD, CMPSS, CMPSD -> {
                long predicate = insn.value(operands - 1) & 0xFF;
                if (predicate < (insn.isVex() ? 32 : 8)) {
                    out.append("cmp").append(COMPARISONS[(int) predicate]).append(op.name(), 3, 5);
                    lowerCase(2);
                    return operands - 1;
                }
                out.append(op.mnemonic());
            }
            default -> {
                out.append(op.mnemonic());
                if (insn.condition() >= 0) {
                    out.append(Cond.name(insn.condition()));
                }
            }
        }
        return operands;
    }

    private void lowerCase(int count) {
        for (int i = out.length() - count; i < out.length(); i++) {
            out.setCharAt(i, Character.toLowerCase(out.charAt(i)));
        }
    }

    private void string(Op op) {
        int width = insn.isByteForm() ? W8 : insn.width();
        boolean move = op == Op.MOVS || op == Op.REP_MOVS;
        out.append("   ").append(SIZES[width]).append(" PTR es:[rdi],");
        if (move) {
            out.append(SIZES[width]).append(" PTR ds:[rsi]");
        } else {
            out.append(Reg.name(Reg.RAX, width));
        }
    }

    private void operand(int i, long origin) {
        int width = insn.operandWidth(i);
        long value = insn.value(i);
        switch (insn.kind(i)) {
            case Decoder.REGISTER -> out.append(Reg.name((int) value, width));
            case Decoder.VECTOR -> out.append(Xmm.name((int) value, width));
            case Decoder.MEMORY -> memory(width, value);
            case Decoder.TARGET -> hex(origin + value);
            default -> {
                if (insn.isOneImplied()) {
                    out.append('1');
                } else {
                    hex(width == W64 ? value : value & (1L << (8 << width)) - 1);
                }
            }
        }
    }

    private void memory(int width, long mem) {
        if (width < SIZES.length && insn.op() != Op.LDDQU) {
            out.append(width == W128 && insn.op() == Op.CMPXCHG16B ? "OWORD" : SIZES[width])
                    .append(" PTR ");
        }
        int disp = Mem.disp(mem);
        if (Mem.isRip(mem)) {
            out.append("[rip+");
            hex(disp);
            out.append(']');
            return;
        }
        int base = Mem.base(mem);
        int index = Mem.index(mem);
        if (base == Mem.NONE && index == Mem.NONE) {
            out.append("ds:");
            hex(disp);
            return;
        }
        out.append('[');
        if (base != Mem.NONE) {
            out.append(Reg.name(base, W64));
        }
        if (index != Mem.NONE) {
            if (base != Mem.NONE) {
                out.append('+');
            }
            out.append(Reg.name(index, W64)).append('*').append(1 << Mem.scale(mem));
        }
        if (insn.dispBytes() > 0) {
            out.append(disp < 0 ? '-' : '+');
            hex(Math.abs((long) disp));
        }
        out.append(']');
    }

    private void comment(long origin) {
        for (int i = 0; i < insn.operandCount(); i++) {
            if (insn.kind(i) == Decoder.MEMORY && Mem.isRip(insn.value(i))) {
                out.append("        # ");
                hex(origin + insn.start() + insn.length() + Mem.disp(insn.value(i)));
            }
        }
    }

    private void hex(long value) {
        out.append("0x").append(Long.toHexString(value));
    }
}
