/**
 * Machine code as bytes in arrays: pure computation, nothing here touches executable memory.
 *
 * <p>A {@link emberwall.asm.CodeBuffer} is a growing {@code byte[]} with a cursor, labels and relocations. Labels are
 * small ints, so that a compiler can make thousands a millisecond. A branch to a label that is already bound is written
 * at once; a branch forward leaves a <em>fixup</em>, and all fixups are resolved together by {@code finish()}. Because
 * nobody has been told the offset of a label that lies at the end of the code, branches at the end can still be
 * <em>edited</em> when the next label is bound there (the idea of Cranelift's {@code MachBuffer}):
 *
 * <pre>
 *   jmp L;  L:                 ->  L:                   a jump to the next instruction is dropped
 *   jcc L;  jmp M;  L:         ->  jncc M;  L:          a branch over a jump is inverted
 *   jmp A;  L: jmp B           ->  jmp A                L becomes another name of B
 * </pre>
 *
 * An instruction set is a package below: {@link emberwall.asm.x64}.
 */
package emberwall.asm;
