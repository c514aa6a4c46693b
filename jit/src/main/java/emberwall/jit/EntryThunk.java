package emberwall.jit;

import static emberwall.asm.x64.Mem.mem;
import static emberwall.asm.x64.Reg.R11;
import static emberwall.asm.x64.Reg.R15;
import static emberwall.asm.x64.Reg.RAX;
import static emberwall.asm.x64.Reg.RBP;
import static emberwall.asm.x64.Reg.RDX;
import static emberwall.asm.x64.Reg.RSP;
import static emberwall.asm.x64.Width.W32;
import static emberwall.asm.x64.Width.W64;

import emberwall.asm.x64.Assembler;
import emberwall.codegen.CallLayout;
import emberwall.codegen.Convention;
import emberwall.fiber.FiberBlock;
import emberwall.op.Type;
import java.util.List;

/**
 * The few instructions between Java and a function: arguments are words at the stack pointer, the function's cell is in
 * {@code rdx}. The result goes to the fiber's block, a vector to where the first word was.
 */
final class EntryThunk {
    private EntryThunk() {}

    static Assembler of(Signature signature) {
        CallLayout layout = CallLayout.of(classes(signature.parameters), classes(signature.results));
        Assembler a = new Assembler(256);
        a.push(RBP);
        a.mov(RBP, RSP);
        a.mov(RAX, RDX);
        if (layout.argumentBytes() > 0) {
            a.subi(RSP, layout.argumentBytes());
        }
        for (int i = 0; i < layout.parameterCount(); i++) {
            argument(a, layout, i, signature.parameters.get(i), mem(RBP, word(signature.firstWord(i))));
        }
        a.callm(mem(RAX));
        if (layout.resultCount() > 0) {
            switch (layout.resultClass(0)) {
                case Convention.INT -> a.mov(mem(R15, FiberBlock.RESULT), RAX);
                case Convention.FLOAT -> a.movs(W64, mem(R15, FiberBlock.RESULT), Convention.RESULT_XMM);
                default -> a.movups(mem(RBP, word(0)), Convention.RESULT_XMM);
            }
        }
        a.mov(RSP, RBP);
        a.pop(RBP);
        a.jmpm(mem(R15, FiberBlock.EXIT_RETURN));
        return a;
    }

    private static int word(int number) {
        return 8 + 8 * number; // above the saved frame pointer
    }

    private static void argument(Assembler a, CallLayout layout, int i, Type type, long word) {
        if (layout.inRegister(i)) {
            int register = layout.register(i);
            switch (layout.parameterClass(i)) {
                case Convention.INT -> a.mov(type == Type.I32 ? W32 : W64, register, word);
                case Convention.FLOAT -> a.movs(W64, register, word);
                default -> a.movups(register, word);
            }
        } else if (layout.parameterClass(i) == Convention.VECTOR) {
            a.movups(Convention.SCRATCH_XMM, word);
            a.movups(mem(RSP, layout.stackOffset(i)), Convention.SCRATCH_XMM);
        } else {
            a.mov(type == Type.I32 ? W32 : W64, R11, word);
            a.mov(mem(RSP, layout.stackOffset(i)), R11);
        }
    }

    private static byte[] classes(List<Type> types) {
        byte[] classes = new byte[types.size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = (byte) valueClass(types.get(i));
        }
        return classes;
    }

    private static int valueClass(Type type) {
        return type.isVector() ? Convention.VECTOR : type.isFloat() ? Convention.FLOAT : Convention.INT;
    }
}
