package emberwall.wasm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One id for equal types of all modules of an engine: recursion groups are kept once, and their types are numbered. Value
 * types of this world are {@link ValueType}s whose indices are such ids. Groups are counted by the modules that registered
 * them and by the groups that refer to them, and forgotten with the last of these; their ids serve again.
 *
 * <p>Any thread may ask about an id that it has from a {@link Registration} that is still open; answers take no lock.
 */
public final class TypeRegistry {
    /** Ids must leave room for a bit in keys. */
    private static final int MOST = 1 << 27;

    private final Map<Types.Key, Group> groups = new HashMap<>();
    /** First ids of forgotten groups, by size. */
    private final Map<Integer, ArrayDeque<Integer>> free = new HashMap<>();

    private volatile Entry[] entries = new Entry[64];
    private int next;

    /** A recursion group, with all the groups that its types refer to. */
    private static final class Group {
        final Types.Key key;
        final int first;
        final int size;
        final Group[] outside;
        int uses;

        Group(Types.Key key, int first, int size, Group[] outside) {
            this.key = key;
            this.first = first;
            this.size = size;
            this.outside = outside;
        }
    }

    /** A type: the abstract heap type it stands under, and its supertypes by depth, itself last. */
    private record Entry(int kind, boolean isFinal, int[] display, Group group) {}

    /** The types of one module, or the type of one host function, until it is closed. */
    public static final class Registration implements AutoCloseable {
        private final TypeRegistry registry;
        private final int[] ids;
        private List<Group> held;

        private Registration(TypeRegistry registry, int[] ids, List<Group> held) {
            this.registry = registry;
            this.ids = ids;
            this.held = held;
        }

        /** The id of a type of the module. */
        public int id(int typeIndex) {
            return ids[typeIndex];
        }

        /** The ids of all types of the module: the array itself, not to be changed. */
        public int[] ids() {
            return ids;
        }

        /** A value type of the module in terms of ids. */
        public int canonical(int valueType) {
            return TypeRegistry.canonical(valueType, ids);
        }

        /** A function type of the module in terms of ids. */
        public FunctionType canonical(FunctionType type) {
            return FunctionType.of(canonical(type.parameters()), canonical(type.results()));
        }

        private int[] canonical(int[] types) {
            int[] canonical = new int[types.length];
            for (int i = 0; i < types.length; i++) {
                canonical[i] = canonical(types[i]);
            }
            return canonical;
        }

        /** The types are no longer used here. Closing again does nothing. */
        @Override
        public void close() {
            synchronized (registry) {
                if (held != null) {
                    registry.release(held);
                    held = null;
                }
            }
        }
    }

    /** A value type in terms of ids, given the id of each type index. */
    private static int canonical(int valueType, int[] ids) {
        if (!ValueType.isReference(valueType) || !ValueType.isConcrete(valueType)) {
            return valueType;
        }
        return ValueType.reference(
                ValueType.isNullable(valueType), ValueType.concrete(ids[ValueType.typeIndex(valueType)]));
    }

    /** Finds or makes the ids of a module's types. */
    public synchronized Registration register(Types types) {
        int count = types.count();
        IntList ids = new IntList();
        List<Group> held = new ArrayList<>();
        while (ids.size() < count) {
            int start = ids.size();
            int end = types.groupEnd(start);
            if (types.canonical(start) == start) {
                Group group = find(types.key(start, end, start, ids), types, start, end, ids);
                group.uses++;
                held.add(group);
            } else {
                for (int type = start; type < end; type++) {
                    ids.add(ids.get(types.canonical(type)));
                }
            }
        }
        return new Registration(this, ids.toArray(), held);
    }

    /**
     * Finds or makes the id of a function type of its own, given in terms of ids; it is type 0 of the registration.
     *
     * @throws IllegalArgumentException if it names an id that no open registration has
     */
    public synchronized Registration register(FunctionType type) {
        checkKnown(type.parameters());
        checkKnown(type.results());
        Types types = new Types();
        types.beginGroup();
        types.beginType(-1, true);
        types.beginFunction();
        for (int parameter : type.parameters()) {
            types.parameter(parameter);
        }
        for (int result : type.results()) {
            types.result(result);
        }
        Group group = find(types.key(0, 1, Integer.MAX_VALUE, null), types, 0, 1, null);
        group.uses++;
        return new Registration(this, new int[] {group.first}, List.of(group));
    }

