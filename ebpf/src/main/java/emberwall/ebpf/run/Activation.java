package emberwall.ebpf.run;

import emberwall.fiber.Exit;
import emberwall.fiber.Fiber;
import emberwall.fiber.FiberBlock;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;

/** A stack for one run at a time of a compiled program, with all programs that it goes on in. */
final class Activation implements Running {
    private final long entry;
    private final Fiber fiber;
    private int tailCalls;

    // What the helper that is called now asked for.
    private CompiledProgram next;
    private long nextContext;

    private CompiledProgram program;

    /**
     * A stack to run on.
     *
     * @param entry the code that enters programs
     */
    Activation(long entry, Fiber fiber) {
        this.entry = entry;
        this.fiber = fiber;
    }

    void close() {
        fiber.close();
    }

    /** Runs a program. */
    long run(CompiledProgram of, long r1, long r2) {
        tailCalls = 0;
        next = null;
        return run(of, of.address(), r1, r2, 0, 0, 0);
    }

    /** Runs code of a program until it returns. */
    private long run(CompiledProgram of, long code, long a, long b, long c, long d, long e) {
        CompiledProgram caller = program;
        int mark = fiber.mark();
        try {
            program = of;
            fiber.set(FiberBlock.argument(0), a);
            fiber.set(FiberBlock.argument(1), b);
            fiber.set(FiberBlock.argument(2), c);
            fiber.set(FiberBlock.argument(3), d);
            fiber.set(FiberBlock.argument(4), e);
            int exit = fiber.enter(entry, code, 0, 0, 0);
            while (exit != Exit.RETURN) {
                answer(exit);
                fiber.unwindTo(mark + 1);
                exit = fiber.resume();
            }
            return fiber.get(FiberBlock.RESULT);
        } finally {
            program = caller;
            fiber.unwindTo(mark);
        }
    }

    private void answer(int exit) {
        switch (Exit.kind(exit)) {
            case Exit.HOST_CALL -> call();
            case Exit.POLL -> {
                fiber.takeRequests();
                if (fiber.overdue() == TrapReason.INTERRUPTED) {
                    throw new CancellationException(TrapReason.INTERRUPTED.text());
                }
            }
            case Exit.FAULT ->
                throw new InternalError(
                        "a fault at address 0x" + Long.toHexString(fiber.get(FiberBlock.FAULT_ADDRESS)));
            default -> throw new InternalError("exit " + exit);
        }
    }

    private void call() {
        int number = (int) fiber.get(FiberBlock.EXIT_RECORD);
        Helper helper = number == Compiler.BY_REGISTER ? byRegister() : program.helpers.get(number);
        long result = helper.call(
                this,
                fiber.get(FiberBlock.argument(0)),
                fiber.get(FiberBlock.argument(1)),
                fiber.get(FiberBlock.argument(2)),
                fiber.get(FiberBlock.argument(3)),
                fiber.get(FiberBlock.argument(4)));
        CompiledProgram target = next;
        if (target != null) {
            next = null;
            result = run(target, target.address(), nextContext, 0, 0, 0, 0);
        }
        fiber.set(Compiler.RETURNS, target == null ? 0 : 1);
        fiber.result(result);
    }

    private Helper byRegister() {
        long number = fiber.get(Compiler.NUMBER);
        Helper helper = number == (int) number ? program.environment.helper((int) number) : null;
        if (helper == null) {
            throw new IllegalStateException("call of nonexistent function " + number);
        }
        return helper;
    }

    @Override
    public MemorySegment memory(long address, long bytes, boolean write) {
        MemorySegment segment = RawMemory.segment(address, bytes);
        return write ? segment : segment.asReadOnly();
    }

    @Override
    public long callback(long function, long a, long b, long c, long d, long e) {
        if (Thread.currentThread().isInterrupted()) { // what is called so often may have no loop that asks
            throw new CancellationException(TrapReason.INTERRUPTED.text());
        }
        return run(program, function, a, b, c, d, e);
    }

    @Override
    public boolean tailCall(Executable next, long context) {
        if (tailCalls == MOST_TAIL_CALLS) {
            return false;
        }
        tailCalls++;
        this.next = (CompiledProgram) next;
        nextContext = context;
        return true;
    }
}
