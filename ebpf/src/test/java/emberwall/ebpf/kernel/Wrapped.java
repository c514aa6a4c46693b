package emberwall.ebpf.kernel;

import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Opcode;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs over plain memory (r1 its address, r2 its length) as the kernel can run them: an XDP program whose memory is the value
 * of a map, and that leaves all of r0 in another.
 */
public final class Wrapped {
    /** The map whose value is the memory, and the one that the result is left in. */
    public static final int MEMORY = 0;

    public static final int RESULT = 1;

    private Wrapped() {}

    /** Makes an XDP program of one over memory; null if a jump would be too far. */
    public static Program of(String name, Instructions code, int bytes) {
        List<Insn> wrapped = new ArrayList<>();
        int[] moved = new int[code.size()];
        if (bytes > 0) {
            wrapped.add(new Insn(Opcode.LDDW, 1, Insn.MAP_VALUE, 0, MEMORY));
        } else {
            wrapped.add(new Insn(Opcode.MOV_IMM, 1, 0, 0, 0));
        }
        wrapped.add(new Insn(Opcode.MOV_IMM, 2, 0, 0, bytes));
        for (int i = 0; i < code.size(); i++) {
            moved[i] = wrapped.size();
            if (code.get(i).kind() == Kind.EXIT && code.subprogram(i) == 0) {
                wrapped.add(new Insn(Opcode.LDDW, 1, Insn.MAP_VALUE, 0, RESULT));
                wrapped.add(new Insn(Opcode.STXDW, 1, 0, 0, 0));
            }
            wrapped.add(code.get(i));
        }
        int[] slots = new int[wrapped.size() + 1];
        for (int i = 0; i < wrapped.size(); i++) {
            slots[i + 1] = slots[i] + wrapped.get(i).slots();
        }
        for (int i = 0; i < code.size(); i++) {
            if (code.target(i) >= 0) {
                int distance = slots[moved[code.target(i)]] - slots[moved[i]] - 1;
                if (!retarget(wrapped, moved[i], distance)) {
                    return null;
                }
            }
        }
        return Program.of(name, ProgramKind.XDP, Instructions.of(wrapped), maps(bytes));
    }

    /** The maps of such a program. */
    public static List<MapDefinition> maps(int bytes) {
        return List.of(
                new MapDefinition("memory", MapKind.ARRAY, 4, Math.max(bytes, 1), 1, 0),
                new MapDefinition("result", MapKind.ARRAY, 4, 8, 1, 0));
    }

    private static boolean retarget(List<Insn> list, int at, int distance) {
        Insn insn = list.get(at);
        boolean byImmediate =
                insn.kind() == Kind.CALL_LOCAL || insn.kind() == Kind.LOAD_WIDE || insn.opcode() == Opcode.JA32;
        if (!byImmediate && distance != (short) distance) {
            return false;
        }
        list.set(
                at,
                byImmediate
                        ? new Insn(
                                insn.opcode(),
                                insn.dst(),
                                insn.src(),
                                insn.offset(),
                                insn.slots() == 2 ? distance & 0xFFFF_FFFFL : distance)
                        : new Insn(insn.opcode(), insn.dst(), insn.src(), distance, insn.immediate()));
        return true;
    }
}
