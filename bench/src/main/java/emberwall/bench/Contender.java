package emberwall.bench;

import java.io.IOException;

/** Someone who can run the benchmark programs; a column of {@link Compare}'s tables. */
interface Contender {
    /** By which {@code --with} asks for it. */
    String key();

    /** The column's title. */
    String name();

    /** What exactly is measured: a version, and flags if there are any. */
    String version();

    /** Milliseconds of one repetition, or NaN where this program cannot be run. */
    double run(Programs.Case program) throws IOException, InterruptedException;

    /** Milliseconds of processor time to compile the whole module once warm, or NaN where that says nothing. */
    double compile(Programs.Case program) throws IOException, InterruptedException;
}
