package emberwall.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Everybody whom {@link Compare} knows, and how each is started. */
final class Contenders {
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String WASMTIME = "7.0.1 (wasmtime-java 0.19.0), Cranelift, opt_level speed";

    /** Seconds in which a JVM may compile a module again and again, to be warm. */
    private static final String WARM_UP = "12";

    private final Setting setting;
    private final List<Contender> all = new ArrayList<>();

    private Contenders(Setting setting) {
        this.setting = setting;
    }

    /** Two builds of Emberwall, in the tier that each takes by itself. */
    static List<Contender> builds(Setting setting, String before) {
        Contenders contenders = new Contenders(setting);
        contenders.emberwall("before", "before", before);
        contenders.emberwall("now", "now", CLASS_PATH);
        return contenders.all;
    }

    /**
     * The contenders that are there, in the order of the table.
     *
     * @param wanted their keys, or "all"; nothing: all but the tier that takes minutes
     */
    static List<Contender> named(Setting setting, Set<String> wanted) throws IOException, InterruptedException {
        Contenders contenders = new Contenders(setting);
        contenders.addAll();
        List<Contender> named = new ArrayList<>(contenders.all);
        if (wanted.isEmpty()) named.removeIf(each -> each.key().equals("cc"));
        else if (!wanted.contains("all")) named.removeIf(each -> !wanted.contains(each.key()));
        for (String key : wanted) {
            if (!key.equals("all")
                    && named.stream().noneMatch(each -> each.key().equals(key))) {
                throw new IllegalArgumentException("nobody here is called " + key + ", but "
                        + String.join(
                                ", ",
                                contenders.all.stream().map(Contender::key).toList()));
            }
        }
        return named;
    }

    private void addAll() throws IOException, InterruptedException {
        emberwall("baseline", "Emberwall baseline", CLASS_PATH, "-Dtier=baseline");
        emberwall("baseline-explicit", "baseline, explicit bounds", CLASS_PATH, "-Dtier=baseline", "-Dbounds=explicit");
        emberwall("optimizing", "Emberwall optimizing", CLASS_PATH, "-Dtier=optimizing");
        emberwall(
                "optimizing-explicit",
                "optimizing, explicit bounds",
                CLASS_PATH,
                "-Dtier=optimizing",
                "-Dbounds=explicit");
        String gcc = Setting.firstLine("gcc", "--version");
        if (gcc != null) throughC(gcc);
        String node = Setting.firstLine("node", "-p", "process.version + ', V8 ' + process.versions.v8");
        if (node != null) {
            v8("liftoff", "V8 Liftoff", node, "--liftoff-only", "--no-wasm-lazy-compilation");
            v8("turbofan", "V8 TurboFan", node, "--no-liftoff", "--no-wasm-lazy-compilation");
            v8("v8", "V8 default", node);
        }
        wasmtime();
        if (gcc != null) all.add(new Native(setting, "gcc", "gcc", "-O2", gcc));
        for (String clang : List.of("clang-19", "clang")) {
            String version = Setting.firstLine(clang, "--version");
            if (version == null) continue;
            all.add(new Native(setting, "clang", clang, "-O3", version));
            break;
        }
    }

    private List<String> java(String classPath, String main, String... properties) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(properties));
        if (setting.cpuClock()) command.add("-Dclock=cpu");
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, "emberwall.bench." + main));
        return command;
    }

    private void emberwall(String key, String name, String classPath, String... properties) {
        List<String> command = java(classPath, "Runner", properties);
        all.add(new EngineProcess(setting, key, name, "this build", command, command, List.of(WARM_UP)));
    }

    /** Compiling happens in another process here, so that only the clock on the wall sees it. */
    private void throughC(String gcc) {
        List<String> command = java(CLASS_PATH, "Runner", "-Dtier=cc");
        all.add(new EngineProcess(
                setting, "cc", "Emberwall cc", "this build, through " + gcc, command, List.of(), List.of()));
    }

    /** Node's engine through the runner that lies beside the programs, in the mode that flags say. */
    private void v8(String key, String name, String version, String... flags) throws IOException {
        String script = Programs.folder().resolve("src/v8.mjs").toString();
        List<String> runner = new ArrayList<>(List.of("node"));
        runner.addAll(List.of(flags));
        List<String> compiler = new ArrayList<>(runner);
        runner.addAll(List.of("--require", host(setting.cpuClock()).toString(), script, "bench"));
        compiler.addAll(List.of("--require", host(true).toString(), script, "compile"));
        // Without flags V8 compiles when functions are called; a second time it would find the first module.
        if (flags.length == 0) compiler = List.of();
        String how = version + (flags.length == 0 ? "" : ", " + String.join(" ", flags));
        all.add(new EngineProcess(setting, key, name, how, runner, compiler, List.of("1")));
    }

    /**
     * A script that Node reads first: functions of WASI that the runner's small host lacks say that they are not there
     * (esbuild imports more than it calls), and the clock counts processor time where that is asked for.
     */
    private Path host(boolean cpuClock) throws IOException {
        Path script = setting.work().resolve(cpuClock ? "host-cpu.cjs" : "host.cjs");
        String lacking = """
                const Plain = WebAssembly.Instance;
                WebAssembly.Instance = class extends Plain {
                  constructor(module, imports) {
                    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
                      imports[from][name] ??= () => (name === 'sched_yield' ? 0 : 52);
                    }
                    super(module, imports);
                  }
                };
                """;
        String clock = """
                const now = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1000; };
                Object.defineProperty(globalThis, 'performance', { value: { now } });
                """;
        return Files.writeString(script, cpuClock ? lacking + clock : lacking);
    }

    private void wasmtime() {
        List<String> runner = java(CLASS_PATH, "WasmtimeRunner");
        // One thread, as processor time includes what threads wait for each other.
        List<String> compiler = new ArrayList<>(List.of("env", "RAYON_NUM_THREADS=1"));
        compiler.addAll(runner);
        all.add(new EngineProcess(setting, "wasmtime", "Wasmtime", WASMTIME, runner, compiler, List.of("1")));
    }
}
