/**
 * The optimizing compiler as a library. A {@link emberwall.jit.Jit} owns code; a {@link emberwall.jit.FunctionBuilder} makes a
 * graph with the {@link emberwall.ir.Builder} that WebAssembly comes through, too, and compiles it by the same passes:
 *
 * <pre>
 *   bytes ──────────────► published as they are ──► handle of the C convention, on the thread's own stack
 *   Assembler ──────────►
 *   FunctionBuilder ────► graph, passes, registers ► handle of Java's types, on a stack of its own
 *                            │
 *                            ├─► other functions      through a cell
 *                            ├─► functions of C       on the stack of the Java thread
 *                            └─► method handles       by an exit: no upcall, so they may throw and block
 * </pre>
 *
 * A handle passes its arguments as words on the stack that the function will run on. Segments are pinned for as long as machine
 * code runs, so that no other thread can close their arena.
 */
package emberwall.jit;
