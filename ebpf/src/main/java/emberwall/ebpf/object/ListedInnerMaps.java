package emberwall.ebpf.object;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.map.MapDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What maps of maps hold that are listed as structs of numbers. There is no one format: the sixth number of the kernel's
 * samples is the index of the inner map among all listed ones; iproute2 has an id there, and the id of the inner map further on.
 */
final class ListedInnerMaps {
    private static final int IPROUTE2_BYTES = 36;
    private static final int ID = 20;
    private static final int INNER_ID = 28;

    private final List<MapDefinition> maps;

    /** The structs, by the index of the map, in order. */
    private final Map<Integer, Bytes> structs;

    ListedInnerMaps(List<MapDefinition> maps, Map<Integer, Bytes> structs) {
        this.maps = maps;
        this.structs = structs;
    }

    void resolve() {
        structs.forEach((index, struct) -> {
            MapDefinition map = maps.get(index);
            if (map.kind().holdsMaps() && struct.length() > ID) {
                int inner = struct.length() >= IPROUTE2_BYTES ? byId(struct.i32(INNER_ID)) : byIndex(struct.i32(ID));
                if (inner >= 0 && !maps.get(inner).kind().holdsMaps()) {
                    maps.set(index, map.withInner(maps.get(inner)));
                }
            }
        });
    }

    private int byId(int id) {
        for (Map.Entry<Integer, Bytes> other : structs.entrySet()) {
            if (id != 0 && other.getValue().i32(ID) == id) {
                return other.getKey();
            }
        }
        return -1;
    }

    private int byIndex(int number) {
        List<Integer> indices = new ArrayList<>(structs.keySet());
        return number >= 0 && number < indices.size() ? indices.get(number) : -1;
    }
}
