package emberwall.ebpf.helper;

import static emberwall.ebpf.helper.LinuxHelper.*;

import emberwall.ebpf.map.Lanes;
import emberwall.ebpf.run.Running;
import emberwall.os.RawMemory;

/** Helpers that look at the run's {@link Packet}; without one they answer {@code -EINVAL}. */
final class PacketHelpers {
    private static final int EINVAL = -22;
    private static final int EFAULT = -14;

    /** {@code l4_csum_replace}: a checksum of 0 says that there is none, and stays. */
    private static final int MARK_MANGLED_0 = 0x20;

    private static final int FIELD_SIZE = 0xF;

    private final Lanes lanes;
    private final HelperSet set;

    PacketHelpers(Lanes lanes, HelperSet set) {
        this.lanes = lanes;
        this.set = set;
    }

    private interface Body {
        long call(Running program, Packet packet, long b, long c, long d, long e);
    }

    private void add(LinuxHelper helper, Body body) {
        set.add(helper.signature(), (program, a, b, c, d, e) -> {
            int lane = lanes.current();
            return lane >= 0 && lanes.attachment(lane) instanceof Packet packet
                    ? body.call(program, packet, b, c, d, e)
                    : EINVAL;
        });
    }

    void add() {
        add(
                SKB_LOAD_BYTES,
                (program, packet, offset, target, bytes, e) ->
                        load(program, packet, offset, target, bytes) ? 0 : EFAULT);
        add(
                XDP_LOAD_BYTES,
                (program, packet, offset, target, bytes, e) ->
                        load(program, packet, offset, target, bytes) ? 0 : fault(offset, bytes));
        add(
                SKB_STORE_BYTES,
                (program, packet, offset, source, bytes, flags) ->
                        store(program, packet, offset, source, bytes) ? 0 : EFAULT);
        add(
                XDP_STORE_BYTES,
                (program, packet, offset, source, bytes, e) ->
                        store(program, packet, offset, source, bytes) ? 0 : fault(offset, bytes));
        add(XDP_GET_BUFF_LEN, (program, packet, b, c, d, e) -> packet.end() - packet.start());
        add(
                SKB_PULL_DATA,
                (program, packet, length, c, d, e) ->
                        Integer.toUnsignedLong((int) length) <= packet.end() - packet.start() ? 0 : -12);
        add(XDP_ADJUST_HEAD, (program, packet, by, c, d, e) -> move(packet, (int) by, 0));
        add(XDP_ADJUST_TAIL, (program, packet, by, c, d, e) -> move(packet, 0, (int) by));
        add(
                SKB_CHANGE_TAIL,
                (program, packet, length, flags, d, e) -> flags != 0
                        ? EINVAL
                        : move(packet, 0, Integer.toUnsignedLong((int) length) - (packet.end() - packet.start())));
        add(
                SKB_CHANGE_HEAD,
                (program, packet, by, flags, d, e) ->
                        flags != 0 ? EINVAL : move(packet, -Integer.toUnsignedLong((int) by), 0));
        add(
                L3_CSUM_REPLACE,
                (program, packet, offset, from, to, size) ->
                        size == 0 || size == 2 || size == 4 ? checksum(packet, offset, from, to, false) : EINVAL);
        add(L4_CSUM_REPLACE, (program, packet, offset, from, to, flags) -> {
            long size = flags & FIELD_SIZE;
            return size == 0 || size == 2 || size == 4
                    ? checksum(packet, offset, from, to, (flags & MARK_MANGLED_0) != 0)
                    : EINVAL;
        });
    }

    /** Address of bytes in the packet, or 0; the offset has 32 bits. */
    private static long at(Packet packet, long offset, long bytes) {
        long from = offset & 0xFFFF_FFFFL;
        long length = packet.end() - packet.start();
        return bytes >= 0 && from <= length && bytes <= length - from ? packet.start() + from : 0;
    }

    /** What Linux says to XDP of bytes outside of the packet. */
    private static int fault(long offset, long bytes) {
        return (offset & 0xFFFF_FFFFL) > 0xFFFF || bytes > 0xFFFF ? EFAULT : EINVAL;
    }

    /** Whether the bytes are in the packet; else zeros are loaded. */
    private static boolean load(Running program, Packet packet, long offset, long target, long bytes) {
        long at = at(packet, offset, bytes);
        long written = program.memory(target, bytes, true).address();
        if (at == 0) {
            RawMemory.fill(written, bytes, 0);
        } else {
            RawMemory.copy(at, written, bytes);
        }
        return at != 0;
    }

    /** Whether the bytes are in the packet; else nothing is stored. */
    private static boolean store(Running program, Packet packet, long offset, long source, long bytes) {
        long at = at(packet, offset, bytes);
        if (at != 0) {
            RawMemory.copy(program.memory(source, bytes, false).address(), at, bytes);
        }
        return at != 0;
    }

    private static long move(Packet packet, long startBy, long endBy) {
        long start = packet.start() + startBy;
        long end = packet.end() + endBy;
        if (-startBy > packet.headroom() || endBy > packet.tailroom() || end - start < 14) {
            return EINVAL; // a frame has an Ethernet header at least
        }
        long oldStart = packet.start();
        long oldEnd = packet.end();
        packet.move(start, end);
        RawMemory.fill(start, Math.max(oldStart - start, 0), 0);
        RawMemory.fill(oldEnd, Math.max(end - oldEnd, 0), 0);
        return 0;
    }

    private static long checksum(Packet packet, long offset, long from, long to, boolean optional) {
        long at = at(packet, offset, 2);
        if (at == 0) {
            return EFAULT;
        }
        int old = RawMemory.getShort(at) & 0xFFFF;
        if (old != 0 || !optional) {
            int changed = Checksum.replaced(old, from, to);
            RawMemory.putShort(at, changed == 0 && optional ? 0xFFFF : changed);
        }
        return 0;
    }
}
