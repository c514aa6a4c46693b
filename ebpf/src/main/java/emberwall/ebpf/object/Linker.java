package emberwall.ebpf.object;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.SourceLine;
import emberwall.ebpf.Subprogram;
import emberwall.ebpf.btf.BtfExt;
import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.insn.Opcode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Makes one program: the function, then all functions that it reaches by calls and addresses, each once. */
final class Linker {
    private static final int R_BPF_64_64 = 1;
    private static final int R_BPF_64_32 = 10;

    private final BpfObject object;
    private final BpfObject.Function entry;

    /** Functions in the order in which they are placed, with their first slots. */
    private final Map<BpfObject.Function, Integer> placed = new LinkedHashMap<>();

    private final List<BpfObject.Function> waiting = new ArrayList<>();
    private final List<Reference> references = new ArrayList<>();
    private final List<long[]> code = new ArrayList<>();
    private int slots;

    /** The instruction at {@code slot} of the program refers to a function. */
    private record Reference(int slot, long[] words, int index, BpfObject.Function function) {}

    private final ProgramKind kind;

    Linker(BpfObject object, BpfObject.Function entry, ProgramKind kind) {
        this.object = object;
        this.kind = kind;
        this.entry = entry;
    }

    Program link() {
        place(entry);
        for (int i = 0; i < waiting.size(); i++) {
            copy(waiting.get(i));
        }
        for (Reference reference : references) {
            long distance = placed.get(reference.function) - reference.slot - 1L;
            reference.words[reference.index] = reference.words[reference.index] & 0xFFFF_FFFFL | distance << 32;
        }
        return new Program(
                entry.name(),
                entry.section(),
                kind,
                instructions(),
                subprograms(),
                object.maps(),
                lines(),
                object.types(),
                object.license());
    }

    private void place(BpfObject.Function function) {
        if (placed.putIfAbsent(function, slots) == null) {
            waiting.add(function);
            slots += function.end() - function.start();
            if (slots > Instructions.MOST_SLOTS) {
                throw fault("has more than " + Instructions.MOST_SLOTS + " instructions");
            }
        }
    }

    private void copy(BpfObject.Function function) {
        Elf.Section section = object.section(function);
        long[] words = new long[function.end() - function.start()];
        for (int i = 0; i < words.length; i++) {
            words[i] = section.data().i64(8L * (function.start() + i));
        }
        for (BtfExt.RelocationRecord record : object.fieldRelocations(section)) {
            long slot = (record.offset() & 0xFFFF_FFFFL) / 8 - function.start();
            if (slot >= 0 && slot < words.length && record.offset() % 8 == 0) {
                object.patcher().patch(words, (int) slot, record);
            }
        }
        code.add(words);
        for (int i = 0; i < words.length; i++) {
            Elf.Relocation relocation = object.relocation(section, 8L * (function.start() + i));
            if (Opcode.CALL_LOCAL.is(words[i])) {
                call(function, words, i, relocation);
            } else if (Opcode.LDDW.is(words[i]) && i + 1 < words.length) {
                if (relocation != null) {
                    address(words, i, relocation);
                }
                i++;
            } else if (relocation != null) {
                throw fault("has a relocation at an instruction that takes none, for " + describe(relocation.symbol())
                        + " at slot " + (function.start() + i));
            }
        }
    }

    private void call(BpfObject.Function function, long[] words, int index, Elf.Relocation relocation) {
        int immediate = (int) (words[index] >>> 32);
        long target;
        Elf.Section section;
        if (relocation != null && isExtern(relocation.symbol())) {
            words[index] = external(relocation);
            return;
        }
        if (relocation == null) {
            section = object.section(function);
            target = function.start() + index + 1L + immediate;
            if (target >= function.start() && target < function.end() && target != function.start()) {
                return; // a section without symbols of functions is taken as it is
            }
        } else {
            section = defined(relocation, R_BPF_64_32);
            target = (relocation.symbol().value() + relocation.addend()) / 8 + immediate + 1L;
        }
        refer(words, index, section, target);
    }

    private static boolean isExtern(Elf.Symbol symbol) {
        return symbol.section() == 0
                && (symbol.binding() == Elf.Symbol.WEAK || RuntimeFunction.named(symbol.name()) != null);
    }

    /** The call of a function of the host. One that is weak and does not exist may be called where nothing gets to. */
    private static long external(Elf.Relocation relocation) {
        RuntimeFunction known = RuntimeFunction.named(relocation.symbol().name());
        return new Insn(Opcode.CALL_RUNTIME, 0, 0, 0, known == null ? FieldPatcher.NOWHERE : known.number()).word();
    }

