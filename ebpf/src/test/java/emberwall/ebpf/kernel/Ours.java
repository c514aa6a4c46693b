package emberwall.ebpf.kernel;

import emberwall.ebpf.Program;
import emberwall.ebpf.helper.HelperSet;
import emberwall.ebpf.helper.Packet;
import emberwall.ebpf.helper.ProgramEnvironment;
import emberwall.ebpf.helper.StandardHelpers;
import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.Lanes;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.Regions;
import emberwall.os.Pages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Runs XDP programs as the kernel's test run does: interpreted, over a packet between some room in front and behind. */
public final class Ours implements AutoCloseable {
    private static final int PACKET = 1024;
    private static final int HEADROOM = 256;
    private static final int TAILROOM = 256;

    private final MapSpace space = new MapSpace(new Lanes(2));
    private final List<BpfMap> maps;
    private final Program program;
    private final Interpreter interpreter;
    private final ProgramEnvironment environment;
    private final MemorySegment pages = Kernel.lowPages(2 * Pages.SIZE);

    /** The program with maps of its own. */
    public Ours(Program program) {
        this.program = program;
        maps = space.createAll(program.maps());
        HelperSet helpers = StandardHelpers.of(space, text -> {});
        environment = new ProgramEnvironment(space, maps, helpers, null);
        interpreter = new Interpreter(program.instructions(), environment);
    }

    /** The map with an index. */
    public BpfMap map(int index) {
        return maps.get(index);
    }

    /** The program. */
    public Program program() {
        return program;
    }

    /**
     * What a run gave.
     *
     * @param result all of r0
     * @param packet what became of it
     */
    public record Run(long result, byte[] packet) {}

    /** The packet of the run; the context has its addresses. */
    private final class Frame implements Packet {
        private long start = pages.address() + PACKET;
        private long end;

        Frame(byte[] bytes) {
            MemorySegment.copy(bytes, 0, pages, ValueLayout.JAVA_BYTE, PACKET, bytes.length);
            end = start + bytes.length;
            move(start, end);
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
            return pages.address() + pages.byteSize() - TAILROOM - end;
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
    }

    /** Runs the program over a packet; {@code budget} bounds its instructions. */
    public Run run(byte[] bytes, long budget) {
        pages.fill((byte) 0);
        Frame packet = new Frame(bytes);
        MemorySegment context = pages.asSlice(0, 24);
        Regions whole = (address, length, write) -> Regions.of(
                        pages.asSlice(packet.start - pages.address(), packet.end - packet.start), context)
                .allow(address, length, write);
        int lane = space.lanes().enter();
        try {
            space.lanes().attach(lane, packet);
            long result = interpreter.run(environment.regions().and(whole), budget, context.address(), 0);
            return new Run(
                    result,
                    pages.asSlice(packet.start - pages.address(), packet.end - packet.start)
                            .toArray(ValueLayout.JAVA_BYTE));
        } finally {
            space.lanes().leave(lane);
        }
    }

    @Override
    public void close() {
        space.close();
        Pages.release(pages.address(), pages.byteSize());
    }
}
