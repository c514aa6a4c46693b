package emberwall.ebpf.verify;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Whether what is known at one point of a path is covered by what was known at the same instruction before. */
final class Inclusion {
    /** How much of two states is compared. */
    enum Mode {
        /** What paths from the old state depended on, all of which have ended. */
        NEEDED,
        /** Everything: each new value is one of the old. */
        WITHIN,
        /** Everything, and it is the same: a path that comes back like that never ends. */
        SAME
    }

    private final Liveness liveness;
    private final Map<Integer, Integer> identities = new HashMap<>();
    private Mode mode;

    Inclusion(Liveness liveness) {
        this.liveness = liveness;
    }

    boolean covers(Checkpoint old, State now, Mode how) {
        var before = old.state;
        mode = how == Mode.NEEDED && old.exact ? Mode.WITHIN : how;
        identities.clear();
        if (before.frame().chain != now.frame().chain
                || before.locked != now.locked
                || mode == Mode.SAME && before.rounds != now.rounds
                || before.references.length != now.references.length) {
            return false;
        }
        for (int f = now.frames.size() - 1; f >= 0; f--) {
            if (!frame(old, now, f)) {
                return false;
            }
        }
        for (int i = 0; i < now.references.length; i++) {
            if (!sameIdentity(before.references[i], now.references[i])) {
                return false;
            }
        }
        return true;
    }

    private boolean frame(Checkpoint old, State now, int f) {
        var a = old.state.frames.get(f);
        var b = now.frames.get(f);
        var live = liveness.of(now, f);
        for (int r = 0; r < b.registers.length - 1; r++) { // all know the frame pointer
            var precise = mode != Mode.NEEDED || (old.preciseRegisters[f] & 1L << r) != 0;
            if ((live & 1 << r) != 0 && !covers(a.registers[r], b.registers[r], precise)) {
                return false;
            }
        }
        for (int s = 0; s < Math.max(a.depth(), b.depth()); s++) {
            if ((a.slot(s).isIterator() || b.slot(s).isIterator()) && !sameIterator(a.slot(s), b.slot(s))) {
                return false;
            }
        }
        var depth = mode == Mode.SAME ? Math.max(a.depth(), b.depth()) : a.depth();
        for (int s = 0; s < depth; s++) {
            var precise = mode != Mode.NEEDED || (old.preciseSlots[f] & 1L << s) != 0;
            var needed = mode != Mode.NEEDED || (old.read[f] & 1L << s) != 0;
            if (needed && !a.slot(s).isIterator() && !covers(a.slot(s), b.slot(s), precise)) {
                return false;
            }
        }
        return true;
    }

    private boolean covers(RegisterState a, RegisterState b, boolean precise) {
        if (a.kind() == RegisterState.Kind.UNINITIALIZED) {
            return mode != Mode.SAME || b.kind() == a.kind();
        }
        if (a.kind() != b.kind()) {
            return false;
        }
        if (a.isScalar()) {
            return !precise || covers(a.value(), b.value()) && sameIdentity(a.id(), b.id());
        }
        return a.offset() == b.offset()
                && covers(a.value(), b.value())
                && a.size() == b.size()
                && Objects.equals(a.map(), b.map())
                && a.nullable() == b.nullable()
                && a.writable() == b.writable()
                && a.frame() == b.frame()
                && (mode == Mode.SAME ? a.range() == b.range() : a.range() <= b.range())
                && sameIdentity(a.id(), b.id())
                && sameIdentity(a.reference(), b.reference());
    }

    private boolean covers(Scalar a, Scalar b) {
        return mode == Mode.SAME ? a.equals(b) : a.contains(b);
    }

    /** What was one identity is one now, and what was two is two. */
    private boolean sameIdentity(int a, int b) {
        if (a == 0) {
            return true; // nothing was known of others
        }
        if (b == 0) {
            return false;
        }
        var known = identities.putIfAbsent(a, b);
        return known == null
                ? identities.values().stream().filter(one -> one == b).count() == 1
                : known == b;
    }

    /** Rounds of one iterator end; rounds of which each makes an iterator of its own may not. */
    private boolean sameIterator(Slot a, Slot b) {
        return a.isIterator()
                && b.isIterator()
                && a.iterator().drained() == b.iterator().drained()
                && (mode != Mode.WITHIN
                        || a.iterator().reference() == b.iterator().reference())
                && sameIdentity(a.iterator().reference(), b.iterator().reference());
    }

    private boolean covers(Slot a, Slot b, boolean precise) {
        if (a.equals(b) && !a.isSpill()) {
            return true;
        }
        if (a.isSpill()) {
            if (b.isSpill() && a.bytes() == b.bytes()) {
                return covers(a.spilled(), b.spilled(), precise);
            }
            return a.isWholeSpill() && a.spilled().isScalar() && !precise && mode != Mode.SAME && isData(b);
        }
        for (int i = 0; i < Slot.SIZE; i++) {
            var was = a.at(i);
            var is = b.at(i);
            var fine = switch (was) {
                case Slot.INVALID -> mode != Mode.SAME || is == Slot.INVALID;
                case Slot.ZERO ->
                    is == Slot.ZERO || is == Slot.SPILL && b.spilled().isConstant(0);
                default ->
                    is != Slot.INVALID && !(is == Slot.SPILL && b.spilled().isPointer());
            };
            if (!fine || mode == Mode.SAME && was != is) {
                return false;
            }
        }
        return true;
    }

    /** Whether all bytes are numbers. */
    private static boolean isData(Slot slot) {
        for (int i = 0; i < Slot.SIZE; i++) {
            if (slot.at(i) == Slot.INVALID
                    || slot.at(i) == Slot.SPILL && slot.spilled().isPointer()) {
                return false;
            }
        }
        return true;
    }
}