    private void refer(long[] words, int index, Elf.Section section, long slot) {
        BpfObject.Function callee = object.functionAt(section.index(), slot);
        if (callee == null) {
            throw fault("refers to slot " + slot + " of section " + section.name() + ", where no function begins");
        }
        place(callee);
        references.add(new Reference(placed.get(waiting.get(code.size() - 1)) + index, words, index, callee));
    }

    private void address(long[] words, int index, Elf.Relocation relocation) {
        Elf.Symbol symbol = relocation.symbol();
        if (isExtern(symbol)) { // programs ask whether there is such a function
            put(words, index, Insn.VALUE, RuntimeFunction.named(symbol.name()) == null ? 0 : 1, 0);
            return;
        }
        Elf.Section section = defined(relocation, R_BPF_64_64);
        long addend = relocation.addend() + (words[index] >> 32);
        long offset = symbol.value() + addend;
        if (section.isCode()) {
            if (offset % 8 != 0) {
                throw fault("takes an address within an instruction, by " + describe(symbol));
            }
            put(words, index, Insn.FUNCTION, 0, 0);
            refer(words, index, section, offset / 8);
        } else if (MapReader.isMaps(section)) {
            int map = object.mapAt(section.index(), offset);
            if (map < 0) {
                throw fault("refers to " + describe(symbol) + " at offset " + offset + " of " + section.name()
                        + ", where no map begins");
            }
            put(words, index, Insn.MAP, map, 0);
        } else {
            int map = object.mapOfVariables(section.index());
            if (map < 0) {
                throw fault("refers to " + describe(symbol) + " in section " + section.name()
                        + ", which holds neither maps, nor variables, nor code");
            }
            if (offset < 0 || offset > section.size()) {
                throw fault("refers to offset " + offset + " of " + section.name() + ", which has " + section.size());
            }
            put(words, index, Insn.MAP_VALUE, map, (int) offset);
        }
    }

    private static void put(long[] words, int index, int source, int low, int high) {
        words[index] = words[index] & 0xFFFF_0FFFL | (long) source << 12 | (long) low << 32;
        words[index + 1] = words[index + 1] & 0xFFFF_FFFFL | (long) high << 32;
    }

    private Elf.Section defined(Elf.Relocation relocation, int type) {
        boolean untyped = relocation.type() == 0 && object.elf().isOld();
        if (relocation.type() != type && !untyped) {
            throw fault("has a relocation of type " + relocation.type() + " for " + describe(relocation.symbol())
                    + " where type " + type + " belongs");
        }
        Elf.Section section = object.elf().sectionOf(relocation.symbol());
        if (section == null) {
            throw fault("refers to " + describe(relocation.symbol()) + ", which the object does not define");
        }
        return section;
    }

    private String describe(Elf.Symbol symbol) {
        Elf.Section section = object.elf().sectionOf(symbol);
        return !symbol.name().isEmpty() || section == null ? "\"" + symbol.name() + "\"" : "section " + section.name();
    }

    private Instructions instructions() {
        byte[] bytes = new byte[8 * slots];
        int at = 0;
        for (long[] words : code) {
            for (long word : words) {
                for (int i = 0; i < 8; i++) {
                    bytes[at++] = (byte) (word >>> 8 * i);
                }
            }
        }
        try {
            return Instructions.decode(bytes);
        } catch (MalformedException e) {
            throw fault(e.getMessage());
        }
    }

    private List<Subprogram> subprograms() {
        List<Subprogram> subprograms = new ArrayList<>();
        placed.forEach((function, start) -> subprograms.add(new Subprogram(
                function.name(), start, start + function.end() - function.start(), object.typeOf(function))));
        return subprograms;
    }

    private NavigableMap<Integer, SourceLine> lines() {
        NavigableMap<Integer, SourceLine> lines = new TreeMap<>();
        placed.forEach((function, start) -> {
            for (BtfExt.LineRecord record : object.lineRecords(object.section(function))) {
                long slot = (record.offset() & 0xFFFF_FFFFL) / 8 - function.start();
                if (slot >= 0 && slot < function.end() - function.start()) {
                    lines.put(
                            start + (int) slot,
                            new SourceLine(
                                    object.types().string(record.file()),
                                    record.line(),
                                    record.column(),
                                    object.types().line(record.text())));
                }
            }
        });
        return lines;
    }

    private ObjectException fault(String problem) {
        return new ObjectException("program " + entry.name() + " (section " + entry.section() + ")", problem);
    }
}
