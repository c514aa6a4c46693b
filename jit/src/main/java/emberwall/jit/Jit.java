package emberwall.jit;

import emberwall.asm.x64.Assembler;
import emberwall.fiber.Exit;
import emberwall.fiber.FaultHandler;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import emberwall.op.TrapReason;
import emberwall.os.ForeignFunctions;
import emberwall.os.Platform;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Machine code that a Java program makes for itself, and owns until it closes this: as bytes, as assembler, or as functions
 * that the optimizing compiler translates. For use by many threads.
 *
 * <pre>{@code
 * try (Jit jit = Jit.open()) {
 *     FunctionBuilder f = jit.function("add4", methodType(long.class, long.class));
 *     f.ir().returns(f.ir().compute(Op.ADD, Type.I64, f.parameter(0), f.ir().i64(4)));
 *     MethodHandle add4 = f.compile().handle();
 *     long six = (long) add4.invokeExact(2L);
 * }
 * }</pre>
 *
 * <p>Such code is trusted: nothing keeps it in but what it checks itself. {@linkplain FunctionBuilder Functions} check their
 * stack and, unless told not to, the bounds of the segments that they are given. Where one reaches for an address unchecked, it
 * reads or writes whatever is there; if that is no memory at all, the function ends with an {@link InternalError}. Bytes and
 * assembler check nothing, and what they or C functions do wrong ends the process, with the report that the JVM then writes.
 */
public final class Jit implements AutoCloseable {
    private static final long CODE_BYTES = 16 << 20;

    /** Functions, which run on fibers. */
    private final CodeSpace space;

    /** Lets accesses of functions to what is not mapped be exits; null if the machine does not. */
    private final FaultHandler.Range faults;

    private final long codeBytes;

    /** Bytes and assembler, which run on the stacks of Java's threads; made when first needed. */
    private CodeSpace foreign;

    private final Compiler compiler = new Compiler();
    private final Arena arena = Arena.ofShared();
    private final Map<String, CodeBlob> thunks = new HashMap<>();
    final Activations activations;

    /** By the number that code has; replaced as a whole. */
    private volatile MethodHandle[] targets = {};

    private int targetCount;
    private long unfinished;
    private boolean closed;

    private Jit(long codeBytes, long stackBytes) {
        this.codeBytes = codeBytes;
        boolean handled = FaultHandler.available();
        space = CodeSpace.reserve(codeBytes);
        faults = handled ? FaultHandler.addOwnCode(space.base(), space.bytes()) : null;
        activations = new Activations(stackBytes);
    }

    /**
     * {@return an owner of up to 16 MiB of code, whose functions have 1 MiB of stack}
     *
     * @throws IllegalStateException if the machine is not Linux on x86-64, or the system forbids executable memory
     */
    public static Jit open() {
        return open(CODE_BYTES, Fiber.DEFAULT_STACK);
    }

    /**
     * {@return an owner of code}
     *
     * @param codeBytes the most code that there will be at a time; address space is taken for it, up to 1 GiB
     * @param stackBytes the stack of each call from Java, up to 4 GiB
     * @throws IllegalStateException if the machine is not Linux on x86-64, or the system forbids executable memory
     */
    public static Jit open(long codeBytes, long stackBytes) {
        String obstacle = Platform.unavailable();
        if (obstacle != null) {
            throw new IllegalStateException(obstacle);
        }
        return new Jit(codeBytes, stackBytes);
    }

    // ---- code as it is

    /**
     * Publishes bytes that somebody else made, as they are.
     *
     * <pre>{@code
     * byte[] bytes = {0x48, (byte) 0x89, (byte) 0xf8, 0x48, (byte) 0x83, (byte) 0xc0, 0x04, (byte) 0xc3};
     * MethodHandle add4 = jit.code(bytes, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
     * }</pre>
     *
     * @param code position-independent code of a function of the C convention, which runs on the stack of the Java thread
     * @param type what it takes and returns
     * @return what calls it, typed as {@link java.lang.foreign.Linker} says
     */
    public MethodHandle code(byte[] code, FunctionDescriptor type) {
        byte[] copy = code.clone();
        return handle(foreign().publish(copy, copy.length, "code"), type);
    }

    /**
     * Publishes what is assembled: {@link #code} with names for the bytes.
     *
     * @param body writes the instructions
     * @param type what it takes and returns
     * @return what calls it, typed as {@link java.lang.foreign.Linker} says
     */
    public MethodHandle assemble(Consumer<Assembler> body, FunctionDescriptor type) {
        Assembler a = new Assembler();
        body.accept(a);
        return handle(foreign().publish(a, "code"), type);
    }

    private synchronized CodeSpace foreign() {
        checkOpen();
        if (foreign == null) {
            foreign = CodeSpace.reserve(codeBytes);
        }
        return foreign;
    }

    private MethodHandle handle(CodeBlob blob, FunctionDescriptor type) {
        return ForeignFunctions.handle(blob.address(), type, arena);
    }

    // ---- functions

