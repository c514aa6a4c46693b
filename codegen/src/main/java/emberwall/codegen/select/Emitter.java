package emberwall.codegen.select;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Graph;
import emberwall.op.TrapReason;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/** Writes allocated code as bytes. Used for function after function. */
public final class Emitter {
    /** Bytes of a frame that are no words of the allocator. */
    private static final int FRAME_HEAD = -Convention.FRAME_SLOTS - 8;

    /** What loops begin at a multiple of, in bytes. */
    private static final int LOOP = 16;

    /** Numbers for each of {@link #looks}. */
    private static final int LOOK = 7;

    /** From how many successors on a switch is a table. */
    static final int TABLE = 4;

    private final Emission e;
    private final Assembler a;
    private final OperatorCode operators;
    private final CallCode calls;
    private final AtomicCode atomics;

    private Selector selector;
    private Code code;
    private Allocation allocation;
    private Linkage linkage;

    /** By block. */
    private int[] labels = {};

    /** Blocks that exceptions lead to. */
    private final BitSet landings = new BitSet();
    /** Blocks whose label is that of a stub. */
    private final BitSet stubs = new BitSet();
    /** Blocks that only jump: whoever goes there goes on at once. */
    private final BitSet passed = new BitSet();
    /** Blocks that a loop begins with. */
    private final BitSet headers = new BitSet();

    private int nextCopy;

    /** Of tables of jumps, three numbers in turn: label, block, and offset when it is there. */
    private int[] tables = new int[24];

    private int tableCount;

    /**
     * Of checks that look again behind the code, seven numbers in turn: label there, label to go back to, and of the trap; room,
     * register and displacement of the bound, register of the address.
     */
    private int[] looks = new int[8 * LOOK];

    private int lookCount;

    private int[] boundaries = new int[256];
    private int boundaryCount;
    private boolean withBoundaries;

    /** An emitter that writes to {@code a}. */
    public Emitter(Assembler a) {
        this.a = a;
        e = new Emission(a);
        operators = new OperatorCode(e);
        calls = new CallCode(e);
        atomics = new AtomicCode(e);
    }

    /**
     * Where in the frame a value that an exception brings is expected, from the frame pointer.
     *
     * @param wide whether any value that the function catches is a vector: each takes 16 bytes then, else 8
     */
    public static int caughtSlot(int number, boolean wide) {
        return wide ? Convention.wideSlot(number) : Convention.slot(number);
    }

    /** Up to which word of the frame that many such values reach: wide ones leave word 0 alone, which ends no aligned vector. */
    static int caughtWords(int count, boolean wide) {
        return wide && count > 0 ? 2 * count + 1 : count;
    }

    /** The registers that values may be in, as a mask: all but those that the convention and emitters take for themselves. */
    public static long allocatable() {
        int taken = 1 << Reg.RSP
                | 1 << Reg.RBP
                | 1 << Convention.SCRATCH
                | 1 << Convention.MEM0
                | 1 << Convention.INSTANCE
                | 1 << Convention.FIBER;
        return Code.ALL & ~taken & ~(1L << Code.FLOATS + Convention.SCRATCH_XMM);
    }

