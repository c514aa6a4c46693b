package emberwall.fuzz.mutate;

import emberwall.fuzz.mutate.Sections.Part;
import emberwall.wasm.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The ways in which a module is damaged, and how often each is taken, in parts of the sum. Each takes bytes and gives others;
 * what it cannot do it leaves undone.
 */
enum Mutation {
    // @formatter:off
    FLIP_BIT         (2, Mutation::flipBit),
    SET_BYTE         (2, Mutation::setByte),
    EDGE_BYTE        (2, Mutation::edgeByte),
    CHANGE_OPERATOR  (8, Mutation::changeOperator),
    CHANGE_OPERAND   (6, Mutation::changeOperand),
    CHANGE_CODE      (3, Mutation::changeCode),
    COPY_CODE        (3, Mutation::copyCode),
    CUT              (2, Mutation::cut),
    INSERT           (2, Mutation::insert),
    REPEAT           (2, Mutation::repeat),
    TRUNCATE         (1, Mutation::truncate),
    SPLICE           (2, Mutation::splice),
    GRAFT_SECTION    (3, Mutation::graftSection),
    GRAFT_BODY       (3, Mutation::graftBody),
    SWAP_SECTIONS    (1, Mutation::swapSections),
    DUPLICATE_SECTION(1, Mutation::duplicateSection),
    DROP_SECTION     (1, Mutation::dropSection),
    CHANGE_SIZE      (2, Mutation::changeSize),
    CHANGE_COUNT     (2, Mutation::changeCount),
    CHANGE_NUMBER    (4, Mutation::changeNumber),
    LENGTHEN_NUMBER  (3, Mutation::lengthenNumber),
    BREAK_NAME       (2, Mutation::breakName);
    // @formatter:on

    private static final int[] EDGE_BYTES = {0, 1, 2, 0x3F, 0x40, 0x41, 0x60, 0x63, 0x6F, 0x70, 0x7F, 0x80, 0xFD, 0xFF};
    private static final long[] EDGE_NUMBERS = {
        0,
        1,
        2,
        99,
        100,
        127,
        128,
        1_000,
        1_001,
        16_383,
        16_384,
        50_000,
        65_535,
        65_536,
        65_537,
        1_000_000,
        1_000_001,
        7_654_321,
        0x7FFF_FFFF,
        0x8000_0000L,
        0xFFFF_FFFEL,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        -1
    };
    /** Not UTF-8, each in its own way: alone, cut off, too long, a surrogate, beyond the last character. */
    private static final int[][] NO_NAMES = {
        {0x80}, {0xC3}, {0xC0, 0x80}, {0xE0, 0x80, 0x80}, {0xED, 0xA0, 0x80}, {0xF4, 0x90, 0x80, 0x80}, {0xFF}, {0}
    };

    private interface Change {
        byte[] apply(byte[] bytes, byte[] other, SplittableRandom random);
    }

    private static final Mutation[] BY_WEIGHT = byWeight();
    private static final int[][] SAME_SIGNATURE = sameSignature();

    private final int weight;
    private final Change change;

    Mutation(int weight, Change change) {
        this.weight = weight;
        this.change = change;
    }

    private static Mutation[] byWeight() {
        List<Mutation> all = new ArrayList<>();
        for (Mutation mutation : values()) {
            all.addAll(Collections.nCopies(mutation.weight, mutation));
        }
        return all.toArray(Mutation[]::new);
    }

    /** The opcodes without a prefix whose signature and immediate are those of the index. */
    private static int[][] sameSignature() {
        return IntStream.range(0, 256)
                .mapToObj(first -> IntStream.range(0, 256)
                        .filter(other -> isAlike(Opcode.of(first), Opcode.of(other)))
                        .toArray())
                .toArray(int[][]::new);
    }

    private static boolean isAlike(Opcode one, Opcode other) {
        return one != null
                && other != null
                && one.signature() == other.signature()
                && one.immediate() == other.immediate();
    }

    /** One of them, by weight. */
    static Mutation any(SplittableRandom random) {
        return BY_WEIGHT[random.nextInt(BY_WEIGHT.length)];
    }

    /** The bytes, damaged in this way; {@code other} is another module to take pieces from. */
    byte[] apply(byte[] bytes, byte[] other, SplittableRandom random) {
        return bytes.length == 0 ? bytes : change.apply(bytes, other, random);
    }

    // Single bytes.

