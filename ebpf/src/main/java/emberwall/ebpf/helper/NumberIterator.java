package emberwall.ebpf.helper;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R10;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RDI;
import static emberwall.asm.x64.Reg.RDX;
import static emberwall.asm.x64.Reg.RSI;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.ebpf.run.MachineHelper;
import emberwall.ebpf.run.Running;
import emberwall.os.Errno;
import emberwall.os.RawMemory;

/**
 * Counting, with the state in 8 bytes of the program's stack: the number that {@code next} gave last, and the first that it will
 * not give. Both are 0 where nothing is left. As in Linux, {@code kernel/bpf/bpf_iter.c}.
 */
final class NumberIterator {
    /** As often as any loop goes around: then programs end, whatever they count. */
    private static final int MOST_ROUNDS = 1 << 23;

    private static final int LAST = 0;
    private static final int END = 4;
    private static final int BYTES = 8;

    private NumberIterator() {}

    /** {@return the iterator's address} The interpreter looks whether it is the program's. */
    private static long state(Running program, long address) {
        program.memory(address, BYTES, true);
        return address;
    }

    /** Begins; a range that cannot be is an error, and has nothing in it. */
    record New() implements MachineHelper {
        @Override
        public long call(Running program, long a, long b, long c, long d, long e) {
            long it = state(program, a);
            int start = (int) b;
            int end = (int) c;
            boolean tooLong = (long) end - start > MOST_ROUNDS;
            boolean wrong = start > end || tooLong;
            RawMemory.putInt(it + LAST, wrong ? 0 : start - 1);
            RawMemory.putInt(it + END, wrong ? 0 : end);
            return tooLong ? -Errno.E2BIG : wrong ? -Errno.EINVAL : 0;
        }

        @Override
        public void emit(Assembler a) {
            int wrong = a.newLabel();
            int end = a.newLabel();
            a.movsxd(R10, RSI);
            a.movsxd(R11, RDX);
            a.movi(W64, RAX, -Errno.EINVAL);
            a.sub(R11, R10); // how many numbers
            a.jcc(Cond.LESS, wrong);
            a.movi(W64, RAX, -Errno.E2BIG);
            a.cmpi(W64, R11, MOST_ROUNDS);
            a.jcc(Cond.GREATER, wrong);
            a.subi(W32, R10, 1);
            a.mov(W32, mem(RDI, LAST), R10);
            a.mov(W32, mem(RDI, END), RDX);
            a.movi(W32, RAX, 0);
            a.jmp(end);
            a.bind(wrong);
            a.storei(W64, mem(RDI), 0);
            a.bind(end);
        }
    }

    /** Counts on: the address of the number in the state. */
    record Next() implements MachineHelper {
        @Override
        public long call(Running program, long a, long b, long c, long d, long e) {
            long it = state(program, a);
            int next = RawMemory.getInt(it + LAST) + 1;
            if (next >= RawMemory.getInt(it + END)) {
                RawMemory.putLong(it, 0);
                return 0;
            }
            RawMemory.putInt(it + LAST, next);
            return it;
        }

        @Override
        public void emit(Assembler a) {
            int drained = a.newLabel();
            int end = a.newLabel();
            a.mov(W32, RAX, mem(RDI, LAST));
            a.addi(W32, RAX, 1);
            a.cmp(W32, RAX, mem(RDI, END));
            a.jcc(Cond.GREATER_EQUAL, drained);
            a.mov(W32, mem(RDI, LAST), RAX);
            a.mov(RAX, RDI);
            a.jmp(end);
            a.bind(drained);
            a.storei(W64, mem(RDI), 0);
            a.movi(W32, RAX, 0);
            a.bind(end);
        }
    }

    /** Ends: nothing is left of the numbers. */
    record Destroy() implements MachineHelper {
        @Override
        public long call(Running program, long a, long b, long c, long d, long e) {
            RawMemory.putLong(state(program, a), 0);
            return 0;
        }

        @Override
        public void emit(Assembler a) {
            a.storei(W64, mem(RDI), 0);
            a.movi(W32, RAX, 0);
        }
    }
}
