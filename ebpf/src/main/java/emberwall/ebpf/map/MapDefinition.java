package emberwall.ebpf.map;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * What a map shall be, as an object or a Java program declares it.
 *
 * @param name unique in its object
 * @param keySize bytes of a key; 0 where there is none (queue, stack, ring buffer)
 * @param valueSize bytes of a value
 * @param maxEntries how many entries it may have; of a ring buffer: bytes
 * @param flags the kernel's {@code BPF_F_*} bits
 * @param inner of a map of maps: what its values are like; else null
 * @param contents of an array: the value at index 0 when the map is made (global variables), read-only; else null
 * @param entries of a map of maps or programs: what is there from the beginning, names of maps or functions by index
 * @param keyType type of keys in the object's BTF, or 0
 * @param valueType type of values in the object's BTF, or 0
 */
public record MapDefinition(
        String name,
        MapKind kind,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        MapDefinition inner,
        MemorySegment contents,
        Map<Integer, String> entries,
        int keyType,
        int valueType) {

    // @formatter:off
    /** Elements are allocated when they are needed. */
    public static final int NO_PREALLOCATION  = 1;
    /** Java may only read it. */
    public static final int READ_ONLY         = 1 << 3;
    /** Programs may only read it: after loading, its contents are constants to the verifier. */
    public static final int PROGRAM_READ_ONLY = 1 << 7;
    /** Programs may only write it. */
    public static final int PROGRAM_WRITE_ONLY = 1 << 8;
    // @formatter:on

    public MapDefinition {
        entries = Map.copyOf(entries);
        contents = contents == null ? null : contents.asReadOnly();
    }

    /** A map without inner map, contents and types. */
    public MapDefinition(String name, MapKind kind, int keySize, int valueSize, int maxEntries, int flags) {
        this(name, kind, keySize, valueSize, maxEntries, flags, null, null, Map.of(), 0, 0);
    }

    /** A map of maps like {@code inner}. */
    public MapDefinition(String name, MapKind kind, int keySize, int maxEntries, MapDefinition inner) {
        this(name, kind, keySize, 4, maxEntries, 0, inner, null, Map.of(), 0, 0);
    }

    /** The same map with other contents for global variables. */
    public MapDefinition withContents(MemorySegment replaced) {
        return new MapDefinition(
                name, kind, keySize, valueSize, maxEntries, flags, inner, replaced, entries, keyType, valueType);
    }

    /** The same map, holding maps like {@code other}. */
    public MapDefinition withInner(MapDefinition other) {
        return new MapDefinition(
                name, kind, keySize, valueSize, maxEntries, flags, other, contents, entries, keyType, valueType);
    }

    /** Whether {@link #contents} are constants to programs. */
    public boolean isConstant() {
        return contents != null && (flags & PROGRAM_READ_ONLY) != 0;
    }

    /** Whether a map that is this may stand where {@code other} is the declared inner map. */
    public boolean isLike(MapDefinition other) {
        return kind == other.kind
                && keySize == other.keySize
                && valueSize == other.valueSize
                && flags == other.flags
                && (kind != MapKind.ARRAY || maxEntries == other.maxEntries);
    }

    /** What is wrong with these numbers, each as a sentence; empty where such a map can be made. */
    public List<String> faults() {
        return MapRules.faults(this);
    }
}
