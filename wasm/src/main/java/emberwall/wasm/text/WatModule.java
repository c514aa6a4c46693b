package emberwall.wasm.text;

/**
 * A module that was given as text.
 *
 * @param bytes the module in the binary format
 * @param map from there back to the text; null if there is none
 */
public record WatModule(byte[] bytes, SourceMap map) {}
