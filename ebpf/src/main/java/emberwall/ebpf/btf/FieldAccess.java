package emberwall.ebpf.btf;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.btf.BtfType.Member;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A way from a type to something in it, as an access string ({@code "0:2:1"}) says it: first an index as if the type were an
 * element of an array, then members and elements.
 *
 * @param root the type, without names and qualifiers
 * @param steps from it on
 * @param bitOffset from the root's beginning
 * @param type the field's, without names and qualifiers
 * @param bits of a bit field, else 0
 */
record FieldAccess(int root, List<Step> steps, long bitOffset, int type, int bits) {
    /** A member by name, or an element by index where the name is null. Unnamed members are no steps. */
    record Step(String name, int index) {}

    FieldAccess {
        steps = List.copyOf(steps);
    }

    private static final int MOST_UNNAMED = 500;

    /** Where the field lies. */
    record Place(long bitOffset, int type, int bits) {}

    /** The numbers of an access string. */
    static int[] indices(String access) {
        String[] parts = access.split(":", 65);
        int[] indices = new int[parts.length];
        try {
            for (int i = 0; i < parts.length; i++) {
                indices[i] = Integer.parseUnsignedInt(parts[i]);
            }
        } catch (NumberFormatException e) {
            throw malformed(access);
        }
        if (parts.length > 64) {
            throw malformed(access);
        }
        return indices;
    }

    private static ObjectException malformed(String access) {
        return new ObjectException("BTF relocation", "has the malformed access string \"" + access + "\"");
    }

    /** Follows an access string in the types that it was made for. */
    static FieldAccess local(Btf btf, int type, String access) {
        int[] indices = indices(access);
        int root = btf.strip(type);
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(null, indices[0]));
        Place place = new Place(8L * indices[0] * btf.size(root), root, 0);
        for (int i = 1; i < indices.length; i++) {
            switch (btf.type(place.type())) {
                case BtfType.Struct struct -> {
                    if (indices[i] < 0 || indices[i] >= struct.members().size()) {
                        throw malformed(access);
                    }
                    Member member = struct.members().get(indices[i]);
                    if (!member.name().isEmpty()) {
                        steps.add(new Step(member.name(), 0));
                    }
                    place = place(btf, place, member);
                }
                case BtfType.Array array -> {
                    steps.add(new Step(null, indices[i]));
                    place = element(btf, place, array, indices[i]);
                }
                default -> throw malformed(access);
            }
        }
        return new FieldAccess(root, steps, place.bitOffset(), place.type(), place.bits());
    }

    private static Place place(Btf btf, Place from, Member member) {
        return new Place(
                from.bitOffset() + (member.bitOffset() & 0xFFFF_FFFFL), btf.strip(member.type()), member.bits());
    }

    private static Place element(Btf btf, Place from, BtfType.Array array, int index) {
        int element = btf.strip(array.element());
        return new Place(from.bitOffset() + 8L * (index & 0xFFFF_FFFFL) * btf.size(element), element, 0);
    }

    /** The same steps in other types, from {@code type} on; null if one of them does not exist there. */
    FieldAccess in(Btf target, int type) {
        int start = target.strip(type);
        Place place = new Place(8L * steps.getFirst().index() * target.size(start), start, 0);
        for (Step step : steps.subList(1, steps.size())) {
            place = next(target, place, step);
            if (place == null) {
                return null;
            }
        }
        return new FieldAccess(start, steps, place.bitOffset(), place.type(), place.bits());
    }

    private static Place next(Btf target, Place place, Step step) {
        if (step.name() != null) {
            return target.type(place.type()) instanceof BtfType.Struct struct
                    ? find(target, place, struct, step.name(), new HashSet<>())
                    : null;
        }
        if (!(target.type(place.type()) instanceof BtfType.Array array)) {
            return null;
        }
        boolean inside = Integer.compareUnsigned(step.index(), array.count()) < 0 || array.count() == 0;
        return inside ? element(target, place, array, step.index()) : null;
    }

    /** A member by name, also in unnamed members; each type is looked at once. */
    private static Place find(Btf target, Place place, BtfType.Struct struct, String name, Set<Integer> seen) {
        for (Member member : struct.members()) {
            if (member.name().equals(name)) {
                return place(target, place, member);
            }
            Place inner = place(target, place, member);
            if (member.name().isEmpty()
                    && target.type(inner.type()) instanceof BtfType.Struct unnamed
                    && seen.size() < MOST_UNNAMED
                    && seen.add(inner.type())) {
                Place found = find(target, inner, unnamed, name, seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
