package emberwall.ebpf.host;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.helper.HelperSet;
import emberwall.ebpf.helper.StandardHelpers;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Codec;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.map.MapView;
import emberwall.ebpf.map.NestedMapView;
import emberwall.ebpf.map.ProgramArray;
import emberwall.ebpf.map.RingBuffer;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.verify.ContextType;
import emberwall.ebpf.verify.ContextType.FieldKind;
import emberwall.ebpf.verify.ContextTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An object that was loaded: its maps, and its programs, each verified when it is first asked for. A program is verified for what it
 * runs over: packets, memory of a length, or an event.
 *
 * <pre>{@code
 * try (BpfModule module = BpfModule.load(Path.of("limiter.o"))) {
 *     PacketProgram limit = module.packets("limit");
 *     long verdict = limit.run(packet);
 *     long dropped = module.variable("dropped", Codec.LONG).get();
 * }
 * }</pre>
 */
public final class BpfModule implements AutoCloseable {
    private final String name;
    private final BpfObject object;
    private final List<MapDefinition> definitions;
    private final List<BpfMap> maps;
    private final MapSpace space;
    private final ProgramMaker maker;
    private final Workspace[] workspaces;
    private final ProgramKind kind;

    private record Key(BpfObject.Function function, ContextType context, Class<?> form) {}

    private final Map<Key, VerifiedProgram> programs = new HashMap<>();

    /** What programs that go on through a table, and those in it, find in r1. */
    private final Map<ProgramArray, ContextType> tables = new HashMap<>();

    private volatile boolean closed;

    BpfModule(
            BpfLoader loader,
            String name,
            BpfObject object,
            List<MapDefinition> definitions,
            MapSpace space,
            List<Function<MapSpace, HelperSet>> helpers) {
        this.name = name;
        this.object = object;
        this.definitions = definitions;
        this.space = space;
        kind = loader.kind;
        maps = space.createAll(definitions);
        HelperSet all = StandardHelpers.of(space, loader.trace);
        helpers.forEach(declared -> all.addAll(declared.apply(space)));
        workspaces = new Workspace[space.lanes().count()];
        maker = new ProgramMaker(loader, space, maps, all);
    }

    /**
     * Loads an object with the standard helpers; with more, see {@link BpfLoader}.
     *
     * @param file an object, as clang writes it
     * @return the module, which the caller closes
     * @throws IOException if the file cannot be read
     * @throws ObjectException if it is malformed, or has a map that cannot be made
     */
    public static BpfModule load(Path file) throws IOException {
        return new BpfLoader().load(file);
    }

    // ---- programs

    /** {@return names of the programs, in the order of the object} */
    public List<String> programNames() {
        return object.entries().stream().map(BpfObject.Function::name).toList();
    }

    /**
     * A program over packets, with the context of its kind.
     *
     * @param program its name, or its section's if that has no other
     * @return the program; the same each time
     * @throws ObjectException if there is none, it is malformed, or its kind sees no packets
     * @throws ProgramRefusedException if it is not safe
     */
    public PacketProgram packets(String program) {
        ContextType context = ContextTypes.of(kind(program));
        if (!seesPackets(program)) {
            throw new ObjectException(
                    name, "program \"" + program + "\" is for " + kind(program) + ", which sees no packets");
        }
        return make(function(program), context, PacketProgram.class, PacketProgram::new);
    }

    /**
     * Whether a program's kind is one that runs over packets.
     *
     * @param program its name, or its section's if that has no other
     * @return whether it does
     */
    public boolean seesPackets(String program) {
        return ContextTypes.of(kind(program)).fields().stream().anyMatch(field -> field.kind() == FieldKind.PACKET);
    }

    /**
     * A program over plain memory: r1 is the address, r2 the length.
     *
     * @param program its name, or its section's if that has no other
     * @param bytes how long the memory will be
     * @return the program; the same each time
     * @throws ObjectException if there is none, or it is malformed
     * @throws ProgramRefusedException if it is not safe
     */
    public MemoryProgram memory(String program, int bytes) {
        return make(
                function(program),
                ContextType.memory(bytes),
                MemoryProgram.class,
                parts -> new MemoryProgram(parts, bytes));
    }

