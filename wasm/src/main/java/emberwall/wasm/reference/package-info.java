/**
 * WebAssembly in plain Java: the definition of what a module means, the oracle that every compiler is tested against, and
 * the fallback where native code is not allowed.
 *
 * <pre>
 *   Module ──validate──► Program ──instantiate──► ModuleInstance ─┬─ FunctionInstance
 *                                      │                          ├─ MemoryInstance
 *                                    Store                        ├─ TableInstance
 *                                      │                          └─ GlobalInstance
 *                                 Interpreter   one stack of values, one of frames
 * </pre>
 *
 * The {@link emberwall.wasm.reference.Interpreter} walks the validated bytes where they lie; where a branch goes it reads
 * from the {@link emberwall.wasm.SideTable} that validation wrote. What an operator computes it asks
 * {@link emberwall.op.Eval}. Guest calls are frames in arrays, so that a guest that recurses without end meets a limit and
 * not the end of Java's stack; host functions are Java calls and nest only so deep. References are Java objects: null,
 * {@link emberwall.wasm.reference.FunctionInstance}s, and whatever the host passes as an {@code externref}; numbers are raw
 * words. Nothing here needs native access.
 */
package emberwall.wasm.reference;
