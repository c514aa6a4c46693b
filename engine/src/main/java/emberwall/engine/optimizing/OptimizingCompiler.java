package emberwall.engine.optimizing;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Checker;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.alloc.LinearScan;
import emberwall.codegen.alloc.Listing;
import emberwall.codegen.alloc.TooLargeException;
import emberwall.codegen.select.Emitter;
import emberwall.codegen.select.Selector;
import emberwall.engine.code.DeclinedException;
import emberwall.engine.code.FunctionCode;
import emberwall.engine.code.FunctionCompiler;
import emberwall.engine.code.InlinedCalls;
import emberwall.engine.code.ModuleContext;
import emberwall.engine.code.OperatorFeatures;
import emberwall.engine.optimizing.StageTimes.Stage;
import emberwall.ir.Graph;
import emberwall.ir.Pass;
import emberwall.ir.Printer;
import emberwall.ir.Schedule;
import emberwall.ir.Verifier;
import emberwall.wasm.FunctionInfo;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Compiles functions by way of graphs. */
public final class OptimizingCompiler implements FunctionCompiler {
    /** A system property to look for a function that is compiled wrong: {@code 10-20} declines all but those. */
    private static final String ONLY = "emberwall.optimize.only";

    /** Up to how many bytes of body a function is worth the time. */
    private static final int MOST_BYTES = 2 << 20;
    /** How much of Java's heap there has to be for each byte of a body: about twice what all stages take together. */
    private static final int HEAP_PER_BYTE = 500;

    private final BooleanSupplier interrupted;
    private final StageTimes times;
    private final int first;
    private final int last;
    private final long mostBytes;

    private final Assembler a = new Assembler(1 << 16);
    private final Code code = new Code();
    private final Selector selector = new Selector(code);
    private final LinearScan scan = new LinearScan();
    private final Emitter emitter = new Emitter(a);
    private final GuestLinkage linkage = new GuestLinkage();

    private BiConsumer<String, String> stages;
    /** When the stage at work began. */
    private long began;

    private ModuleContext context;
    private GraphBuilder builder;
    private int features;

    /**
     * A compiler.
     *
     * @param interrupted asked now and then during long work: whether to give up
     * @param times hears what each stage takes
     */
    public OptimizingCompiler(BooleanSupplier interrupted, StageTimes times) {
        this.interrupted = interrupted;
        this.times = times;
        String[] range = System.getProperty(ONLY, "0-" + Integer.MAX_VALUE).split("-", 2);
        first = Integer.parseInt(range[0]);
        last = Integer.parseInt(range[range.length - 1]);
        mostBytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PER_BYTE);
    }

    /**
     * Says who sees what functions are on the way to machine code.
     *
     * @param watcher gets the name of each stage and the function as text; null for nobody
     */
    public void watch(BiConsumer<String, String> watcher) {
        stages = watcher;
    }

    private void show(String stage, Supplier<String> text) {
        if (stages != null) {
            stages.accept(stage, text.get());
        }
    }

    private void done(Stage stage) {
        long now = System.nanoTime();
        times.add(stage, now - began);
        began = now;
    }

    @Override
    public FunctionCode compile(ModuleContext module, FunctionInfo info, boolean withBoundaries) {
        int function = info.function();
        if (function < first || function > last) {
            throw new DeclinedException("not among those of " + ONLY);
        }
        if (module.module().bodyEnd(function) - info.codeOffset() > mostBytes) {
            throw new DeclinedException("too large");
        }
        begin(module);
        began = System.nanoTime();
        Graph graph = graph(info);
        done(Stage.BUILD);
        Schedule schedule = schedule(graph);
        lookForInterruption();
        selector.select(graph, schedule, linkage, features);
        done(Stage.SELECT);
        show("instructions", () -> Listing.of(code, null, Emitter::name));
        lookForInterruption();
        Allocation allocation = allocate();
        done(Stage.ALLOCATE);
        show("registers", () -> Listing.of(code, allocation, Emitter::name));
        assert Checker.isRight(code, allocation, Emitter.allocatable());
        a.reset();
        linkage.begin(module, info.codeOffset(), allocation, selector.catchesVectors());
        emitter.emit(selector, allocation, linkage, features, withBoundaries);
        done(Stage.EMIT);
        InlinedCalls inlined = builder.inlined();
        return new FunctionCode(
                function,
                a,
                linkage.positions(),
                linkage.references().build(),
                linkage.states(),
                linkage.handlers(a),
                linkage.frameBytes() + 16,
                withBoundaries ? boundaries(inlined) : null,
                inlined);
    }

    /** Where code comes from in the function itself: what stands in the place of calls comes from those. */
    private int[] boundaries(InlinedCalls inlined) {
        int[] pairs = emitter.boundaries();
        for (int i = 1; i < pairs.length; i += 2) {
            while (inlined.has(pairs[i])) {
                pairs[i] = inlined.caller(pairs[i]);
            }
        }
        return pairs;
    }

    private void begin(ModuleContext module) {
        if (!module.equals(context)) {
            context = module;
            builder = new GraphBuilder(module);
            features = OperatorFeatures.of(module.cpuFeatures());
        }
    }

    private Graph graph(FunctionInfo info) {
        try {
            Graph graph = builder.build(info);
            show("graph", () -> Printer.print(graph));
            return graph;
        } catch (Unsupported lacking) {
            throw new DeclinedException(lacking.getMessage());
        }
    }

    /** Improves a graph and gives its nodes places. */
    private Schedule schedule(Graph graph) {
        assert isWellFormed(graph);
        Pass.runAll(graph, (pass, changed) -> {
            lookForInterruption();
            assert isWellFormed(changed) : pass;
            show(pass.name(), () -> Printer.print(changed));
        });
        done(Stage.PASSES);
        Schedule schedule = Schedule.of(graph);
        done(Stage.SCHEDULE);
        show("schedule", () -> Printer.print(graph, schedule));
        return schedule;
    }

    private Allocation allocate() {
        try {
            return scan.allocate(code, Emitter.allocatable(), interrupted);
        } catch (TooLargeException tooLarge) {
            throw new DeclinedException(tooLarge.getMessage());
        }
    }

    private void lookForInterruption() {
        if (interrupted.getAsBoolean()) {
            throw new CancellationException("compilation interrupted");
        }
    }

    private static boolean isWellFormed(Graph graph) {
        Verifier.verify(graph);
        return true;
    }
}
