/**
 * WebAssembly as text: modules ({@code .wat}) and scripts ({@code .wast}).
 *
 * <pre>
 *   text ──Lexer──► Tokens ──FieldScan──► index spaces, types
 *                      │
 *                      └──FieldParser──► Draft: sections, names ──Encoder──► WatModule: bytes, SourceMap
 *                           └── Instructions ── Immediates: what Opcode's rows say
 *
 *   Module ──WatPrinter──► text
 *                └── InstructionPrinter, FoldedBody; Identifiers made of the name section
 * </pre>
 *
 * Nothing is kept of the text but the bytes that it stands for, so the binary format's decoder and validator judge modules
 * in either form; {@link emberwall.wasm.text.SourceMap} turns what they say back into lines and columns. Depth of nesting
 * costs memory, never the Java stack.
 */
package emberwall.wasm.text;
