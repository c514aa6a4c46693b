package emberwall.cli;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Processor;
import emberwall.engine.Tier;
import emberwall.wasm.Features;
import picocli.CommandLine.ParseResult;

/** The options that say how an engine shall be, for every command that has one: each may have all of them or some. */
final class EngineOptions {
    private EngineOptions() {}

    /** The defaults, and what the options say. */
    static Config.Builder config(ParseResult options) {
        Config.Builder config = Config.builder();
        String tier = value(options, "--tier");
        if (tier != null) config.tier(tier(tier));
        String bounds = value(options, "--bounds");
        if (bounds != null) config.bounds(bounds(bounds));
        String cpu = value(options, "--cpu");
        if (cpu != null) config.cpu(cpu(cpu));
        Features features = features(options);
        if (features != null) config.features(features);
        return config;
    }

    /** What modules may use, as the option says; null without it. */
    static Features features(ParseResult options) {
        String text = value(options, "--features");
        if (text == null) return null;
        try {
            return Features.parse(text);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--features: " + e.getMessage());
        }
    }

    private static String value(ParseResult options, String name) {
        return options.matchedOptionValue(name, null);
    }

    private static Processor cpu(String text) {
        try {
            return Processor.of(text);
        } catch (IllegalArgumentException e) {
            throw Failure.usage("--cpu: " + e.getMessage());
        }
    }

    private static Tier tier(String text) {
        return switch (text) {
            case "auto" -> Tier.AUTO;
            case "baseline" -> Tier.BASELINE;
            case "optimizing" -> Tier.OPTIMIZING;
            case "reference" -> Tier.REFERENCE;
            case "cc" -> Tier.CC;
            default -> throw Failure.usage("--tier: '" + text + "' is not auto, baseline, optimizing, reference or cc");
        };
    }

    private static Bounds bounds(String text) {
        return switch (text) {
            case "guard" -> Bounds.GUARD;
            case "explicit" -> Bounds.EXPLICIT;
            default -> throw Failure.usage("--bounds: '" + text + "' is not guard or explicit");
        };
    }
}
