package emberwall.wasm;

/**
 * Something that a module gives away.
 *
 * @param name under which name
 * @param kind what it is
 * @param index its index among all of its kind in the module
 * @param offset where the export begins, in bytes from the beginning of the module
 */
public record Export(String name, ExternalKind kind, int index, int offset) {}
