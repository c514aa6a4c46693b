package emberwall.cli;

import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.host.PacketBatch;
import emberwall.ebpf.host.PacketProgram;
import emberwall.ebpf.pcap.CapturedPacket;
import emberwall.ebpf.pcap.PcapException;
import emberwall.ebpf.pcap.PcapReader;
import emberwall.ebpf.pcap.PcapWriter;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A program over the packets of a capture, some at a time: counts what it says of them, and keeps those that it lets through. */
final class BpfCapture {
    private static final int PACKETS = 512;
    private static final int BYTES = 1 << 20;

    private static final String[] XDP = {"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT"};
    private static final String[] TRAFFIC = {
        "TC_ACT_OK",
        "TC_ACT_RECLASSIFY",
        "TC_ACT_SHOT",
        "TC_ACT_PIPE",
        "TC_ACT_STOLEN",
        "TC_ACT_QUEUED",
        "TC_ACT_REPEAT",
        "TC_ACT_REDIRECT"
    };

    private final PrintStream out;
    private final PacketProgram program;
    private final ProgramKind kind;
    private final CapturedPacket[] captured = new CapturedPacket[PACKETS];
    private final Map<Long, Long> counts = new TreeMap<>();
    private PcapWriter writer;
    private int rounds;
    private long packets;
    private long bytes;
    private long nanos;

    BpfCapture(PrintStream out, PacketProgram program, ProgramKind kind) {
        this.out = out;
        this.program = program;
        this.kind = kind;
    }

    /**
     * Runs the program.
     *
     * @param write where packets go that are let through, or null
     * @param times how often; verdicts of all rounds are counted, packets of the last one kept
     */
    void run(String capture, String write, int times) {
        rounds = times;
        if (write == null) {
            read(capture);
        } else {
            OutputFile.write(write, file -> {
                writer = new PcapWriter(file, CapturedPacket.ETHERNET);
                read(capture);
            });
        }
        print();
    }

    private void read(String capture) {
        try (PcapReader reader = new PcapReader(open(capture));
                PacketBatch batch = new PacketBatch(PACKETS, BYTES)) {
            for (CapturedPacket next = reader.next(); next != null; next = reader.next()) {
                if (next.linkType() != CapturedPacket.ETHERNET) {
                    throw new Failure(
                            Status.BAD_MODULE,
                            capture + ": packets of link type " + next.linkType() + ", not Ethernet (1)");
                }
                if (!batch.add(next.data())) {
                    run(batch);
                    batch.add(next.data());
                }
                captured[batch.size() - 1] = next;
                packets++;
                bytes += next.data().length;
            }
            run(batch);
        } catch (PcapException malformed) {
            throw new Failure(Status.BAD_MODULE, capture + ": " + malformed.getMessage());
        } catch (IOException e) {
            throw new Failure(Status.NO_INPUT, capture + ": cannot be read: " + e.getMessage());
        }
    }

    private static InputStream open(String capture) throws IOException {
        if (capture.equals(ModuleFile.STANDARD_STREAM)) {
            return new BufferedInputStream(new FileInputStream(FileDescriptor.in), BYTES);
        }
        try {
            return new BufferedInputStream(Files.newInputStream(Path.of(capture)), BYTES);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new Failure(Status.NO_INPUT, capture + ": no such file");
        }
    }

    private void run(PacketBatch batch) throws IOException {
        for (int round = 0; round < rounds; round++) {
            if (round > 0) {
                int size = batch.size();
                batch.clear();
                for (int i = 0; i < size; i++) {
                    batch.add(captured[i].data());
                }
            }
            long begin = System.nanoTime();
            program.run(batch);
            if (round > 0 || rounds == 1) nanos += System.nanoTime() - begin; // the first one may be cold
            for (int i = 0; i < batch.size(); i++) {
                counts.merge(batch.result(i), 1L, Long::sum);
            }
        }
        if (writer != null) keep(batch);
        batch.clear();
    }

    private void keep(PacketBatch batch) throws IOException {
        for (int i = 0; i < batch.size(); i++) {
            if (passes(batch.result(i))) {
                byte[] packet = batch.packet(i);
                int missing = captured[i].length() - captured[i].data().length;
                writer.write(captured[i].nanos(), packet, packet.length + Math.max(missing, 0));
            }
        }
    }

    private boolean passes(long verdict) {
        return switch (kind) {
            case XDP -> verdict >= 2 && verdict < XDP.length;
            case TRAFFIC_CLASSIFIER, TRAFFIC_ACTION -> verdict != 2 && verdict != 4;
            default -> verdict != 0; // socket filters say how many bytes they want
        };
    }

    private String verdict(long result) {
        String[] names = kind == ProgramKind.XDP ? XDP : kind == ProgramKind.TRAFFIC_CLASSIFIER ? TRAFFIC : null;
        return names != null && result >= 0 && result < names.length ? names[(int) result] : String.valueOf(result);
    }

    private void print() {
        out.println(program + ": " + packets + " packets, " + bytes + " bytes"
                + (rounds == 1 ? "" : ", " + rounds + " times") + " (" + BpfRun.mode(program) + ")");
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            out.println("    " + verdict(entry.getKey()) + ": " + entry.getValue());
        }
        if (rounds > 1 && packets > 0) {
            out.println("    " + Math.round((double) nanos / (rounds - 1) / packets)
                    + " ns a packet on average, the first round left out");
        }
    }
}