    /** What to call an opcode of selected code. */
    public static String name(int opcode) {
        return Instruction.of(opcode).name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /**
     * Writes a function: its blocks, then what the linkage puts behind them, tables and constants. All labels are bound then.
     *
     * @param itsSelector what has selected it
     * @param itsAllocation that of its code, with {@link #allocatable} registers
     * @param features as the selector had them
     * @param boundariesToo whether {@link #boundaries} are wanted
     */
    public void emit(
            Selector itsSelector, Allocation itsAllocation, Linkage itsLinkage, int features, boolean boundariesToo) {
        selector = itsSelector;
        code = selector.code();
        allocation = itsAllocation;
        linkage = itsLinkage;
        e.begin(selector, allocation, linkage, features);
        nextCopy = 0;
        tableCount = 0;
        lookCount = 0;
        boundaryCount = 0;
        withBoundaries = boundariesToo;
        label();
        for (int block = 0; block < code.blockCount(); block++) {
            block(block);
        }
        if (withBoundaries) {
            boundary(a.position(), Graph.NO_ORIGIN);
        }
        secondLooks();
        linkage.finish(a);
        reserveTables();
        e.literals.emit();
        a.finish();
        fillTables();
    }

    /**
     * Pairs of code offset and origin, ascending: from there on code has that origin. The last pair is the end of the blocks,
     * behind which code is out of line.
     */
    public int[] boundaries() {
        int[] pairs = Arrays.copyOf(boundaries, boundaryCount);
        for (int i = boundaryCount - 4; i >= 0; i -= 2) {
            pairs[i] = Math.min(pairs[i], pairs[i + 2]); // a branch before it was edited away later
        }
        return pairs;
    }

    private void boundary(int position, int origin) {
        if (boundaryCount + 2 > boundaries.length) {
            boundaries = Arrays.copyOf(boundaries, boundaryCount * 2);
        }
        boundaries[boundaryCount++] = position;
        boundaries[boundaryCount++] = origin;
    }

    // ---- blocks

    /** Gives each block a label; to blocks that only trap that of their stub, and to those that only jump that of where to. */
    private void label() {
        stubs.clear();
        passed.clear();
        landings.clear();
        headers.clear();
        for (int block = 0; block < code.blockCount(); block++) {
            for (int edge = code.firstEdge(block); edge < code.endOfEdges(block); edge++) {
                int target = code.target(edge);
                landings.set(target, landings.get(target) || code.isToHandler(edge));
                headers.set(target, headers.get(target) || target <= block);
            }
        }
        int count = code.blockCount();
        if (labels.length < count) {
            labels = new int[count + count / 2];
        }
        int copy = 0;
        for (int block = 0; block < count; block++) {
            int first = code.firstInstruction(block);
            while (copy < allocation.copyCount() && allocation.copyBefore(copy) < first) {
                copy++;
            }
            boolean isAlone = code.endOfInstructions(block) == first + 1;
            boolean isCopied = copy < allocation.copyCount() && allocation.copyBefore(copy) == first;
            boolean isAnywhere = isAlone && !isCopied && block > 0 && !landings.get(block);
            if (isAnywhere && instruction(first) == Instruction.TRAP) {
                labels[block] = trap(first);
                stubs.set(block);
            } else if (isAnywhere && instruction(first) == Instruction.JUMP && !headers.get(block)) {
                passed.set(block);
            } else {
                labels[block] = a.newLabel();
            }
        }
        // What they jump back to is the header of a loop, and passes nothing on.
        for (int block = passed.previousSetBit(count); block >= 0; block = passed.previousSetBit(block - 1)) {
            labels[block] = labels[code.target(code.firstEdge(block))];
        }
    }

    private int trap(int instruction) {
        tellState(instruction);
        e.at(instruction);
        TrapReason reason = TrapReason.of(e.next());
        return linkage.trap(a, reason, e.nextOrigin());
    }

    private void tellState(int instruction) {
        StopState state = selector.state(instruction, allocation);
        if (state != null) {
            linkage.state(state);
        }
    }

    private Instruction instruction(int number) {
        return Instruction.of(code.opcode(number));
    }

    private void block(int block) {
        if (stubs.get(block) || passed.get(block)) {
            return;
        }
        int first = code.firstInstruction(block);
        int end = code.endOfInstructions(block);
        if (headers.get(block)) {
            a.align(LOOP);
        }
        a.bind(labels[block]);
        operators.forget();
        if (landings.get(block)) {
            linkage.landed(a);
        }
        for (int i = first; i < end; i++) {
            copies(i);
            e.at(i);
            int position = a.position();
            int origin = e.latestOrigin();
            if (i == end - 1) {
                last(block, i);
            } else {
                write(i);
            }
            if (withBoundaries && e.latestOrigin() != origin) {
                boundary(position, e.latestOrigin());
            }
        }
    }

    /** The copies before an instruction. */
    private void copies(int instruction) {
        while (nextCopy < allocation.copyCount() && allocation.copyBefore(nextCopy) == instruction) {
            int from = allocation.copyFrom(nextCopy);
            int to = allocation.copyTo(nextCopy);
            int register = allocation.copied(nextCopy);
            if (from == Allocation.REMADE) {
                e.make(Instruction.of(code.remakeOpcode(register)), code.remakePayload(register), to);
            } else {
                int before = a.position();
                e.copy(code.valueClass(register), to, from);
                operators.moved(before, to);
            }
            nextCopy++;
        }
    }

    // ---- instructions

    private void write(int number) {
        Instruction instruction = instruction(number);
        switch (instruction) {
            case ENTRY -> linkage.prologue(a, FRAME_HEAD + 8 * allocation.words() + 15 & -16, selector.callArea());
            case ARGUMENT, CONSTANT, PINNED -> {
                int place = e.place();
                if (place != Allocation.REMADE) {
                    e.make(instruction, code.payload(number), place);
                }
            }
            case MOVE -> {
                int from = e.place();
                e.copy(Convention.INT, e.place(), from);
            }
            case OPERATOR -> operators.operator();
            case ADD -> operators.add();
            case ALU -> operators.alu();
            case ALU_CONSTANT -> operators.aluConstant();
            case ALU_MEMORY -> operators.aluMemory();
            case AND_NOT -> operators.andNot();
            case LEA -> operators.lea();
            case SHIFT_CONSTANT -> operators.shiftConstant();
            case FLOAT -> operators.floats();
            case FLOAT_MEMORY -> operators.floatMemory();
            case FLOAT_CONSTANT -> operators.floatConstant();
            case DIVIDE -> operators.divide();
            case MULTIPLY_HIGH -> operators.multiplyHigh();
            case WIDE_ADD -> operators.wideAdd();
            case WIDE_MULTIPLY -> operators.wideMultiply();
            case LOAD -> operators.load();
            case STORE -> operators.store();
            case STORE_CONSTANT -> operators.storeConstant();
            case UPDATE -> operators.update();
            case ATOMIC -> atomics.atomic();
            case FENCE -> a.mfence();
            case SET -> operators.set();
            case SELECT -> operators.select();
            case TRAP_IF -> {
                tellState(number);
                TrapReason reason = TrapReason.of(e.next());
                int origin = e.nextOrigin();
                e.operators.branch(operators.condition(), linkage.trap(a, reason, origin));
                operators.passFlags();
            }
            case CHECK -> {
                tellState(number);
                TrapReason reason = TrapReason.of(e.next());
                int origin = e.nextOrigin();
                check(linkage.trap(a, reason, origin));
            }
            case POLL -> {
                tellState(number);
                linkage.poll(a, e.nextOrigin());
            }
            case CALL -> {
                tellState(number);
                calls.call(selector, number);
            }
            case INVOKED -> calls.invoked();
            case CAUGHT -> {
                int value = e.next();
                boolean wide = selector.catchesVectors();
                e.fetch(e.nextType(), e.place(), mem(Reg.RBP, caughtSlot(value, wide)));
            }
            default -> throw new InternalError(instruction + " in the middle of a block");
        }
    }

    /** Looks once, and behind the code again. */
    private void check(int trap) {
        if (lookCount + LOOK > looks.length) {
            looks = Arrays.copyOf(looks, looks.length * 2);
        }
        int row = lookCount;
        lookCount += LOOK;
        looks[row] = a.newLabel();
        looks[row + 1] = a.newLabel();
        looks[row + 2] = trap;
        looks[row + 3] = e.next();
        looks[row + 4] = e.next();
        looks[row + 5] = e.next();
        e.operators.branch(operators.condition(), looks[row]);
        looks[row + 6] = e.register();
        a.bind(looks[row + 1]);
    }

    private void secondLooks() {
        for (int row = 0; row < lookCount; row += LOOK) {
            a.bind(looks[row]);
            a.lea(Convention.SCRATCH, mem(looks[row + 6], looks[row + 3]));
            a.rm(Op.CMP, W64, Convention.SCRATCH, mem(looks[row + 4], looks[row + 5]));
            a.jcc(Cond.ABOVE, looks[row + 2]);
            a.jmp(looks[row + 1]);
        }
    }

    /** The last instruction of a block. */
    private void last(int block, int number) {
        int edge = code.firstEdge(block);
        switch (instruction(number)) {
            case JUMP -> go(block, code.target(edge));
            case BRANCH -> branch(block, code.target(edge), code.target(edge + 1));
            case SWITCH -> choose(block);
            case RETURN -> calls.leave(selector.ownLayout().argumentBytes());
            case TAIL_CALL -> calls.tailCall(selector, selector.ownLayout().argumentBytes());
            case TRAP -> a.jmp(trap(number));
            case INVOKE -> {
                tellState(number);
                int count = code.endOfEdges(block) - edge - 1;
                int[] landings = new int[count];
                for (int i = 0; i < count; i++) {
                    landings[i] = labels[code.target(edge + 1 + i)];
                }
                calls.invoke(selector, number, landings);
                go(block, code.target(edge));
            }
            default -> throw new InternalError(instruction(number) + " ends no block");
        }
    }

    private void go(int block, int target) {
        if (!follows(block, target)) {
            a.jmp(labels[target]);
        }
    }

    private boolean follows(int block, int target) {
        int next = block + 1;
        while (stubs.get(next) || passed.get(next)) {
            next++;
        }
        return next < code.blockCount() && labels[next] == labels[target];
    }

    private void branch(int block, int then, int otherwise) {
        int cond = operators.condition();
        if (follows(block, then) || !follows(block, otherwise) && leadsBack(block, otherwise)) {
            // One jump for each round of a loop.
            e.operators.branch(Cond.negate(cond), labels[otherwise]);
            go(block, then);
        } else {
            e.operators.branch(cond, labels[then]);
            go(block, otherwise);
        }
    }

    /** Whether a target is the header of a loop that the block is in, or only jumps there. */
    private boolean leadsBack(int block, int target) {
        int to = target;
        while (passed.get(to) && to > block) {
            to = code.target(code.firstEdge(to));
        }
        return to <= block;
    }

    // ---- tables of jumps

    private void choose(int block) {
        int index = e.place();
        int spoiled = e.place();
        int last = e.next() - 1;
        boolean mayBeBehind = e.nextTruth();
        if (last < TABLE) {
            for (int i = 0; i < last; i++) {
                a.ri(Op.CMP, W32, index, i);
                a.jcc(Cond.EQUAL, labels[entry(block, i)]);
            }
            go(block, entry(block, last));
            return;
        }
        if (tableCount + 3 > tables.length) {
            tables = Arrays.copyOf(tables, tables.length * 2);
        }
        int table = a.newLabel();
        tables[tableCount] = table;
        tables[tableCount + 1] = block;
        tableCount += 3;
        int chosen = index;
        if (mayBeBehind) {
            // No branch that may be guessed wrong keeps the index in the table.
            chosen = Emission.S;
            a.movi(W32, chosen, last);
            a.rr(Op.CMP, W32, index, chosen);
            a.cmov(Cond.BELOW, W32, chosen, index);
        }
        a.lea(spoiled, Mem.label(table));
        a.movsxd(Emission.S, mem(spoiled, chosen, 2, 0));
        a.rr(Op.ADD, W64, Emission.S, spoiled);
        a.jmpr(Emission.S);
        a.pin();
    }

    private int entries(int block) {
        return selector.payloads().get(code.payload(code.endOfInstructions(block) - 1));
    }

    /** The block that an entry of a block's table leads to. */
    private int entry(int block, int number) {
        int payload = code.payload(code.endOfInstructions(block) - 1);
        return code.target(code.firstEdge(block) + selector.payloads().get(payload + 2 + number));
    }

    /** Makes room for the tables behind the code. */
    private void reserveTables() {
        for (int i = 0; i < tableCount; i += 3) {
            a.align(4);
            a.bind(tables[i]);
            tables[i + 2] = a.position();
            for (int entry = entries(tables[i + 1]); entry > 0; entry--) {
                a.put4(0);
            }
        }
    }

    /** Fills the tables in, when all code is at its place. */
    private void fillTables() {
        for (int i = 0; i < tableCount; i += 3) {
            int block = tables[i + 1];
            int start = tables[i + 2];
            for (int entry = entries(block) - 1; entry >= 0; entry--) {
                a.patch4(start + 4 * entry, a.offsetOf(labels[entry(block, entry)]) - start);
            }
        }
    }
}
