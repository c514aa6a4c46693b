package emberwall.ebpf.kernel;

import emberwall.ebpf.Bytes;
import emberwall.ebpf.btf.Btf;
import emberwall.ebpf.btf.BtfType;
import emberwall.ebpf.helper.RuntimeFunction;
import emberwall.ebpf.insn.Insn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The kernel knows its functions by their BTF types. */
public final class KernelFunctions {
    private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");

    private static Btf types;

    private KernelFunctions() {}

    /** Whether the kernel has all functions that there are here. */
    public static boolean exist() {
        return Files.isReadable(TYPES)
                && Arrays.stream(RuntimeFunction.values()).allMatch(function -> type(function) != 0);
    }

    private static int type(RuntimeFunction function) {
        return types().find(function.kernelName(), BtfType.Function.class);
    }

    /** A call of a function, as the kernel wants it. */
    static Insn call(Insn insn) {
        RuntimeFunction function = RuntimeFunction.of(insn.immediate());
        return new Insn(insn.opcode(), 0, 0, 0, function == null || !exist() ? 0 : type(function));
    }

    private static synchronized Btf types() {
        if (types == null) {
            try {
                types = Btf.parse(new Bytes("vmlinux", Files.readAllBytes(TYPES)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return types;
    }
}
