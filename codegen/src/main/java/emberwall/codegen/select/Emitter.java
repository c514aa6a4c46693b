package emberwall.codegen.select;

import emberwall.codegen.Convention;

/** Writes allocated code as bytes. */
public final class Emitter {
    private Emitter() {}

    /**
     * Where in the frame a value that an exception brings is expected, from the frame pointer.
     *
     * @param wide whether any value that the function catches is a vector: each takes 16 bytes then, else 8
     */
    public static int caughtSlot(int number, boolean wide) {
        return wide ? Convention.wideSlot(number) : Convention.slot(number);
    }
}
