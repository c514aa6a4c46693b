package emberwall.engine.code;

import emberwall.asm.CodeBuffer;
import emberwall.asm.x64.Assembler;
import emberwall.codegen.CallLayout;
import emberwall.engine.baseline.BaselineCompiler;
import emberwall.engine.optimizing.OptimizingCompiler;
import emberwall.engine.optimizing.StageTimes;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.FaultHandler;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import emberwall.os.Cpu;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.FunctionType;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/** All machine code of an engine: where it lies, the thunks by shape, and the compilers that wait for work. */
public final class CodeCache implements AutoCloseable {
    /** A compiler that has had a larger function is not kept, with all the memory that took. */
    private static final int KEPT_BYTES = 1 << 18;

    private final CodeSpace space;
    private final FaultHandler.Range faults;
    private final boolean optimizing;
    private final boolean stops;
    private final boolean traps;
    private final boolean polls;
    private final boolean masking;
    private final long cpuFeatures;
    private final boolean systemV;
    private final ConcurrentHashMap<String, Shape> shapes = new ConcurrentHashMap<>();
    /** Guarded by itself. */
    private final Map<RuntimeFunction, Long> runtimeCells = new EnumMap<>(RuntimeFunction.class);

    private final ConcurrentLinkedQueue<Worker> idle = new ConcurrentLinkedQueue<>();

    private final LongAdder functions = new LongAdder();
    private final LongAdder optimized = new LongAdder();
    private final StageTimes stages = new StageTimes();
    private final ConcurrentHashMap<String, LongAdder> declined = new ConcurrentHashMap<>();
    final LongAdder bytecodeBytes = new LongAdder();
    final LongAdder codeBytes = new LongAdder();
    final LongAdder nanos = new LongAdder();

    /** Compilers between uses. Which interruption they look for changes with each use. */
    static final class Worker {
        private static final BooleanSupplier NEVER = () -> false;

        private BooleanSupplier interrupted = NEVER;
        private final FunctionCompiler baseline = new BaselineCompiler(() -> interrupted.getAsBoolean());
        private final OptimizingCompiler optimizing;
        /** Why the latest function was declined, or null. */
        private String declined;
        /** How many bytes of body the largest function had. */
        private int largest;

        /** Compilers; the optimizing one only if somebody hears what its stages take. */
        Worker(StageTimes times) {
            optimizing = times == null ? null : new OptimizingCompiler(() -> interrupted.getAsBoolean(), times);
        }

        /** From now on somebody wants to see what functions are on the way, or, if it is null, nobody does. */
        void watch(BiConsumer<String, String> stages) {
            if (optimizing != null) {
                optimizing.watch(stages);
            }
        }

        /** Compiles a function by the compiler that the engine wants, or by the other one if that declines. */
        FunctionCode compile(ModuleContext context, FunctionInfo info, boolean withBoundaries) {
            declined = null;
            int end = context.module().bodyEnd(info.function());
            largest = Math.max(largest, end - info.codeOffset());
            if (optimizing != null) {
                try {
                    return optimizing.compile(context, info, withBoundaries);
                } catch (DeclinedException reason) {
                    declined = reason.getMessage();
                }
            }
            return baseline.compile(context, info, withBoundaries);
        }
    }

    /**
     * Code memory of its own.
     *
     * @param optimizing whether functions are compiled by the optimizing compiler, where it does not decline
     * @param stops whether optimized code says what the frames of the source hold where it calls and polls
     * @param traps whether it says so where it may trap, too
     * @param systemV whether guest functions are called as C has it
     * @param faults whether faults in the code shall reach the fault handler
     * @param cpuMask which of the processor's features code may use
     * @throws emberwall.os.OsException if the system refuses it
     */
    public CodeCache(
            boolean optimizing,
            boolean stops,
            boolean traps,
            boolean systemV,
            boolean polls,
            boolean masking,
            long cpuMask,
            boolean faults) {
        this.optimizing = optimizing;
        this.stops = stops;
        this.traps = traps;
        this.polls = polls;
        this.masking = masking;
        cpuFeatures = Cpu.features() & cpuMask;
        this.systemV = systemV;
        space = CodeSpace.reserve();
        this.faults = faults ? registered(space) : null;
    }

