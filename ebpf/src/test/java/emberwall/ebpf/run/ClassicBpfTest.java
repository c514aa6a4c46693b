package emberwall.ebpf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.ebpf.insn.ClassicBpf;
import emberwall.ebpf.insn.ClassicBpf.Instruction;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.os.Syscall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle is the kernel: filters are attached to a pair of sockets, and what comes through is what passed. */
class ClassicBpfTest {
    /** {@code tcpdump -ddd ip and udp dst port 53}. */
    private static final String DNS =
            "11\n40 0 0 12\n21 0 8 2048\n48 0 0 23\n21 0 6 17\n40 0 0 20\n69 4 0 8191\n177 0 0 14\n72 0 0 16\n"
                    + "21 0 1 53\n6 0 0 262144\n6 0 0 0\n";

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MOST_BYTES = 80;

    /** A packet as the context of a filter: its length, and where it is. */
    private static final Environment ENVIRONMENT = new Environment() {
        @Override
        public Helper helper(int number) {
            return null;
        }

        @Override
        public PacketFields packet() {
            return new PacketFields(CONTEXT_BYTES, false, 8, 16, -1, -1, -1);
        }
    };

    private static final int CONTEXT_BYTES = 24;

    @Test
    void aFilterFromTcpdump() {
        byte[] packet = new byte[60];
        packet[12] = 8;
        packet[14] = 0x46; // a header of 24 bytes
        packet[23] = 17;
        packet[14 + 24 + 3] = 53;
        try (Bench bench = new Bench(ClassicBpf.parse(DNS))) {
            assertEquals(60, bench.passed(packet));
            packet[14] = 0x45;
            assertEquals(0, bench.passed(packet));
            packet[14] = 0x46;
            packet[21] = 1; // a later fragment
            assertEquals(0, bench.passed(packet));
            assertEquals(0, bench.passed(new byte[] {1, 2, 3}));
        }
    }

    @Test
    void generatedFilters() {
        Random random = new Random(4);
        int accepted = 0;
        for (int i = 0; i < 1500; i++) {
            List<Instruction> filter = filter(random);
            try (Bench bench = new Bench(filter)) {
                accepted += bench.isAttached() ? 1 : 0;
                for (int packets = 0; packets < 4; packets++) {
                    byte[] packet = new byte[1 + random.nextInt(MOST_BYTES)];
                    random.nextBytes(packet);
                    bench.passed(packet);
                }
            }
        }
        assertTrue(accepted > 300, "accepted " + accepted);
    }

    /** Mostly legal: branches short, scratch words written before they are read, offsets within packets. */
    private static List<Instruction> filter(Random random) {
        int[] codes = {
            0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01, 0x61, 0x81, 0xB1, 0x02, 0x03, 0x04, 0x0C, 0x14,
            0x1C, 0x24, 0x2C, 0x34, 0x3C, 0x44, 0x4C, 0x54, 0x5C, 0x64, 0x6C, 0x74, 0x7C, 0x84, 0x94, 0x9C, 0xA4, 0xAC,
            0x05, 0x15, 0x1D, 0x25, 0x2D, 0x35, 0x3D, 0x45, 0x4D, 0x06, 0x16, 0x07, 0x87
        };
        List<Instruction> filter = new ArrayList<>();
        filter.add(new Instruction(0x00, 0, 0, random.nextInt()));
        for (int k = 0; k < 4; k++) {
            filter.add(new Instruction(0x02, 0, 0, k));
        }
        int length = 1 + random.nextInt(25);
        for (int i = 0; i < length; i++) {
            int code = codes[random.nextInt(codes.length)];
            int left = length - i + 1;
            boolean jump = (code & 7) == 5;
            int k = switch (code) {
                case 0x02, 0x03, 0x60, 0x61 -> random.nextInt(4);
                case 0x05 -> random.nextInt(Math.min(left, 4));
                case 0x64, 0x74 -> random.nextInt(32);
                case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xB1 -> random.nextInt(MOST_BYTES / 3);
                default -> random.nextBoolean() ? random.nextInt(100) : random.nextInt();
            };
            int jt = jump && code != 5 ? random.nextInt(Math.min(left, 4)) : 0;
            int jf = jump && code != 5 ? random.nextInt(Math.min(left, 4)) : 0;
            filter.add(new Instruction(code, jt, jf, k));
        }
        filter.add(new Instruction(0x16, 0, 0, 0)); // as many as A
        filter.add(new Instruction(0x06, 0, 0, 0x1000));
        return filter;
    }

