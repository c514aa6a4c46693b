package emberwall.cli;

import emberwall.wasm.BodyReader;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.ValueType;

/**
 * Writes single instructions in the words of the text format. What follows an opcode is printed by the kind that the
 * opcode's row names, so no opcode is mentioned here but those whose text the format spells in two ways.
 */
final class InstructionPrinter {
    private final Module module;
    private final FunctionNames names;
    private final StringBuilder text = new StringBuilder();

    InstructionPrinter(Module module, FunctionNames names) {
        this.module = module;
        this.names = names;
    }

    /** The instruction with this opcode, whose immediates the reader stands at; afterwards it stands behind them. */
    String print(Opcode opcode, BodyReader reader) {
        text.setLength(0);
        text.append(opcode.text());
        switch (opcode.immediate()) {
            case NONE, ZERO_BYTE -> reader.skip(opcode.immediate());
            case BLOCK_TYPE -> blockType(reader.blockType());
            case BLOCK_CATCHES -> catches(reader);
            case LABEL, LOCAL, GLOBAL, TAG, TABLE, ELEMENT, MEMORY, DATA, TYPE -> index(reader.u32());
            case LABEL_TABLE -> labels(reader);
            case LABEL_CAST -> cast(reader);
            case FUNCTION -> function(reader.u32());
            case TYPE_TABLE -> indirect(reader);
            case TYPE_FIELD, TYPE_COUNT, TYPE_DATA, TYPE_ELEMENT, TYPE_TYPE -> pair(reader);
            case TABLE_TABLE, MEMORY_MEMORY -> unlessZero(reader.u32(), reader.u32());
            case ELEMENT_TABLE, DATA_MEMORY -> segment(reader);
            case HEAP_TYPE -> heapType(opcode, reader.heapType());
            case SELECT_TYPES -> selectTypes(reader);
            case MEMARG -> memoryArgument(opcode, reader);
            case MEMARG_LANE -> {
                memoryArgument(opcode, reader);
                index(reader.u8());
            }
            case LANE -> index(reader.u8());
            case I32 -> text.append(' ').append(reader.s32());
            case I64 -> text.append(' ').append(reader.s64());
            case F32 -> text.append(' ').append(Values.text(Float.intBitsToFloat(reader.fixed32())));
            case F64 -> text.append(' ').append(Values.text(Double.longBitsToDouble(reader.fixed64())));
            case V128 -> vector(reader);
            case SHUFFLE -> {
                for (int lane = 0; lane < 16; lane++) index(reader.u8());
            }
        }
        return text.toString();
    }

    private void index(int index) {
        text.append(' ').append(Integer.toUnsignedString(index));
    }

    private void pair(BodyReader reader) {
        index(reader.u32());
        index(reader.u32());
    }

    /** Two indices that the text format leaves out where both are 0. */
    private void unlessZero(int first, int second) {
        if ((first | second) == 0) return;
        index(first);
        index(second);
    }

    /** A segment, behind the table or memory that it goes to, where that is not the first. */
    private void segment(BodyReader reader) {
        int segment = reader.u32();
        int target = reader.u32();
        if (target != 0) index(target);
        index(segment);
    }

    private void function(int function) {
        index(function);
        text.append(" (; ").append(names.any(function)).append(" ;)");
    }

    private void indirect(BodyReader reader) {
        int type = reader.u32();
        int table = reader.u32();
        if (table != 0) index(table);
        text.append(" (type ").append(type).append(')');
        signature(module.types().function(type));
    }

    /** A block's type as {@link BodyReader#blockType} gives it. */
    private void blockType(int type) {
        if (type == BodyReader.EMPTY_BLOCK) return;
        if (type < 0) text.append(" (result ").append(ValueType.text(~type)).append(')');
        else signature(module.types().function(type));
    }

    private void signature(FunctionType type) {
        types("param", type.parameters());
        types("result", type.results());
    }

    private void types(String word, int[] types) {
        if (types.length == 0) return;
        text.append(" (").append(word);
        for (int type : types) text.append(' ').append(ValueType.text(type));
        text.append(')');
    }

    private void catches(BodyReader reader) {
        blockType(reader.blockType());
        for (int i = reader.count(); i > 0; i--) {
            int kind = reader.u8();
            text.append((kind & 2) == 0 ? " (catch" : " (catch_all").append((kind & 1) == 0 ? "" : "_ref");
            if ((kind & 2) == 0) index(reader.u32());
            index(reader.u32());
            text.append(')');
        }
    }

    private void labels(BodyReader reader) {
        for (int i = reader.count(); i >= 0; i--) index(reader.u32());
    }

    private void cast(BodyReader reader) {
        int nullable = reader.u8();
        index(reader.u32());
        text.append(' ').append(ValueType.text(ValueType.reference((nullable & 1) != 0, reader.heapType())));
        text.append(' ').append(ValueType.text(ValueType.reference((nullable & 2) != 0, reader.heapType())));
    }

    private void heapType(Opcode opcode, int heapType) {
        boolean nullable = opcode == Opcode.REF_TEST_NULL || opcode == Opcode.REF_CAST_NULL;
        text.append(' ');
        if (opcode == Opcode.REF_NULL) text.append(ValueType.heapText(heapType));
        else text.append(ValueType.text(ValueType.reference(nullable, heapType)));
    }

    private void selectTypes(BodyReader reader) {
        text.append(" (result");
        for (int i = reader.count(); i > 0; i--) text.append(' ').append(ValueType.text(reader.valueType()));
        text.append(')');
    }

    private void memoryArgument(Opcode opcode, BodyReader reader) {
        int alignment = reader.alignment();
        if (reader.memory() != 0) index(reader.memory());
        long offset = reader.u64();
        if (offset != 0) text.append(" offset=").append(Long.toUnsignedString(offset));
        if (1L << alignment != opcode.accessBytes()) text.append(" align=").append(1L << alignment);
    }

    private void vector(BodyReader reader) {
        text.append(" i32x4");
        for (int lane = 0; lane < 4; lane++) {
            String digits = Integer.toHexString(reader.fixed32());
            text.append(" 0x").append("0".repeat(8 - digits.length())).append(digits);
        }
    }
}
