package emberwall.fiber;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R15;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RSP;

import emberwall.asm.x64.Assembler;
import emberwall.asm.x64.Cond;
import emberwall.link.CodeBlob;
import emberwall.link.CodeSpace;
import java.util.function.Consumer;

/** A code space and a fiber, and small pieces of guest code. */
final class Guest implements AutoCloseable {
    final CodeSpace space = CodeSpace.reserve(1 << 20);
    final Fiber fiber;

    Guest() {
        this(Fiber.DEFAULT_STACK);
    }

    Guest(long stack) {
        fiber = Fiber.create(stack);
    }

    /** Publishes a thunk: a frame around {@code body}, then the end of the activation. */
    CodeBlob thunk(String name, Consumer<Assembler> body) {
        return publish(name, a -> {
            a.push(RBP);
            a.mov(RBP, RSP);
            body.accept(a);
            a.mov(RSP, RBP);
            a.pop(RBP);
            a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        });
    }

    /** Publishes a function: a frame around {@code body}. */
    CodeBlob function(String name, Consumer<Assembler> body) {
        return publish(name, a -> {
            a.push(RBP);
            a.mov(RBP, RSP);
            body.accept(a);
            a.mov(RSP, RBP);
            a.pop(RBP);
            a.ret();
        });
    }

    CodeBlob publish(String name, Consumer<Assembler> body) {
        Assembler a = new Assembler();
        body.accept(a);
        return space.publish(a, name);
    }

    /** Begins an activation at {@code thunk} and returns the first exit; {@link #end} ends it. */
    int enter(CodeBlob thunk, long record, long a0, long a1, long a2) {
        fiber.mark();
        return fiber.enter(thunk.address(), record, a0, a1, a2);
    }

    int enter(CodeBlob thunk) {
        return enter(thunk, 0, 0, 0, 0);
    }

    void end() {
        fiber.unwindTo(fiber.depth() - 1);
    }

    /** {@code for (;;)} with a poll. */
    static void spin(Assembler a) {
        int slow = a.newLabel();
        int end = a.newLabel();
        int loop = a.here();
        a.cmp(RSP, mem(R15, FiberBlock.LIMIT));
        a.jcc(Cond.BELOW, slow);
        a.jmp(loop);
        a.bind(slow);
        a.callm(mem(R15, FiberBlock.POLL));
        a.jmp(loop);
        a.bind(end);
    }

    @Override
    public void close() {
        fiber.close();
        space.close();
    }
}
