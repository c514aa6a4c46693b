package emberwall.codegen.select;

import static emberwall.asm.x64.Width.W16;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;
import static emberwall.asm.x64.Width.W8;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;

/**
 * The bytes of atomic accesses. Loads of this processor are sequentially consistent as long as stores are followed by a
 * barrier, which every locked instruction is: a store is an exchange (Intel 64 manual, volume 3, 9.2.3).
 */
final class AtomicCode {
    private final Emission e;
    private final Assembler a;

    AtomicCode(Emission e) {
        this.e = e;
        a = e.a;
    }

    void atomic() {
        emberwall.op.Op op = e.nextOp();
        int bytes = e.next();
        long address = e.nextAddress();
        int x = e.register();
        switch (op) {
            case ATOMIC_AND -> loop(Op.AND, bytes, address, x);
            case ATOMIC_OR -> loop(Op.OR, bytes, address, x);
            case ATOMIC_XOR -> loop(Op.XOR, bytes, address, x);
            case ATOMIC_COMPARE_EXCHANGE -> {
                int replacement = e.register();
                e.fault();
                a.lock();
                a.mr(Op.CMPXCHG, width(bytes), address, replacement);
                extend(Reg.RAX, bytes);
            }
            default -> {
                int both = e.register();
                e.fault();
                if (op == emberwall.op.Op.ATOMIC_ADD) {
                    a.lock();
                    a.mr(Op.XADD, width(bytes), address, both);
                } else {
                    a.xchg(width(bytes), address, both);
                }
                extend(both, bytes);
            }
        }
    }

    /** Computes from what is there, until nobody has changed it meanwhile. */
    private void loop(Op op, int bytes, long address, int x) {
        int again = a.newLabel();
        e.fault();
        switch (bytes) {
            case 1 -> a.movzx8(Reg.RAX, address);
            case 2 -> a.movzx16(Reg.RAX, address);
            default -> a.mov(width(bytes), Reg.RAX, address);
        }
        a.bind(again);
        a.mov(W64, Emission.S, Reg.RAX);
        a.rr(op, W64, Emission.S, x);
        e.fault();
        a.lock();
        a.mr(Op.CMPXCHG, width(bytes), address, Emission.S);
        a.jcc(Cond.NOT_EQUAL, again);
        extend(Reg.RAX, bytes);
    }

    private static int width(int bytes) {
        return bytes == 8 ? W64 : bytes == 4 ? W32 : bytes == 2 ? W16 : W8;
    }

    /** Extends what the lower bytes of a register hold with zeros. */
    private void extend(int register, int bytes) {
        switch (bytes) {
            case 1 -> a.movzx8(register, register);
            case 2 -> a.movzx16(register, register);
            case 4 -> a.mov(W32, register, register);
            default -> {}
        }
    }
}
