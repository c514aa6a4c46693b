/**
 * How meanings become machine code: what every compiler, stub and interpreter of the project agrees on.
 *
 * <p>{@link emberwall.codegen.Convention} names the registers and the frame, {@link emberwall.codegen.CallLayout} where
 * the arguments and results of one signature are, and the packages below, one for each processor, what an operator of
 * {@link emberwall.op.Op} is in machine code.
 *
 * <pre>
 *   rbp+16+A  results after the first     made and read by the caller
 *   rbp+16    stack arguments, A bytes    popped by the callee
 *   rbp+8     return address
 *   rbp       caller's rbp
 *   rbp-8     own instance
 *   rbp-16    interpreter: position in the bytecode
 *   rbp-24    interpreter: position in the side table
 *   rbp-32    slot 0, then descending: locals, operands
 * </pre>
 */
package emberwall.codegen;
