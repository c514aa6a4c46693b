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

/** The kernel knows its functions by their BTF types. */
final class KernelFunctions {
    private static Btf types;

    private KernelFunctions() {}

    /** A call of a function, as the kernel wants it. */
    static Insn call(Insn insn) {
        RuntimeFunction function = RuntimeFunction.of(insn.immediate());
        int type = function == null ? 0 : types().find(function.kernelName(), BtfType.Function.class);
        return new Insn(insn.opcode(), 0, 0, 0, type);
    }

    private static synchronized Btf types() {
        if (types == null) {
            try {
                types = Btf.parse(new Bytes("vmlinux", Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux"))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return types;
    }
}
