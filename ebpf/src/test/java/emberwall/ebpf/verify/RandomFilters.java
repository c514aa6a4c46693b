package emberwall.ebpf.verify;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Opcode;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * XDP programs that nobody wrote, with all that real ones have: maps, helpers, packets, functions, callbacks, loops, atomics, indices
 * near their limits. Each piece is right by the way it is made, but for a slip here and there.
 *
 * <p>r6 is the context in the program itself; numbers are in r0, r3 to r5 and r7 to r9; r1 and r2 are for addresses. The first four
 * slots of each frame hold numbers.
 */
final class RandomFilters {
    static final int MEMORY = 0;
    static final int RESULT = 1;
    static final int HASH = 2;
    static final int ARRAY = 3;
    static final int RING = 4;
    static final int QUEUE = 5;

    /** Bytes of the value of {@link #MEMORY}. */
    static final int BYTES = 64;

    /** The maps of all such programs. */
    static final List<MapDefinition> MAPS = List.of(
            new MapDefinition("memory", MapKind.ARRAY, 4, BYTES, 1, 0),
            new MapDefinition("result", MapKind.ARRAY, 4, 8, 1, 0),
            new MapDefinition("hash", MapKind.HASH, 4, 16, 8, 0),
            new MapDefinition("array", MapKind.ARRAY, 4, 16, 4, 0),
            new MapDefinition("ring", MapKind.RING_BUFFER, 0, 0, 4096, 0),
            new MapDefinition("queue", MapKind.QUEUE, 0, 8, 4, 0));

    /** Those that are called here, by number. */
    private static final Set<Integer> HELPERS =
            Set.of(1, 2, 3, 44, 65, 87, 88, 89, 131, 132, 133, 164, 181, 188, 189, 190);

    private static final int XDP_LOAD_BYTES = 189;

    private static final int VALUE_BYTES = 16;
    private static final int KEY = -36;
    private static final int SPILL = -48;
    private static final int NUMBERS = 0b11_1011_1001;
    private static final int KEPT = 0b11_1000_0000;
    private static final int MOST_FUNCTIONS = 4;
    private static final int MOST_DEPTH = 3;

    private static final List<Opcode> ALU = kinds(Kind.ALU);
    private static final List<Opcode> UNARY =
            kinds(Kind.NEGATE, Kind.MOVE_SIGNED, Kind.TO_LITTLE, Kind.TO_BIG, Kind.SWAP);
    private static final List<Opcode> BRANCHES = kinds(Kind.BRANCH);
    private static final List<Opcode> ACCESSES = kinds(Kind.LOAD, Kind.LOAD, Kind.STORE);
    private static final List<Opcode> ATOMICS = kinds(Kind.ATOMIC);

    private enum Role {
        LOCAL,
        LOOP,
        EACH
    }

    private final SplittableRandom random;
    private final List<Insn> code = new ArrayList<>();
    private final List<Integer> slots = new ArrayList<>();

    /** Roles of functions that are called, and their first slots once they are there. */
    private final List<Role> functions = new ArrayList<>();

    private final List<Integer> starts = new ArrayList<>();

    /** Instructions that refer to a function, and to which. */
    private final List<int[]> references = new ArrayList<>();

    /** Registers that hold numbers, and those that have to stay. */
    private int live;

    private int fixed;
    private int slot;
    private int slips;
    private boolean inProgram;

    RandomFilters(SplittableRandom random) {
        this.random = random;
    }

    private static List<Opcode> kinds(Kind... kinds) {
        List<Opcode> rows = new ArrayList<>();
        for (var kind : kinds) {
            Arrays.stream(Opcode.values()).filter(row -> row.kind() == kind).forEach(rows::add);
        }
        return rows;
    }

