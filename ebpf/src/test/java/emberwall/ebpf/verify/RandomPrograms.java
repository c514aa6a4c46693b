package emberwall.ebpf.verify;

import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.From;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Programs that nobody wrote, of the kind that a verifier finds hard: indices that are masked, compared, spilled and moved. */
final class RandomPrograms {
    private static final List<Opcode> ALU = all(Kind.ALU);
    private static final List<Opcode> BRANCH = all(Kind.BRANCH);
    private static final List<Opcode> UNARY = new ArrayList<>();
    private static final Opcode[] LOADS = {
        Opcode.LDXB, Opcode.LDXH, Opcode.LDXW, Opcode.LDXDW, Opcode.LDXSB, Opcode.LDXSH, Opcode.LDXSW
    };
    private static final Opcode[] STORES = {Opcode.STXB, Opcode.STXH, Opcode.STXW, Opcode.STXDW};

    static {
        for (var kind : List.of(Kind.NEGATE, Kind.MOVE_SIGNED, Kind.TO_LITTLE, Kind.TO_BIG, Kind.SWAP)) {
            UNARY.addAll(all(kind));
        }
    }

    private final SplittableRandom random;
    private final List<Insn> code = new ArrayList<>();
    private final boolean iterates;

    RandomPrograms(SplittableRandom random) {
        this(random, false);
    }

    /** Programs with or without loops that count by iterators. */
    RandomPrograms(SplittableRandom random, boolean iterates) {
        this.random = random;
        this.iterates = iterates;
    }

    private static List<Opcode> all(Kind kind) {
        return java.util.Arrays.stream(Opcode.values())
                .filter(opcode -> opcode.kind() == kind)
                .toList();
    }

    /** r1 is the address of memory, which stays in r6; r0, r3, r4, r5 and r7 to r9 are numbers or pointers into it. */
    List<Insn> next() {
        code.clear();
        add(Opcode.MOV_REG, 6, 1, 0, 0);
        for (int register : new int[] {0, 3, 4, 5, 7, 8, 9}) {
            if (random.nextInt(3) > 0) {
                load(register);
            } else {
                add(Opcode.MOV_IMM, register, 0, 0, immediate());
            }
        }
        for (int slot = 1; slot <= 4; slot++) {
            add(Opcode.STDW, 10, 0, -8 * slot, immediate());
        }
        int length = 4 + random.nextInt(24);
        for (int i = 0; i < length; i++) {
            any();
        }
        var loops = random.nextInt(4) == 0;
        if (loops) {
            loop();
        }
        if (iterates) {
            iterate(0);
        }
        access();
        add(Opcode.MOV_REG, 0, number(), 0, 0);
        if (random.nextInt(3) > 0) {
            add(Opcode.MOV_IMM, 0, 0, 0, 0);
        }
        add(Opcode.EXIT, 0, 0, 0, 0);
        return targeted();
    }

