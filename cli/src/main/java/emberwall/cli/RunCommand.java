package emberwall.cli;

import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.Store;
import emberwall.engine.ValidModule;
import emberwall.wasi.Wasi;
import emberwall.wasi.WasiBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code emberwall run}: one guest, from its bytes to its exit status. */
final class RunCommand {
    private static final String START = "_start";
    private static final String READ_ONLY = ":ro";
    private static final String AS = "::";
    private static final int MOST_THREADS = 64;

    private final ParseResult options;
    private final String file;
    private final List<String> arguments;

    private RunCommand(ParseResult options) {
        this.options = options;
        this.file = options.matchedPositionalValue(0, null);
        this.arguments = options.matchedPositionalValue(1, List.of());
    }

    static int run(ParseResult options) {
        return new RunCommand(options).run();
    }

    private int run() {
        Config config = config();
        String timeout = value("--timeout");
        Duration limit = timeout == null ? null : Duration.ofNanos(Quantity.nanos("--timeout", timeout));
        WasiBuilder host = host();
        // First what needs nothing of the system, since Engine.prepare is still at work for the rest.
        ValidModule valid = ModuleFile.validate(file, config);
        Wasi wasi = wasi(host);

        // Neither engine nor module is closed: the process ends with the command, and takes everything along faster.
        Engine engine = Outcome.engine(config);
        return Outcome.of(file, () -> {
            try {
                CompiledModule module = engine.compile(valid);
                Store store = engine.newStore();
                if (limit != null) store.timeout(limit);
                Instance instance = module.instantiate(store, wasi.addTo(Imports.of(), module, store));
                String invoked = value("--invoke");
                return invoked == null ? start(wasi, instance) : invoke(wasi, instance, invoked);
            } finally {
                if (options.hasMatchedOption("--stats")) StatisticsTable.print(engine);
            }
        });
    }

    private int start(Wasi wasi, Instance instance) {
        if (instance.export(START) instanceof Function start) {
            FunctionType type = start.type();
            if (type.parameterCount() + type.resultCount() == 0) return wasi.run(instance);
        }
        throw Failure.usage(file + " exports no function " + START + "; name another with --invoke");
    }

    private int invoke(Wasi wasi, Instance instance, String name) {
        if (!(instance.export(name) instanceof Function function)) {
            throw Failure.usage(file + " exports no function " + name);
        }
        FunctionType type = function.type();
        int count = type.parameterCount();
        if (arguments.size() != count) {
            throw Failure.usage(name + " has the type " + type + " and takes " + count + " arguments, given were "
                    + arguments.size());
        }
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) values[i] = Values.parse(type.parameter(i), arguments.get(i));
        wasi.initialize(instance);
        print(type, function.call(values));
        return Status.OK;
    }

    private static void print(FunctionType type, Object result) {
        if (type.resultCount() == 0) return;
        StringBuilder lines = new StringBuilder();
        Object[] results = type.resultCount() == 1 ? new Object[] {result} : (Object[]) result;
        for (Object each : results) lines.append(Values.text(each)).append('\n');
        Main.output().print(lines);
    }

    private Config config() {
        Config.Builder config = EngineOptions.config(options).statistics(options.hasMatchedOption("--stats"));
        String memory = value("--max-memory");
        if (memory != null) config.maxMemory(Quantity.bytes("--max-memory", memory));
        String heap = value("--max-heap");
        if (heap != null) config.maxHeap(Quantity.bytes("--max-heap", heap));
        String stack = value("--max-stack");
        if (stack != null) config.maxStack(Quantity.bytes("--max-stack", stack));
        try {
            return config.build();
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private WasiBuilder host() {
        WasiBuilder wasi = Wasi.builder().inheritStdio().endOnClosedPipe(true).threads(threads());
        if (value("--invoke") == null) wasi.args(file).args(arguments);
        else wasi.args(file);
        List<String> variables = options.matchedOptionValue("--env", List.of());
        for (String variable : variables) {
            int equals = variable.indexOf('=');
            if (equals < 1) throw Failure.usage("--env: '" + variable + "' is not NAME=VALUE");
            wasi.env(variable.substring(0, equals), variable.substring(equals + 1));
        }
        List<String> folders = options.matchedOptionValue("--dir", List.of());
        for (String folder : folders) open(wasi, folder);
        return wasi;
    }

    private static Wasi wasi(WasiBuilder host) {
        try {
            return host.build();
        } catch (IOException e) {
            throw new Failure(Status.NO_INPUT, e.getMessage());
        } catch (UnsupportedOperationException e) {
            throw new Failure(Status.NO_RESOURCE, e.getMessage());
        }
    }

    /** Opens what {@code HOST[::GUEST][:ro]} says. */
    private static void open(WasiBuilder wasi, String text) {
        boolean readOnly = text.endsWith(READ_ONLY);
        String rest = readOnly ? text.substring(0, text.length() - READ_ONLY.length()) : text;
        int as = rest.indexOf(AS);
        String host = as < 0 ? rest : rest.substring(0, as);
        String guest = as < 0 ? rest : rest.substring(as + AS.length());
        if (host.isEmpty() || guest.isEmpty()) throw Failure.usage("--dir: '" + text + "' is not HOST[::GUEST][:ro]");
        Path path;
        try {
            path = Path.of(host);
        } catch (InvalidPathException e) {
            throw Failure.usage("--dir: " + e.getMessage());
        }
        if (!Files.isDirectory(path)) {
            throw new Failure(Status.NO_INPUT, host + (Files.exists(path) ? ": not a folder" : ": no such folder"));
        }
        wasi.preopen(path, guest, readOnly);
    }

    private int threads() {
        String text = value("--max-threads");
        if (text == null) return MOST_THREADS;
        try {
            int most = Integer.parseInt(text);
            if (most >= 0) return most;
        } catch (NumberFormatException e) {
            // said below
        }
        throw Failure.usage("--max-threads: '" + text + "' is no number of threads");
    }

    private String value(String option) {
        return options.matchedOptionValue(option, null);
    }
}