    /** Another program. */
    Program next() {
        code.clear();
        slots.clear();
        functions.clear();
        starts.clear();
        references.clear();
        slot = 0;
        slips = random.nextBoolean() ? 15 : 300;
        program();
        for (int f = 0; f < functions.size(); f++) {
            define(functions.get(f));
        }
        for (var reference : references) {
            var insn = code.get(reference[0]);
            long distance = starts.get(reference[1]) - slots.get(reference[0]) - 1;
            code.set(
                    reference[0],
                    insn.slots() == 2
                            ? new Insn(insn.opcode(), insn.dst(), Insn.FUNCTION, 0, distance & 0xFFFF_FFFFL)
                            : new Insn(insn.opcode(), 0, 0, 0, distance));
        }
        return program(code);
    }

    /** A program with the maps of all. */
    static Program program(List<Insn> code) {
        return Program.of("filter", ProgramKind.XDP, Instructions.of(code), MAPS);
    }

    /** What leaves zeros here where it fails, and in the kernel what was there before. */
    static boolean clearsMemory(Program program) {
        return program.instructions().list().stream()
                .anyMatch(insn -> insn.kind() == Kind.CALL && insn.immediate() == XDP_LOAD_BYTES);
    }

    /** Whether a program calls nothing that answers otherwise each time. */
    static boolean isDeterministic(Program program) {
        return program.instructions().list().stream().allMatch(insn -> switch (insn.kind()) {
            case CALL -> HELPERS.contains((int) insn.immediate());
            case CALL_REGISTER -> false;
            case CALL_RUNTIME -> RuntimeFunction.of(insn.immediate()) != null;
            default -> true;
        });
    }

    // ---- functions

    private void program() {
        inProgram = true;
        add(Opcode.MOV_REG, 6, 1, 0, 0);
        begin(0);
        blocks(2 + random.nextInt(6), 0);
        var result = number();
        add(Opcode.LDDW, 1, Insn.MAP_VALUE, 0, RESULT);
        add(Opcode.STXDW, 1, result, 0, 0);
        add(Opcode.MOV_REG, 0, result, 0, 0);
        add(Opcode.EXIT, 0, 0, 0, 0);
    }

    /** Numbers in registers and in the first slots. */
    private void begin(int known) {
        live = known;
        fixed = 0;
        for (int register : new int[] {7, 8, 9, 0}) {
            if (random.nextInt(3) > 0) {
                add(Opcode.LDDW, 2, Insn.MAP_VALUE, 0, MEMORY);
                add(ACCESSES.get(random.nextInt(7)), register, 2, random.nextInt(8) * 8, 0);
            } else {
                add(Opcode.MOV_IMM, register, 0, 0, immediate());
            }
            live |= 1 << register;
        }
        for (int i = 1; i <= 4; i++) {
            add(Opcode.STDW, 10, 0, -8 * i, immediate());
        }
    }

    private void define(Role role) {
        inProgram = false;
        starts.add(slot);
        switch (role) {
            case LOCAL -> {
                add(Opcode.MOV_REG, 3, 1, 0, 0);
                begin(1 << 3);
                blocks(1 + random.nextInt(3), 1);
                add(Opcode.MOV_REG, 0, number(), 0, 0);
            }
            case LOOP -> {
                add(Opcode.LDXDW, 3, 2, 0, 0);
                add(Opcode.MOV_REG, 4, 1, 0, 0);
                add(Opcode.MOV_REG, 6, 2, 0, 0);
                begin(1 << 3 | 1 << 4);
                blocks(1 + random.nextInt(2), 1);
                add(Opcode.STXDW, 6, number(), 0, 0);
                verdict();
            }
            case EACH -> {
                add(Opcode.MOV_REG, 6, 3, 0, 0);
                add(Opcode.LDXDW, 3, 6, 8, 0);
                begin(1 << 3);
                blocks(1 + random.nextInt(2), 1);
                add(Opcode.STXDW, 6, number(), slip() ? 9 : 8, 0);
                verdict();
            }
        }
        add(Opcode.EXIT, 0, 0, 0, 0);
    }

