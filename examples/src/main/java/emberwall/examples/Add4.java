package emberwall.examples;

import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RDI;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import emberwall.jit.FunctionBuilder;
import emberwall.jit.Jit;
import emberwall.op.Op;
import emberwall.op.Type;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/** {@code long add4(long x) { return x + 4; }}: the function that introductions to such compilers begin with, three ways. */
public final class Add4 {
    private static final FunctionDescriptor TYPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);

    private Add4() {}

    /** As bytes: what an assembler, or a manual, says that the instructions are. */
    public static MethodHandle asBytes(Jit jit) {
        // @formatter:off
        byte[] code = {
            0x48, (byte) 0x89, (byte) 0xf8,       // mov rax, rdi
            0x48, (byte) 0x83, (byte) 0xc0, 0x04, // add rax, 4
            (byte) 0xc3                           // ret
        };
        // @formatter:on
        return jit.code(code, TYPE);
    }

    /** As instructions: rows of the table that knows their bytes. */
    public static MethodHandle asInstructions(Jit jit) {
        return jit.assemble(
                a -> {
                    a.mov(RAX, RDI);
                    a.addi(RAX, 4);
                    a.ret();
                },
                TYPE);
    }

    /** As a graph: what it computes, whatever the instructions. */
    public static MethodHandle asGraph(Jit jit) {
        FunctionBuilder f = jit.function("add4", MethodType.methodType(long.class, long.class));
        f.ir().returns(f.ir().compute(Op.ADD, Type.I64, f.parameter(0), f.ir().i64(4)));
        return f.compile().handle();
    }
}