    /**
     * A program that is attached to an event.
     *
     * @param <E> how Java has the event
     * @param program its name, or its section's if that has no other
     * @param type what the program runs over
     * @return the program
     * @throws ObjectException if there is none, or it is malformed
     * @throws ProgramRefusedException if it is not safe
     */
    public <E> Attachment<E> attach(String program, EventType<E> type) {
        // One made for another type with the same context would read and write another class.
        return new Attachment<>(
                make(function(program), type.context(), Attachment.class, parts -> new Attachment<>(parts, type)).parts,
                type);
    }

    /**
     * What a program is for, as its section says, or the loader.
     *
     * @param program its name, or its section's if that has no other
     * @return the kind
     */
    public ProgramKind kind(String program) {
        return kind(function(program));
    }

    private ProgramKind kind(BpfObject.Function function) {
        return kind != null ? kind : object.kind(function);
    }

    /**
     * A program as the object has it.
     *
     * @param program its name, or its section's if that has no other
     * @return the function that it begins with
     * @throws ObjectException if there is none, or several
     */
    public BpfObject.Function function(String program) {
        List<BpfObject.Function> found = named(program, BpfObject.Function::name);
        if (found.isEmpty()) {
            found = named(program, BpfObject.Function::section);
        }
        if (found.size() != 1) {
            throw new ObjectException(
                    name, (found.isEmpty() ? "has no program \"" : "has several programs \"") + program + "\"");
        }
        return found.getFirst();
    }

    private List<BpfObject.Function> named(String wanted, Function<BpfObject.Function, String> by) {
        return object.entries().stream()
                .filter(function -> by.apply(function).equals(wanted))
                .toList();
    }

    private synchronized <P extends VerifiedProgram> P make(
            BpfObject.Function function, ContextType context, Class<P> form, Function<VerifiedProgram.Parts, P> wrap) {
        checkOpen();
        Key key = new Key(function, context, form);
        VerifiedProgram known = programs.get(key);
        if (known == null) {
            Program linked = object.link(function, kind(function)).withMaps(definitions);
            List<ProgramArray> used = maker.tables(linked);
            used.forEach(table -> agree(table, context));
            known = wrap.apply(maker.make(this, linked, context));
            programs.put(key, known);
            for (ProgramArray table : used) {
                table.definition().entries().forEach((index, other) -> {
                    if (table.program(index) == null) {
                        table.set(
                                index,
                                make(function(other), context, form, wrap).parts.code());
                    }
                });
            }
        }
        return form.cast(known);
    }

    /** A program that comes from another must find in r1 what it was verified for. */
    private void agree(ProgramArray table, ContextType context) {
        ContextType other = tables.putIfAbsent(table, context);
        if (other != null && !other.equals(context)) {
            throw new IllegalArgumentException("programs of table "
                    + table.definition().name() + " run over " + other.name() + ", not " + context.name());
        }
    }

    /**
     * Puts a program into a table ({@code BPF_MAP_TYPE_PROG_ARRAY}), from where programs of this module go on in it.
     *
     * @param table name of the map
     * @param index from 0
     * @param program of this module; null takes out what is there
     * @throws IllegalArgumentException if the program is another module's, or runs over something else than the programs that use the
     *     table; or the table has no such index
     */
    public synchronized void setProgram(String table, int index, VerifiedProgram program) {
        checkOpen();
        if (!(map(table) instanceof ProgramArray array)) {
            throw new IllegalArgumentException("map " + table + " is no table of programs");
        }
        if (index < 0 || index >= array.definition().maxEntries()) {
            throw new IllegalArgumentException("table " + table + " has no place " + index);
        }
        if (program != null) {
            if (program.parts.module() != this) {
                throw new IllegalArgumentException(program + " is another module's");
            }
            agree(array, program.context());
        }
        array.set(index, program == null ? null : program.parts.code());
    }

    // ---- maps and variables

    /** {@return the maps, those of variables included, in the order of the object} */
    public List<BpfMap> maps() {
        return maps;
    }

