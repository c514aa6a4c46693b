package emberwall.ebpf.insn;

import java.util.ArrayList;
import java.util.List;

/**
 * Classic BPF, the language of packet filters, as eBPF; as Linux does it: {@code A} is r0, {@code X} is r7, the context is kept in
 * r6, packets are read by {@code ldabs} and {@code ldind}, and the scratch memory lies on the stack. The packet's length is the
 * context's first word of 32 bits, as in {@code struct __sk_buff}.
 *
 * <p>Refused are filters that Linux refuses: unknown instructions, jumps beyond the end, constants that divide by zero or shift
 * too far, an end without return. So is what reads Linux's ancillary data.
 */
public final class ClassicBpf {
    /** The most instructions, as in Linux. */
    public static final int MOST = 4096;

    // The code: class, size or operation, mode or source.
    private static final int LD = 0;
    private static final int LDX = 1;
    private static final int ST = 2;
    private static final int STX = 3;
    private static final int ALU = 4;
    private static final int JMP = 5;
    private static final int RET = 6;
    private static final int IMM = 0x00;
    private static final int ABS = 0x20;
    private static final int IND = 0x40;
    private static final int MEM = 0x60;
    private static final int LEN = 0x80;
    private static final int MSH = 0xA0;
    private static final int SIZE = 0x18;
    private static final int BYTE = 0x10;
    private static final int FROM_X = 0x08;
    private static final int FROM_A = 0x10;
    private static final int TXA = 0x80;

    private static final int SCRATCH_WORDS = 16;
    private static final int A = 0;
    private static final int CONTEXT = 6;
    private static final int X = 7;
    private static final int SAVED = 8;

    /** By the upper four bits. */
    private static final Opcode[][] OPERATIONS = {
        {Opcode.ADD32_IMM, Opcode.ADD32_REG}, {Opcode.SUB32_IMM, Opcode.SUB32_REG},
        {Opcode.MUL32_IMM, Opcode.MUL32_REG}, {Opcode.DIV32_IMM, Opcode.DIV32_REG},
        {Opcode.OR32_IMM, Opcode.OR32_REG}, {Opcode.AND32_IMM, Opcode.AND32_REG},
        {Opcode.LSH32_IMM, Opcode.LSH32_REG}, {Opcode.RSH32_IMM, Opcode.RSH32_REG},
        {Opcode.NEG32, Opcode.NEG32}, {Opcode.MOD32_IMM, Opcode.MOD32_REG},
        {Opcode.XOR32_IMM, Opcode.XOR32_REG}
    };

    private static final int DIVISION = 3;
    private static final int LEFT_SHIFT = 6;
    private static final int RIGHT_SHIFT = 7;
    private static final int NEGATION = 8;
    private static final int REMAINDER = 9;

    /** By the upper four bits: the branch, and its opposite where there is one. */
    private static final Opcode[][] BRANCHES = {
        null,
        {Opcode.JEQ32_IMM, Opcode.JEQ32_REG, Opcode.JNE32_IMM, Opcode.JNE32_REG},
        {Opcode.JGT32_IMM, Opcode.JGT32_REG, Opcode.JLE32_IMM, Opcode.JLE32_REG},
        {Opcode.JGE32_IMM, Opcode.JGE32_REG, Opcode.JLT32_IMM, Opcode.JLT32_REG},
        {Opcode.JSET32_IMM, Opcode.JSET32_REG, null, null}
    };

    /**
     * An instruction of classic BPF, as in {@code struct sock_filter}.
     *
     * @param code what it does
     * @param jt how many instructions a branch that is taken skips
     * @param jf how many another skips
     * @param k the constant, unsigned
     */
    public record Instruction(int code, int jt, int jf, int k) {}

    private final List<Instruction> filter;
    private final List<Insn> insns = new ArrayList<>();
    private final int[] starts;

    /** Pairs: which instruction jumps, and the classic one that it jumps to. */
    private final List<int[]> jumps = new ArrayList<>();

    private int position;

    private ClassicBpf(List<Instruction> filter) {
        this.filter = filter;
        starts = new int[filter.size()];
    }

    /**
     * Reads what {@code tcpdump -ddd} prints: the number of instructions, then each as four numbers on a line.
     *
     * @throws MalformedException with the number of the line
     */
    public static List<Instruction> parse(String text) {
        List<Instruction> filter = new ArrayList<>();
        int count = -1;
        int line = 0;
        for (String whole : text.strip().split("\n", -1)) {
            line++;
            String[] words = whole.strip().split("\\s+");
            if (words.length != (count < 0 ? 1 : 4)) {
                throw new MalformedException(
                        "line " + line + ": not " + (count < 0 ? "a number" : "four numbers"), line);
            }
            if (count < 0) {
                count = (int) number(words[0], MOST, line);
            } else {
                filter.add(new Instruction(
                        (int) number(words[0], 0xFFFF, line),
                        (int) number(words[1], 0xFF, line),
                        (int) number(words[2], 0xFF, line),
                        (int) number(words[3], 0xFFFF_FFFFL, line)));
            }
        }
        if (filter.size() != count) {
            throw new MalformedException(count + " instructions were announced, there are " + filter.size(), 1);
        }
        return filter;
    }

