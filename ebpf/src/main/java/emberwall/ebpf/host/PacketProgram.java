package emberwall.ebpf.host;

import emberwall.ebpf.run.CompiledProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A program over packets, from the Ethernet header on: XDP, traffic control, socket filters. Its context has the packet's bounds; of
 * {@code __sk_buff} also length and protocol. What else a kernel would know of a packet is 0.
 */
public final class PacketProgram extends VerifiedProgram {
    PacketProgram(Parts parts) {
        super(parts);
    }

    /**
     * Runs it over a copy of a packet, and forgets what it changed there.
     *
     * @param packet from the Ethernet header on
     * @return r0: the verdict
     * @throws IllegalStateException if the module is closed
     */
    public long run(byte[] packet) {
        return run(MemorySegment.ofArray(packet).asReadOnly());
    }

    /**
     * Runs it over a packet. What the program changed is copied back unless the segment is read-only; if it took bytes off in front, or
     * added some, see {@link #process}.
     *
     * @param packet from the Ethernet header on
     * @return r0: the verdict
     * @throws IllegalStateException if the module is closed; or if the packet became longer than the segment, which holds its
     *     beginning then
     */
    public long run(MemorySegment packet) {
        Workspace workspace = parts.module().enterWithPacket();
        try {
            long result = run(workspace, packet);
            if (!packet.isReadOnly()) {
                long length = workspace.end() - workspace.start();
                MemorySegment.copy(after(workspace), 0, packet, 0, Math.min(length, packet.byteSize()));
                if (length > packet.byteSize()) {
                    throw new IllegalStateException(
                            "the packet has " + length + " bytes now, and the segment only " + packet.byteSize());
                }
            }
            return result;
        } finally {
            parts.module().leave(workspace);
        }
    }

    /**
     * Runs it over a copy of a packet.
     *
     * @param packet from the Ethernet header on
     * @return the verdict, and the packet as it left it, which may be longer or shorter
     * @throws IllegalStateException if the module is closed
     */
    public Answer<byte[]> process(byte[] packet) {
        Workspace workspace = parts.module().enterWithPacket();
        try {
            long result = run(workspace, MemorySegment.ofArray(packet));
            return new Answer<>(result, after(workspace).toArray(ValueLayout.JAVA_BYTE));
        } finally {
            parts.module().leave(workspace);
        }
    }

    private long run(Workspace workspace, MemorySegment packet) {
        long length = packet.byteSize();
        int before = (parts.layout().bytes() + 63 & -64) + Workspace.HEADROOM;
        MemorySegment memory = workspace.memory(before + length + Workspace.TAILROOM);
        MemorySegment.copy(packet, 0, memory, before, length);
        long start = memory.address() + before;
        return run(
                workspace,
                workspace.begin(
                        parts.layout(),
                        start - Workspace.HEADROOM,
                        start,
                        start + length,
                        start + length + Workspace.TAILROOM),
                0);
    }

    private static MemorySegment after(Workspace workspace) {
        return emberwall.os.RawMemory.segment(workspace.start(), workspace.end() - workspace.start());
    }

    /**
     * Runs it over all packets of a batch, in order, which then has verdicts and what became of the packets. If a run ends by an exception,
     * the packets behind it have not been looked at, and the verdicts of the others are there.
     *
     * @param batch the packets
     * @throws IllegalStateException if the module or the batch is closed, or another thread uses the batch
     */
    public void run(PacketBatch batch) {
        Workspace workspace = parts.module().enterWithPacket();
        try {
            workspace.memory(parts.layout().bytes());
            batch.use(() -> run(workspace, batch));
        } finally {
            parts.module().leave(workspace);
        }
    }

    private void run(Workspace workspace, PacketBatch batch) {
        if (parts.code() instanceof CompiledProgram compiled && compiled.runsBatches()) {
            long context = workspace.begin(parts.layout(), 0, 0, 0, 0);
            compiled.runBatch(context, batch.records(), batch.size());
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            long context = workspace.begin(parts.layout(), batch.least(i), batch.start(i), batch.end(i), batch.most(i));
            long result = run(workspace, context, 0);
            batch.ran(i, workspace.start(), workspace.end(), result);
        }
    }
}
