package emberwall.link;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Free ranges of a region, counted in units: the smallest that fits is given out, neighbours are joined. Both in
 * logarithmic time.
 */
final class FreeRanges {
    private final TreeMap<Integer, Integer> lengths = new TreeMap<>(); // start -> length
    private final TreeSet<Long> bySize = new TreeSet<>(); // length << 32 | start

    /** The start of a range of {@code length} units that is free no longer, or -1. */
    int take(int length) {
        Long fit = bySize.ceiling((long) length << 32);
        if (fit == null) {
            return -1;
        }
        int start = (int) (long) fit;
        int found = (int) (fit >>> 32);
        remove(start, found);
        if (found > length) {
            add(start + length, found - length);
        }
        return start;
    }

    /** Frees a range and joins it with its neighbours. */
    void give(int start, int length) {
        int from = start;
        int to = start + length;
        Map.Entry<Integer, Integer> before = lengths.lowerEntry(start);
        if (before != null && before.getKey() + before.getValue() >= from) {
            assert before.getKey() + before.getValue() == from : "freed twice";
            from = before.getKey();
            remove(from, before.getValue());
        }
        Map.Entry<Integer, Integer> after = lengths.ceilingEntry(start);
        if (after != null && after.getKey() <= to) {
            assert after.getKey() == to : "freed twice";
            to = after.getKey() + after.getValue();
            remove(after.getKey(), after.getValue());
        }
        add(from, to - from);
    }

    /** If the range that ends at {@code end} is free, takes it all and returns its start; else returns {@code end}. */
    int takeEnd(int end) {
        Map.Entry<Integer, Integer> last = lengths.lowerEntry(end);
        if (last == null || last.getKey() + last.getValue() != end) {
            return end;
        }
        remove(last.getKey(), last.getValue());
        return last.getKey();
    }

    /** How many ranges are free. */
    int count() {
        return lengths.size();
    }

    private void add(int start, int length) {
        lengths.put(start, length);
        bySize.add((long) length << 32 | start);
    }

    private void remove(int start, int length) {
        lengths.remove(start);
        bySize.remove((long) length << 32 | start);
    }
}
