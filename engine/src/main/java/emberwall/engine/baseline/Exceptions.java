package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RSP;

import emberwall.asm.x64.Assembler;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.store.RuntimeFunction;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/**
 * Throwing and catching, in the new form and the old. A handler finds all slots below its block in memory, for calls inside
 * of a region see to that; Java puts what the exception carries into the slots where the handler wants it, and lets the guest
 * go on at the handler with nothing right but the frame pointer.
 *
 * <p>A clause of {@code try_table} leads to a <em>pad</em> behind the function, which brings values into the registers that
 * the sides of its label have agreed on. A handler of the old form stands where it is written. What it caught, if it may be
 * thrown again, is a hidden operand under its values.
 */
final class Exceptions {
    private static final int CATCH_ALL = 2;

    private final Compilation c;
    private final Assembler a;
    private final ValueStack stack;
    private final ControlStack control;
    private final Calls calls;
    private final Branches branches;
    private final Rethrows rethrows = new Rethrows();
    private final int[] immediates = new int[3];

    /** How far the stack pointer lies below the frame pointer. */
    private int frame;

    // Pads: label, target, first load. A load: slot, then type << 8 | register.
    private static final int PAD = 3;
    private int[] pads = new int[16 * PAD];
    private int[] loads = new int[64];
    private int padCount;
    private int loadCount;
    /** The slot types of what a clause hands over. */
    private int[] carried = new int[8];

    Exceptions(Compilation c, Calls calls, Branches branches) {
        this.c = c;
        this.a = c.a;
        this.stack = c.stack;
        this.control = c.control;
        this.calls = calls;
        this.branches = branches;
    }

    /** Begins a function; how many slots it needs beyond those that validation counted. */
    int begin() {
        padCount = 0;
        loadCount = 0;
        if (loads.length > 1 << 16) {
            loads = new int[64];
        }
        int slots = rethrows.scan(c.info, c.module);
        // A branch out of the function carries results, which nothing else may ever have put on the stack.
        int beyond = c.type.resultCount() - c.info.maximumHeight();
        return slots + Math.max(0, beyond);
    }

    void setFrame(int frameBytes) {
        frame = frameBytes;
    }

    // ---- throwing

    void throwTag() {
        int tag = c.reader.u32();
        int count = c.module.types().parameterCount(c.module.tagTypeIndex(tag));
        stack.flushTop(count);
        immediates[0] = tag;
        immediates[1] = stack.place(stack.top - count);
        immediates[2] = stack.slotBytes();
        calls.leave(RuntimeFunction.THROW, immediates, 3, 0);
        c.reachable = false;
    }

    void throwReference() {
        calls.leave(RuntimeFunction.THROW_REF, immediates, 0, 1);
        c.reachable = false;
    }

    void rethrow() {
        stack.getLocal(control.base(control.target(c.reader.u32())));
        throwReference();
    }

    // ---- the new form

    void tryTable() {
        BodyReader reader = c.reader;
        int blockType = reader.blockType();
        int base = stack.top - branches.parameterCount(blockType);
        int count = reader.count();
        int region = count == 0 ? control.region() : c.handlers.region(control.region(), base);
        for (int i = 0; i < count; i++) {
            clause(region);
        }
        control.push(ControlStack.BLOCK, a.newLabel(), base, blockType, branches.resultCount(blockType));
        control.setRegion(control.innermost(), region);
    }

    private void clause(int region) {
        int kind = c.reader.u8();
        int tag = kind < CATCH_ALL ? c.reader.u32() : HandlerTable.ALL;
        boolean withReference = (kind & 1) != 0;
        int block = control.target(c.reader.u32());
        if (control.pad(block) == ControlStack.NO_PAD) {
            control.setPad(block, pad(block, tag, withReference));
        }
        c.handlers.clause(
                region,
                tag,
                control.pad(block),
                stack.place(control.base(block)),
                withReference ? HandlerTable.REFERENCE_LAST : HandlerTable.NO_REFERENCE);
    }

