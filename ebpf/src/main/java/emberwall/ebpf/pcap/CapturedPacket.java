package emberwall.ebpf.pcap;

/**
 * A packet of a capture.
 *
 * @param nanos when it was captured, in nanoseconds since 1970
 * @param data what was captured of it
 * @param length how many bytes it had on the wire
 * @param linkType what it begins with: {@link #ETHERNET}, or another LINKTYPE
 */
public record CapturedPacket(long nanos, byte[] data, int length, int linkType) {
    /** LINKTYPE_ETHERNET. */
    public static final int ETHERNET = 1;
}
