/**
 * Where machine code lives. A {@link emberwall.link.CodeSpace} is one reserved region, small enough that everything in
 * it reaches everything else by a signed 32-bit distance:
 *
 * <pre>
 *   base                                                       base + bytes
 *   | blob | blob | free | blob | ->   ...        <- | cells | cells |
 * </pre>
 *
 * Code is assembled elsewhere and published in one go. Each byte is mapped twice, writable at one address and executable
 * at another, so nothing is ever both through one mapping, patching is an ordinary store, and no protection changes.
 * Cells are the patchable words that code jumps and calls through, relative to {@code rip}; they keep pages of their own,
 * for a store near running code makes the processor start over.
 *
 * <p>A {@link emberwall.link.CodeMap} answers which blob a program counter lies in, without locks.
 */
package emberwall.link;
