package emberwall.fuzz;

import emberwall.fuzz.Draft.Data;
import emberwall.fuzz.Draft.Elements;
import emberwall.wasm.Opcode;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Instructions on structures, arrays and small integers, as a table: which types each can name, what it takes and leaves.
 *
 * <pre>
 *   R  a reference to the type, or null     N  a reference to the type     S  the same of the second type
 *   E  a field or element                   *  all fields                  +  some elements
 *   X  an index    C  a count    c  a small one    L  a length    I  an i32
 *   A  arrayref    Q  eqref      J  i31ref      j  (ref i31)    a  anyref    x  externref
 * </pre>
 */
final class ObjectRows {
    private static final int[] NONE = {};
    private static final int MOST_ELEMENTS = 9;

    /** What an instruction names besides itself. */
    private enum Names {
        NOTHING,
        STRUCT,
        DEFAULTABLE_STRUCT,
        PLAIN_FIELD,
        PACKED_FIELD,
        MUTABLE_FIELD,
        ARRAY,
        FIXED_ARRAY,
        DEFAULTABLE_ARRAY,
        PLAIN_ARRAY,
        PACKED_ARRAY,
        MUTABLE_ARRAY,
        TWO_ARRAYS,
        DATA,
        MUTABLE_DATA,
        ELEMENTS,
        MUTABLE_ELEMENTS
    }

    /**
     * An instruction.
     *
     * @param names what it names
     * @param operands a letter for each
     * @param results likewise
     */
    private record Row(Opcode opcode, Names names, String operands, String results) {}

    // @formatter:off
    private static final Row[] ROWS = {
        new Row(Opcode.STRUCT_NEW,         Names.STRUCT,             "*",     "N"),
        new Row(Opcode.STRUCT_NEW_DEFAULT, Names.DEFAULTABLE_STRUCT, "",      "N"),
        new Row(Opcode.STRUCT_GET,         Names.PLAIN_FIELD,        "R",     "E"),
        new Row(Opcode.STRUCT_GET_S,       Names.PACKED_FIELD,       "R",     "E"),
        new Row(Opcode.STRUCT_GET_U,       Names.PACKED_FIELD,       "R",     "E"),
        new Row(Opcode.STRUCT_SET,         Names.MUTABLE_FIELD,      "RE",    ""),
        new Row(Opcode.ARRAY_NEW,          Names.ARRAY,              "EL",    "N"),
        new Row(Opcode.ARRAY_NEW_DEFAULT,  Names.DEFAULTABLE_ARRAY,  "L",     "N"),
        new Row(Opcode.ARRAY_NEW_FIXED,    Names.FIXED_ARRAY,        "+",     "N"),
        new Row(Opcode.ARRAY_NEW_DATA,     Names.DATA,               "Xc",    "N"),
        new Row(Opcode.ARRAY_NEW_ELEM,     Names.ELEMENTS,           "Xc",    "N"),
        new Row(Opcode.ARRAY_GET,          Names.PLAIN_ARRAY,        "RX",    "E"),
        new Row(Opcode.ARRAY_GET_S,        Names.PACKED_ARRAY,       "RX",    "E"),
        new Row(Opcode.ARRAY_GET_U,        Names.PACKED_ARRAY,       "RX",    "E"),
        new Row(Opcode.ARRAY_SET,          Names.MUTABLE_ARRAY,      "RXE",   ""),
        new Row(Opcode.ARRAY_LEN,          Names.NOTHING,            "A",     "I"),
        new Row(Opcode.ARRAY_FILL,         Names.MUTABLE_ARRAY,      "RXEC",  ""),
        new Row(Opcode.ARRAY_COPY,         Names.TWO_ARRAYS,         "RXSXC", ""),
        new Row(Opcode.ARRAY_INIT_DATA,    Names.MUTABLE_DATA,       "RXXc",  ""),
        new Row(Opcode.ARRAY_INIT_ELEM,    Names.MUTABLE_ELEMENTS,   "RXXc",  ""),
        new Row(Opcode.REF_EQ,             Names.NOTHING,            "QQ",    "I"),
        new Row(Opcode.REF_I31,            Names.NOTHING,            "I",     "j"),
        new Row(Opcode.I31_GET_S,          Names.NOTHING,            "J",     "I"),
        new Row(Opcode.I31_GET_U,          Names.NOTHING,            "J",     "I"),
        new Row(Opcode.ANY_CONVERT_EXTERN, Names.NOTHING,            "x",     "a"),
        new Row(Opcode.EXTERN_CONVERT_ANY, Names.NOTHING,            "a",     "x"),
    };
    // @formatter:on