    /** A forgotten group must not be counted again: its ids may be another's by now. */
    private void checkKnown(int[] valueTypes) {
        for (int type : valueTypes) {
            if (ValueType.isReference(type) && ValueType.isConcrete(type)) {
                int id = ValueType.typeIndex(type);
                if (id >= next || entries[id] == null || entries[id].group.uses == 0) {
                    throw new IllegalArgumentException("no type has the id " + id);
                }
            }
        }
    }

    /** How many recursion groups are known. */
    public synchronized int groups() {
        return groups.size();
    }

    /** Whether a type equals another or stands below it. */
    public boolean isSubtype(int id, int expected) {
        if (id == expected) {
            return true;
        }
        int[] display = entries[id].display;
        int depth = entries[expected].display.length - 1;
        return depth < display.length && display[depth] == expected;
    }

    /** Whether the type can have no subtypes, so that comparing ids says everything. */
    public boolean isFinal(int id) {
        return entries[id].isFinal;
    }

    /** How many supertypes stand above the type. */
    public int depth(int id) {
        return entries[id].display.length - 1;
    }

    /** The supertype at this depth, or the type itself at its own depth. */
    public int supertypeAt(int id, int depth) {
        return entries[id].display[depth];
    }

    /** Whether a value of one type, in terms of ids, is one of the other, too. */
    public boolean isValueSubtype(int type, int expected) {
        if (type == expected) {
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

    /** Whether every value of one heap type, in terms of ids, is one of the other, too. */
    public boolean isHeapSubtype(int heap, int expected) {
        if (heap == expected) {
            return true;
        }
        if (!ValueType.isConcrete(expected)) {
            int above = ValueType.isConcrete(heap) ? entries[ValueType.typeIndex(heap)].kind : heap;
            return Types.isAbstractSubtype(above, expected);
        }
        if (ValueType.isConcrete(heap)) {
            return isSubtype(ValueType.typeIndex(heap), ValueType.typeIndex(expected));
        }
        boolean function = entries[ValueType.typeIndex(expected)].kind == ValueType.FUNC;
        return heap == (function ? ValueType.NOFUNC : ValueType.NONE);
    }

    /** The group with this key, new if need be; adds the ids of its types, unless the types' indices are ids already. */
    private Group find(Types.Key key, Types types, int start, int end, IntList ids) {
        Group group = groups.get(key);
        boolean known = group != null;
        int first = known ? group.first : allocate(end - start);
        for (int i = 0; ids != null && i < end - start; i++) {
            ids.add(first + i);
        }
        if (!known) {
            group = new Group(key, first, end - start, outside(types.references(start, end), start, ids));
            groups.put(key, group);
            enter(group, types, start, ids);
        }
        return group;
    }

    private int allocate(int size) {
        ArrayDeque<Integer> fitting = free.get(size);
        if (fitting != null && !fitting.isEmpty()) {
            return fitting.pop();
        }
        int first = next;
        if (size > MOST - first) {
            throw new LimitException("implementation limit: " + MOST + " types in one engine", 0);
        }
        next += size;
        if (next > entries.length) {
            entries = Arrays.copyOf(entries, Math.max(next, entries.length << 1));
        }
        return first;
    }

    /** The groups that a new one refers to, each counted once more. */
    private Group[] outside(IntList references, int start, IntList ids) {
        Set<Group> outside = new HashSet<>();
        for (int i = 0; i < references.size(); i++) {
            int type = references.get(i);
            if (ids == null || type < start) {
                outside.add(entries[ids == null ? type : ids.get(type)].group);
            }
        }
        for (Group group : outside) {
            group.uses++;
        }
        return outside.toArray(new Group[0]);
    }

    private void enter(Group group, Types types, int start, IntList ids) {
        Entry[] current = entries;
        for (int i = 0; i < group.size; i++) {
            int type = start + i;
            int supertype = types.supertype(type);
            int[] above = supertype < 0 ? new int[0] : current[ids.get(supertype)].display;
            int[] display = Arrays.copyOf(above, above.length + 1);
            display[above.length] = group.first + i;
            current[group.first + i] = new Entry(types.abstractOf(type), types.isFinal(type), display, group);
        }
        // The entries become visible to whoever reads the array after this.
        entries = current;
    }

    private void release(List<Group> held) {
        ArrayDeque<Group> unused = new ArrayDeque<>(held);
        while (!unused.isEmpty()) {
            Group group = unused.pop();
            if (--group.uses == 0) {
                groups.remove(group.key);
                free.computeIfAbsent(group.size, size -> new ArrayDeque<>()).push(group.first);
                for (Group other : group.outside) {
                    unused.push(other);
                }
            }
        }
    }
}
