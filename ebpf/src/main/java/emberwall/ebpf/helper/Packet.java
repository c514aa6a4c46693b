package emberwall.ebpf.helper;

/**
 * The packet of a run, for helpers that look at it or move its ends: attached to the run's lane. The context has its addresses, so that
 * who implements this writes them there when they change.
 */
public interface Packet {
    /** Address of the first byte. */
    long start();

    /** Address behind the last byte. */
    long end();

    /** Bytes that may be taken in front of the first one. */
    default long headroom() {
        return 0;
    }

    /** Bytes that may be taken behind the last one. */
    default long tailroom() {
        return 0;
    }

    /** Moves the ends: the caller has looked that both stay within the room that there is. */
    void move(long start, long end);
}
