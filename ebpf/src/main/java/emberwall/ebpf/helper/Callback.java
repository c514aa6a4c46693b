package emberwall.ebpf.helper;

import java.util.List;

/**
 * What a helper calls a subprogram with, and how often.
 *
 * @param parameters what is in r1 and on
 * @param repeated whether it is called more than once; until it answers 1 where {@code stops}
 * @param countArgument number of the helper's argument (from 1) that bounds how often, or 0: as often as the map has entries
 */
public record Callback(List<Parameter> parameters, boolean repeated, boolean stops, int countArgument) {
    /** What a callback's register holds. */
    public enum Parameter {
        /** A number that counts from 0 and stays below the helper's count argument. */
        INDEX,
        /** The map of the helper's arguments. */
        MAP,
        /** A key of that map, read-only. */
        MAP_KEY,
        /** A value of that map. */
        MAP_VALUE,
        /** What the program passed on for its callback: the helper's argument {@link Argument.Kind#STACK}. */
        PASSED,
        /** A dynamic pointer, read-only. */
        DYNAMIC_POINTER
    }

    public Callback {
        parameters = List.copyOf(parameters);
    }
}