    private static FaultHandler.Range registered(CodeSpace space) {
        boolean known = false;
        try {
            FaultHandler.Range range = FaultHandler.addCode(space.base(), space.bytes());
            known = true;
            return range;
        } finally {
            if (!known) {
                space.close();
            }
        }
    }

    /** The memory. */
    public CodeSpace space() {
        return space;
    }

    boolean recordsStops() {
        return stops;
    }

    boolean recordsTraps() {
        return traps;
    }

    boolean polls() {
        return polls;
    }

    boolean masking() {
        return masking;
    }

    /** Features that code may use, as bits of {@link Cpu.Feature}. */
    public long cpuFeatures() {
        return cpuFeatures;
    }

    boolean systemV() {
        return systemV;
    }

    /** Counts functions that another compiler made. */
    public void count(long made, long bytecode, long bytes, long time) {
        functions.add(made);
        bytecodeBytes.add(bytecode);
        codeBytes.add(bytes);
        nanos.add(time);
    }

    /** The shape of a function type. */
    public Shape shape(FunctionType type) {
        String key = Shape.key(type);
        Shape known = shapes.get(key);
        if (known != null) {
            return known;
        }
        CallLayout layout = CallLayout.of(Shape.classes(type.parameters()), Shape.classes(type.results()));
        Shape made = new Shape(this, layout);
        Shape other = shapes.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    /** The cell of the code in the place of a runtime exit, which is made when it is first asked for; 0 if there is none. */
    long runtimeCell(RuntimeFunction function) {
        synchronized (runtimeCells) {
            return runtimeCells.computeIfAbsent(function, this::newRuntimeCell);
        }
    }

    private long newRuntimeCell(RuntimeFunction function) {
        Assembler code = BulkCode.of(function);
        if (code == null) {
            return 0;
        }
        code.finish();
        long cell = space.allocateCells(1);
        space.setCell(cell, space.publish(code, function).address());
        return cell;
    }

    CodeBlob publish(CodeBuffer code, Object owner) {
        return space.publish(code, owner);
    }

    Worker takeWorker(BooleanSupplier interrupted) {
        Worker worker = idle.poll();
        if (worker == null) {
            worker = new Worker(optimizing ? stages : null);
        }
        worker.interrupted = interrupted;
        return worker;
    }

    void giveWorker(Worker worker) {
        worker.interrupted = Worker.NEVER;
        if (worker.largest <= KEPT_BYTES) {
            idle.add(worker);
        }
    }

    /** A worker's latest code is in use. */
    void count(Worker worker) {
        functions.increment();
        if (worker.declined != null) {
            declined.computeIfAbsent(worker.declined, reason -> new LongAdder()).increment();
        } else if (optimizing) {
            optimized.increment();
        }
    }

    /** How many functions were compiled. */
    public long functions() {
        return functions.sum();
    }

    /** How many of them by the optimizing compiler. */
    public long optimized() {
        return optimized.sum();
    }

    /** How many functions it left to the baseline compiler, by reason. */
    public Map<String, Long> declined() {
        Map<String, Long> counts = new TreeMap<>();
        declined.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** Nanoseconds that each stage of the optimizing compiler took. */
    public Map<String, Long> stageNanos() {
        return stages.nanos();
    }

    /** Bytes of the bodies of compiled functions. */
    public long bytecodeBytes() {
        return bytecodeBytes.sum();
    }

    /** Bytes of machine code that were made of them. */
    public long codeBytes() {
        return codeBytes.sum();
    }

    /** How long that took, over all threads. */
    public long nanos() {
        return nanos.sum();
    }

    /** Unmaps all code; no thread runs any of it, and none will. */
    @Override
    public void close() {
        if (faults != null) {
            faults.close();
        }
        space.close();
    }
}
