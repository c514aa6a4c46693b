package emberwall.ebpf.pcap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a capture: classic pcap with nanoseconds, little-endian. */
public final class PcapWriter implements AutoCloseable {
    private static final int NANOSECONDS = 0xA1B23C4D;

    private final OutputStream out;
    private final ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Begins a capture.
     *
     * @param out buffered; closed with the writer
     * @param linkType what all packets begin with
     * @throws IOException if it cannot be written
     */
    public PcapWriter(OutputStream out, int linkType) throws IOException {
        this.out = out;
        header.putInt(NANOSECONDS).putShort((short) 2).putShort((short) 4).putLong(0);
        header.putInt(PcapReader.LONGEST).putInt(linkType);
        out.write(header.array());
    }

    /**
     * Appends a packet.
     *
     * @param nanos when it was captured, in nanoseconds since 1970
     * @param data what was captured of it
     * @param length how many bytes it had on the wire
     * @throws IOException if it cannot be written
     */
    public void write(long nanos, byte[] data, int length) throws IOException {
        header.clear();
        header.putInt((int) (nanos / 1_000_000_000)).putInt((int) (nanos % 1_000_000_000));
        header.putInt(data.length).putInt(length);
        out.write(header.array(), 0, 16);
        out.write(data);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
