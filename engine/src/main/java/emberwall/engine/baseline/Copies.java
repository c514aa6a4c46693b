package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;

/** Copies of many words within memory: code of constant size, so that values by the thousand make no code by the megabyte. */
final class Copies {
    /** From how many words on a loop is written. */
    static final int LOOP = 8;

    private static final int COUNT = R10;

    private final Assembler a;
    private final ValueStack stack;

    Copies(Assembler a, ValueStack stack) {
        this.a = a;
        this.stack = stack;
    }

    /**
     * Copies the slots from {@code from} on to those from {@code to} on, which is less, in this order. Changes the scratch
     * registers; all values but those copied may be in registers.
     */
    void slots(int from, int to, int count) {
        int source = stack.place(from);
        int target = stack.place(to);
        int bytes = stack.slotBytes();
        if (count < LOOP) {
            for (int i = 0; i < count; i++) {
                slot(mem(RBP, target - bytes * i), mem(RBP, source - bytes * i));
            }
            return;
        }
        // Only the scratch register is free: it points to the word, and the way to the target is a displacement.
        int again = a.newLabel();
        a.push(RCX);
        a.movi(W32, RCX, count);
        a.lea(Convention.SCRATCH, mem(RBP, source));
        a.bind(again);
        slot(mem(Convention.SCRATCH, target - source), mem(Convention.SCRATCH));
        a.subi(W64, Convention.SCRATCH, bytes);
        a.subi(W32, RCX, 1);
        a.jcc(Cond.NOT_EQUAL, again);
        a.pop(RCX);
    }

    private void slot(long target, long source) {
        if (stack.wide) {
            a.movups(Convention.SCRATCH_XMM, source);
            a.movups(target, Convention.SCRATCH_XMM);
        } else {
            word(target, source);
        }
    }

    private void word(long target, long source) {
        a.movs(W64, Convention.SCRATCH_XMM, source);
        a.movs(W64, target, Convention.SCRATCH_XMM);
    }

    /** Copies slots without vectors, which descend, to ascending words at {@code [base + disp]}. Long runs change r10. */
    void slotsUp(int slot, int base, int disp, int count) {
        run(stack.home(slot), -stack.slotBytes(), mem(base, disp), 8, count);
    }

    /** Copies ascending words from {@code [base + disp]} on to slots without vectors, which descend. Long runs change r10. */
    void upToSlots(int base, int disp, int slot, int count) {
        run(mem(base, disp), 8, stack.home(slot), -stack.slotBytes(), count);
    }

    private void run(long source, int sourceStep, long target, int targetStep, int count) {
        if (count < LOOP) {
            for (int i = 0; i < count; i++) {
                word(
                        emberwall.asm.x64.Mem.plus(target, targetStep * i),
                        emberwall.asm.x64.Mem.plus(source, sourceStep * i));
            }
            return;
        }
        int again = a.newLabel();
        a.push(RSI);
        a.push(RDI);
        // The stack pointer has moved.
        int moved = 16;
        a.rm(Op.LEA, W64, COUNT, fixed(source, moved));
        a.rm(Op.LEA, W64, RDI, fixed(target, moved));
        a.mov(W64, RSI, COUNT);
        a.movi(W32, COUNT, count);
        a.bind(again);
        a.mov(W64, Convention.SCRATCH, mem(RSI));
        a.mov(W64, mem(RDI), Convention.SCRATCH);
        a.addi(W64, RSI, sourceStep);
        a.addi(W64, RDI, targetStep);
        a.subi(W32, COUNT, 1);
        a.jcc(Cond.NOT_EQUAL, again);
        a.pop(RDI);
        a.pop(RSI);
    }

    private static long fixed(long place, int moved) {
        return emberwall.asm.x64.Mem.base(place) == RSP ? emberwall.asm.x64.Mem.plus(place, moved) : place;
    }
}
