package emberwall.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import emberwall.ebpf.host.BpfModule;
import emberwall.ebpf.host.PacketBatch;
import emberwall.ebpf.host.PacketProgram;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.run.CompiledProgram;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.ProgramSpace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How fast compiled eBPF is beside that of others: {@code BpfComparison [ROUNDS]}. In every round each candidate runs each
 * program for some milliseconds, one after the other; what counts is the median of the rounds. All must compute the same, of
 * which the kernel tells the lower half. {@code -Dclock=cpu} counts the time that the thread had the processor, the kernel's
 * work for it included.
 */
public final class BpfComparison {
    private static final double MILLIS = 5;

    /** How many packets are run over at once; numbers of runs are multiples of it. */
    private static final int BATCH = 16;

    private BpfComparison() {}

    /** Runs a program so many times, and returns its last result. */
    private record Candidate(String name, IntToLongFunction run, long mask) {}

    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 31;
        System.out.println(
                KernelBpf.version() + ", Java " + Runtime.version() + ", nanoseconds per instruction of the text\n");
        System.out.println("| program | ours | on a stack of its own | kernel | DPDK | Java | ours / kernel |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        try (ProgramSpace space = ProgramSpace.open();
                Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(JAVA_INT);
            context.set(JAVA_INT, 0, KernelBpf.PACKET);
            List<Double> ratios = new ArrayList<>();
            for (BpfWorkload workload : BpfWorkload.values()) {
                ratios.add(row(workload, false, space, context, rounds));
                ratios.add(row(workload, true, space, context, rounds));
            }
            double mean = ratios.stream().mapToDouble(Math::log).average().orElse(Double.NaN);
            System.out.printf(Locale.ROOT, "| geometric mean | | | | | | %.2f |%n", Math.exp(mean));
        }
        packets(rounds);
    }

    /** The longest way through a filter that clang compiled, over one packet: nanoseconds of each candidate. */
    private static void packets(int rounds) throws IOException {
        byte[] packet = PacketFilter.longest();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            BpfModule module = BpfModule.load(PacketFilter.PROGRAM);
            PacketBatch batch = new PacketBatch(BATCH, (long) BATCH * packet.length);
            open.add(module);
            open.add(batch);
            while (batch.add(packet)) {}
            PacketProgram ours = module.packets("filter");
            List<Candidate> candidates = new ArrayList<>();
            candidates.add(new Candidate("ours", times -> repeat(ours, batch, times), -1));
            byte[][] packets = Stream.generate(packet::clone).limit(BATCH).toArray(byte[][]::new);
            candidates.add(new Candidate("java", times -> repeat(packets, times), -1));
            try {
                KernelBpf kernel = new KernelBpf(ours.program(), packet);
                open.add(kernel);
                candidates.add(new Candidate("kernel", kernel::run, 0xFFFF_FFFFL));
            } catch (IOException absent) {
                System.err.println("packets: " + absent.getMessage());
            }
            Map<String, Double> found = medians(candidates, rounds);
            System.out.println("\nA packet through examples/bpf/filter.c, all of a run included, in nanoseconds: "
                    + found.entrySet().stream()
                            .map(entry -> String.format(Locale.ROOT, "%s %.1f", entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining(", ")));
        } finally {
            open.reversed().forEach(BpfComparison::close);
        }
    }

    private static long repeat(PacketProgram program, PacketBatch batch, int times) {
        for (int i = 0; i < times; i += BATCH) {
            program.run(batch);
        }
        return batch.result(0);
    }

    /** Of other packets each time, or Java's compiler would see that the answer stays the same. */
    private static long repeat(byte[][] packets, int times) {
        long result = 0;
        for (int i = 0; i < times; i++) {
            result = PacketFilter.filter(packets[i % BATCH]);
        }
        return result;
    }

    /** By name, nanoseconds a run. */
    private static Map<String, Double> medians(List<Candidate> candidates, int rounds) {
        long wanted = candidates.getFirst().run.applyAsLong(1);
        double[][] times = new double[candidates.size()][rounds];
        for (int round = -1; round < rounds; round++) {
            for (int i = 0; i < times.length; i++) {
                double nanos = measure(candidates.get(i), wanted);
                if (round >= 0) times[i][round] = nanos;
            }
        }
        Map<String, Double> found = new LinkedHashMap<>();
        for (int i = 0; i < times.length; i++) {
            Arrays.sort(times[i]);
            found.put(candidates.get(i).name, times[i][rounds / 2]);
        }
        return found;
    }

    private static double row(
            BpfWorkload workload, boolean straight, ProgramSpace space, MemorySegment context, int rounds) {
        Instructions program = straight ? workload.straight() : workload.loop();
        List<AutoCloseable> open = new ArrayList<>();
        Map<String, Double> found;
        try {
            found = medians(candidates(workload, program, straight, space, context.address(), open), rounds);
        } finally {
            open.forEach(BpfComparison::close);
        }
        found.replaceAll((name, nanos) -> nanos / workload.executed());
        double ratio = found.get("ours") / found.getOrDefault("kernel", Double.NaN);
        System.out.printf(Locale.ROOT, "| %s%s |", workload.name().toLowerCase(Locale.ROOT), straight ? "" : ", loop");
        for (String name : List.of("ours", "fiber", "kernel", "dpdk", "java")) {
            System.out.print(found.containsKey(name) ? String.format(Locale.ROOT, " %.3f |", found.get(name)) : " |");
        }
        System.out.printf(Locale.ROOT, " %.2f |%n", ratio);
        return ratio;
    }

    private static List<Candidate> candidates(
            BpfWorkload workload,
            Instructions program,
            boolean straight,
            ProgramSpace space,
            long context,
            List<AutoCloseable> open) {
        List<Candidate> candidates = new ArrayList<>();
        CompiledProgram ours =
                space.load(program, Environment.NONE, ProgramSpace.Options.DEFAULT.bound(program.size()));
        CompiledProgram fiber = space.load(program, Environment.NONE, ProgramSpace.Options.DEFAULT);
        open.add(ours);
        open.add(fiber);
        candidates.add(new Candidate("ours", times -> repeat(ours, context, times), -1));
        candidates.add(new Candidate("fiber", times -> repeat(fiber, context, times), -1));
        try {
            KernelBpf kernel = new KernelBpf(program);
            open.add(kernel);
            candidates.add(new Candidate("kernel", kernel::run, 0xFFFF_FFFFL));
        } catch (IOException absent) {
            System.err.println(workload + ": " + absent.getMessage());
        }
        if (straight && !workload.branches()) { // DPDK's verifier walks each of 2^n ways
            try {
                DpdkBpf dpdk = new DpdkBpf(program, Integer.BYTES);
                open.add(dpdk);
                candidates.add(new Candidate("dpdk", times -> repeat(dpdk, context, times), -1));
            } catch (IOException absent) {
                System.err.println(workload + ": " + absent.getMessage());
            }
        }
        if (!straight) {
            candidates.add(new Candidate("java", times -> repeat(workload, times), -1));
        }
        return candidates;
    }

    private static long repeat(CompiledProgram program, long context, int times) {
        long result = 0;
        for (int i = 0; i < times; i++) {
            result = program.run(context, 0);
        }
        return result;
    }

    private static long repeat(DpdkBpf program, long context, int times) {
        long result = 0;
        for (int i = 0; i < times; i++) {
            result = program.run(context);
        }
        return result;
    }

    private static long repeat(BpfWorkload workload, int times) {
        long result = 0;
        for (int i = 0; i < times; i++) {
            result = workload.java(KernelBpf.PACKET);
        }
        return result;
    }

    /** Nanoseconds a run. */
    private static double measure(Candidate candidate, long wanted) {
        int times = BATCH;
        while (true) {
            long start = Runner.now();
            long result = candidate.run.applyAsLong(times);
            long nanos = Runner.now() - start;
            if (((wanted ^ result) & candidate.mask) != 0) {
                throw new IllegalStateException(
                        candidate.name + ": " + Long.toHexString(result) + " instead of " + Long.toHexString(wanted));
            }
            if (nanos >= MILLIS * 1e6) return (double) nanos / times;
            times *= 2;
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
