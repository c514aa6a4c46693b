package emberwall.ebpf.host;

import emberwall.ebpf.map.ArrayMap;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Codec;
import emberwall.ebpf.object.BpfObject;
import java.util.Arrays;

/**
 * A global variable of a module's programs. Values are copies; programs may change it at any time.
 *
 * @param <T> what it is to Java
 */
public final class Variable<T> {
    private static final byte[] FIRST = new byte[Integer.BYTES];

    private final BpfMap map;
    private final BpfObject.Variable place;
    private final Codec<T> codec;

    Variable(BpfMap map, BpfObject.Variable place, Codec<T> codec) {
        this.map = map;
        this.place = place;
        this.codec = codec;
        if (codec.size() != place.size()) {
            throw new IllegalArgumentException(
                    "variable " + place.name() + " has " + place.size() + " bytes, not " + codec.size());
        }
    }

    /**
     * Its value now.
     *
     * @return a copy
     * @throws IllegalStateException if the module is closed
     */
    public T get() {
        byte[] all = map.get(FIRST);
        return codec.decode(Arrays.copyOfRange(all, place.offset(), place.offset() + place.size()));
    }

    /**
     * Sets it, and nothing beside it.
     *
     * @param value what it shall be
     * @throws IllegalStateException if the module is closed, or the variable is a constant: the verifier has relied on its value, and
     *     {@link BpfLoader#constant} sets it
     */
    public void set(T value) {
        if (map.definition().isConstant()) {
            throw new IllegalStateException("variable " + place.name() + " is a constant once its object is loaded");
        }
        ((ArrayMap) map).write(place.offset(), codec.encode(value));
    }
}
