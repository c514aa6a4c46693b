package emberwall.ebpf.pcap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the packets of a capture one after the other: classic pcap with micro- or nanoseconds, and pcapng, in either byte order. No packet
 * takes more memory than {@link #LONGEST}, whatever the file says.
 */
public final class PcapReader implements AutoCloseable {
    /** The most bytes of a packet, as in libpcap, and of a block around one. */
    public static final int LONGEST = 1 << 18;

    private static final int MOST_BLOCK = 1 << 24;

    private static final int MICROSECONDS = 0xA1B2C3D4;
    private static final int NANOSECONDS = 0xA1B23C4D;

    // Blocks of pcapng; the first one is the same in both byte orders.
    private static final int SECTION = 0x0A0D0D0A;
    private static final int INTERFACE = 1;
    private static final int OLD_PACKET = 2;
    private static final int SIMPLE_PACKET = 3;
    private static final int PACKET = 6;
    private static final int BYTE_ORDER = 0x1A2B3C4D;

    private static final int END_OF_OPTIONS = 0;
    private static final int RESOLUTION = 9;
    private static final int START_SECONDS = 14;

    /**
     * An interface of a section.
     *
     * @param linkType what packets begin with
     * @param most the most of each that was kept, or 0
     * @param resolution of its clock: the power of ten, or with the upper bit of two, that a second is divided by
     */
    private record Interface(int linkType, long most, int resolution, long startSeconds) {
        long nanos(long units) {
            long nanos;
            if (resolution < 0) {
                int bits = Math.min(resolution & 0x7F, Long.SIZE - 2);
                nanos = (units >>> bits) * 1_000_000_000 + (long) ((units & (1L << bits) - 1) * 1e9 / (1L << bits));
            } else {
                nanos = resolution <= 9 ? units * power(9 - resolution) : units / power(Math.min(resolution - 9, 18));
            }
            return nanos + startSeconds * 1_000_000_000;
        }

        private static long power(int of) {
            long power = 1;
            for (int i = 0; i < of; i++) {
                power *= 10;
            }
            return power;
        }
    }

    private final InputStream in;
    private final boolean isClassic;
    private final List<Interface> interfaces = new ArrayList<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int nanosPerUnit;
    private int linkType;
    private long offset;

    /**
     * Begins to read a capture.
     *
     * @param in from its first byte on, buffered; closed with the reader
     * @throws PcapException if it is none
     */
    public PcapReader(InputStream in) throws IOException {
        this.in = in;
        ByteBuffer magic = read(4, "the header");
        int little = magic.getInt(0);
        isClassic = little != SECTION;
        if (isClassic) {
            classicHeader(little);
        } else {
            section();
        }
    }

    /**
     * The next packet, or null at the end.
     *
     * @return it
     * @throws PcapException if the file ends in the middle, or is malformed
     */
    public CapturedPacket next() throws IOException {
        return isClassic ? classicPacket() : blockWithPacket();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** The next bytes, all of them. */
    private ByteBuffer read(int bytes, String what) throws IOException {
        byte[] array = in.readNBytes(bytes);
        if (array.length < bytes) {
            throw new PcapException("the capture ends within " + what, offset + array.length);
        }
        offset += bytes;
        return ByteBuffer.wrap(array).order(order);
    }

    /** The next bytes, or null if there is none. */
    private ByteBuffer readIfAny(int bytes, String what) throws IOException {
        byte[] array = in.readNBytes(bytes);
        if (array.length != 0 && array.length < bytes) {
            throw new PcapException("the capture ends within " + what, offset + array.length);
        }
        offset += array.length;
        return array.length == 0 ? null : ByteBuffer.wrap(array).order(order);
    }

    // ---- classic

    private void classicHeader(int magic) throws IOException {
        int swapped = Integer.reverseBytes(magic);
        if (swapped == MICROSECONDS || swapped == NANOSECONDS) {
            order = ByteOrder.BIG_ENDIAN;
        } else if (magic != MICROSECONDS && magic != NANOSECONDS) {
            throw new PcapException("no capture: it begins with 0x" + Integer.toHexString(swapped), 0);
        }
        nanosPerUnit = magic == NANOSECONDS || swapped == NANOSECONDS ? 1 : 1000;
        ByteBuffer rest = read(20, "the header");
        int version = rest.getShort(0);
        if (version != 2) {
            throw new PcapException("a capture of version " + version + ", which nobody knows", 4);
        }
        linkType = rest.getInt(16) & 0xFFFF;
    }

    private CapturedPacket classicPacket() throws IOException {
        ByteBuffer header = readIfAny(16, "the header of a packet");
        if (header == null) {
            return null;
        }
        long seconds = header.getInt(0) & 0xFFFF_FFFFL;
        long part = header.getInt(4) & 0xFFFF_FFFFL;
        int captured = length(header.getInt(8), offset - 8);
        byte[] data = read(captured, "a packet of " + captured + " bytes").array();
        return new CapturedPacket(seconds * 1_000_000_000 + part * nanosPerUnit, data, header.getInt(12), linkType);
    }

    private static int length(int said, long at) throws PcapException {
        if (said < 0 || said > LONGEST) {
            throw new PcapException(
                    "a packet of " + Integer.toUnsignedString(said) + " bytes, more than " + LONGEST, at);
        }
        return said;
    }

    // ---- blocks

    /** Behind the type of a section's header. */
    private void section() throws IOException {
        long start = offset - 4;
        ByteBuffer head = read(8, "the header of a section");
        order = ByteOrder.LITTLE_ENDIAN;
        if (head.order(order).getInt(4) != BYTE_ORDER) {
            order = ByteOrder.BIG_ENDIAN;
            if (head.order(order).getInt(4) != BYTE_ORDER) {
                throw new PcapException("a section whose byte order nobody knows", start + 8);
            }
        }
        body(blockLength(head.getInt(0), 28, start), 12, start);
        interfaces.clear();
    }

    private static int blockLength(int said, int least, long start) throws PcapException {
        if (said < least || said > MOST_BLOCK || (said & 3) != 0) {
            throw new PcapException("a block of " + Integer.toUnsignedString(said) + " bytes", start);
        }
        return said;
    }

    /** The rest of a block, of which {@code taken} bytes are read, without the length at its end. */
    private ByteBuffer body(int length, int taken, long start) throws IOException {
        ByteBuffer rest = read(length - taken, "a block of " + length + " bytes");
        if (rest.getInt(length - taken - 4) != length) {
            throw new PcapException("a block says two lengths", start);
        }
        return rest.slice(0, length - taken - 4).order(order);
    }

    private CapturedPacket blockWithPacket() throws IOException {
        while (true) {
            long start = offset;
            ByteBuffer type = readIfAny(4, "the type of a block");
            if (type == null) {
                return null;
            }
            if (type.getInt(0) == SECTION) {
                section();
                continue;
            }
            int length = blockLength(read(4, "the length of a block").getInt(0), 12, start);
            ByteBuffer body = body(length, 8, start);
            try {
                switch (type.getInt(0)) {
                    case INTERFACE -> interfaces.add(described(body));
                    case PACKET -> {
                        return packet(body, body.getInt(0), start);
                    }
                    case OLD_PACKET -> {
                        return packet(body, body.getShort(0) & 0xFFFF, start);
                    }
                    case SIMPLE_PACKET -> {
                        return simple(body, start);
                    }
                    default -> {} // names, statistics, secrets
                }
            } catch (IndexOutOfBoundsException e) {
                throw new PcapException("a block that is too short for what it holds", start);
            }
        }
    }

    private Interface described(ByteBuffer body) {
        int resolution = 6;
        long startSeconds = 0;
        int at = 8;
        while (at + 4 <= body.limit() && body.getShort(at) != END_OF_OPTIONS) {
            int option = body.getShort(at) & 0xFFFF;
            int length = body.getShort(at + 2) & 0xFFFF;
            if (option == RESOLUTION) {
                resolution = body.get(at + 4);
            } else if (option == START_SECONDS) {
                startSeconds = body.getLong(at + 4);
            }
            at += 4 + (length + 3 & -4);
        }
        return new Interface(body.getShort(0) & 0xFFFF, body.getInt(4) & 0xFFFF_FFFFL, resolution, startSeconds);
    }

    private Interface described(int number, long start) throws PcapException {
        if (number < 0 || number >= interfaces.size()) {
            throw new PcapException(
                    "a packet of interface " + Integer.toUnsignedString(number) + ", of which there are "
                            + interfaces.size(),
                    start);
        }
        return interfaces.get(number);
    }

    private CapturedPacket packet(ByteBuffer body, int number, long start) throws PcapException {
        Interface from = described(number, start);
        long units = (long) body.getInt(4) << 32 | body.getInt(8) & 0xFFFF_FFFFL;
        byte[] data = new byte[length(body.getInt(12), start)];
        body.get(20, data);
        return new CapturedPacket(from.nanos(units), data, body.getInt(16), from.linkType);
    }

    private CapturedPacket simple(ByteBuffer body, long start) throws PcapException {
        Interface from = described(0, start);
        long length = body.getInt(0) & 0xFFFF_FFFFL;
        long kept = from.most == 0 ? length : Math.min(length, from.most);
        byte[] data = new byte[length((int) Math.min(kept, Integer.MAX_VALUE), start)];
        body.get(4, data);
        return new CapturedPacket(0, data, (int) length, from.linkType);
    }
}
