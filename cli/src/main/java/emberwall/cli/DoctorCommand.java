package emberwall.cli;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Machine;
import emberwall.engine.Tier;
import emberwall.wasi.Wasi;
import java.io.PrintStream;
import java.util.Locale;

/** {@code emberwall doctor}: what this machine allows, and what is therefore used. */
final class DoctorCommand {
    private static final int LABEL = 22;

    private final PrintStream out = Main.output();

    private DoctorCommand() {}

    static int run() {
        return new DoctorCommand().examine();
    }

    private int examine() {
        section("Machine");
        line("operating system", property("os.name") + " " + property("os.version"));
        line("processor", property("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " available");
        line("memory", orUnknown(ProcFile.line("/proc/meminfo", "MemTotal:")));

        section("Java");
        line("emberwall", Main.version());
        line("virtual machine", property("java.vm.name") + " " + property("java.vm.version"));
        line("from", property("java.home"));

        section("Limits");
        line("mappings", orUnknown(ProcFile.text("/proc/sys/vm/max_map_count")) + " at most");
        line("overcommit", overcommit(ProcFile.text("/proc/sys/vm/overcommit_memory")));
        line("address space", limit("Max address space"));
        line(
                "seccomp",
                "0".equals(ProcFile.line("/proc/self/status", "Seccomp:")) ? "no filter" : "a filter is active");

        section("Native code");
        Machine machine = Machine.examine();
        line("allowed", machine.refusal() == null ? "yes" : "no: " + machine.refusal());
        if (machine.refusal() == null) {
            line("processor features", String.join(" ", machine.features()));
            for (Machine.CodeMemory way : machine.codeMemory()) {
                line("code memory", way.name() + ": " + (way.refusal() == null ? "works" : way.refusal()));
            }
            line("fault handler", machine.guardPages() ? "proven" : "does not work here");
        }
        line("paths in folders", resolution());

        section("Therefore");
        return verdict();
    }

    private int verdict() {
        try (Engine engine = Engine.start(Config.DEFAULT)) {
            boolean compiled = engine.tier() != Tier.REFERENCE;
            line("tier", lower(engine.tier()) + (compiled ? "" : ", which is slow"));
            line("bounds", compiled ? lower(engine.bounds()) : "checked by the interpreter");
            line("polls", engine.config().polls() ? "on: guests can be interrupted" : "off");
            line("masking", engine.config().masking() ? "on: table indices and explicit bounds" : "off");
            return Status.OK;
        } catch (IllegalStateException e) {
            line("nothing", "the engine does not start: " + e.getMessage());
            return Status.NO_RESOURCE;
        }
    }

    private static String resolution() {
        return switch (Wasi.pathResolution()) {
            case "openat2" -> "openat2: the kernel keeps paths beneath";
            case "walk" -> "walked name by name, since the kernel lacks openat2";
            default -> "no folders can be opened";
        };
    }

    private static String overcommit(String mode) {
        return switch (mode) {
            case null -> "unknown";
            case "0" -> "0: heuristic";
            case "1" -> "1: always";
            case "2" -> "2: never, so reservations must be paid for";
            default -> mode;
        };
    }

    private static String limit(String name) {
        String line = ProcFile.line("/proc/self/limits", name);
        if (line == null) return "unknown";
        int end = line.indexOf(' ');
        return end < 0 ? line : line.substring(0, end);
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown");
    }

    private static String orUnknown(String text) {
        return text == null ? "unknown" : text;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void section(String name) {
        out.println(name);
    }

    private void line(String label, String value) {
        out.println("  " + label + " ".repeat(Math.max(1, LABEL - label.length())) + value);
    }
}