    /** Those with which an object comes into being. */
    private static final List<Row> CREATING =
            Stream.of(ROWS).filter(row -> row.results.equals("N")).toList();

    private final BodyGenerator body;
    private final Row row;
    /** The type that it names, or -1. */
    private final int type;

    private final Types types;
    private Object[] immediates = {};
    private int[] element = NONE;
    private int elements;

    private ObjectRows(BodyGenerator body, Row row, int type) {
        this.body = body;
        this.row = row;
        this.type = type;
        types = body.types.types();
    }

    /** Adds any instruction of the table, with its operands, if the module has what it names. */
    static void any(BodyGenerator body) {
        Row row = ROWS[body.random.nextInt(ROWS.length)];
        if (!body.rows.has(row.opcode)) {
            return;
        }
        int count = row.names == Names.NOTHING ? 1 : body.types.count();
        int start = count == 0 ? 0 : body.random.nextInt(count);
        for (int i = 0; i < count; i++) {
            ObjectRows instruction = new ObjectRows(body, row, (start + i) % count);
            if (instruction.isNamed()) {
                instruction.add(true);
                return;
            }
        }
    }

    /** Adds what makes an object of a type. */
    static void create(BodyGenerator body, int type) {
        int start = body.random.nextInt(CREATING.size());
        for (int i = 0; i < CREATING.size(); i++) {
            ObjectRows instruction = new ObjectRows(body, CREATING.get((start + i) % CREATING.size()), type);
            if (instruction.isNamed()) {
                instruction.add(false);
                return;
            }
        }
        throw new InternalError("nothing makes type " + type);
    }

    // ---- what it names

    /** Whether the type is one that it can name; chooses what else it names. */
    private boolean isNamed() {
        boolean isStruct = row.names != Names.NOTHING && types.isStruct(type);
        boolean isArray = row.names != Names.NOTHING && types.isArray(type);
        return switch (row.names) {
            case NOTHING -> true;
            case STRUCT -> isStruct && named(type);
            case DEFAULTABLE_STRUCT -> isStruct && body.types.isDefaultable(type) && named(type);
            case PLAIN_FIELD, PACKED_FIELD, MUTABLE_FIELD -> isStruct && field();
            case ARRAY -> isArray && named(type);
            case FIXED_ARRAY -> isArray && count();
            case DEFAULTABLE_ARRAY -> isArray && body.types.isDefaultable(type) && named(type);
            case PLAIN_ARRAY -> isArray && !ValueType.isPacked(types.field(type, 0)) && named(type);
            case PACKED_ARRAY -> isArray && ValueType.isPacked(types.field(type, 0)) && named(type);
            case MUTABLE_ARRAY -> isArray && types.isMutable(type, 0) && named(type);
            case TWO_ARRAYS -> isArray && types.isMutable(type, 0) && source();
            case DATA, MUTABLE_DATA -> isArray && (row.names == Names.DATA || types.isMutable(type, 0)) && data();
            case ELEMENTS, MUTABLE_ELEMENTS ->
                isArray && (row.names == Names.ELEMENTS || types.isMutable(type, 0)) && segment();
        };
    }

    private boolean named(Object... named) {
        immediates = named;
        if (types.isArray(type)) {
            element = new int[] {ValueType.unpacked(types.field(type, 0))};
        }
        return true;
    }

    private boolean field() {
        List<Integer> fitting = new ArrayList<>();
        for (int i = 0; i < types.fieldCount(type); i++) {
            boolean fits = switch (row.names) {
                case PLAIN_FIELD -> !ValueType.isPacked(types.field(type, i));
                case PACKED_FIELD -> ValueType.isPacked(types.field(type, i));
                default -> types.isMutable(type, i);
            };
            if (fits) {
                fitting.add(i);
            }
        }
        if (fitting.isEmpty()) {
            return false;
        }
        int field = body.pick(fitting);
        immediates = new Object[] {type, field};
        element = new int[] {ValueType.unpacked(types.field(type, field))};
        return true;
    }

