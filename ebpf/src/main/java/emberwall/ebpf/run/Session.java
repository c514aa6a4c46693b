package emberwall.ebpf.run;

import emberwall.ebpf.insn.From;
import emberwall.ebpf.insn.Insn;
import emberwall.ebpf.insn.Kind;
import emberwall.ebpf.insn.Meaning;
import emberwall.ebpf.insn.Opcode;
import emberwall.op.Op;
import emberwall.op.TrapReason;
import emberwall.os.RawMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;

/** One run of an interpreted program, with all programs that it goes on in. */
final class Session implements Running, AutoCloseable {
    private static final int FRAME_BYTES = Interpreter.FRAME_BYTES;
    private static final int CODE_TAG = 0xCA11;

    /** Each time that the number of steps has none of these bits, the run looks whether its thread is interrupted. */
    private static final int POLL = (1 << 14) - 1;

    private final Arena arena = Arena.ofConfined();
    private final Regions regions;
    private final long stackEnd;
    private final long budget;
    private long steps;
    private int frames;
    private int tailCalls;

    // What the helper that is called now asked for.
    private Interpreter next;
    private long nextContext;

    // Where the program stands.
    private Interpreter program;
    private int index;

    Session(Regions regions, long budget) {
        this.regions = regions;
        this.budget = budget;
        MemorySegment stack = arena.allocate((long) FRAME_BYTES * Interpreter.MOST_FRAMES, 16);
        stackEnd = stack.address() + stack.byteSize();
    }

    @Override
    public void close() {
        arena.close();
    }

    long steps() {
        return steps;
    }

    /** Runs a function from its first instruction to its exit. */
    long run(Interpreter of, int start, long... arguments) {
        if (frames == Interpreter.MOST_FRAMES) {
            throw violation("more than " + Interpreter.MOST_FRAMES + " functions in progress");
        }
        Interpreter caller = program;
        int back = index;
        long[] r = new long[Insn.REGISTERS];
        System.arraycopy(arguments, 0, r, 1, arguments.length);
        r[Insn.FRAME_POINTER] = stackEnd - (long) frames * FRAME_BYTES;
        frames++;
        program = of;
        index = start;
        try {
            return loop(r);
        } finally {
            frames--;
            program = caller;
            index = back;
        }
    }

    private long loop(long[] r) {
        while (true) {
            if (steps++ >= budget) {
                throw violation("more than " + budget + " instructions");
            }
            if ((steps & POLL) == 0 && Thread.currentThread().isInterrupted()) {
                throw new CancellationException(TrapReason.INTERRUPTED.text());
            }
            Insn insn = program.code.get(index);
            Opcode opcode = insn.opcode();
            long operand = opcode.fromRegister() ? r[insn.src()] : insn.immediate();
            int at = index + 1;
            switch (opcode.kind()) {
                case ALU, NEGATE, MOVE, MOVE_SIGNED, TO_LITTLE, TO_BIG, SWAP ->
                    r[insn.dst()] = Meaning.compute(opcode, r[insn.dst()], operand);
                case LOAD_WIDE -> r[insn.dst()] = wide(insn);
                case LOAD -> r[insn.dst()] = load(opcode.op(), address(insn, r[insn.src()], false));
                case STORE -> store(opcode.op(), address(insn, r[insn.dst()], true), operand);
                case ATOMIC -> atomic(insn, r);
                case JUMP -> at = program.code.target(index);
                case BRANCH -> {
                    if (Meaning.holds(opcode, r[insn.dst()], operand)) {
                        at = program.code.target(index);
                    }
                }
                case PACKET_ABSOLUTE, PACKET_INDIRECT -> {
                    long from = insn.immediate() + (opcode.from() == From.REG ? r[insn.src()] : 0);
                    if (!packet(opcode, from & 0xFFFF_FFFFL, r)) {
                        return 0;
                    }
                }
                case CALL_LOCAL -> r[0] = run(program, program.code.target(index), r[1], r[2], r[3], r[4], r[5]);
                case CALL, CALL_RUNTIME, CALL_REGISTER -> {
                    call(insn, r);
                    if (next != null) {
                        return tail();
                    }
                }
                case EXIT -> {
                    return r[0];
                }
            }
            index = at;
        }
    }

    private long wide(Insn insn) {
        return switch (insn.src()) {
            case Insn.VALUE -> insn.immediate();
            case Insn.FUNCTION -> (long) CODE_TAG << 48 | program.code.target(index);
            default -> program.references.get(index);
        };
    }

    // ---- calls

    private void call(Insn insn, long[] r) {
        long number = insn.kind() == Kind.CALL_REGISTER ? r[insn.dst()] : insn.immediate();
        Helper helper = null;
        if (number == (int) number) {
            Environment environment = program.environment;
            helper = insn.kind() == Kind.CALL_RUNTIME
                    ? environment.runtime((int) number)
                    : environment.helper((int) number);
        }
        if (helper == null) {
            throw violation("call of nonexistent function " + number);
        }
        r[0] = helper.call(this, r[1], r[2], r[3], r[4], r[5]);
    }

