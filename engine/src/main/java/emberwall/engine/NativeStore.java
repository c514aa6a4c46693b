package emberwall.engine;

import emberwall.engine.code.CompiledFunction;
import emberwall.engine.code.Shape;
import emberwall.engine.stops.Stop;
import emberwall.engine.stops.Watched;
import emberwall.engine.store.Allowance;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.HandleTable;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.LinearMemory;
import emberwall.engine.store.References;
import emberwall.engine.store.TableStorage;
import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.Request;
import emberwall.fiber.StackWalk;
import emberwall.link.CodeBlob;
import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.os.OsException;
import emberwall.os.RawMemory;
import emberwall.wasm.TypeRegistry;
import emberwall.wasm.ValueType;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A store whose guests run as machine code. */
final class NativeStore extends Store implements Watched {
    /** The number of the block that stands for the instance of host functions. */
    static final int HOST = -1;

    private static final long CLOSE_WAIT = 100_000;
    private static final int CLOSE_REMIND = 64;

    final NativeEngine engine;
    final ExitLoop exits;
    final HandleTable handles;
    final GuestObjects objects;
    /** What has to be given back when the store closes, or is forgotten. */
    final NativeHoldings holdings;
    /** Computes the constants of an instance that is being made. */
    ConstantEvaluator evaluating;

    /** Where guests run; made when the first one is about to. */
    Fiber fiber;

    private volatile Ownership owner = Ownership.nobodys();
    /** Whether entering a guest needs more than a glance. */
    private volatile boolean attention = true;

    private volatile boolean stop;
    private volatile Thread waiting;
    private final Object gate = new Object();
    private boolean closed; // guarded by gate
    private volatile boolean gone; // closed, and everything is given back
    private Ownership lastOwner; // when it was closed; guarded by gate
    private boolean hasDeadline;
    private long deadline;

    private NativeInstance[] instances = new NativeInstance[4];
    private int instanceCount;
    private NativeHostFunction[] hosts = new NativeHostFunction[8];
    private int hostCount;
    private final List<NativeMemory> adopted = new ArrayList<>(0);
    private final List<NativeGlobal> referenceGlobals = new ArrayList<>();

    private final int maxInstances;
    private final Allowance bytesLeft;
    private final Allowance elementsLeft;

    private long hostBlock;
    private long buffer;
    private int bufferWords;

    NativeStore(NativeEngine engine, StoreLimits limits) {
        this.engine = engine;
        handles = new HandleTable(engine.collectsAlways);
        objects = new GuestObjects(
                this, Math.min(limits.heapBytes(), engine.config().maxHeap()));
        maxInstances = limits.instances();
        bytesLeft = new Allowance(limits.memoryBytes());
        elementsLeft = new Allowance(limits.tableElements());
        exits = new ExitLoop(this, engine.config().maxNesting(), engine.config().statistics());
        holdings = new NativeHoldings(engine, exits.counts());
    }

    // ---- in and out

    /** Goes in to run a guest: this thread owns the store until {@link #leave}. */
    Ownership enter() {
        Thread thread = Thread.currentThread();
        Ownership mine = claim(thread);
        boolean in = false;
        try {
            if (attention || thread.isInterrupted()) {
                prepare(mine.depth - 1);
            }
            in = true;
            return mine;
        } finally {
            if (!in) {
                mine.depth--; // no call: it may be the Java stack that is used up
            }
        }
    }

    /** Where the guest that goes in at {@code depth} runs. */
    Fiber fiber(int depth) {
        Fiber mine = fiber;
        if (depth == 0) {
            mine.unwindTo(0); // there is nothing to do, unless the last one out had no Java stack to do it
        }
        return mine;
    }

    /** Goes in to look or change something without running a guest. */
    Ownership enterHost() {
        return claim(Thread.currentThread());
    }

    /** Goes out again, to the depth before {@link #enter}. */
    void leave(Ownership mine, int depth) {
        VarHandle.releaseFence();
        mine.depth = depth;
    }

    private Ownership claim(Thread thread) {
        Ownership mine = owner;
        if (!mine.isOf(thread)) {
            mine = takeOver(thread);
        }
        while (true) {
            boolean in = false;
            int depth = mine.depth;
            mine.depth = depth + 1;
            try {
                Ownership.ownerFence();
                in = owner == mine;
            } finally {
                if (!in) {
                    mine.depth = depth;
                }
            }
            if (in) {
                return mine;
            }
            mine = takeOver(thread);
        }
    }

