package emberwall.wasm.text;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** One index space: how many things it has, and the names of those that have one. */
final class IndexSpace {
    private final String word;
    private final String longWord;
    private final Map<String, Integer> indices = new HashMap<>();
    private final Map<Integer, String> names = new TreeMap<>();
    private int count;

    /** A space of things that messages call {@code word}, and {@code longWord} where one is unknown. */
    IndexSpace(String word, String longWord) {
        this.word = word;
        this.longWord = longWord;
    }

    /** What messages call the things. */
    String word() {
        return word;
    }

    int count() {
        return count;
    }

    /** The names for people by index, ascending. */
    Map<Integer, String> names() {
        return names;
    }

    /** Adds a thing, whose identifier, if it has one, is the current token, and gives its index. */
    int declare(Tokens in) {
        String id = in.is(TokenKind.ID) ? in.id() : null;
        if (id != null) {
            if (indices.putIfAbsent(id, count) != null) {
                throw in.error("duplicate " + word + " " + in.shown());
            }
            in.advance();
        }
        String name = Annotations.takeName(in, word);
        if (name != null || id != null) {
            names.put(count, name != null ? name : id);
        }
        return count++;
    }

    /** Passes over what {@link #declare} has read before. */
    void passDeclared(Tokens in) {
        in.tryId();
        Annotations.takeName(in, word);
    }

    /** Adds things without names, and gives the index of the first. */
    int declareNameless(int things) {
        int first = count;
        count += things;
        return first;
    }

    /** The index here, a number or an identifier, as unsigned; numbers may be out of range. */
    int index(Tokens in) {
        if (!in.is(TokenKind.ID)) {
            return in.u32();
        }
        Integer index = indices.get(in.id());
        if (index == null) {
            throw in.error("unknown " + longWord + " " + in.shown());
        }
        in.advance();
        return index;
    }
}
