package emberwall.ebpf.map;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.ebpf.kernel.Kernel;
import emberwall.os.Pages;
import emberwall.os.RawMemory;
import emberwall.os.Syscall;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same operations on a map of the kernel's: the same answers and the same values. Skipped where {@code bpf(2)} is not allowed. */
class KernelMapsTest {
    private static final int BPF = 321;

    private static final int CREATE = 0;
    private static final int LOOKUP = 1;
    private static final int UPDATE = 2;
    private static final int DELETE = 3;
    private static final int LOOKUP_AND_DELETE = 21;

    /** A map of the kernel's by its file descriptor. */
    private static final class KernelMap implements AutoCloseable {
        private final long attributes = Pages.allocate(Pages.SIZE);
        private final long fd;

        KernelMap(MapDefinition map) {
            int[] words = {map.kind().number(), map.keySize(), map.valueSize(), map.maxEntries(), map.flags()};
            for (int i = 0; i < words.length; i++) {
                RawMemory.putInt(attributes + 4L * i, words[i]);
            }
            fd = Syscall.call(BPF, CREATE, attributes, 72);
        }

        long call(int command, long key, long value, long flags) {
            RawMemory.putLong(attributes, fd);
            RawMemory.putLong(attributes + 8, key);
            RawMemory.putLong(attributes + 16, value);
            RawMemory.putLong(attributes + 24, flags);
            return Syscall.call(BPF, command, attributes, 32);
        }

        @Override
        public void close() {
            Syscall.call(Syscall.CLOSE, fd);
            Pages.release(attributes, Pages.SIZE);
        }
    }

    @ParameterizedTest
    @CsvSource({"HASH, 5, 12, 0", "ARRAY, 4, 12, 0", "LPM_TRIE, 8, 9, 1", "QUEUE, 0, 6, 0", "STACK, 0, 16, 0"})
    void operationsAnswerAsTheKernels(MapKind kind, int keySize, int valueSize, int flags) {
        Kernel.require();
        MapDefinition definition = new MapDefinition("k", kind, keySize, valueSize, 20, flags);
        try (KernelMap kernel = new KernelMap(definition);
                MapSpace space = new MapSpace(new Lanes(2));
                Arena arena = Arena.ofConfined()) {
            BpfMap map = space.create(definition);
            long key = arena.allocate(16, 8).address();
            long value = arena.allocate(16, 8).address();
            long theirs = arena.allocate(16, 8).address();
            Random random = new Random(kind.ordinal());
            for (int step = 0; step < 10_000; step++) {
                int number = random.nextInt(30);
                RawMemory.putLong(
                        key,
                        kind == MapKind.LPM_TRIE
                                ? random.nextInt(34) | (random.nextInt() & 0x0300_00C0L) << 32
                                : number | (long) number << 32);
                RawMemory.putLong(value, random.nextLong());
                RawMemory.putLong(value + 8, random.nextLong());
                int lane = space.lanes().enter();
                try {
                    boolean ordered = keySize == 0;
                    long with = random.nextInt(10) == 0 ? random.nextInt(4) : random.nextBoolean() ? 0 : 2;
                    switch (random.nextInt(5)) {
                        case 0, 1 -> {
                            long ours = ordered ? map.push(value, with) : map.update(key, value, with, lane);
                            assertEquals(kernel.call(UPDATE, ordered ? 0 : key, value, with), ours, "update " + with);
                        }
                        case 2 -> {
                            if (ordered) {
                                long answer = kernel.call(LOOKUP_AND_DELETE, 0, theirs, 0);
                                assertEquals(answer, map.pop(value));
                                same(answer, theirs, value, valueSize);
                            } else {
                                assertEquals(kernel.call(DELETE, key, 0, 0), map.delete(key, lane), "delete");
                            }
                        }
                        default -> {
                            long answer = kernel.call(LOOKUP, ordered ? 0 : key, theirs, 0);
                            long found = ordered ? value : map.lookup(key, lane);
                            long ours = ordered ? map.peek(value) : found == 0 ? BpfMap.ENOENT : 0;
                            assertEquals(answer, ours, "lookup");
                            same(answer, theirs, found, valueSize);
                        }
                    }
                } finally {
                    space.lanes().leave(lane);
                }
            }
        }
    }

    private static void same(long answer, long theirs, long ours, int bytes) {
        if (answer == 0) {
            assertArrayEquals(RawMemory.bytes(theirs, bytes), RawMemory.bytes(ours, bytes));
        }
    }
}
