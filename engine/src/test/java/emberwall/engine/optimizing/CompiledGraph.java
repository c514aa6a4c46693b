package emberwall.engine.optimizing;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R14;
import static emberwall.asm.x64.Reg.R15;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RBX;
import static emberwall.asm.x64.Reg.RDI;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Op;
import emberwall.asm.x64.Reg;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.codegen.alloc.Allocation;
import emberwall.codegen.alloc.Checker;
import emberwall.codegen.alloc.Code;
import emberwall.codegen.alloc.LinearScan;
import emberwall.codegen.alloc.WordPerValue;
import emberwall.codegen.select.Emitter;
import emberwall.codegen.select.Linkage;
import emberwall.codegen.select.Selector;
import emberwall.ir.Callee;
import emberwall.ir.CriticalEdges;
import emberwall.ir.Graph;
import emberwall.ir.Interpreter;
import emberwall.ir.Schedule;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import emberwall.op.TrapReason;
import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.os.Native;
import emberwall.os.RawMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A graph as machine code without an engine around it: entered from C, with a block of memory for its context, calling
 * functions that mix their arguments. What a callee is called by says how it is called: see {@link #passing}.
 */
final class CompiledGraph implements Linkage, AutoCloseable {
    // Of the block.
    private static final int STACK = 0;
    private static final int TRAP = 8;
    private static final int ORIGIN = 16;
    /** What the latest function called has mixed. */
    private static final int MIXED = 24;

    private static final int ARGUMENTS = 64;
    private static final int RESULTS = 1024;
    static final int MEMORY = 4096;
    static final int MEMORY_BYTES = 4096;
    static final int BLOCK_BYTES = MEMORY + MEMORY_BYTES;

    private static final int SAVED = 8;
    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;
    private static final int[] KEPT_BY_C = {RBX, RBP, Reg.R12, Reg.R13, R14, R15};

    /** What machine code is compiled with: everything, or nothing beyond the base, and which allocator. */
    record Way(int features, boolean scans) {}

    /**
     * The target of a callee that may throw: what {@link #mix} comes to says whether, and to which landing block.
     *
     * @param values what exceptions bring
     * @param landings how many landing blocks its invocations have
     */
    record Throws(List<Type> values, int landings) {
        /** Where from 1, or 0 if it returns. */
        int landing(long sum) {
            int landing = (int) (sum >>> DECISION) & CHOICES;
            return landing <= landings ? landing : 0;
        }
    }

    private static final int DECISION = 40;
    private static final int CHOICES = 3;

    private final Assembler a = new Assembler();
    private final Code code = new Code();
    private final Graph graph;
    private final CallLayout layout;
    private final CodeSpace space;
    private final CodeBlob blob;
    private final int done = a.newLabel();
    private final List<Callee> called = new ArrayList<>();
    private final List<Integer> functions = new ArrayList<>();
    private final List<int[]> traps = new ArrayList<>();
    private final List<Thrown> thrown = new ArrayList<>();
    private final Selector selector = new Selector(code);
    private int frame;

    /** Where an exception goes on its way to a landing block. */
    private record Thrown(int label, Throws what, int landing) {}

    /** Compiles a graph, which loses its critical edges. */
    CompiledGraph(Graph graph, Way way, CodeSpace space) {
        this.graph = graph;
        this.space = space;
        CriticalEdges.split(graph);
        Schedule schedule = Schedule.of(graph);
        selector.select(graph, schedule, this, way.features);
        Allocation allocation = way.scans
                ? new LinearScan().allocate(code, Emitter.allocatable())
                : new WordPerValue().allocate(code, Emitter.allocatable());
        Checker.check(code, allocation, Emitter.allocatable());
        layout = layout(graph.parameterTypes(), graph.resultTypes());
        enter();
        new Emitter(a).emit(selector, allocation, this, way.features, false);
        blob = space.publish(a, this);
    }

    @Override
    public void close() {
        space.free(blob);
    }

    /** The bytes, for who wants to see them. */
    byte[] bytes() {
        return Arrays.copyOf(a.bytes(), a.position());
    }

    // ---- running

    /** Runs the code with a block whose memory is there. */
    List<V128> run(List<V128> arguments, long block) {
        RawMemory.putLong(block + TRAP, 0);
        for (int i = 0; i < arguments.size(); i++) {
            put(block + ARGUMENTS + 16 * i, arguments.get(i));
        }
        Native.call(blob.address(), block, 0, 0);
        int trap = (int) RawMemory.getLong(block + TRAP);
        if (trap != 0) {
            throw new Trapped(TrapReason.of(trap - 1), (int) RawMemory.getLong(block + ORIGIN));
        }
        List<V128> results = new ArrayList<>();
        for (int i = 0; i < graph.resultTypes().size(); i++) {
            results.add(cut(graph.resultTypes().get(i), get(block + RESULTS + 16 * i)));
        }
        return results;
    }

    /** The code trapped. */
    static final class Trapped extends RuntimeException {
        private static final long serialVersionUID = 1;

        final TrapReason reason;
        final int origin;

        Trapped(TrapReason reason, int origin) {
            this.reason = reason;
            this.origin = origin;
        }
    }

    static V128 cut(Type type, V128 value) {
        return switch (type) {
            case V128 -> value;
            case I64, F64 -> new V128(value.low(), 0);
            default -> new V128(value.low() & 0xFFFF_FFFFL, 0);
        };
    }

    static void put(long address, V128 value) {
        RawMemory.putLong(address, value.low());
        RawMemory.putLong(address + 8, value.high());
    }

    static V128 get(long address) {
        return new V128(RawMemory.getLong(address), RawMemory.getLong(address + 8));
    }

    /** What all functions called compute, for an interpreter. */
    static List<V128> mix(Callee callee, List<V128> arguments) {
        long sum = 1;
        for (V128 argument : arguments) {
            sum = (sum + argument.low()) * FACTOR;
        }
        if (callee.target() instanceof Throws throwing && throwing.landing(sum) > 0) {
            throw new Interpreter.CaughtException(throwing.landing(sum), following(sum, throwing.values()));
        }
        return following(sum, callee.results());
    }

    private static List<V128> following(long sum, List<Type> types) {
        List<V128> values = new ArrayList<>();
        long next = sum;
        for (Type type : types) {
            next++;
            values.add(cut(type, new V128(next, next)));
        }
        return values;
    }

    /** Whether interpreter and machine code end alike. */
    static String outcome(RuntimeException trap) {
        return switch (trap) {
            case Trapped trapped -> trapped.reason + " at " + trapped.origin;
            case Interpreter.TrapException thrown -> thrown.reason() + " at " + thrown.origin();
            default -> throw trap;
        };
    }

    // ---- in and out

    private static CallLayout layout(List<Type> parameters, List<Type> results) {
        return CallLayout.of(classes(parameters), classes(results));
    }

    private static byte[] classes(List<Type> types) {
        byte[] classes = new byte[types.size()];
        for (int i = 0; i < classes.length; i++) {
            Type type = types.get(i);
            classes[i] =
                    (byte) (type == Type.V128 ? Convention.VECTOR : type.isFloat() ? Convention.FLOAT : Convention.INT);
        }
        return classes;
    }

    private void enter() {
        for (int register : KEPT_BY_C) {
            a.push(register);
        }
        a.subi(W64, RSP, SAVED);
        a.mov(W64, R15, RDI);
        a.mov(W64, mem(R15, STACK), RSP);
        contexts();
        a.subi(W64, RSP, layout.argumentBytes() + layout.resultBytes());
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < layout.parameterCount(); i++) {
                if (layout.inRegister(i) == (pass == 1)) {
                    pass(i);
                }
            }
        }
        int function = a.newLabel();
        a.call(function);
        for (int i = 0; i < layout.resultCount(); i++) {
            boolean isInt = layout.resultClass(i) == Convention.INT;
            if (i == 0 && isInt) {
                a.mov(W64, mem(R15, RESULTS), RAX);
            } else {
                if (i > 0) {
                    a.movups(0, mem(RSP, layout.resultOffset(i)));
                }
                a.movups(mem(R15, RESULTS + 16 * i), 0);
            }
        }
        a.bind(done);
        a.mov(W64, RSP, mem(R15, STACK));
        a.addi(W64, RSP, SAVED);
        for (int i = KEPT_BY_C.length - 1; i >= 0; i--) {
            a.pop(KEPT_BY_C[i]);
        }
        a.ret();
        a.bind(function);
    }

    private void pass(int argument) {
        long from = mem(R15, ARGUMENTS + 16 * argument);
        boolean isInt = layout.parameterClass(argument) == Convention.INT;
        if (!layout.inRegister(argument)) {
            a.movups(Convention.SCRATCH_XMM, from);
            long to = mem(RSP, layout.stackOffset(argument));
            if (layout.parameterClass(argument) == Convention.VECTOR) {
                a.movups(to, Convention.SCRATCH_XMM);
            } else {
                a.movs(W64, to, Convention.SCRATCH_XMM);
            }
        } else if (isInt) {
            a.mov(W64, layout.register(argument), from);
        } else {
            a.movups(layout.register(argument), from);
        }
    }

    private void contexts() {
        a.mov(W64, R14, R15);
        a.lea(RBX, mem(R15, MEMORY));
    }

    // ---- linkage

    @Override
    public Passing passing(Callee callee) {
        return callee.name().startsWith("word")
                ? Passing.WORDS
                : callee.name().startsWith("record") ? Passing.RECORD : Passing.PLAIN;
    }

    @Override
    public void prologue(Assembler to, int frameBytes, int callArea) {
        a.push(RBP);
        a.mov(W64, RBP, RSP);
        a.push(R14);
        a.subi(W64, RSP, frameBytes - 8);
        frame = frameBytes;
    }

    private int function(Callee callee) {
        called.add(callee);
        functions.add(a.newLabel());
        return functions.getLast();
    }

    @Override
    public void call(Assembler to, Callee callee, int instruction, int origin, int[] landings) {
        a.call(function(callee));
        contexts();
        if (callee.target() instanceof Throws throwing) {
            a.mov(W64, Convention.SCRATCH, mem(R15, MIXED));
            a.shri(W64, Convention.SCRATCH, DECISION);
            a.andi(W32, Convention.SCRATCH, CHOICES);
            for (int i = 0; i < landings.length; i++) {
                Thrown there = new Thrown(a.newLabel(), throwing, landings[i]);
                thrown.add(there);
                a.cmpi(W32, Convention.SCRATCH, i + 1);
                a.jcc(Cond.EQUAL, there.label);
            }
        }
    }

    /** What an exception brings, into the frame; then nothing is left in registers or of the stack pointer. */
    private void goTo(Thrown there) {
        a.bind(there.label);
        a.mov(W64, RAX, mem(R15, MIXED));
        boolean wide = selector.catchesVectors();
        for (int i = 0; i < there.what.values().size(); i++) {
            Type type = there.what.values().get(i);
            int place = Emitter.caughtSlot(i, wide);
            a.addi(W64, RAX, 1);
            a.mov(type == Type.I32 || type == Type.F32 ? W32 : W64, Reg.RCX, RAX);
            a.mov(W64, mem(RBP, place), Reg.RCX);
            if (type == Type.V128) {
                a.mov(W64, mem(RBP, place + 8), Reg.RCX);
            }
        }
        spoil();
        a.subi(W64, RSP, 64);
        a.jmp(there.landing);
    }

    @Override
    public void landed(Assembler to) {
        a.lea(RSP, mem(RBP, -frame));
        contexts();
    }

    @Override
    public void tailCall(Assembler to, Callee callee, int origin) {
        a.jmp(function(callee));
    }

    @Override
    public int trap(Assembler to, TrapReason reason, int origin) {
        int label = a.newLabel();
        traps.add(new int[] {label, reason.ordinal() + 1, origin});
        return label;
    }

    @Override
    public void mayFault(Assembler to, int origin) {
        // Nothing faults here.
    }

    @Override
    public void poll(Assembler to, int origin) {
        a.cmp(W64, RSP, mem(R15, TRAP));
    }

    @Override
    public void finish(Assembler to) {
        for (int[] trap : traps) {
            a.bind(trap[0]);
            a.storei(W64, mem(R15, TRAP), trap[1]);
            a.storei(W64, mem(R15, ORIGIN), trap[2]);
            a.jmp(done);
        }
        thrown.forEach(this::goTo);
        for (int i = 0; i < called.size(); i++) {
            a.bind(functions.get(i));
            mix(called.get(i));
        }
    }

    /** A function that mixes its arguments, and leaves nothing in registers that it may spoil. */
    private void mix(Callee callee) {
        Passing passing = passing(callee);
        int skipped = passing == Passing.RECORD ? 1 : 0;
        int count = callee.parameters().size();
        CallLayout its = layout(callee.parameters().subList(skipped, count), callee.results());
        int sum = R15;
        a.push(R15);
        a.movi(sum, 1);
        for (int i = 0; i < count; i++) {
            if (passing == Passing.WORDS) {
                a.add(W64, sum, mem(RSP, 16 + 8 * i));
            } else if (i < skipped) {
                a.add(W64, sum, Convention.RECORD);
            } else {
                add(its, callee.parameters().get(i), i - skipped, sum);
            }
            a.movi(R14, FACTOR);
            a.imul(W64, sum, R14);
        }
        a.mov(W64, RAX, sum);
        a.pop(R15);
        a.mov(W64, mem(R15, MIXED), RAX);
        for (int i = 0; i < callee.results().size(); i++) {
            a.addi(W64, RAX, 1);
            a.mov(W64, Reg.RCX, RAX);
            if (callee.results().get(i) == Type.I32) {
                a.mov(W32, Reg.RCX, Reg.RCX);
            }
            a.gprToXmm(W64, 1, Reg.RCX);
            a.rr(Op.PUNPCKLQDQ, 1, 1);
            long area = mem(RSP, 8 + (passing == Passing.WORDS ? 0 : its.argumentBytes()) + its.resultOffset(i));
            if (i == 0) {
                a.movaps(0, 1);
                a.mov(W64, Reg.RDX, Reg.RCX);
            } else if (callee.results().get(i) == Type.V128) {
                a.movups(area, 1);
            } else {
                a.mov(W64, area, Reg.RCX);
            }
        }
        a.mov(W64, RAX, Reg.RDX);
        spoil();
        a.ret(passing == Passing.WORDS ? 0 : its.argumentBytes());
    }

    /** Leaves nothing in registers but what results are in. */
    private void spoil() {
        for (int register = 1; register < 15; register++) {
            if (register != RSP && register != RBP) {
                a.movi(register, -7);
            }
            a.rr(Op.PCMPEQD, register, register);
        }
    }

    private void add(CallLayout its, Type type, int parameter, int sum) {
        if (!its.inRegister(parameter)) {
            if (type == Type.I32 || type == Type.F32) {
                a.mov(W32, R14, mem(RSP, 16 + its.stackOffset(parameter)));
            } else {
                a.mov(W64, R14, mem(RSP, 16 + its.stackOffset(parameter)));
            }
            a.add(W64, sum, R14);
        } else if (its.parameterClass(parameter) == Convention.INT) {
            a.add(W64, sum, its.register(parameter));
        } else {
            a.xmmToGpr(type == Type.F32 ? W32 : W64, R14, its.register(parameter));
            a.add(W64, sum, R14);
        }
    }
}
