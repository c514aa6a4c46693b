package emberwall.ebpf;

import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.map.MapDefinition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A program with all that it calls in one list of instructions.
 *
 * <p>An {@code lddw} whose {@code src} is {@code Insn.MAP} or {@code Insn.MAP_VALUE} names a map in the low half of its
 * immediate, by its index in {@link #maps}; for {@code MAP_VALUE} the high half is an offset in the value at index 0. Local calls and
 * {@code Insn.FUNCTION} name functions by distance, as in the kernel.
 *
 * @param section of the object, or ""
 * @param subprograms in order of their first slots
 * @param maps that it may refer to; programs of one object have the same list
 * @param lines by slot: where each line's first instruction comes from
 * @param types the object's
 * @param license as the object says it, or ""
 */
public record Program(
        String name,
        String section,
        ProgramKind kind,
        Instructions instructions,
        List<Subprogram> subprograms,
        List<MapDefinition> maps,
        NavigableMap<Integer, SourceLine> lines,
        Btf types,
        String license) {

    public Program {
        subprograms = List.copyOf(subprograms);
        maps = List.copyOf(maps);
        lines = Collections.unmodifiableNavigableMap(lines);
    }

    /** A program that has nothing but instructions. */
    public static Program of(String name, ProgramKind kind, Instructions instructions, List<MapDefinition> maps) {
        Subprogram[] subprograms = new Subprogram[instructions.subprograms()];
        for (int i = 0; i < subprograms.length; i++) {
            int start = instructions.slot(instructions.start(i));
            int last = instructions.end(i) - 1;
            int end = instructions.slot(last) + instructions.get(last).slots();
            subprograms[i] = new Subprogram(i == 0 ? name : name + "." + i, start, end, 0);
        }
        return new Program(name, "", kind, instructions, List.of(subprograms), maps, new TreeMap<>(), Btf.EMPTY, "");
    }

    /** The same program with other definitions of its maps, such as other contents of constants. */
    public Program withMaps(List<MapDefinition> replaced) {
        return new Program(name, section, kind, instructions, subprograms, replaced, lines, types, license);
    }

    /** The same program for another purpose. */
    public Program withKind(ProgramKind other) {
        return new Program(name, section, other, instructions, subprograms, maps, lines, types, license);
    }

    /** The subprogram that a slot is part of. */
    public Subprogram subprogram(int slot) {
        for (Subprogram subprogram : subprograms) {
            if (slot >= subprogram.start() && slot < subprogram.end()) {
                return subprogram;
            }
        }
        throw new IndexOutOfBoundsException(slot);
    }

    /** Where the instruction at a slot comes from, or null if the object does not say it. */
    public SourceLine line(int slot) {
        Map.Entry<Integer, SourceLine> entry = lines.floorEntry(slot);
        return entry == null || entry.getKey() < subprogram(slot).start() ? null : entry.getValue();
    }

    /** Name and section, for messages. */
    public String describe() {
        return section.isEmpty() || section.equals(name) ? name : name + " (section " + section + ")";
    }
}
