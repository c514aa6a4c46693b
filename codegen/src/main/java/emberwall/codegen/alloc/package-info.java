/**
 * Registers for the values of a function. {@link emberwall.codegen.alloc.Code} is what an allocator has to see of machine
 * instructions: which values each reads and writes, and where it wants them. {@link emberwall.codegen.alloc.Allocation} is its
 * answer: a place for each operand, and copies in between. Neither knows what an instruction does, nor for which processor.
 *
 * <p>{@link emberwall.codegen.alloc.LinearScan} finds good places, {@link emberwall.codegen.alloc.WordPerValue} simple ones;
 * {@link emberwall.codegen.alloc.Checker} proves either right without knowing how they were found, and
 * {@link emberwall.codegen.alloc.Listing} shows them.
 */
package emberwall.codegen.alloc;
