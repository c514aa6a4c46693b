package emberwall.ebpf.run;

import emberwall.link.CodeBlob;
import emberwall.os.CriticalCall;
import emberwall.os.RawMemory;
import java.util.List;

/** A program as machine code, until it or its {@link ProgramSpace} is closed. For use by many threads at a time. */
public final class CompiledProgram implements Executable, AutoCloseable {
    private final ProgramSpace space;
    private final CodeBlob blob;
    private final boolean critical;

    /** Where its code begins; 0 once there is none. */
    private volatile long address;

    final Environment environment;
    final List<Helper> helpers;

    CompiledProgram(
            ProgramSpace space, CodeBlob blob, boolean critical, Environment environment, List<Helper> helpers) {
        this.space = space;
        this.blob = blob;
        this.address = blob.address();
        this.critical = critical;
        this.environment = environment;
        this.helpers = List.copyOf(helpers);
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
