package emberwall.ebpf.helper;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.map.MapKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A helper as the verifier sees it. Arguments are those of r1 and on; registers r1 to r5 are lost by each call.
 *
 * @param number by which programs call it: the kernel's, or one that an embedder chose
 * @param name as the kernel's headers say it, without {@code bpf_}
 * @param callback of a helper with an argument {@link Argument.Kind#FUNCTION}: what it is called with; else null
 * @param maps the kinds that a map argument may be of; empty: any
 * @param programs the kinds of programs that may call it; empty: any
 */
public record HelperSignature(
        int number,
        String name,
        List<Argument> arguments,
        Result result,
        Set<Effect> effects,
        Callback callback,
        Set<MapKind> maps,
        Set<ProgramKind> programs) {

    /** What else a call does. */
    public enum Effect {
        /** Packet pointers and their checks are void afterwards. */
        MOVES_PACKET,
        /** Writes packet data, so that what was read of it may have changed. */
        WRITES_PACKET,
        /** Does not come back where it succeeds: the program goes on elsewhere. */
        TAIL_CALL,
        /** Takes a lock, which must be given back before anything else that may wait. */
        LOCKS,
        /** Gives the lock back. */
        UNLOCKS,
        /** Reads memory that the program itself may not: only where the embedder trusts the program that far. */
        PRIVILEGED,
        /** May wait, so that the program must run on a fiber. */
        BLOCKS
    }

    public HelperSignature {
        arguments = List.copyOf(arguments);
        effects = effects.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(effects));
        maps = Set.copyOf(maps);
        programs = Set.copyOf(programs);
        if (arguments.size() > 5) {
            throw new IllegalArgumentException(name + " has more than five arguments");
        }
    }

    /** A helper without callback that takes any map, for any program. */
    public HelperSignature(int number, String name, Result result, Argument... arguments) {
        this(number, name, List.of(arguments), result, Set.of(), null, Set.of(), Set.of());
    }

    /** The same helper with these effects. */
    public HelperSignature with(Effect... added) {
        return new HelperSignature(number, name, arguments, result, Set.of(added), callback, maps, programs);
    }

    /** The same helper, for maps of these kinds. */
    public HelperSignature maps(MapKind... kinds) {
        return new HelperSignature(number, name, arguments, result, effects, callback, Set.of(kinds), programs);
    }

    /** The same helper, for programs of these kinds. */
    public HelperSignature programs(ProgramKind... kinds) {
        return new HelperSignature(number, name, arguments, result, effects, callback, maps, Set.of(kinds));
    }

    /** The same helper, calling its function argument so. */
    public HelperSignature calls(Callback called) {
        return new HelperSignature(number, name, arguments, result, effects, called, maps, programs);
    }

    /** Whether a call has this effect. */
    public boolean has(Effect effect) {
        return effects.contains(effect);
    }

    /** Number of the argument of a kind, counted from 1, or 0. */
    public int argument(Argument.Kind kind) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).kind() == kind) {
                return i + 1;
            }
        }
        return 0;
    }
}
