/**
 * WebAssembly as data: what its instructions are, how a module is read and what makes it valid.
 *
 * <pre>
 *   bytes ──ModuleParser──► Module ──Validator──► FunctionInfo (heights, side table, loops) for each body
 *                │             │          │
 *                └── BodyReader, Opcode ──┘        TypeRegistry: one id for equal types of all modules
 * </pre>
 *
 * {@link emberwall.wasm.Opcode} is the one table of the instruction set; the decoder, the validator, the interpreters
 * and the compilers walk its rows. Function bodies are never copied out of the module's bytes: whoever runs them reads
 * them in place. Value types are plain ints ({@link emberwall.wasm.ValueType}) wherever speed matters, and objects only
 * at the edges. Everything here is pure computation on bytes from a stranger: whatever they say, the outcome is a
 * module or a {@link emberwall.wasm.ModuleException} with the offset that is to blame.
 */
package emberwall.wasm;
