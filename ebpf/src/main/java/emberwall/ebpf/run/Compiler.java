package emberwall.ebpf.run;

import static emberwall.asm.x64.Mem.label;
import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.R15;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Opcode;
import emberwall.fiber.FiberBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Makes machine code of a program, in one pass: registers are registers, each instruction becomes what the machine has for it.
 *
 * <p>The compiler trusts the verifier. Nothing is checked at run time: code of a program that nobody verified reads and writes
 * wherever it says.
 *
 * <pre>
 *   frame of a function    [rbp]                 the caller's frame pointer; rbp is r10
 *                          [rbp - 512 .. rbp)    the function's stack, if it mentions r10
 *                          [rsp + 8 * i]         what the caller had in r6 to r9, those that the function changes
 *                          [rsp + 8 * (n + i)]   r6 to r9 during an exit
 * </pre>
 */
public final class Compiler {
    private static final int WORD = 8;

    /** Words of the fiber's block that pass r1 to r5 out, and what comes back besides r0. */
    static final int RETURNS = FiberBlock.argument(5);

    /** The word that says which helper a call by register means. */
    static final int NUMBER = FiberBlock.argument(6);

    /** In place of an index of a helper: it is in a register. */
    static final int BY_REGISTER = -1;

    private final Instructions code;
    private final Environment environment;
    private final boolean polls;
    private final Assembler a = new Assembler();
    private final Constants constants;
    private final ArithmeticCode arithmetic;
    private final MemoryCode memory;
    private final int[] labels; // by instruction, of those that jumps go to; others -1
    private final int[] entries; // by function
    private final Helper[] called; // by instruction; null if a register says it
    private final List<Helper> helpers = new ArrayList<>();
    private final List<int[]> slowPolls = new ArrayList<>();
    private boolean exits;

    // Of the function at hand.
    private int changed; // bits of r6 to r9
    private int frameBytes;
    private int exitWords;
    private boolean hasFrame;
    private int epilogue;

    private Compiler(
            Instructions code, Environment environment, boolean polls, RandomGenerator blinding, long features) {
        this.code = code;
        this.environment = environment;
        this.polls = polls;
        constants = new Constants(a, blinding);
        arithmetic = new ArithmeticCode(a, constants, features);
        memory = new MemoryCode(a, constants);
        labels = new int[code.size()];
        Arrays.fill(labels, -1);
        entries = new int[code.subprograms()];
        called = new Helper[code.size()];
    }

    /**
     * What came of it.
     *
     * @param assembler whose code begins with the program's first function
     * @param helpers by the number that exits say
     * @param exits whether it may leave to Java, and therefore runs on a fiber only
     * @param batch the label of the {@link BatchCode}, or -1 if there is none
     */
    record Code(Assembler assembler, List<Helper> helpers, boolean exits, int batch) {}

    /**
     * Compiles a program.
     *
     * @param polls whether loops look whether somebody wants the program to stop; then it runs on a fiber only
     * @param blinding if not null, constants are hidden by these random numbers
     * @param features of the processor: {@link emberwall.os.Cpu#features}
     * @throws IllegalArgumentException if it refers to what the environment does not have
     */
    static Code compile(
            Instructions code, Environment environment, boolean polls, RandomGenerator blinding, long features) {
        return new Compiler(code, environment, polls, blinding, features).compile();
    }

    private Code compile() {
        for (int i = 0; i < code.size(); i++) {
            int target = code.target(i);
            if (target >= 0 && code.get(i).kind().endsBlock() && labels[target] < 0) {
                labels[target] = a.newLabel();
            }
        }
        for (int function = 0; function < entries.length; function++) {
            entries[function] = a.newLabel();
            findHelpers(code.start(function), code.end(function));
        }
        for (int function = 0; function < entries.length; function++) {
            plan(code.start(function), code.end(function));
            a.align(16);
            a.bind(entries[function]);
            prologue();
            instructions(code.start(function), code.end(function));
        }
        for (int[] poll : slowPolls) {
            a.bind(poll[0]);
            a.callm(mem(R15, FiberBlock.POLL));
            a.jmp(poll[1]);
        }
        return new Code(a, helpers, polls || exits, batch());
    }

    /** The label of code for batches, or -1. */
    private int batch() {
        if (polls || exits || environment.packet() == null) {
            return -1;
        }
        a.align(16);
        int label = a.here();
        new BatchCode(a, environment.packet()).emit(entries[0]);
        return label;
    }

    // ---- functions

