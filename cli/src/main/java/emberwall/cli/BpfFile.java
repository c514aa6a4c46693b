package emberwall.cli;

import emberwall.ebpf.ObjectException;
import emberwall.ebpf.Program;
import emberwall.ebpf.ProgramKind;
import emberwall.ebpf.host.BpfLoader;
import emberwall.ebpf.host.BpfModule;
import emberwall.ebpf.insn.ClassicBpf;
import emberwall.ebpf.insn.Instructions;
import emberwall.ebpf.insn.MalformedException;
import emberwall.ebpf.object.BpfObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A file with BPF programs: an object, as clang writes it; or one program as its instructions and nothing else; or a filter in classic
 * BPF as {@code tcpdump -ddd} prints it, which becomes a socket filter.
 */
final class BpfFile {
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private final String name;
    private final byte[] content;
    /** The only program of a file that is no object. */
    private final Program program;

    private BpfFile(String name, byte[] content) {
        this.name = name == null ? "" : name.substring(name.lastIndexOf('/') + 1);
        this.content = content;
        program = isObject() ? null : program();
    }

    /**
     * The file with a name, or standard input where that is {@code -}.
     *
     * @throws Failure if it cannot be read, or is no program
     */
    static BpfFile read(String name) {
        byte[] content = ModuleFile.content(name);
        try {
            return new BpfFile(name, content);
        } catch (MalformedException problem) {
            throw new Failure(Status.BAD_MODULE, name + ": " + problem.getMessage());
        }
    }

    private boolean isObject() {
        return content.length >= ELF.length && Arrays.equals(content, 0, ELF.length, ELF, 0, ELF.length);
    }

    private Program program() {
        return isClassic()
                ? Program.of(
                        name,
                        ProgramKind.SOCKET_FILTER,
                        ClassicBpf.translate(ClassicBpf.parse(new String(content, StandardCharsets.US_ASCII))),
                        List.of())
                : Program.of(name, ProgramKind.UNSPECIFIED, Instructions.decode(content), List.of());
    }

    /** Whether it is all numbers: no program of eBPF is, whose last instruction is of other bytes. */
    private boolean isClassic() {
        for (byte letter : content) {
            boolean digit = letter >= '0' && letter <= '9';
            if (!digit && letter != ' ' && letter != '\t' && letter != '\r' && letter != '\n') return false;
        }
        return content.length > 0;
    }

    /** The program, if it came without an object; else null. */
    Program alone() {
        return program;
    }

    /**
     * What is in the file.
     *
     * @throws ObjectException if it is malformed
     */
    BpfObject object() {
        return program == null ? BpfObject.read(name, content) : BpfObject.of(program);
    }

    /**
     * The same, loaded.
     *
     * @throws ObjectException if it is malformed, or has no constant that was set
     */
    BpfModule load(BpfLoader loader) {
        return program == null ? loader.load(name, content) : loader.load(program);
    }
}
