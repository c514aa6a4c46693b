package emberwall.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.invoke.MethodType.methodType;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Cond;
import emberwall.asm.x64.Mem;
import emberwall.asm.x64.Reg;
import emberwall.asm.x64.Width;
import emberwall.ir.Access;
import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.op.Op;
import emberwall.op.Type;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Functions that fault, wait, run at the same time, or go on for ever. */
class RunningTest {
    private final Jit jit = Jit.open();

    @AfterEach
    void close() {
        jit.close();
    }

    private MethodHandle bound(String name, Class<?> result, Class<?>... parameters) throws Exception {
        return MethodHandles.lookup().bind(this, name, methodType(result, parameters));
    }

    // ---- faults

    @Test
    void addressesThatAreNoneThrow() throws Throwable {
        FunctionBuilder f = jit.function("peek", methodType(long.class, long.class));
        f.ir().returns(f.ir().load(Op.LOAD, Type.I64, f.parameter(0), 0, Access.of(1)));
        MethodHandle peek = f.compile().handle();
        FunctionBuilder g = jit.function("poke", methodType(void.class, long.class));
        g.ir().store(Op.STORE, Type.I32, g.parameter(0), 0, g.ir().i32(1), Access.of(1));
        g.ir().returns();
        MethodHandle poke = g.compile().handle();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(JAVA_LONG, 42);
            for (int i = 0; i < 100; i++) {
                assertEquals(42L, (long) peek.invokeExact(word.address()));
                assertEquals(
                        "a fault at address 0x10 in peek",
                        assertThrows(InternalError.class, () -> peek.invoke(16L))
                                .getMessage());
                assertThrows(InternalError.class, () -> peek.invoke(Long.MIN_VALUE >> 8)); // not canonical
                assertThrows(InternalError.class, () -> poke.invoke(16L));
            }
        }
        Object nothing = null;
        assertThrows(NullPointerException.class, () -> nothing.hashCode()); // HotSpot's own faults are as they were
    }

    /** Nothing else is unchecked: the elements around are another function's. */
    @Test
    void uncheckedAccessesReachWhatIsThere() throws Throwable {
        FunctionBuilder f = jit.function("second", methodType(int.class, MemorySegment.class));
        f.ir().returns(f.segment(0).unchecked().loadElement(Op.LOAD, Type.I32, f.ir().i32(1)));
        MethodHandle second = f.compile().handle();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 7, 8);
            assertEquals(8, (int) second.invokeExact(numbers.asSlice(0, 4)));
        }
    }

    // ---- many at a time

    int twice(int number) {
        Thread.yield();
        return 2 * number;
    }

    @Test
    void functionsRunOnManyThreads() throws Throwable {
        FunctionBuilder f = jit.function("f", methodType(int.class, int.class));
        int doubled = f.callJava(bound("twice", int.class, int.class), f.parameter(0));
        f.ir().returns(f.ir().compute(Op.ADD, Type.I32, doubled, f.ir().i32(1)));
        MethodHandle handle = f.compile().handle();
        for (ExecutorService threads :
                List.of(Executors.newFixedThreadPool(8), Executors.newVirtualThreadPerTaskExecutor())) {
            List<Future<Integer>> sums = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int start = thread;
                sums.add(threads.submit(() -> {
                    int wrong = 0;
                    for (int i = start; i < start + 2000; i++) {
                        try {
                            wrong += (int) handle.invokeExact(i) == 2 * i + 1 ? 0 : 1;
                        } catch (Throwable problem) {
                            throw new AssertionError(problem);
                        }
                    }
                    return wrong;
                }));
            }
            for (Future<Integer> sum : sums) {
                assertEquals(0, sum.get());
            }
            threads.close();
        }
    }

    private MethodHandle again;

    int deeper(int depth) throws Throwable {
        return depth == 0 ? 0 : 1 + (int) again.invokeExact(depth - 1);
    }

    /** Each level has a stack of its own. */
    @Test
    void functionsAreCalledFromWithinThemselves() throws Throwable {
        FunctionBuilder f = jit.function("f", methodType(int.class, int.class));
        f.ir().returns(f.callJava(bound("deeper", int.class, int.class), f.parameter(0)));
        again = f.compile().handle();
        assertEquals(100, (int) again.invokeExact(100));
        assertEquals(50, (int) again.invokeExact(50));
    }

    // ---- C that calls Java, on the thread's stack

    static int compare(MemorySegment left, MemorySegment right) {
        return Integer.compare(left.get(JAVA_INT, 0), right.get(JAVA_INT, 0));
    }

    @Test
    void foreignFunctionsMayCallBack() throws Throwable {
        Linker linker = Linker.nativeLinker();
        var pointer = ADDRESS.withTargetLayout(JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle compare = MethodHandles.lookup()
                    .findStatic(
                            RunningTest.class,
                            "compare",
                            methodType(int.class, MemorySegment.class, MemorySegment.class));
            MemorySegment comparator =
                    linker.upcallStub(compare, FunctionDescriptor.of(JAVA_INT, pointer, pointer), arena);
            FunctionBuilder f = jit.function("sort", methodType(int.class, MemorySegment.class));
            Builder b = f.ir();
            int address = f.segment(0).address();
            int count = b.compute(Op.SHR_U, Type.I64, f.segment(0).size(), b.i64(2));
            f.segment(0).store(Op.STORE, Type.I32, b.i64(0), b.i32(99));
            f.callNative(
                    linker.defaultLookup().findOrThrow("qsort"),
                    FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS),
                    address,
                    count,
                    b.i64(4),
                    b.i64(comparator.address()));
            b.returns(f.segment(0).loadElement(Op.LOAD, Type.I32, b.i32(0)));
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 5, 3, 9, -1, 4);
            assertEquals(-1, (int) f.compile().handle().invokeExact(numbers));
            assertEquals(99, numbers.getAtIndex(JAVA_INT, 4));
        }
    }

    // ---- for ever

    private final CountDownLatch inside = new CountDownLatch(1);

    void arrived() {
        inside.countDown();
    }

    @Test
    void loopsThatPollAreInterrupted() throws Throwable {
        FunctionBuilder f = jit.function("forever", methodType(void.class));
        Builder b = f.ir();
        Block loop = b.block();
        f.callJava(bound("arrived", void.class));
        b.jump(loop);
        b.at(loop);
        b.poll();
        b.jump(loop);
        MethodHandle forever = f.compile().handle();
        CancellationException[] thrown = new CancellationException[1];
        Thread thread = Thread.ofPlatform().start(() -> {
            thrown[0] = assertThrows(CancellationException.class, forever::invoke);
        });
        inside.await();
        thread.interrupt();
        thread.join();
        assertEquals("interrupted in forever", thrown[0].getMessage());
    }

    /** It spins until a word is not zero; the arena of that word, and the owner of the code, cannot be closed meanwhile. */
    @Test
    void nothingIsClosedUnderRunningCode() throws Throwable {
        Jit owner = Jit.open();
        MethodHandle raw = owner.assemble(
                a -> {
                    int loop = a.here();
                    a.storei(Width.W32, Mem.mem(Reg.RDI, 4), 1); // we are here
                    a.cmpi(Width.W32, Mem.mem(Reg.RDI), 0);
                    a.jcc(Cond.EQUAL, loop);
                    a.ret();
                },
                FunctionDescriptor.ofVoid(ADDRESS));
        FunctionBuilder f = owner.function("wait", methodType(void.class, MemorySegment.class));
        Builder b = f.ir();
        Block loop = b.block();
        Block done = b.block();
        b.jump(loop);
        b.at(loop);
        f.segment(0).store(Op.STORE, Type.I32, b.i64(4), b.i32(1));
        b.branch(f.segment(0).load(Op.LOAD, Type.I32, b.i64(0)), done, loop);
        b.at(done);
        b.returns();
        for (MethodHandle wait : List.of(raw, f.compile().handle())) {
            Arena arena = Arena.ofShared();
            MemorySegment words = arena.allocate(8, 8);
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    wait.invoke(words);
                } catch (Throwable problem) {
                    throw new AssertionError(problem);
                }
            });
            while ((int) JAVA_INT.varHandle().getVolatile(words, 4L) == 0) {
                Thread.onSpinWait();
            }
            assertThrows(IllegalStateException.class, owner::close);
            assertThrows(IllegalStateException.class, arena::close);
            JAVA_INT.varHandle().setVolatile(words, 0L, 1);
            thread.join();
            arena.close();
        }
        owner.close();
        assertTrue(assertThrows(IllegalStateException.class, () -> raw.invoke(MemorySegment.NULL))
                        .getMessage()
                        .length()
                > 0);
    }
}
