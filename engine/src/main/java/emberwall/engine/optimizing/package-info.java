/**
 * The optimizing compiler: WebAssembly to graphs, and from there to the best code that we can make.
 *
 * <pre>
 *   body ──GraphBuilder──► ir.Graph ──passes──► ir.Schedule ──Selector──► alloc.Code ──LinearScan──► Allocation
 *                                                                            └──────────Emitter──────────┴──► FunctionCode
 * </pre>
 *
 * Functions that it declines are the baseline compiler's; both kinds of code follow one convention and call each other.
 */
package emberwall.engine.optimizing;
