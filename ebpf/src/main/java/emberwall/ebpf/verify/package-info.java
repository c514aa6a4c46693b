/**
 * The verifier: proves of an eBPF program, before it runs, that it ends and stays inside of its memory.
 *
 * <p>Every path is walked with abstract values, as the Linux kernel does, because programs are written against that:
 *
 * <pre>
 *  Tnum ─► Word ─► Scalar ─► RegisterState ─► StackState ─► State ─► Verifier
 *  bits    a width  64 and    a number or      what lies     one      walks all paths, and stops where
 *                   32 bits   a pointer        in a frame    point    a state is inside of one that was seen
 * </pre>
 *
 * <p>The domain ({@code Tnum} to {@code Scalar}) knows nothing of programs and is tested against all values of small widths.
 * Pruning asks what the rest of a path can see: registers by a data flow analysis beforehand, stack slots by what paths read,
 * and the values of numbers only where a check or a decision depended on them ({@code Precision}).
 */
package emberwall.ebpf.verify;
