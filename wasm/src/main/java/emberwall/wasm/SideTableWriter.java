package emberwall.wasm;

import static emberwall.wasm.SideTable.CARRIED;
import static emberwall.wasm.SideTable.ENTRY;
import static emberwall.wasm.SideTable.HEIGHT;
import static emberwall.wasm.SideTable.NEXT;
import static emberwall.wasm.SideTable.TARGET;

import java.util.Arrays;

/**
 * Writes a side table while a body is checked. Entries that wait for the end of a block are chained through their target,
 * the chain's head being the block's.
 */
final class SideTableWriter {
    private static final int INITIAL = 256 * ENTRY;
    private static final int KEPT = 1 << 16;

    private int[] entries = new int[INITIAL];
    private int size;

    void clear() {
        size = 0;
        if (entries.length > KEPT) {
            entries = new int[INITIAL];
        }
    }

    /** Where the next entry will begin. */
    int position() {
        return size;
    }

    /** An entry for a branch to a label. */
    void branch(ControlStack control, int label, int carried) {
        int height = control.floor(label);
        if (control.kind(label) == ControlStack.LOOP) {
            add(control.target(label), control.next(label), carried, height);
        } else {
            int entry = size;
            add(control.pending(label), 0, carried, height);
            control.pending(label, entry);
        }
    }

    /** An entry whose target will be told by {@link #patch}; gives its position. */
    int open(int carried, int height) {
        int entry = size;
        add(0, 0, carried, height);
        return entry;
    }

    /** An open entry leads to a target and to the entry that will be written next. */
    void patch(int entry, int target) {
        entries[entry + TARGET] = target;
        entries[entry + NEXT] = size;
    }

    /** All that waited for the end of the innermost block lead to this target. */
    void patchPending(ControlStack control, int target) {
        int entry = control.pending(0);
        while (entry >= 0) {
            int following = entries[entry + TARGET];
            patch(entry, target);
            entry = following;
        }
    }

    SideTable finish() {
        return new SideTable(Arrays.copyOf(entries, size));
    }

    private void add(int target, int next, int carried, int height) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size + (size >> 1) / ENTRY * ENTRY);
        }
        entries[size + TARGET] = target;
        entries[size + NEXT] = next;
        entries[size + CARRIED] = carried;
        entries[size + HEIGHT] = height;
        size += ENTRY;
    }
}
