package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.codegen.x64.X64Operators;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.wasm.BodyReader;
import emberwall.wasm.LoopTable;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/** Blocks, branches, returns, and {@code select}: whatever asks for a condition or makes paths meet. */
final class Branches {
    private static final int IF = 0x04;
    private static final int BR_IF = 0x0D;
    private static final int SELECT = 0x1B;
    private static final int I32_EQZ = 0x45;
    private static final int I64_EQZ = 0x50;

    /** How many registers of a class a loop's header may take; the rest is for what goes on inside. */
    private static final int LOOP_INTS = 8;

    private static final int LOOP_FLOATS = 11;
    /** Up to how many cases a table of jumps is a chain of comparisons. */
    private static final int CHAIN = 3;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final ControlStack control;
    private final Edges edges;
    private final Comparison comparison;

    /** How many loops have begun, unreachable ones too. */
    private int loops;
    /** How arguments and results of the function lie. */
    private CallLayout layout;

    // Tables of jumps, which lie behind the code: labels of all entries, and the tables as (label, first, count).
    private int[] entries = new int[256];
    private int entryCount;
    private int[] tables = new int[48];
    private int tableCount;
    private int[] tableOffsets = new int[16];

    // The distinct targets of one table of jumps; by block, the label and for which table it was made.
    private int[] targetLabel = new int[64];
    private int[] targetOwner = new int[64];
    private int[] targets = new int[64];
    /** The number of the latest table of jumps, through all functions. */
    private int owner;

