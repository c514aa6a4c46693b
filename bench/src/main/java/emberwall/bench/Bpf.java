package emberwall.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import emberwall.ebpf.insn.Assembler;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.run.CompiledProgram;
import emberwall.ebpf.run.Environment;
import emberwall.ebpf.run.Interpreter;
import emberwall.ebpf.run.ProgramSpace;
import emberwall.ebpf.run.Regions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;

/** What running an eBPF program costs: a call of a short one, and instructions in a loop. */
public class Bpf extends Microbenchmark {
    private static final int WORDS = 1024;
    private static final ProgramSpace SPACE = ProgramSpace.open();
    private static final MemorySegment MEMORY = Arena.global().allocate(WORDS * Long.BYTES, 16);
    private static final Regions REGIONS = Regions.of(MEMORY);

    /** Five instructions: one more than the second byte, if there is one. */
    private static final Instructions FILTER = Assembler.assemble("""
            mov %r0, 0
            jlt %r2, 2, done
            ldxb %r0, [%r1+1]
            add %r0, 1
            done: exit
            """);

    /** Eight instructions for each word. */
    private static final Instructions HASH = Assembler.assemble("""
            mov %r0, 0
            mov %r3, %r1
            add %r3, %r2
            loop: ldxdw %r4, [%r1]
            xor %r0, %r4
            mul %r0, 0x1000193
            mov %r5, %r0
            rsh %r5, 47
            xor %r0, %r5
            add %r1, 8
            jlt %r1, %r3, loop
            exit
            """);

    private static final ProgramSpace.Options LONG = ProgramSpace.Options.DEFAULT;
    private static final CompiledProgram SHORT_FILTER = SPACE.load(FILTER, Environment.NONE, LONG.bound(5));
    private static final CompiledProgram LONG_FILTER = SPACE.load(FILTER, Environment.NONE, LONG);
    private static final CompiledProgram SHORT_HASH = SPACE.load(HASH, Environment.NONE, LONG.bound(10_000));
    private static final CompiledProgram LONG_HASH = SPACE.load(HASH, Environment.NONE, LONG);
    private static final Interpreter INTERPRETED = new Interpreter(FILTER, Environment.NONE);

    private long length = 8;

    /** A program that is proven to be short. */
    @Benchmark
    public long criticalCall() {
        return SHORT_FILTER.run(MEMORY.address(), length);
    }

    /** The same on a stack of its own, where it could be interrupted. */
    @Benchmark
    public long callOnFiber() {
        return LONG_FILTER.run(MEMORY.address(), length);
    }

    /** The same in the interpreter, which checks everything. */
    @Benchmark
    public long callInterpreted() {
        return INTERPRETED.run(REGIONS, 100, MEMORY.address(), length);
    }

    /** The same in Java. */
    @Benchmark
    public long callJava() {
        return length < 2 ? 0 : (MEMORY.get(JAVA_BYTE, 1) & 0xFF) + 1;
    }

    /** A loop over 1024 words. */
    @Benchmark
    public long hash() {
        return SHORT_HASH.run(MEMORY.address(), WORDS * Long.BYTES);
    }

    /** The same on a stack of its own, where each round looks whether it should stop. */
    @Benchmark
    public long hashOnFiber() {
        return LONG_HASH.run(MEMORY.address(), WORDS * Long.BYTES);
    }

    /** The same in Java. */
    @Benchmark
    public long hashJava() {
        long hash = 0;
        for (int i = 0; i < WORDS; i++) {
            hash ^= MEMORY.getAtIndex(JAVA_LONG, i);
            hash *= 0x1000193;
            hash ^= hash >>> 47;
        }
        return hash;
    }
}
