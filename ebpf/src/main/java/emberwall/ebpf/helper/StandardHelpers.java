package emberwall.ebpf.helper;

import static emberwall.ebpf.helper.LinuxHelper.*;

import emberwall.ebpf.map.BpfMap;
import emberwall.ebpf.map.EventArray;
import emberwall.ebpf.map.MapSpace;
import emberwall.ebpf.map.ProgramArray;
import emberwall.ebpf.map.RingBuffer;
import emberwall.ebpf.run.Executable;
import emberwall.ebpf.run.Helper;
import emberwall.ebpf.run.Running;
import emberwall.os.RawMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * What Linux's helpers do where that makes sense outside of a kernel, for programs that use the maps of one space. A run that calls
 * them has a lane of the space. Helpers that look into memory which the program itself may not read are not among them.
 */
public final class StandardHelpers {
    private static final int EINVAL = -22;
    private static final int E2BIG = -7;
    private static final int ENOENT = -2;

    /** As often as the kernel's {@code bpf_loop} goes around. */
    private static final long MOST_ROUNDS = 1 << 23;

    private final MapSpace space;
    private final Consumer<String> trace;
    private final HelperSet set = HelperSet.linux();

    private StandardHelpers(MapSpace space, Consumer<String> trace) {
        this.space = space;
        this.trace = trace;
    }

    /**
     * All of Linux's helpers, the standard ones with bodies.
     *
     * @param trace what is done with each text of {@code trace_printk}
     */
    public static HelperSet of(MapSpace space, Consumer<String> trace) {
        StandardHelpers standard = new StandardHelpers(space, trace);
        standard.maps();
        standard.add(MAP_LOOKUP_ELEM, new MapLookup(space, standard.set.body(1)));
        standard.ring();
        standard.numbers();
        standard.calls();
        standard.texts();
        new PacketHelpers(space.lanes(), standard.set).add();
        return standard.set;
    }

    private void add(LinuxHelper helper, Helper body) {
        set.add(helper.signature(), body);
    }

    // ---- maps

    private interface MapBody {
        long call(BpfMap map, Running program, long b, long c, long d, int lane);
    }

    private void addMap(LinuxHelper helper, MapBody body) {
        add(helper, (program, a, b, c, d, e) -> {
            BpfMap map = space.map(a);
            return map == null ? EINVAL : body.call(map, program, b, c, d, lane());
        });
    }

    private int lane() {
        int lane = space.lanes().current();
        if (lane < 0) {
            throw new IllegalStateException("the program runs without a lane of its maps");
        }
        return lane;
    }

    private static long key(Running program, BpfMap map, long address) {
        return program.memory(address, map.definition().keySize(), false).address();
    }

    private static long value(Running program, BpfMap map, long address, boolean write) {
        return program.memory(address, map.definition().valueSize(), write).address();
    }

    private void maps() {
        add(MAP_LOOKUP_ELEM, (program, a, b, c, d, e) -> {
            BpfMap map = space.map(a);
            return map == null ? 0 : map.lookup(key(program, map, b), lane());
        });
        add(MAP_LOOKUP_PERCPU_ELEM, (program, a, b, c, d, e) -> {
            BpfMap map = space.map(a);
            boolean there = map != null && c >= 0 && c < space.lanes().count();
            return there ? map.lookup(key(program, map, b), (int) c) : 0;
        });
        addMap(
                MAP_UPDATE_ELEM,
                (map, program, key, value, flags, lane) ->
                        map.update(key(program, map, key), value(program, map, value, false), flags, lane));
        addMap(MAP_DELETE_ELEM, (map, program, key, c, d, lane) -> map.delete(key(program, map, key), lane));
        addMap(
                MAP_PUSH_ELEM,
                (map, program, value, flags, d, lane) -> map.push(value(program, map, value, false), flags));
        addMap(MAP_POP_ELEM, (map, program, value, c, d, lane) -> map.pop(value(program, map, value, true)));
        addMap(MAP_PEEK_ELEM, (map, program, value, c, d, lane) -> map.peek(value(program, map, value, true)));
        addMap(FOR_EACH_MAP_ELEM, this::forEach);
        add(
                PERF_EVENT_OUTPUT,
                (program, context, map, flags, data, size) -> space.map(map) instanceof EventArray events
                        ? events.output(bytes(program, data, size))
                        : EINVAL);
    }

    /** Keys are copied, since the program may take the entry out meanwhile; who is not there any more is left out. */
    private long forEach(BpfMap map, Running program, long function, long passed, long flags, int lane) {
        if (flags != 0) {
            return EINVAL;
        }
        long[] count = {0};
        map.walk(bytes -> {
            long key = space.scratch(lane);
            RawMemory.copy(bytes, 0, key, bytes.length);
            long value = map.lookup(key, lane);
            count[0] += value == 0 ? 0 : 1;
            return value == 0 || program.callback(function, map.handle(), key, value, passed, 0) == 0;
        });
        return count[0];
    }

    private static byte[] bytes(Running program, long address, long size) {
        return size == 0 ? new byte[0] : program.memory(address, size, false).toArray(ValueLayout.JAVA_BYTE);
    }

