package emberwall.ebpf.run;

import emberwall.link.CodeBlob;
import emberwall.os.CriticalCall;
import emberwall.os.RawMemory;
import java.util.List;

/** A program as machine code, until it or its {@link ProgramSpace} is closed. For use by many threads at a time. */
public final class CompiledProgram implements Executable, AutoCloseable {
    /** How long a record of a batch is. */
    public static final int RECORD_BYTES = 32;

    private final ProgramSpace space;
    private final CodeBlob blob;
    private final boolean critical;

    /** How many runs may follow each other in a critical call; 0 if there is no code for that. */
    private final int inBatch;

    /** Where that code is, from the program's on. */
    private final int batch;

    /** Where its code begins; 0 once there is none. */
    private volatile long address;

    final Environment environment;
    final List<Helper> helpers;

    CompiledProgram(ProgramSpace space, CodeBlob blob, Compiler.Code code, Environment environment, long bound) {
        this.space = space;
        this.blob = blob;
        this.address = blob.address();
        this.critical = !code.exits();
        this.inBatch = code.batch() < 0 ? 0 : (int) (ProgramSpace.SHORT / Math.max(bound, 1));
        this.batch = code.batch() < 0 ? 0 : code.assembler().offsetOf(code.batch());
        this.environment = environment;
        this.helpers = List.copyOf(code.helpers());
    }

    /**
     * Runs the program: on the thread's stack, if it is short and leaves nowhere, else on a fiber.
     *
     * @param r1 usually the address of the context
     * @param r2 0, or what the kind of program says
     * @return r0
     * @throws java.util.concurrent.CancellationException if the thread is interrupted, and the program is in a loop
     * @throws IllegalStateException if the program is closed, or its space
     */
    public long run(long r1, long r2) {
        return critical ? CriticalCall.call(address(), r1, r2) : space.run(this, r1, r2);
    }

    /**
     * Whether {@link #runBatch} can be called: it is short, and its environment says what a context says of packets.
     *
     * @return whether it can
     */
    public boolean runsBatches() {
        return inBatch > 0;
    }

    /**
     * Runs the program over packets, one after the other. A packet is a record of 32 bytes: the addresses of its first byte and of what is
     * behind its last one, and where the program's r0 is written to; the last 8 bytes are the caller's.
     *
     * @param context the context's address, of as many bytes as the environment says; they are zero
     * @param records the first record's address
     * @param count how many there are
     * @throws IllegalStateException if the program is closed, or its space
     */
    public void runBatch(long context, long records, int count) {
        for (int first = 0; first < count; first += inBatch) {
            long record = records + (long) first * RECORD_BYTES;
            CriticalCall.call(address() + batch, context, record, Math.min(inBatch, count - first));
        }
    }

    /** {@return whether a run is a single call of the machine code, which holds up safepoints until it is over} */
    public boolean isCritical() {
        return critical;
    }

    /** {@return the machine code} */
    public byte[] machineCode() {
        return RawMemory.bytes(address(), blob.length());
    }

    long address() {
        long code = address;
        if (code == 0) {
            throw new IllegalStateException("the program is closed");
        }
        return code;
    }

    /** Gives its code back. The caller has seen to it that it does not run, and no other program goes on in it. */
    @Override
    public void close() {
        address = 0;
        space.free(this, blob);
    }
}
