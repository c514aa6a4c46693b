package emberwall.engine.optimizing;

import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.HeapRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.MemoryRecord;
import emberwall.engine.store.TableRecord;
import emberwall.engine.store.TypeDisplay;
import emberwall.ir.Callee;
import emberwall.ir.Context;
import emberwall.ir.Graph;
import emberwall.ir.Interpreter;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.wasm.BodyReader;
import emberwall.wasm.ConstantExpression;
import emberwall.wasm.ElementSegment;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Limits;
import emberwall.wasm.MemoryType;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.SegmentMode;
import emberwall.wasm.Validator;
import java.util.ArrayList;
import java.util.List;

/** An instance whose functions are graphs that are interpreted: what they may call and touch, in a memory of its own. */
final class GraphInstance implements Interpreter.World, AutoCloseable {
    private static final long STEPS = 3_000_000;
    private static final int MOST_PAGES = 64;
    private static final int HEAP = 1 << 20;

    /** What constant expressions may have that is not computed here. */
    static final class NotHere extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** An exception of the guest. */
    static final class GuestException extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int tag;
        final transient List<V128> values;

        GuestException(int tag, List<V128> values) {
            super(null, null, false, false);
            this.tag = tag;
            this.values = values;
        }
    }

    final Module module;
    final Facts facts;
    final Space space = new Space();
    final List<Space.Region> memories = new ArrayList<>();
    final List<Space.Region> tables = new ArrayList<>();
    final boolean[] dropped;
    final boolean[] droppedElements;
    private final InstanceLayout layout;
    private final long block;
    private final long heap;
    private final long[] records;
    private final FunctionInfo[] infos;
    private final Graph[] graphs;
    private final GraphBuilder builder;
    private final RuntimeWorld runtime = new RuntimeWorld(this);
    private final List<GuestException> exceptions = new ArrayList<>();

    GraphInstance(Module module, boolean guarded) {
        this.module = module;
        facts = new Facts(module, guarded);
        layout = facts.layout();
        builder = new GraphBuilder(facts);
        block = space.allocate(layout.size(), false).base;
        infos = new FunctionInfo[module.functionCount()];
        graphs = new Graph[infos.length];
        records = new long[infos.length];
        dropped = new boolean[module.data().size()];
        droppedElements = new boolean[module.elements().size()];
        Validator validator = new Validator(module, Limits.DEFAULT, Validator.LOOPS);
        for (int i = 0; i < infos.length; i++) {
            infos[i] = validator.validate(i);
        }
        heap = space.allocate(HeapRecord.SIZE, false).base;
        space.put(block + InstanceLayout.HEAP, 8, heap);
        Space.Region objects = space.allocate(HEAP, false);
        space.put(heap + HeapRecord.CURSOR, 8, objects.base);
        space.put(heap + HeapRecord.END, 8, objects.base + HEAP);
        for (int type = 0; type < module.types().count(); type++) {
            if (!module.types().isFunction(type)) {
                space.allowNative(facts.objectType(type).block(), 64);
            }
        }
        makeMemories();
        makeTables();
        makeGlobals();
        fillTables();
        fillMemories();
        if (module.startFunction() >= 0) {
            run(module.startFunction(), List.of());
        }
    }

    @Override
    public void close() {
        facts.close();
    }

    // ---- instantiation

    private void makeMemories() {
        for (int i = 0; i < module.memoryCount(); i++) {
            MemoryType type = module.memory(i);
            if (type.minimum() > MOST_PAGES || type.pageSizeLog2() != 16) {
                throw new NotHere();
            }
            Space.Region memory = space.allocate((int) type.minimum() << 16, facts.guarded(i));
            memories.add(memory);
            space.put(block + layout.memoryRecord(i), 8, space.allocate(MemoryRecord.SIZE, false).base);
            noteMemory(i);
        }
    }

    /** Writes down where a memory is, and how large. */
    void noteMemory(int index) {
        Space.Region memory = memories.get(index);
        long record = space.get(block + layout.memoryRecord(index), 8);
        space.put(record + MemoryRecord.BASE, 8, memory.base);
        space.put(record + MemoryRecord.BOUND, 8, memory.bytes.length);
        if (index == 0) {
            space.put(block + InstanceLayout.MEMORY_BASE, 8, memory.base);
            space.put(block + InstanceLayout.MEMORY_BOUND, 8, memory.bytes.length);
            space.put(block + InstanceLayout.MEMORY_NEAR, 4, InstanceLayout.near(memory.bytes.length));
        }
    }

    private void makeTables() {
        for (int i = 0; i < module.tableCount(); i++) {
            if (module.table(i).minimum() > 1000) {
                throw new NotHere();
            }
            tables.add(space.allocate(8 * (int) module.table(i).minimum(), false));
            space.put(block + layout.tableRecord(i), 8, space.allocate(TableRecord.SIZE, false).base);
            noteTable(i);
        }
    }

    void noteTable(int index) {
        long record = space.get(block + layout.tableRecord(index), 8);
        space.put(record + TableRecord.BASE, 8, tables.get(index).base);
        space.put(record + TableRecord.LENGTH, 8, tables.get(index).bytes.length / 8);
    }

    private void makeGlobals() {
        for (int i = 0; i < module.globalCount(); i++) {
            V128 value = constant(module.globalInitial(i));
            space.put(block + layout.globalCell(i), 8, value.low());
            space.put(block + layout.globalCell(i) + 8, 8, value.high());
        }
    }

    private void fillTables() {
        for (int i = 0; i < module.tableCount(); i++) {
            ConstantExpression initial = module.tableInitial(i);
            for (int at = 0; initial != null && at < tables.get(i).bytes.length; at += 8) {
                space.put(tables.get(i).base + at, 8, constant(initial).low());
            }
        }
        for (int i = 0; i < module.elements().size(); i++) {
            ElementSegment segment = module.element(i);
            if (segment.mode() == SegmentMode.ACTIVE) {
                long place = constant(segment.place()).low();
                for (int at = 0; at < segment.count(); at++) {
                    space.put(tables.get(segment.table()).base + 8 * (place + at), 8, element(i, at));
                }
            }
            droppedElements[i] = segment.mode() != SegmentMode.PASSIVE;
        }
    }

    /** An element of a segment. */
    long element(int segment, int index) {
        ElementSegment elements = module.element(segment);
        return elements.isFunctions()
                ? funcref(elements.function(index))
                : constant(elements.expression(index)).low();
    }

    private void fillMemories() {
        for (int i = 0; i < module.data().size(); i++) {
            var segment = module.data(i);
            if (segment.mode() == SegmentMode.ACTIVE) {
                int place = (int) constant(segment.place()).low();
                System.arraycopy(
                        module.bytes(),
                        segment.offset(),
                        memories.get(segment.memory()).bytes,
                        place,
                        segment.length());
                dropped[i] = true;
            }
        }
    }

    private V128 constant(ConstantExpression expression) {
        BodyReader in = new BodyReader(module.bytes(), expression.offset(), expression.end());
        Opcode opcode = in.opcode();
        V128 value = switch (opcode) {
            case I32_CONST -> new V128(in.s32() & 0xFFFF_FFFFL, 0);
            case I64_CONST -> new V128(in.s64(), 0);
            case F32_CONST -> new V128(in.fixed32() & 0xFFFF_FFFFL, 0);
            case F64_CONST -> new V128(in.fixed64(), 0);
            case V128_CONST -> new V128(in.fixed64(), in.fixed64());
            case REF_FUNC -> new V128(funcref(in.u32()), 0);
            case REF_NULL -> {
                in.heapType();
                yield V128.ZERO;
            }
            default -> throw new NotHere();
        };
        if (in.opcode() != Opcode.END) {
            throw new NotHere();
        }
        return value;
    }

    /** The record of a function. */
    long funcref(int function) {
        if (records[function] == 0) {
            records[function] = space.allocate(FuncRecord.SIZE, false).base;
            int type = module.functionTypeIndex(function);
            space.put(records[function] + FuncRecord.TYPE, 4, facts.canonicalType(type));
            space.put(records[function] + FuncRecord.ID, 4, function);
            int depth = module.types().depth(type);
            if (depth > 0) {
                long display = space.allocate(TypeDisplay.bytes(depth + 1), false).base;
                space.put(records[function] + FuncRecord.DISPLAY, 8, display);
                space.put(display + TypeDisplay.LENGTH, 4, depth + 1);
                for (int at = depth; at >= 0; at--, type = module.types().supertype(type)) {
                    space.put(display + TypeDisplay.id(at), 4, facts.canonicalType(type));
                }
            }
        }
        return records[function];
    }

    // ---- the world

    /** Runs a function. */
    List<V128> run(int function, List<V128> arguments) {
        if (graphs[function] == null) {
            graphs[function] = builder.build(infos[function]);
        }
        return Interpreter.run(graphs[function], this, STEPS, arguments);
    }

    @Override
    public V128 load(Op op, Type type, long address) {
        return space.load(op, type, address);
    }

    @Override
    public void store(Op op, Type type, long address, V128 written) {
        space.store(op, type, address, written);
    }

    @Override
    public V128 atomic(Op op, Type type, int bytes, long address, List<V128> operands) {
        long old = space.get(address, bytes);
        long x = operands.isEmpty() ? 0 : operands.getFirst().low();
        long mask = -1L >>> 64 - 8 * bytes;
        switch (op) {
            case ATOMIC_LOAD -> {}
            case ATOMIC_STORE, ATOMIC_EXCHANGE -> space.put(address, bytes, x);
            case ATOMIC_ADD -> space.put(address, bytes, old + x);
            case ATOMIC_AND -> space.put(address, bytes, old & x);
            case ATOMIC_OR -> space.put(address, bytes, old | x);
            case ATOMIC_XOR -> space.put(address, bytes, old ^ x);
            case ATOMIC_COMPARE_EXCHANGE -> {
                if (old == (x & mask)) {
                    space.put(address, bytes, operands.get(1).low());
                }
            }
            default -> throw new AssertionError(op);
        }
        return new V128(old, 0);
    }

    @Override
    public long address(Context context) {
        return switch (context) {
            case FIBER -> throw new AssertionError("the fiber is not for graphs");
            case INSTANCE -> block;
            case MEMORY0 -> memories.getFirst().base;
        };
    }

    @Override
    public List<V128> call(Callee callee, List<V128> arguments) {
        if (!(callee.target() instanceof Target.Guarded guarded)) {
            return perform((Target) callee.target(), arguments);
        }
        try {
            return perform(guarded.target(), arguments);
        } catch (GuestException exception) {
            for (int i = 0; i < guarded.clauses().size(); i++) {
                Target.Clause clause = guarded.clauses().get(i);
                boolean all = clause.tag() == Target.Clause.ALL;
                if (all || clause.tag() == exception.tag) {
                    List<V128> values = new ArrayList<>(all ? List.of() : exception.values);
                    if (clause.withReference()) {
                        exceptions.add(exception);
                        values.add(new V128((exceptions.size() - 1L) << 3 | 2, 0));
                    }
                    throw new Interpreter.CaughtException(i + 1, values);
                }
            }
            throw exception;
        }
    }

    private List<V128> perform(Target target, List<V128> arguments) {
        return switch (target) {
            case Target.Direct direct -> run(direct.function(), arguments);
            case Target.Indirect indirect -> {
                int function = (int) space.get(arguments.getFirst().low() + FuncRecord.ID, 4);
                yield run(function, arguments.subList(1, arguments.size()));
            }
            case Target.Runtime call -> runtime.call(call, arguments);
            case Target.Import imported -> throw new AssertionError(imported);
            case Target.Guarded nested -> throw new AssertionError(nested);
        };
    }

    RuntimeException raise(long reference) {
        if (reference == 0) {
            return new Interpreter.TrapException(TrapReason.NULL_EXCEPTION_REFERENCE);
        }
        return exceptions.get((int) (reference >> 3));
    }

    /** The value of a global. */
    V128 global(int index) {
        long cell = block + layout.globalCell(index);
        return new V128(space.get(cell, 8), space.get(cell + 8, 8));
    }
}
