package emberwall.ebpf.btf;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.ObjectException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A section {@code .BTF.ext}: what it says of each section of code, in order of offsets as it stands there. */
public final class BtfExt {
    /** An object that has none. */
    public static final BtfExt EMPTY = new BtfExt(Map.of(), Map.of(), Map.of());

    /** A function begins. */
    public record FunctionRecord(int offset, int type) {}

    /** A line begins: offset in bytes, and where it comes from as offsets of strings. */
    public record LineRecord(int offset, int file, int text, int line, int column) {}

    /** An instruction depends on the layout of a type. */
    public record RelocationRecord(int offset, int type, int access, int kind) {}

    private final Map<String, List<FunctionRecord>> functions;
    private final Map<String, List<LineRecord>> lines;
    private final Map<String, List<RelocationRecord>> relocations;

    private BtfExt(
            Map<String, List<FunctionRecord>> functions,
            Map<String, List<LineRecord>> lines,
            Map<String, List<RelocationRecord>> relocations) {
        this.functions = functions;
        this.lines = lines;
        this.relocations = relocations;
    }

    /**
     * Reads a section.
     *
     * @param btf the object's types, which have the strings
     * @throws ObjectException if it is malformed
     */
    public static BtfExt parse(Bytes section, Btf btf) {
        if (section.u16(0) != 0xeB9F || section.u8(2) != 1) {
            throw new ObjectException(section.name(), "is no BTF of version 1");
        }
        return new BtfExt(
                table(section, 8, btf, 8, (part, at) -> new FunctionRecord(part.i32(at), part.i32(at + 4))),
                table(section, 16, btf, 16, BtfExt::line),
                section.u32(4) < 32
                        ? Map.of()
                        : table(
                                section,
                                24,
                                btf,
                                16,
                                (part, at) -> new RelocationRecord(
                                        part.i32(at), part.i32(at + 4), part.i32(at + 8), part.i32(at + 12))));
    }

    private static LineRecord line(Bytes part, long at) {
        int place = part.i32(at + 12);
        return new LineRecord(part.i32(at), part.i32(at + 4), part.i32(at + 8), place >>> 10, place & 0x3FF);
    }

    private interface Reader<T> {
        T read(Bytes part, long at);
    }

    /** A table whose offset and length stand in the header: size of records, then by section the name, a count, records. */
    private static <T> Map<String, List<T>> table(Bytes section, int header, Btf btf, int least, Reader<T> reader) {
        Bytes part = section.part(
                "a table of " + section.name(), section.u32(4) + section.u32(header), section.u32(header + 4));
        Map<String, List<T>> table = new HashMap<>();
        if (part.length() == 0) {
            return table;
        }
        long size = part.u32(0);
        if (size < least || size > 256) {
            throw new ObjectException(section.name(), "has records of " + size + " bytes");
        }
        long at = 4;
        while (at < part.length()) {
            List<T> records = table.computeIfAbsent(btf.string(part.i32(at)), name -> new ArrayList<>());
            long count = part.u32(at + 4);
            at += 8;
            if (count > (part.length() - at) / size) {
                throw new ObjectException(section.name(), "says " + count + " records, but ends before");
            }
            for (long i = 0; i < count; i++, at += size) {
                records.add(reader.read(part, at));
            }
        }
        return table;
    }

    /** Functions in a section of code. */
    public List<FunctionRecord> functions(String section) {
        return functions.getOrDefault(section, List.of());
    }

    /** Lines in a section of code. */
    public List<LineRecord> lines(String section) {
        return lines.getOrDefault(section, List.of());
    }

    /** Relocations by field in a section of code. */
    public List<RelocationRecord> relocations(String section) {
        return relocations.getOrDefault(section, List.of());
    }
}