    private Ownership takeOver(Thread thread) {
        synchronized (gate) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            Ownership last = owner;
            if (last.isOf(thread)) {
                return last;
            }
            Ownership mine = Ownership.current();
            owner = mine;
            if (last.isNobodys()) return mine;
            Ownership.claimantFence();
            if (last.isInside()) {
                owner = last;
                throw inside(last.thread);
            }
            return mine;
        }
    }

    @Override
    public void watch(Consumer<Stop> watcher, int mostFrames) {
        exits.stops =
                watcher == null ? null : new NativeStops(engine.code.space().map(), watcher, mostFrames);
    }

    /** What to say to a thread while another one is inside. */
    static IllegalStateException inside(Thread thread) {
        String name = thread.getName().isEmpty() ? "#" + thread.threadId() : "\"" + thread.getName() + "\"";
        return new IllegalStateException("another thread is inside the store: " + name);
    }

    private void prepare(int depth) {
        if (fiber == null) {
            holdings.fiber = engine.takeFiber();
            fiber = holdings.fiber;
            setFiberDeadline();
        }
        if (fiber(depth).depth() == 0) { // no guest is inside yet
            attention = hasDeadline;
            stop = false;
            fiber.takeRequests(); // what was meant for the last guest and came when it had ended
        }
        if (exits.stops != null) {
            NativeStops.expectPoll(fiber);
        }
        sweepHandles();
        TrapReason overdue = fiber.overdue();
        if (overdue != null) {
            throw new Trap(overdue);
        }
    }

    void checkOpen() {
        synchronized (gate) {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
        }
    }

    /** Refuses to go on in a host function of a guest of this store, even if another thread is closing it. */
    void checkNotInside() {
        synchronized (gate) {
            Ownership last = closed ? lastOwner : owner;
            if (last.isOf(Thread.currentThread()) && last.depth > 0) {
                throw new IllegalStateException("a guest of the store is waiting for this call");
            }
        }
    }

    /** The guest's thread begins to wait for another one, or ends it with null: it is woken when the guest shall end. */
    void waits(Thread thread) {
        waiting = thread;
    }

    /** Whether the guest was asked to stop. */
    boolean stopRequested() {
        return stop;
    }

    // ---- values

    /** The word of a value of a type; it has been checked to fit, but for whose store it is from. */
    long word(int type, Object value) {
        return switch (type) {
            case ValueType.I32 -> Integer.toUnsignedLong((Integer) value);
            case ValueType.I64 -> (Long) value;
            case ValueType.F32 -> Integer.toUnsignedLong(Float.floatToRawIntBits((Float) value));
            case ValueType.F64 -> Double.doubleToRawLongBits((Double) value);
            default -> {
                if (NativeException.isException(type)) {
                    yield exceptionWord(type, value);
                }
                yield isFunction(type) ? functionWord(type, value) : objects.word(type, value);
            }
        };
    }

    private boolean isFunction(int type) {
        int heapType = ValueType.heapType(type);
        return heapType == ValueType.FUNC
                || ValueType.isReference(type)
                        && heapType != ValueType.EXTERN
                        && engine.types.isHeapSubtype(heapType, ValueType.FUNC);
    }

    /** The word of an object of Java's. */
    long handle(Object value) {
        long word = handles.word(value);
        if (handles.wantsSweep()) {
            attention = true;
        }
        return word;
    }

    private static void checkFits(boolean fits, int type, Object value) {
        if (!fits) {
            throw new IllegalArgumentException(
                    (value == null ? "null" : value.toString()) + " is no " + ValueType.text(type));
        }
    }

    private long exceptionWord(int type, Object value) {
        if (value instanceof WasmException exception) {
            checkFits(ValueType.heapType(type) == ValueType.EXN, type, value);
            return handle(origin(exception));
        }
        checkFits(value == null && ValueType.isNullable(type), type, value);
        return References.NULL;
    }

    private long functionWord(int type, Object value) {
        if (value == null) {
            checkFits(ValueType.isNullable(type), type, null);
            return References.NULL;
        }
        if (value instanceof Function function
                && function.store() == this
                && function instanceof NativeReference reference) {
            int own = ValueType.reference(false, ValueType.concrete(reference.canonicalType()));
            checkFits(engine.types.isValueSubtype(own, type), type, value);
            return reference.record();
        }
        throw new IllegalArgumentException("a function of another store");
    }

    /** Writes a value of a type that has been checked to fit: a word, or a vector. */
    void put(long address, int type, Object value) {
        if (value instanceof V128 vector && type == ValueType.V128) {
            RawMemory.putLong(address, vector.low());
            RawMemory.putLong(address + Long.BYTES, vector.high());
        } else {
            RawMemory.putLong(address, word(type, value));
        }
    }

    /** Reads a value of a type: a word, or a vector. */
    Object get(long address, int type) {
        long word = RawMemory.getLong(address);
        return type == ValueType.V128 ? new V128(word, RawMemory.getLong(address + Long.BYTES)) : value(type, word);
    }

    /** The value of a word of a type. */
    Object value(int type, long word) {
        return switch (type) {
            case ValueType.I32 -> (int) word;
            case ValueType.I64 -> word;
            case ValueType.F32 -> Float.intBitsToFloat((int) word);
            case ValueType.F64 -> Double.longBitsToDouble(word);
            default -> {
                if (NativeException.isException(type)) {
                    yield exception(word);
                }
                yield isFunction(type) ? function(word) : objects.view(word);
            }
        };
    }

    private WasmException exception(long word) {
        return word == References.NULL ? null : exception((NativeException) handles.object(word));
    }

    /** An exception as programs see it: always the same object for the same exception. */
    WasmException exception(NativeException exception) {
        if (exception.view == null) {
            NativeTag tag = exception.tag;
            Object[] values = new Object[tag.carried.length];
            for (int i = 0; i < values.length; i++) {
                int at = i * tag.stride;
                values[i] = tag.carried[i] == ValueType.V128
                        ? new V128(exception.words[at], exception.words[at + 1])
                        : value(tag.carried[i], exception.words[at]);
            }
            exception.view = new WasmException(tag, values, exception);
        }
        return exception.view;
    }

    /** An exception as guests see it. Its words are made again: while only the host had it, their handles may have gone. */
    NativeException origin(WasmException exception) {
        if (!(exception.tag() instanceof NativeTag tag) || tag.store() != this) {
            throw new IllegalArgumentException("an exception of another store");
        }
        NativeException origin = exception.origin instanceof NativeException known ? known : new NativeException(tag);
        for (int i = 0; i < tag.carried.length; i++) {
            Object value = exception.values().get(i);
            int at = i * tag.stride;
            if (value instanceof V128 vector && tag.carried[i] == ValueType.V128) {
                origin.words[at] = vector.low();
                origin.words[at + 1] = vector.high();
            } else {
                origin.words[at] = word(tag.carried[i], value);
            }
        }
        origin.view = exception;
        exception.origin = origin;
        return origin;
    }

    private Function function(long record) {
        if (record == References.NULL) {
            return null;
        }
        int id = RawMemory.getInt(record + FuncRecord.ID);
        int instance = RawMemory.getInt(RawMemory.getLong(record + FuncRecord.INSTANCE) + InstanceLayout.ID);
        return instance == HOST ? hosts[id] : instances[instance].function(id);
    }

    /** Forgets host objects that nothing in the store refers to, if there are many. Guests inside stand at host calls. */
    void sweepHandles() {
        if (handles.wantsSweep()) {
            objects.collect();
        }
    }

    /** Reads every reference from which the guests of the store may go on; those to functions not all, but perhaps some. */
    void forEachRoot(LongConsumer words) {
        if (fiber != null) {
            forEachInFrames(words);
        }
        exits.forEachReference(words);
        objects.forEachView(words);
        if (evaluating != null) {
            evaluating.forEachReference(words);
        }
        for (TableStorage table : holdings.tables) {
            if (table.elementType() != ValueType.FUNCREF) {
                for (long index = 0; index < table.size(); index++) {
                    words.accept(table.get(index));
                }
            }
        }
        for (NativeGlobal global : referenceGlobals) {
            words.accept(RawMemory.getLong(global.cell));
        }
        for (int index = 0; index < instanceCount; index++) {
            instances[index].forEachElement(words);
        }
    }

    private void forEachInFrames(LongConsumer words) {
        if (engine.compiler != null) {
            // A C compiler does not say where references are, but it keeps them whole.
            fiber.forEachWord(word -> {
                if (handles.isHandle(word)) {
                    words.accept(word);
                }
            });
        }
        for (StackWalk walk = new StackWalk(fiber, engine.code.space().map()); walk.next(); ) {
            CodeBlob blob = walk.blob();
            if (blob != null && blob.owner() instanceof CompiledFunction function) {
                function.references().forEach(blob.offset(walk.pc()), walk.fp(), words);
            }
        }
    }

    // ---- what it owns

    NativeInstance instance(int id) {
        return instances[id];
    }

    NativeHostFunction hostFunction(int id) {
        return hosts[id];
    }

    /** Adds an instance and gives its number. */
    int add(NativeInstance instance) {
        if (instanceCount >= maxInstances) {
            throw tooManyInstances(maxInstances);
        }
        if (instanceCount == instances.length) {
            instances = Arrays.copyOf(instances, instanceCount * 2);
        }
        instances[instanceCount] = instance;
        holdings.add(instance.use());
        return instanceCount++;
    }

    static EngineLimitException tooManyInstances(int most) {
        return new EngineLimitException("one instance more than the " + most + " that the store may have");
    }

    /** A memory that lives as long as the store. */
    NativeMemory newMemory(emberwall.wasm.MemoryType type) {
        LinearMemory memory = engine.newMemory(type);
        if (!memory.limit(bytesLeft)) {
            memory.close();
            throw new EngineLimitException("a memory of " + type.minimum() + " pages: all of the store may have "
                    + bytesLeft.most() + " bytes together");
        }
        if (type.shared()) {
            memory.share();
        }
        holdings.memories.add(memory);
        return new NativeMemory(this, type, memory);
    }

    /** A shared memory of another store as one of this store too. */
    NativeMemory adopt(NativeMemory memory) {
        for (NativeMemory known : adopted) {
            if (known.bytes == memory.bytes) {
                return known;
            }
        }
        NativeMemory mine = memory.in(this);
        if (!holdings.memories.contains(memory.bytes)) {
            memory.bytes.keep();
            holdings.memories.add(memory.bytes);
        }
        adopted.add(mine);
        return mine;
    }

    /** A table that lives as long as the store, filled with a word; the type of its elements with canonical ids, too. */
    NativeTable newTable(emberwall.wasm.TableType type, int canonicalElement, long word) {
        TableStorage table = engine.newTable(type, canonicalElement, word);
        if (!table.limit(elementsLeft)) {
            table.close();
            throw new EngineLimitException("a table of " + type.minimum() + " elements: all of the store may have "
                    + elementsLeft.most() + " elements together");
        }
        holdings.tables.add(table);
        return new NativeTable(this, type, table);
    }

    void add(NativeGlobal global) {
        if (ValueType.isReference(global.canonicalType)) {
            referenceGlobals.add(global);
        }
    }

    /** Zeroed memory that lives as long as the store. */
    long allocate(long bytes) {
        return holdings.allocate(bytes);
    }

    /** A buffer of at least so many words, for the arguments and results of one call. */
    long buffer(int words) {
        if (words > bufferWords || buffer == 0) {
            int enough = Math.max(16, Integer.highestOneBit(words) * 2);
            buffer = allocate(8L * enough); // may throw
            bufferWords = enough;
        }
        return buffer;
    }

    /** A host function of this store. The caller is inside. */
    NativeHostFunction newHostFunction(String name, FunctionType type, HostFunction function) {
        emberwall.wasm.FunctionType wasm = Types.wasm(type);
        TypeRegistry.Registration registration = engine.types.register(wasm);
        holdings.registrations.add(registration);
        Shape shape = engine.code.shape(wasm);
        if (hostBlock == 0) {
            hostBlock = allocate(InstanceLayout.ID + 16);
            RawMemory.putInt(hostBlock + InstanceLayout.ID, HOST);
        }
        if (hostCount == hosts.length) {
            hosts = Arrays.copyOf(hosts, hostCount * 2);
        }
        int canonical = registration.id(0);
        long record = holdings.newRecord(hostThunk(shape), hostBlock, canonical, 0, hostCount);
        RawMemory.putInt(record + FuncRecord.HOST, 1);
        NativeHostFunction made = new NativeHostFunction(this, name, type, canonical, function, shape, record);
        hosts[hostCount++] = made;
        return made;
    }

    private static long hostThunk(Shape shape) {
        try {
            return shape.hostThunk();
        } catch (OsException full) {
            throw EngineLimitException.noCodeMemory(full);
        }
    }

    // ---- API

    @Override
    public NativeEngine engine() {
        return engine;
    }

    @Override
    public Memory newMemory(MemoryType type) {
        Ownership mine = enterHost();
        try {
            return newMemory(Types.wasm(type));
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    @Override
    public Table newTable(TableType type, Object value) {
        Types.check(type.element(), value);
        Ownership mine = enterHost();
        try {
            return newTable(Types.wasm(type), type.element(), word(type.element(), value));
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    @Override
    public Tag newTag(TagType type) {
        Ownership mine = enterHost();
        try {
            TypeRegistry.Registration registration = engine.types.register(Types.wasm(type.carried()));
            holdings.registrations.add(registration);
            return new NativeTag(this, type, registration.id(0));
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    @Override
    public Global newGlobal(GlobalType type, Object value) {
        Types.check(type.value(), value);
        Ownership mine = enterHost();
        try {
            NativeGlobal global = new NativeGlobal(this, type, type.value(), allocate(16));
            put(global.cell, type.value(), value);
            add(global);
            return global;
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    @Override
    public Function newFunction(FunctionType type, HostFunction function) {
        Ownership mine = enterHost();
        try {
            return newHostFunction("host function", type, function);
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    @Override
    public void timeout(Duration duration) {
        Ownership mine = enterHost();
        try {
            hasDeadline = duration != null;
            if (hasDeadline) {
                long nanos = duration.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 4 : duration.toNanos();
                deadline = System.nanoTime() + nanos;
            }
            attention = true;
            setFiberDeadline();
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    private void setFiberDeadline() {
        if (fiber == null) {
            return;
        }
        if (hasDeadline) {
            fiber.setDeadline(deadline);
        } else {
            fiber.clearDeadline();
        }
    }

    @Override
    public void interrupt() {
        synchronized (gate) {
            if (!closed && owner.isInside()) {
                requestStop();
            }
        }
    }

    private void requestStop() {
        stop = true;
        attention = true;
        Fiber running = fiber;
        if (running != null) {
            running.requestAttention(running.generation(), Request.STOP);
        }
        LockSupport.unpark(waiting);
    }

    @Override
    public Attention attention() {
        return new NativeAttention(this);
    }

    @Override
    public void collect() {
        Ownership mine = enterHost();
        try {
            objects.collect();
        } finally {
            leave(mine, mine.depth - 1);
        }
    }

    /** What {@link Attention#check} does. */
    void checkAttention() {
        TrapReason reason = stop ? TrapReason.INTERRUPTED : fiber == null ? null : fiber.overdue();
        if (reason != null) {
            throw new Trap(reason);
        }
    }

    long remainingNanos() {
        return hasDeadline ? Math.max(0, deadline - System.nanoTime()) : Long.MAX_VALUE;
    }

    @Override
    public void close() {
        Crossings mine = Crossings.current();
        Ownership last;
        boolean first;
        synchronized (gate) {
            if (gone) {
                return;
            }
            checkNotInside();
            first = !closed;
            mine.await(first ? owner : lastOwner);
            if (first) {
                lastOwner = owner;
                closed = true;
                owner = Ownership.nobodys();
                Ownership.claimantFence();
            }
            last = lastOwner;
        }
        try {
            if (first) {
                stopAndRelease(last);
            } else {
                awaitRelease(); // whoever closes twice relies on it, too: the engine takes away what the guest stands
                // on
            }
        } finally {
            mine.awaitNoLonger();
        }
    }

    private void stopAndRelease(Ownership last) {
        try {
            for (int turn = 0; last.isInside(); turn++) {
                if (turn % CLOSE_REMIND == 0) {
                    requestStop();
                }
                LockSupport.parkNanos(CLOSE_WAIT);
            }
            holdings.close();
        } finally {
            gone = true;
        }
    }

    private void awaitRelease() {
        while (!gone) {
            LockSupport.parkNanos(CLOSE_WAIT);
        }
    }

    /** Kinds of exits that are counted, {@link Exit}. */
    static int exitKinds() {
        return Exit.COMPILE + 1;
    }
}
