package emberwall.wasm;

/**
 * Where a constant expression stands in the module's bytes.
 *
 * @param offset its first opcode
 * @param end the byte after its {@code end}
 */
public record ConstantExpression(int offset, int end) {}