    private boolean count() {
        elements = body.valueDepth > 1 ? body.random.nextInt(3) : body.random.nextInt(MOST_ELEMENTS);
        return named(type, elements);
    }

    private boolean source() {
        int to = types.field(type, 0);
        Integer source =
                body.any(body.types.of(HeapTypes.Kind.ARRAY), one -> body.types.isSubtype(types.field(one, 0), to));
        return source != null && named(type, source);
    }

    private boolean data() {
        if (body.draft.data.isEmpty() || ValueType.isReference(types.field(type, 0))) {
            return false;
        }
        Data data = body.pick(body.draft.data);
        return named(type, data);
    }

    private boolean segment() {
        int to = types.field(type, 0);
        Elements segment = body.any(body.draft.elements, one -> body.types.isSubtype(one.type, to));
        return segment != null && named(type, segment);
    }

    // ---- what it takes

    private void add(boolean fromStack) {
        int[] operands = types(row.operands);
        int results = row.results.isEmpty() ? 0 : 1;
        for (int i = fromStack ? found(operands) : 0; i < operands.length; i++) {
            operand(i, operands[i]);
        }
        body.emit(row.opcode, operands, results == 0 ? NONE : types(row.results), immediates);
    }

    /** How many operands lie on the stack: those that may be anything of their types. */
    private int found(int[] operands) {
        boolean isAnything = row.operands.equals("*") || row.operands.equals("+");
        boolean isLimited = row.operands.startsWith("L") || row.operands.startsWith("X");
        int most = isAnything ? operands.length : isLimited ? 0 : 1;
        return body.stack.matching(body.floor, Arrays.copyOf(operands, Math.min(most, operands.length)));
    }

    private int[] types(String letters) {
        if (letters.equals("*")) {
            return body.types.unpacked(type);
        }
        int[] found = new int[letters.equals("+") ? elements : letters.length()];
        for (int i = 0; i < found.length; i++) {
            found[i] = letters.equals("+") ? element[0] : type(letters.charAt(i));
        }
        return found;
    }

    private int type(char letter) {
        return switch (letter) {
            case 'R' -> ValueType.reference(true, ValueType.concrete(type));
            case 'N' -> ValueType.reference(false, ValueType.concrete(type));
            case 'S' -> ValueType.reference(true, ValueType.concrete((Integer) immediates[1]));
            case 'E' -> element[0];
            case 'A' -> ValueType.ARRAYREF;
            case 'Q' -> ValueType.EQREF;
            case 'J' -> ValueType.I31REF;
            case 'j' -> ValueType.asNonNull(ValueType.I31REF);
            case 'a' -> ValueType.ANYREF;
            case 'x' -> ValueType.EXTERNREF;
            default -> ValueType.I32;
        };
    }

    private void operand(int index, int type) {
        char letter = index < row.operands.length() ? row.operands.charAt(index) : 'E';
        switch (letter) {
            case 'X' -> small(4);
            case 'C' -> small(6);
            case 'c' -> small(3);
            case 'L' -> body.i32(body.chance(15) ? body.random.nextInt(2000) : 4 + body.random.nextInt(MOST_ELEMENTS));
            case 'R', 'S', 'A', 'J' -> body.value(body.chance(8) ? type : ValueType.asNonNull(type));
            default -> body.value(type);
        }
    }

    /** A small number, now and then one that is not. */
    private void small(int below) {
        switch (body.random.nextInt(24)) {
            case 0 -> body.value(ValueType.I32);
            case 1 -> body.i32(-1 - body.random.nextInt(3));
            case 2, 3, 4, 5 -> {
                body.value(ValueType.I32);
                body.i32(3);
                body.i32Operator(Opcode.I32_AND);
            }
            case 6 -> body.i32(body.random.nextInt(20));
            default -> body.i32(body.random.nextInt(below));
        }
    }
}
