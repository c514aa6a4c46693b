/**
 * The vocabulary that every language and every back end shares: what can be computed, on what, and what comes out.
 *
 * <pre>
 *   wasm rows ─┐                 ┌─► Eval, VectorEval   the meaning, in Java
 *   ebpf rows ─┼─► Op × Type ────┤
 *   ir nodes  ─┘                 └─► machine code       one back end per processor
 * </pre>
 *
 * An operation is a pair: an {@link emberwall.op.Op operator} and the {@link emberwall.op.Type type} it works on, so that
 * one {@code ADD} serves integers, floats and vector lanes. {@link emberwall.op.Eval} says what every scalar pair
 * computes, {@link emberwall.op.VectorEval} does so for vectors; they are the definition of semantics in this project:
 * constant folding, the reference interpreter and the tests of every compiler ask them. {@link emberwall.op.WaitQueues}
 * is the meaning of the two that threads meet by. What an operation may do besides computing is a {@link emberwall.op.Fault} or, for whole
 * programs, a {@link emberwall.op.TrapReason}.
 */
package emberwall.op;
