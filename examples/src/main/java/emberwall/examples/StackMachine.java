package emberwall.examples;

import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.jit.CompiledFunction;
import emberwall.jit.FunctionBuilder;
import emberwall.jit.Jit;
import emberwall.op.Op;
import emberwall.op.Type;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A machine of the kind that many languages are run by: bytecode that works on a stack of longs and a few locals. It is
 * interpreted here, and translated: a walk that pushes and pops values of the graph instead of numbers, so that of the stack
 * nothing is left but registers.
 *
 * <p>The depth of the stack is the same whatever way leads to an instruction, as in Java's bytecode.
 */
public final class StackMachine {
    private static final int UNKNOWN = -1;

    /** What instructions do. */
    public enum Code {
        // @formatter:off
        /** Pushes the operand. */
        PUSH(0, 1),
        /** Pushes the local with the operand's number. */
        LOAD(0, 1),
        /** Pops into the local with the operand's number. */
        STORE(1, 0),
        DUP(1, 2), DROP(1, 0), SWAP(2, 2),
        ADD(2, 1), SUB(2, 1), MUL(2, 1),
        /** The remainder of a division; by zero it throws. */
        REM(2, 1),
        AND(2, 1), XOR(2, 1), SHL(2, 1), SHR(2, 1),
        /** Pushes 1 or 0. */
        LESS(2, 1), EQUAL(2, 1),
        /** Goes on at the operand. */
        JUMP(0, 0),
        /** Pops, and goes on at the operand if that was zero. */
        JUMP_IF_ZERO(1, 0),
        /** Pops and tells the host. */
        TELL(1, 0),
        /** Ends with what it pops. */
        RETURN(1, 0);
        // @formatter:on

        final int pops;
        final int pushes;

        Code(int pops, int pushes) {
            this.pops = pops;
            this.pushes = pushes;
        }

        boolean jumps() {
            return this == JUMP || this == JUMP_IF_ZERO;
        }

        boolean endsHere() {
            return this == JUMP || this == RETURN;
        }
    }

    /** An instruction; most have no use for the operand. */
    public record Instruction(Code code, long operand) {
        /** An instruction without an operand. */
        public Instruction(Code code) {
            this(code, 0);
        }
    }

    private final List<Instruction> program;
    private final int locals;
    private final LongConsumer host;
    /** By instruction: how many values are on the stack before it; {@link #UNKNOWN} where nothing leads. */
    private final int[] depths;

    private int deepest;

    /**
     * A program.
     *
     * @param locals how many there are; the first is the argument, the others begin as 0
     * @param host what {@link Code#TELL} tells
     * @throws IllegalArgumentException if it could leave its code, its stack or its locals
     */
    public StackMachine(List<Instruction> program, int locals, LongConsumer host) {
        this.program = List.copyOf(program);
        this.locals = locals;
        this.host = host;
        depths = new int[program.size()];
        Arrays.fill(depths, UNKNOWN);
        check();
    }

    /** Follows all ways, as often as they bring something new: each instruction is met with one depth. */
    private void check() {
        int[] work = new int[2 * program.size() + 2];
        int count = 0;
        arrive(0, 0);
        work[count++] = 0;
        while (count > 0) {
            int at = work[--count];
            Instruction instruction = program.get(at);
            Code code = instruction.code;
            int depth = depths[at] - code.pops;
            boolean hasLocal = code == Code.LOAD || code == Code.STORE;
            if (depth < 0 || hasLocal && (instruction.operand < 0 || instruction.operand >= locals)) {
                throw new IllegalArgumentException("instruction " + at + ", " + code + ": no such value");
            }
            depth += code.pushes;
            deepest = Math.max(deepest, depth);
            if (code.jumps() && arrive(instruction.operand, depth)) {
                work[count++] = (int) instruction.operand;
            }
            if (!code.endsHere() && arrive(at + 1, depth)) {
                work[count++] = at + 1;
            }
        }
    }

    /** Whether nothing has led there before. */
    private boolean arrive(long at, int depth) {
        if (at < 0 || at >= depths.length) {
            throw new IllegalArgumentException("the code goes on at " + at);
        }
        int known = depths[(int) at];
        if (known != UNKNOWN && known != depth) {
            throw new IllegalArgumentException("at " + at + " the stack has " + known + " values, or " + depth);
        }
        depths[(int) at] = depth;
        return known == UNKNOWN;
    }

    // ---- in plain Java

