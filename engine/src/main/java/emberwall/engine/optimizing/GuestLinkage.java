package emberwall.engine.optimizing;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Op;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.select.Emitter;
import emberwall.codegen.select.Linkage;
import emberwall.codegen.select.StopState;
import emberwall.engine.code.FrameStates;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.code.ModuleContext;
import emberwall.engine.code.PositionTable;
import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.InstanceLayout;
import emberwall.fiber.FiberBlock;
import emberwall.ir.Callee;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import java.util.Arrays;
import java.util.List;

/** How the code of guests begins, calls, traps and polls; and notes of where it may stop and what is in its frame then. */
final class GuestLinkage implements Linkage {
    /** Frames up to this size need not be compared with the limit exactly: the red zone below it has room for them. */
    private static final int SMALL_FRAME = 16 << 10;

    private static final int WORD = 8;

    // Kinds of code behind the function; others are the ordinals of trap reasons.
    private static final int POLL = -1;
    private static final int STACK = -2;
    private static final int HOST = -3;

    // Columns of a stub.
    private static final int LABEL = 0;
    private static final int BACK = 1;
    private static final int ORIGIN = 2;
    private static final int KIND = 3;
    private static final int STATE = 4;
    private static final int STUB = 5;

    /** There is no state. */
    private static final int STATELESS = -1;

    private final PositionTable.Builder positions = new PositionTable.Builder();
    private final HandlerTable.Builder handlers = new HandlerTable.Builder();
    private final FrameReferences references = new FrameReferences();
    private final FrameStates.Builder states = new FrameStates.Builder();
    /** The state of what comes next. */
    private int state;

    private ModuleContext context;
    private boolean hasMemory;
    /** Whether a call may move memory 0. */
    private boolean memoryMoves;

    /** Where the function begins in the module. */
    private int start;
    /** Whether values of exceptions are expected in places for vectors. */
    private boolean wide;

    private int frame;
    private int callArea;

    private int[] stubs = new int[64 * STUB];
    private int stubCount;

    /**
     * Begins a function.
     *
     * @param itsStart where its body begins in the module
     * @param hasWideHandlers whether any value that it catches is a vector
     */
    void begin(ModuleContext module, int itsStart, Allocation allocation, boolean hasWideHandlers) {
        if (!module.equals(context)) {
            context = module;
            hasMemory = module.module().memoryCount() > 0;
            memoryMoves = hasMemory && module.moves(0);
        }
        start = itsStart;
        wide = hasWideHandlers;
        positions.reset();
        handlers.reset();
        references.begin(allocation);
        states.reset();
        state = STATELESS;
        stubCount = 0;
    }

    /** What stops mean. */
    PositionTable positions() {
        return positions.build();
    }

    /** What the frames of the source hold where. */
    FrameStates states() {
        return states.build();
    }

    /** Where references are at calls. */
    FrameReferences references() {
        return references;
    }

    /** Where exceptions are caught; all labels are bound. */
    HandlerTable handlers(Assembler a) {
        return handlers.build(a, Emitter.caughtSlot(0, wide) - Emitter.caughtSlot(1, wide));
    }

    /** Bytes from the frame pointer down to the stack pointer. */
    int frameBytes() {
        return frame;
    }

    // ---- the beginning

