/**
 * Functions as graphs in SSA form. Whatever has an effect, or may trap, is <em>pinned</em>: it stands in a block, in order.
 * What only computes <em>floats</em>: it has inputs but no place until a scheduler gives it one.
 *
 * <pre>
 *   b0(%0: i32):                    blocks have parameters, which edges fill
 *     jump b1(%0, i32 0)
 *   b1(%1: i32, %2: i32):
 *     %3 = i32.load [%1 + 8] ...    pinned: between the effects before and behind it
 *     %4 = i32.add %2, %3           floating: written where it is first needed
 *     branch %3, b1(%3, %4), b2()
 *   b2():
 *     return %4
 * </pre>
 *
 * A {@link emberwall.ir.Builder} makes values: it folds constants ({@link emberwall.op.Eval} says what they compute),
 * simplifies, and finds the value that is there already, before it makes a new node. Nothing is moved or copied for that,
 * since what floats has no place. Dead values are those that nobody pinned needs: they are never collected, only not
 * scheduled.
 *
 * <p>A {@link emberwall.ir.Pass} makes a graph better, and leaves one that means the same.
 * A {@link emberwall.ir.Schedule} gives what floats its places in the end, and says in which order code stands.
 *
 * <p>Nodes are ints, and so are values: the node that makes one. Blocks are objects, of which there are hundreds.
 */
package emberwall.ir;
