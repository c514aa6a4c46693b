package emberwall.wasm.text;

import java.util.Arrays;

/** The content of one section while it is being written: entries, their number, and where in the text they come from. */
final class Section {
    private final BinaryWriter bytes = new BinaryWriter();
    private int[] marks = new int[32];
    private int marked;
    private int count;

    BinaryWriter bytes() {
        return bytes;
    }

    /** How many entries there are. */
    int count() {
        return count;
    }

    /** Begins an entry; gives where to write it. */
    BinaryWriter entry(int textOffset) {
        count++;
        mark(textOffset);
        return bytes;
    }

    /** Says that what is written next comes from this place in the text. */
    void mark(int textOffset) {
        add(bytes.size(), textOffset);
    }

    private void add(int offset, int textOffset) {
        if (marked == marks.length) {
            marks = Arrays.copyOf(marks, marked * 2);
        }
        marks[marked++] = offset;
        marks[marked++] = textOffset;
    }

    /** How many marks there are. */
    int marks() {
        return marked / 2;
    }

    /** The offset in the section that a mark is about. */
    int markedOffset(int mark) {
        return marks[2 * mark];
    }

    /** The place in the text that a mark names. */
    int markedText(int mark) {
        return marks[2 * mark + 1];
    }

    /** Appends bytes and marks of a part that was written on its own. */
    void append(Section part) {
        int shift = bytes.size();
        for (int mark = 0; mark < part.marks(); mark++) {
            add(shift + part.markedOffset(mark), part.markedText(mark));
        }
        bytes.bytes(part.bytes);
    }

    /** Forgets everything. */
    void clear() {
        bytes.truncate(0);
        marked = 0;
        count = 0;
    }
}
