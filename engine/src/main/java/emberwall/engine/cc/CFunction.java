package emberwall.engine.cc;

import emberwall.engine.store.RuntimeFunction;
import emberwall.wasm.BodyReader;
import emberwall.wasm.FunctionInfo;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Locals;
import emberwall.wasm.Meaning;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;
import java.util.TreeSet;

/**
 * Translates bodies, instruction by instruction. Local 3 is the variable {@code v3}, the operand at height 3 is {@code i_3},
 * {@code l_3}, {@code f_3} or {@code d_3} by its type; a variable that a block leaves its results in is one of these, too. The
 * C compiler finds out what of it is needed.
 */
final class CFunction {
    /** Static offsets below reach no further than the guard pages, wherever the address points. */
    private static final long FURTHEST = Integer.MAX_VALUE - 16;

    private final CModule c;
    private final Module module;
    private final BodyReader reader;
    private final StringBuilder out = new StringBuilder();
    private final CBlocks blocks;

    /** Letters of the operands' types. */
    private char[] stack = new char[64];

    private int top;
    /** The operands' variables that occur: {@code height << 8 | letter}. */
    private final TreeSet<Integer> variables = new TreeSet<>();

    private FunctionType type;
    private char[] locals = {};
    /** Where the instruction at work stands. */
    private int position;

    CFunction(CModule c) {
        this.c = c;
        module = c.module();
        reader = new BodyReader(module.bytes(), 0, 0);
        blocks = new CBlocks(this, out);
    }

    /** What stands between the braces of a function's definition. Holds until the next call. */
    CharSequence translate(FunctionInfo info) {
        out.setLength(0);
        variables.clear();
        top = 0;
        type = module.functionType(info.function());
        reader.reset(info.codeOffset(), module.bodyEnd(info.function()));
        position = info.codeOffset();
        StringBuilder head = new StringBuilder();
        declareLocals(info, head);
        out.append("  STACK(").append(position).append(");\n");
        blocks.begin(type);
        do {
            position = reader.position();
            instruction(reader.opcode());
        } while (!blocks.isDone());
        for (int variable : variables) {
            char letter = (char) (variable & 0xFF);
            head.append("  ")
                    .append(CTypes.name(letter))
                    .append(' ')
                    .append(letter)
                    .append('_')
                    .append(variable >>> 8)
                    .append(";\n");
        }
        return head.append(out).append("away:;\n  return 0;\n");
    }

    private void declareLocals(FunctionInfo info, StringBuilder head) {
        locals = new char[info.localCount()];
        int local = 0;
        for (; local < type.parameterCount(); local++) {
            locals[local] = CTypes.letter(type.parameter(local));
        }
        Locals declared = module.locals(info.function());
        for (int run = 0; run < declared.runs(); run++) {
            char letter = CTypes.letter(declared.type(run));
            for (int count = declared.length(run); count > 0; count--) {
                head.append("  ")
                        .append(CTypes.name(letter))
                        .append(" v")
                        .append(local)
                        .append(" = 0;\n");
                locals[local++] = letter;
            }
        }
    }

    // ---- operands

    int height() {
        return top;
    }

    /** Forgets the operands above a height. */
    void dropTo(int height) {
        top = height;
    }

    /** The variable of a new operand. */
    String push(char letter) {
        if (top == stack.length) {
            stack = java.util.Arrays.copyOf(stack, 2 * top);
        }
        stack[top] = letter;
        return variable(letter, top++);
    }

    /** The variable of the topmost operand, which is one no more. */
    String pop() {
        top--;
        return variable(stack[top], top);
    }

    /** The variable of an operand at a height. */
    String operand(int height) {
        return variable(stack[height], height);
    }

    /** The variable at a height for a type. */
    String variable(char letter, int height) {
        variables.add(height << 8 | letter);
        return letter + "_" + height;
    }

    int position() {
        return position;
    }

    BodyReader reader() {
        return reader;
    }

