/**
 * What guests have in their frames while they stand still: where loops begin and where they call the host. Both the reference
 * tier and the native ones say it, so that one can be held against the other, value by value. For tests; not for programs.
 *
 * <pre>
 *   Watched (a store) ──at each stop──► Stop ──► SourceFrame, innermost first
 * </pre>
 */
package emberwall.engine.stops;