    @Test
    void whatIsWrongIsRefused() {
        List<List<Instruction>> wrong = List.of(
                List.of(),
                List.of(new Instruction(0x00, 0, 0, 1)), // no return
                List.of(new Instruction(0x05, 0, 0, 1), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x05, 0, 0, -1), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x15, 0, 1, 1), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x34, 0, 0, 0), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x64, 0, 0, 32), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x02, 0, 0, 16), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x20, 0, 0, 0xfffff000), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x106, 0, 0, 0)),
                List.of(new Instruction(0x8C, 0, 0, 0), new Instruction(0x06, 0, 0, 0)),
                List.of(new Instruction(0x38, 0, 0, 0), new Instruction(0x06, 0, 0, 0)));
        for (List<Instruction> filter : wrong) {
            assertThrows(MalformedException.class, () -> ClassicBpf.translate(filter), filter.toString());
        }
        for (String text : List.of("", "x", "2\n6 0 0 0\n", "1\n6 0 0\n", "1\n6 0 0 4294967296\n", "1\n6 0 256 0\n")) {
            assertThrows(MalformedException.class, () -> ClassicBpf.parse(text), text);
        }
        byte[] bytes = {0x06, 0, 0, 0, 1, 2, 3, (byte) 0x84};
        assertEquals(List.of(new Instruction(6, 0, 0, 0x84030201)), ClassicBpf.decode(bytes));
        assertThrows(MalformedException.class, () -> ClassicBpf.decode(new byte[7]));
    }

    /** A filter in the kernel, in the interpreter and compiled. */
    private static final class Bench implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final ProgramSpace space = ProgramSpace.open();
        private final MemorySegment sockets = arena.allocate(8);
        private final MemorySegment context = arena.allocate(CONTEXT_BYTES, 8);
        private final MemorySegment memory = arena.allocate(MOST_BYTES);
        private final MemorySegment received = arena.allocate(MOST_BYTES);
        private final Interpreter interpreter;
        private final CompiledProgram program;
        private final boolean attached;

        Bench(List<Instruction> filter) {
            long pair = Syscall.call(Syscall.SOCKETPAIR, AF_UNIX, SOCK_DGRAM, 0, sockets.address(), 0);
            assertEquals(0, pair);
            attached = attach(filter);
            Instructions code = null;
            try {
                code = ClassicBpf.translate(filter);
            } catch (MalformedException refusal) {
                assertEquals(false, attached, () -> "the kernel takes " + filter + ": " + refusal.getMessage());
            }
            interpreter = code == null ? null : new Interpreter(code, ENVIRONMENT);
            program = code == null ? null : space.load(code, ENVIRONMENT, ProgramSpace.Options.DEFAULT);
        }

        boolean isAttached() {
            return attached;
        }

        private int socket(int number) {
            return sockets.get(ValueLayout.JAVA_INT, 4 * number);
        }

        private boolean attach(List<Instruction> filter) {
            MemorySegment code = arena.allocate(8L * filter.size(), 8);
            for (int i = 0; i < filter.size(); i++) {
                Instruction insn = filter.get(i);
                long word = insn.code() | insn.jt() << 16 | (long) insn.jf() << 24 | (long) insn.k() << 32;
                code.setAtIndex(ValueLayout.JAVA_LONG, i, word);
            }
            MemorySegment argument = arena.allocate(16, 8);
            argument.set(ValueLayout.JAVA_SHORT, 0, (short) filter.size());
            argument.set(ValueLayout.JAVA_LONG, 8, code.address());
            return Syscall.call(Syscall.SETSOCKOPT, socket(1), SOL_SOCKET, SO_ATTACH_FILTER, argument.address(), 16)
                    == 0;
        }

        /** How many bytes pass, on which all agree. */
        long passed(byte[] packet) {
            if (!attached || program == null) {
                return -1;
            }
            MemorySegment.copy(packet, 0, memory, ValueLayout.JAVA_BYTE, 0, packet.length);
            context.set(ValueLayout.JAVA_INT, 0, packet.length);
            context.set(ValueLayout.JAVA_LONG, 8, memory.address());
            context.set(ValueLayout.JAVA_LONG, 16, memory.address() + packet.length);
            long expected = kernel(packet.length);
            Regions regions = Regions.of(context, memory.asSlice(0, packet.length));
            long result = interpreter.run(regions, 10_000, context.address(), 0);
            assertEquals(expected, Math.min(result, packet.length), "interpreted");
            assertEquals(result, program.run(context.address(), 0), "compiled");
            return expected;
        }

        private long kernel(int length) {
            long sent = Syscall.call6(Syscall.SENDTO, socket(0), memory.address(), length, MSG_DONTWAIT, 0, 0);
            if (sent < 0) {
                return 0; // nothing passed
            }
            long got = Syscall.call6(Syscall.RECVFROM, socket(1), received.address(), MOST_BYTES, MSG_DONTWAIT, 0, 0);
            return Math.max(got, 0);
        }

        @Override
        public void close() {
            Syscall.call(Syscall.CLOSE, socket(0));
            Syscall.call(Syscall.CLOSE, socket(1));
            space.close();
            arena.close();
        }
    }
}