    /** Runs the program instruction by instruction. */
    public long interpret(long argument) {
        long[] local = new long[Math.max(1, locals)];
        long[] stack = new long[deepest];
        local[0] = argument;
        int top = -1;
        for (int at = 0; ; ) {
            Instruction instruction = program.get(at++);
            switch (instruction.code) {
                case PUSH -> stack[++top] = instruction.operand;
                case LOAD -> stack[++top] = local[(int) instruction.operand];
                case STORE -> local[(int) instruction.operand] = stack[top--];
                case DUP -> {
                    stack[top + 1] = stack[top];
                    top++;
                }
                case DROP -> top--;
                case SWAP -> {
                    long upper = stack[top];
                    stack[top] = stack[top - 1];
                    stack[top - 1] = upper;
                }
                case JUMP -> at = (int) instruction.operand;
                case JUMP_IF_ZERO -> at = stack[top--] == 0 ? (int) instruction.operand : at;
                case TELL -> host.accept(stack[top--]);
                case RETURN -> {
                    return stack[top];
                }
                default -> {
                    stack[top - 1] = binary(instruction.code, stack[top - 1], stack[top]);
                    top--;
                }
            }
        }
    }

    private static long binary(Code code, long x, long y) {
        return switch (code) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case REM -> x % y;
            case AND -> x & y;
            case XOR -> x ^ y;
            case SHL -> x << y;
            case SHR -> x >> y;
            case LESS -> x < y ? 1 : 0;
            case EQUAL -> x == y ? 1 : 0;
            default -> throw new AssertionError(code);
        };
    }

    // ---- as machine code

    /** Translates the program: {@code (long) -> long}. */
    public CompiledFunction compile(Jit jit) {
        return new Translation(jit.function("program", MethodType.methodType(long.class, long.class))).translate();
    }

    /** The walk. At each place that is jumped to begins a block, whose parameters are the locals and the stack. */
    private final class Translation {
        private final FunctionBuilder f;
        private final Builder b;
        private final Block[] blocks = new Block[program.size()];
        /** The locals, and the stack above them. */
        private final int[] values = new int[Math.max(1, locals) + deepest];

        private int top;

        Translation(FunctionBuilder f) {
            this.f = f;
            b = f.ir();
        }

        CompiledFunction translate() {
            top = Math.max(1, locals);
            Arrays.fill(values, b.i64(0));
            values[0] = f.parameter(0);
            for (int at = 0; at < blocks.length; at++) {
                if (depths[at] != UNKNOWN && program.get(at).code.jumps()) {
                    makeBlock((int) program.get(at).operand);
                }
            }
            for (int at = 0; at < blocks.length; at++) {
                if (depths[at] != UNKNOWN) {
                    if (blocks[at] != null) {
                        begin(at);
                    }
                    instruction(at);
                }
            }
            return f.compile();
        }

        private void makeBlock(int at) {
            if (blocks[at] == null) {
                Type[] types = new Type[Math.max(1, locals) + depths[at]];
                Arrays.fill(types, Type.I64);
                blocks[at] = b.block(types);
            }
        }

        private void begin(int at) {
            if (b.isOpen()) {
                b.jump(blocks[at], current());
            }
            b.at(blocks[at]);
            top = blocks[at].parameterCount();
            for (int i = 0; i < top; i++) {
                values[i] = blocks[at].parameter(i);
            }
        }

        private int[] current() {
            return Arrays.copyOf(values, top);
        }

        private void instruction(int at) {
            Instruction instruction = program.get(at);
            int operand = (int) instruction.operand;
            switch (instruction.code) {
                case PUSH -> push(b.i64(instruction.operand));
                case LOAD -> push(values[operand]);
                case STORE -> values[operand] = pop();
                case DUP -> push(values[top - 1]);
                case DROP -> pop();
                case SWAP -> {
                    int upper = pop();
                    int lower = pop();
                    push(upper);
                    push(lower);
                }
                case REM -> {
                    int divisor = pop();
                    push(b.compute(Op.REM_S, Type.I64, pop(), divisor));
                }
                case LESS -> compare(Op.LT_S);
                case EQUAL -> compare(Op.EQ);
                case JUMP -> b.jump(blocks[operand], current());
                case JUMP_IF_ZERO -> {
                    int condition = b.compute(Op.EQZ, Type.I64, pop());
                    Block next = b.block();
                    b.branch(condition, blocks[operand], current(), next, new int[0]);
                    b.at(next);
                }
                case TELL -> f.callJava(TELL.bindTo(host), pop());
                case RETURN -> b.returns(pop());
                default -> binary(instruction.code);
            }
        }

        private void push(int value) {
            values[top++] = value;
        }

        private int pop() {
            return values[--top];
        }

        private void compare(Op op) {
            int right = pop();
            push(b.compute(Op.EXTEND_I32_U, Type.I64, b.compute(op, Type.I64, pop(), right)));
        }

        private void binary(Code code) {
            int right = pop();
            Op op = code == Code.SHR ? Op.SHR_S : Op.valueOf(code.name());
            push(b.compute(op, Type.I64, pop(), right));
        }
    }

    private static final MethodHandle TELL;

    static {
        try {
            TELL = MethodHandles.publicLookup()
                    .findVirtual(LongConsumer.class, "accept", MethodType.methodType(void.class, long.class));
        } catch (ReflectiveOperationException impossible) {
            throw new InternalError(impossible);
        }
    }
}
