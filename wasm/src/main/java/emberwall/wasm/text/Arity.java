package emberwall.wasm.text;

import emberwall.wasm.BodyReader;
import emberwall.wasm.Module;
import emberwall.wasm.Opcode;
import emberwall.wasm.Types;
import java.util.Arrays;

/**
 * How many values instructions take and give, which is what folding goes by. Where a row of the opcode table cannot say it,
 * it depends on what follows the opcode, and for branches on the blocks around it.
 */
final class Arity {
    /** Stands for the results of an instruction behind which nothing is ever reached, or that nothing is known of. */
    static final int NONE_KNOWN = -1;

    private final Module module;
    private final Types types;
    /** What branches to the blocks around the place bring; the first one is the function itself. */
    private int[] carried = new int[16];

    private int depth;
    private int operands;
    private int results;

    Arity(Module module) {
        this.module = module;
        this.types = module.types();
    }

    /** Turns to the beginning of a function. */
    void begin(int function) {
        depth = 0;
        open(types.resultCount(module.functionTypeIndex(function)));
    }

    /** Opens a block that branches bring so many values to. */
    void open(int values) {
        if (depth == carried.length) {
            carried = Arrays.copyOf(carried, depth << 1);
        }
        carried[depth++] = values;
    }

    /** Closes the innermost block. */
    void close() {
        depth--;
    }

    /** How many values the last instruction takes. */
    int operands() {
        return operands;
    }

    /** How many values it gives, or {@link #NONE_KNOWN}. */
    int results() {
        return results;
    }

    /** How many values a block takes whose type is as {@link BodyReader#blockType} gives it. */
    int parametersOf(int blockType) {
        return blockType < 0 || !isFunction(blockType) ? 0 : types.parameterCount(blockType);
    }

    /** How many values such a block gives. */
    int resultsOf(int blockType) {
        if (blockType < 0) {
            return blockType == BodyReader.EMPTY_BLOCK ? 0 : 1;
        }
        return isFunction(blockType) ? types.resultCount(blockType) : 0;
    }

    private boolean isFunction(int type) {
        return type >= 0 && type < types.count() && types.isFunction(type);
    }

    /** Finds out about an instruction that neither begins nor ends a block; the reader stands behind it afterwards. */
    void read(Opcode opcode, BodyReader reader) {
        if (!opcode.signature().isPolymorphic()) {
            reader.skip(opcode.immediate());
            is(opcode.signature().parameterCount(), opcode.signature().resultCount());
            return;
        }
        switch (opcode) {
            case BR -> is(label(reader.u32()), NONE_KNOWN);
            case BR_IF -> branch(reader.u32(), 1, 0);
            case BR_ON_NULL -> branch(reader.u32(), 1, 1);
            case BR_ON_NON_NULL -> branch(reader.u32(), 0, -1);
            case BR_ON_CAST, BR_ON_CAST_FAIL -> {
                reader.u8();
                branch(reader.u32(), 0, 0);
                reader.heapType();
                reader.heapType();
            }
            case BR_TABLE -> {
                int label = 0;
                for (int i = reader.count(); i >= 0; i--) {
                    label = reader.u32();
                }
                is(1 + label(label), NONE_KNOWN);
            }
            case RETURN -> is(carried[0], NONE_KNOWN);
            case CALL, RETURN_CALL -> {
                int function = reader.u32();
                boolean known = function >= 0 && function < module.functionCount();
                call(known ? module.functionTypeIndex(function) : -1, 0, opcode);
            }
            case CALL_INDIRECT, RETURN_CALL_INDIRECT -> {
                int type = reader.u32();
                reader.u32();
                call(type, 1, opcode);
            }
            case CALL_REF, RETURN_CALL_REF -> call(reader.u32(), 1, opcode);
            case THROW -> {
                int tag = reader.u32();
                boolean known = tag >= 0 && tag < module.tagCount();
                is(known ? types.parameterCount(module.tagTypeIndex(tag)) : 0, NONE_KNOWN);
            }
            case STRUCT_NEW -> {
                int type = reader.u32();
                boolean known = type >= 0 && type < types.count() && types.isStruct(type);
                is(known ? types.fieldCount(type) : 0, known ? 1 : NONE_KNOWN);
            }
            case ARRAY_NEW_FIXED -> {
                reader.u32();
                int count = reader.u32();
                is(Math.max(0, count), count < 0 ? NONE_KNOWN : 1);
            }
            default -> {
                reader.skip(opcode.immediate());
                fixed(opcode);
            }
        }
    }

    private void is(int operands, int results) {
        this.operands = operands;
        this.results = results;
    }

    private int label(int label) {
        return label >= 0 && label < depth ? carried[depth - 1 - label] : 0;
    }

    /** A branch that may go on: what it takes and gives beyond what the label carries. */
    private void branch(int label, int more, int left) {
        int values = label(label);
        is(values + more, Math.max(0, values + left));
    }

    private void call(int type, int more, Opcode opcode) {
        boolean returns = opcode == Opcode.RETURN_CALL
                || opcode == Opcode.RETURN_CALL_INDIRECT
                || opcode == Opcode.RETURN_CALL_REF;
        boolean known = isFunction(type);
        is(more + (known ? types.parameterCount(type) : 0), known && !returns ? types.resultCount(type) : NONE_KNOWN);
    }

    /** Instructions whose values have types that depend, but are always as many. */
    private void fixed(Opcode opcode) {
        switch (opcode) {
            case THROW_REF -> is(1, NONE_KNOWN);
            case LOCAL_GET, GLOBAL_GET, REF_NULL, REF_FUNC, STRUCT_NEW_DEFAULT -> is(0, 1);
            case DROP, LOCAL_SET, GLOBAL_SET -> is(1, 0);
            case LOCAL_TEE,
                    TABLE_GET,
                    REF_IS_NULL,
                    REF_AS_NON_NULL,
                    STRUCT_GET,
                    STRUCT_GET_S,
                    STRUCT_GET_U,
                    ARRAY_NEW_DEFAULT,
                    ARRAY_LEN,
                    REF_TEST,
                    REF_TEST_NULL,
                    REF_CAST,
                    REF_CAST_NULL,
                    ANY_CONVERT_EXTERN,
                    EXTERN_CONVERT_ANY,
                    REF_I31,
                    I31_GET_S,
                    I31_GET_U -> is(1, 1);
            case TABLE_SET, STRUCT_SET -> is(2, 0);
            case REF_EQ, ARRAY_NEW, ARRAY_NEW_DATA, ARRAY_NEW_ELEM, ARRAY_GET, ARRAY_GET_S, ARRAY_GET_U, TABLE_GROW ->
                is(2, 1);
            case ARRAY_SET, TABLE_FILL, TABLE_COPY, MEMORY_COPY -> is(3, 0);
            case SELECT, SELECT_TYPED -> is(3, 1);
            case ARRAY_FILL, ARRAY_INIT_DATA, ARRAY_INIT_ELEM -> is(4, 0);
            case ARRAY_COPY -> is(5, 0);
            default -> is(0, NONE_KNOWN);
        }
    }
}
