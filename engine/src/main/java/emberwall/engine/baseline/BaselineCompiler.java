package emberwall.engine.baseline;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.*;
import static emberwall.asm.x64.Width.*;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.engine.code.FunctionCode;
import emberwall.engine.code.FunctionCompiler;
import emberwall.engine.code.HandlerTable;
import emberwall.engine.code.ModuleContext;
import emberwall.engine.code.ReferenceMap;
import emberwall.fiber.FiberBlock;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Feature;
import emberwall.wasm.Features;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.Locals;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Compiles functions in a single pass over their bodies. */
public final class BaselineCompiler implements FunctionCompiler {
    /** What modules may use whose functions can be compiled. */
    public static final Features FEATURES = new Features(Feature.mask(
            Feature.MVP,
            Feature.MUTABLE_GLOBALS,
            Feature.EXTENDED_CONST,
            Feature.SIGN_EXTENSION,
            Feature.SATURATING_CONVERSIONS,
            Feature.MULTI_VALUE,
            Feature.BULK_MEMORY,
            Feature.REFERENCE_TYPES,
            Feature.SIMD,
            Feature.RELAXED_SIMD,
            Feature.TAIL_CALL,
            Feature.FUNCTION_REFERENCES,
            Feature.THREADS,
            Feature.GC,
            Feature.MEMORY64,
            Feature.MULTI_MEMORY,
            Feature.CUSTOM_PAGE_SIZES,
            Feature.WIDE_ARITHMETIC,
            Feature.EXCEPTIONS,
            Feature.LEGACY_EXCEPTIONS));

    /** Frames up to this size need not be compared with the limit exactly: the red zone below it has room for them. */
    private static final int SMALL_FRAME = 16 << 10;

    /** Up to how many declared locals wait for their zero as constants. */
    private static final int LAZY_ZEROS = 24;

    /** Up to how many words are cleared without a loop. */
    private static final int UNROLLED_ZEROS = 48;

    /** After how many instructions somebody may interrupt. */
    private static final int STEPS = 1 << 14;

    /** Up to how many slots assertions look at all of them. */
    private static final int CHECKED = 64;

    private final BooleanSupplier interrupted;
    private final Compilation c = new Compilation();
    private final Assembler a = c.a;
    private final ValueStack stack = c.stack;
    private final Comparison comparison = new Comparison(c);
    private final Branches branches = new Branches(c, comparison);
    private final Calls calls = new Calls(c);
    private final TailCalls tailCalls = new TailCalls(c, calls);
    private final Numerics numerics = new Numerics(c, comparison, branches);
    private final WideArithmetic wide = new WideArithmetic(c);
    private final MemoryAccess memory = new MemoryAccess(c);
    private final Vectors vectors = new Vectors(c, memory);
    private final Exceptions exceptions = new Exceptions(c, calls, branches);
    private final Atomics atomics = new Atomics(c, memory, calls);
    private final Variables variables = new Variables(c, calls, comparison, branches);
    private final Casts casts = new Casts(c, comparison, branches);
    private final Objects objects = new Objects(c, calls, casts);
    private final NullTests nullTests = new NullTests(c, comparison, branches);

    private ModuleContext context;
    /** The most bytes that a call in the module takes below the frame. */
    private int largestArea;

    private int[] boundaries = new int[256];
    private int boundaryCount;

    /**
     * A compiler.
     *
     * @param interrupted asked now and then during long work: whether to give up
     */
    public BaselineCompiler(BooleanSupplier interrupted) {
        this.interrupted = interrupted;
    }

    @Override
    public FunctionCode compile(ModuleContext context, FunctionInfo info, boolean withBoundaries) {
        c.begin(context, info);
        calls.begin();
        if (!context.equals(this.context)) {
            this.context = context;
            largestArea = calls.largestArea();
        }
        boundaryCount = 0;
        CallLayout layout = calls.layout(c.module.functionTypeIndex(info.function()));
        int slots = info.localCount() + info.maximumHeight() + exceptions.begin();
        c.beginValues(slots);
        int frame = -Convention.FRAME_SLOTS - 8 + stack.slotBytes() * slots + 15 & -16;
        exceptions.setFrame(frame);
        prologue(layout, frame);
        branches.begin(layout);
        body(withBoundaries);
        branches.endFunction();
        if (withBoundaries) {
            boundary(c.module.bodyEnd(info.function())); // what follows is out of line
        }
        exceptions.emitPads();
        c.emitStubs(frame + largestArea);
        branches.emitTables();
        c.literals.emit();
        a.finish();
        branches.fillTables();
        c.trim();
        ReferenceMap references = c.references.build(c.type, c.module.locals(info.function()), stack.wide);
        int[] pairs = withBoundaries ? ascendingBoundaries() : null;
        HandlerTable handlers = c.handlers.build(a, stack.slotBytes());
        return new FunctionCode(info.function(), a, c.positions.build(), references, handlers, frame + 16, pairs);
    }

