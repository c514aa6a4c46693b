package emberwall.wasm.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The blocks around a place in a body, with their identifiers, as branches see them. */
final class OpenBlocks {
    private String[] identifiers = new String[16];
    /** The block of the same identifier that this one hides, or 0. */
    private int[] hidden = new int[16];

    private final Map<String, Integer> innermost = new HashMap<>();
    private int depth;

    void clear() {
        depth = 0;
        innermost.clear();
    }

    /** How many blocks there are around the place, the function's own not counted. */
    int depth() {
        return depth;
    }

    /** Opens a block with this identifier, or null. */
    void open(String identifier) {
        depth++;
        if (depth == identifiers.length) {
            identifiers = Arrays.copyOf(identifiers, depth << 1);
            hidden = Arrays.copyOf(hidden, depth << 1);
        }
        identifiers[depth] = identifier;
        if (identifier != null) {
            Integer outer = innermost.put(identifier, depth);
            hidden[depth] = outer == null ? 0 : outer;
        }
    }

    /** Closes the innermost block, if there is one. */
    void close() {
        if (depth == 0) {
            return;
        }
        String identifier = identifiers[depth];
        if (identifier != null) {
            if (hidden[depth] == 0) {
                innermost.remove(identifier);
            } else {
                innermost.put(identifier, hidden[depth]);
            }
        }
        depth--;
    }

    /** A label: the block's identifier if that means it here, else how far out it is and in a comment which one it is. */
    void append(int label, StringBuilder out) {
        out.append(' ');
        int block = depth - label;
        if (label < 0 || block < 0) {
            out.append(Integer.toUnsignedString(label));
            return;
        }
        String identifier = block == 0 ? null : identifiers[block];
        if (identifier != null && innermost.get(identifier) == block) {
            out.append(identifier);
        } else {
            out.append(label).append(" (;@").append(block).append(";)");
        }
    }
}
