package emberwall.wasm.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The labels of the blocks that are open in a function; a name means the innermost block that has it. */
final class Labels {
    private final Map<String, Integer> innermost = new HashMap<>();
    private String[] names = new String[8];
    /** The level to which a block's name refers when the block has ended. */
    private Integer[] shadowed = new Integer[8];

    private int depth;
    private int opened;
    private Map<Integer, String> all = new TreeMap<>();

    /** Begins a function. */
    void clear() {
        innermost.clear();
        depth = 0;
        opened = 0;
        all = new TreeMap<>();
    }

    /** The names of all labels so far, by the order in which their blocks began. */
    Map<Integer, String> all() {
        return all;
    }

    /** Opens a block; its name may be null. */
    void push(String name) {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            shadowed = Arrays.copyOf(shadowed, depth * 2);
        }
        names[depth] = name;
        if (name != null) {
            shadowed[depth] = innermost.put(name, depth);
            all.put(opened, name);
        }
        depth++;
        opened++;
    }

    /** Closes the innermost block. */
    void pop() {
        depth--;
        String name = names[depth];
        if (name == null) {
            return;
        }
        if (shadowed[depth] == null) {
            innermost.remove(name);
        } else {
            innermost.put(name, shadowed[depth]);
        }
        shadowed[depth] = null;
    }

    /** Passes over the repetition of the innermost block's name, if there is one. */
    void repetition(Tokens in) {
        int at = in.position();
        String name = in.tryId();
        if (name != null && !name.equals(names[depth - 1])) {
            throw in.error("mismatching label", at);
        }
    }

    /** The label here: how many blocks further out. */
    int index(Tokens in) {
        if (!in.is(TokenKind.ID)) {
            return in.u32();
        }
        Integer level = innermost.get(in.id());
        if (level == null) {
            throw in.error("unknown label " + in.shown());
        }
        in.advance();
        return depth - 1 - level;
    }
}
