package emberwall.engine.stops;

import java.util.List;

/**
 * A guest stands still.
 *
 * @param isLoop whether it begins a round of a loop; else it calls the host
 * @param frames its frames, innermost first, those of functions that were built into others included
 */
public record Stop(boolean isLoop, List<SourceFrame> frames) {}
