package emberwall.ebpf.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A map with keys and values as objects. Values are copies: what a program writes afterwards is not in them.
 *
 * @param <K> keys
 * @param <V> values
 */
public final class MapView<K, V> {
    private final BpfMap map;
    private final Codec<K> keys;
    private final Codec<V> values;

    /**
     * A view of a map.
     *
     * @throws IllegalArgumentException if keys or values have other sizes, or are maps: of these see {@link NestedMapView}
     */
    public MapView(BpfMap map, Codec<K> keys, Codec<V> values) {
        if (map.definition().kind().holdsMaps()) {
            throw new IllegalArgumentException(
                    "values of map " + map.definition().name() + " are maps");
        }
        if (keys.size() != map.definition().keySize()
                || values.size() != map.definition().valueSize()) {
            throw new IllegalArgumentException("map " + map.definition().name() + " has keys of "
                    + map.definition().keySize() + " and values of "
                    + map.definition().valueSize() + " bytes, not "
                    + keys.size() + " and " + values.size());
        }
        this.map = map;
        this.keys = keys;
        this.values = values;
    }

    /** The value of a key, or null; of maps with values by thread, the first lane's. */
    public V get(K key) {
        byte[] found = map.get(keys.encode(key));
        return found == null ? null : values.decode(Arrays.copyOf(found, values.size()));
    }

    /** The values of all lanes, of a map that has some by thread; empty if the key is not there. */
    public List<V> getAll(K key) {
        byte[] found = map.get(keys.encode(key));
        List<V> all = new ArrayList<>();
        for (int at = 0; found != null && at < found.length; at += values.size()) {
            all.add(values.decode(Arrays.copyOfRange(found, at, at + values.size())));
        }
        return all;
    }

    /**
     * Sets the value of a key.
     *
     * @throws IllegalStateException if the map is full, or does not take the key
     */
    public void put(K key, V value) {
        check(map.put(keys.encode(key), values.encode(value), BpfMap.ANY));
    }

    /** Sets the value of a key if it is not there, and says whether it did. */
    public boolean putIfAbsent(K key, V value) {
        long answer = map.put(keys.encode(key), values.encode(value), BpfMap.NO_EXIST);
        if (answer != BpfMap.EEXIST) {
            check(answer);
        }
        return answer == 0;
    }

    private void check(long answer) {
        if (answer != 0) {
            throw new IllegalStateException(
                    answer == BpfMap.E2BIG
                            ? "map " + map.definition().name() + " is full"
                            : "map " + map.definition().name() + " refuses: error " + -answer);
        }
    }

    /** Takes a key out, and says whether it was there. */
    public boolean remove(K key) {
        return map.remove(keys.encode(key)) == 0;
    }

    /** All entries as they are found one after the other. */
    public void forEach(BiConsumer<K, V> action) {
        for (byte[] key : map.keys()) {
            byte[] value = map.get(key);
            if (value != null) {
                action.accept(keys.decode(key), values.decode(Arrays.copyOf(value, values.size())));
            }
        }
    }

    /** A copy of all entries. */
    public Map<K, V> toMap() {
        Map<K, V> copy = new LinkedHashMap<>();
        forEach(copy::put);
        return copy;
    }
}
