package emberwall.ebpf.verify;

/**
 * Eight bytes of a stack frame: what each byte is, lowest address in the lowest byte of {@code bytes}, and the register or the
 * iterator that lies there, if one does.
 */
record Slot(long bytes, RegisterState spilled, Iterator iterator) {
    static final int INVALID = 0;
    static final int SPILL = 1;
    static final int MISC = 2;
    static final int ZERO = 3;
    static final int ITERATOR = 4;

    static final int SIZE = 8;

    static final Slot EMPTY = new Slot(0, null);
    private static final long EACH = 0x0101_0101_0101_0101L;

    /**
     * What gives elements one by one.
     *
     * @param reference by which it has to be given back
     * @param drained whether it has given all
     */
    record Iterator(int reference, boolean drained) {}

    Slot(long bytes, RegisterState spilled) {
        this(bytes, spilled, null);
    }

    static Slot of(Iterator iterator) {
        return new Slot(EACH * ITERATOR, null, iterator);
    }

    /** A register as a whole. */
    static Slot of(RegisterState register) {
        return new Slot(EACH * SPILL, register);
    }

    int at(int index) {
        return (int) (bytes >>> 8 * index) & 0xff;
    }

    /** Whether a register, all of it or the lower half, lies at the beginning. */
    boolean isSpill() {
        return spilled != null;
    }

    boolean isIterator() {
        return iterator != null;
    }

    boolean isWholeSpill() {
        return bytes == EACH * SPILL;
    }

    /** The same with other bytes; what is left of a spilled register is just bytes (of a pointer: nothing). */
    Slot with(int index, int count, int type) {
        var result = isSpill() ? spread() : this;
        var mask = (count == 8 ? -1L : (1L << 8 * count) - 1) << 8 * index;
        var changed = result.bytes & ~mask | EACH * type & mask;
        return new Slot(changed, null);
    }

    /** The lower half of a number at the beginning. */
    Slot withLowerHalf(RegisterState number) {
        var rest = with(0, 4, MISC);
        return new Slot(rest.bytes & ~0xffff_ffffL | EACH * SPILL & 0xffff_ffffL, number);
    }

    /** Without the register that was spilled. */
    private Slot spread() {
        long changed = 0;
        var type = spilled.isScalar() ? MISC : INVALID; // whether it is 0 was nothing that mattered
        for (int i = 0; i < SIZE; i++) {
            changed |= (long) (at(i) == SPILL ? type : at(i)) << 8 * i;
        }
        return new Slot(changed, null);
    }

    @Override
    public String toString() {
        if (isWholeSpill()) {
            return spilled.toString();
        }
        if (isIterator()) {
            return "iter_num(ref_id=" + iterator.reference() + (iterator.drained() ? ",drained)" : ",active)");
        }
        var text = new StringBuilder();
        for (int i = SIZE - 1; i >= 0; i--) {
            text.append("?rm0".charAt(at(i)));
        }
        return isSpill() ? text + "(" + spilled + ")" : text.toString();
    }
}
