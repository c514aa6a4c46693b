package emberwall.ebpf.map;

import java.util.Arrays;

/** Records of ring buffers that runs have reserved and not given back yet, by lane: used by the run in the lane only. */
final class Reservations {
    private final long[][] records;
    private final int[] counts;

    Reservations(int lanes) {
        records = new long[lanes][2];
        counts = new int[lanes];
    }

    void add(int lane, long record) {
        if (counts[lane] == records[lane].length) {
            records[lane] = Arrays.copyOf(records[lane], 2 * counts[lane]);
        }
        records[lane][counts[lane]++] = record;
    }

    void remove(int lane, long record) {
        for (int i = counts[lane] - 1; i >= 0; i--) {
            if (records[lane][i] == record) {
                records[lane][i] = records[lane][--counts[lane]];
                return;
            }
        }
    }

    /** One that is left, taken out; or 0. */
    long take(int lane) {
        return counts[lane] == 0 ? 0 : records[lane][--counts[lane]];
    }
}
