package emberwall.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.invoke.MethodType.methodType;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.asm.x64.Reg;
import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.op.Op;
import emberwall.op.Type;
import emberwall.op.V128;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JitTest {
    private final Jit jit = Jit.open();

    @AfterEach
    void close() {
        jit.close();
    }

    // ---- three ways to the same function

    @Test
    void bytesAreCode() throws Throwable {
        byte[] add4 = {0x48, (byte) 0x89, (byte) 0xf8, 0x48, (byte) 0x83, (byte) 0xc0, 0x04, (byte) 0xc3};
        MethodHandle handle = jit.code(add4, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
        assertEquals(6L, (long) handle.invokeExact(2L));
        byte[] zero = {(byte) 0xb8, 0x30, 0, 0, 0, (byte) 0xc3};
        assertEquals(0x30, (int) jit.code(zero, FunctionDescriptor.of(JAVA_INT)).invokeExact());
    }

    @Test
    void assemblerIsTheSameBytes() throws Throwable {
        MethodHandle handle = jit.assemble(
                a -> {
                    a.mov(Reg.RAX, Reg.RDI);
                    a.addi(Reg.RAX, 4);
                    a.ret();
                },
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
        assertEquals(Long.MIN_VALUE + 3, (long) handle.invokeExact(Long.MAX_VALUE));
    }

    @Test
    void graphsAreCompiled() throws Throwable {
        FunctionBuilder f = jit.function("add4", methodType(long.class, long.class));
        f.ir().returns(f.ir().compute(Op.ADD, Type.I64, f.parameter(0), f.ir().i64(4)));
        CompiledFunction add4 = f.compile();
        assertEquals(6L, (long) add4.handle().invokeExact(2L));
        assertEquals("""
                0000  55                             push   rbp
                0001  48 89 e5                       mov    rbp,rsp
                0004  48 89 f8                       mov    rax,rdi
                0007  48 83 c0 04                    add    rax,0x4
                000b  c9                             leave
                000c  c3                             ret
                """, add4.disassembly());
    }

    // ---- arguments

    /** Each argument by itself: registers, stack, halves of vectors. */
    @Test
    void argumentsArriveWhereverTheyAre() throws Throwable {
        Class<?>[] kinds = {
            int.class, long.class, float.class, double.class, boolean.class, V128.class, MemorySegment.class
        };
        Class<?>[] parameters = new Class<?>[28];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = kinds[i % kinds.length];
        }
        MemorySegment segment = Arena.ofAuto().allocate(40);
        Object[] arguments = new Object[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = switch (i % kinds.length) {
                case 0 -> -i - 1;
                case 1 -> (long) -i << 33;
                case 2 -> -i / 3f;
                case 3 -> i / 7.0;
                case 4 -> i % 2 == 0;
                case 5 -> new V128(i, -i);
                default -> segment.asSlice(i, 40 - i);
            };
        }
        for (int i = 0; i < parameters.length; i++) {
            boolean isSegment = parameters[i] == MemorySegment.class;
            Class<?> result = isSegment ? long.class : parameters[i];
            FunctionBuilder f = jit.function("parameter" + i, methodType(result, parameters));
            f.ir().returns(isSegment ? f.segment(i).size() : f.parameter(i));
            Object expected = isSegment ? (Object) (40L - i) : arguments[i];
            assertEquals(expected, f.compile().handle().invokeWithArguments(arguments), "parameter " + i);
            if (isSegment) {
                FunctionBuilder g = jit.function("address" + i, methodType(long.class, parameters));
                g.ir().returns(g.segment(i).address());
                assertEquals(segment.address() + i, g.compile().handle().invokeWithArguments(arguments));
            }
        }
    }

    @Test
    void typesThatThereAreNotAreRefused() {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> jit.function("f", methodType(int.class, String.class)));
        assertTrue(refused.getMessage().startsWith("parameter 0 is of type java.lang.String;"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> jit.function("f", methodType(MemorySegment.class)));
        assertThrows(IllegalArgumentException.class, () -> jit.function("no name", methodType(int.class)));
    }

    // ---- memory

    private MethodHandle sum() {
        FunctionBuilder f = jit.function("sum", methodType(long.class, MemorySegment.class, int.class));
        Builder b = f.ir();
        Block loop = b.block(Type.I32, Type.I64);
        Block body = b.block();
        Block done = b.block();
        b.jump(loop, b.i32(0), b.i64(0));
        b.at(loop);
        b.branch(b.compute(Op.LT_S, Type.I32, loop.parameter(0), f.parameter(1)), body, done);
        b.at(body);
        int element = f.segment(0).loadElement(Op.LOAD, Type.I64, loop.parameter(0));
        b.jump(
                loop,
                b.compute(Op.ADD, Type.I32, loop.parameter(0), b.i32(1)),
                b.compute(Op.ADD, Type.I64, loop.parameter(1), element));
        b.at(done);
        b.returns(loop.parameter(1));
        return f.compile().handle();
    }

    @Test
    void segmentsAreReadWithinTheirBounds() throws Throwable {
        MethodHandle sum = sum();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(JAVA_LONG, 1, 2, 3, 1L << 40);
            assertEquals(6 + (1L << 40), (long) sum.invokeExact(numbers, 4));
            assertEquals(3L, (long) sum.invokeExact(numbers, 2));
            assertEquals(0L, (long) sum.invokeExact(MemorySegment.NULL, 0));
            var outside = assertThrows(IndexOutOfBoundsException.class, () -> sum.invoke(numbers, 5));
            assertEquals("out of bounds memory access in sum", outside.getMessage());
            assertThrows(IndexOutOfBoundsException.class, () -> sum.invoke(numbers.asSlice(0, 31), 4));
            assertThrows(IndexOutOfBoundsException.class, () -> sum.invoke(MemorySegment.NULL, 1));
        }
    }

    /** Around the end, around zero, and where an offset would wrap. */
    @Test
    void everyAccessIsChecked() throws Throwable {
        record Kind(Op load, Op store, Type type, int bytes) {}
        Kind[] kinds = {
            new Kind(Op.LOAD8_U, Op.STORE8, Type.I32, 1),
            new Kind(Op.LOAD16_S, Op.STORE16, Type.I64, 2),
            new Kind(Op.LOAD, Op.STORE, Type.I32, 4),
            new Kind(Op.LOAD, Op.STORE, Type.F64, 8),
            new Kind(Op.LOAD, Op.STORE, Type.V128, 16),
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(128);
            for (Kind kind : kinds) {
                FunctionBuilder f = jit.function("copy", methodType(void.class, MemorySegment.class, long.class));
                int loaded = f.segment(0).load(kind.load, kind.type, f.parameter(1));
                f.segment(0).store(kind.store, kind.type, f.parameter(1), loaded);
                f.ir().returns();
                MethodHandle copy = f.compile().handle();
                for (int size = 0; size < 40; size++) {
                    MemorySegment part = whole.asSlice(48, size);
                    for (long offset : new long[] {
                        -17,
                        -16,
                        -8,
                        -4,
                        -1,
                        0,
                        1,
                        size - 16,
                        size - 8,
                        size - 4,
                        size - 2,
                        size - 1,
                        size,
                        size + 1,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        -part.address()
                    }) {
                        boolean fits = offset >= 0 && offset <= size - kind.bytes;
                        if (fits) {
                            copy.invokeExact(part, offset);
                        } else {
                            assertThrows(
                                    IndexOutOfBoundsException.class,
                                    () -> copy.invoke(part, offset),
                                    kind + " at " + offset + " of " + size);
                        }
                    }
                }
            }
        }
    }

    @Test
    void segmentsThatCannotBeUsedAreRefused() {
        MethodHandle sum = sum();
        FunctionBuilder f = jit.function("set", methodType(void.class, MemorySegment.class));
        f.segment(0).store(Op.STORE, Type.I32, f.ir().i64(0), f.ir().i32(7));
        f.ir().returns();
        MethodHandle set = f.compile().handle();
        MemorySegment heap = MemorySegment.ofArray(new long[4]);
        assertThrows(IllegalArgumentException.class, () -> sum.invoke(heap, 1));
        MemorySegment readOnly = Arena.ofAuto().allocate(8).asReadOnly();
        assertThrows(IllegalArgumentException.class, () -> set.invoke(readOnly));
        Arena arena = Arena.ofShared();
        MemorySegment closed = arena.allocate(8);
        arena.close();
        assertThrows(IllegalStateException.class, () -> sum.invoke(closed, 1));
    }

    // ---- calls

    @Test
    void foreignFunctionsAreCalled() throws Throwable {
        Linker linker = Linker.nativeLinker();
        FunctionBuilder f = jit.function("distance", methodType(double.class, double.class, double.class));
        MemorySegment hypot = linker.defaultLookup().findOrThrow("hypot");
        f.ir().returns(f.callNative(
                hypot, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE), f.parameter(0), f.parameter(1)));
        assertEquals(Math.hypot(3, 4), (double) f.compile().handle().invokeExact(3.0, 4.0));

        // more arguments than registers, and a variable number of them
        FunctionBuilder g = jit.function("print", methodType(int.class, MemorySegment.class, MemorySegment.class));
        Builder b = g.ir();
        FunctionDescriptor type = FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_DOUBLE, JAVA_INT, JAVA_LONG, JAVA_INT);
        g.segment(0).store(Op.STORE8, Type.I32, b.i64(0), b.i32(0)); // so it is written to
        b.returns(g.callNative(
                linker.defaultLookup().findOrThrow("snprintf"),
                type,
                g.segment(0).address(),
                g.segment(0).size(),
                g.segment(1).address(),
                b.i32(-1),
                b.i64(1L << 40),
                b.f64(0.5),
                b.i32(7),
                b.i64(-8),
                b.i32(9)));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(100);
            MemorySegment format = arena.allocateFrom("%d %ld %g %d %ld %d");
            int length = (int) g.compile().handle().invokeExact(text, format);
            assertEquals("-1 1099511627776 0.5 7 -8 9", text.getString(0));
            assertEquals(27, length);
        }
    }

    /** C compilers look at what is above eight bits. */
    @Test
    void smallForeignTypesAreExtended() throws Throwable {
        MethodHandle ignored = jit.assemble(a -> a.ret(), FunctionDescriptor.ofVoid());
        ignored.invokeExact();
        FunctionBuilder f = jit.function("negative", methodType(int.class, int.class));
        MemorySegment labs = Linker.nativeLinker().defaultLookup().findOrThrow("abs");
        f.ir().returns(f.callNative(labs, FunctionDescriptor.of(JAVA_BYTE, JAVA_BYTE), f.parameter(0)));
        MethodHandle handle = f.compile().handle();
        assertEquals(1, (int) handle.invokeExact(0x1FF));
        assertEquals(-128, (int) handle.invokeExact(0x80));
        assertThrows(
                IllegalArgumentException.class,
                () -> f.callNative(labs, FunctionDescriptor.of(JAVA_INT, JAVA_INT), f.ir().i64(1)));
    }

    static double mix(int a, long b, float c, double d, boolean e, V128 f) {
        return a + b + c + d + (e ? 1000 : 0) + f.low() * 3 + f.high();
    }

    static void fail(int code) throws IOException {
        throw new IOException("code " + code);
    }

    private static MethodHandle here(String name, MethodType type) {
        try {
            return MethodHandles.lookup().findStatic(JitTest.class, name, type);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void javaIsCalled() throws Throwable {
        Class<?>[] parameters = {int.class, long.class, float.class, double.class, boolean.class, V128.class};
        MethodHandle mix = here("mix", methodType(double.class, parameters));
        FunctionBuilder f = jit.function("f", methodType(double.class, parameters));
        int[] arguments = new int[parameters.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = f.parameter(i);
        }
        Builder b = f.ir();
        int twice = b.compute(Op.ADD, Type.F64, f.callJava(mix, arguments), f.callJava(mix, arguments));
        b.returns(b.compute(Op.SUB, Type.F64, twice, f.parameter(3))); // which the calls did not keep in a register
        V128 vector = new V128(5, 6);
        double once = mix(-1, 1L << 40, 0.5f, 0.25, true, vector);
        assertEquals(
                2 * once - 0.25, (double) f.compile().handle().invokeExact(-1, 1L << 40, 0.5f, 0.25, true, vector));
    }

    @Test
    void exceptionsPassThrough() {
        FunctionBuilder f = jit.function("f", methodType(void.class, int.class));
        f.callJava(here("fail", methodType(void.class, int.class)), f.parameter(0));
        f.ir().returns();
        MethodHandle handle = f.compile().handle();
        for (int i = 0; i < 3; i++) {
            int code = i;
            assertEquals(
                    "code " + i,
                    assertThrows(IOException.class, () -> handle.invoke(code)).getMessage());
        }
    }

    /** Each function calls the other one, which is compiled later. */
    @Test
    void functionsCallEachOther() throws Throwable {
        MethodType type = methodType(boolean.class, int.class);
        FunctionBuilder even = jit.function("even", type);
        FunctionBuilder odd = jit.function("odd", type);
        parity(even, odd, 1);
        MethodHandle isEven = even.compile().handle();
        assertEquals(
                "uninitialized element in a function that is not compiled",
                assertThrows(IllegalStateException.class, () -> isEven.invoke(3))
                        .getMessage());
        parity(odd, even, 0);
        odd.compile();
        assertEquals(true, (boolean) isEven.invokeExact(1000));
        assertEquals(false, (boolean) isEven.invokeExact(1001));
        assertThrows(StackOverflowError.class, () -> isEven.invoke(Integer.MAX_VALUE));
        assertEquals(true, (boolean) isEven.invokeExact(1000));
        assertThrows(IllegalStateException.class, odd::compile);
    }

    private static void parity(FunctionBuilder f, FunctionBuilder other, int ofZero) {
        Builder b = f.ir();
        Block zero = b.block();
        Block more = b.block();
        b.branch(b.compute(Op.EQZ, Type.I32, f.parameter(0)), zero, more);
        b.at(zero);
        b.returns(b.i32(ofZero));
        b.at(more);
        b.returns(f.call(other, b.compute(Op.SUB, Type.I32, f.parameter(0), b.i32(1))));
    }

    // ---- what goes wrong

    @Test
    void divisionsThrow() throws Throwable {
        FunctionBuilder f = jit.function("divide", methodType(int.class, int.class, int.class));
        f.ir().returns(f.ir().compute(Op.DIV_S, Type.I32, f.parameter(0), f.parameter(1)));
        MethodHandle divide = f.compile().handle();
        assertEquals(-3, (int) divide.invokeExact(7, -2));
        assertEquals(
                "integer divide by zero in divide",
                assertThrows(ArithmeticException.class, () -> divide.invoke(1, 0))
                        .getMessage());
        assertThrows(ArithmeticException.class, () -> divide.invoke(Integer.MIN_VALUE, -1));
    }

    @Test
    void graphsThatAreNoneAreRefused() {
        FunctionBuilder open = jit.function("open", methodType(void.class));
        assertTrue(assertThrows(IllegalArgumentException.class, open::compile)
                .getMessage()
                .contains("b0 has no end"));
        FunctionBuilder wrong = jit.function("wrong", methodType(int.class));
        wrong.ir().returns(wrong.ir().i64(1));
        assertThrows(IllegalArgumentException.class, wrong::compile);
        FunctionBuilder guest = jit.function("guest", methodType(long.class));
        guest.ir().returns(guest.ir().context(emberwall.ir.Context.INSTANCE));
        assertThrows(IllegalArgumentException.class, guest::compile);
    }

    @Test
    void nothingRunsAfterTheEnd() throws Throwable {
        Jit other = Jit.open();
        FunctionBuilder f = other.function("one", methodType(int.class));
        f.ir().returns(f.ir().i32(1));
        MethodHandle one = f.compile().handle();
        MethodHandle raw = other.code(new byte[] {(byte) 0xc3}, FunctionDescriptor.ofVoid());
        assertEquals(1, (int) one.invokeExact());
        raw.invokeExact();
        other.close();
        other.close();
        assertThrows(IllegalStateException.class, one::invoke);
        assertThrows(IllegalStateException.class, raw::invoke);
        assertThrows(IllegalStateException.class, () -> other.function("f", methodType(void.class)));
    }

    private MemorySegment shared;
    private Jit owner;

    void closeAll() {
        assertThrows(IllegalStateException.class, owner::close);
        Arena arena = Arena.ofShared();
        shared = arena.allocate(8);
        arena.close();
    }

    /** A call that is going on keeps its owner open; Java, called from it, finds everything usable. */
    @Test
    void ownersStayOpenDuringCalls() throws Throwable {
        owner = Jit.open();
        FunctionBuilder f = owner.function("f", methodType(int.class, int.class));
        f.callJava(MethodHandles.lookup().bind(this, "closeAll", methodType(void.class)));
        f.ir().returns(f.parameter(0));
        assertEquals(5, (int) f.compile().handle().invokeExact(5));
        owner.close();
        assertThrows(IllegalStateException.class, () -> shared.get(JAVA_FLOAT, 0));
        assertSame(shared, shared);
    }
}