    @Override
    public MemorySegment memory(long address, long bytes, boolean write) {
        check(address, bytes, write);
        MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(bytes);
        return write ? segment : segment.asReadOnly();
    }

    @Override
    public long callback(long function, long a, long b, long c, long d, long e) {
        int start = (int) function;
        if (function >>> 48 != CODE_TAG || start >= program.code.size()) {
            throw violation("call of what is no function: 0x" + Long.toHexString(function));
        }
        return run(program, start, a, b, c, d, e);
    }

    @Override
    public boolean tailCall(Executable next, long context) {
        if (tailCalls == MOST_TAIL_CALLS) {
            return false;
        }
        tailCalls++;
        this.next = (Interpreter) next;
        nextContext = context;
        return true;
    }

    /** The other program takes the place of the function that is in progress. */
    private long tail() {
        Interpreter target = next;
        next = null;
        frames--;
        try {
            return run(target, 0, nextContext);
        } finally {
            frames++;
        }
    }

    // ---- memory

    private long address(Insn insn, long base, boolean write) {
        long address = base + insn.offset();
        check(address, insn.opcode().bytes(), write);
        return address;
    }

    private void check(long address, long bytes, boolean write) {
        long offset = address - (stackEnd - (long) frames * FRAME_BYTES);
        boolean onStack = bytes >= 0 && offset >= 0 && offset <= (long) frames * FRAME_BYTES - bytes;
        if (!onStack && (bytes < 0 || !regions.allow(address, bytes, write))) {
            throw violation((write ? "write" : "read") + " of " + bytes + " bytes at 0x" + Long.toHexString(address));
        }
    }

    private ViolationException violation(String problem) {
        return new ViolationException(problem, program == null ? 0 : program.code.slot(index));
    }

    private static long load(Op op, long address) {
        return switch (op) {
            case LOAD8_U -> RawMemory.getByte(address) & 0xFFL;
            case LOAD16_U -> RawMemory.getShort(address) & 0xFFFFL;
            case LOAD32_U -> RawMemory.getInt(address) & 0xFFFF_FFFFL;
            case LOAD8_S -> RawMemory.getByte(address);
            case LOAD16_S -> RawMemory.getShort(address);
            case LOAD32_S -> RawMemory.getInt(address);
            default -> RawMemory.getLong(address);
        };
    }

    private static void store(Op op, long address, long value) {
        switch (op) {
            case STORE8 -> RawMemory.putByte(address, (int) value);
            case STORE16 -> RawMemory.putShort(address, (int) value);
            case STORE32 -> RawMemory.putInt(address, (int) value);
            default -> RawMemory.putLong(address, value);
        }
    }

    private void atomic(Insn insn, long[] r) {
        Opcode opcode = insn.opcode();
        long address = address(insn, r[insn.dst()], true);
        long before = update(opcode, address, r[insn.src()], r[0]);
        if (opcode.op() == Op.ATOMIC_COMPARE_EXCHANGE) {
            r[0] = before;
        } else if (opcode.fetches()) {
            r[insn.src()] = before;
        }
    }

    /** In one piece where it is aligned, by the word of 8 bytes around it. */
    private static long update(Opcode opcode, long address, long operand, long expected) {
        long mask = -1L >>> (64 - opcode.bits());
        int shift = (int) (address & 4) * 8;
        boolean aligned = (address & opcode.bytes() - 1) == 0;
        while (true) {
            long word = aligned ? RawMemory.getLong(address & -8) : RawMemory.getLong(address);
            long before = (aligned && opcode.bits() == 32 ? word >>> shift : word) & mask;
            long after = Meaning.update(opcode, before, operand, expected);
            if (!aligned) {
                store(opcode.bits() == 64 ? Op.STORE : Op.STORE32, address, after);
                return before;
            }
            long changed = opcode.bits() == 64 ? after : word & ~(mask << shift) | after << shift;
            if (RawMemory.compareAndSetLong(address & -8, word, changed)) {
                return before;
            }
        }
    }

    /** Whether the packet has that many bytes. */
    private boolean packet(Opcode opcode, long from, long[] r) {
        Environment.PacketFields fields = program.environment.packet();
        if (fields == null) {
            throw violation("there is no packet");
        }
        check(r[6] + fields.start(), Long.BYTES, false);
        check(r[6] + fields.end(), Long.BYTES, false);
        long start = RawMemory.getLong(r[6] + fields.start());
        long length = RawMemory.getLong(r[6] + fields.end()) - start;
        if (from > length - opcode.bytes()) {
            return false;
        }
        check(start + from, opcode.bytes(), false);
        r[0] = Long.reverseBytes(load(opcode.op(), start + from)) >>> (64 - opcode.bits());
        return true;
    }
}
