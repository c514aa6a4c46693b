package emberwall.fuzz.mutate;

import java.util.ArrayList;
import java.util.List;

/** Where the sections of a module lie, and the bodies in its code section; what is damaged already ends the lists. */
final class Sections {
    private static final int HEADER = 8;
    private static final int CODE = 10;

    /**
     * Something with its size in front.
     *
     * @param start where it begins: at the section's id, at the size of a body
     * @param size where its size stands
     * @param from first byte that the size counts
     * @param to behind the last of them
     */
    record Part(int id, int start, int size, int from, int to) {
        boolean holds(int at) {
            return from <= at && at <= to;
        }
    }

    final List<Part> sections = new ArrayList<>();
    final List<Part> bodies = new ArrayList<>();

    Sections(byte[] bytes) {
        for (int at = HEADER; at + 1 < bytes.length; ) {
            Part section = part(bytes[at], at, at + 1, bytes);
            if (section == null) {
                return;
            }
            sections.add(section);
            at = section.to;
            if (section.id == CODE) {
                findBodies(bytes, section);
            }
        }
    }

    private void findBodies(byte[] bytes, Part code) {
        for (int at = code.from + Leb.length(bytes, code.from); at < code.to; ) {
            Part body = part(-1, at, at, bytes);
            if (body == null || body.to > code.to) {
                return;
            }
            bodies.add(body);
            at = body.to;
        }
    }

    private static Part part(int id, int start, int sizeAt, byte[] bytes) {
        long size = Leb.read(bytes, sizeAt);
        int from = sizeAt + Leb.length(bytes, sizeAt);
        return size < 0 || size > bytes.length - from ? null : new Part(id, start, sizeAt, from, from + (int) size);
    }

    /** The smallest part that holds a range of the bytes, or null. */
    static Part around(List<Part> parts, int from, int to) {
        for (Part part : parts) {
            if (part.holds(from) && part.holds(to)) {
                return part;
            }
        }
        return null;
    }
}
