/**
 * Graphs to x86-64 machine code. {@link emberwall.codegen.select.Selector} reads a schedule and says which instructions
 * compute it, on virtual registers; an allocator of {@link emberwall.codegen.alloc} gives those places; and
 * {@link emberwall.codegen.select.Emitter} writes the bytes. How a function begins, calls, traps and stops is the business of
 * whoever runs it: {@link emberwall.codegen.select.Linkage}.
 *
 * <pre>
 *   Schedule ──Selector──► Code + payloads ──LinearScan──► Allocation ──Emitter──► Assembler
 * </pre>
 *
 * The frame is that of {@link emberwall.codegen.Convention}: the own instance, two words for nobody here, then the words
 * that the allocator numbers. All of the stack that a call needs is taken for it alone, below the frame.
 */
package emberwall.codegen.select;