    /**
     * The map with a name.
     *
     * @param wanted its name
     * @return the map, or a view of it
     * @throws ObjectException if there is none
     */
    public BpfMap map(String wanted) {
        for (BpfMap map : maps) {
            if (map.definition().name().equals(wanted)) {
                return map;
            }
        }
        throw new ObjectException(name, "has no map \"" + wanted + "\"");
    }

    /**
     * A view of a map, see {@link MapView}.
     *
     * @param <K> keys
     * @param <V> values
     * @param wanted its name
     * @param keys how keys lie in memory
     * @param values how values lie in memory
     * @return the map, or a view of it
     */
    public <K, V> MapView<K, V> map(String wanted, Codec<K> keys, Codec<V> values) {
        return new MapView<>(map(wanted), keys, values);
    }

    /**
     * A view of a map of maps, see {@link NestedMapView}.
     *
     * @param <K> keys of the outer map
     * @param <I> keys of the inner maps
     * @param <V> values of the inner maps
     * @param wanted its name
     * @param keys how keys lie in memory
     * @param innerKeys how keys of the inner maps lie in memory
     * @param innerValues how values of the inner maps lie in memory
     * @return the view
     */
    public <K, I, V> NestedMapView<K, I, V> nestedMap(
            String wanted, Codec<K> keys, Codec<I> innerKeys, Codec<V> innerValues) {
        return new NestedMapView<>(map(wanted), keys, innerKeys, innerValues);
    }

    /**
     * The ring buffer with a name.
     *
     * @param wanted its name
     * @return the ring buffer
     * @throws ObjectException if there is none
     */
    public RingBuffer ring(String wanted) {
        if (map(wanted) instanceof RingBuffer ring) {
            return ring;
        }
        throw new ObjectException(name, "map \"" + wanted + "\" is no ring buffer");
    }

    /** {@return the space of the maps, where further ones can be made, to put into maps of maps} */
    public MapSpace space() {
        return space;
    }

    /**
     * A global variable.
     *
     * @param <T> what it is to Java
     * @param wanted its name
     * @param codec how it lies in memory
     * @return the variable
     * @throws ObjectException if there is none
     * @throws IllegalArgumentException if it has another size
     */
    public <T> Variable<T> variable(String wanted, Codec<T> codec) {
        for (BpfObject.Variable variable : object.variables()) {
            if (variable.name().equals(wanted)) {
                return new Variable<>(maps.get(variable.map()), variable, codec);
            }
        }
        throw new ObjectException(name, "has no variable \"" + wanted + "\"");
    }

    /** {@return the object itself, with its types} */
    public BpfObject object() {
        return object;
    }

    // ---- runs

    /** Takes a lane; until {@link #leave} nothing is closed. */
    Workspace enter() {
        int lane = space.lanes().enter();
        try {
            checkOpen();
            for (BpfMap map : maps) { // a lane keeps open what is open now
                if (!map.isOpen()) {
                    throw new IllegalStateException("map " + map.definition().name() + " is closed");
                }
            }
        } catch (IllegalStateException e) {
            space.leave(lane);
            throw e;
        }
        if (workspaces[lane] == null) {
            try {
                workspaces[lane] = new Workspace(lane, maker.regions());
            } catch (RuntimeException | Error e) {
                space.leave(lane);
                throw e;
            }
        }
        return workspaces[lane];
    }

    /** The same, for a run that has a packet, which helpers look for. */
    Workspace enterWithPacket() {
        Workspace workspace = enter();
        space.lanes().attach(workspace.lane, workspace);
        return workspace;
    }

    void leave(Workspace workspace) {
        space.leave(workspace.lane);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("module " + name + " is closed");
        }
    }

    /**
     * Ends all runs to come, waits for those that are going on, and gives maps and code back.
     *
     * @throws IllegalStateException if a run of this module calls it, by a helper
     */
    @Override
    public synchronized void close() {
        if (space.lanes().current() >= 0) {
            throw new IllegalStateException("a run cannot close its module");
        }
        if (!closed) {
            closed = true;
            space.close();
            maker.close();
            for (Workspace workspace : workspaces) {
                if (workspace != null) {
                    workspace.close();
                }
            }
        }
    }
}
