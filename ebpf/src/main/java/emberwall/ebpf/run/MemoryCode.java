package emberwall.ebpf.run;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R10;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.R9;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.ebpf.insn.From;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Opcode;

/** Machine code for accesses to memory. */
final class MemoryCode {
    private final Assembler a;
    private final Constants constants;

    MemoryCode(Assembler a, Constants constants) {
        this.a = a;
        this.constants = constants;
    }

    void load(Insn insn) {
        load(insn.opcode().op(), Registers.of(insn.dst()), mem(Registers.of(insn.src()), insn.offset()));
    }

    private void load(emberwall.op.Op op, int dst, long from) {
        switch (op) {
            case LOAD8_U -> a.movzx8(dst, from);
            case LOAD16_U -> a.movzx16(dst, from);
            case LOAD32_U -> a.mov(W32, dst, from);
            case LOAD8_S -> a.movsx8(W64, dst, from);
            case LOAD16_S -> a.movsx16(W64, dst, from);
            case LOAD32_S -> a.movsxd(dst, from);
            default -> a.mov(W64, dst, from);
        }
    }

    void store(Insn insn) {
        int width = Integer.numberOfTrailingZeros(insn.opcode().bytes());
        long to = mem(Registers.of(insn.dst()), insn.offset());
        if (insn.opcode().fromRegister()) {
            a.mov(width, to, Registers.of(insn.src()));
        } else if (constants.blinded()) {
            a.mov(width, to, constants.scratch(W64, (int) insn.immediate()));
        } else {
            a.storei(width, to, (int) insn.immediate());
        }
    }

    void atomic(Insn insn) {
        Opcode opcode = insn.opcode();
        int width = ArithmeticCode.width(opcode);
        int src = Registers.of(insn.src());
        long at = mem(Registers.of(insn.dst()), insn.offset());
        switch (opcode.op()) {
            case ATOMIC_EXCHANGE -> a.xchg(width, at, src);
            case ATOMIC_COMPARE_EXCHANGE -> {
                a.lock();
                a.mr(Op.CMPXCHG, width, at, src);
                if (width == W32) {
                    a.mov(W32, RAX, RAX);
                }
            }
            case ATOMIC_ADD -> {
                a.lock();
                a.mr(opcode.fetches() ? Op.XADD : Op.ADD, width, at, src);
            }
            default -> {
                if (opcode.fetches()) {
                    fetch(opcode, width, src, at);
                } else {
                    a.lock();
                    a.mr(operator(opcode), width, at, src);
                }
            }
        }
    }

    private static Op operator(Opcode opcode) {
        return switch (opcode.op()) {
            case ATOMIC_AND -> Op.AND;
            case ATOMIC_OR -> Op.OR;
            default -> Op.XOR;
        };
    }

    /** The machine has no such instruction: tries until nobody came between. */
    private void fetch(Opcode opcode, int width, int src, long at) {
        a.lea(R11, at);
        a.mov(R10, RAX);
        a.mov(width, RAX, mem(R11));
        int again = a.here();
        a.mov(width, R9, RAX);
        a.rr(operator(opcode), width, R9, src == RAX ? R10 : src);
        a.lock();
        a.mr(Op.CMPXCHG, width, mem(R11), R9);
        a.jcc(Cond.NOT_EQUAL, again);
        if (width == W32) {
            a.mov(W32, RAX, RAX);
        }
        if (src != RAX) {
            a.mov(width, src, RAX);
            a.mov(RAX, R10);
        }
    }

    /**
     * Loads from the packet to r0 in network order.
     *
     * @param outside where a place outside of the packet goes on
     */
    void packet(Insn insn, Environment.PacketFields fields, ArithmeticCode arithmetic, int outside) {
        Opcode opcode = insn.opcode();
        int context = Registers.of(Registers.FIRST_KEPT);
        a.movi(W32, R9, (int) insn.immediate());
        if (opcode.from() == From.REG) {
            a.add(W32, R9, Registers.of(insn.src()));
        }
        a.mov(R11, mem(context, fields.start()));
        a.mov(R10, mem(context, fields.end()));
        a.sub(R10, R11);
        a.subi(R10, opcode.bytes()); // the last place where this many bytes are
        a.cmp(R9, R10);
        a.jcc(Cond.GREATER, outside);
        load(opcode.op(), RAX, mem(R11, R9, 0, 0));
        arithmetic.swap(opcode.bits(), RAX);
    }
}
