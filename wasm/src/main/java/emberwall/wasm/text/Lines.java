package emberwall.wasm.text;

import java.io.IOException;

/** Text that is written a line at a time, indented by nesting. */
final class Lines {
    private static final int STEP = 2;
    /** Deeper lines stand no further to the right: text must not grow beyond all measure. */
    private static final int DEEPEST = 24;

    private static final int FULL = 1 << 12;

    private final Appendable out;
    private final StringBuilder line = new StringBuilder();
    private boolean begun;

    Lines(Appendable out) {
        this.out = out;
    }

    /** Begins a line and gives what it is to be written into. */
    StringBuilder begin(int depth) throws IOException {
        if (begun) {
            line.append('\n');
        }
        begun = true;
        spill();
        line.repeat(' ', Math.min(depth, DEEPEST) * STEP);
        return line;
    }

    /** The line that has been begun. */
    StringBuilder line() {
        return line;
    }

    /** Passes on what has been written, if it is much. */
    void relieve() throws IOException {
        if (line.length() > FULL) {
            spill();
        }
    }

    /** Ends the last line. */
    void end() throws IOException {
        line.append('\n');
        spill();
    }

    private void spill() throws IOException {
        out.append(line);
        line.setLength(0);
    }
}
