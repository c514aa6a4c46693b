package emberwall.ebpf.run;

import emberwall.ebpf.insn.Insn;

/** What a program is put into: its helpers, maps and packets. */
public interface Environment {
    /** Nothing to call and nothing to refer to. */
    Environment NONE = number -> null;

    /** {@return the helper with this number, or null if there is none} */
    Helper helper(int number);

    /** {@return the host's function with this number, which in the kernel is a BTF type, or null if there is none} */
    default Helper runtime(int number) {
        return null;
    }

    /**
     * {@return the word that an {@code lddw} loads: of a map what helpers know it by, of a map's value its address}
     *
     * @param reference whose {@code src} is neither {@link Insn#VALUE} nor {@link Insn#FUNCTION}
     * @throws IllegalArgumentException if there is no such thing
     */
    default long address(Insn reference) {
        throw new IllegalArgumentException("nothing to refer to: " + reference);
    }

    /** {@return what the context says of a packet; null if there is none, and no packet loads} */
    default PacketFields packet() {
        return null;
    }

    /**
     * What a context says of a packet, by offsets in the context, -1 of what it does not say. Addresses have 8 bytes, numbers 4.
     *
     * @param bytes of the context, a multiple of 8
     * @param written whether programs may store in the context
     * @param start of the address of the first byte
     * @param end of the address behind the last byte
     * @param meta of the address of data in front of the packet, of which there are none
     * @param length of the number of bytes
     * @param protocol of the Ethernet type in network order, 0 of packets that are too short; where {@code length} is
     */
    record PacketFields(int bytes, boolean written, int start, int end, int meta, int length, int protocol) {}
}
