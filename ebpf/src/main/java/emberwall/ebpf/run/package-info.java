/**
 * Running programs: {@link emberwall.ebpf.run.Interpreter} checks everything and is the oracle; compiled code
 * checks nothing, since the verifier did.
 *
 * <pre>
 *   Instructions + Environment ──► Interpreter ──────────────────────────► run
 *                              └─► Compiler ──► Code ──► CodeSpace ──────► critical downcall, or a fiber
 * </pre>
 *
 * Addresses are those of the process in both, so that helpers, maps and packets are the same. An
 * {@link emberwall.ebpf.run.Environment} says what a program may call and refer to.
 */
package emberwall.ebpf.run;
