package emberwall.ebpf.map;

import emberwall.ebpf.ObjectException;
import emberwall.os.RawMemory;
import java.util.Map;
import java.util.function.Predicate;

/** Maps by index or key. Programs look them up; only Java changes them. */
public final class MapOfMaps extends BpfMap {
    /** Keys to handles. */
    private final BpfMap handles;

    MapOfMaps(MapSpace space, int id, MapDefinition definition) {
        super(space, id, definition);
        boolean array = definition.kind() == MapKind.ARRAY_OF_MAPS;
        MapDefinition inside = new MapDefinition(
                definition.name(),
                array ? MapKind.ARRAY : MapKind.HASH,
                definition.keySize(),
                8,
                definition.maxEntries(),
                0);
        this.handles = array ? new ArrayMap(space, id, inside) : new HashTable(space, id, inside);
    }

    /** Puts in what the definition names. */
    void fill(Map<String, BpfMap> maps) {
        definition().entries().forEach((index, name) -> {
            BpfMap map = maps.get(name);
            if (map == null) {
                throw new ObjectException("map " + definition().name(), "holds \"" + name + "\", which is no map");
            }
            long answer = put(key(index), map);
            if (answer != 0) {
                throw new ObjectException("map " + definition().name(), "has no place " + index);
            }
        });
    }

    /** The handle of the inner map, or 0. */
    @Override
    public long lookup(long key, int lane) {
        long found = handles.lookup(key, lane);
        return found == 0 ? 0 : RawMemory.getLongAcquire(found);
    }

    /**
     * Sets an inner map. Returns 0 or an error number, negated.
     *
     * @throws IllegalArgumentException if it is not like the one that the definition declares, or of another space
     */
    public long put(byte[] key, BpfMap inner) {
        if (inner.space() != space() || !inner.definition().isLike(definition().inner())) {
            throw new IllegalArgumentException("map " + inner.definition().name() + " is not like those in "
                    + definition().name());
        }
        byte[] handle = new byte[8];
        for (int i = 0; i < 8; i++) {
            handle[i] = (byte) (inner.handle() >>> 8 * i);
        }
        return inLane(key, handle, (address, value, lane) -> handles.update(address, value, ANY, lane));
    }

    /** The inner map of a key, or null. */
    public BpfMap inner(byte[] key) {
        return inLane(key, null, (address, value, lane) -> space().map(lookup(address, lane)));
    }

    @Override
    public byte[] get(byte[] key) {
        throw new UnsupportedOperationException("values of " + definition().name() + " are maps");
    }

    @Override
    public long put(byte[] key, byte[] value, long flags) {
        return EINVAL;
    }

    @Override
    public long remove(byte[] key) {
        return inLane(key, new byte[8], (address, zero, lane) -> {
            if (lookup(address, lane) == 0) {
                return (long) ENOENT;
            }
            return handles instanceof ArrayMap
                    ? handles.update(address, zero, ANY, lane)
                    : handles.delete(address, lane);
        });
    }

    @Override
    public void walk(Predicate<byte[]> visitor) {
        handles.walk(visitor);
    }

    @Override
    void releaseMemory() {
        handles.releaseMemory();
    }
}
