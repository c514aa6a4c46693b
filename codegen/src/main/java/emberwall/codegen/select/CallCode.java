package emberwall.codegen.select;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R10;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Code;
import emberwall.ir.Callee;
import emberwall.op.Type;

/** The bytes of calls and returns; {@link CallRules} says what their payloads are. */
final class CallCode {
    private static final int[] NO_LANDINGS = {};

    /** From how many bytes of arguments on a tail call moves them by a loop. */
    private static final int LOOP = 128;

    // Free when all arguments of a tail call are in their registers.
    private static final int COPIED = Convention.SCRATCH_XMM;
    private static final int KEPT = 14;
    private static final int OFFSET = R10;

    private final Emission e;
    private final Assembler a;

    CallCode(Emission e) {
        this.e = e;
        a = e.a;
    }

    /** Calls; results in memory are fetched. */
    void call(Selector selector, int instruction) {
        Callee callee = selector.callee(e.next());
        int origin = e.nextOrigin();
        int argumentBytes = e.next();
        int resultBytes = e.next();
        boolean pops = e.nextTruth();
        lower(argumentBytes + resultBytes);
        passOnStack();
        e.operand(e.code.endOfOperands(instruction) - definitions(instruction));
        e.linkage.call(a, callee, instruction, origin, NO_LANDINGS);
        int left = pops ? resultBytes : argumentBytes;
        fetch(firstIsDefined(instruction) ? 1 : 0);
        raise(left);
    }

    /** The same, but all results stay on the stack, for an INVOKED. */
    void invoke(Selector selector, int instruction, int[] landings) {
        Callee callee = selector.callee(e.next());
        int origin = e.nextOrigin();
        int argumentBytes = e.next();
        int resultBytes = e.next();
        boolean pops = e.nextTruth();
        lower(argumentBytes + resultBytes);
        passOnStack();
        e.linkage.call(a, callee, instruction, origin, landings);
        if (callee.results().isEmpty()) {
            raise(pops ? resultBytes : argumentBytes);
            return;
        }
        Type first = callee.results().getFirst();
        int register =
                Selection.valueClass(first) == Convention.INT ? Convention.RESULT : Code.FLOATS + Convention.RESULT_XMM;
        int offset = pops ? resultBytes - CallRules.FIRST_RESULT : 0;
        e.store(Selection.valueClass(first), mem(RSP, offset), register);
    }

    /** Fetches what an INVOKE left. */
    void invoked() {
        int bytes = e.next();
        fetch(0);
        raise(bytes);
    }

    private void lower(int bytes) {
        if (bytes > 0) {
            a.subi(W64, RSP, bytes);
        }
    }

    private void raise(int bytes) {
        if (bytes > 0) {
            a.addi(W64, RSP, bytes);
        }
    }

    private void passOnStack() {
        for (int count = e.next(); count > 0; count--) {
            pass(mem(RSP, e.next()));
        }
    }

    /** Stores the next value that goes to memory. */
    private void pass(long to) {
        int valueClass = e.next();
        if (e.nextTruth()) {
            e.putConstant(to, e.nextLong());
        } else {
            e.put(valueClass, to, e.place());
        }
    }

    private int definitions(int instruction) {
        int count = 0;
        for (int i = e.code.firstOperand(instruction); i < e.code.endOfOperands(instruction); i++) {
            count += e.code.role(i) == Code.DEFINE ? 1 : 0;
        }
        return count;
    }

    private boolean firstIsDefined(int instruction) {
        int end = e.code.endOfOperands(instruction);
        int first = end - definitions(instruction);
        return first < end && e.code.where(first) == Code.FIXED;
    }

    /** Fetches the results that are asked for from the stack. */
    private void fetch(int skipped) {
        for (int i = 0; i < skipped; i++) {
            e.place();
        }
        for (int count = e.next(); count > 0; count--) {
            long from = mem(RSP, e.next());
            e.fetch(e.nextType(), e.place(), from);
        }
    }

    // ---- the end

    /** Returns: the first result is in its register. */
    void leave(int ownArguments) {
        for (int count = e.next(); count > 0; count--) {
            pass(mem(RBP, e.next()));
        }
        a.none(Op.LEAVE);
        a.ret(ownArguments);
    }

    /** Calls in the place of this function. */
    void tailCall(Selector selector, int ownArguments) {
        Callee callee = selector.callee(e.next());
        int origin = e.nextOrigin();
        int bytes = e.next();
        e.next();
        e.next();
        lower(bytes);
        passOnStack();
        leaveFrame(ownArguments, bytes);
        e.linkage.tailCall(a, callee, origin);
    }

    /** Takes the frame away: all is as if the caller had called the callee, whose arguments end where those of ours did. */
    private void leaveFrame(int own, int bytes) {
        int up = own - bytes;
        if (up != 0) {
            a.movups(KEPT, mem(RBP));
        }
        moveArguments(Convention.FRAME_ARGUMENTS + up, bytes);
        if (up == 0) {
            a.none(Op.LEAVE);
        } else {
            a.movups(mem(RBP, up), KEPT);
            a.lea(RSP, mem(RBP, up));
            a.pop(RBP);
        }
    }

    /** Moves the first bytes of the stack to a place in the frame, which is higher, the last first. */
    private void moveArguments(int target, int bytes) {
        if (bytes < LOOP) {
            for (int offset = bytes - 16; offset >= 0; offset -= 16) {
                a.movups(COPIED, mem(RSP, offset));
                a.movups(mem(RBP, target + offset), COPIED);
            }
            return;
        }
        int again = a.newLabel();
        a.movi(W32, OFFSET, bytes - 16);
        a.bind(again);
        a.movups(COPIED, mem(RSP, OFFSET, 0, 0));
        a.movups(mem(RBP, OFFSET, 0, target), COPIED);
        a.subi(W64, OFFSET, 16);
        a.jcc(Cond.NOT_SIGN, again);
    }
}
