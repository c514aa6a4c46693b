package emberwall.ebpf.map;

import java.util.ArrayList;
import java.util.List;

/**
 * A map of maps with keys as objects, and views of the maps in it.
 *
 * @param <K> keys of the outer map
 * @param <I> keys of the inner maps
 * @param <V> values of the inner maps
 */
public final class NestedMapView<K, I, V> {
    private final MapOfMaps map;
    private final Codec<K> keys;
    private final Codec<I> innerKeys;
    private final Codec<V> innerValues;

    /**
     * A view of a map.
     *
     * @throws IllegalArgumentException if it is no map of maps, or its keys have another size
     */
    public NestedMapView(BpfMap map, Codec<K> keys, Codec<I> innerKeys, Codec<V> innerValues) {
        if (!(map instanceof MapOfMaps outer)) {
            throw new IllegalArgumentException("map " + map.definition().name() + " holds no maps");
        }
        map.checkKeys(keys);
        this.map = outer;
        this.keys = keys;
        this.innerKeys = innerKeys;
        this.innerValues = innerValues;
    }

    /**
     * A view of the map of a key, or null. It stays one of that map, whatever the key's becomes.
     *
     * @throws IllegalArgumentException if the inner map's keys or values have other sizes
     */
    public MapView<I, V> get(K key) {
        BpfMap inner = map.inner(keys.encode(key));
        return inner == null ? null : new MapView<>(inner, innerKeys, innerValues);
    }

    /**
     * Sets the map of a key.
     *
     * @throws IllegalArgumentException if it is not like the one that the definition declares, or of another space
     * @throws IllegalStateException if the map is full, or does not take the key
     */
    public void put(K key, BpfMap inner) {
        long answer = map.put(keys.encode(key), inner);
        if (answer != 0) {
            throw new IllegalStateException(
                    answer == BpfMap.E2BIG
                            ? "map " + map.definition().name() + " is full"
                            : "map " + map.definition().name() + " refuses: error " + -answer);
        }
    }

    /** Takes a key out, and says whether it was there. The inner map stays. */
    public boolean remove(K key) {
        return map.remove(keys.encode(key)) == 0;
    }

    /** The keys that have a map now. */
    public List<K> keys() {
        List<K> found = new ArrayList<>();
        for (byte[] key : map.keys()) {
            if (map.inner(key) != null) {
                found.add(keys.decode(key));
            }
        }
        return found;
    }
}
