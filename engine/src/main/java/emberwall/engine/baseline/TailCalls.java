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
import emberwall.engine.store.FuncRecord;

/**
 * Calls in place of the caller, in constant stack. The arguments are passed as for any call, below the frame; then those
 * in memory move up over it, so that they end where the caller's own ended, and with them goes what the caller was
 * called with:
 *
 * <pre>
 *   high   result area of whoever waits: stays
 *          own arguments                  │ the callee's arguments
 *          return address                 │ return address
 *          saved frame pointer  ◄─ rbp    │ (the callee saves it again)
 *          frame
 *          arguments passed     ◄─ rsp
 * </pre>
 *
 * <p>A function of the host is jumped to with the instance of the caller in its register, for the frame that would name
 * it is gone.
 */
final class TailCalls {
    /** From how many bytes on a loop is written. */
    private static final int LOOP = 128;

    // Free when all arguments are in their registers.
    private static final int COPIED = Convention.SCRATCH_XMM;
    private static final int KEPT = 14;
    private static final int OFFSET = R10;

    private final Compilation c;
    private final Assembler a;
    private final Calls calls;

    TailCalls(Compilation c, Calls calls) {
        this.c = c;
        this.a = c.a;
        this.calls = calls;
    }

    void returnCall() {
        int function = c.reader.u32();
        CallLayout layout = calls.layout(c.module.functionTypeIndex(function));
        calls.pass(layout, layout.argumentBytes());
        if (c.module.isImported(function)) {
            a.mov(W64, Convention.RECORD, Compilation.instance(c.layout.functionRecord(function)));
            toRecord(layout);
        } else {
            leaveFrame(layout);
            a.jmpm(Mem.address(c.context.cellAddress(function)));
        }
        c.reachable = false;
    }

    void returnCallIndirect() {
        int type = c.reader.u32();
        int table = c.reader.u32();
        CallLayout layout = calls.layout(type);
        calls.passElement(type, table, layout.argumentBytes());
        toRecord(layout);
        c.reachable = false;
    }

    void returnCallRef() {
        int type = c.reader.u32();
        CallLayout layout = calls.layout(type);
        calls.passReference(type, layout.argumentBytes());
        toRecord(layout);
        c.reachable = false;
    }

    private void toRecord(CallLayout layout) {
        a.cmpi(W32, mem(Convention.RECORD, FuncRecord.HOST), 0);
        a.cmov(Cond.EQUAL, W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
        c.reloadMemory();
        leaveFrame(layout);
        a.jmpm(mem(Convention.RECORD, FuncRecord.CODE));
    }

    /** Takes the frame away: all is as if the caller had called the callee. */
    private void leaveFrame(CallLayout callee) {
        int own = calls.layout(c.module.functionTypeIndex(c.info.function())).argumentBytes();
        int bytes = callee.argumentBytes();
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
