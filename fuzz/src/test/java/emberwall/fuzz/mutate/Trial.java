package emberwall.fuzz.mutate;

import emberwall.engine.Bounds;
import emberwall.engine.CompiledModule;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.EngineLimitException;
import emberwall.engine.Extern;
import emberwall.engine.Function;
import emberwall.engine.FunctionType;
import emberwall.engine.GlobalType;
import emberwall.engine.ImportType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.engine.LinkException;
import emberwall.engine.Memory;
import emberwall.engine.MemoryType;
import emberwall.engine.Store;
import emberwall.engine.TableType;
import emberwall.engine.TagType;
import emberwall.engine.Tier;
import emberwall.engine.Trap;
import emberwall.engine.UnsupportedFeatureException;
import emberwall.engine.WasmException;
import emberwall.op.TrapReason;
import emberwall.wasm.ModuleException;
import emberwall.wasm.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What becomes of bytes in one engine: refused, or run within limits. Anything else is thrown. */
final class Trial implements AutoCloseable {
    private static final int CALLS = 6;
    private static final Duration TIME = Duration.ofMillis(20);

    /** What is tried: a name, and what the engine is told. */
    enum Kind {
        REFERENCE(Tier.REFERENCE, Bounds.AUTO),
        GUARD(Tier.BASELINE, Bounds.GUARD),
        EXPLICIT(Tier.BASELINE, Bounds.EXPLICIT);

        private final Config config;

        Kind(Tier tier, Bounds bounds) {
            config = Config.builder()
                    .tier(tier)
                    .bounds(bounds)
                    .maxMemory(1 << 24)
                    .maxTable(20_000)
                    .maxStack(1 << 17)
                    .maxNesting(20)
                    .build();
        }
    }

    /**
     * How it went.
     *
     * @param steps what came out, step by step; equal in all engines as far as they are {@code comparable}
     * @param comparable how many of the steps are the same wherever the module runs: time, stack and memory are not
     * @param ran whether it was instantiated
     */
    record Outcome(List<String> steps, int comparable, boolean ran) {}

    private final Engine engine;
    private final List<String> steps = new ArrayList<>();
    private int comparable;
    private boolean ran;

    Trial(Kind kind) {
        engine = Engine.start(kind.config);
    }

    @Override
    public void close() {
        engine.close();
    }

    /** Compiles, instantiates, calls what is exported; the same choices lead to the same arguments. */
    Outcome run(byte[] bytes, SplittableRandom choices) {
        steps.clear();
        comparable = Integer.MAX_VALUE;
        ran = false;
        try (CompiledModule module = engine.compile(bytes);
                Store store = engine.newStore()) {
            store.timeout(TIME);
            run(module, store, choices);
        } catch (ModuleException refusal) {
            check(refusal, bytes.length);
            steps.add(refusal.getMessage());
        }
        return new Outcome(List.copyOf(steps), Math.min(comparable, steps.size()), ran);
    }

    private static void check(ModuleException refusal, int length) {
        if (refusal.offset() < 0
                || refusal.offset() > length
                || refusal.problem().isBlank()) {
            throw new AssertionError(
                    "no clear error: \"" + refusal.getMessage() + "\" of " + length + " bytes", refusal);
        }
    }

    private void run(CompiledModule module, Store store, SplittableRandom choices) {
        Instance instance;
        try {
            instance = module.instantiate(store, provide(module, store));
        } catch (UnsupportedFeatureException | EngineLimitException e) {
            differs(e.getMessage());
            return;
        } catch (LinkException e) {
            steps.add("cannot be linked");
            return;
        } catch (Trap trap) {
            step(trap);
            return;
        } catch (WasmException exception) {
            steps.add(exception.getMessage());
            return;
        }
        ran = true;
        int calls = 0;
        for (Map.Entry<String, Extern> export : instance.exports().entrySet()) {
            if (export.getValue() instanceof Function function && calls++ < CALLS && comparable > steps.size()) {
                call(function, choices);
            }
        }
        for (Extern export : instance.exports().values()) {
            if (export instanceof Memory memory) {
                steps.add("memory of " + memory.size() + " pages, hash " + hash(memory));
            }
        }
    }

