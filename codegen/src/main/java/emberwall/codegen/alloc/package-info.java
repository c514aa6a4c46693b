/**
 * Registers for the values of a function. {@link emberwall.codegen.alloc.Code} is what an allocator has to see of machine
 * instructions: which values each reads and writes, and where it wants them. {@link emberwall.codegen.alloc.Allocation} is its
 * answer: a place for each operand, and copies in between. Neither knows what an instruction does, nor for which processor.
 */
package emberwall.codegen.alloc;
