package emberwall.ebpf.object;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.btf.BtfType;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The maps of an object: those that {@code .maps} declares by types, those that {@code maps} (or {@code maps/NAME}) lists as
 * structs of numbers, and one for each section of global variables.
 */
final class MapReader {
    private static final String DECLARED = ".maps";

    /** Bytes of all variables together: those that are zero take no room in the file. */
    private static final long MOST_VARIABLE_BYTES = 1 << 25;

    /** Where a map lies: the section and the offset in it. */
    private record Place(int section, long offset) {}

    private final Elf elf;
    private final Btf btf;
    private final List<MapDefinition> maps = new ArrayList<>();
    private final Map<Place, Integer> places = new HashMap<>();
    private final Map<Integer, Integer> variables = new HashMap<>();
    private long variableBytes;
    private final Map<Integer, Bytes> listed = new LinkedHashMap<>();

    MapReader(Elf elf, Btf btf) {
        this.elf = elf;
        this.btf = btf;
        for (Elf.Section section : elf.sections()) {
            if (section.name().equals(DECLARED)) {
                readDeclared(section);
            } else if (section.name().equals("maps") || section.name().startsWith("maps/")) {
                readListed(section);
            } else if (isVariables(section) && section.size() > 0) {
                variables.put(section.index(), maps.size());
                maps.add(variables(section));
            }
        }
        new ListedInnerMaps(maps, listed).resolve();
    }

    /** All maps. */
    List<MapDefinition> maps() {
        return maps;
    }

    /** The map that lies at an offset of a section, or -1. */
    int at(int section, long offset) {
        return places.getOrDefault(new Place(section, offset), -1);
    }

    /** The map that a section of variables became, or -1. */
    int ofVariables(int section) {
        return variables.getOrDefault(section, -1);
    }

    /** Whether a section holds maps. */
    static boolean isMaps(Elf.Section section) {
        return section.name().equals(DECLARED)
                || section.name().equals("maps")
                || section.name().startsWith("maps/");
    }

    private static boolean isVariables(Elf.Section section) {
        return isOrBegins(section, ".rodata") || isOrBegins(section, ".data") || isOrBegins(section, ".bss");
    }

    private static boolean isOrBegins(Elf.Section section, String name) {
        return section.name().equals(name) || section.name().startsWith(name + ".");
    }

    private MapDefinition variables(Elf.Section section) {
        variableBytes += section.size();
        if (variableBytes > MOST_VARIABLE_BYTES) {
            throw new ObjectException(section.data().name(), "is more than there may be of variables");
        }
        byte[] contents = section.isZero()
                ? new byte[(int) section.size()]
                : section.data().copy();
        int flags = section.name().startsWith(".rodata") ? MapDefinition.PROGRAM_READ_ONLY : 0;
        int type = btf.find(section.name(), BtfType.Section.class);
        return new MapDefinition(
                section.name(),
                MapKind.ARRAY,
                4,
                contents.length,
                1,
                flags,
                null,
                MemorySegment.ofArray(contents),
                Map.of(),
                0,
                type);
    }

    // ---- structs of numbers

    private void readListed(Elf.Section section) {
        List<Elf.Symbol> symbols = new ArrayList<>();
        for (Elf.Symbol symbol : elf.symbols()) {
            if (symbol.section() == section.index()
                    && !symbol.name().isEmpty()
                    && symbol.type() != Elf.Symbol.SECTION
                    && symbol.type() <= Elf.Symbol.FUNCTION
                    && (symbol.binding() != Elf.Symbol.LOCAL || symbol.type() == Elf.Symbol.OBJECT)) {
                symbols.add(symbol);
            }
        }
        if (symbols.isEmpty()) {
            return;
        }
        symbols.sort(Comparator.comparingLong(Elf.Symbol::value));
        // All have one size: that of the compiler's struct, of which we know the first five numbers.
        long bytes = section.size() / symbols.size();
        if (section.size() % symbols.size() != 0 || bytes < 20) {
            throw new ObjectException(
                    section.data().name(), symbols.size() + " maps do not divide its " + section.size() + " bytes");
        }
        for (Elf.Symbol symbol : symbols) {
            Bytes data = section.data().part("map " + symbol.name(), symbol.value(), bytes);
            places.put(new Place(section.index(), symbol.value()), maps.size());
            MapKind kind = kind(symbol.name(), data.i32(0));
            int valueSize = kind.holdsMaps() ? 4 : data.i32(8);
            listed.put(maps.size(), data);
            maps.add(new MapDefinition(symbol.name(), kind, data.i32(4), valueSize, data.i32(12), data.i32(16)));
        }
    }

    static MapKind kind(String map, int number) {
        MapKind kind = MapKind.of(number);
        if (kind == null || kind == MapKind.UNSPECIFIED) {
            throw new ObjectException("map " + map, "has the unknown type " + number);
        }
        return kind;
    }

    // ---- declarations by types

    private void readDeclared(Elf.Section section) {
        int id = btf.find(DECLARED, BtfType.Section.class);
        if (id == 0) {
            throw new ObjectException(section.data().name(), "has no type: the object was compiled without -g");
        }
        for (BtfType.Placed placed : ((BtfType.Section) btf.type(id)).variables()) {
            if (!(btf.type(placed.variable()) instanceof BtfType.Variable variable)) {
                throw new ObjectException(DECLARED, "lists type " + placed.variable() + ", which is no variable");
            }
            long offset = offset(section, variable.name(), placed.offset());
            places.put(new Place(section.index(), offset), maps.size());
            maps.add(declared(variable, section, offset));
        }
    }