    Branches(Compilation c, Comparison comparison) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.control = c.control;
        this.edges = c.edges;
        this.comparison = comparison;
    }

    void begin(CallLayout layout) {
        this.layout = layout;
        loops = 0;
        entryCount = 0;
        tableCount = 0;
        if (entries.length > 1 << 16) {
            entries = new int[256];
        }
        int results = layout.resultCount();
        control.push(ControlStack.FUNCTION, a.newLabel(), stack.locals, 0, results);
    }

    // ---- types of blocks

    int parameterCount(int blockType) {
        return blockType < 0 ? 0 : c.module.types().parameterCount(blockType);
    }

    int resultCount(int blockType) {
        return blockType >= 0 ? c.module.types().resultCount(blockType) : blockType == BodyReader.EMPTY_BLOCK ? 0 : 1;
    }

    /** Forgets what there was, and says what the operands from a block's base on are: its results. */
    private void setResults(int block) {
        int base = control.base(block);
        int blockType = control.blockType(block);
        int count = control.kind(block) == ControlStack.FUNCTION ? control.arity(block) : resultCount(blockType);
        stack.forgetAll();
        stack.top = base;
        for (int i = 0; i < count; i++) {
            int type = control.kind(block) == ControlStack.FUNCTION
                    ? c.type.result(i)
                    : blockType < 0 ? ~blockType : c.module.types().result(blockType, i);
            stack.pushMemory(Compilation.slotType(type));
        }
    }

    private void setParameters(int block) {
        int base = control.base(block);
        int blockType = control.blockType(block);
        int count = parameterCount(blockType);
        stack.forgetAll();
        stack.top = base;
        for (int i = 0; i < count; i++) {
            stack.pushMemory(Compilation.slotType(c.module.types().parameter(blockType, i)));
        }
    }

    // ---- blocks

    void block() {
        int blockType = c.reader.blockType();
        int base = stack.top - parameterCount(blockType);
        control.push(ControlStack.BLOCK, a.newLabel(), base, blockType, resultCount(blockType));
    }

    void loop() {
        int blockType = c.reader.blockType();
        int parameters = parameterCount(blockType);
        edges.prepare(parameters);
        chooseRegisters(loops++);
        int base = stack.top - parameters;
        int label = a.newLabel();
        control.push(ControlStack.LOOP, label, base, blockType, parameters);
        control.setState(control.innermost(), edges.define(base, parameters));
        outdate(base);
        a.bind(label);
        c.countRound(loops - 1);
        c.poll();
    }

    /** Parameters of a loop in registers: other turns bring other values, whatever memory holds before the first. */
    private void outdate(int base) {
        for (int set = stack.used; set != 0; set &= set - 1) {
            int slot = stack.slotIn(Integer.numberOfTrailingZeros(set));
            if (slot >= base) {
                stack.setDirty(slot, true);
            }
        }
    }

    /**
     * Decides which locals a loop has in registers when it begins and at each turn: what it uses; of what it does not use,
     * what needs no space. Where it calls nothing, what it uses is brought into registers now.
     */
    private void chooseRegisters(int loop) {
        LoopTable facts = c.info.loops();
        if (facts == null || loop >= facts.count()) {
            return;
        }
        long used = facts.locals(loop);
        long written = facts.writtenLocals(loop);
        boolean calls = facts.hasCalls(loop);
        boolean innermost = facts.isInnermost(loop);
        int kept = 0;
        int unused = 0;
        for (int set = stack.used; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            int slot = stack.slotIn(register);
            if (slot < stack.locals && slot < 64 && (used & 1L << slot) == 0) {
                unused |= 1 << register;
            } else {
                kept |= 1 << register;
            }
        }
        long wanted = calls || !innermost ? 0 : used & localsInMemory(used);
        int ints = LOOP_INTS - Integer.bitCount(kept & ValueStack.INTS);
        int floats = LOOP_FLOATS - Integer.bitCount(kept & ValueStack.FLOATS);
        dropUnused(unused & ValueStack.INTS, calls ? 0 : ints - countOf(wanted, false));
        dropUnused(unused & ValueStack.FLOATS, calls ? 0 : floats - countOf(wanted, true));
        for (; wanted != 0; wanted &= wanted - 1) {
            int local = Long.numberOfTrailingZeros(wanted);
            boolean isFloat = ValueStack.isFloat(stack.type[local]);
            if ((isFloat ? floats-- : ints--) > 0) {
                stack.keepLocal(local);
            }
        }
        for (int set = stack.used; set != 0; set &= set - 1) {
            int register = Integer.numberOfTrailingZeros(set);
            int slot = stack.slotIn(register);
            if (slot >= stack.locals) {
                continue;
            }
            if (slot >= 64 || (written & 1L << slot) != 0) {
                stack.setDirty(slot, true);
            } else if (calls && stack.isDirty(slot)) {
                stack.store(slot, register); // once, rather than before the call of each turn
                stack.setDirty(slot, false);
            }
        }
    }

    private long localsInMemory(long locals) {
        long found = 0;
        for (long set = locals; set != 0; set &= set - 1) {
            int local = Long.numberOfTrailingZeros(set);
            if (stack.at[local] == ValueStack.MEMORY) {
                found |= 1L << local;
            }
        }
        return found;
    }

    private int countOf(long locals, boolean isFloat) {
        int count = 0;
        for (long set = locals; set != 0; set &= set - 1) {
            if (ValueStack.isFloat(stack.type[Long.numberOfTrailingZeros(set)]) == isFloat) {
                count++;
            }
        }
        return count;
    }

    /** Empties registers until at most {@code keep} of the set are left. */
    private void dropUnused(int registers, int keep) {
        int excess = Integer.bitCount(registers) - Math.max(keep, 0);
        for (int set = registers; set != 0 && excess > 0; set &= set - 1, excess--) {
            stack.spill(Integer.numberOfTrailingZeros(set));
        }
    }

    /** {@code if} whose condition is the pending comparison. */
    private void ifCompared() {
        int blockType = c.reader.blockType();
        int parameters = parameterCount(blockType);
        int base = stack.top - parameters;
        control.push(ControlStack.IF, a.newLabel(), base, blockType, resultCount(blockType));
        edges.prepare(parameters);
        int elseLabel = a.newLabel();
        control.setElse(control.innermost(), elseLabel, edges.define(base, parameters));
        int cond = comparison.emit();
        c.operators.branch(cond ^ 1, elseLabel);
    }

    void ifPlain() {
        popCondition();
        ifCompared();
    }

    /** Makes the topmost operand the pending comparison: whether it is not zero. */
    private void popCondition() {
        int register = stack.register(stack.top - 1);
        stack.drop();
        comparison.test(W32, register, register, Cond.NOT_EQUAL);
    }

    void elseArm() {
        int block = control.innermost();
        if (c.reachable) {
            edges.jump(control, block);
        }
        a.bind(control.elseLabel(block));
        setParameters(block);
        edges.adopt(control.elseState(block));
        control.setKind(block, ControlStack.ELSE);
        c.reachable = true;
    }

    void end() {
        int block = control.innermost();
        switch (control.kind(block)) {
            case ControlStack.LOOP -> {}
            case ControlStack.IF -> endIf(block);
            case ControlStack.CATCH -> {
                if (c.reachable) {
                    edges.jump(control, block); // under its results there may be what it caught
                    c.reachable = false;
                }
                meet(block);
            }
            default -> meet(block);
        }
        control.pop();
    }

    /** Where the path from above and the branches to the block's end meet, if there are any. */
    private void meet(int block) {
        int state = control.state(block);
        if (state == ControlStack.NO_STATE) {
            return;
        }
        if (c.reachable) {
            agree(block, state);
        }
        a.bind(control.label(block));
        setResults(block);
        edges.adopt(state);
        c.reachable = true;
    }

    /** Brings the path from above into a state. */
    private void agree(int block, int state) {
        int arity = control.arity(block);
        edges.prepare(arity);
        if (edges.plan(state, control.base(block), arity)) {
            edges.emit();
        }
        stack.unpin();
    }

    /** An {@code if} without a second arm: that the condition does not hold is one more branch to the end. */
    private void endIf(int block) {
        int elseState = control.elseState(block);
        if (control.state(block) == ControlStack.NO_STATE) {
            control.setState(block, elseState);
            if (c.reachable) {
                agree(block, elseState);
            }
            a.bind(control.elseLabel(block));
            setResults(block);
            edges.adopt(elseState);
            c.reachable = true;
            return;
        }
        if (c.reachable) {
            edges.jump(control, block);
        }
        a.bind(control.elseLabel(block));
        setParameters(block);
        edges.adopt(elseState);
        c.reachable = true;
        meet(block);
    }

    // ---- branches

    void br() {
        branchAlways(control.target(c.reader.u32()));
    }

    void returns() {
        branchAlways(0);
    }

    /** A branch to a block. */
    void branchAlways(int block) {
        if (returnsAtOnce(block)) {
            emitReturn();
        } else {
            edges.jump(control, block);
        }
        c.reachable = false;
    }

    /** Whether a branch to a block is a return that is written where it stands. */
    private boolean returnsAtOnce(int block) {
        return block == 0 && control.arity(0) <= 1;
    }

    void brIf() {
        int block = control.target(c.reader.u32());
        int top = stack.top - 1;
        if (stack.at[top] == ValueStack.CONSTANT) {
            boolean taken = (int) stack.constant[top] != 0;
            stack.drop();
            if (taken) {
                branchAlways(block);
            }
            return;
        }
        popCondition();
        branchCompared(block);
    }

    /** A branch if the pending comparison holds. */
    void branchCompared(int block) {
        if (returnsAtOnce(block)) {
            int skip = a.newLabel();
            int cond = comparison.emit();
            c.operators.branch(cond ^ 1, skip);
            emitReturn();
            a.bind(skip);
            return;
        }
        edges.prepare(control.arity(block));
        boolean needsCode = edges.toward(control, block);
        int cond = comparison.emit();
        if (needsCode) {
            int skip = a.newLabel();
            c.operators.branch(cond ^ 1, skip);
            edges.emit();
            a.jmp(control.label(block));
            a.bind(skip);
        } else {
            c.operators.branch(cond, control.label(block));
        }
    }

    /** Gives the pending comparison to the instruction that follows, or pushes its truth value. */
    void consume() {
        BodyReader reader = c.reader;
        int next = reader.peek();
        while (next == I32_EQZ) {
            reader.u8();
            comparison.negate();
            next = reader.peek();
        }
        switch (next) {
            case BR_IF -> {
                reader.u8();
                branchCompared(control.target(reader.u32()));
            }
            case IF -> {
                reader.u8();
                ifCompared();
            }
            case SELECT -> {
                reader.u8();
                selectCompared();
            }
            default -> comparison.push();
        }
    }

    /** Whether what follows asks only whether the topmost operand is zero. */
    boolean isTestNext(Type type) {
        int next = c.reader.peek();
        return type == Type.I32 ? next == BR_IF || next == IF || next == I32_EQZ || next == SELECT : next == I64_EQZ;
    }

    /** {@link #consume} of a test that {@link #isTestNext} announced. */
    void consumeTest(Type type) {
        if (type == Type.I64) {
            c.reader.u8();
            comparison.negate();
        }
        consume();
    }

    // ---- select

    void select() {
        popCondition();
        selectCompared();
    }

    private void selectCompared() {
        int y = stack.top - 1;
        int x = y - 1;
        int type = stack.type[x];
        int first = stack.register(x);
        int second = stack.register(y);
        stack.drop();
        stack.drop();
        if (ValueStack.isFloat(type)) {
            int register = c.target(true, first, first == second ? 0 : 1 << second);
            int cond = comparison.emit();
            copy(register, first);
            int skip = a.newLabel();
            c.operators.branch(cond, skip);
            copy(register, second);
            a.bind(skip);
            stack.push(type, register);
            return;
        }
        int width = type == ValueType.I32 ? W32 : W64;
        int register = c.target(false, stack.isFree(first) ? first : second, 0);
        int cond = comparison.emit();
        if (cond == X64Operators.FLOAT_NOT_EQUAL || register == second && cond != X64Operators.FLOAT_EQUAL) {
            int other = first;
            first = second;
            second = other;
            cond ^= 1;
        }
        // Now the register becomes the first, unless the condition does not hold.
        if (register == second && first != second) {
            a.mov(width, Convention.SCRATCH, second);
            second = Convention.SCRATCH;
        }
        copy(register, first);
        if (cond == X64Operators.FLOAT_EQUAL) {
            a.cmov(Cond.NOT_EQUAL, width, register, second);
            a.cmov(Cond.PARITY, width, register, second);
        } else {
            a.cmov(cond ^ 1, width, register, second);
        }
        stack.push(type, register);
    }

    private void copy(int to, int from) {
        if (to != from) {
            stack.move(to, from);
        }
    }

    // ---- tables of jumps

    void brTable() {
        int count = c.reader.count();
        int index = stack.top - 1;
        if (count == 0) {
            stack.drop();
            branchAlways(control.target(c.reader.u32()));
            return;
        }
        int held = stack.register(index);
        stack.drop();
        int register = held;
        if (!stack.isFree(held)) {
            register = stack.allocateInt();
            stack.move(register, held);
            stack.pin(register);
        }
        owner++;
        int first = entryCount;
        int distinct = 0;
        for (int i = 0; i <= count; i++) {
            int block = control.target(c.reader.u32());
            if (block >= targetOwner.length) {
                growTargets(block);
            }
            if (targetOwner[block] != owner) {
                if (distinct == 0) {
                    edges.prepare(control.arity(block));
                }
                targetOwner[block] = owner;
                targetLabel[block] = targetOf(block);
                if (distinct == targets.length) {
                    targets = Arrays.copyOf(targets, distinct * 2);
                }
                targets[distinct++] = block;
            }
            if (entryCount == entries.length) {
                entries = Arrays.copyOf(entries, entryCount * 2);
            }
            entries[entryCount++] = targetLabel[block];
        }
        if (count <= CHAIN) {
            for (int i = 0; i < count; i++) {
                if (entries[first + i] != entries[first + count]) {
                    compareIndex(register, i);
                    a.jcc(Cond.EQUAL, entries[first + i]);
                }
            }
            a.jmp(entries[first + count]);
            entryCount = first;
        } else {
            jumpByTable(register, first, count);
        }
        for (int i = 0; i < distinct; i++) {
            emitTarget(targets[i]);
        }
        c.reachable = false;
    }

    private void compareIndex(int register, int value) {
        if (value == 0) {
            a.rr(Op.TEST, W32, register, register);
        } else {
            a.ri(Op.CMP, W32, register, value);
        }
    }

    /** The label by which a table reaches a block: its own, or one where code for the edge will be. */
    private int targetOf(int block) {
        if (returnsAtOnce(block) || edges.toward(control, block)) {
            c.moves.clear();
            return a.newLabel();
        }
        return control.label(block);
    }

    private void emitTarget(int block) {
        if (targetLabel[block] == control.label(block)) {
            return;
        }
        a.bind(targetLabel[block]);
        if (returnsAtOnce(block)) {
            emitReturn();
        } else {
            edges.toward(control, block);
            edges.emit();
            a.jmp(control.label(block));
        }
    }

    /** The last entry is the default's, and an index beyond becomes that of the last: nothing to guess for the processor. */
    private void jumpByTable(int register, int first, int count) {
        int table = a.newLabel();
        a.movi(W32, Convention.SCRATCH, count);
        a.cmp(W32, register, Convention.SCRATCH);
        a.cmov(Cond.ABOVE, W32, register, Convention.SCRATCH);
        a.lea(Convention.SCRATCH, Mem.label(table));
        a.movsxd(register, mem(Convention.SCRATCH, register, 2, 0));
        a.add(W64, register, Convention.SCRATCH);
        a.jmpr(register);
        a.pin();
        if (tableCount + 3 > tables.length) {
            tables = Arrays.copyOf(tables, tables.length * 2);
        }
        tables[tableCount++] = table;
        tables[tableCount++] = first;
        tables[tableCount++] = count + 1;
    }

    private void growTargets(int block) {
        int size = Math.max(block + 1, targetOwner.length * 2);
        targetOwner = Arrays.copyOf(targetOwner, size);
        targetLabel = Arrays.copyOf(targetLabel, size);
    }

    /** Makes room for the tables behind the code. */
    void emitTables() {
        if (tableOffsets.length < tableCount / 3) {
            tableOffsets = new int[tableCount / 3 * 2];
        }
        for (int i = 0; i < tableCount; i += 3) {
            a.align(4);
            a.bind(tables[i]);
            tableOffsets[i / 3] = a.position();
            for (int j = tables[i + 2]; j > 0; j--) {
                a.put4(0);
            }
        }
    }

    /** Fills the tables in, when all code is at its place. */
    void fillTables() {
        for (int i = 0; i < tableCount; i += 3) {
            int start = tableOffsets[i / 3];
            for (int j = 0; j < tables[i + 2]; j++) {
                a.patch4(start + 4 * j, a.offsetOf(entries[tables[i + 1] + j]) - start);
            }
        }
    }

    // ---- the function's end

    /** The function's last {@code end}. */
    void endFunction() {
        meet(0);
        if (c.reachable) {
            emitReturn();
        }
        control.pop();
    }

    /** Returns with the topmost operands. Changes nothing in the value stack if there is one at most. */
    private void emitReturn() {
        int count = layout.resultCount();
        int first = stack.top - count;
        if (count > 1) {
            returnInMemory(first, count);
        }
        if (count > 0) {
            int register = layout.resultClass(0) == Convention.INT
                    ? Convention.RESULT
                    : ValueStack.XMM + Convention.RESULT_XMM;
            int place = stack.at[first];
            if (place == ValueStack.MEMORY) {
                stack.load(register, first);
            } else if (place == ValueStack.CONSTANT) {
                stack.materialize(register, stack.type[first], stack.constant[first]);
            } else if (place != register) {
                stack.move(register, place);
            }
        }
        a.none(Op.LEAVE);
        a.ret(layout.argumentBytes());
    }

    private void returnInMemory(int first, int count) {
        int area = Convention.FRAME_ARGUMENTS + layout.argumentBytes();
        if (count > Copies.LOOP && !layout.hasVectorResults()) {
            stack.flushTop(count);
            c.copies.slotsUp(first + 1, RBP, area + layout.resultOffset(1), count - 1);
            return;
        }
        for (int i = 1; i < count; i++) {
            long target = mem(RBP, area + layout.resultOffset(i));
            stack.copyOut(first + i, target);
        }
    }

    void unreachable() {
        c.trapHere(TrapReason.UNREACHABLE);
        c.reachable = false;
    }

    /** Steps over code that is never reached, up to the {@code else}, handler or {@code end} that may be. */
    void skipUnreachable() {
        BodyReader reader = c.reader;
        int depth = 0;
        while (true) {
            int at = reader.position();
            Opcode opcode = reader.opcode();
            switch (opcode) {
                case BLOCK, IF, TRY_TABLE -> depth++;
                case TRY -> {
                    depth++;
                    c.tries++;
                }
                case LOOP -> {
                    depth++;
                    loops++;
                }
                case ELSE, CATCH, CATCH_ALL -> {
                    if (depth == 0) {
                        reader.position(at);
                        return;
                    }
                }
                case END, DELEGATE -> {
                    if (depth-- == 0) {
                        reader.position(at);
                        return;
                    }
                }
                default -> {}
            }
            reader.skip(opcode.immediate());
        }
    }
}
