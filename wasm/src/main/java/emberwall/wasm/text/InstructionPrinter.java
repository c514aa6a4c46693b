package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.NameKind;
import emberwall.wasm.Opcode;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;

/**
 * Writes single instructions in the words of the text format. What follows an opcode is written by the kind that the
 * opcode's row names, so no opcode is mentioned here but those whose text the format spells in two ways. Indices are
 * written as identifiers where the name section has names. A body is walked from its first instruction to its last, so
 * that labels are known; what the module does not have is written as a number.
 */
public final class InstructionPrinter {
    /** Signatures with more types are not repeated where they are used: text must not grow beyond all measure. */
    static final int LONGEST_SIGNATURE = 16;

    private final Types types;
    private final Identifiers identifiers;
    private final OpenBlocks labels = new OpenBlocks();
    private final StringBuilder single = new StringBuilder();
    private int block;

    public InstructionPrinter(Module module) {
        this(module, new Identifiers(module));
    }

    InstructionPrinter(Module module, Identifiers identifiers) {
        this.types = module.types();
        this.identifiers = identifiers;
    }

    /** Turns to the beginning of a function's body; a negative index stands for a constant expression. */
    public void begin(int function) {
        identifiers.function(function);
        labels.clear();
        block = 0;
    }

    /** How many blocks are open. */
    public int depth() {
        return labels.depth();
    }

    /** How far an instruction with this opcode stands to the right, where it comes next: the blocks around it. */
    public int indentation(Opcode opcode) {
        return switch (opcode) {
            case ELSE, CATCH, CATCH_ALL, DELEGATE, END -> Math.max(0, labels.depth() - 1);
            default -> labels.depth();
        };
    }

    /** The instruction with this opcode, whose immediates the reader stands at; afterwards it stands behind them. */
    public String print(Opcode opcode, BodyReader reader) {
        single.setLength(0);
        append(opcode, reader, single);
        return single.toString();
    }

    /** Writes the next instruction, and opens or closes the block that it begins or ends. */
    void append(Opcode opcode, BodyReader reader, StringBuilder out) {
        if (opcode == Opcode.END || opcode == Opcode.DELEGATE) {
            // A label that follows counts from outside of the block.
            labels.close();
        }
        text(opcode, block, reader, out);
        if (opensBlock(opcode)) {
            open(block++);
        }
    }

    /** Whether the opcode begins a block. */
    static boolean opensBlock(Opcode opcode) {
        return switch (opcode) {
            case BLOCK, LOOP, IF, TRY, TRY_TABLE -> true;
            default -> false;
        };
    }

    /** Opens the function's block of this number. */
    void open(int number) {
        labels.open(identifiers.label(number));
    }

    /** Closes the innermost block. */
    void close() {
        labels.close();
    }

