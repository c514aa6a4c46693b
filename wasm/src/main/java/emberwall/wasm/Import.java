package emberwall.wasm;

/**
 * Something that a module wants to be given.
 *
 * @param module first half of its name
 * @param name second half of its name
 * @param kind what it is
 * @param index its index among all of its kind in the module; imports come first
 * @param offset where the import begins, in bytes from the beginning of the module
 */
public record Import(String module, String name, ExternalKind kind, int index, int offset) {}
