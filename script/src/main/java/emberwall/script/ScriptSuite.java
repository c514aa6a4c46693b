package emberwall.script;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Statistics;
import emberwall.script.ScriptReport.Failed;
import emberwall.wasm.Features;
import emberwall.wasm.ModuleException;
import emberwall.wasm.text.Script;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Plays scripts, each in an engine that has the features which the script may use. */
public final class ScriptSuite implements AutoCloseable {
    private final Config config;
    private final Features features;
    private final Map<Features, Engine> engines = new HashMap<>();

    /** Engines will be as this says, but for the features: each script has what it may use. */
    public ScriptSuite(Config config) {
        this(config, null);
    }

    /**
     * Engines will be as this says, but for the features.
     *
     * @param features what all scripts may use; null for what each one's path says
     */
    public ScriptSuite(Config config, Features features) {
        this.config = config;
        this.features = features;
    }

    /** Reads and plays a script; one that cannot be read is reported as a failure. */
    public ScriptReport run(ScriptFile file) {
        Script script;
        try {
            script = file.read();
        } catch (IOException | ModuleException unreadable) {
            Failed failed = new Failed(1, "script", "cannot be read: " + unreadable.getMessage());
            return new ScriptReport(file.path().toString(), 0, 0, List.of(failed), List.of());
        }
        Features allowed = features == null ? file.features() : features;
        return allowed == null
                ? ScriptRunner.skipped(script, "a proposal that is not known")
                : ScriptRunner.run(engine(allowed), script);
    }

    /** What was compiled so far, for people: how many functions, how many of them by the optimizing compiler, and why not others. */
    public String compiled() {
        long functions = 0;
        long optimized = 0;
        Map<String, Long> declined = new TreeMap<>();
        for (Engine engine : engines.values()) {
            Statistics statistics = engine.statistics();
            functions += statistics.functions();
            optimized += statistics.optimized();
            statistics.declined().forEach((reason, count) -> declined.merge(reason, count, Long::sum));
        }
        return functions + " functions compiled, " + optimized + " of them optimized, declined " + declined;
    }

    private Engine engine(Features features) {
        return engines.computeIfAbsent(
                features,
                wanted -> Engine.start(config.toBuilder().features(wanted).build()));
    }

    @Override
    public void close() {
        engines.values().forEach(Engine::close);
    }
}
