package emberwall.wasm;

/**
 * Bytes for a memory.
 *
 * @param mode when they are copied
 * @param memory where an active segment goes
 * @param place the address for an active segment, else null
 * @param offset where the content begins, in bytes from the beginning of the module
 * @param length how many bytes there are
 */
public record DataSegment(SegmentMode mode, int memory, ConstantExpression place, int offset, int length) {}
