package emberwall.ebpf.helper;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RSI;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.ebpf.map.ArrayMap;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.run.Helper;
import emberwall.ebpf.run.MachineHelper;
import emberwall.ebpf.run.Running;

/** Looks a key up in a map. Where the map is an array that all threads share, compiled programs do it without leaving. */
record MapLookup(MapSpace space, Helper general) implements Helper {
    @Override
    public long call(Running program, long a, long b, long c, long d, long e) {
        return general.call(program, a, b, c, d, e);
    }

    @Override
    public Helper specialize(long map) {
        boolean shared = space.map(map) instanceof ArrayMap array && array.laneStride() == 0;
        return shared ? new InArray((ArrayMap) space.map(map), general) : this;
    }

    private record InArray(ArrayMap array, Helper general) implements MachineHelper {
        @Override
        public long call(Running program, long a, long b, long c, long d, long e) {
            return general.call(program, a, b, c, d, e);
        }

        @Override
        public void emit(Assembler a) {
            int end = a.newLabel();
            int outside = a.newLabel();
            a.mov(W32, RAX, mem(RSI)); // the key is an index
            a.cmpi(W32, RAX, array.definition().maxEntries());
            a.jcc(Cond.ABOVE_EQUAL, outside);
            a.imuli(W64, RAX, RAX, array.stride());
            a.movi64(R11, array.address());
            a.add(RAX, R11);
            a.jmp(end);
            a.bind(outside);
            a.movi(W32, RAX, 0);
            a.bind(end);
        }
    }
}
