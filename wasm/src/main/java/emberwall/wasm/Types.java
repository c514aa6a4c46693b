package emberwall.wasm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The types that a module defines, in recursion groups (WebAssembly 3.0, section 3.2). Everything stands in int arrays;
 * {@link #function}, {@link #struct} and {@link #array} make objects of it for whoever is not in a hurry.
 *
 * <p>Types are equal if their groups are: every type has a {@link #canonical} index, that of the first type of the module
 * that equals it, and types are compared by it.
 */
public final class Types {
    private static final int FUNCTION = 0;
    private static final int STRUCT = 1;
    private static final int ARRAY = 2;

    private static final int MUTABLE = 1 << 31;
    /** In a group's key: a reference to a type of the same group. */
    private static final int INSIDE = 1 << 27;

    // One entry per type:
    private final IntList kinds = new IntList();
    private final IntList starts = new IntList();
    private final IntList supertypes = new IntList();
    private final IntList finals = new IntList();
    private final IntList groups = new IntList();
    private final IntList canonical = new IntList();
    private final IntList depths = new IntList();
    /** Functions: parameter count, result count, parameters, results. Structures: count, fields. Arrays: the field. */
    private final IntList pool = new IntList();

    private final Map<Key, Integer> groupsByKey = new HashMap<>();
    private FunctionType[] functions = {};
    private int groupStart;

    Types() {}

    /** How many types there are. */
    public int count() {
        return kinds.size();
    }

    public boolean isFunction(int type) {
        return kinds.get(type) == FUNCTION;
    }

    public boolean isStruct(int type) {
        return kinds.get(type) == STRUCT;
    }

    public boolean isArray(int type) {
        return kinds.get(type) == ARRAY;
    }

    public int parameterCount(int type) {
        return pool.get(starts.get(type));
    }

    public int resultCount(int type) {
        return pool.get(starts.get(type) + 1);
    }

    public int parameter(int type, int index) {
        return pool.get(starts.get(type) + 2 + index);
    }

    public int result(int type, int index) {
        int start = starts.get(type);
        return pool.get(start + 2 + pool.get(start) + index);
    }

    /** How many fields a structure has. */
    public int fieldCount(int type) {
        return pool.get(starts.get(type));
    }

    /** The storage type of a structure's field, or of an array's elements as field 0. */
    public int field(int type, int index) {
        return pool.get(fieldAt(type, index)) & ~MUTABLE;
    }

    /** Whether a structure's field, or an array's elements as field 0, can be set. */
    public boolean isMutable(int type, int index) {
        return pool.get(fieldAt(type, index)) < 0;
    }

    private int fieldAt(int type, int index) {
        return starts.get(type) + (isStruct(type) ? 1 + index : 0);
    }

    /** The function type with this index. */
    public FunctionType function(int type) {
        if (type >= functions.length) {
            functions = Arrays.copyOf(functions, count());
        }
        FunctionType function = functions[type];
        if (function == null) {
            int first = starts.get(type) + 2;
            int middle = first + parameterCount(type);
            function = FunctionType.of(
                    pool.copyOfRange(first, middle), pool.copyOfRange(middle, middle + resultCount(type)));
            functions[type] = function;
        }
        return function;
    }

    /** The structure type with this index. */
    public StructType struct(int type) {
        int[] fields = new int[fieldCount(type)];
        boolean[] mutable = new boolean[fields.length];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = field(type, i);
            mutable[i] = isMutable(type, i);
        }
        return new StructType(fields, mutable);
    }

    /** The array type with this index. */
    public ArrayType array(int type) {
        return new ArrayType(field(type, 0), isMutable(type, 0));
    }

    /** What the type with this index describes. */
    public CompositeType composite(int type) {
        return isFunction(type) ? function(type) : isStruct(type) ? struct(type) : array(type);
    }

    /** The declared supertype's index, or -1. */
    public int supertype(int type) {
        return supertypes.get(type);
    }

    /** Whether the type can have no subtypes. */
    public boolean isFinal(int type) {
        return finals.get(type) != 0;
    }

    /** How many supertypes stand above the type. */
    public int depth(int type) {
        return depths.get(type);
    }

    /** The first type of the type's recursion group. */
    public int groupStart(int type) {
        return groups.get(type);
    }

    /** The type after the last one of the group that starts with this type. */
    public int groupEnd(int start) {
        int end = start + 1;
        while (end < count() && groups.get(end) == start) {
            end++;
        }
        return end;
    }

    /** The index of the first type of this module that equals this one. */
    public int canonical(int type) {
        return canonical.get(type);
    }

    /** Whether a value of one type is one of the other, too. */
    public boolean isSubtype(int type, int expected) {
        if (type == expected || type == ValueType.BOTTOM) {
            return true;
        }
        if (!ValueType.isReference(type) || !ValueType.isReference(expected)) {
            return false;
        }
        if (ValueType.isNullable(type) && !ValueType.isNullable(expected)) {
            return false;
        }
        return isHeapSubtype(ValueType.heapType(type), ValueType.heapType(expected));
    }

    /** Whether every value of one heap type is one of the other, too. */
    public boolean isHeapSubtype(int heap, int expected) {
        if (heap == expected) {
            return true;
        }
        if (ValueType.isConcrete(heap)) {
            int type = ValueType.typeIndex(heap);
            return ValueType.isConcrete(expected)
                    ? isDefinedSubtype(type, ValueType.typeIndex(expected))
                    : isAbstractSubtype(abstractOf(type), expected);
        }
        if (ValueType.isConcrete(expected)) {
            return heap == bottomOf(ValueType.typeIndex(expected));
        }
        return isAbstractSubtype(heap, expected);
    }

    /** Whether one defined type equals the other or stands below it. */
    public boolean isDefinedSubtype(int type, int expected) {
        int wanted = canonical.get(expected);
        for (int t = type; t >= 0; t = supertypes.get(t)) {
            if (canonical.get(t) == wanted) {
                return true;
            }
        }
        return false;
    }

    /** The abstract heap type directly above a defined type without supertype. */
    int abstractOf(int type) {
        return switch (kinds.get(type)) {
            case FUNCTION -> ValueType.FUNC;
            case STRUCT -> ValueType.STRUCT;
            default -> ValueType.ARRAY;
        };
    }

    private int bottomOf(int type) {
        return isFunction(type) ? ValueType.NOFUNC : ValueType.NONE;
    }

    /** Whether one abstract heap type stands below another or equals it. */
    static boolean isAbstractSubtype(int heap, int expected) {
        if (heap == expected) {
            return true;
        }
        return switch (expected) {
            case ValueType.ANY -> heap == ValueType.EQ || isBelowEq(heap);
            case ValueType.EQ -> isBelowEq(heap);
            case ValueType.I31, ValueType.STRUCT, ValueType.ARRAY -> heap == ValueType.NONE;
            case ValueType.FUNC -> heap == ValueType.NOFUNC;
            case ValueType.EXTERN -> heap == ValueType.NOEXTERN;
            case ValueType.EXN -> heap == ValueType.NOEXN;
            default -> false;
        };
    }

    private static boolean isBelowEq(int heap) {
        return heap == ValueType.I31 || heap == ValueType.STRUCT || heap == ValueType.ARRAY || heap == ValueType.NONE;
    }

    /** The topmost heap type of the hierarchy that a heap type belongs to: any, func, extern or exn. */
    public int topOf(int heap) {
        int kind = ValueType.isConcrete(heap) ? abstractOf(ValueType.typeIndex(heap)) : heap;
        return switch (kind) {
            case ValueType.FUNC, ValueType.NOFUNC -> ValueType.FUNC;
            case ValueType.EXTERN, ValueType.NOEXTERN -> ValueType.EXTERN;
            case ValueType.EXN, ValueType.NOEXN -> ValueType.EXN;
            default -> ValueType.ANY;
        };
    }

    // Decoding fills the arrays in the order of the binary format.

    void beginGroup() {
        groupStart = count();
    }

    /** The first type of the open group. */
    int openGroup() {
        return groupStart;
    }

    void beginType(int supertype, boolean isFinal) {
        groups.add(groupStart);
        supertypes.add(supertype);
        finals.add(isFinal ? 1 : 0);
        depths.add(0);
        canonical.add(count());
    }

    void beginFunction() {
        begin(FUNCTION);
        pool.add(0);
        pool.add(0);
    }

    void parameter(int type) {
        bump(0);
        pool.add(type);
    }

    void result(int type) {
        bump(1);
        pool.add(type);
    }

    void beginStruct() {
        begin(STRUCT);
        pool.add(0);
    }

    void structField(int type, boolean mutable) {
        bump(0);
        pool.add(type | (mutable ? MUTABLE : 0));
    }

    void array(int type, boolean mutable) {
        begin(ARRAY);
        pool.add(type | (mutable ? MUTABLE : 0));
    }

    private void begin(int kind) {
        kinds.add(kind);
        starts.add(pool.size());
    }

    private void bump(int counter) {
        int at = starts.get(starts.size() - 1) + counter;
        pool.set(at, pool.get(at) + 1);
    }

    private int poolEnd(int type) {
        return type + 1 < count() ? starts.get(type + 1) : pool.size();
    }

    /** The first reference in the open group to a type that is not defined by its end, or -1. */
    int unknownInGroup() {
        int count = count();
        for (int type = groupStart; type < count; type++) {
            if (supertypes.get(type) >= type) {
                return supertypes.get(type);
            }
            int end = poolEnd(type);
            for (int at = firstReference(type); at < end; at++) {
                int reference = pool.get(at) & ~MUTABLE;
                if (ValueType.isReference(reference)
                        && ValueType.isConcrete(reference)
                        && ValueType.typeIndex(reference) >= count) {
                    return ValueType.typeIndex(reference);
                }
            }
        }
        return -1;
    }

    /** Where the counts of a type end and its value types begin. */
    private int firstReference(int type) {
        return starts.get(type) + (isFunction(type) ? 2 : isStruct(type) ? 1 : 0);
    }

    /** Finds out whether the open group, whose references are all known, equals an earlier one. */
    void canonicaliseGroup() {
        Key key = key(groupStart, count(), groupStart, canonical);
        Integer first = groupsByKey.putIfAbsent(key, groupStart);
        if (first != null) {
            for (int type = groupStart; type < count(); type++) {
                canonical.set(type, first + type - groupStart);
            }
        }
    }

    /**
     * The content of a group as a key.
     *
     * @param from the group's first type
     * @param to the type after its last one
     * @param inside indices from here on are relative to the group
     * @param outside what other indices become; if null they stay
     */
    Key key(int from, int to, int inside, IntList outside) {
        IntList key = new IntList();
        for (int type = from; type < to; type++) {
            int supertype = supertypes.get(type);
            key.add(kinds.get(type) | finals.get(type) << 2);
            key.add(supertype < 0 ? -1 : relative(supertype, inside, outside));
            key.add(poolEnd(type) - starts.get(type));
            int first = firstReference(type);
            for (int at = starts.get(type); at < poolEnd(type); at++) {
                int item = pool.get(at);
                boolean concrete = at >= first && isConcreteReference(item);
                key.add(
                        concrete
                                ? item & ~(ValueType.CONCRETE - 1)
                                        | relative(ValueType.typeIndex(item), inside, outside)
                                : item);
            }
        }
        return new Key(key.toArray());
    }

    private static boolean isConcreteReference(int field) {
        return ValueType.isReference(field) && ValueType.isConcrete(field);
    }

    private static int relative(int type, int inside, IntList outside) {
        if (type >= inside) {
            return INSIDE | type - inside;
        }
        return outside == null ? type : outside.get(type);
    }

    /** The types to which those from {@code from} up to {@code to} refer, as often as they do. */
    IntList references(int from, int to) {
        IntList references = new IntList();
        for (int type = from; type < to; type++) {
            if (supertypes.get(type) >= 0) {
                references.add(supertypes.get(type));
            }
            for (int at = firstReference(type); at < poolEnd(type); at++) {
                if (isConcreteReference(pool.get(at))) {
                    references.add(ValueType.typeIndex(pool.get(at)));
                }
            }
        }
        return references;
    }

    /** Whether a type of the open group may stand below its declared supertype; counts its depth. */
    boolean matchesSupertype(int type) {
        int supertype = supertypes.get(type);
        if (supertype < 0) {
            return true;
        }
        depths.set(type, depths.get(supertype) + 1);
        if (isFinal(supertype) || kinds.get(type) != kinds.get(supertype)) {
            return false;
        }
        return switch (kinds.get(type)) {
            case FUNCTION -> functionMatches(type, supertype);
            case STRUCT -> structMatches(type, supertype);
            default -> fieldMatches(type, supertype, 0);
        };
    }

    private boolean functionMatches(int type, int supertype) {
        if (parameterCount(type) != parameterCount(supertype) || resultCount(type) != resultCount(supertype)) {
            return false;
        }
        for (int i = parameterCount(type) - 1; i >= 0; i--) {
            if (!isSubtype(parameter(supertype, i), parameter(type, i))) {
                return false;
            }
        }
        for (int i = resultCount(type) - 1; i >= 0; i--) {
            if (!isSubtype(result(type, i), result(supertype, i))) {
                return false;
            }
        }
        return true;
    }

    private boolean structMatches(int type, int supertype) {
        if (fieldCount(type) < fieldCount(supertype)) {
            return false;
        }
        for (int i = fieldCount(supertype) - 1; i >= 0; i--) {
            if (!fieldMatches(type, supertype, i)) {
                return false;
            }
        }
        return true;
    }

    private boolean fieldMatches(int type, int supertype, int index) {
        boolean mutable = isMutable(type, index);
        int field = field(type, index);
        int expected = field(supertype, index);
        return mutable == isMutable(supertype, index)
                && isSubtype(field, expected)
                && (!mutable || isSubtype(expected, field));
    }

    /** The content of a group, comparable so that a map stays fast whatever a stranger puts into it. */
    record Key(int[] items, int hash) implements Comparable<Key> {
        Key(int[] items) {
            this(items, Arrays.hashCode(items));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && hash == that.hash && Arrays.equals(items, that.items);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public int compareTo(Key that) {
            return Arrays.compare(items, that.items);
        }
    }
}
