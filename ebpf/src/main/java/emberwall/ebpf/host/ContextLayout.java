package emberwall.ebpf.host;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.Opcode;
import emberwall.ebpf.run.Environment.PacketFields;
import emberwall.ebpf.verify.Accepted;
import emberwall.ebpf.verify.ContextType;
import emberwall.ebpf.verify.ContextType.FieldKind;
import emberwall.ebpf.verify.ContextTypes;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a context is kept. Numbers lie where programs read them. Addresses take 8 bytes, which fields of 4 bytes have no room
 * for: these have words behind the context, and an accepted program is made to load from there, as the kernel does.
 *
 * <pre>
 *   xdp_md   | data data_end data_meta ingress_ifindex ... |  data  |  data_end  |  data_meta  |
 *            0                                             24       32           40            48
 * </pre>
 */
final class ContextLayout {
    // In __sk_buff, which has numbers about the packet, too.
    private static final int LENGTH = 0;
    private static final int PROTOCOL = 16;

    private final Map<ContextType.Field, Integer> places = new HashMap<>();
    private final int bytes;
    private final PacketFields packet;

    ContextLayout(ContextType type) {
        int[] byKind = new int[FieldKind.values().length];
        Arrays.fill(byKind, -1);
        int end = type.size() + 7 & -8;
        for (ContextType.Field field : type.fields()) {
            if (field.kind() == FieldKind.NUMBER) {
                continue;
            }
            int place = field.size() == Long.BYTES ? field.offset() : end;
            end += field.size() == Long.BYTES ? 0 : Long.BYTES;
            places.put(field, place);
            byKind[field.kind().ordinal()] = place;
        }
        bytes = Math.max(end, Long.BYTES);
        boolean isSocketBuffer = type.equals(ContextTypes.of(ProgramKind.SOCKET_FILTER));
        int first = byKind[FieldKind.PACKET.ordinal()];
        packet = first < 0
                ? null
                : new PacketFields(
                        bytes,
                        type.fields().stream().anyMatch(ContextType.Field::writable),
                        first,
                        byKind[FieldKind.PACKET_END.ordinal()],
                        byKind[FieldKind.PACKET_META.ordinal()],
                        isSocketBuffer ? LENGTH : -1,
                        isSocketBuffer ? PROTOCOL : -1);
    }

    /** How many bytes the context takes, with the words behind it. */
    int bytes() {
        return bytes;
    }

    /** Makes all addresses null in a context that somebody else has filled. */
    void clearAddresses(long context) {
        for (int place : places.values()) {
            RawMemory.putLong(context + place, 0);
        }
    }

    /** What it says of a packet, or null. */
    PacketFields packet() {
        return packet;
    }

    /** The program with loads of addresses from where they are. */
    Instructions convert(Instructions code, Accepted proof) {
        List<Insn> insns = new ArrayList<>(code.list());
        proof.addressLoads().forEach((index, field) -> {
            Insn load = insns.get(index);
            int offset = load.offset() - field.offset() + places.get(field);
            insns.set(index, new Insn(Opcode.LDXDW, load.dst(), load.src(), offset, 0));
        });
        return Instructions.of(insns);
    }
}
