package emberwall.engine.code;

import emberwall.codegen.select.StopState;
import emberwall.op.Type;
import java.util.Arrays;

/**
 * Where optimized code has the locals and operands of its source when it stops: the return addresses of calls, polls and traps
 * that have such a state. A state is a run of bytes, read when somebody asks:
 *
 * <pre>
 *   number of slots
 *   by slot: its distance from the one behind the one before
 *            value << 6 | type << 3 | kind     register, word of the frame, or constant that is short: its value
 *            8 or 16 bytes                     a constant that is not
 * </pre>
 *
 * Numbers have seven bits in each byte, the lowest first. Neighbours that are alike share their bytes.
 */
public final class FrameStates {
    /** The table of a function without states. */
    public static final FrameStates EMPTY = new FrameStates(new byte[0], new int[0]);

    private static final int ROW = 2;
    private static final int KIND_BITS = 3;
    private static final int HEAD_BITS = 6;
    private static final int PLACE = 0;
    private static final int SHORT = 1;
    private static final int LONG = 2;

    private static final Type[] TYPES = {Type.I32, Type.I64, Type.F32, Type.F64, Type.V128};
    /** In place of the number of a type: a reference, which is an i64. */
    private static final int REFERENCE = TYPES.length;

    private final byte[] bytes;
    /** By stop: its return address in the code, ascending, and where its bytes begin. */
    private final int[] rows;

    private FrameStates(byte[] bytes, int[] rows) {
        this.bytes = bytes;
        this.rows = rows;
    }

    /** How many stops have a state. */
    public int count() {
        return rows.length / ROW;
    }

    /** The size of the table in bytes. */
    public int size() {
        return bytes.length + 4 * rows.length;
    }

    /** Slots and where their values are. A place is that of an {@link emberwall.codegen.alloc.Allocation}. */
    public static final class State {
        private final int[] slots;
        private final Type[] types;
        private final boolean[] references;
        private final int[] places;
        private final long[] low;
        private final long[] high;

        private State(int count) {
            slots = new int[count];
            types = new Type[count];
            references = new boolean[count];
            places = new int[count];
            low = new long[count];
            high = new long[count];
        }

        /** How many slots hold something. */
        public int count() {
            return slots.length;
        }

        /** The number of a slot, as in {@link emberwall.ir.Graph#slots}; they ascend. */
        public int slot(int index) {
            return slots[index];
        }

        /** The type of its value; a reference is an i64. */
        public Type type(int index) {
            return types[index];
        }

        /** Whether its value is a reference; a null that is a constant may not say so. */
        public boolean isReference(int index) {
            return references[index];
        }

        /** Its place, or {@link StopState#CONSTANT}. */
        public int place(int index) {
            return places[index];
        }

        /** The bits of a constant, of a vector the lower half. */
        public long low(int index) {
            return low[index];
        }

        /** The upper half of a constant vector. */
        public long high(int index) {
            return high[index];
        }
    }

    /** The state at a return address in the code, or null if there is none. */
    public State find(int codeOffset) {
        int from = 0;
        int to = count() - 1;
        while (from < to) {
            int middle = from + to >>> 1;
            if (rows[middle * ROW] < codeOffset) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        boolean found = from < count() && rows[from * ROW] == codeOffset;
        return found ? new Reader(rows[from * ROW + 1]).state() : null;
    }

    private final class Reader {
        private int at;

        Reader(int at) {
            this.at = at;
        }

        State state() {
            State state = new State((int) number());
            int slot = 0;
            for (int i = 0; i < state.count(); i++) {
                slot += (int) number();
                state.slots[i] = slot++;
                long head = number();
                int kind = (int) head & (1 << KIND_BITS) - 1;
                long value = head >>> HEAD_BITS;
                int type = (int) head >>> KIND_BITS & (1 << HEAD_BITS - KIND_BITS) - 1;
                state.types[i] = type == REFERENCE ? Type.I64 : TYPES[type];
                state.references[i] = type == REFERENCE;
                state.places[i] = kind == PLACE ? (int) value : StopState.CONSTANT;
                if (kind == SHORT) {
                    state.low[i] = value;
                } else if (kind == LONG) {
                    state.low[i] = word();
                    state.high[i] = state.types[i] == Type.V128 ? word() : 0;
                }
            }
            return state;
        }

        private long number() {
            long number = 0;
            for (int shift = 0; ; shift += 7) {
                int b = bytes[at++];
                number |= (long) (b & 0x7F) << shift;
                if (b >= 0) {
                    return number;
                }
            }
        }

        private long word() {
            long word = 0;
            for (int shift = 0; shift < 64; shift += 8) {
                word |= (bytes[at++] & 0xFFL) << shift;
            }
            return word;
        }
    }

    /** Collects the states of one function; to be used again for the next. */
    public static final class Builder {
        private static final int MOST_BYTES = 32;
        private static final long SHORTEST_LONG = 1L << 32;

        private byte[] bytes = new byte[1024];
        private int size;
        private int latest;
        private int[] rows = new int[64];
        private int rowCount;

        /** Forgets all states. */
        public void reset() {
            size = 0;
            latest = 0;
            rowCount = 0;
        }

        /** Adds a state; returns what {@link #at} takes. */
        public int add(StopState state) {
            int from = size;
            number(state.count());
            int next = 0;
            for (int i = 0; i < state.count(); i++) {
                number(state.slot(i) - next);
                next = state.slot(i) + 1;
                value(state, i);
            }
            if (from > 0 && Arrays.equals(bytes, latest, from, bytes, from, size)) {
                size = from;
                return latest;
            }
            latest = from;
            return from;
        }

        private void value(StopState state, int index) {
            Type type = state.type(index);
            int number =
                    state.isReference(index) ? REFERENCE : Arrays.asList(TYPES).indexOf(type);
            long head = (long) number << KIND_BITS;
            if (state.place(index) != StopState.CONSTANT) {
                number((long) state.place(index) << HEAD_BITS | head | PLACE);
                return;
            }
            long low = type.bits() == 32 ? state.low(index) & 0xFFFF_FFFFL : state.low(index);
            long high = type == Type.V128 ? state.high(index) : 0;
            if (low >= 0 && low < SHORTEST_LONG && high == 0) {
                number(low << HEAD_BITS | head | SHORT);
                return;
            }
            number(head | LONG);
            word(low);
            if (type == Type.V128) {
                word(high);
            }
        }

        private void number(long number) {
            reserve();
            long rest = number;
            while (rest > 0x7F) {
                bytes[size++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[size++] = (byte) rest;
        }

        private void word(long word) {
            reserve();
            for (int shift = 0; shift < 64; shift += 8) {
                bytes[size++] = (byte) (word >> shift);
            }
        }

        private void reserve() {
            if (size + MOST_BYTES > bytes.length) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            }
        }

        /** A stop with this return address has a state that was added; addresses ascend. */
        public void at(int codeOffset, int state) {
            if (rowCount + ROW > rows.length) {
                rows = Arrays.copyOf(rows, rowCount * 2);
            }
            rows[rowCount++] = codeOffset;
            rows[rowCount++] = state;
        }

        /** The table of all of them. */
        public FrameStates build() {
            return rowCount == 0 ? EMPTY : new FrameStates(Arrays.copyOf(bytes, size), Arrays.copyOf(rows, rowCount));
        }
    }
}
