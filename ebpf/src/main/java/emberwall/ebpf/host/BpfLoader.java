package emberwall.ebpf.host;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.btf.BtfBuilder;
import emberwall.ebpf.helper.HelperSet;
import emberwall.ebpf.helper.JavaHelpers;
import emberwall.ebpf.map.Codec;
import emberwall.ebpf.map.Lanes;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.object.BpfObject;
import emberwall.ebpf.verify.VerifierLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** How objects are loaded; may load several. Not for use by many threads at a time. */
public final class BpfLoader {
    private final List<EventType<?>> events = new ArrayList<>();
    private final List<Function<MapSpace, HelperSet>> helpers = new ArrayList<>();
    private final Map<String, IntFunction<byte[]>> constants = new LinkedHashMap<>();

    VerifierLimits limits = VerifierLimits.DEFAULT;
    Consumer<String> trace = text -> {};
    RandomGenerator blinding;
    ProgramKind kind;
    boolean interprets;
    private int lanes;

    /** The standard helpers, no traces, compiled code where the machine allows it. */
    public BpfLoader() {}

    /**
     * Tells programs of an event, so that they find its fields where Java has them, whatever they were compiled for.
     *
     * @param type the event
     * @return this
     */
    public BpfLoader event(EventType<?> type) {
        events.add(type);
        return this;
    }

    /**
     * Adds the helpers that an interface declares, see {@link JavaHelpers}.
     *
     * @param <T> the interface
     * @param declaration the interface
     * @param implementation what is called
     * @param lookup from where the interface can be called
     * @return this
     */
    public <T> BpfLoader helpers(Class<T> declaration, T implementation, MethodHandles.Lookup lookup) {
        helpers.add(space -> JavaHelpers.of(declaration, implementation, lookup, space));
        return this;
    }

    /**
     * Sets a constant ({@code const volatile} in C) before programs are verified.
     *
     * @param <T> what it is to Java
     * @param name of the variable
     * @param codec how it lies in memory
     * @param value what programs find
     * @return this
     */
    public <T> BpfLoader constant(String name, Codec<T> codec, T value) {
        constants.put(name, size -> codec.encode(value));
        return this;
    }

    /**
     * Sets a constant that is a number, of 1 to 8 bytes: its lowest ones.
     *
     * @param name of the variable
     * @param value what programs find
     * @return this
     */
    public BpfLoader constant(String name, long value) {
        constants.put(name, size -> Arrays.copyOf(Codec.LONG.encode(value), Math.min(size, Long.BYTES)));
        return this;
    }

    /**
     * What is done with texts of {@code bpf_trace_printk}; without this, nothing. May be called by many threads.
     *
     * @param listener takes each text
     * @return this
     */
    public BpfLoader trace(Consumer<String> listener) {
        trace = listener;
        return this;
    }

    /**
     * How far the verifier goes, and what programs are trusted with.
     *
     * @param chosen instead of the usual ones
     * @return this
     */
    public BpfLoader limits(VerifierLimits chosen) {
        limits = chosen;
        return this;
    }

    /**
     * What all programs are for; without this, their sections say it.
     *
     * @param chosen the kind
     * @return this
     */
    public BpfLoader kind(ProgramKind chosen) {
        kind = chosen;
        return this;
    }

    /**
     * Programs are interpreted, and each of their accesses is checked again: slow, for whoever trusts no proof.
     *
     * @return this
     */
    public BpfLoader interpreting() {
        interprets = true;
        return this;
    }

    /**
     * Hides constants of programs in their machine code by random numbers, so that nobody chooses its bytes.
     *
     * @param random where the numbers come from
     * @return this
     */
    public BpfLoader blinding(RandomGenerator random) {
        blinding = random;
        return this;
    }

    /**
     * How many runs go on at a time at most, 1 to 4096; values by processor are that many. Without this, two for each processor of
     * the machine, and at least eight. A helper that runs programs itself takes one more.
     *
     * @param count how many
     * @return this
     */
    public BpfLoader lanes(int count) {
        lanes = count;
        return this;
    }

    /**
     * Loads an object: makes its maps. Programs are verified when they are asked for.
     *
     * @param file an object, as clang writes it
     * @return the module, which the caller closes
     * @throws IOException if the file cannot be read
     * @throws ObjectException if it is malformed, or has a map that cannot be made, or lacks a constant that was set
     * @throws emberwall.os.OsException if there is no memory
     */
    public BpfModule load(Path file) throws IOException {
        return load(file.getFileName().toString(), Files.readAllBytes(file));
    }

    /**
     * The same of an object's bytes; {@code name} is for messages.
     *
     * @param name for messages
     * @param object its bytes
     * @return the module, which the caller closes
     */
    public BpfModule load(String name, byte[] object) {
        return load(name, BpfObject.read(name, object, target()));
    }

    /**
     * Loads a program that came without an object, such as one that {@link emberwall.ebpf.insn.Assembler} or
     * {@link emberwall.ebpf.insn.ClassicBpf} made.
     *
     * @param program without maps; the module's only one
     * @return the module, which the caller closes
     * @throws ObjectException if it has maps, or a constant was set
     * @throws emberwall.os.OsException if there is no memory
     */
    public BpfModule load(Program program) {
        return load(program.name(), BpfObject.of(program));
    }

    private BpfModule load(String name, BpfObject read) {
        List<MapDefinition> maps = withConstants(name, read);
        MapSpace space = lanes == 0 ? new MapSpace() : new MapSpace(new Lanes(lanes));
        try {
            return new BpfModule(this, name, read, maps, space, helpers);
        } catch (RuntimeException | Error e) {
            space.close();
            throw e;
        }
    }

    private Btf target() {
        if (events.isEmpty()) {
            return null;
        }
        BtfBuilder types = new BtfBuilder();
        for (EventType<?> event : events) {
            if (event.layout() != null) {
                types.layout(event.name(), event.layout());
            }
        }
        return types.build();
    }

    private List<MapDefinition> withConstants(String name, BpfObject object) {
        List<MapDefinition> maps = new ArrayList<>(object.maps());
        constants.forEach((constant, value) -> {
            BpfObject.Variable place = object.variables().stream()
                    .filter(variable -> variable.name().equals(constant))
                    .findFirst()
                    .orElseThrow(() -> new ObjectException(name, "has no constant \"" + constant + "\""));
            byte[] bytes = value.apply(place.size());
            if (place.size() != bytes.length) {
                throw new ObjectException(
                        name, "constant \"" + constant + "\" has " + place.size() + " bytes, not " + bytes.length);
            }
            MapDefinition map = maps.get(place.map());
            MemorySegment contents = MemorySegment.ofArray(new byte[map.valueSize()]);
            MemorySegment.copy(map.contents(), 0, contents, 0, map.contents().byteSize());
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, contents, place.offset(), bytes.length);
            maps.set(place.map(), map.withContents(contents));
        });
        return maps;
    }
}
