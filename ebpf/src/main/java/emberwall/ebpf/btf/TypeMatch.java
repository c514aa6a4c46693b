package emberwall.ebpf.btf;

import java.util.HashMap;
import java.util.Map;

/** Whether a type of an object is part of one of the host's: each member is there by name, and of a type that matches. */
final class TypeMatch {
    private static final int DEEPEST = 32;

    private final Btf local;
    private final Btf target;

    /** What was found of pairs of types; true while they are compared, since types contain themselves by pointers. */
    private final Map<Pair, Boolean> known = new HashMap<>();

    private record Pair(int type, int candidate, boolean behindPointer) {}

    TypeMatch(Btf local, Btf target) {
        this.local = local;
        this.target = target;
    }

    boolean matches(int type, int candidate) {
        return matches(type, candidate, false, DEEPEST);
    }

    private boolean matches(int type, int candidate, boolean behindPointer, int depth) {
        if (depth == 0) {
            return false;
        }
        Pair pair = new Pair(type, candidate, behindPointer);
        Boolean before = known.putIfAbsent(pair, true);
        if (before != null) {
            return before;
        }
        boolean answer = compare(type, candidate, behindPointer, depth);
        known.put(pair, answer);
        return answer;
    }

    private boolean compare(int type, int candidate, boolean behindPointer, int depth) {
        BtfType a = local.stripped(type);
        BtfType b = target.stripped(candidate);
        if (!Relocator.essential(a.name()).equals(b.name())) {
            return a instanceof BtfType.Int one && b instanceof BtfType.Int other && one.size() == other.size();
        }
        return switch (a) {
            case BtfType.Pointer p ->
                b instanceof BtfType.Pointer q && matches(p.target(), q.target(), true, depth - 1);
            case BtfType.Array p ->
                b instanceof BtfType.Array q
                        && p.count() == q.count()
                        && matches(p.element(), q.element(), behindPointer, depth - 1);
            case BtfType.Struct p
            when behindPointer ->
                b instanceof BtfType.Struct q && p.union() == q.union()
                        || b instanceof BtfType.Forward f && f.union() == p.union();
            case BtfType.Struct p ->
                b instanceof BtfType.Struct q && p.union() == q.union() && members(p, q, depth - 1);
            case BtfType.Enumeration p ->
                b instanceof BtfType.Enumeration q
                        && p.constants().stream()
                                .allMatch(c -> q.constants().stream()
                                        .anyMatch(d -> d.name().equals(Relocator.essential(c.name()))));
            case BtfType.Int p -> b instanceof BtfType.Int q && p.size() == q.size();
            case BtfType.Floating p -> b instanceof BtfType.Floating q && p.size() == q.size();
            default -> a.getClass() == b.getClass();
        };
    }

    private boolean members(BtfType.Struct a, BtfType.Struct b, int depth) {
        for (BtfType.Member member : a.members()) {
            boolean found = false;
            for (BtfType.Member other : b.members()) {
                found |= member.name().equals(other.name()) && matches(member.type(), other.type(), false, depth);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }
}
