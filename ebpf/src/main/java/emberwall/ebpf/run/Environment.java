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

    /** {@return where the context has the packet's bounds, for packet loads; null if there is no packet} */
    default PacketFields packet() {
        return null;
    }

    /**
     * Two addresses in the context, of 8 bytes each.
     *
     * @param start offset of the address of the first byte
     * @param end offset of the address behind the last byte
     */
    record PacketFields(int start, int end) {}
}