    private static byte[] flipBit(byte[] bytes, byte[] other, SplittableRandom random) {
        byte[] changed = bytes.clone();
        changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private static byte[] setByte(byte[] bytes, byte[] other, SplittableRandom random) {
        byte[] changed = bytes.clone();
        changed[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return changed;
    }

    private static byte[] edgeByte(byte[] bytes, byte[] other, SplittableRandom random) {
        byte[] changed = bytes.clone();
        changed[random.nextInt(bytes.length)] = (byte) EDGE_BYTES[random.nextInt(EDGE_BYTES.length)];
        return changed;
    }

    // Bodies.

    /** An operator of the same types for another, where the byte is an operator's. */
    private static byte[] changeOperator(byte[] bytes, byte[] other, SplittableRandom random) {
        Part body = any(new Sections(bytes).bodies, random);
        if (body == null || body.from() == body.to()) {
            return bytes;
        }
        byte[] changed = bytes.clone();
        int start = random.nextInt(body.from(), body.to());
        for (int at = start; at < body.to(); at++) {
            int[] alike = SAME_SIGNATURE[bytes[at] & 0xFF];
            if (alike.length > 1) {
                changed[at] = (byte) alike[random.nextInt(alike.length)];
                return changed;
            }
        }
        return changed;
    }

    /** Another number where one stands in a body, the sizes around it made right again. */
    private static byte[] changeOperand(byte[] bytes, byte[] other, SplittableRandom random) {
        Part body = any(new Sections(bytes).bodies, random);
        if (body == null || body.from() == body.to()) {
            return bytes;
        }
        int at = random.nextInt(body.from(), body.to());
        long value = random.nextBoolean()
                ? EDGE_NUMBERS[random.nextInt(EDGE_NUMBERS.length)]
                : Leb.read(bytes, at) + random.nextInt(-2, 3);
        return replace(bytes, at, at + Leb.length(bytes, at), Leb.of(value), true);
    }

    /** Another byte in a body, small ones more often: opcodes without a prefix, indices that exist. */
    private static byte[] changeCode(byte[] bytes, byte[] other, SplittableRandom random) {
        Part body = any(new Sections(bytes).bodies, random);
        if (body == null || body.from() == body.to()) {
            return bytes;
        }
        byte[] changed = bytes.clone();
        int value = random.nextBoolean() ? random.nextInt(0xD3) : random.nextInt(8);
        changed[random.nextInt(body.from(), body.to())] = (byte) value;
        return changed;
    }

    /** A piece of a body once more, elsewhere in the code. */
    private static byte[] copyCode(byte[] bytes, byte[] other, SplittableRandom random) {
        List<Part> bodies = new Sections(bytes).bodies;
        Part source = any(bodies, random);
        Part target = any(bodies, random);
        if (source == null) {
            return bytes;
        }
        int from = random.nextInt(source.from(), source.to() + 1);
        int to = random.nextInt(from, source.to() + 1);
        int at = random.nextInt(target.from(), target.to() + 1);
        return replace(bytes, at, at, slice(bytes, from, to), true);
    }

    private static byte[] graftBody(byte[] bytes, byte[] other, SplittableRandom random) {
        Part body = any(new Sections(bytes).bodies, random);
        Part graft = any(new Sections(other).bodies, random);
        if (body == null || graft == null) {
            return bytes;
        }
        return replace(bytes, body.from(), body.to(), slice(other, graft.from(), graft.to()), true);
    }

    // Ranges.

    private static byte[] cut(byte[] bytes, byte[] other, SplittableRandom random) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 4 : 64));
        return replace(bytes, from, to, new byte[0], random.nextBoolean());
    }

    private static byte[] insert(byte[] bytes, byte[] other, SplittableRandom random) {
        byte[] more = new byte[1 + random.nextInt(random.nextBoolean() ? 4 : 64)];
        random.nextBytes(more);
        int at = random.nextInt(bytes.length + 1);
        return replace(bytes, at, at, more, random.nextBoolean());
    }

    private static byte[] repeat(byte[] bytes, byte[] other, SplittableRandom random) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(16));
        byte[] piece = slice(bytes, from, to);
        int times = 1 + random.nextInt(random.nextInt(8) == 0 ? 4_000 : 20);
        byte[] more = new byte[piece.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(piece, 0, more, i * piece.length, piece.length);
        }
        return replace(bytes, to, to, more, random.nextBoolean());
    }

    private static byte[] truncate(byte[] bytes, byte[] other, SplittableRandom random) {
        return slice(bytes, 0, random.nextInt(bytes.length));
    }

    private static byte[] splice(byte[] bytes, byte[] other, SplittableRandom random) {
        int at = random.nextInt(bytes.length + 1);
        return replace(bytes, at, bytes.length, slice(other, Math.min(at, other.length), other.length), false);
    }

    // Sections.

    private static byte[] graftSection(byte[] bytes, byte[] other, SplittableRandom random) {
        Part graft = any(new Sections(other).sections, random);
        if (graft == null) {
            return bytes;
        }
        byte[] piece = slice(other, graft.start(), graft.to());
        for (Part section : new Sections(bytes).sections) {
            if (section.id() == graft.id()) {
                return replace(bytes, section.start(), section.to(), piece, false);
            }
        }
        Part before = any(new Sections(bytes).sections, random);
        int at = before == null ? bytes.length : before.start();
        return replace(bytes, at, at, piece, false);
    }

    private static byte[] swapSections(byte[] bytes, byte[] other, SplittableRandom random) {
        List<Part> sections = new Sections(bytes).sections;
        if (sections.size() < 2) {
            return bytes;
        }
        int first = random.nextInt(sections.size() - 1);
        Part one = sections.get(first);
        Part two = sections.get(random.nextInt(first + 1, sections.size()));
        byte[] changed = replace(bytes, two.start(), two.to(), slice(bytes, one.start(), one.to()), false);
        return replace(changed, one.start(), one.to(), slice(bytes, two.start(), two.to()), false);
    }

    private static byte[] duplicateSection(byte[] bytes, byte[] other, SplittableRandom random) {
        List<Part> sections = new Sections(bytes).sections;
        Part section = any(sections, random);
        if (section == null) {
            return bytes;
        }
        int at = random.nextBoolean() ? section.to() : any(sections, random).to();
        return replace(bytes, at, at, slice(bytes, section.start(), section.to()), false);
    }

    private static byte[] dropSection(byte[] bytes, byte[] other, SplittableRandom random) {
        Part section = any(new Sections(bytes).sections, random);
        return section == null ? bytes : replace(bytes, section.start(), section.to(), new byte[0], false);
    }

    // Numbers.

    private static byte[] changeSize(byte[] bytes, byte[] other, SplittableRandom random) {
        Sections sections = new Sections(bytes);
        Part part = any(random.nextBoolean() ? sections.sections : sections.bodies, random);
        return part == null ? bytes : changeNumberAt(bytes, part.size(), random);
    }

    private static byte[] changeCount(byte[] bytes, byte[] other, SplittableRandom random) {
        Sections sections = new Sections(bytes);
        Part part = any(random.nextInt(4) != 0 ? sections.sections : sections.bodies, random);
        return part == null || part.from() == part.to() ? bytes : changeNumberAt(bytes, part.from(), random);
    }

    private static byte[] changeNumber(byte[] bytes, byte[] other, SplittableRandom random) {
        return changeNumberAt(bytes, random.nextInt(bytes.length), random);
    }

    private static byte[] changeNumberAt(byte[] bytes, int at, SplittableRandom random) {
        long value = random.nextBoolean()
                ? EDGE_NUMBERS[random.nextInt(EDGE_NUMBERS.length)]
                : Leb.read(bytes, at) + random.nextInt(-2, 3);
        return replace(bytes, at, at + Leb.length(bytes, at), Leb.of(value), random.nextInt(4) != 0);
    }

    private static byte[] lengthenNumber(byte[] bytes, byte[] other, SplittableRandom random) {
        Sections sections = new Sections(bytes);
        Part part = any(random.nextBoolean() ? sections.sections : sections.bodies, random);
        int at = part == null || random.nextBoolean() ? random.nextInt(bytes.length) : part.size();
        int length = Leb.length(bytes, at);
        byte[] longer =
                Leb.of(Math.max(0, Leb.read(bytes, at)), length + 1 + random.nextInt(random.nextBoolean() ? 2 : 12));
        return replace(bytes, at, at + length, longer, random.nextInt(4) != 0);
    }

    /** Bytes that are no character in a place that looks like one of a name. */
    private static byte[] breakName(byte[] bytes, byte[] other, SplittableRandom random) {
        int start = random.nextInt(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int at = (start + i) % bytes.length;
            if (at + 2 < bytes.length && isLetter(bytes[at]) && isLetter(bytes[at + 1]) && isLetter(bytes[at + 2])) {
                byte[] changed = bytes.clone();
                int[] name = NO_NAMES[random.nextInt(NO_NAMES.length)];
                for (int j = 0; j < name.length && at + j < bytes.length; j++) {
                    changed[at + j] = (byte) name[j];
                }
                return changed;
            }
        }
        return bytes;
    }

    private static boolean isLetter(byte b) {
        return b >= 'a' && b <= 'z' || b == '_';
    }

    // Pieces.

    private static Part any(List<Part> parts, SplittableRandom random) {
        return parts.isEmpty() ? null : parts.get(random.nextInt(parts.size()));
    }

    private static byte[] slice(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** Other bytes in place of some; with {@code repair}, the sizes of the body and the section around count them. */
    private static byte[] replace(byte[] bytes, int from, int to, byte[] by, boolean repair) {
        byte[] changed = splice(bytes, from, to, by);
        if (!repair) {
            return changed;
        }
        // A size lies in front of what changed, so it still stands where it stood.
        Sections before = new Sections(bytes);
        int more = by.length - (to - from);
        Part body = Sections.around(before.bodies, from, to);
        if (body != null) {
            byte[] size = Leb.of((long) body.to() - body.from() + more);
            changed = splice(changed, body.size(), body.from(), size);
            more += size.length - (body.from() - body.size());
        }
        Part section = Sections.around(before.sections, from, to);
        if (section != null) {
            byte[] size = Leb.of((long) section.to() - section.from() + more);
            changed = splice(changed, section.size(), section.from(), size);
        }
        return changed;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] by) {
        byte[] changed = new byte[bytes.length - (to - from) + by.length];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(by, 0, changed, from, by.length);
        System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
        return changed;
    }
}