    Module module() {
        return module;
    }

    boolean polls() {
        return c.polls();
    }

    // ---- instructions

    private void instruction(Opcode opcode) {
        switch (opcode.meaning()) {
            case Meaning.Numeric _ -> numeric(opcode);
            case Meaning.Memory memory -> access(opcode, memory);
            case Meaning.Family family -> {
                switch (family) {
                    case CONTROL -> blocks.instruction(opcode);
                    case INVOCATION -> invocation(opcode);
                    case PARAMETRIC -> parametric(opcode);
                    case VARIABLE -> variable(opcode);
                    case CONSTANT -> constant(opcode);
                    case REFERENCE -> reference(opcode);
                    case TABLE_ACCESS -> table(opcode);
                    case BULK -> bulk(opcode);
                    default -> throw unknown(opcode);
                }
            }
        }
    }

    static InternalError unknown(Opcode opcode) {
        return new InternalError("no translation of " + opcode.text());
    }

    private void assign(char letter, String value) {
        out.append("  ").append(push(letter)).append(" = ").append(value).append(";\n");
    }

    private static String inC(Opcode opcode) {
        return opcode.text().replace('.', '_');
    }

    private void numeric(Opcode opcode) {
        Meaning.Numeric meaning = opcode.numeric();
        String second = meaning.op().arity() == 2 ? ", " + pop() : "";
        String first = pop();
        String where = meaning.op().mayFault() ? ", " + position : "";
        assign(CTypes.letter(opcode.signature().result(0)), inC(opcode) + "(" + first + second + where + ")");
    }

    private void access(Opcode opcode, Meaning.Memory meaning) {
        reader.alignment();
        long offset = reader.u64();
        boolean isStore = meaning.op().writesMemory();
        String value = isStore ? pop() : "";
        String index = pop();
        String address = c.strategies()[0].isGuard() && offset <= FURTHEST
                ? "GUARDED(" + index + ", " + offset + "ul)"
                : "CHECKED(" + index + ", " + offset + "ul, " + meaning.bytes() + ", " + position + ")";
        out.append("  ").append(inC(opcode)).append('(');
        if (isStore) {
            out.append(address).append(", ").append(value);
        } else {
            out.append(push(CTypes.letter(opcode.signature().result(0))))
                    .append(", ")
                    .append(address);
        }
        out.append(", ").append(position).append(");\n");
    }

    private void parametric(Opcode opcode) {
        if (opcode == Opcode.DROP) {
            pop();
            return;
        }
        reader.skip(opcode.immediate());
        String condition = pop();
        String other = pop();
        char letter = stack[top - 1];
        String value = pop();
        assign(letter, condition + " ? " + value + " : " + other);
    }

    private void variable(Opcode opcode) {
        int index = reader.u32();
        switch (opcode) {
            case LOCAL_GET -> assign(locals[index], "v" + index);
            case LOCAL_SET ->
                out.append("  v").append(index).append(" = ").append(pop()).append(";\n");
            case LOCAL_TEE ->
                out.append("  v")
                        .append(index)
                        .append(" = ")
                        .append(operand(top - 1))
                        .append(";\n");
            case GLOBAL_GET -> assign(CTypes.letter(module.global(index).type()), global(index));
            default ->
                out.append("  ")
                        .append(global(index))
                        .append(" = ")
                        .append(pop())
                        .append(";\n");
        }
    }

    private String global(int index) {
        return (c.layout().globalIsPointer(index) ? "IMPORTED_GLOBAL(" : "GLOBAL(")
                + CTypes.name(module.global(index).type())
                + ", " + c.layout().globalCell(index) + ")";
    }

    private void constant(Opcode opcode) {
        switch (opcode) {
            case I32_CONST -> assign('i', Integer.toUnsignedString(reader.s32()) + "u");
            case I64_CONST -> assign('l', Long.toUnsignedString(reader.s64()) + "ul");
            case F32_CONST -> assign('f', "f32_reinterpret_i32(" + Integer.toUnsignedString(reader.fixed32()) + "u)");
            case F64_CONST -> assign('d', "f64_reinterpret_i64(" + Long.toUnsignedString(reader.fixed64()) + "ul)");
            default -> throw unknown(opcode);
        }
    }