    /**
     * Begins a function.
     *
     * @param name letters, digits and any of {@code _.$}, for texts and messages
     * @param type of int, long, float, double, boolean, {@link emberwall.op.V128}, and {@link MemorySegment} for parameters
     * @return what makes it
     * @throws IllegalArgumentException if there are other types
     */
    public synchronized FunctionBuilder function(String name, MethodType type) {
        if (!name.matches("[A-Za-z0-9_.$]+")) {
            throw new IllegalArgumentException("not a name: " + name);
        }
        checkOpen();
        Signature signature = Signature.of(type);
        long cell = space.allocateCells(1);
        space.setCell(cell, unfinished());
        return new FunctionBuilder(this, name, signature, cell);
    }

    /** Stands for functions without code. */
    private long unfinished() {
        if (unfinished == 0) {
            Assembler a = new Assembler(32);
            a.callm(emberwall.asm.x64.Mem.mem(
                    emberwall.codegen.Convention.FIBER, FiberBlock.trap(TrapReason.UNINITIALIZED_ELEMENT)));
            unfinished = space.publish(a, "a function that is not compiled").address();
        }
        return unfinished;
    }

    synchronized CompiledFunction compile(FunctionBuilder function) {
        checkOpen();
        Assembler code = compiler.compile(function);
        CodeBlob blob = space.publish(code, function.name());
        space.setCell(function.cell(), blob.address());
        Signature signature = function.signature();
        CodeBlob thunk = thunks.computeIfAbsent(
                signature.shape(), shape -> space.publish(EntryThunk.of(signature), "entry " + shape));
        EntryPoint entry = new EntryPoint(this, thunk.address(), function.cell(), signature.bytes());
        MethodHandle handle = Words.into(signature, entry, function::isWritten);
        return new CompiledFunction(
                function.name(), handle, Arrays.copyOf(code.bytes(), blob.length()), function.needed());
    }

    /** Makes a method handle known, {@code (long) -> long} from the address of its arguments' words. */
    synchronized int add(MethodHandle target) {
        checkOpen();
        MethodHandle[] more = Arrays.copyOf(targets, Math.max(targetCount + 1, targets.length * 2));
        more[targetCount] = target;
        targets = more;
        return targetCount++;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the owner of the code is closed");
        }
    }

    // ---- while code runs

    /** Answers exits until the function returns. */
    void answer(Fiber fiber, int first, MemorySegment[] segments) {
        int exit = first;
        while (exit != Exit.RETURN) {
            switch (Exit.kind(exit)) {
                case Exit.HOST_CALL -> fiber.result(java(fiber));
                case Exit.TRAP -> throw failure(TrapReason.of(Exit.payload(exit)), fiber);
                case Exit.POLL, Exit.STACK -> attend(fiber, Exit.kind(exit));
                case Exit.FAULT -> throw fault(fiber);
                default -> throw new InternalError("exit " + exit);
            }
            exit = segments.length == 0 ? fiber.resume() : fiber.resume(segments);
        }
    }

    private long java(Fiber fiber) {
        int number = (int) fiber.get(FiberBlock.EXIT_RECORD);
        long words = fiber.get(FiberBlock.GUEST_SP) + Long.BYTES;
        try {
            return (long) targets[number].invokeExact(words);
        } catch (Throwable thrown) {
            throw Jit.<RuntimeException>unchecked(thrown);
        }
    }

    /** The handle of a function says nothing of checked exceptions, as any method handle. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** A function looks at its stack, or polls. What it is wanted for may be nothing. */
    private void attend(Fiber fiber, int kind) {
        fiber.takeRequests();
        if (kind == Exit.STACK && fiber.stackExhausted()) {
            throw new StackOverflowError(TrapReason.STACK_EXHAUSTED.text() + in(fiber));
        }
        if (kind == Exit.POLL && fiber.overdue() == TrapReason.INTERRUPTED) {
            throw new CancellationException(TrapReason.INTERRUPTED.text() + in(fiber));
        }
    }

    private RuntimeException failure(TrapReason reason, Fiber fiber) {
        String text = reason.text() + in(fiber);
        return switch (reason) {
            case MEMORY_OUT_OF_BOUNDS, ARRAY_OUT_OF_BOUNDS, TABLE_OUT_OF_BOUNDS -> new IndexOutOfBoundsException(text);
            case INTEGER_DIVIDE_BY_ZERO, INTEGER_OVERFLOW, INVALID_CONVERSION -> new ArithmeticException(text);
            default -> new IllegalStateException(text);
        };
    }

    /** As the JDK says it of its own unchecked accesses. */
    private InternalError fault(Fiber fiber) {
        return new InternalError(
                "a fault at address 0x" + Long.toHexString(fiber.get(FiberBlock.FAULT_ADDRESS)) + in(fiber));
    }

    /** Which function the exit was in. */
    private String in(Fiber fiber) {
        CodeBlob blob = space.find(fiber.exitPc());
        return blob == null ? "" : " in " + blob.owner();
    }

    /**
     * Gives the code back. Handles throw {@link IllegalStateException} from now on.
     *
     * @throws IllegalStateException if a call is going on; nothing has happened then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        activations.close(arena::close); // an arena, too, refuses while there is a call
        closed = true;
        if (faults != null) {
            faults.close();
        }
        space.close();
        if (foreign != null) {
            foreign.close();
        }
    }
}