    private void plan(int start, int end) {
        boolean hasStack = false;
        boolean calls = false;
        boolean leaves = false;
        changed = 0;
        for (int i = start; i < end; i++) {
            Insn insn = code.get(i);
            Opcode opcode = insn.opcode();
            boolean named = opcode.usesSrc() && insn.kind() != Kind.LOAD_WIDE && insn.src() == Insn.FRAME_POINTER;
            hasStack |= named || opcode.usesDst() && insn.dst() == Insn.FRAME_POINTER;
            calls |= opcode.kind().isCall();
            leaves |=
                    opcode.kind().isCall() && opcode.kind() != Kind.CALL_LOCAL && !(called[i] instanceof MachineHelper);
            if (opcode.writesDst()) {
                change(insn.dst());
            }
            if (opcode.fetches() && insn.opcode().op() != emberwall.op.Op.ATOMIC_COMPARE_EXCHANGE) {
                change(insn.src());
            }
        }
        exitWords = leaves ? Registers.KEPT : 0;
        int bytes = (hasStack ? Interpreter.FRAME_BYTES : 0) + (Integer.bitCount(changed) + exitWords) * WORD;
        frameBytes = bytes + 15 & -16;
        hasFrame = frameBytes > 0 || calls;
        epilogue = a.newLabel();
    }

    private void change(int register) {
        int kept = register - Registers.FIRST_KEPT;
        if (kept >= 0 && kept < Registers.KEPT) {
            changed |= 1 << kept;
        }
    }

    private void prologue() {
        if (!hasFrame) {
            return;
        }
        a.push(RBP);
        a.mov(RBP, RSP);
        if (frameBytes > 0) {
            a.subi(RSP, frameBytes);
        }
        int at = 0;
        for (int kept = 0; kept < Registers.KEPT; kept++) {
            if ((changed >> kept & 1) != 0) {
                a.mov(mem(RSP, WORD * at++), Registers.of(Registers.FIRST_KEPT + kept));
            }
        }
    }

    private void epilogue() {
        a.bind(epilogue);
        int at = 0;
        for (int kept = 0; kept < Registers.KEPT; kept++) {
            if ((changed >> kept & 1) != 0) {
                a.mov(Registers.of(Registers.FIRST_KEPT + kept), mem(RSP, WORD * at++));
            }
        }
        if (hasFrame) {
            a.none(Op.LEAVE);
        }
        a.ret();
    }

    private void instructions(int start, int end) {
        for (int i = start; i < end; i++) {
            if (labels[i] >= 0) {
                a.bind(labels[i]);
            }
            emit(code.get(i), i);
        }
        epilogue();
    }

    // ---- instructions

    private void emit(Insn insn, int index) {
        switch (insn.kind()) {
            case ALU, NEGATE, MOVE, MOVE_SIGNED, TO_LITTLE, TO_BIG, SWAP -> arithmetic.emit(insn);
            case LOAD_WIDE -> wide(insn, index);
            case LOAD -> memory.load(insn);
            case STORE -> memory.store(insn);
            case ATOMIC -> memory.atomic(insn);
            case PACKET_ABSOLUTE, PACKET_INDIRECT -> packet(insn);
            case JUMP -> {
                poll(index);
                a.jmp(labels[code.target(index)]);
            }
            case BRANCH -> {
                poll(index);
                a.jcc(compare(insn), labels[code.target(index)]);
            }
            case CALL_LOCAL -> a.call(function(index));
            case CALL, CALL_RUNTIME, CALL_REGISTER -> call(insn, index);
            case EXIT -> {
                if (hasFrame) {
                    a.jmp(epilogue);
                } else {
                    a.ret();
                }
            }
        }
    }

    private void wide(Insn insn, int index) {
        int dst = Registers.of(insn.dst());
        switch (insn.src()) {
            case Insn.VALUE -> constants.load(dst, insn.immediate());
            case Insn.FUNCTION -> a.lea(dst, label(function(index)));
            default -> a.movi64(dst, environment.address(insn));
        }
    }

    private int function(int index) {
        return entries[code.subprogram(code.target(index))];
    }

    /** Only a jump back may be of a loop. */
    private void poll(int index) {
        if (polls && code.target(index) <= index) {
            int back = a.newLabel();
            int slow = a.newLabel();
            a.cmp(W64, RSP, mem(R15, FiberBlock.LIMIT));
            a.jcc(Cond.BELOW, slow);
            a.bind(back);
            slowPolls.add(new int[] {slow, back});
        }
    }

    private int compare(Insn insn) {
        Opcode opcode = insn.opcode();
        int width = ArithmeticCode.width(opcode);
        int dst = Registers.of(insn.dst());
        int imm = (int) insn.immediate();
        boolean bits = opcode.op() == emberwall.op.Op.AND;
        boolean constant = !opcode.fromRegister() && !constants.blinded();
        int src = opcode.fromRegister() ? Registers.of(insn.src()) : constant ? 0 : constants.scratch(width, imm);
        if (bits && constant) {
            a.testi(width, dst, imm);
        } else if (bits) {
            a.test(width, dst, src);
        } else if (constant && imm == 0) {
            a.test(width, dst, dst);
        } else if (constant) {
            a.cmpi(width, dst, imm);
        } else {
            a.cmp(width, dst, src);
        }
        return condition(opcode.op());
    }

