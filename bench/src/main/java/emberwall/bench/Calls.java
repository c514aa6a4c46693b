package emberwall.bench;

import emberwall.engine.Engine;
import emberwall.engine.FunctionType;
import emberwall.engine.Imports;
import emberwall.engine.Instance;
import emberwall.os.Native;
import emberwall.os.Symbols;
import emberwall.wasm.ValueType;
import java.lang.invoke.MethodHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What it costs to go in and out: a call from Java, a call to Java, and the bare foreign call that both are made of. */
@Fork(3)
public class Calls extends Microbenchmark {
    private static final int EXITS = 10_000;

    private static final Instance INSTANCE = Engine.start()
            .compile(CallsModule.bytes())
            .instantiate(Imports.of()
                    .function(
                            "env",
                            "host",
                            FunctionType.of(ValueType.I32).returning(ValueType.I32),
                            call -> call.result(call.i32(0) + 1)));
    private static final MethodHandle ADD = INSTANCE.function("add").handle();
    private static final MethodHandle LOOP_HOST = INSTANCE.function("loop_host").handle();
    private static final long LABS = Symbols.find("labs");

    private int a = 40;
    private int b = 2;

    /** {@code (i32, i32) -> i32} through its method handle in a static final field. */
    @Benchmark
    public int call() throws Throwable {
        return (int) ADD.invokeExact(a, b);
    }

    /** From the guest to a host function in Java and back. */
    @Benchmark
    @OperationsPerInvocation(EXITS)
    public int exit() throws Throwable {
        return (int) LOOP_HOST.invokeExact(EXITS);
    }

    /** The floor: one foreign call of the shape that everything uses, of a C function that does nothing to speak of. */
    @Benchmark
    public long foreignCall() {
        return Native.call(LABS, a, 0, 0);
    }
}