    /** The boundaries; where a branch before one was edited away later, that one moves down to the next. */
    private int[] ascendingBoundaries() {
        int[] pairs = Arrays.copyOf(boundaries, boundaryCount);
        for (int i = boundaryCount - 4; i >= 0; i -= 2) {
            pairs[i] = Math.min(pairs[i], pairs[i + 2]);
        }
        return pairs;
    }

    // ---- the beginning

    private void prologue(CallLayout layout, int frame) {
        a.push(RBP);
        a.mov(W64, RBP, RSP);
        int back = a.newLabel();
        int needed = frame + largestArea;
        if (needed <= SMALL_FRAME) {
            a.cmp(W64, RSP, mem(Convention.FIBER, FiberBlock.LIMIT));
        } else {
            a.lea(Convention.SCRATCH, mem(RSP, -needed));
            a.cmp(W64, Convention.SCRATCH, mem(Convention.FIBER, FiberBlock.LIMIT));
        }
        a.jcc(Cond.BELOW, c.stackStub(back));
        a.bind(back);
        a.push(Convention.INSTANCE);
        a.subi(W64, RSP, frame - 8);
        c.countEntry();
        parameters(layout);
        locals(layout.parameterCount());
    }

    private void parameters(CallLayout layout) {
        int count = layout.parameterCount();
        for (int i = 0; i < count; ) {
            int type = Compilation.slotType(c.type.parameter(i));
            if (layout.inRegister(i)) {
                int base = layout.parameterClass(i) == Convention.INT ? 0 : ValueStack.XMM;
                stack.parameter(i, type, layout.register(i) + base);
                i++;
                continue;
            }
            int offset = layout.stackOffset(i);
            if (layout.parameterClass(i) == Convention.VECTOR) {
                stack.inMemory(i, type);
                a.movups(Convention.SCRATCH_XMM, mem(RBP, Convention.FRAME_ARGUMENTS + offset));
                a.movups(stack.home(i++), Convention.SCRATCH_XMM);
                continue;
            }
            int run = 0;
            while (i + run < count
                    && !layout.inRegister(i + run)
                    && layout.parameterClass(i + run) != Convention.VECTOR
                    && layout.stackOffset(i + run) == offset + 8 * run) {
                stack.inMemory(i + run, Compilation.slotType(c.type.parameter(i + run)));
                run++;
            }
            c.copies.upToSlots(RBP, Convention.FRAME_ARGUMENTS + offset, i, run);
            i += run;
        }
    }

    /** Makes the declared locals zero. */
    private void locals(int first) {
        Locals declared = c.module.locals(c.info.function());
        int count = declared.count();
        boolean lazy = count <= LAZY_ZEROS;
        int local = first;
        for (int run = 0; run < declared.runs(); run++) {
            int type = Compilation.slotType(declared.type(run));
            for (int i = declared.length(run); i > 0; i--) {
                if (lazy && type == ValueType.V128) {
                    stack.inMemory(local, type);
                    a.rr(Op.XORPS, Convention.SCRATCH_XMM, Convention.SCRATCH_XMM);
                    a.movups(stack.home(local++), Convention.SCRATCH_XMM);
                } else if (lazy) {
                    stack.zero(local++, type);
                } else {
                    stack.inMemory(local++, type);
                }
            }
        }
        if (!lazy) {
            clear(first, count);
        }
    }

    /** Clears slots in memory. At this point r10 holds no argument. */
    private void clear(int first, int count) {
        int zero = Convention.SCRATCH_XMM;
        a.rr(Op.XORPS, zero, zero);
        if (stack.wide) {
            clearWide(first, count);
        } else if (count <= UNROLLED_ZEROS) {
            for (int i = 0; i + 1 < count; i += 2) {
                a.movups(stack.home(first + i + 1), zero);
            }
        } else {
            clearDown(first + 1, first + (count & ~1) + 1);
        }
        if (!stack.wide && (count & 1) != 0) {
            a.movs(W64, stack.home(first + count - 1), zero);
        }
    }

    private void clearWide(int first, int count) {
        if (count <= UNROLLED_ZEROS) {
            for (int i = 0; i < count; i++) {
                a.movups(stack.home(first + i), Convention.SCRATCH_XMM);
            }
        } else {
            clearDown(first, first + count);
        }
    }

    /** Clears 16 bytes at a time, from where one slot lies down to where another one does, without that. */
    private void clearDown(int from, int to) {
        int again = a.newLabel();
        a.lea(R10, stack.home(from));
        a.lea(Convention.SCRATCH, stack.home(to));
        a.bind(again);
        a.movups(mem(R10), Convention.SCRATCH_XMM);
        a.subi(W64, R10, 16);
        a.cmp(W64, R10, Convention.SCRATCH);
        a.jcc(Cond.NOT_EQUAL, again);
    }