    private void reference(Opcode opcode) {
        switch (opcode) {
            case REF_NULL -> {
                reader.heapType();
                assign('l', "0");
            }
            case REF_IS_NULL -> assign('i', pop() + " == 0");
            case REF_AS_NON_NULL -> trapIfNull(operand(top - 1), "NULL_REFERENCE");
            case REF_FUNC -> runtime(RuntimeFunction.REF_FUNC, 'l', Integer.toString(reader.u32()));
            default -> throw unknown(opcode);
        }
    }

    private void table(Opcode opcode) {
        if (opcode == Opcode.TABLE_GROW) {
            bulk(RuntimeFunction.TABLE_GROW, 1, 2, 'i');
            return;
        }
        int table = reader.u32();
        String record = Integer.toString(c.layout().tableRecord(table));
        switch (opcode) {
            case TABLE_GET -> {
                String index = pop();
                assign('l', "*" + element(record, index));
            }
            case TABLE_SET -> {
                String value = pop();
                out.append("  *")
                        .append(element(record, pop()))
                        .append(" = ")
                        .append(value)
                        .append(";\n");
            }
            case TABLE_SIZE -> assign('i', "*(volatile u64 *)(FIELD(" + record + ") + 8)");
            default -> throw unknown(opcode);
        }
    }

    private String element(String record, String index) {
        return "ELEMENT(" + record + ", " + index + ", TABLE_OUT_OF_BOUNDS, " + position + ")";
    }

    private void bulk(Opcode opcode) {
        switch (opcode) {
            case MEMORY_SIZE -> {
                reader.u32();
                assign('i', "BOUND >> " + module.memory(0).pageSizeLog2());
            }
            case MEMORY_GROW -> bulk(RuntimeFunction.MEMORY_GROW, 1, 1, 'i');
            case MEMORY_INIT -> bulk(RuntimeFunction.MEMORY_INIT, 2, 3, ' ');
            case DATA_DROP -> bulk(RuntimeFunction.DATA_DROP, 1, 0, ' ');
            case MEMORY_COPY -> bulk(RuntimeFunction.MEMORY_COPY, 2, 3, ' ');
            case MEMORY_FILL -> bulk(RuntimeFunction.MEMORY_FILL, 1, 3, ' ');
            case TABLE_INIT -> bulk(RuntimeFunction.TABLE_INIT, 2, 3, ' ');
            case ELEM_DROP -> bulk(RuntimeFunction.ELEM_DROP, 1, 0, ' ');
            case TABLE_COPY -> bulk(RuntimeFunction.TABLE_COPY, 2, 3, ' ');
            case TABLE_FILL -> bulk(RuntimeFunction.TABLE_FILL, 1, 3, ' ');
            default -> throw unknown(opcode);
        }
    }

    /** Indices come first, then the operands. */
    private void bulk(RuntimeFunction function, int indices, int operands, char result) {
        String[] arguments = new String[indices + operands];
        for (int index = 0; index < indices; index++) {
            arguments[index] = Integer.toString(reader.u32());
        }
        for (int index = arguments.length - 1; index >= indices; index--) {
            arguments[index] = pop();
        }
        runtime(function, result, arguments);
    }

    private void runtime(RuntimeFunction function, char result, String... arguments) {
        StringBuilder call = new StringBuilder("em_runtime(").append(function.name());
        for (int index = 0; index < 5; index++) {
            call.append(", ").append(index < arguments.length ? arguments[index] : "0");
        }
        call.append(")");
        if (result == ' ') {
            out.append("  ").append(call).append(";\n");
        } else {
            assign(result, call.toString());
        }
        out.append("  CALLED(").append(position).append(");\n");
    }