    /**
     * Writes an instruction without opening or closing blocks.
     *
     * @param number the number of the block that it begins, if it does
     */
    void text(Opcode opcode, int number, BodyReader reader, StringBuilder out) {
        out.append(opcode.text());
        switch (opcode.immediate()) {
            case NONE, ZERO_BYTE -> reader.skip(opcode.immediate());
            case BLOCK_TYPE -> {
                block(number, out);
                blockType(reader.blockType(), out);
            }
            case BLOCK_CATCHES -> {
                block(number, out);
                blockType(reader.blockType(), out);
                catches(reader, out);
            }
            case LABEL -> labels.append(reader.u32(), out);
            case LABEL_TABLE -> {
                for (int i = reader.count(); i >= 0; i--) {
                    labels.append(reader.u32(), out);
                }
            }
            case LABEL_CAST -> cast(reader, out);
            case FUNCTION -> index(NameKind.FUNCTION, reader.u32(), out);
            case TYPE -> index(NameKind.TYPE, reader.u32(), out);
            case TYPE_TABLE -> indirect(reader, out);
            case TYPE_FIELD -> field(reader, out);
            case TYPE_COUNT -> {
                index(NameKind.TYPE, reader.u32(), out);
                number(reader.u32(), out);
            }
            case TYPE_DATA -> pair(NameKind.TYPE, NameKind.DATA, reader, out);
            case TYPE_ELEMENT -> pair(NameKind.TYPE, NameKind.ELEMENT, reader, out);
            case TYPE_TYPE -> pair(NameKind.TYPE, NameKind.TYPE, reader, out);
            case HEAP_TYPE -> heapType(opcode, reader.heapType(), out);
            case SELECT_TYPES -> selectTypes(reader, out);
            case LOCAL -> {
                int local = reader.u32();
                out.append(' ').append(Identifiers.text(identifiers.local(local), local));
            }
            case GLOBAL -> index(NameKind.GLOBAL, reader.u32(), out);
            case TAG -> index(NameKind.TAG, reader.u32(), out);
            case TABLE -> index(NameKind.TABLE, reader.u32(), out);
            case TABLE_TABLE -> twoUnlessZero(NameKind.TABLE, reader, out);
            case ELEMENT -> index(NameKind.ELEMENT, reader.u32(), out);
            case ELEMENT_TABLE -> segment(NameKind.ELEMENT, NameKind.TABLE, reader, out);
            case MEMORY -> unlessZero(NameKind.MEMORY, reader.u32(), out);
            case MEMORY_MEMORY -> twoUnlessZero(NameKind.MEMORY, reader, out);
            case DATA -> index(NameKind.DATA, reader.u32(), out);
            case DATA_MEMORY -> segment(NameKind.DATA, NameKind.MEMORY, reader, out);
            case MEMARG -> memoryArgument(opcode, reader, out);
            case MEMARG_LANE -> {
                memoryArgument(opcode, reader, out);
                number(reader.u8(), out);
            }
            case LANE -> number(reader.u8(), out);
            case SHUFFLE -> {
                for (int lane = 0; lane < 16; lane++) {
                    number(reader.u8(), out);
                }
            }
            case I32 -> out.append(' ').append(reader.s32());
            case I64 -> out.append(' ').append(reader.s64());
            case F32 -> out.append(' ').append(Spelling.f32(reader.fixed32()));
            case F64 -> out.append(' ').append(Spelling.f64(reader.fixed64()));
            case V128 -> vector(reader, out);
        }
    }

    private static void number(int number, StringBuilder out) {
        out.append(' ').append(Integer.toUnsignedString(number));
    }

    private void index(NameKind kind, int index, StringBuilder out) {
        out.append(' ').append(identifiers.text(kind, index));
    }

    private void pair(NameKind first, NameKind second, BodyReader reader, StringBuilder out) {
        index(first, reader.u32(), out);
        index(second, reader.u32(), out);
    }

    /** An index that the text format leaves out where it is 0. */
    private void unlessZero(NameKind kind, int index, StringBuilder out) {
        if (index != 0) {
            index(kind, index, out);
        }
    }

    /** Two indices that the text format leaves out where both are 0. */
    private void twoUnlessZero(NameKind kind, BodyReader reader, StringBuilder out) {
        int first = reader.u32();
        int second = reader.u32();
        if ((first | second) != 0) {
            index(kind, first, out);
            index(kind, second, out);
        }
    }

    /** A segment, behind the table or memory that it goes to, where that is not the first. */
    private void segment(NameKind kind, NameKind targetKind, BodyReader reader, StringBuilder out) {
        int segment = reader.u32();
        unlessZero(targetKind, reader.u32(), out);
        index(kind, segment, out);
    }

    private void field(BodyReader reader, StringBuilder out) {
        int type = reader.u32();
        int field = reader.u32();
        index(NameKind.TYPE, type, out);
        out.append(' ').append(Identifiers.text(identifiers.field(type, field), field));
    }

    private void memoryArgument(Opcode opcode, BodyReader reader, StringBuilder out) {
        int alignment = reader.alignment();
        unlessZero(NameKind.MEMORY, reader.memory(), out);
        long offset = reader.u64();
        if (offset != 0) {
            out.append(" offset=").append(Long.toUnsignedString(offset));
        }
        if (1L << alignment != opcode.accessBytes()) {
            out.append(" align=").append(Long.toUnsignedString(1L << alignment));
        }
    }

