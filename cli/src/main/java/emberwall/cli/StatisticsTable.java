package emberwall.cli;

import emberwall.engine.Engine;
import emberwall.engine.Statistics;
import emberwall.engine.Tier;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What {@code --stats} prints: what was compiled, how fast, and what it took. */
final class StatisticsTable {
    private static final int LABEL = 24;
    private static final int VALUE = 14;

    private final StringBuilder text = new StringBuilder();

    private StatisticsTable() {}

    static void print(Engine engine) {
        StatisticsTable table = new StatisticsTable();
        table.fill(engine);
        byte[] bytes = table.text.toString().getBytes(StandardCharsets.UTF_8);
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }

    private void fill(Engine engine) {
        Statistics statistics = engine.statistics();
        row("tier", engine.tier().name().toLowerCase(java.util.Locale.ROOT), "");
        row("bounds", engine.bounds().name().toLowerCase(java.util.Locale.ROOT), "");
        row("module", Quantity.text(statistics.moduleBytes()), "");
        row(
                "decode and validate",
                Quantity.time(statistics.loadNanos()),
                rate(statistics.moduleBytes(), statistics.loadNanos()));
        row("functions compiled", Long.toString(statistics.functions()), "");
        if (engine.tier() == Tier.OPTIMIZING) row("  optimized", Long.toString(statistics.optimized()), "");
        for (Map.Entry<String, Long> reason : statistics.declined().entrySet()) {
            row("  by baseline", Long.toString(reason.getValue()), reason.getKey());
        }
        row("  WebAssembly", Quantity.text(statistics.bytecodeBytes()), "");
        row(
                "  machine code",
                Quantity.text(statistics.codeBytes()),
                ratio(statistics.codeBytes(), statistics.bytecodeBytes()));
        row(
                "  time",
                Quantity.time(statistics.compileNanos()),
                rate(statistics.bytecodeBytes(), statistics.compileNanos()));
        for (Map.Entry<String, Long> stage : statistics.stageNanos().entrySet()) {
            row("    " + stage.getKey(), Quantity.time(stage.getValue()), "");
        }
        row("code memory", Quantity.text(statistics.codeMemory()), "");
        row("resident memory", residentMemory(), "");
        long exits = 0;
        for (long count : statistics.exits().values()) exits += count;
        row("exits", Long.toString(exits), "");
        for (Map.Entry<String, Long> kind : statistics.exits().entrySet()) {
            if (kind.getValue() != 0) row("  " + kind.getKey(), Long.toString(kind.getValue()), "");
        }
    }

    private void row(String label, String value, String remark) {
        text.append(label).append(" ".repeat(Math.max(1, LABEL - label.length())));
        text.append(" ".repeat(Math.max(0, VALUE - value.length()))).append(value);
        if (!remark.isEmpty()) text.append("   ").append(remark);
        text.append('\n');
    }

    private static String rate(long bytes, long nanos) {
        return nanos == 0 ? "" : Quantity.decimal(bytes * 1e3 / nanos, 1) + " MB/s";
    }

    private static String ratio(long bytes, long of) {
        return of == 0 ? "" : Quantity.decimal((double) bytes / of, 1) + " bytes per byte";
    }

    /** The most memory that this process has had, the JVM's own included; as the kernel says it. */
    private static String residentMemory() {
        String line = ProcFile.line("/proc/self/status", "VmHWM:");
        return line == null ? "unknown" : line;
    }
}