    // ---- calls

    private void invocation(Opcode opcode) {
        switch (opcode) {
            case CALL -> {
                int function = reader.u32();
                FunctionType callee = module.functionType(function);
                if (module.isImported(function)) {
                    throughRecord(callee, "(u64 *)FIELD(" + c.layout().functionRecord(function) + ")");
                } else {
                    out.append("  {\n");
                    call(callee, "w" + function, "", "");
                    out.append("  }\n");
                }
            }
            case CALL_INDIRECT -> {
                int typeIndex = reader.u32();
                int record = c.layout().tableRecord(reader.u32());
                String element = "CALLEE(" + record + ", " + pop() + ", " + c.canonicalTypes()[typeIndex] + ", "
                        + position + ")";
                throughRecord(module.types().function(typeIndex), element);
            }
            case CALL_REF -> {
                int typeIndex = reader.u32();
                String callee = pop();
                trapIfNull(callee, "NULL_FUNCTION_REFERENCE");
                throughRecord(module.types().function(typeIndex), "(u64 *)" + callee);
            }
            default -> throw unknown(opcode);
        }
    }

    private void trapIfNull(String reference, String reason) {
        out.append("  if (UNLIKELY(!").append(reference).append(")) TRAP(");
        out.append(reason).append(", ").append(position).append(");\n");
    }

    /** Calls the function of a record, in its instance; one of the host sees ours. The record goes along in r10. */
    private void throughRecord(FunctionType callee, String record) {
        out.append("  {\n  u64 *record = ").append(record).append(";\n  u8 *own = instance;\n");
        out.append("  if (!IS_HOST(record)) instance = INSTANCE_OF(record);\n");
        String pointer = "((" + CTypes.result(callee) + " (*)" + CTypes.parameters(callee, false) + ")CODE_OF(record))";
        call(callee, pointer, "__builtin_call_with_static_chain(", ", record)");
        out.append("  instance = own;\n  }\n");
    }

    private void call(FunctionType callee, String function, String before, String after) {
        int count = callee.parameterCount();
        int results = callee.resultCount();
        StringBuilder call = new StringBuilder(before).append(function).append('(');
        for (int index = 0; index < count; index++) {
            call.append(index > 0 ? ", " : "").append(operand(top - count + index));
        }
        dropTo(top - count);
        if (results > 1) {
            out.append("  u64 more[").append(results - 1).append("];\n");
            call.append(count > 0 ? ", more" : "more");
        }
        call.append(')').append(after);
        if (results == 0) {
            out.append("  ").append(call).append(";\n");
        } else {
            assign(CTypes.letter(callee.result(0)), call.toString());
        }
        out.append("  CALLED(").append(position).append(");\n");
        for (int index = 1; index < results; index++) {
            char letter = CTypes.letter(callee.result(index));
            assign(letter, CTypes.fromWord(letter, "more[" + (index - 1) + "]"));
        }
    }

    /** Returns what is on top. */
    void returns() {
        int count = type.resultCount();
        for (int index = 1; index < count; index++) {
            int height = top - count + index;
            out.append("  more[").append(index - 1).append("] = ");
            out.append(CTypes.toWord(stack[height], operand(height))).append(";\n");
        }
        out.append("  return ").append(count == 0 ? "0" : operand(top - count)).append(";\n");
    }

    static char[] letters(int[] types) {
        char[] letters = new char[types.length];
        for (int index = 0; index < types.length; index++) {
            letters[index] = CTypes.letter(types[index]);
        }
        return letters;
    }

    /** The letters of a block's parameters, or of its results. */
    char[] blockTypes(int blockType, boolean results) {
        if (blockType >= 0) {
            FunctionType of = module.types().function(blockType);
            return letters(results ? of.results() : of.parameters());
        }
        return results && ~blockType != ValueType.BOTTOM ? new char[] {CTypes.letter(~blockType)} : new char[0];
    }
}