    private static void vector(BodyReader reader, StringBuilder out) {
        out.append(" i32x4");
        for (int lane = 0; lane < 4; lane++) {
            String digits = Integer.toHexString(reader.fixed32());
            out.append(" 0x").append("0".repeat(8 - digits.length())).append(digits);
        }
    }

    // Types.

    /** A value type. */
    void valueType(int type, StringBuilder out) {
        out.append(ValueType.text(type, this::typeName));
    }

    private String typeName(int type) {
        return identifiers.text(NameKind.TYPE, type);
    }

    private void heapType(Opcode opcode, int heapType, StringBuilder out) {
        out.append(' ');
        if (opcode == Opcode.REF_NULL) {
            out.append(ValueType.heapText(heapType, this::typeName));
        } else {
            boolean nullable = opcode == Opcode.REF_TEST_NULL || opcode == Opcode.REF_CAST_NULL;
            valueType(ValueType.reference(nullable, heapType), out);
        }
    }

    private void cast(BodyReader reader, StringBuilder out) {
        int nullable = reader.u8();
        labels.append(reader.u32(), out);
        out.append(' ');
        valueType(ValueType.reference((nullable & 1) != 0, reader.heapType()), out);
        out.append(' ');
        valueType(ValueType.reference((nullable & 2) != 0, reader.heapType()), out);
    }

    private void selectTypes(BodyReader reader, StringBuilder out) {
        out.append(" (result");
        for (int i = reader.count(); i > 0; i--) {
            out.append(' ');
            valueType(reader.valueType(), out);
        }
        out.append(')');
    }

    private void indirect(BodyReader reader, StringBuilder out) {
        int type = reader.u32();
        unlessZero(NameKind.TABLE, reader.u32(), out);
        typeUse(type, out);
    }

    /** The label of a block that begins, and in a comment how deep it is. */
    private void block(int number, StringBuilder out) {
        String label = identifiers.label(number);
        if (label != null) {
            out.append(' ').append(label);
        }
        out.append(" (;@").append(labels.depth() + 1).append(";)");
    }

    /** A block's type as {@link BodyReader#blockType} gives it. */
    private void blockType(int type, StringBuilder out) {
        if (type >= 0) {
            typeUse(type, out);
        } else if (type != BodyReader.EMPTY_BLOCK) {
            out.append(" (result ");
            valueType(~type, out);
            out.append(')');
        }
    }

    /** A function type by index, and what it says unless that is long. */
    void typeUse(int type, StringBuilder out) {
        out.append(" (type ").append(typeName(type)).append(')');
        if (type >= 0 && type < types.count() && types.isFunction(type) && isShort(type)) {
            signature(type, out);
        }
    }

    boolean isShort(int type) {
        return types.parameterCount(type) + types.resultCount(type) <= LONGEST_SIGNATURE;
    }

    /** Parameters without names, and results. */
    void signature(int type, StringBuilder out) {
        int parameters = types.parameterCount(type);
        for (int i = 0; i < parameters; i++) {
            out.append(i == 0 ? " (param " : " ");
            valueType(types.parameter(type, i), out);
        }
        out.append(parameters == 0 ? "" : ")");
        results(type, out);
    }

    /** Results. */
    void results(int type, StringBuilder out) {
        int results = types.resultCount(type);
        for (int i = 0; i < results; i++) {
            out.append(i == 0 ? " (result " : " ");
            valueType(types.result(type, i), out);
        }
        out.append(results == 0 ? "" : ")");
    }

    private void catches(BodyReader reader, StringBuilder out) {
        for (int i = reader.count(); i > 0; i--) {
            int kind = reader.u8();
            out.append((kind & 2) == 0 ? " (catch" : " (catch_all").append((kind & 1) == 0 ? "" : "_ref");
            if ((kind & 2) == 0) {
                index(NameKind.TAG, reader.u32(), out);
            }
            labels.append(reader.u32(), out);
            out.append(')');
        }
    }
}
