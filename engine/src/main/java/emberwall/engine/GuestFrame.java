package emberwall.engine;

/**
 * A place in a guest program, for people.
 *
 * @param module the module's name, or ""
 * @param function the function's index, or -1 if unknown
 * @param name the function's name, or ""
 * @param offset the position in the module's bytes, or -1 if unknown
 */
public record GuestFrame(String module, int function, String name, int offset) {
    /** For instance {@code fib (math.wasm:0x2f)}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(64);
        if (!name.isEmpty()) {
            text.append(name);
        } else if (function >= 0) {
            text.append("function ").append(function);
        } else {
            text.append("unknown function");
        }
        if (module.isEmpty() && offset < 0) {
            return text.toString();
        }
        text.append(" (").append(module);
        if (offset >= 0) {
            if (!module.isEmpty()) {
                text.append(':');
            }
            text.append("0x").append(Integer.toHexString(offset));
        }
        return text.append(')').toString();
    }
}
