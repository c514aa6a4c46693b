package emberwall.cli;

import emberwall.engine.MachineCode;
import emberwall.wasm.BodyReader;
import emberwall.wasm.Immediate;
import emberwall.wasm.Locals;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import emberwall.wasm.text.InstructionPrinter;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes functions in two columns: on the left WebAssembly, with its offset in the module and indented by blocks; on the
 * right the machine code that came of each instruction, with its offset in the function.
 *
 * <pre>
 *   0x02a1    loop (;@1;)                  1c  cmp rsp,QWORD PTR [r15-0x40]
 *                                          20  jb 0x9f
 *   0x02a3      local.get $n
 *   0x02a5      i32.eqz                    26  test eax,eax
 * </pre>
 *
 * An instruction without machine code was folded into one that follows, or needs none. Code out of line (traps, slow
 * paths) comes last, and where exceptions are caught. Of a function whose machine code has an order of its own, all
 * instructions come first, and again those of which stretches of code came, where these begin.
 */
final class Listing {
    private static final int LEFT = 56;
    private static final int DEEPEST = 16;
    private static final int OFFSET = 6;

    private final Module module;
    private final FunctionNames names;
    private final PrintStream out;
    private final InstructionPrinter instructions;
    private final StringBuilder line = new StringBuilder();

    private List<MachineCode.Line> machine;
    private int next; // the line of machine code that comes next
    private MachineCode code;
    private int entry; // the next pair of offsets in the code's map
    private final Map<Integer, String> texts = new HashMap<>(); // of a function in another order, by offset

    Listing(Module module, FunctionNames names, PrintStream out) {
        this.module = module;
        this.names = names;
        this.out = out;
        this.instructions = new InstructionPrinter(module);
    }

    void print(int function, MachineCode code) {
        this.code = code;
        machine = code.lines();
        next = 0;
        entry = 0;
        heading(function);
        Locals locals = module.locals(function);
        boolean reordered = code.isReordered();
        texts.clear();
        rows(locals(function, locals), reordered ? -1 : firstCodeOffset());
        BodyReader reader = new BodyReader(module.bytes(), locals.codeOffset(), module.bodyEnd(function));
        instructions.begin(function);
        while (reader.hasMore()) {
            int at = reader.position();
            String text = instruction(reader);
            rows(text, reordered ? -1 : endOfCode(at));
            texts.put(at, text);
        }
        if (reordered) inItsOrder();
        outOfLine();
        handlers();
        out.append('\n');
    }

    private void heading(int function) {
        line.setLength(0);
        line.append("function ").append(function);
        if (names.own(function) != null)
            line.append(" \"").append(names.own(function)).append('"');
        String export = names.exported(function);
        if (export != null) line.append(", exported as \"").append(export).append('"');
        line.append(": ").append(module.functionType(function)).append(", ");
        line.append(module.bodyEnd(function) - module.bodyOffset(function)).append(" bytes -> ");
        line.append(code.code().length).append(" bytes");
        out.append(Main.printable(line.toString())).append('\n');
    }

    private String locals(int function, Locals locals) {
        StringBuilder text = new StringBuilder();
        text.append("       ");
        int[] parameters = module.functionType(function).parameters();
        if (parameters.length > 0) text.append(" (param");
        for (int type : parameters) text.append(' ').append(ValueType.text(type));
        if (parameters.length > 0) text.append(')');
        for (int run = 0; run < locals.runs(); run++) {
            text.append(" (local ").append(ValueType.text(locals.type(run)));
            if (locals.length(run) != 1) text.append(" x ").append(Integer.toUnsignedString(locals.length(run)));
            text.append(')');
        }
        return text.toString();
    }

    private String instruction(BodyReader reader) {
        int at = reader.position();
        Opcode opcode = reader.opcode();
        int depth = Math.min(instructions.indentation(opcode), DEEPEST);
        StringBuilder left = new StringBuilder("0x");
        String digits = Integer.toHexString(at);
        left.append("0".repeat(Math.max(0, 5 - digits.length()))).append(digits);
        left.append("  ".repeat(depth + 1));
        int immediates = reader.position();
        left.append(instructions.print(opcode, reader));
        if (opcode.immediate() == Immediate.FUNCTION) {
            comment(new BodyReader(module.bytes(), immediates, reader.position()).u32(), left);
        }
        return left.toString();
    }

    /** Where the code ends that came of the instruction at an offset. */
    private int endOfCode(int at) {
        int end = position();
        while (entry < code.bytecodeOffsets().length && code.bytecodeOffsets()[entry] == at) {
            entry++;
            end = entry < code.codeOffsets().length ? code.codeOffsets()[entry] : code.coldOffset();
        }
        return end;
    }

    /** Machine code in its own order, up to where code out of line begins. */
    private void inItsOrder() {
        out.append("        in the order of the code\n");
        int count = code.codeOffsets().length;
        if (position() < firstCodeOffset()) rows("", firstCodeOffset());
        for (int i = 0; i < count; i++) {
            int end = i + 1 < count ? code.codeOffsets()[i + 1] : code.coldOffset();
            if (position() < end) rows(texts.getOrDefault(code.bytecodeOffsets()[i], ""), end);
        }
    }

    /** What to call a function that has no name of its own. */
    private void comment(int function, StringBuilder left) {
        if (names.own(function) == null)
            left.append(" (; ").append(names.any(function)).append(" ;)");
    }

    /** Where the next line of machine code begins, in bytes. */
    private int position() {
        return next < machine.size() ? machine.get(next).offset() : code.code().length;
    }

    /** Appends the next line of machine code. */
    private void append() {
        MachineCode.Line instruction = machine.get(next++);
        String offset = Integer.toHexString(instruction.offset());
        line.append(" ".repeat(Math.max(0, OFFSET - offset.length())))
                .append(offset)
                .append("  ")
                .append(instruction.text());
    }

    private int firstCodeOffset() {
        return code.codeOffsets().length == 0 ? code.coldOffset() : code.codeOffsets()[0];
    }

    /** One row or more: the left text once, beside the machine code up to an offset. */
    private void rows(String left, int end) {
        String text = left;
        do {
            line.setLength(0);
            line.append(text);
            if (position() < end) {
                line.append(" ".repeat(Math.max(2, LEFT - text.length())));
                append();
            }
            out.append(Main.printable(line.toString())).append('\n');
            text = "";
        } while (position() < end);
    }

    private void handlers() {
        if (code.handlers().isEmpty()) return;
        out.append("        exceptions\n");
        for (String handler : code.handlers())
            out.append("          ").append(handler).append('\n');
    }

    private void outOfLine() {
        if (position() >= code.code().length) return;
        out.append("        out of line\n");
        while (position() < code.code().length) {
            line.setLength(0);
            line.append(" ".repeat(LEFT));
            append();
            out.append(line).append('\n');
        }
    }
}