    // ---- the body

    private void body(boolean withBoundaries) {
        BodyReader reader = c.reader;
        ControlStack control = c.control;
        int steps = 0;
        while (true) {
            if (!c.reachable) {
                branches.skipUnreachable();
            }
            int at = reader.position();
            c.position = at;
            if (withBoundaries) {
                boundary(at);
            }
            if (++steps == STEPS) {
                steps = 0;
                if (interrupted.getAsBoolean()) {
                    throw new CancellationException("compilation interrupted");
                }
            }
            int code = reader.u8();
            if (code == 0x0B && control.depth() == 1) {
                return;
            }
            stack.unpin();
            instruction(code);
            assert !c.reachable || stack.top > CHECKED || stack.isConsistent() : "value stack after " + at;
        }
    }

    private void boundary(int at) {
        if (boundaryCount + 2 > boundaries.length) {
            boundaries = Arrays.copyOf(boundaries, boundaryCount * 2);
        }
        boundaries[boundaryCount++] = a.position();
        boundaries[boundaryCount++] = at;
    }

    private void instruction(int code) {
        BodyReader reader = c.reader;
        switch (code) {
            case 0x20 -> stack.getLocal(reader.u32());
            case 0x21 -> stack.setLocal(reader.u32());
            case 0x22 -> stack.teeLocal(reader.u32());
            case 0x41 -> stack.pushConstant(ValueType.I32, reader.s32() & 0xFFFF_FFFFL);
            case 0x42 -> stack.pushConstant(ValueType.I64, reader.s64());
            case 0x43 -> stack.pushConstant(ValueType.F32, reader.fixed32() & 0xFFFF_FFFFL);
            case 0x44 -> stack.pushConstant(ValueType.F64, reader.fixed64());
            default -> {
                if (code >= 0x45 && code <= 0xC4) {
                    numerics.compile(code);
                } else if (code >= 0x28 && code <= 0x35) {
                    memory.load(code);
                } else if (code >= 0x36 && code <= 0x3E) {
                    memory.store(code);
                } else {
                    rarer(code);
                }
            }
        }
    }

    private void rarer(int code) {
        switch (code) {
            case 0x00 -> branches.unreachable();
            case 0x01 -> {}
            case 0x02 -> branches.block();
            case 0x03 -> branches.loop();
            case 0x04 -> branches.ifPlain();
            case 0x05 -> branches.elseArm();
            case 0x06 -> exceptions.tryBlock();
            case 0x07 -> exceptions.catchArm(false);
            case 0x08 -> exceptions.throwTag();
            case 0x09 -> exceptions.rethrow();
            case 0x0A -> exceptions.throwReference();
            case 0x0B -> branches.end();
            case 0x0C -> branches.br();
            case 0x0D -> branches.brIf();
            case 0x0E -> branches.brTable();
            case 0x0F -> branches.returns();
            case 0x10 -> calls.call();
            case 0x11 -> calls.callIndirect();
            case 0x12 -> tailCalls.returnCall();
            case 0x13 -> tailCalls.returnCallIndirect();
            case 0x14 -> calls.callRef();
            case 0x15 -> tailCalls.returnCallRef();
            case 0x18 -> exceptions.delegate();
            case 0x19 -> exceptions.catchArm(true);
            case 0x1A -> stack.drop();
            case 0x1B -> branches.select();
            case 0x1C -> {
                c.reader.skip(Opcode.SELECT_TYPED.immediate());
                branches.select();
            }
            case 0x1F -> exceptions.tryTable();
            case 0x23 -> variables.globalGet();
            case 0x24 -> variables.globalSet();
            case 0x25 -> variables.tableGet();
            case 0x26 -> variables.tableSet();
            case 0x3F -> memory.size();
            case 0x40 -> variables.memoryGrow();
            case 0xD0 -> variables.refNull();
            case 0xD1 -> variables.refIsNull();
            case 0xD2 -> variables.refFunc();
            case 0xD3 -> casts.refEq();
            case 0xD4 -> nullTests.refAsNonNull();
            case 0xD5 -> nullTests.brOnNull();
            case 0xD6 -> nullTests.brOnNonNull();
            case Opcode.PREFIX_GC -> objects.compile();
            case Opcode.PREFIX_SIMD -> vectors.compile();
            case Opcode.PREFIX_THREADS -> atomics.compile();
            case Opcode.PREFIX_MISC -> {
                int number = c.reader.u32();
                if (number < 8) {
                    numerics.saturating(number);
                } else if (number >= 0x13) {
                    wide.compile(number);
                } else {
                    variables.bulk(number);
                }
            }
            default -> throw new InternalError("no code for " + Opcode.at(code) + " at " + c.position);
        }
    }
}
