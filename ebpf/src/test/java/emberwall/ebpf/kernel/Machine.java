package emberwall.ebpf.kernel;

import emberwall.ebpf.helper.HelperSet;
import emberwall.ebpf.helper.HelperSignature;
import emberwall.ebpf.helper.Packet;
import emberwall.ebpf.helper.ProgramEnvironment;
import emberwall.ebpf.helper.StandardHelpers;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Lanes;
import emberwall.ebpf.map.MapDefinition;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.map.RingBuffer;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.Regions;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * Runs XDP programs as the kernel's test run does, over a packet between some room in front and behind: interpreted with every
 * access checked, or compiled. All programs have the same maps, which can be given the same contents again.
 */
public final class Machine implements AutoCloseable {
    private static final int PACKET = 1024;
    private static final int HEADROOM = 256;

    /** The machine's first page but one: context and packet, in an area whose addresses have 32 bits. */
    private final MemorySegment pages = Kernel.lowPages(2 * Pages.SIZE);

    private final MapSpace space = new MapSpace(new Lanes(2));
    private final ProgramSpace programs = ProgramSpace.open();
    private final List<BpfMap> maps;
    private final HelperSet helpers;
    private final ProgramEnvironment environment;

    /** A machine with these maps. */
    public Machine(List<MapDefinition> definitions) {
        maps = space.createAll(definitions);
        helpers = StandardHelpers.of(space, text -> {});
        environment = new ProgramEnvironment(space, maps, helpers, null);
    }

    /** The helper with a number, if it can be run here; else null. */
    public HelperSignature helper(int number) {
        return helpers.body(number) == null ? null : helpers.signature(number);
    }

    /**
     * What a run gave.
     *
     * @param result all of r0
     * @param packet what became of it
     */
    public record Run(long result, byte[] packet) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Run run && run.result == result && Arrays.equals(run.packet, packet);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(result);
        }

        @Override
        public String toString() {
            return result + " " + HexFormat.of().formatHex(packet);
        }
    }

    /** The packet of the run; the context has its addresses. */
    private final class Frame implements Packet {
        private long start = pages.address() + PACKET;
        private long end;

        Frame(byte[] bytes) {
            MemorySegment.copy(bytes, 0, pages, ValueLayout.JAVA_BYTE, PACKET, bytes.length);
            move(start, start + bytes.length);
        }

        @Override
        public long start() {
            return start;
        }

        @Override
        public long end() {
            return end;
        }

        @Override
        public long headroom() {
            return start - (pages.address() + PACKET - HEADROOM);
        }

        @Override
        public long tailroom() {
            return pages.address() + pages.byteSize() - end;
        }

        @Override
        public void move(long first, long behind) {
            start = first;
            end = behind;
            pages.set(ValueLayout.JAVA_INT, 0, (int) start);
            pages.set(ValueLayout.JAVA_INT, 4, (int) end);
            pages.set(ValueLayout.JAVA_INT, 8, (int) start);
            pages.set(ValueLayout.JAVA_INT, 12, 1); // the loopback device
        }

        MemorySegment bytes() {
            return pages.asSlice(start - pages.address(), end - start);
        }
    }

    /** Interprets a program over a packet; it fails if that takes more than {@code budget} instructions. */
    public Run interpret(Instructions code, byte[] packet, long budget) {
        Interpreter interpreter = new Interpreter(code, environment);
        Frame[] frame = new Frame[1];
        Regions all = environment
                .regions()
                .and(Regions.of(pages.asSlice(0, 24)))
                .and((address, bytes, write) -> Regions.of(frame[0].bytes()).allow(address, bytes, write));
        return run(packet, frame, context -> interpreter.run(all, budget, context, 0));
    }

    /** Runs a program's machine code over a packet. */
    public Run execute(Instructions code, byte[] packet, ProgramSpace.Options options) {
        try (var program = programs.load(code, environment, options)) {
            return run(packet, new Frame[1], context -> program.run(context, 0));
        }
    }

    private Run run(byte[] packet, Frame[] frame, LongUnaryOperator program) {
        pages.fill((byte) 0);
        frame[0] = new Frame(packet);
        int lane = space.lanes().enter();
        try {
            space.lanes().attach(lane, frame[0]);
            long result = program.applyAsLong(pages.address());
            return new Run(result, frame[0].bytes().toArray(ValueLayout.JAVA_BYTE));
        } finally {
            space.lanes().leave(lane);
        }
    }

    // ---- maps

    /** Sets all maps back: the first value of the first is {@code memory}, hashes have the keys 0 to 2, all else is 0 or empty. */
    public void reset(byte[] memory) {
        contents();
        for (int i = 0; i < maps.size(); i++) {
            BpfMap map = maps.get(i);
            MapDefinition definition = map.definition();
            switch (definition.kind()) {
                case ARRAY -> {
                    for (int key = 0; key < definition.maxEntries(); key++) {
                        map.put(key(key), i == 0 ? memory : new byte[definition.valueSize()], BpfMap.ANY);
                    }
                }
                case HASH -> {
                    map.keys().forEach(map::remove);
                    for (int key = 0; key < 3; key++) {
                        map.put(key(key), filled(definition.valueSize(), key), BpfMap.ANY);
                    }
                }
                case RING_BUFFER -> clear((RingBuffer) map, definition.maxEntries() / 2 - 8);
                default -> {}
            }
        }
    }

    /** Programs may read what they reserve, and find there what was submitted long ago. */
    private void clear(RingBuffer ring, int half) {
        for (int i = 0; i < 2; i++) {
            long record = ring.reserve(half);
            RawMemory.fill(record, half, 0);
            ring.discard(record, 0);
            ring.poll(gone -> {});
        }
    }

    static byte[] key(int number) {
        return new byte[] {(byte) number, 0, 0, 0};
    }

    static byte[] filled(int bytes, int number) {
        byte[] value = new byte[bytes];
        Arrays.fill(value, (byte) (17 * number));
        return value;
    }

    /** What is in the maps; queues and ring buffers are empty afterwards. */
    public List<String> contents() {
        List<String> contents = new ArrayList<>();
        for (BpfMap map : maps) {
            List<String> lines = new ArrayList<>();
            switch (map.definition().kind()) {
                case ARRAY, HASH -> {
                    map.keys().forEach(key -> lines.add(entry(key, map.get(key))));
                    lines.sort(null);
                }
                case RING_BUFFER -> ((RingBuffer) map).poll(record -> lines.add(hex(record)));
                default -> {
                    long value = pages.address() + Pages.SIZE;
                    while (map.pop(value) == 0) {
                        lines.add(hex(RawMemory.bytes(value, map.definition().valueSize())));
                    }
                }
            }
            contents.add(map.definition().name() + " " + lines);
        }
        return contents;
    }

    static String entry(byte[] key, byte[] value) {
        return hex(key) + ":" + hex(value);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        programs.close();
        space.close();
        Pages.release(pages.address(), pages.byteSize());
    }
}
