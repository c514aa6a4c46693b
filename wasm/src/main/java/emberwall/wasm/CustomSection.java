package emberwall.wasm;

/**
 * A section that means nothing to WebAssembly itself.
 *
 * @param name its name
 * @param offset where its content begins, after the name, in bytes from the beginning of the module
 * @param length how many bytes of content there are
 * @param place how many of the known sections stand before it
 */
public record CustomSection(String name, int offset, int length, int place) {}
