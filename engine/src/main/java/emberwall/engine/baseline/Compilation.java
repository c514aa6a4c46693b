package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.Convention;
import emberwall.codegen.x64.Literals;
import emberwall.codegen.x64.VectorOperators;
import emberwall.codegen.x64.X64Operators;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.code.ModuleContext;
import emberwall.engine.code.OperatorFeatures;
import emberwall.engine.code.PositionTable;
import emberwall.engine.code.ReferenceMap;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.engine.store.RuntimeFunction;
import emberwall.fiber.FiberBlock;
import emberwall.op.TrapReason;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Feature;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Module;
import emberwall.wasm.ValueType;
import java.util.Arrays;

/** The workspace of a compiler: what the families of instructions share. Used again for function after function. */
final class Compilation implements X64Operators.Traps {
    private static final int LOCAL_SET = 0x21;
    private static final int LOCAL_TEE = 0x22;

    // Kinds of code behind the function; others are the ordinals of trap reasons.
    private static final int POLL = -1;
    private static final int STACK = -2;
    private static final int HOST = -3;
    private static final int ALLOCATION = -4;

    final Assembler a = new Assembler(1 << 16);
    final Literals literals = new Literals(a);
    final ValueStack stack = new ValueStack(a, literals);
    final Moves moves = new Moves(stack);
    final Copies copies = new Copies(a, stack);
    final Edges edges = new Edges(a, stack, moves, copies);
    final ControlStack control = new ControlStack();
    final PositionTable.Builder positions = new PositionTable.Builder();
    final ReferenceMap.Builder references = new ReferenceMap.Builder();
    final HandlerTable.Builder handlers = new HandlerTable.Builder();

    // The module at work.
    ModuleContext context;
    Module module;
    InstanceLayout layout;
    byte[] bytes;
    X64Operators operators;
    VectorOperators vectors;
    /** Whether a call may move memory 0, whose base is in a register. */
    boolean memoryMoves;

    private int features = -1;

    // The function at work.
    FunctionInfo info;
    FunctionType type;
    BodyReader reader;
    /** Where the instruction at work stands in the module. */
    int position;
    /** Whether the instruction at work can be reached. */
    boolean reachable;
    /** How many {@code try} blocks have begun, unreachable ones too. */
    int tries;

    // Code behind the function.
    private int[] stubLabel = new int[64];
    private int[] stubBack = new int[64];
    private int[] stubPosition = new int[64];
    private byte[] stubKind = new byte[64];
    /** Of allocations, four numbers in turn: function, type, length, and the operands that are references. */
    private int[] allocations = new int[64];

    private int allocationCount;
    private int nextAllocation;
    private int stubs;

    void begin(ModuleContext context, FunctionInfo info) {
        if (!context.equals(this.context)) {
            this.context = context;
            module = context.module();
            layout = context.layout();
            bytes = module.bytes();
            reader = new BodyReader(bytes, 0, 0);
            memoryMoves = module.memoryCount() > 0 && context.moves(0);
            int mask = OperatorFeatures.of(context.cpuFeatures());
            if (mask != features) {
                features = mask;
                operators = new X64Operators(a, mask, this);
                vectors = new VectorOperators(a, mask, literals::vector);
            }
        }
        this.info = info;
        type = module.functionType(info.function());
        int end = module.bodyEnd(info.function());
        reader.reset(info.codeOffset(), end);
        position = info.codeOffset();
        reachable = true;
        a.reset();
        literals.reset();
        control.reset();
        edges.reset();
        moves.clear();
        positions.reset();
        references.reset();
        handlers.reset();
        tries = 0;
        stubs = 0;
        allocationCount = 0;
        nextAllocation = 0;
    }

    /** Begins with the values, when it is known how many slots there are. */
    void beginValues(int slots) {
        stack.reset(info.localCount(), slots + 1, hasVectors());
    }

    /** Whether anything in the function may be a vector: it says so itself, or a type or global of the module does. */
    private boolean hasVectors() {
        long vectors = Feature.SIMD.bit() | Feature.RELAXED_SIMD.bit();
        return (info.features() & vectors) != 0 || module.uses(Feature.SIMD);
    }

    /** Gives back what a function of unusual size made grow. */
    void trim() {
        stack.trim();
    }

    // ---- values

    /** The type under which the value stack holds a value: {@link ValueStack#REFERENCE} for all references. */
    static int slotType(int valueType) {
        return ValueType.isReference(valueType) ? ValueStack.REFERENCE : valueType;
    }

    /** A call ends here: what its return address means, with the operands that are there while it goes on. */
    void returned() {
        positions.call(a.position(), position);
        handlers.site(a.position(), control.region());
        int node = stack.noteReferences(stack.top, references);
        if (node != ReferenceMap.NONE) {
            references.call(a.position(), node);
        }
    }

    /**
     * A register for a result whose operands have been released. If a local is set next whose register nothing else uses,
     * it is that one; else {@code preferred} if it is empty; else any. Never one of the set {@code avoided}.
     */
    int target(boolean isFloat, int preferred, int avoided) {
        int at = reader.position();
        int opcode = bytes[at];
        if (opcode == LOCAL_SET || opcode == LOCAL_TEE) {
            int local = bytes[at + 1];
            if (local >= 0 && local < stack.locals) {
                int register = stack.at[local];
                if (register >= 0
                        && register < ValueStack.CONSTANT
                        && register >= ValueStack.XMM == isFloat
                        && (avoided & 1 << register) == 0
                        && stack.isAlone(local, register)) {
                    return register;
                }
            }
        }
        if (preferred >= 0 && stack.isFree(preferred) && (avoided & 1 << preferred) == 0) {
            return preferred;
        }
        return stack.allocate(isFloat);
    }