    private static long number(String word, long most, int line) {
        long value;
        try {
            value = Long.parseLong(word);
        } catch (NumberFormatException notOne) {
            value = -1;
        }
        if (value < 0 || value > most) {
            throw new MalformedException("line " + line + ": not a number from 0 to " + most + ": " + word, line);
        }
        return value;
    }

    /**
     * Reads an array of {@code struct sock_filter}, little-endian.
     *
     * @throws MalformedException if there is no whole number of instructions
     */
    public static List<Instruction> decode(byte[] bytes) {
        if (bytes.length % 8 != 0) {
            throw new MalformedException(bytes.length + " bytes, not a multiple of 8", bytes.length / 8);
        }
        List<Instruction> filter = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += 8) {
            int k = 0;
            for (int j = 7; j >= 4; j--) {
                k = k << 8 | bytes[i + j] & 0xFF;
            }
            int code = bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8;
            filter.add(new Instruction(code, bytes[i + 2] & 0xFF, bytes[i + 3] & 0xFF, k));
        }
        return filter;
    }

    /**
     * Translates a filter.
     *
     * @return a program whose r1 is the context, and whose r0 says how many bytes of the packet pass
     * @throws MalformedException with the number of the instruction that is wrong
     */
    public static Instructions translate(List<Instruction> filter) {
        if (filter.isEmpty() || filter.size() > MOST) {
            throw new MalformedException("a filter of " + filter.size() + " instructions", 0);
        }
        return new ClassicBpf(List.copyOf(filter)).translate();
    }

    private Instructions translate() {
        add(new Insn(Opcode.MOV_REG, CONTEXT, 1, 0, 0));
        add(new Insn(Opcode.MOV32_IMM, A, 0, 0, 0));
        add(new Insn(Opcode.MOV32_IMM, X, 0, 0, 0));
        clearScratch();
        for (position = 0; position < filter.size(); position++) {
            starts[position] = insns.size();
            translate(filter.get(position));
        }
        position = filter.size() - 1;
        if (insns.getLast().kind() != Kind.EXIT) {
            throw malformed("the filter does not end with a return");
        }
        for (int[] jump : jumps) {
            Insn insn = insns.get(jump[0]);
            int distance = starts[jump[1]] - jump[0] - 1; // none takes two slots
            insns.set(jump[0], new Insn(insn.opcode(), insn.dst(), insn.src(), distance, insn.immediate()));
        }
        return Instructions.of(insns);
    }

    /** Of what is read: it is 0 until it is written. */
    private void clearScratch() {
        boolean[] read = new boolean[SCRATCH_WORDS];
        for (Instruction insn : filter) {
            boolean load = insn.code == (LD | MEM) || insn.code == (LDX | MEM);
            if (load && Integer.compareUnsigned(insn.k, SCRATCH_WORDS) < 0) {
                read[insn.k] = true;
            }
        }
        for (int k = 0; k < SCRATCH_WORDS; k++) {
            if (read[k]) {
                add(new Insn(Opcode.STW, Insn.FRAME_POINTER, 0, scratch(k), 0));
            }
        }
    }

    private int scratch(int k) {
        if (Integer.compareUnsigned(k, SCRATCH_WORDS) >= 0) {
            throw malformed("there is no scratch word " + Integer.toUnsignedString(k));
        }
        return 4 * (k - SCRATCH_WORDS);
    }

    private MalformedException malformed(String problem) {
        return new MalformedException("instruction " + position + ": " + problem, position);
    }

    private void add(Insn insn) {
        insns.add(insn);
    }

    private void translate(Instruction insn) {
        int code = insn.code;
        switch (code & 7) {
            case LD -> load(insn);
            case LDX -> loadIndex(insn);
            case ST -> store(insn, ST, A);
            case STX -> store(insn, STX, X);
            case ALU -> compute(insn);
            case JMP -> branch(insn);
            case RET -> {
                if (code != RET && code != (RET | FROM_A)) {
                    throw unknown(code);
                }
                if (code == RET) {
                    add(new Insn(Opcode.MOV32_IMM, A, 0, 0, insn.k));
                }
                add(new Insn(Opcode.EXIT, 0, 0, 0, 0));
            }
            default -> {
                if ((code & ~TXA) != 7) {
                    throw unknown(code);
                }
                boolean toA = (code & TXA) != 0;
                add(new Insn(Opcode.MOV32_REG, toA ? A : X, toA ? X : A, 0, 0));
            }
        }
    }

    private MalformedException unknown(int code) {
        return malformed("unknown code 0x" + Integer.toHexString(code));
    }

    private void load(Instruction insn) {
        int size = insn.code & SIZE;
        int mode = insn.code & ~SIZE & ~7;
        boolean packet = mode == ABS || mode == IND;
        if (size == SIZE || size != 0 && !packet) {
            throw unknown(insn.code);
        }
        switch (mode) {
            case IMM, MEM, LEN -> register(A, mode, insn.k);
            case ABS -> {
                if (insn.k < 0) {
                    throw malformed("ancillary data at " + insn.k);
                }
                add(new Insn(sized(size, Opcode.LDABSW, Opcode.LDABSH, Opcode.LDABSB), 0, 0, 0, insn.k));
            }
            case IND -> add(new Insn(sized(size, Opcode.LDINDW, Opcode.LDINDH, Opcode.LDINDB), 0, X, 0, insn.k));
            default -> throw unknown(insn.code);
        }
    }

    private static Opcode sized(int size, Opcode word, Opcode half, Opcode one) {
        return size == 0 ? word : size == BYTE ? one : half;
    }

    private void loadIndex(Instruction insn) {
        int mode = insn.code & ~7;
        switch (mode) {
            case IMM, MEM, LEN -> register(X, mode, insn.k);
            case MSH | BYTE -> {
                if (insn.k < 0) {
                    throw malformed("ancillary data at " + insn.k);
                }
                add(new Insn(Opcode.MOV32_REG, SAVED, A, 0, 0));
                add(new Insn(Opcode.LDABSB, 0, 0, 0, insn.k));
                add(new Insn(Opcode.AND32_IMM, A, 0, 0, 15));
                add(new Insn(Opcode.LSH32_IMM, A, 0, 0, 2));
                add(new Insn(Opcode.MOV32_REG, X, A, 0, 0));
                add(new Insn(Opcode.MOV32_REG, A, SAVED, 0, 0));
            }
            default -> throw unknown(insn.code);
        }
    }

    private void register(int register, int mode, int k) {
        add(
                switch (mode) {
                    case IMM -> new Insn(Opcode.MOV32_IMM, register, 0, 0, k);
                    case MEM -> new Insn(Opcode.LDXW, register, Insn.FRAME_POINTER, scratch(k), 0);
                    default -> new Insn(Opcode.LDXW, register, CONTEXT, 0, 0);
                });
    }

    private void store(Instruction insn, int code, int register) {
        if (insn.code != code) {
            throw unknown(insn.code);
        }
        add(new Insn(Opcode.STXW, Insn.FRAME_POINTER, register, scratch(insn.k), 0));
    }

    private void compute(Instruction insn) {
        int operation = insn.code >>> 4;
        boolean fromX = (insn.code & FROM_X) != 0;
        if (operation >= OPERATIONS.length || operation == NEGATION && fromX) {
            throw unknown(insn.code);
        }
        boolean divides = operation == DIVISION || operation == REMAINDER;
        boolean shifts = operation == LEFT_SHIFT || operation == RIGHT_SHIFT;
        if (!fromX && (divides && insn.k == 0 || shifts && Integer.compareUnsigned(insn.k, 32) >= 0)) {
            throw malformed(divides ? "a division by zero" : "a shift by " + Integer.toUnsignedString(insn.k));
        }
        if (fromX && divides) {
            add(new Insn(Opcode.JNE32_IMM, X, 0, 2, 0)); // a filter that divides by zero lets nothing pass
            add(new Insn(Opcode.MOV32_IMM, A, 0, 0, 0));
            add(new Insn(Opcode.EXIT, 0, 0, 0, 0));
        }
        Opcode opcode = OPERATIONS[operation][fromX ? 1 : 0];
        add(new Insn(opcode, A, fromX ? X : 0, 0, fromX || operation == NEGATION ? 0 : insn.k));
    }

    private void branch(Instruction insn) {
        int operation = insn.code >>> 4;
        int fromX = (insn.code & FROM_X) != 0 ? 1 : 0;
        if (operation >= BRANCHES.length || operation == 0 && fromX != 0) {
            throw unknown(insn.code);
        }
        if (operation == 0) {
            jump(new Insn(Opcode.JA, 0, 0, 0, 0), insn.k);
            return;
        }
        Opcode[] row = BRANCHES[operation];
        boolean opposite = insn.jt == 0 && insn.jf != 0 && row[2] != null;
        Opcode opcode = row[(opposite ? 2 : 0) + fromX];
        jump(new Insn(opcode, A, fromX * X, 0, fromX != 0 ? 0 : insn.k), opposite ? insn.jf : insn.jt);
        if (!opposite && insn.jf != 0) {
            jump(new Insn(Opcode.JA, 0, 0, 0, 0), insn.jf);
        } else {
            checkTarget(insn.jf);
        }
    }

    private void jump(Insn insn, int skipped) {
        checkTarget(skipped);
        jumps.add(new int[] {insns.size(), position + 1 + skipped});
        add(insn);
    }

    private void checkTarget(int skipped) {
        if (skipped < 0 || skipped >= filter.size() - position - 1) {
            throw malformed("a jump beyond the end");
        }
    }
}