    /** Where the variable lies: types of objects that were not linked say 0 for all of them, symbols know it. */
    private long offset(Elf.Section section, String name, int said) {
        for (Elf.Symbol symbol : elf.symbols()) {
            if (symbol.section() == section.index() && symbol.name().equals(name)) {
                return symbol.value();
            }
        }
        return said;
    }

    private MapDefinition declared(BtfType.Variable variable, Elf.Section section, long offset) {
        Declaration declaration = new Declaration(btf, variable.name(), variable.type(), 0);
        Map<Integer, String> entries = new LinkedHashMap<>();
        if (declaration.valuesOffset >= 0) {
            for (Elf.Relocation relocation : elf.relocations(section)) {
                long index = (relocation.offset() - offset - declaration.valuesOffset) / 8;
                long end = offset + declaration.bytes + 8L * Math.max(declaration.maxEntries, 0);
                if (relocation.offset() >= offset + declaration.valuesOffset
                        && relocation.offset() < end
                        && relocation.offset() < next(section, offset)) {
                    entries.put((int) index, relocation.symbol().name());
                }
            }
        }
        return declaration.definition(entries);
    }

    /** Where the variable behind the one at {@code offset} begins. */
    private long next(Elf.Section section, long offset) {
        long next = section.size();
        for (Elf.Symbol symbol : elf.symbols()) {
            if (symbol.section() == section.index()
                    && symbol.type() == Elf.Symbol.OBJECT
                    && symbol.value() > offset
                    && symbol.value() < next) {
                next = symbol.value();
            }
        }
        return next;
    }

    /** What a struct of a declaration says: numbers are lengths of arrays that a member points to, types what it points to. */
    private static final class Declaration {
        private final Btf btf;
        private final String name;
        private MapKind kind = MapKind.UNSPECIFIED;
        private int keySize;
        private int valueSize;
        private int maxEntries;
        private int flags;
        private int keyType;
        private int valueType;
        private MapDefinition inner;
        private int valuesOffset = -1;
        private int bytes;

        Declaration(Btf btf, String name, int type, int depth) {
            this.btf = btf;
            this.name = name;
            if (!(btf.stripped(type) instanceof BtfType.Struct struct) || struct.union()) {
                throw new ObjectException("map " + name, "is not declared as a struct");
            }
            bytes = struct.size();
            for (BtfType.Member member : struct.members()) {
                read(member, depth);
            }
        }

        private void read(BtfType.Member member, int depth) {
            switch (member.name()) {
                case "type" -> kind = kind(name, number(member));
                case "max_entries" -> maxEntries = number(member);
                case "map_flags" -> flags = number(member);
                case "key_size" -> keySize = number(member);
                case "value_size" -> valueSize = number(member);
                case "key" -> {
                    keyType = target(member);
                    keySize = btf.size(keyType);
                }
                case "value" -> {
                    valueType = target(member);
                    valueSize = btf.size(valueType);
                }
                case "values" -> values(member, depth);
                case "pinning", "numa_node", "map_extra" -> number(member); // of no meaning here
                default -> throw new ObjectException("map " + name, "has the unknown member " + member.name());
            }
        }

        private int number(BtfType.Member member) {
            if (btf.stripped(member.type()) instanceof BtfType.Pointer pointer
                    && btf.stripped(pointer.target()) instanceof BtfType.Array array) {
                return array.count();
            }
            // Numbers beyond 32 bits are constants of an enumeration.
            if (btf.stripped(member.type()) instanceof BtfType.Enumeration enumeration
                    && !enumeration.constants().isEmpty()) {
                return (int) enumeration.constants().getFirst().value();
            }
            throw new ObjectException("map " + name, "says " + member.name() + " in a way that is no number");
        }

        private int target(BtfType.Member member) {
            if (btf.stripped(member.type()) instanceof BtfType.Pointer pointer) {
                return pointer.target();
            }
            throw new ObjectException("map " + name, "says " + member.name() + " in a way that is no type");
        }

        /** The array at the end, of pointers to functions or to maps like the inner one. */
        private void values(BtfType.Member member, int depth) {
            if (!(btf.stripped(member.type()) instanceof BtfType.Array array)
                    || !(btf.stripped(array.element()) instanceof BtfType.Pointer pointer)) {
                throw new ObjectException("map " + name, "says values in a way that is no array of pointers");
            }
            valuesOffset = member.bitOffset() / 8;
            if (valueSize == 0) {
                valueSize = 4;
            }
            if (btf.stripped(pointer.target()) instanceof BtfType.Struct) {
                if (depth > 0) {
                    throw new ObjectException("map " + name, "is a map of maps of maps");
                }
                inner = new Declaration(btf, name + ".inner", pointer.target(), 1).definition(Map.of());
            }
        }

        MapDefinition definition(Map<Integer, String> entries) {
            return new MapDefinition(
                    name, kind, keySize, valueSize, maxEntries, flags, inner, null, entries, keyType, valueType);
        }
    }
}
