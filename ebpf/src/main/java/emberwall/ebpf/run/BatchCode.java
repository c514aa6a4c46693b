package emberwall.ebpf.run;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R12;
import static emberwall.asm.x64.Reg.R13;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBX;
import static emberwall.asm.x64.Reg.RCX;
import static emberwall.asm.x64.Reg.RDI;
import static emberwall.asm.x64.Reg.RDX;
import static emberwall.asm.x64.Reg.RSI;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.ebpf.run.Environment.PacketFields;

/**
 * Runs a short program over packet after packet, so that what a call from Java costs is paid once for many: a function of the
 * context's address, the first record's and the number of records.
 *
 * <pre>
 *   record   | start | end | result | for the host |     8 bytes each
 * </pre>
 *
 * <p>A record has the addresses of a packet's first byte and of what is behind its last one; what the program answers comes beside them.
 */
final class BatchCode {
    private static final int START = 0;
    private static final int END = 8;
    private static final int RESULT = 16;
    private static final int RECORD_SHIFT = 5;

    private static final int ETHERNET_TYPE = 12;

    private final Assembler a;
    private final PacketFields fields;

    BatchCode(Assembler a, PacketFields fields) {
        this.a = a;
        this.fields = fields;
    }

    /** Appends the code, which calls the program at a label. */
    void emit(int program) {
        a.push(RBX);
        a.push(R12);
        a.push(R13); // and the stack is aligned for a call
        a.mov(RBX, RDI);
        a.mov(R12, RSI);
        a.mov(R13, RDX);
        a.shli(W64, R13, RECORD_SHIFT);
        a.add(W64, R13, RSI);
        int next = a.here();
        context();
        a.mov(RDI, RBX);
        a.movi(W32, RSI, 0);
        a.call(program);
        a.mov(mem(R12, RESULT), RAX);
        a.addi(R12, 1 << RECORD_SHIFT);
        a.cmp(R12, R13);
        a.jcc(Cond.BELOW, next);
        a.pop(R13);
        a.pop(R12);
        a.pop(RBX);
        a.ret();
    }

    private void context() {
        if (fields.written()) {
            a.movi(W32, RAX, 0);
            for (int offset = 0; offset < fields.bytes(); offset += Long.BYTES) {
                a.mov(mem(RBX, offset), RAX);
            }
        }
        a.mov(RAX, mem(R12, START));
        a.mov(RCX, mem(R12, END));
        a.mov(mem(RBX, fields.start()), RAX);
        a.mov(mem(RBX, fields.end()), RCX);
        if (fields.meta() >= 0) {
            a.mov(mem(RBX, fields.meta()), RAX);
        }
        if (fields.length() >= 0) {
            a.sub(RCX, RAX);
            a.mov(W32, mem(RBX, fields.length()), RCX);
            int isShort = a.newLabel();
            a.movi(W32, RDX, 0);
            a.cmpi(W64, RCX, ETHERNET_TYPE + 2);
            a.jcc(Cond.BELOW, isShort);
            a.movzx16(RDX, mem(RAX, ETHERNET_TYPE));
            a.bind(isShort);
            a.mov(W32, mem(RBX, fields.protocol()), RDX);
        }
    }
}