    private void call(Function function, SplittableRandom choices) {
        FunctionType type = function.type();
        Object[] arguments = new Object[type.parameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = value(type.parameter(i), choices);
        }
        try {
            Object result = function.call(arguments);
            Object[] results = result instanceof Object[] several ? several : new Object[] {result};
            StringBuilder text = new StringBuilder("gave");
            for (Object each : results) {
                text.append(' ').append(text(each));
            }
            steps.add(text.toString());
        } catch (Trap trap) {
            step(trap);
        } catch (WasmException exception) {
            steps.add(exception.getMessage());
        } catch (IllegalArgumentException e) {
            // A parameter of a type of which Java has no value.
            differs(e.getMessage());
        }
    }

    private void step(Trap trap) {
        boolean always =
                trap.reason().compareTo(TrapReason.OUT_OF_MEMORY) < 0 && trap.reason() != TrapReason.STACK_EXHAUSTED;
        if (always) {
            steps.add("trap: " + trap.getMessage());
        } else {
            differs("trap: " + trap.getMessage());
        }
    }

    /** This and what follows may be otherwise elsewhere. */
    private void differs(String step) {
        comparable = Math.min(comparable, steps.size());
        steps.add(step);
    }

    /** What is left of a value when the identity of references and of NaNs is taken away. */
    private static String text(Object value) {
        return switch (value) {
            case null -> "null";
            case Float f -> "f32 " + Integer.toHexString(Float.floatToIntBits(f));
            case Double d -> "f64 " + Long.toHexString(Double.doubleToLongBits(d));
            case Number number -> number.toString();
            default -> "reference";
        };
    }

    private static Object value(int type, SplittableRandom choices) {
        boolean small = choices.nextBoolean();
        return switch (type) {
            case ValueType.I32 -> small ? choices.nextInt(-2, 10) : choices.nextInt();
            case ValueType.I64 -> small ? choices.nextLong(-2, 10) : choices.nextLong();
            case ValueType.F32 -> small ? choices.nextInt(-2, 10) : (float) choices.nextGaussian() * 1e10f;
            case ValueType.F64 -> small ? choices.nextInt(-2, 10) : choices.nextGaussian() * 1e20;
            default -> null;
        };
    }

    private static long hash(Memory memory) {
        long hash = 0;
        byte[] page = new byte[Memory.PAGE_SIZE];
        for (long at = 0; at < memory.bytes(); at += page.length) {
            memory.read(at, page, 0, page.length);
            hash = 31 * hash + Arrays.hashCode(page);
        }
        return hash;
    }

    /** What the module wants, as it wants it, where the host can make such things. */
    private static Imports provide(CompiledModule module, Store store) {
        Imports imports = Imports.of();
        for (ImportType wanted : module.imports()) {
            try {
                switch (wanted.type()) {
                    case FunctionType type -> imports.function(wanted.module(), wanted.name(), type, call -> {});
                    case MemoryType type -> imports.memory(wanted.module(), wanted.name(), store.newMemory(type));
                    case TableType type -> imports.table(wanted.module(), wanted.name(), store.newTable(type, null));
                    case GlobalType type ->
                        imports.global(
                                wanted.module(), wanted.name(), store.newGlobal(type, value(type.value(), zero())));
                    case TagType type -> imports.tag(wanted.module(), wanted.name(), store.newTag(type));
                }
            } catch (IllegalArgumentException | EngineLimitException e) {
                // Not to be had: then the module cannot be linked.
            }
        }
        return imports;
    }

    private static SplittableRandom zero() {
        return new SplittableRandom(0);
    }
}
