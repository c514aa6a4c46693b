package emberwall.ebpf.run;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Programs that are safe by the way they are made: r9 points to {@link #MEMORY} bytes, r10 to the stack, both are used for
 * accesses inside their bounds only; all other registers hold numbers. Jumps go forward, loops count down.
 */
final class Generator {
    /** How many bytes r1 points to. */
    static final int MEMORY = 64;

    /** Numbers 0 to 3: what helpers may do to registers, none of which is kept. */
    static final Environment HELPERS = number -> number >= 0 && number < 4 ? Generator::mix : null;

    private static final int POINTER = 9;
    private static final int COUNTER = 8;
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        7,
        31,
        32,
        63,
        64,
        255,
        0x8000,
        0x7fffffff,
        0x80000000L,
        0xffffffffL,
        Integer.MIN_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        0x123456789abcdef0L
    };
    private static final List<Opcode> REGISTERS =
            kinds(Kind.ALU, Kind.ALU, Kind.NEGATE, Kind.MOVE, Kind.MOVE_SIGNED, Kind.TO_LITTLE, Kind.TO_BIG, Kind.SWAP);
    private static final List<Opcode> ACCESSES = kinds(Kind.LOAD, Kind.STORE, Kind.ATOMIC);
    private static final List<Opcode> BRANCHES = kinds(Kind.BRANCH);

    private final Random random;
    private final List<Insn> code = new ArrayList<>();

    /** Of the function at hand: its first registers hold numbers, and maybe r9 is a pointer. */
    private boolean hasPointer;

    private boolean counting;

    Generator(Random random) {
        this.random = random;
    }

    private static long mix(Running program, long a, long b, long c, long d, long e) {
        return a + 3 * b + 5 * c + 7 * d + 11 * e;
    }

    private static List<Opcode> kinds(Kind... kinds) {
        List<Opcode> list = new ArrayList<>();
        for (Kind kind : kinds) {
            for (Opcode opcode : Opcode.values()) {
                if (opcode.kind() == kind) {
                    list.add(opcode);
                }
            }
        }
        return list;
    }

    Instructions program() {
        hasPointer = true;
        code.add(new Insn(Opcode.MOV_REG, POINTER, 1, 0, 0));
        List<Integer> calls = new ArrayList<>();
        function(calls);
        int callee = slots(0, code.size());
        hasPointer = false;
        function(new ArrayList<>());
        for (int call : calls) {
            int behind = slots(0, call) + 1;
            code.set(call, new Insn(Opcode.CALL_LOCAL, 0, 0, 0, callee - behind));
        }
        return Instructions.of(code);
    }

    private int slots(int from, int to) {
        int slots = 0;
        for (int i = from; i < to; i++) {
            slots += code.get(i).slots();
        }
        return slots;
    }

    private void function(List<Integer> calls) {
        for (int r = 0; r <= (hasPointer ? COUNTER : 9); r++) {
            if (hasPointer || r == 0 || r > 5) {
                number(r);
            }
        }
        for (int offset = -64; offset < 0; offset += 8) {
            code.add(new Insn(Opcode.STXDW, 10, random.nextInt(8), offset, 0));
        }
        int blocks = 1 + random.nextInt(4);
        for (int i = 0; i < blocks; i++) {
            block(calls);
        }
        for (int r = 1; r <= 8; r++) {
            code.add(new Insn(Opcode.MUL_IMM, 0, 0, 0, 31));
            code.add(new Insn(Opcode.ADD_REG, 0, r, 0, 0));
        }
        for (int offset = -64; offset < 0; offset += 8) {
            code.add(new Insn(Opcode.MUL_IMM, 0, 0, 0, 31));
            code.add(new Insn(Opcode.LDXDW, 1, 10, offset, 0));
            code.add(new Insn(Opcode.XOR_REG, 0, 1, 0, 0));
        }
        code.add(new Insn(Opcode.EXIT, 0, 0, 0, 0));
    }

    private void block(List<Integer> calls) {
        int what = random.nextInt(6);
        if (what == 0 && hasPointer) {
            calls.add(code.size());
            code.add(new Insn(Opcode.EXIT, 0, 0, 0, 0)); // until the callee's place is known
            numbers(1, 5);
        } else if (what == 1) {
            code.add(new Insn(Opcode.CALL, 0, 0, 0, random.nextInt(4)));
            numbers(1, 5);
        } else if (what == 2) {
            loop();
        } else {
            straight(1 + random.nextInt(20));
        }
    }

    private void numbers(int first, int last) {
        for (int r = first; r <= last; r++) {
            number(r);
        }
    }

    private void loop() {
        code.add(new Insn(Opcode.MOV_IMM, COUNTER, 0, 0, 1 + random.nextInt(5)));
        counting = true;
        int start = code.size();
        straight(1 + random.nextInt(10));
        counting = false;
        code.add(new Insn(Opcode.SUB_IMM, COUNTER, 0, 0, 1));
        code.add(new Insn(Opcode.JNE_IMM, COUNTER, 0, -slots(start, code.size()) - 1, 0));
    }

    /** With branches forward inside of it. */
    private void straight(int count) {
        List<Integer> branches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int what = random.nextInt(10);
            if (what == 0) {
                branches.add(code.size());
                Opcode opcode = random.nextInt(8) == 0 ? Opcode.JA : pick(BRANCHES);
                code.add(insn(opcode, register(), register(), 0));
            } else if (what < 4) {
                access();
            } else if (what == 4) {
                number(target());
            } else {
                code.add(insn(pick(REGISTERS), target(), register(), 0));
            }
        }
        for (int branch : branches) {
            int to = branch + 1 + random.nextInt(code.size() - branch);
            Insn old = code.get(branch);
            int distance = slots(branch + 1, to);
            code.set(branch, new Insn(old.opcode(), old.dst(), old.src(), distance, old.immediate()));
        }
    }

    private void access() {
        Opcode opcode = pick(ACCESSES);
        boolean memory = hasPointer && random.nextBoolean();
        int base = memory ? POINTER : 10;
        int offset = (memory ? 0 : -64) + opcode.bytes() * random.nextInt(64 / opcode.bytes());
        switch (opcode.kind()) {
            case LOAD -> code.add(new Insn(opcode, target(), base, offset, 0));
            case ATOMIC -> code.add(new Insn(opcode, base, target(), offset, 0));
            default -> code.add(insn(opcode, base, register(), offset));
        }
    }

    /** With what the opcode uses of the operands, and an immediate where it has one. */
    private Insn insn(Opcode opcode, int dst, int src, int offset) {
        return new Insn(
                opcode,
                opcode.usesDst() ? dst : 0,
                opcode.usesSrc() ? src : 0,
                opcode.usesOffset() ? offset : 0,
                opcode.usesImmediate() ? (int) anyNumber() : 0);
    }

    private void number(int register) {
        code.add(new Insn(Opcode.LDDW, register, Insn.VALUE, 0, anyNumber()));
    }

    private long anyNumber() {
        return random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private int register() {
        return random.nextInt(hasPointer ? 9 : 10);
    }

    /** A register that may be changed. */
    private int target() {
        int register = register();
        return counting && register == COUNTER ? 0 : register;
    }

    private Opcode pick(List<Opcode> list) {
        return list.get(random.nextInt(list.size()));
    }
}