    /** 0 to go on, 1 to stop. */
    private void verdict() {
        if (random.nextBoolean()) {
            add(Opcode.MOV_IMM, 0, 0, 0, slip() ? 2 : 0);
        } else {
            add(Opcode.MOV_REG, 0, number(), 0, 0);
            add(Opcode.AND_IMM, 0, 0, 0, slip() ? 2 : 1);
        }
    }

    /** A function of the role that comes later, or -1. */
    private int function(Role role) {
        if (functions.size() < MOST_FUNCTIONS) {
            functions.add(role);
            return functions.size() - 1;
        }
        for (int f = starts.size(); f < functions.size(); f++) {
            if (functions.get(f) == role) {
                return f;
            }
        }
        return -1;
    }

    // ---- pieces

    private void blocks(int count, int depth) {
        for (int i = 0; i < count; i++) {
            block(depth);
        }
    }

    private void block(int depth) {
        switch (random.nextInt(inProgram ? 21 : 14)) {
            case 0, 1, 2 -> compute(1 + random.nextInt(3));
            case 3 -> spill();
            case 4, 5 -> conditional(depth);
            case 6, 7, 8 -> memory();
            case 9 -> stack();
            case 10, 11 -> lookup();
            case 12 -> loop(depth);
            case 13 -> local(depth);
            case 14, 15, 16 -> packet();
            case 17 -> change();
            case 18 -> ring();
            case 19 -> queue();
            default -> {
                if (random.nextBoolean()) {
                    callback(depth);
                } else {
                    packetHelper();
                }
            }
        }
    }

    private void compute(int count) {
        for (int i = 0; i < count; i++) {
            var opcode = ALU.get(random.nextInt(ALU.size()));
            var target = target();
            switch (random.nextInt(8)) {
                case 0 -> {
                    var unary = UNARY.get(random.nextInt(UNARY.size()));
                    add(unary, target, unary.fromRegister() ? number() : 0, 0, 0);
                }
                case 1 -> add(random.nextBoolean() ? Opcode.MOV_REG : Opcode.MOV32_REG, target, number(), 0, 0);
                case 2 -> add(Opcode.MOV_IMM, target, 0, 0, immediate());
                default -> {
                    var register = opcode.fromRegister();
                    add(opcode, target, register ? number() : 0, 0, register ? 0 : operand(opcode));
                }
            }
        }
    }

    /** Constants that Linux, too, takes for shifts and divisions. */
    private int operand(Opcode opcode) {
        return switch (opcode.op()) {
            case SHL, SHR_S, SHR_U -> random.nextInt(opcode.bits());
            case DIV_S, DIV_U, REM_S, REM_U -> immediate() | 1;
            default -> immediate();
        };
    }

    private void conditional(int depth) {
        var opcode = BRANCHES.get(random.nextInt(BRANCHES.size()));
        var register = opcode.fromRegister();
        var jump = add(opcode, number(), register ? number() : 0, 0, register ? 0 : immediate());
        var before = live;
        if (depth < MOST_DEPTH) {
            blocks(1 + random.nextInt(2), depth + 1);
        } else {
            compute(2);
        }
        live &= before;
        land(jump);
    }

