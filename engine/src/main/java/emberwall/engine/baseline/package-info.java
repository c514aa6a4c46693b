/**
 * The baseline compiler: machine code for one function in one pass over its validated body.
 *
 * <p>Each slot of the frame (locals first, then operands) has a canonical place in memory. The {@code ValueStack} knows better places for some: a register, several slots perhaps sharing it, or a
 * constant that is nowhere yet. An operand is therefore mostly not computed but only noted, and folded into the
 * instruction that consumes it.
 *
 * <p>Where control flow meets, all sides must agree. The first branch to a label decides ({@code Edges}): every register holds one slot at most, all other slots are in memory. What a branch
 * costs the compiler is bounded by the number of registers, never by that of locals or operands, so no function can make
 * compilation slow.
 *
 * <p>Traps leave by a call behind the function's code, one for each site, whose return address names the site in the
 * {@link emberwall.engine.code.PositionTable}.
 */
package emberwall.engine.baseline;
