package emberwall.ebpf.object;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.btf.BtfExt;
import emberwall.ebpf.btf.BtfType;
import emberwall.ebpf.btf.Relocator;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.map.MapDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object file with BPF programs. Reading it finds functions, maps and types; each program is linked when it is asked for, so
 * that one that is malformed does not keep others from being used. A program that came without an object is one with nothing else
 * in it, see {@link #of}.
 */
public final class BpfObject {
    private static final String TEXT = ".text";

    /**
     * A function in a section of code.
     *
     * @param start its first slot in the section
     * @param end the slot behind it
     */
    public record Function(String name, String section, int sectionIndex, int start, int end) {
        /** What a program that starts here is for. */
        public ProgramKind kind() {
            return ProgramKind.ofSection(section);
        }
    }

    private final String name;
    private final Elf elf;

    /** Of an object that is no file, its only program. */
    private final Program alone;

    private final Btf types;
    private final BtfExt ext;
    private final MapReader maps;
    private final FieldPatcher patcher;
    private final String license;
    private final List<Function> functions = new ArrayList<>();
    private final Map<Integer, Map<Long, Function>> starts = new HashMap<>();
    private final Map<Integer, Map<Long, Elf.Relocation>> relocations = new HashMap<>();

    private BpfObject(Bytes file, Btf target) {
        name = file.name();
        alone = null;
        elf = new Elf(file);
        Elf.Section btf = elf.section(".BTF");
        Elf.Section btfExt = elf.section(".BTF.ext");
        types = btf == null ? Btf.EMPTY : Btf.parse(btf.data());
        ext = btf == null || btfExt == null ? BtfExt.EMPTY : BtfExt.parse(btfExt.data(), types);
        patcher = new FieldPatcher(new Relocator(types, target == null ? types : target));
        license = text("license");
        maps = new MapReader(elf, types);
        elf.sections().stream().filter(Elf.Section::isCode).forEach(this::findFunctions);
    }

    private BpfObject(Program program) {
        name = program.name();
        alone = program;
        elf = Elf.EMPTY;
        types = program.types();
        ext = BtfExt.EMPTY;
        patcher = new FieldPatcher(new Relocator(types, types));
        license = program.license();
        maps = new MapReader(elf, types);
        Instructions code = program.instructions();
        functions.add(new Function(program.name(), program.section(), 0, 0, code.slots()));
    }

    /**
     * A program by itself, such as one that was translated from classic BPF.
     *
     * @param program without maps
     * @throws ObjectException if it has maps
     */
    public static BpfObject of(Program program) {
        if (!program.maps().isEmpty()) {
            throw new ObjectException(program.name(), "has maps, but no object that holds them");
        }
        return new BpfObject(program);
    }

    /**
     * Reads an object.
     *
     * @throws ObjectException if it is malformed
     */
    public static BpfObject read(String name, byte[] file) {
        return read(name, file, null);
    }

    /**
     * Reads an object whose programs ask for the layout of the host's types.
     *
     * @param target the host's types, or null if they are those of the object itself
     * @throws ObjectException if it is malformed
     */
    public static BpfObject read(String name, byte[] file, Btf target) {
        return new BpfObject(new Bytes(name, file), target);
    }

    /**
     * Reads an object from a file.
     *
     * @throws ObjectException if it is malformed
     * @throws IOException if the file cannot be read
     */
    public static BpfObject read(Path file) throws IOException {
        return read(file.getFileName().toString(), Files.readAllBytes(file), null);
    }

    private String text(String name) {
        Elf.Section section = elf.section(name);
        return section == null || section.data().length() == 0
                ? ""
                : section.data().text(0);
    }

    private void findFunctions(Elf.Section section) {
        List<Function> found = new ArrayList<>();
        for (Elf.Symbol symbol : elf.symbols()) {
            if (symbol.section() == section.index() && symbol.type() == Elf.Symbol.FUNCTION) {
                found.add(function(section, symbol));
            }
        }
        if (found.isEmpty()) {
            // Old compilers give functions no type and no size: a section is one program.
            if (section.size() % 8 != 0) {
                throw new ObjectException(section.data().name(), "is no whole number of instructions");
            }
            found.add(new Function(section.name(), section.name(), section.index(), 0, (int) (section.size() / 8)));
        }
        found.sort(Comparator.comparingInt(Function::start));
        Map<Long, Function> byStart = starts.computeIfAbsent(section.index(), index -> new HashMap<>());
        for (Function function : found) {
            byStart.putIfAbsent((long) function.start(), function);
        }
        functions.addAll(found);
    }

    private static Function function(Elf.Section section, Elf.Symbol symbol) {
        boolean inside = symbol.value() >= 0
                && symbol.size() > 0
                && symbol.value() < section.size()
                && symbol.size() <= section.size() - symbol.value();
        if (!inside || symbol.value() % 8 != 0 || symbol.size() % 8 != 0) {
            throw new ObjectException(
                    section.data().name(),
                    "function \"" + symbol.name() + "\" has " + symbol.size() + " bytes at offset " + symbol.value()
                            + " of " + section.size());
        }
        return new Function(symbol.name(), section.name(), section.index(), (int) (symbol.value() / 8), (int)
                ((symbol.value() + symbol.size()) / 8));
    }

    /** All functions, by section and place. */
    public List<Function> functions() {
        return List.copyOf(functions);
    }

    /** The functions that are programs: those outside of {@code .text}, or all if there are no others. */
    public List<Function> entries() {
        List<Function> entries = new ArrayList<>();
        for (Function function : functions) {
            if (!function.section().equals(TEXT)) {
                entries.add(function);
            }
        }
        return entries.isEmpty() ? functions() : entries;
    }

    /** What a program that starts with a function is for: it says so itself, or its section, or the name of the object. */
    public ProgramKind kind(Function function) {
        return alone != null
                ? alone.kind()
                : ProgramKind.guess(function.section(), name.substring(name.lastIndexOf('/') + 1));
    }

    /** The function with a name in a section; {@link ObjectException} if there is none. */
    public Function function(String section, String name) {
        for (Function function : functions) {
            if (function.section().equals(section) && function.name().equals(name)) {
                return function;
            }
        }
        throw new ObjectException("section " + section, "has no function \"" + name + "\"");
    }

    /**
     * Makes a program that starts with a function.
     *
     * @throws ObjectException if it is malformed
     */
    public Program link(Function function) {
        return link(function, function.kind());
    }

    /**
     * Makes a program of a kind that the section's name does not say.
     *
     * @throws ObjectException if it is malformed
     */
    public Program link(Function function, ProgramKind kind) {
        return alone == null ? new Linker(this, function, kind).link() : alone.withKind(kind);
    }

    /**
     * All programs, see {@link #entries}.
     *
     * @throws ObjectException if one of them is malformed
     */
    public List<Program> programs() {
        return entries().stream().map(this::link).toList();
    }

    /** The maps of the object, sections of variables included. */
    public List<MapDefinition> maps() {
        return List.copyOf(maps.maps());
    }

    /**
     * A global variable.
     *
     * @param map index of the map that its section became
     * @param offset in bytes in the map's value
     * @param size in bytes
     * @param type in the object's types, or 0
     */
    public record Variable(String name, int map, int offset, int size, int type) {}

    /** The global variables, static ones included. */
    public List<Variable> variables() {
        List<Variable> variables = new ArrayList<>();
        for (Elf.Symbol symbol : elf.symbols()) {
            int map = symbol.type() == Elf.Symbol.OBJECT ? maps.ofVariables(symbol.section()) : -1;
            if (map >= 0 && symbol.value() >= 0 && symbol.size() > 0) {
                int bytes = maps.maps().get(map).valueSize();
                if (symbol.value() < bytes && symbol.size() <= bytes - symbol.value()) {
                    int type = types.find(symbol.name(), BtfType.Variable.class);
                    variables.add(new Variable(
                            symbol.name(),
                            map,
                            (int) symbol.value(),
                            (int) symbol.size(),
                            type == 0 ? 0 : ((BtfType.Variable) types.type(type)).type()));
                }
            }
        }
        return variables;
    }

    /** The types of the object. */
    public Btf types() {
        return types;
    }

    /** What the object says about its license, or "". */
    public String license() {
        return license;
    }

    // ---- for the linker

    Elf elf() {
        return elf;
    }

    FieldPatcher patcher() {
        return patcher;
    }

    Elf.Section section(Function function) {
        return elf.sections().get(function.sectionIndex());
    }

    Function functionAt(int section, long slot) {
        return starts.getOrDefault(section, Map.of()).get(slot);
    }

    Elf.Relocation relocation(Elf.Section section, long offset) {
        Map<Long, Elf.Relocation> byOffset = relocations.get(section.index());
        if (byOffset == null) {
            byOffset = new HashMap<>();
            for (Elf.Relocation relocation : elf.relocations(section)) {
                byOffset.put(relocation.offset(), relocation);
            }
            relocations.put(section.index(), byOffset);
        }
        return byOffset.get(offset);
    }

    int mapAt(int section, long offset) {
        return maps.at(section, offset);
    }

    int mapOfVariables(int section) {
        return maps.ofVariables(section);
    }

    List<BtfExt.RelocationRecord> fieldRelocations(Elf.Section section) {
        return ext.relocations(section.name());
    }

    List<BtfExt.LineRecord> lineRecords(Elf.Section section) {
        return ext.lines(section.name());
    }

    /** The type of a function in the object's types, or 0. */
    int typeOf(Function function) {
        for (BtfExt.FunctionRecord record : ext.functions(function.section())) {
            if (record.offset() == 8L * function.start()) {
                return record.type();
            }
        }
        return 0;
    }
}
