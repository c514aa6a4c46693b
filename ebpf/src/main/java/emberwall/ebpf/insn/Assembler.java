package emberwall.ebpf.insn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Programs as text, one instruction a line, in the dialect of the conformance suite and of uBPF: {@code add %r0, 1},
 * {@code ldxw %r2, [%r1+4]}, {@code jne32 %r0, %r2, label}, {@code lock fetch add [%r10-8], %r1}, {@code call local label}. {@code #}
 * begins a comment, {@code name:} is a label; a jump may also say {@code +2}, a number of slots. Beyond the suite's words,
 * {@code lddw} may load {@code map N}, {@code map_value N OFFSET}, {@code variable N}, {@code map_index N},
 * {@code map_index_value N OFFSET} and {@code function label}; {@code ldabsb 14} and {@code ldindb %r1, 14} load from packets.
 */
public final class Assembler {
    private static final Map<String, Opcode[]> ROWS = new HashMap<>();
    private static final String[] REFERENCES = {
        "", "map", "map_value", "variable", "function", "map_index", "map_index_value"
    };

    static {
        for (Opcode row : Opcode.values()) {
            Opcode[] pair = ROWS.computeIfAbsent(row.mnemonic(), mnemonic -> new Opcode[2]);
            pair[row.fromRegister() ? 1 : 0] = row;
        }
        for (int bits = 16; bits <= 64; bits *= 2) {
            ROWS.put("bswap" + bits, ROWS.get("swap" + bits));
        }
    }

    private final Map<String, Integer> labels = new HashMap<>();
    private final List<String[]> lines = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Integer> slots = new ArrayList<>();
    private int slot;

    // The line at hand.
    private String[] words;
    private int at;
    private int line;

    private Assembler() {}

    /**
     * Reads a program.
     *
     * @throws MalformedException with the number of the line if it is no program
     */
    public static Instructions assemble(String text) {
        Assembler assembler = new Assembler();
        assembler.split(text);
        return Instructions.of(assembler.instructions());
    }

    private void split(String text) {
        int number = 0;
        for (String whole : text.split("\n", -1)) {
            number++;
            int comment = whole.indexOf('#');
            String rest = (comment < 0 ? whole : whole.substring(0, comment)).strip();
            while (rest.matches("\\w+:.*")) {
                int colon = rest.indexOf(':');
                labels.put(rest.substring(0, colon), slot);
                rest = rest.substring(colon + 1).strip();
            }
            if (!rest.isEmpty()) {
                String[] parts = rest.replace(",", " ")
                        .replaceAll("\\s*([\\[\\]])\\s*", " $1 ")
                        .strip()
                        .split("\\s+");
                lines.add(parts);
                numbers.add(number);
                slots.add(slot);
                slot += parts[0].equals("lddw") ? 2 : 1;
            }
        }
    }

    private List<Insn> instructions() {
        List<Insn> insns = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            words = lines.get(i);
            line = numbers.get(i);
            slot = slots.get(i);
            at = 0;
            Insn insn;
            try {
                insn = instruction();
            } catch (IllegalArgumentException problem) {
                throw malformed(problem.getMessage());
            }
            if (at < words.length) {
                throw malformed("unexpected " + words[at]);
            }
            insns.add(insn);
        }
        return insns;
    }

    private MalformedException malformed(String problem) {
        return new MalformedException("line " + line + ": " + problem, line);
    }

    private String word() {
        if (at == words.length) {
            throw malformed("an operand is missing");
        }
        return words[at++];
    }

    private boolean take(String word) {
        if (at < words.length && words[at].equals(word)) {
            at++;
            return true;
        }
        return false;
    }

    private Insn instruction() {
        String mnemonic = word();
        if (mnemonic.equals("lock")) {
            mnemonic = (take("fetch") ? "lock_fetch_" : "lock_") + word();
        }
        if (mnemonic.equals("call")) {
            return call();
        }
        Opcode[] rows = ROWS.get(mnemonic);
        if (rows == null) {
            throw malformed("unknown instruction " + mnemonic);
        }
        Opcode row = rows[0] != null ? rows[0] : rows[1];
        return switch (row.kind()) {
            case ALU, MOVE, MOVE_SIGNED -> {
                int dst = register();
                yield withOperand(rows, dst, false);
            }
            case NEGATE, TO_LITTLE, TO_BIG, SWAP, CALL_REGISTER -> new Insn(row, register(), 0, 0, 0);
            case LOAD_WIDE -> wide(register());
            case LOAD -> {
                int dst = register();
                yield memory(row, dst, true);
            }
            case STORE, ATOMIC -> memory(row, 0, false);
            case PACKET_ABSOLUTE -> new Insn(row, 0, 0, 0, immediate());
            case PACKET_INDIRECT -> new Insn(row, 0, register(), 0, immediate());
            case JUMP -> row == Opcode.JA ? new Insn(row, 0, 0, distance(), 0) : new Insn(row, 0, 0, 0, distance());
            case BRANCH -> {
                int dst = register();
                yield withOperand(rows, dst, true);
            }
            case CALL, CALL_LOCAL, CALL_RUNTIME -> throw malformed("unknown instruction " + mnemonic);
            case EXIT -> new Insn(row, 0, 0, 0, 0);
        };
    }

    private Insn withOperand(Opcode[] rows, int dst, boolean jumps) {
        boolean register = at < words.length && words[at].startsWith("%");
        Opcode row = rows[register ? 1 : 0];
        if (row == null) {
            throw malformed("not an operand of this instruction: " + word());
        }
        int src = register ? register() : 0;
        long imm = register ? 0 : immediate();
        return new Insn(row, dst, src, jumps ? distance() : 0, imm);
    }

    private Insn call() {
        if (take("local")) {
            return new Insn(Opcode.CALL_LOCAL, 0, 0, 0, distance());
        }
        if (take("runtime")) {
            return new Insn(Opcode.CALL_RUNTIME, 0, 0, 0, immediate());
        }
        if (!take("helper") && at < words.length && words[at].startsWith("%")) {
            return new Insn(Opcode.CALLX, register(), 0, 0, 0);
        }
        return new Insn(Opcode.CALL, 0, 0, 0, immediate());
    }

    private Insn wide(int dst) {
        for (int kind = 1; kind < REFERENCES.length; kind++) {
            if (take(REFERENCES[kind])) {
                boolean offset = kind == Insn.MAP_VALUE || kind == Insn.MAP_INDEX_VALUE;
                long low = (kind == Insn.FUNCTION ? distance() : immediate()) & 0xFFFF_FFFFL;
                return new Insn(Opcode.LDDW, dst, kind, 0, low | (offset ? immediate() << 32 : 0));
            }
        }
        return new Insn(Opcode.LDDW, dst, Insn.VALUE, 0, number(word()));
    }

    /** {@code [%r1+2]}, and what is before or behind it. */
    private Insn memory(Opcode row, int dst, boolean load) {
        if (!take("[")) {
            throw malformed("an operand in memory is missing");
        }
        StringBuilder inside = new StringBuilder();
        while (!take("]")) {
            inside.append(word());
        }
        String text = inside.toString();
        int sign = Math.max(text.indexOf('+'), text.indexOf('-'));
        int base = register(sign < 0 ? text : text.substring(0, sign));
        long offset = sign < 0 ? 0 : number(text.charAt(sign) == '+' ? text.substring(sign + 1) : text.substring(sign));
        if (offset != (short) offset) {
            throw malformed("offset out of range: " + offset);
        }
        if (load) {
            return new Insn(row, dst, base, (int) offset, 0);
        }
        return row.fromRegister()
                ? new Insn(row, base, register(), (int) offset, 0)
                : new Insn(row, base, 0, (int) offset, immediate());
    }

    private int register() {
        return register(word());
    }

    private int register(String text) {
        for (int r = 0; r < Insn.REGISTERS; r++) {
            if (text.equals("%r" + r)) {
                return r;
            }
        }
        throw malformed("not a register: " + text);
    }

    /** 32 bits: decimal with a sign, hexadecimal also without. */
    private long immediate() {
        String text = word();
        long value = number(text);
        boolean unsigned = text.startsWith("0x") && value >>> 32 == 0;
        if (value != (int) value && !unsigned) {
            throw malformed("immediate out of range: " + text);
        }
        return (int) value;
    }

    private long number(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative ? text.substring(1) : text;
        boolean hex = digits.toLowerCase(Locale.ROOT).startsWith("0x");
        try {
            long value = hex
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : negative ? Long.parseLong(text) : Long.parseUnsignedLong(digits);
            return hex && negative ? -value : value;
        } catch (NumberFormatException notOne) {
            throw malformed("not a number: " + text);
        }
    }

    /** A label, the first exit by its name, or a number of slots. */
    private int distance() {
        String text = word();
        if (text.startsWith("+")) {
            return (int) number(text.substring(1));
        }
        Integer target = labels.get(text);
        if (target == null && text.equals("exit")) {
            for (int i = lines.size() - 1; i >= 0; i--) {
                target = lines.get(i)[0].equals("exit") ? slots.get(i) : target;
            }
        }
        if (target == null && text.matches("-?[0-9].*")) {
            at--;
            return (int) immediate();
        }
        if (target == null) {
            throw malformed("unknown label " + text);
        }
        return target - slot - 1;
    }

    // ---- the other way

    /** {@return an instruction in this dialect; jumps by numbers} */
    public static String text(Insn insn) {
        Opcode opcode = insn.opcode();
        String name = opcode.mnemonic();
        String dst = "%r" + insn.dst();
        String operand = opcode.fromRegister() ? "%r" + insn.src() : String.valueOf(insn.immediate());
        return switch (opcode.kind()) {
            case ALU, MOVE, MOVE_SIGNED -> name + " " + dst + ", " + operand;
            case NEGATE, TO_LITTLE, TO_BIG, SWAP -> name + " " + dst;
            case LOAD_WIDE -> name + " " + dst + ", " + wideText(insn);
            case LOAD -> name + " " + dst + ", " + address(insn.src(), insn.offset());
            case STORE -> name + " " + address(insn.dst(), insn.offset()) + ", " + operand;
            case ATOMIC -> name.replace('_', ' ') + " " + address(insn.dst(), insn.offset()) + ", " + operand;
            case PACKET_ABSOLUTE -> name + " " + insn.immediate();
            case PACKET_INDIRECT -> name + " " + operand + ", " + insn.immediate();
            case JUMP -> name + " " + signed(opcode == Opcode.JA ? insn.offset() : insn.immediate());
            case BRANCH -> name + " " + dst + ", " + operand + ", " + signed(insn.offset());
            case CALL -> "call " + insn.immediate();
            case CALL_LOCAL -> "call local " + signed(insn.immediate());
            case CALL_RUNTIME -> "call runtime " + insn.immediate();
            case CALL_REGISTER -> "call " + dst;
            case EXIT -> name;
        };
    }

    /** {@return a program in this dialect, which reads back as the same} */
    public static String text(Instructions insns) {
        StringBuilder text = new StringBuilder();
        for (Insn insn : insns.list()) {
            text.append(text(insn)).append('\n');
        }
        return text.toString();
    }

    private static String wideText(Insn insn) {
        if (insn.src() == Insn.VALUE) {
            return "0x" + Long.toHexString(insn.immediate());
        }
        int low = (int) insn.immediate();
        boolean offset = insn.src() == Insn.MAP_VALUE || insn.src() == Insn.MAP_INDEX_VALUE;
        String more = offset ? " " + (insn.immediate() >> 32) : "";
        return REFERENCES[insn.src()] + " " + (insn.src() == Insn.FUNCTION ? signed(low) : low) + more;
    }

    private static String address(int base, int offset) {
        return "[%r" + base + (offset == 0 ? "" : signed(offset)) + "]";
    }

    private static String signed(long number) {
        return number < 0 ? String.valueOf(number) : "+" + number;
    }
}
