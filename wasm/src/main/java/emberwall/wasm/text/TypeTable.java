package emberwall.wasm.text;

import emberwall.wasm.FunctionType;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The types of a module that is being read: those that it defines, then, in the order in which they are needed, the
 * function types that it only uses.
 */
final class TypeTable {
    private final IndexSpace space = new IndexSpace("type", "type");
    private final Section section = new Section();
    /** The function types by index, null for types of other kinds. */
    private final List<FunctionType> functions = new ArrayList<>();

    /** A tree, since strangers can choose types whose hash codes are equal. */
    private final Map<FunctionType, Integer> plainFunctions = new TreeMap<>(TypeTable::compare);

    private final Map<Integer, IndexSpace> fields = new TreeMap<>();

    private static int compare(FunctionType a, FunctionType b) {
        int parameters = Arrays.compare(a.parameters(), b.parameters());
        return parameters != 0 ? parameters : Arrays.compare(a.results(), b.results());
    }

    IndexSpace space() {
        return space;
    }

    Section section() {
        return section;
    }

    /** The function type of this index, or null if there is none (yet). */
    FunctionType function(int index) {
        return index >= 0 && index < functions.size() ? functions.get(index) : null;
    }

    /** The fields of structures that have any with names, by type. */
    Map<Integer, IndexSpace> fields() {
        return fields;
    }

    /** Adds a definition: a function's shape or null, and a structure's fields or null. */
    void defined(FunctionType shape, IndexSpace fieldSpace) {
        if (fieldSpace != null) {
            fields.put(functions.size(), fieldSpace);
        }
        functions.add(shape);
    }

    /** Says that the last definition is what uses without a name mean: final, without supertypes, a group of its own. */
    void lastIsPlain() {
        FunctionType shape = functions.getLast();
        if (shape != null) {
            plainFunctions.putIfAbsent(shape, functions.size() - 1);
        }
    }

    /** The index of a function type that is used without being named. */
    int use(FunctionType shape, int textOffset) {
        Integer index = plainFunctions.get(shape);
        if (index != null) {
            return index;
        }
        space.declareNameless(1);
        writeFunction(section.entry(textOffset), shape);
        defined(shape, null);
        lastIsPlain();
        return functions.size() - 1;
    }

    static void writeFunction(BinaryWriter out, FunctionType shape) {
        out.u8(0x60);
        writeTypes(out, shape.parameters());
        writeTypes(out, shape.results());
    }

    private static void writeTypes(BinaryWriter out, int[] types) {
        out.u32(types.length);
        for (int type : types) {
            writeType(out, type);
        }
    }

    /** Writes a value type or a packed one. */
    static void writeType(BinaryWriter out, int type) {
        switch (type) {
            case ValueType.I32 -> out.u8(0x7F);
            case ValueType.I64 -> out.u8(0x7E);
            case ValueType.F32 -> out.u8(0x7D);
            case ValueType.F64 -> out.u8(0x7C);
            case ValueType.V128 -> out.u8(0x7B);
            case ValueType.I8 -> out.u8(0x78);
            case ValueType.I16 -> out.u8(0x77);
            default -> {
                boolean brief = ValueType.isNullable(type) && !ValueType.isConcrete(type);
                if (!brief) {
                    out.u8(ValueType.isNullable(type) ? 0x63 : 0x64);
                }
                writeHeapType(out, ValueType.heapType(type));
            }
        }
    }

    static void writeHeapType(BinaryWriter out, int heapType) {
        if (ValueType.isConcrete(heapType)) {
            out.s64(ValueType.typeIndex(heapType));
        } else {
            out.u8(heapType);
        }
    }
}
