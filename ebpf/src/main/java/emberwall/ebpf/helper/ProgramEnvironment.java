package emberwall.ebpf.helper;

import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.map.ArrayMap;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Helper;
import emberwall.ebpf.run.Regions;
import java.util.List;

/** The maps of a linked program, by index, and the helpers that it may call. Whoever runs it takes a lane of the space. */
public final class ProgramEnvironment implements Environment {
    private final MapSpace space;
    private final List<BpfMap> maps;
    private final HelperSet helpers;
    private final PacketFields packet;

    /**
     * For a program.
     *
     * @param maps those that {@link MapSpace#createAll} made of the program's definitions
     * @param packet where the context has the packet's bounds, or null
     */
    public ProgramEnvironment(MapSpace space, List<BpfMap> maps, HelperSet helpers, PacketFields packet) {
        this.space = space;
        this.maps = List.copyOf(maps);
        this.helpers = helpers;
        this.packet = packet;
    }

    @Override
    public Helper helper(int number) {
        return helpers.body(number);
    }

    @Override
    public Helper runtime(int number) {
        RuntimeFunction function = RuntimeFunction.of(number);
        return function == null ? null : function.body();
    }

    @Override
    public PacketFields packet() {
        return packet;
    }

    @Override
    public long address(Insn reference) {
        int index = (int) reference.immediate();
        if (index < 0 || index >= maps.size()) {
            throw new IllegalArgumentException("there is no map " + index);
        }
        BpfMap map = maps.get(index);
        return switch (reference.src()) {
            case Insn.MAP, Insn.MAP_INDEX -> map.handle();
            case Insn.MAP_VALUE, Insn.MAP_INDEX_VALUE -> {
                long offset = reference.immediate() >>> 32;
                if (!(map instanceof ArrayMap array)
                        || offset >= map.definition().valueSize()) {
                    throw new IllegalArgumentException("map " + map.definition().name() + " has no value at " + offset);
                }
                yield array.address() + offset;
            }
            default -> throw new IllegalArgumentException("nothing to refer to: " + reference);
        };
    }

    /** The values of the maps, for the interpreter: what a program may touch beside its context. */
    public Regions regions() {
        return (address, bytes, write) -> space.isValue(address, bytes) && !(write && isConstant(address));
    }

    private boolean isConstant(long address) {
        for (BpfMap map : maps) {
            if (map.definition().isConstant() && map.isValue(address, 1)) {
                return true;
            }
        }
        return false;
    }
}