    /** Leaves a number from 0 to {@code most} in a register; answers a jump that is taken where that does not hold, or -1. */
    private int guard(int register, int most) {
        int limit = most + (slip() ? 1 : 0);
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                add(
                        random.nextBoolean() ? Opcode.AND_IMM : Opcode.AND32_IMM,
                        register,
                        0,
                        0,
                        Integer.highestOneBit(limit + 1) - 1);
                return -1;
            }
            case 2 -> {
                add(random.nextBoolean() ? Opcode.MOD_IMM : Opcode.MOD32_IMM, register, 0, 0, limit + 1);
                return -1;
            }
            case 3 -> {
                var bits = 31 - Integer.numberOfLeadingZeros(limit + 1);
                add(Opcode.RSH_IMM, register, 0, 0, Math.min(63, 64 - bits));
                add(bits == 0 ? Opcode.MOV_IMM : Opcode.OR_IMM, register, 0, 0, 0);
                return -1;
            }
            case 4 -> {
                add(Opcode.MOV32_REG, register, register, 0, 0);
                return add(Opcode.JGT32_IMM, register, 0, 0, limit);
            }
            case 5 -> {
                add(Opcode.JSGE_IMM, register, 0, 1, 0);
                add(Opcode.MOV_IMM, register, 0, 0, random.nextInt(most + 1));
                return add(Opcode.JSGT_IMM, register, 0, 0, limit);
            }
            case 6 -> {
                return add(Opcode.JGE_IMM, register, 0, 0, limit + 1);
            }
            default -> {
                return add(Opcode.JGT_IMM, register, 0, 0, limit);
            }
        }
    }

    /** An access through r2 or another register to some bytes that are there. */
    private void access(int base, int from, int bytes) {
        var opcode = random.nextInt(5) == 0 ? ATOMICS.get(random.nextInt(ATOMICS.size())) : anyAccess();
        if (opcode.bytes() > bytes) {
            opcode = Opcode.LDXB;
        }
        var offset = from + random.nextInt(bytes - opcode.bytes() + 1) + (slip() ? 1 : 0);
        switch (opcode.kind()) {
            case LOAD -> add(opcode, target(), base, offset, 0);
            case STORE -> {
                var register = opcode.fromRegister();
                add(opcode, base, register ? number() : 0, offset, register ? 0 : immediate());
            }
            default -> {
                var value = opcode.fetches() ? target() : number();
                if (opcode.op() == emberwall.op.Op.ATOMIC_COMPARE_EXCHANGE && (live & 1) == 0) {
                    add(Opcode.MOV_IMM, 0, 0, 0, immediate());
                }
                add(opcode, base, value, slip() ? offset : offset & -opcode.bytes(), 0);
            }
        }
    }

    private Opcode anyAccess() {
        return ACCESSES.get(random.nextInt(ACCESSES.size()));
    }

    private void memory() {
        var bytes = 8 + random.nextInt(9);
        var index = target();
        if (random.nextInt(3) == 0) { // an index in words, for atomics
            var jump = guard(index, BYTES / 8 - 2);
            add(Opcode.LSH_IMM, index, 0, 0, 3);
            at(index, 0, 16, jump);
        } else {
            var most = BYTES - bytes;
            var down = random.nextInt(4) == 0 ? random.nextInt(5) : 0;
            var jump = guard(index, most - down);
            at(index, down, bytes, jump);
        }
    }

    private void at(int index, int from, int bytes, int jump) {
        add(Opcode.LDDW, 2, Insn.MAP_VALUE, 0, MEMORY);
        if (random.nextInt(6) == 0) {
            add(Opcode.ADD_IMM, 2, 0, 0, BYTES - bytes - from);
            add(Opcode.SUB_REG, 2, index, 0, 0);
        } else {
            add(Opcode.ADD_REG, 2, index, 0, 0);
        }
        var before = live;
        for (int i = random.nextInt(2); i >= 0; i--) {
            access(2, random.nextInt(6) == 0 ? 0 : from, bytes);
        }
        live &= before;
        land(jump);
    }

    private void stack() {
        var index = target();
        var jump = guard(index, 15);
        add(Opcode.MOV_REG, 2, 10, 0, 0);
        add(Opcode.ADD_REG, 2, index, 0, 0);
        var opcode = random.nextBoolean() ? Opcode.LDXB : Opcode.STXB;
        var offset = slip() ? -41 : -32 + random.nextInt(17);
        var before = live;
        if (opcode == Opcode.LDXB) {
            add(opcode, target(), 2, offset, 0);
        } else {
            add(opcode, 2, number(), offset, 0);
        }
        live &= before;
        land(jump);
    }

    private void spill() {
        var at = -8 * (1 + random.nextInt(4));
        switch (random.nextInt(5)) {
            case 0 -> add(Opcode.STXW, 10, number(), at + 4 * random.nextInt(2), 0);
            case 1 -> add(Opcode.LDXW, target(), 10, at + 4 * random.nextInt(2), 0);
            case 2 -> add(Opcode.STXB, 10, number(), at + random.nextInt(8), 0);
            case 3 -> {
                add(Opcode.STXDW, 10, number(), at, 0);
                add(Opcode.LDXDW, target(), 10, at, 0);
            }
            default -> add(random.nextBoolean() ? Opcode.LDXDW : Opcode.LDXSW, target(), 10, at, 0);
        }
    }

    /** A loop with a counter that its body leaves alone, as it does the limit if that is a number. */
    private void loop(int depth) {
        if (depth >= 2) {
            return;
        }
        var counter = 7 + random.nextInt(3);
        var limit = 7 + (counter - 7 + 1) % 3;
        if ((fixed & 1 << counter) != 0 || (fixed & 1 << limit) != 0) {
            return;
        }
        var before = fixed;
        var byRegister = random.nextInt(3) == 0;
        add(Opcode.MOV_IMM, counter, 0, 0, 0);
        if (byRegister) {
            add(Opcode.AND_IMM, limit, 0, 0, 7);
        }
        live = live & KEPT | 1 << counter;
        fixed |= 1 << counter | (byRegister ? 1 << limit : 0);
        var start = slot;
        if (random.nextInt(3) == 0 && !slip()) {
            at(counter, 0, 8, add(Opcode.JGT_IMM, counter, 0, 0, BYTES - 8));
        } else {
            blocks(1, depth + 1);
        }
        live = live & KEPT;
        add(Opcode.ADD_IMM, counter, 0, 0, slip() ? 0 : 1 + random.nextInt(2));
        var back = start - slot - 1;
        if (byRegister) {
            add(random.nextBoolean() ? Opcode.JLT_REG : Opcode.JSLT32_REG, counter, limit, back, 0);
        } else {
            add(random.nextBoolean() ? Opcode.JLT_IMM : Opcode.JSLT32_IMM, counter, 0, back, 1 + random.nextInt(12));
        }
        fixed = before;
    }

    // ---- calls

    private void call(int number) {
        add(Opcode.CALL, 0, 0, 0, number);
        live = live & KEPT | 1;
    }

    private void local(int depth) {
        var function = depth > 1 ? -1 : function(Role.LOCAL);
        if (function >= 0) {
            add(Opcode.MOV_REG, 1, number(), 0, 0);
            references.add(new int[] {add(Opcode.CALL_LOCAL, 0, 0, 0, 0), function});
            live = live & KEPT | 1;
        }
    }

    private void callback(int depth) {
        var each = random.nextBoolean();
        var function = depth > 0 ? -1 : function(each ? Role.EACH : Role.LOOP);
        if (function < 0) {
            return;
        }
        if (each) {
            add(Opcode.LDDW, 1, Insn.MAP, 0, ARRAY);
        } else {
            var rounds = number();
            add(Opcode.MOV_REG, 1, rounds, 0, 0);
            add(Opcode.AND_IMM, 1, 0, 0, 15);
        }
        references.add(new int[] {add(Opcode.LDDW, 2, Insn.FUNCTION, 0, 0), function});
        add(Opcode.MOV_REG, 3, 10, 0, 0);
        add(Opcode.ADD_IMM, 3, 0, 0, -8);
        add(Opcode.MOV_IMM, 4, 0, 0, 0);
        call(each ? 164 : 181);
    }

    /** Puts a key on the stack, and map and key in registers. */
    private void key(int map) {
        if (random.nextBoolean()) {
            add(Opcode.STW, 10, 0, KEY, random.nextInt(6));
        } else {
            add(Opcode.STXW, 10, number(), KEY, 0);
        }
        add(Opcode.MOV_REG, 2, 10, 0, 0);
        add(Opcode.ADD_IMM, 2, 0, 0, slip() ? KEY - 1 : KEY);
        add(Opcode.LDDW, 1, Insn.MAP, 0, map);
    }

    private void lookup() {
        key(random.nextBoolean() ? HASH : ARRAY);
        call(1);
        var jump = slip() ? -1 : add(Opcode.JEQ_IMM, 0, 0, 0, 0);
        live &= ~1;
        var base = 0;
        if (random.nextInt(3) == 0) {
            add(Opcode.STXDW, 10, 0, SPILL, 0);
            add(Opcode.LDXDW, 1, 10, SPILL, 0);
            base = 1;
        }
        var before = live;
        var bytes = VALUE_BYTES;
        var inner = -1;
        if (random.nextInt(3) == 0) {
            var index = target();
            if (index != base) {
                inner = guard(index, 8);
                add(Opcode.ADD_REG, base, index, 0, 0);
                bytes = 8;
            }
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
            value(base, bytes);
        }
        live &= before;
        land(inner);
        land(jump);
        if (random.nextInt(4) > 0) {
            add(Opcode.MOV_IMM, 0, 0, 0, immediate());
            live |= 1;
        }
    }

    /** An access to a value whose address is in a register that has to stay. */
    private void value(int base, int bytes) {
        var before = fixed;
        fixed |= 1 << base;
        if (base == 0) { // comparing and exchanging takes r0
            var opcode = anyAccess();
            var offset = random.nextInt(bytes - opcode.bytes() + 1) + (slip() ? 8 : 0);
            if (opcode.kind() == Kind.LOAD) {
                add(opcode, target(), base, offset, 0);
            } else {
                add(
                        opcode,
                        base,
                        opcode.fromRegister() ? number() : 0,
                        offset,
                        opcode.fromRegister() ? 0 : immediate());
            }
        } else {
            access(base, 0, bytes);
        }
        fixed = before;
    }

    private void change() {
        var map = random.nextBoolean() ? HASH : ARRAY;
        var update = random.nextInt(3) > 0;
        key(map);
        if (update) {
            add(Opcode.MOV_REG, 3, 10, 0, 0);
            add(Opcode.ADD_IMM, 3, 0, 0, slip() ? -56 : -32);
            add(Opcode.MOV_IMM, 4, 0, 0, random.nextInt(3));
        }
        call(update ? 2 : 3);
    }

    private void ring() {
        var bytes = 8 * (1 + random.nextInt(3));
        add(Opcode.LDDW, 1, Insn.MAP, 0, RING);
        add(Opcode.MOV_IMM, 2, 0, 0, bytes);
        add(Opcode.MOV_IMM, 3, 0, 0, 0);
        call(131);
        live &= ~1;
        var jump = slip() ? -1 : add(Opcode.JEQ_IMM, 0, 0, 0, 0);
        for (int at = 0; at < bytes; at += 8) { // what was there before is not the same everywhere
            add(Opcode.STDW, 0, 0, at, immediate());
        }
        value(0, bytes);
        if (!slip()) {
            add(Opcode.MOV_REG, 1, 0, 0, 0);
            add(Opcode.MOV_IMM, 2, 0, 0, 0);
            add(Opcode.CALL, 0, 0, 0, 132 + random.nextInt(2));
            live &= KEPT;
        }
        land(jump);
        live &= KEPT;
    }

    private void queue() {
        add(Opcode.LDDW, 1, Insn.MAP, 0, QUEUE);
        add(Opcode.MOV_REG, 2, 10, 0, 0);
        add(Opcode.ADD_IMM, 2, 0, 0, slip() ? -4 : -8 * (1 + random.nextInt(4)));
        var number = 87 + random.nextInt(3);
        add(Opcode.MOV_IMM, 3, 0, 0, number == 87 ? 2 * random.nextInt(2) : 0);
        call(number);
    }

    // ---- packets

    private void packet() {
        live &= ~0b1_1000;
        var kept = live;
        add(Opcode.LDXW, 2, 6, 0, 0);
        add(Opcode.LDXW, 3, 6, 4, 0);
        var guard = -1;
        if (random.nextInt(3) == 0) {
            var index = target();
            guard = guard(index, 31);
            add(Opcode.ADD_REG, 2, index, 0, 0);
        }
        live &= kept;
        var bytes = 8 + random.nextInt(40);
        add(Opcode.MOV_REG, 4, 2, 0, 0);
        add(Opcode.ADD_IMM, 4, 0, 0, bytes - (slip() ? 1 : 0));
        var jump = random.nextInt(3) == 0 ? add(Opcode.JLT_REG, 3, 4, 0, 0) : add(Opcode.JGT_REG, 4, 3, 0, 0);
        var before = live;
        fixed |= 0b1_1000;
        for (int i = random.nextInt(3); i >= 0; i--) {
            var opcode = anyAccess();
            var offset = random.nextInt(bytes - opcode.bytes() + 1);
            if (opcode.kind() == Kind.LOAD) {
                add(opcode, target(), 2, offset, 0);
            } else {
                var register = opcode.fromRegister();
                add(opcode, 2, register ? number() : 0, offset, register ? 0 : immediate());
            }
        }
        fixed &= ~0b1_1000;
        live &= before;
        land(jump);
        land(guard);
        if (guard < 0 && random.nextInt(3) == 0) {
            add(Opcode.SUB_REG, 3, 2, 0, 0);
            live |= 1 << 3;
        }
    }

    private void packetHelper() {
        var number = new int[] {44, 65, 188, 189, 190}[random.nextInt(5)];
        if (number <= 65) {
            add(Opcode.MOV_IMM, 2, 0, 0, random.nextInt(33) - 16);
        } else {
            var offset = target();
            add(Opcode.AND_IMM, offset, 0, 0, 63);
            add(Opcode.MOV_REG, 2, offset, 0, 0);
            add(Opcode.MOV_REG, 3, 10, 0, 0);
            add(Opcode.ADD_IMM, 3, 0, 0, slip() ? -16 : -32);
            add(Opcode.MOV_IMM, 4, 0, 0, 1 + random.nextInt(32));
        }
        add(Opcode.MOV_REG, 1, 6, 0, 0);
        call(number);
    }

    // ---- instructions

    private int add(Opcode opcode, int dst, int src, int offset, long immediate) {
        code.add(new Insn(opcode, dst, src, offset, immediate));
        slots.add(slot);
        slot += code.getLast().slots();
        return code.size() - 1;
    }

    /** Lets a jump come here. */
    private void land(int jump) {
        if (jump >= 0) {
            var insn = code.get(jump);
            code.set(
                    jump,
                    new Insn(insn.opcode(), insn.dst(), insn.src(), slot - slots.get(jump) - 1, insn.immediate()));
        }
    }

    private boolean slip() {
        return random.nextInt(slips) == 0;
    }

    /** A register that holds a number. */
    private int number() {
        return oneOf(live);
    }

    /** A register with a number that may be changed. */
    private int target() {
        var candidates = live & ~fixed;
        if (candidates == 0) {
            var register = oneOf(NUMBERS & ~fixed);
            add(Opcode.MOV_IMM, register, 0, 0, immediate());
            live |= 1 << register;
            return register;
        }
        return oneOf(candidates);
    }

    private int oneOf(int set) {
        if (set == 0) {
            return 10; // a slip
        }
        var skip = random.nextInt(Integer.bitCount(set));
        for (; skip > 0; skip--) {
            set &= set - 1;
        }
        return Integer.numberOfTrailingZeros(set);
    }

    private int immediate() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt();
            case 1 -> (1 << random.nextInt(32)) - random.nextInt(2);
            case 2 -> -random.nextInt(70);
            default -> random.nextInt(70);
        };
    }
}
