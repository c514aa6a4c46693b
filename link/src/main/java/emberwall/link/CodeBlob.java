package emberwall.link;

/** A piece of published code. It stays where it is until {@link CodeSpace#free} or the end of its code space. */
public final class CodeBlob {
    private final long address;
    private final int length;
    private final Object owner;

    CodeBlob(long address, int length, Object owner) {
        this.address = address;
        this.length = length;
        this.owner = owner;
    }

    /** Where the first instruction is executed: a multiple of 16. */
    public long address() {
        return address;
    }

    /** Bytes of code. */
    public int length() {
        return length;
    }

    /** Whatever the publisher wants to find again by a program counter; may be null. */
    public Object owner() {
        return owner;
    }

    /** The address behind the last byte. */
    public long end() {
        return address + length;
    }

    /**
     * Whether {@code pc} belongs to this code. The end counts too, and never is the start of another blob: it is the
     * return address of a last instruction that calls and never comes back.
     */
    public boolean contains(long pc) {
        return pc >= address && pc <= address + length;
    }

    /** How far {@code pc} lies from the first instruction. */
    public int offset(long pc) {
        return (int) (pc - address);
    }

    @Override
    public String toString() {
        return "code at " + Long.toHexString(address) + ", " + length + " bytes, " + owner;
    }
}