    /** The label of a new pad for a block's label. All clauses that lead there share it. */
    private int pad(int block, int tag, boolean withReference) {
        int arity = control.arity(block);
        if (arity <= Edges.IN_REGISTERS) {
            carried(tag, withReference);
        }
        int base = control.base(block);
        int state = control.state(block);
        if (state == ControlStack.NO_STATE) {
            state = c.edges.defineInMemory(base, carried, arity);
            control.setState(block, state);
        }
        if (padCount * PAD == pads.length) {
            pads = Arrays.copyOf(pads, pads.length * 2);
        }
        int row = padCount++ * PAD;
        pads[row] = a.newLabel();
        pads[row + 1] = control.label(block);
        pads[row + 2] = loadCount;
        for (int i = c.edges.entryCount(state) - 1; i >= 0; i--) {
            int entry = c.edges.entry(state, i);
            int slot = Edges.slot(entry);
            int type = slot < base ? stack.type[slot] : carried[slot - base];
            if (loadCount == loads.length) {
                loads = Arrays.copyOf(loads, loadCount * 2);
            }
            loads[loadCount++] = slot;
            loads[loadCount++] = type << 8 | Edges.register(entry);
        }
        return pads[row];
    }

    private void carried(int tag, boolean withReference) {
        Types types = c.module.types();
        int count = 0;
        if (tag != HandlerTable.ALL) {
            int type = c.module.tagTypeIndex(tag);
            for (; count < types.parameterCount(type); count++) {
                carried[count] = Compilation.slotType(types.parameter(type, count));
            }
        }
        if (withReference) {
            carried[count] = Compilation.slotType(ValueType.EXNREF);
        }
    }

    /** Writes the pads, when the labels that they lead to are bound. */
    void emitPads() {
        for (int pad = 0; pad < padCount; pad++) {
            int row = pad * PAD;
            a.bind(pads[row]);
            arrive();
            int end = pad + 1 < padCount ? pads[row + PAD + 2] : loadCount;
            for (int i = pads[row + 2]; i < end; i += 2) {
                stack.load(loads[i + 1] & 0xFF, loads[i + 1] >> 8, stack.home(loads[i]));
            }
            a.jmp(pads[row + 1]);
        }
    }

    /** What a handler does first. */
    private void arrive() {
        a.lea(RSP, mem(RBP, -frame));
        c.reloadInstance();
    }

    // ---- the old form

    void tryBlock() {
        int blockType = c.reader.blockType();
        int base = stack.top - branches.parameterCount(blockType);
        int region = c.handlers.region(control.region(), base);
        control.push(ControlStack.TRY, a.newLabel(), base, blockType, branches.resultCount(blockType));
        control.setTry(control.innermost(), region, c.tries++);
        control.setRegion(control.innermost(), region);
    }

    /** {@code catch} or {@code catch_all}. */
    void catchArm(boolean all) {
        int block = control.innermost();
        if (c.reachable) {
            c.edges.jump(control, block);
        }
        int tag = all ? HandlerTable.ALL : c.reader.u32();
        control.setKind(block, ControlStack.CATCH);
        control.setRegion(block, control.region(block - 1));
        int label = a.newLabel();
        a.bind(label);
        arrive();
        stack.forgetAll();
        stack.top = control.base(block);
        int reference = HandlerTable.NO_REFERENCE;
        if (rethrows.has(control.tryNumber(block))) {
            reference = HandlerTable.REFERENCE_FIRST;
            stack.pushMemory(Compilation.slotType(ValueType.EXNREF));
        }
        if (!all) {
            Types types = c.module.types();
            int type = c.module.tagTypeIndex(tag);
            for (int i = 0; i < types.parameterCount(type); i++) {
                stack.pushMemory(Compilation.slotType(types.parameter(type, i)));
            }
        }
        c.handlers.clause(control.tryRegion(block), tag, label, stack.place(control.base(block)), reference);
        c.reachable = true;
    }

    void delegate() {
        int region = control.tryRegion(control.innermost());
        branches.end();
        c.handlers.setParent(region, control.region(control.target(c.reader.u32())));
    }
}