    private void any() {
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> compute();
            case 3, 4 -> mask();
            case 5, 6, 7 -> branch();
            case 8 -> add(random.nextBoolean() ? Opcode.MOV_REG : Opcode.MOV32_REG, number(), number(), 0, 0);
            case 9 -> spill();
            case 10 -> load(number());
            case 11 -> access();
            case 12 -> {
                var opcode = UNARY.get(random.nextInt(UNARY.size()));
                add(opcode, number(), opcode.fromRegister() ? number() : 0, 0, 0);
            }
            default -> add(Opcode.MOV_IMM, number(), 0, 0, immediate());
        }
    }

    private void add(Opcode opcode, int dst, int src, int offset, long immediate) {
        code.add(new Insn(opcode, dst, src, offset, immediate));
    }

    private int number() {
        return new int[] {0, 3, 4, 5, 7, 8, 9}[random.nextInt(7)];
    }

    private int immediate() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt();
            case 1 -> (1 << random.nextInt(32)) - random.nextInt(2);
            case 2 -> -random.nextInt(70);
            default -> random.nextInt(70);
        };
    }

    private void load(int register) {
        var opcode = LOADS[random.nextInt(LOADS.length)];
        add(opcode, register, 6, random.nextInt(5) == 0 ? random.nextInt(64) : random.nextInt(6) * 8, 0);
    }

    private void compute() {
        var opcode = ALU.get(random.nextInt(ALU.size()));
        var register = opcode.fromRegister();
        add(opcode, number(), register ? number() : 0, 0, register ? 0 : immediate());
    }

    private void mask() {
        var opcode = random.nextBoolean() ? Opcode.AND_IMM : random.nextBoolean() ? Opcode.AND32_IMM : Opcode.MOD_IMM;
        add(
                opcode,
                number(),
                0,
                0,
                opcode == Opcode.MOD_IMM ? 1 + random.nextInt(60) : (1 << 1 + random.nextInt(6)) - 1);
    }

    /** Jumps a few instructions further, or to an exit; the place is put in at the end. */
    private void branch() {
        var opcode = BRANCH.get(random.nextInt(BRANCH.size()));
        var register = opcode.fromRegister();
        add(opcode, number(), register ? number() : 0, 1 + random.nextInt(6), register ? 0 : immediate());
    }

    private void spill() {
        int slot = -8 * (1 + random.nextInt(4));
        switch (random.nextInt(6)) {
            case 0 -> add(Opcode.STXW, 10, number(), slot + 4 * random.nextInt(2), 0);
            case 1 -> add(Opcode.LDXW, number(), 10, slot + 4 * random.nextInt(2), 0);
            case 2 -> add(Opcode.STXB, 10, number(), slot + random.nextInt(8), 0);
            case 3, 4 -> {
                var register = number();
                add(Opcode.STXDW, 10, register, slot, 0);
                if (random.nextBoolean()) {
                    add(Opcode.JLT_IMM, register, 0, 1, 1 + random.nextInt(60));
                    add(Opcode.EXIT, 0, 0, 0, 0);
                }
                add(Opcode.LDXDW, number(), 10, slot, 0);
            }
            default -> add(Opcode.LDXDW, number(), 10, slot, 0);
        }
    }

    /** Memory or stack at an index, often behind a comparison that is about right. */
    private void access() {
        var index = number();
        var limit = 56 + random.nextInt(10);
        var base = random.nextInt(5) == 0 ? 10 : 6;
        if (random.nextInt(5) > 0) {
            var opcode = new Opcode[] {
                        Opcode.JGT_IMM, Opcode.JGE_IMM, Opcode.JSGT_IMM, Opcode.JGT32_IMM, Opcode.JSGE32_IMM
                    }
                    [random.nextInt(5)];
            var guarded = random.nextInt(3) == 0 ? 4 : 3;
            add(opcode, index, 0, guarded, limit);
            if (random.nextInt(3) == 0) {
                add(Opcode.JSLT_IMM, index, 0, guarded - 1, 0);
            }
        }
        add(Opcode.MOV_REG, 2, base, 0, 0);
        add(random.nextInt(6) == 0 ? Opcode.SUB_REG : Opcode.ADD_REG, 2, index, 0, 0);
        var offset = base == 10 ? -random.nextInt(80) : random.nextInt(8);
        if (random.nextBoolean()) {
            add(LOADS[random.nextInt(4)], number(), 2, offset, 0);
        } else {
            add(STORES[random.nextInt(4)], 2, number(), offset, 0);
        }
    }

    private void loop() {
        var counter = number();
        var rounds = 1 + random.nextInt(12);
        add(Opcode.MOV_IMM, counter, 0, 0, 0);
        var start = code.size();
        int body = 1 + random.nextInt(4);
        for (int i = 0; i < body; i++) {
            if (random.nextBoolean()) {
                compute();
            } else {
                any();
            }
        }
        add(Opcode.ADD_IMM, counter, 0, 0, 1 + random.nextInt(2));
        add(random.nextBoolean() ? Opcode.JLT_IMM : Opcode.JSLT32_IMM, counter, 0, start - code.size() - 1, rounds);
    }

    /** A loop that counts by an iterator on the stack, perhaps with another one inside. */
    private void iterate(int depth) {
        int slot = -40 - 8 * (random.nextInt(8) == 0 ? 0 : depth);
        var known = random.nextBoolean();
        add(known ? Opcode.MOV_IMM : Opcode.MOV_REG, 2, known ? 0 : number(), 0, known ? immediate() : 0);
        add(known ? Opcode.MOV_IMM : Opcode.MOV_REG, 3, known ? 0 : number(), 0, known ? random.nextInt(70) : 0);
        callOfIterator(RuntimeFunction.ITER_NUM_NEW, slot);
        var start = code.size();
        callOfIterator(RuntimeFunction.ITER_NUM_NEXT, slot);
        var exit = code.size();
        add(Opcode.JEQ_IMM, 0, 0, 0, 0);
        if (random.nextBoolean()) {
            add(Opcode.LDXW, 7 + random.nextInt(3), 0, 0, 0);
        }
        fill();
        for (int i = random.nextInt(7); i > 0; i--) {
            any();
        }
        if (depth < 2 && random.nextInt(3) == 0) {
            iterate(depth + 1);
        }
        if (random.nextInt(4) == 0) { // or out of it
            add(Opcode.JGT_IMM, number(), 0, 1, immediate());
        }
        add(Opcode.JA, 0, 0, start - code.size() - 1, 0);
        code.set(exit, new Insn(Opcode.JEQ_IMM, 0, 0, code.size() - exit - 1, 0));
        if (random.nextInt(30) > 0) {
            callOfIterator(RuntimeFunction.ITER_NUM_DESTROY, slot);
        }
        fill();
    }

    private void callOfIterator(RuntimeFunction function, int slot) {
        add(Opcode.MOV_REG, 1, 10, 0, 0);
        add(Opcode.ADD_IMM, 1, 0, 0, slot);
        add(Opcode.CALL_RUNTIME, 0, 0, 0, function.number());
    }

    /** Numbers for the registers that a call took. */
    private void fill() {
        for (int register : new int[] {0, 3, 4, 5}) {
            load(register);
        }
    }

    /** All jumps inside of the program. */
    private List<Insn> targeted() {
        List<Insn> result = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            var insn = code.get(i);
            var most = code.size() - 2 - i;
            result.add(
                    insn.kind() == Kind.BRANCH && insn.offset() > most
                            ? new Insn(insn.opcode(), insn.dst(), insn.src(), most, insn.immediate())
                            : insn);
        }
        return result;
    }

    /** The same program with one to three fields changed; null if such an instruction does not exist. */
    List<Insn> mutated(List<Insn> program) {
        List<Insn> result = new ArrayList<>(program);
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            var at = random.nextInt(result.size());
            var insn = result.get(at);
            try {
                result.set(at, mutated(insn));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return result;
    }

    private Insn mutated(Insn insn) {
        var opcode = insn.opcode();
        var dst = insn.dst();
        var src = insn.src();
        var offset = insn.offset();
        var immediate = insn.immediate();
        switch (random.nextInt(5)) {
            case 0 -> dst = random.nextInt(11);
            case 1 -> src = opcode.from() == From.REG ? random.nextInt(11) : src;
            case 2 ->
                offset = insn.kind() == Kind.BRANCH ? offset + random.nextInt(3) - 1 : offset + random.nextInt(17) - 8;
            case 3 -> immediate = insn.slots() == 1 && opcode.from() == From.IMM ? immediate() : immediate;
            default -> {
                var same = all(insn.kind()).stream()
                        .filter(other -> other.from() == insn.opcode().from())
                        .toList();
                opcode = same.get(random.nextInt(same.size()));
            }
        }
        return new Insn(opcode, dst, src, offset, immediate);
    }
}
