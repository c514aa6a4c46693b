package emberwall.engine.stops;

import java.util.List;

/**
 * A guest stands still.
 *
 * @param kind why
 * @param frames its frames, innermost first, those of functions that were built into others included
 */
public record Stop(Kind kind, List<SourceFrame> frames) {
    /** Why a guest stands still. */
    public enum Kind {
        /** It begins a round of a loop. */
        LOOP,
        /** It calls the host. */
        HOST_CALL,
        /** It traps. */
        TRAP
    }
}
