/**
 * The x86-64 instruction set: operands, {@link emberwall.asm.x64.Op rows}, assembler and decoder.
 *
 * <p>Everything an instruction is made of is a primitive, so that emitting allocates nothing:
 *
 * <pre>
 *   register     int    Reg.RAX .. R15 and Xmm.XMM0 .. XMM15, the hardware's numbers
 *   width        int    Width.W8 .. W256, the logarithm of the bytes
 *   condition    int    Cond.EQUAL .., the hardware's numbers
 *   memory       long   Mem.mem(RBX, 8), packed
 *   label        int    CodeBuffer.newLabel()
 *   immediate    int or long
 * </pre>
 *
 * The {@link emberwall.asm.x64.Assembler} has two layers. <em>By row</em>, the method names the operands in Intel's
 * order, r a register, m memory, i an immediate, v the extra source of a VEX form: {@code rm(ADD, W32, RAX, mem(RBX,
 * 8))}. <em>By name</em>, for people: {@code add(RAX, mem(RBX, 8))}. There the destination comes first; the width is an
 * optional first argument and 64 bits when left out; an {@code int} operand is a register, a {@code long} operand is
 * memory; whatever takes an immediate ends in {@code i} ({@code addi}, {@code cmpi}, {@code movi}); branches take
 * labels, their indirect forms end in {@code r} or {@code m}. Under {@code -ea} a register where memory is meant, or
 * the reverse, is an assertion error.
 */
package emberwall.asm.x64;