    private static int condition(emberwall.op.Op op) {
        return switch (op) {
            case EQ -> Cond.EQUAL;
            case NE, AND -> Cond.NOT_EQUAL;
            case GT_U -> Cond.ABOVE;
            case GE_U -> Cond.ABOVE_EQUAL;
            case LT_U -> Cond.BELOW;
            case LE_U -> Cond.BELOW_EQUAL;
            case GT_S -> Cond.GREATER;
            case GE_S -> Cond.GREATER_EQUAL;
            case LT_S -> Cond.LESS;
            case LE_S -> Cond.LESS_EQUAL;
            default -> throw new IllegalArgumentException("no comparison: " + op);
        };
    }

    private void packet(Insn insn) {
        Environment.PacketFields fields = environment.packet();
        if (fields == null) {
            throw new IllegalArgumentException("there is no packet: " + insn);
        }
        int inside = a.newLabel();
        int outside = a.newLabel();
        memory.packet(insn, fields, arithmetic, outside);
        a.jmp(inside);
        a.bind(outside);
        a.movi(W32, RAX, 0);
        a.jmp(epilogue);
        a.bind(inside);
    }

    // ---- helpers

    /** Notes which helpers a function calls, with what is known of r1 since the last place that jumps go to. */
    private void findHelpers(int start, int end) {
        Insn[] known = new Insn[Insn.REGISTERS]; // the reference that a register holds
        for (int i = start; i < end; i++) {
            if (labels[i] >= 0) {
                Arrays.fill(known, null);
            }
            Insn insn = code.get(i);
            if (insn.kind().isCall()) {
                Helper helper = insn.kind() == Kind.CALL_LOCAL ? null : helper(insn);
                boolean specific = helper != null && known[1] != null;
                called[i] = specific ? helper.specialize(environment.address(known[1])) : helper;
                Arrays.fill(known, 0, Registers.FIRST_KEPT, null);
            } else {
                changed(insn, known);
            }
        }
    }

    private static void changed(Insn insn, Insn[] known) {
        Opcode opcode = insn.opcode();
        if (opcode == Opcode.LDDW) {
            known[insn.dst()] = Interpreter.refers(insn) ? insn : null;
        } else if (opcode == Opcode.MOV_REG) {
            known[insn.dst()] = known[insn.src()];
        } else if (opcode.writesDst()) {
            known[insn.dst()] = null;
        } else if (opcode.kind() == Kind.ATOMIC) {
            known[insn.src()] = null;
            known[0] = null;
        } else if (opcode.kind() == Kind.PACKET_ABSOLUTE || opcode.kind() == Kind.PACKET_INDIRECT) {
            known[0] = null;
        }
    }

    /** The helper that an instruction calls, or null if a register says it. */
    private Helper helper(Insn insn) {
        if (insn.kind() == Kind.CALL_REGISTER) {
            return null;
        }
        int number = (int) insn.immediate();
        Helper helper = insn.kind() == Kind.CALL ? environment.helper(number) : environment.runtime(number);
        if (helper == null) {
            throw new IllegalArgumentException("call of nonexistent function " + number);
        }
        return helper;
    }

    private void call(Insn insn, int index) {
        Helper helper = called[index];
        if (helper instanceof MachineHelper machine) {
            machine.emit(a);
            return;
        }
        exits = true;
        int number = BY_REGISTER;
        if (helper == null) {
            a.mov(mem(R15, NUMBER), Registers.of(insn.dst()));
        } else {
            number = helpers.size();
            helpers.add(helper);
        }
        for (int i = 0; i < 5; i++) {
            a.mov(mem(R15, FiberBlock.argument(i)), Registers.of(i + 1));
        }
        int saved = Integer.bitCount(changed) * WORD;
        for (int kept = 0; kept < Registers.KEPT; kept++) {
            a.mov(mem(RSP, saved + WORD * kept), Registers.of(Registers.FIRST_KEPT + kept));
        }
        a.movi(W32, RAX, number);
        int back = a.newLabel();
        a.lea(RCX, label(back));
        a.push(RCX);
        a.jmpm(mem(R15, FiberBlock.EXIT_HOST_CALL));
        a.bind(back);
        for (int kept = 0; kept < Registers.KEPT; kept++) {
            a.mov(Registers.of(Registers.FIRST_KEPT + kept), mem(RSP, saved + WORD * kept));
        }
        a.cmpi(W64, mem(R15, RETURNS), 0); // did another program run in this function's place?
        a.jcc(Cond.NOT_EQUAL, epilogue);
    }

    /** Enters code on a fiber: rdx is its address, the arguments are in the block. */
    static Assembler entry() {
        Assembler a = new Assembler(128);
        a.mov(R11, emberwall.asm.x64.Reg.RDX);
        for (int register = 0; register < Insn.FRAME_POINTER; register++) {
            if (register >= 1 && register <= 5) {
                a.mov(Registers.of(register), mem(R15, FiberBlock.argument(register - 1)));
            } else {
                a.movi(W32, Registers.of(register), 0);
            }
        }
        a.subi(RSP, WORD);
        a.callr(R11);
        a.addi(RSP, WORD);
        a.mov(mem(R15, FiberBlock.RESULT), RAX);
        a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        return a;
    }
}