    @Override
    public void prologue(Assembler a, int frameBytes, int itsCallArea) {
        frame = frameBytes;
        callArea = itsCallArea;
        int needed = frameBytes + itsCallArea;
        a.push(RBP);
        a.mov(W64, RBP, RSP);
        int back = a.newLabel();
        if (needed <= SMALL_FRAME) {
            a.cmp(W64, RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
        } else {
            a.lea(Convention.SCRATCH, mem(RSP, -needed)); // would this frame cross the limit,
            a.cmp(W64, Convention.SCRATCH, mem(Convention.FIBER, FiberBlock.LIMIT)); // or does anyone want attention?
        }
        a.jcc(Cond.BELOW, stub(a, STACK, back, start));
        a.bind(back);
        a.push(Convention.INSTANCE);
        if (frameBytes > WORD) {
            a.subi(W64, RSP, frameBytes - WORD);
        }
    }

    @Override
    public void landed(Assembler a) {
        a.lea(RSP, mem(RBP, -frame));
        reloadInstance(a);
    }

    // ---- calls

    @Override
    public Passing passing(Callee callee) {
        return switch (plain(callee)) {
            case Target.Runtime _ -> Passing.WORDS;
            case Target.Indirect _ -> Passing.RECORD;
            default -> Passing.PLAIN;
        };
    }

    private static Target plain(Callee callee) {
        Target target = (Target) callee.target();
        return target instanceof Target.Guarded guarded ? guarded.target() : target;
    }

    @Override
    public void call(Assembler a, Callee callee, int instruction, int origin, int[] landings) {
        int region = landings.length == 0
                ? HandlerTable.NONE
                : region(((Target.Guarded) callee.target()).clauses(), landings);
        switch (plain(callee)) {
            case Target.Direct direct -> {
                a.callm(Mem.address(context.cellAddress(direct.function())));
                returned(a, instruction, origin, region);
                if (context.tailCallsLeave()) {
                    reloadInstance(a);
                } else if (memoryMoves) {
                    reloadMemory(a);
                }
            }
            case Target.Import imported -> callImport(a, imported, instruction, origin, region);
            case Target.Indirect _ -> {
                a.mov(W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
                reloadMemory(a);
                a.callm(mem(Convention.RECORD, FuncRecord.CODE));
                returned(a, instruction, origin, region);
                reloadInstance(a);
            }
            case Target.Runtime runtime -> {
                callJava(a, callee, runtime, instruction, origin, region);
                if (!callee.results().isEmpty() && callee.results().getFirst() == Type.I32) {
                    a.mov(W32, RAX, RAX); // -1 comes as 64 bits
                }
            }
            case Target.Guarded _ -> throw new InternalError("guarded twice");
        }
    }

    /** A host function is jumped to, so that all returns are predicted right. */
    private void callImport(Assembler a, Target.Import imported, int instruction, int origin, int region) {
        int back = a.newLabel();
        toImport(a, imported);
        a.mov(W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
        a.mov(W64, Convention.MEM0, mem(Convention.INSTANCE, InstanceLayout.MEMORY_BASE));
        a.cmpi(W32, mem(Convention.RECORD, FuncRecord.HOST), 0);
        a.jcc(Cond.NOT_EQUAL, stub(a, HOST, back, origin));
        a.callm(mem(Convention.RECORD, FuncRecord.CODE));
        returned(a, instruction, origin, region);
        a.bind(back);
        reloadInstance(a);
    }

    private void toImport(Assembler a, Target.Import imported) {
        int offset = context.layout().functionRecord(imported.function());
        a.mov(W64, Convention.RECORD, mem(Convention.INSTANCE, offset));
    }

    private void callJava(Assembler a, Callee callee, Target.Runtime runtime, int instruction, int origin, int region) {
        int words = callee.parameters().size();
        int lowest = frame + (words * WORD + 15 & -16); // how far the stack pointer lies below the frame pointer
        if (runtime.place() != Target.Runtime.NO_PLACE) {
            int first = runtime.place() + 2;
            a.mi(Op.MOV, W64, mem(RSP, WORD * runtime.place()), WORD * first - lowest);
        }
        long cell = context.runtimeCell(runtime.function());
        if (cell != 0) {
            a.callm(Mem.address(cell));
        } else {
            a.movi(W32, RAX, runtime.function().ordinal());
            a.callm(mem(Convention.FIBER, FiberBlock.RUNTIME));
        }
        for (int word : runtime.references()) {
            references.alsoAt(WORD * word - lowest);
        }
        returned(a, instruction, origin, region);
        reloadInstance(a);
    }

    @Override
    public void tailCall(Assembler a, Callee callee, int origin) {
        switch ((Target) callee.target()) {
            case Target.Direct direct -> a.jmpm(Mem.address(context.cellAddress(direct.function())));
            case Target.Import imported -> {
                toImport(a, imported);
                jumpToRecord(a);
            }
            case Target.Indirect _ -> jumpToRecord(a);
            default -> throw new InternalError("no function: " + callee);
        }
    }

    /** A function of the host wants the instance of the caller in its register, for the frame that would name it is gone. */
    private static void jumpToRecord(Assembler a) {
        a.cmpi(W32, mem(Convention.RECORD, FuncRecord.HOST), 0);
        a.cmov(Cond.EQUAL, W64, Convention.INSTANCE, mem(Convention.RECORD, FuncRecord.INSTANCE));
        reloadMemory(a);
        a.jmpm(mem(Convention.RECORD, FuncRecord.CODE));
    }

    private int region(List<Target.Clause> clauses, int[] landings) {
        int region = handlers.region(HandlerTable.NONE, 0);
        int place = Emitter.caughtSlot(0, wide);
        for (int i = 0; i < landings.length; i++) {
            Target.Clause clause = clauses.get(i);
            int tag = clause.tag() == Target.Clause.ALL ? HandlerTable.ALL : clause.tag();
            handlers.clause(
                    region,
                    tag,
                    landings[i],
                    place,
                    clause.withReference() ? HandlerTable.REFERENCE_LAST : HandlerTable.NO_REFERENCE);
        }
        return region;
    }

    private void returned(Assembler a, int instruction, int origin, int region) {
        positions.call(a.position(), origin);
        handlers.site(a.position(), region);
        references.call(a.position(), instruction);
        stopsAt(a, state);
        state = STATELESS;
    }

    private void stopsAt(Assembler a, int itsState) {
        if (itsState != STATELESS) {
            states.at(a.position(), itsState);
        }
    }

    private void reloadInstance(Assembler a) {
        a.mov(W64, Convention.INSTANCE, mem(RBP, Convention.FRAME_INSTANCE));
        if (hasMemory) {
            reloadMemory(a);
        }
    }

    private static void reloadMemory(Assembler a) {
        a.mov(W64, Convention.MEM0, mem(Convention.INSTANCE, InstanceLayout.MEMORY_BASE));
    }

    // ---- traps and polls

    @Override
    public void state(StopState stop) {
        state = states.add(stop);
    }

    @Override
    public int trap(Assembler a, TrapReason reason, int origin) {
        return stub(a, reason.ordinal(), 0, origin);
    }

    @Override
    public void mayFault(Assembler a, int origin) {
        if (positions.isTaken(a.position())) {
            a.nop(1); // a return address must not be the address of an instruction that may fault
        }
        positions.trap(a.position(), origin, TrapReason.MEMORY_OUT_OF_BOUNDS.ordinal());
    }

    @Override
    public void poll(Assembler a, int origin) {
        int back = a.newLabel();
        a.cmp(W64, RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
        a.jcc(Cond.BELOW, stub(a, POLL, back, origin));
        a.bind(back);
    }

    private int stub(Assembler a, int kind, int back, int origin) {
        int row = stubCount++ * STUB;
        if (row == stubs.length) {
            stubs = Arrays.copyOf(stubs, row * 2);
        }
        stubs[row + LABEL] = a.newLabel();
        stubs[row + BACK] = back;
        stubs[row + ORIGIN] = origin;
        stubs[row + KIND] = kind;
        stubs[row + STATE] = kind == HOST ? STATELESS : state;
        state = kind == HOST ? state : STATELESS;
        return stubs[row + LABEL];
    }

    @Override
    public void finish(Assembler a) {
        for (int row = 0; row < stubCount * STUB; row += STUB) {
            a.bind(stubs[row + LABEL]);
            int origin = stubs[row + ORIGIN];
            int kind = stubs[row + KIND];
            switch (kind) {
                case POLL -> {
                    a.callm(mem(Convention.FIBER, FiberBlock.POLL));
                    positions.call(a.position(), origin);
                    stopsAt(a, stubs[row + STATE]);
                    a.jmp(stubs[row + BACK]);
                }
                case STACK -> {
                    a.movi(W32, Convention.SCRATCH, frame + callArea);
                    a.callm(mem(Convention.FIBER, FiberBlock.STACK_SLOW));
                    positions.trap(a.position(), origin, TrapReason.STACK_EXHAUSTED.ordinal());
                    a.jmp(stubs[row + BACK]);
                }
                case HOST -> {
                    a.lea(Convention.SCRATCH, Mem.label(stubs[row + BACK]));
                    a.push(Convention.SCRATCH);
                    a.jmpm(mem(Convention.RECORD, FuncRecord.CODE));
                }
                default -> {
                    a.callm(mem(Convention.FIBER, FiberBlock.TRAP + 8 * kind));
                    positions.trap(a.position(), origin, kind);
                    stopsAt(a, stubs[row + STATE]);
                }
            }
        }
    }
}