    // ---- ring buffers

    private void ring() {
        add(RINGBUF_OUTPUT, (program, map, data, size, flags, e) -> {
            if (!(space.map(map) instanceof RingBuffer ring)) {
                return EINVAL;
            }
            return ring.output(size == 0 ? 0 : program.memory(data, size, false).address(), size, flags);
        });
        add(RINGBUF_RESERVE, (program, map, size, flags, d, e) -> {
            long record = flags == 0 && space.map(map) instanceof RingBuffer ring ? ring.reserve(size) : 0;
            if (record != 0) {
                space.reserved(lane(), record);
            }
            return record;
        });
        add(RINGBUF_SUBMIT, (program, record, flags, c, d, e) -> {
            space.returned(lane(), record);
            RingBuffer.of(record, space).submit(record, flags);
            return 0;
        });
        add(RINGBUF_DISCARD, (program, record, flags, c, d, e) -> {
            space.returned(lane(), record);
            RingBuffer.of(record, space).discard(record, flags);
            return 0;
        });
        add(
                RINGBUF_QUERY,
                (program, map, question, c, d, e) ->
                        space.map(map) instanceof RingBuffer ring ? ring.query(question) : 0);
    }

    // ---- numbers

    private void numbers() {
        add(KTIME_GET_NS, (program, a, b, c, d, e) -> System.nanoTime());
        add(KTIME_GET_BOOT_NS, (program, a, b, c, d, e) -> System.nanoTime());
        add(KTIME_GET_COARSE_NS, (program, a, b, c, d, e) -> System.nanoTime());
        add(JIFFIES64, (program, a, b, c, d, e) -> System.nanoTime() / 1_000_000);
        add(
                GET_PRANDOM_U32,
                (program, a, b, c, d, e) -> ThreadLocalRandom.current().nextInt() & 0xFFFF_FFFFL);
        add(GET_SMP_PROCESSOR_ID, (program, a, b, c, d, e) -> lane());
        add(GET_NUMA_NODE_ID, (program, a, b, c, d, e) -> 0);
        add(
                GET_CURRENT_PID_TGID,
                (program, a, b, c, d, e) -> ProcessHandle.current().pid() << 32
                        | Thread.currentThread().threadId() & 0xFFFF_FFFFL);
        add(CSUM_DIFF, (program, from, fromSize, to, toSize, seed) -> {
            if (((fromSize | toSize) & 3) != 0 || fromSize + toSize > 512) {
                return EINVAL;
            }
            long sum = Checksum.sum(part(program, to, toSize), false, seed & 0xFFFF_FFFFL);
            return Checksum.sum(part(program, from, fromSize), true, sum);
        });
    }

    private static MemorySegment part(Running program, long address, long size) {
        return size == 0 ? MemorySegment.NULL : program.memory(address, size, false);
    }

    // ---- control

    private void calls() {
        add(
                TAIL_CALL,
                (program, context, map, index, d, e) -> space.map(map) instanceof ProgramArray programs
                                && programs.program((int) index) instanceof Executable next
                                && program.tailCall(next, context)
                        ? 0
                        : ENOENT);
        add(LOOP, (program, rounds, function, passed, flags, e) -> {
            long most = rounds & 0xFFFF_FFFFL;
            if (flags != 0 || most > MOST_ROUNDS) {
                return flags != 0 ? EINVAL : E2BIG;
            }
            for (long i = 0; i < most; i++) {
                if (program.callback(function, i, passed, 0, 0, 0) != 0) {
                    return i + 1;
                }
            }
            return most;
        });
    }

    // ---- texts

    private void texts() {
        add(TRACE_PRINTK, (program, format, size, c, d, e) -> {
            String text = Format.format(bytes(program, format, size), new long[] {c, d, e});
            if (text == null) {
                return EINVAL;
            }
            trace.accept(text);
            return text.length();
        });
        add(SNPRINTF, this::snprintf);
        add(STRNCMP, (program, text, size, other, d, e) -> {
            for (long i = 0; i < (size & 0xFFFF_FFFFL); i++) {
                int one = byteAt(program, text + i);
                int two = byteAt(program, other + i);
                if (one != two || one == 0) {
                    return one - two;
                }
            }
            return 0;
        });
    }

    private static int byteAt(Running program, long address) {
        return program.memory(address, 1, false).get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
    }

    private long snprintf(Running program, long target, long size, long format, long data, long dataSize) {
        if (dataSize % 8 != 0 || dataSize > 12 * 8) {
            return EINVAL;
        }
        StringBuilder pattern = new StringBuilder();
        for (long i = 0; byteAt(program, format + i) != 0; i++) {
            pattern.append((char) byteAt(program, format + i));
        }
        long[] words = part(program, data, dataSize).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
        String text = Format.format(pattern.toString().getBytes(StandardCharsets.ISO_8859_1), words);
        if (text == null) {
            return EINVAL;
        }
        if (size != 0) {
            MemorySegment buffer = program.memory(target, size, true);
            buffer.fill((byte) 0);
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            int copied = (int) Math.min(bytes.length, size - 1);
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, copied);
        }
        return text.length() + 1L;
    }
}
