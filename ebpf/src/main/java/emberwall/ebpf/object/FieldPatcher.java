package emberwall.ebpf.object;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.btf.BtfExt.RelocationRecord;
import emberwall.ebpf.btf.Relocator;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Opcode;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Writes answers about types into instructions. An instruction that asks for what the host does not have becomes a call of a
 * helper that nobody has, so that it is only refused where it can be reached.
 */
final class FieldPatcher {
    /** The number of no helper: libbpf uses the same one. */
    static final int NOWHERE = 0x0BAD_2310;

    private static final long POISON = new Insn(Opcode.CALL, 0, 0, 0, NOWHERE).word();

    /** Unsigned ones: others cannot change their width. */
    private static final Opcode[] LOADS = {Opcode.LDXB, Opcode.LDXH, Opcode.LDXW, Opcode.LDXDW};

    private final Relocator relocator;

    FieldPatcher(Relocator relocator) {
        this.relocator = relocator;
    }

    /** Changes the instruction in {@code words[slot]}. */
    void patch(long[] words, int slot, RelocationRecord record) {
        OptionalLong answer = relocator.answer(record);
        boolean wide = Opcode.LDDW.is(words[slot]);
        if (wide && slot + 1 == words.length) {
            throw fault(record, "is in a cut instruction");
        }
        if (answer.isEmpty()) {
            words[slot] = POISON;
            if (wide) {
                words[slot + 1] = POISON;
            }
            return;
        }
        long value = answer.getAsLong();
        switch ((int) words[slot] & 7) {
            case 4, 7 -> words[slot] = immediate(words[slot], value, record);
            case 1, 2, 3 -> words[slot] = memory(words[slot], value, record);
            case 0 -> {
                if (!wide) {
                    throw fault(record, "is in an instruction that takes no number");
                }
                words[slot] = words[slot] & 0xFFFF_FFFFL | value << 32;
                words[slot + 1] = words[slot + 1] & 0xFFFF_FFFFL | value >>> 32 << 32;
            }
            default -> throw fault(record, "is in a jump");
        }
    }

    private long immediate(long word, long value, RelocationRecord record) {
        if ((word & 8) != 0) {
            throw fault(record, "is in an instruction without immediate");
        }
        if (value != (int) value && value >>> 32 != 0) {
            throw fault(record, "needs more than 32 bits: " + value);
        }
        return word & 0xFFFF_FFFFL | value << 32;
    }

    private long memory(long word, long value, RelocationRecord record) {
        if (value < 0 || value > Short.MAX_VALUE) {
            throw fault(record, "needs the offset " + value + ", which does not fit into an instruction");
        }
        long patched = word & ~0xFFFF_0000L | value << 16;
        return Stream.of(LOADS).anyMatch(load -> load.is(word))
                ? resized(patched, relocator.fieldSize(record))
                : patched;
    }

    private static long resized(long load, int bytes) {
        for (Opcode other : LOADS) {
            if (other.bytes() == bytes) {
                return load & ~0xFFL | other.code();
            }
        }
        return load;
    }

    private ObjectException fault(RelocationRecord record, String problem) {
        return new ObjectException("the relocation for " + relocator.describe(record), problem);
    }
}