    // ---- instance

    static long instance(int offset) {
        return mem(Convention.INSTANCE, offset);
    }

    /** Loads instance and memory base again after something that may have changed them. */
    void reloadInstance() {
        a.mov(W64, Convention.INSTANCE, mem(emberwall.asm.x64.Reg.RBP, Convention.FRAME_INSTANCE));
        if (module.memoryCount() > 0) {
            reloadMemory();
        }
    }

    void reloadMemory() {
        a.mov(W64, Convention.MEM0, instance(InstanceLayout.MEMORY_BASE));
    }

    // ---- code behind the function

    @Override
    public int trap(TrapReason reason) {
        return stub(reason.ordinal(), 0);
    }

    /** Traps here and now. */
    void trapHere(TrapReason reason) {
        a.callm(mem(Convention.FIBER, FiberBlock.TRAP + 8 * reason.ordinal()));
        positions.trap(a.position(), position, reason.ordinal());
    }

    private int stub(int kind, int back) {
        if (stubs == stubLabel.length) {
            stubLabel = Arrays.copyOf(stubLabel, stubs * 2);
            stubBack = Arrays.copyOf(stubBack, stubs * 2);
            stubPosition = Arrays.copyOf(stubPosition, stubs * 2);
            stubKind = Arrays.copyOf(stubKind, stubs * 2);
        }
        int label = a.newLabel();
        stubLabel[stubs] = label;
        stubBack[stubs] = back;
        stubPosition[stubs] = position;
        stubKind[stubs++] = (byte) kind;
        return label;
    }

    /** Looks whether somebody wants attention. */
    void poll() {
        if (context.polls()) {
            int back = a.newLabel();
            a.cmp(W64, emberwall.asm.x64.Reg.RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
            a.jcc(emberwall.asm.x64.Cond.BELOW, stub(POLL, back));
            a.bind(back);
        }
    }

    /** The function is entered: counts that, if its module counts. */
    void countEntry() {
        if (context.counters() != null) {
            count(context.counters().entries(info.function()));
        }
    }

    /** A round of a loop begins: counts that, if its module counts. */
    void countRound(int loop) {
        if (context.counters() != null) {
            count(context.counters().rounds(info.function(), loop));
        }
    }

    /** Other threads may do the same: then one of them may count in vain. */
    private void count(int counter) {
        a.mov(W64, Convention.SCRATCH, instance(layout.counters()));
        a.addi(W64, mem(Convention.SCRATCH, 8 * counter), 1);
    }

    /** Where a function goes whose frame does not fit; it comes back to {@code back}. */
    int stackStub(int back) {
        return stub(STACK, back);
    }

    /** Jumps to the host function whose record is in its register, which comes back to {@code back}. */
    int hostStub(int back) {
        return stub(HOST, back);
    }

    /** Asks Java for an object in rax, with all operands in memory, and comes back to {@code back}. */
    int allocationStub(RuntimeFunction function, int type, int length, int back) {
        if (4 * allocationCount == allocations.length) {
            allocations = Arrays.copyOf(allocations, 8 * allocationCount);
        }
        int at = 4 * allocationCount++;
        allocations[at] = function.ordinal();
        allocations[at + 1] = type;
        allocations[at + 2] = length;
        allocations[at + 3] = stack.noteReferences(stack.top, references);
        return stub(ALLOCATION, back);
    }

    private void emitAllocation(int stub) {
        int at = 4 * nextAllocation++;
        a.pushi(allocations[at + 2]);
        a.pushi(allocations[at + 1]);
        a.movi(W32, emberwall.asm.x64.Reg.RAX, allocations[at]);
        a.callm(mem(Convention.FIBER, FiberBlock.RUNTIME));
        positions.call(a.position(), stubPosition[stub]);
        if (allocations[at + 3] != ReferenceMap.NONE) {
            references.call(a.position(), allocations[at + 3]);
        }
        a.addi(W64, emberwall.asm.x64.Reg.RSP, 16);
        reloadInstance();
        a.jmp(stubBack[stub]);
    }

    /** Writes what was put off to the end. */
    void emitStubs(int frameBytes) {
        for (int i = 0; i < stubs; i++) {
            a.bind(stubLabel[i]);
            switch (stubKind[i]) {
                case POLL -> {
                    a.callm(mem(Convention.FIBER, FiberBlock.POLL));
                    positions.call(a.position(), stubPosition[i]);
                    a.jmp(stubBack[i]);
                }
                case STACK -> {
                    a.movi(W32, Convention.SCRATCH, frameBytes);
                    a.callm(mem(Convention.FIBER, FiberBlock.STACK_SLOW));
                    positions.trap(a.position(), stubPosition[i], TrapReason.STACK_EXHAUSTED.ordinal());
                    a.jmp(stubBack[i]);
                }
                case ALLOCATION -> emitAllocation(i);
                case HOST -> {
                    a.lea(Convention.SCRATCH, emberwall.asm.x64.Mem.label(stubBack[i]));
                    a.push(Convention.SCRATCH);
                    a.jmpm(mem(Convention.RECORD, FuncRecord.CODE));
                }
                default -> {
                    a.callm(mem(Convention.FIBER, FiberBlock.TRAP + 8 * stubKind[i]));
                    positions.trap(a.position(), stubPosition[i], stubKind[i]);
                }
            }
        }
    }
}
