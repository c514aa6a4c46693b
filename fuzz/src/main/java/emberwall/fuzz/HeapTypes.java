package emberwall.fuzz;

import emberwall.wasm.Features;
import emberwall.wasm.FunctionType;
import emberwall.wasm.Limits;
import emberwall.wasm.ModuleParser;
import emberwall.wasm.Types;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * The types that the modules of a scenario declare, in recursion groups. All modules declare the same ones first, so that
 * an index means the same everywhere.
 *
 * @param groups the groups, in order
 * @param types the same, with the rules for subtypes
 */
record HeapTypes(List<List<Definition>> groups, Types types) {
    private static final int RECURSION_GROUP = 0x4E;
    private static final int SUB_FINAL = 0x4F;
    private static final int SUB = 0x50;
    private static final int ARRAY = 0x5E;
    private static final int STRUCT = 0x5F;
    private static final int FUNCTION = 0x60;
    private static final int REFERENCE = 0x64;
    private static final int NULLABLE_REFERENCE = 0x63;

    static final HeapTypes NONE = of(List.of());

    /** What a defined type is. */
    enum Kind {
        FUNCTION,
        STRUCT,
        ARRAY
    }

    /**
     * A type of a group.
     *
     * @param supertype its declared supertype, or -1
     * @param isFinal whether it has no subtypes
     * @param kind what it is
     * @param fields storage types of a structure, the one of an array, parameters of a function
     * @param mutable which fields can be set
     * @param results of a function
     */
    record Definition(int supertype, boolean isFinal, Kind kind, int[] fields, boolean[] mutable, int[] results) {}

    static HeapTypes of(List<List<Definition>> groups) {
        Bytes module = new Bytes().all(Encoder.HEADER).put(1);
        Bytes section = new Bytes().unsigned(groups.size());
        write(section, groups);
        module.sized(section.toArray());
        return new HeapTypes(
                groups,
                ModuleParser.parse(module.toArray(), Limits.DEFAULT, Features.ALL)
                        .types());
    }

    int count() {
        return types.count();
    }

    /** Without the last group; null if there is none. */
    HeapTypes shorter() {
        return groups.isEmpty() ? null : of(List.copyOf(groups.subList(0, groups.size() - 1)));
    }

    boolean isSubtype(int type, int expected) {
        return types.isSubtype(type, expected);
    }

    /** The types of a kind. */
    List<Integer> of(Kind kind) {
        List<Integer> found = new ArrayList<>();
        for (int type = 0; type < count(); type++) {
            if (kind(type) == kind) {
                found.add(type);
            }
        }
        return found;
    }

    private Kind kind(int type) {
        return types.isFunction(type) ? Kind.FUNCTION : types.isStruct(type) ? Kind.STRUCT : Kind.ARRAY;
    }

    FunctionType function(int type) {
        return types.function(type);
    }

    /** The fields of a structure, or the one of an array, as they are on the stack. */
    int[] unpacked(int type) {
        int[] fields = new int[types.isStruct(type) ? types.fieldCount(type) : 1];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = ValueType.unpacked(types.field(type, i));
        }
        return fields;
    }

    /** Whether all fields have a default value. */
    boolean isDefaultable(int type) {
        for (int field : unpacked(type)) {
            if (!ValueType.isDefaultable(field)) {
                return false;
            }
        }
        return true;
    }

    // ---- in the binary format

    /** Writes all groups, without their number. */
    void write(Bytes out) {
        write(out, groups);
    }

    private static void write(Bytes out, List<List<Definition>> groups) {
        for (List<Definition> group : groups) {
            if (group.size() > 1) {
                out.put(RECURSION_GROUP).unsigned(group.size());
            }
            for (Definition type : group) {
                write(out, type);
            }
        }
    }

    private static void write(Bytes out, Definition type) {
        if (type.supertype >= 0) {
            out.put(type.isFinal ? SUB_FINAL : SUB).put(1).unsigned(type.supertype);
        } else if (!type.isFinal) {
            out.put(SUB).put(0);
        }
        switch (type.kind) {
            case FUNCTION -> function(out, type.fields, type.results);
            case STRUCT -> {
                out.put(STRUCT).unsigned(type.fields.length);
                for (int i = 0; i < type.fields.length; i++) {
                    valueType(out, type.fields[i]);
                    out.put(type.mutable[i] ? 1 : 0);
                }
            }
            case ARRAY -> {
                valueType(out.put(ARRAY), type.fields[0]);
                out.put(type.mutable[0] ? 1 : 0);
            }
        }
    }

    static void function(Bytes out, int[] parameters, int[] results) {
        out.put(FUNCTION);
        valueTypes(out, parameters);
        valueTypes(out, results);
    }

    static void valueTypes(Bytes out, int[] types) {
        out.unsigned(types.length);
        for (int type : types) {
            valueType(out, type);
        }
    }

    /** Numbers count down from 0x7F; of references the nullable abstract ones have a byte. */
    static void valueType(Bytes out, int type) {
        int heap = ValueType.heapType(type);
        if (!ValueType.isReference(type)) {
            out.put(0x80 - type);
        } else if (ValueType.isNullable(type) && !ValueType.isConcrete(type)) {
            out.put(heap);
        } else {
            heapType(out.put(ValueType.isNullable(type) ? NULLABLE_REFERENCE : REFERENCE), heap);
        }
    }

    static void heapType(Bytes out, int heap) {
        if (ValueType.isConcrete(heap)) {
            out.signed(ValueType.typeIndex(heap));
        } else {
            out.put(heap);
        }
    }
}
