package emberwall.ebpf.pcap;

import java.io.IOException;

/** What is read is no capture, or ends too early: one sentence with the offset in the file. */
public final class PcapException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * A refusal.
     *
     * @param problem what is wrong
     * @param offset of the byte where it begins
     */
    public PcapException(String problem, long offset) {
        super(problem + " at offset " + offset);
    }
}
