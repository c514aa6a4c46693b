package emberwall.fuzz;

import emberwall.fuzz.HeapTypes.Definition;
import emberwall.fuzz.HeapTypes.Kind;
import emberwall.wasm.Feature;
import emberwall.wasm.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes types that refer to each other: structures, arrays and functions in chains of subtypes, and groups that come twice,
 * whose types are equal. A field that must not be null refers to an earlier type only, so that there are values of all.
 */
final class HeapTypeGenerator {
    private static final int MOST_GROUPS = 5;
    private static final int MOST_TYPES = 4;
    private static final int[] NUMBERS = {ValueType.I32, ValueType.I64, ValueType.F32, ValueType.F64};
    private static final int[] ABSTRACT = {
        ValueType.ANYREF,
        ValueType.EQREF,
        ValueType.I31REF,
        ValueType.STRUCTREF,
        ValueType.ARRAYREF,
        ValueType.EXTERNREF,
        ValueType.FUNCREF
    };

    private final SplittableRandom random;
    private final boolean hasObjects;
    private final boolean hasVectors;
    private final List<List<Definition>> groups = new ArrayList<>();
    private final List<Definition> all = new ArrayList<>();
    /** The types of the open group, those to come included, are below. */
    private int known;

    private HeapTypeGenerator(SplittableRandom random, Abilities abilities) {
        this.random = random;
        hasObjects = abilities.has(Feature.GC);
        hasVectors = abilities.has(Feature.SIMD);
    }

    /** Types for a scenario: none where they cannot be used. */
    static HeapTypes generate(SplittableRandom random, Abilities abilities) {
        if (!abilities.has(Feature.FUNCTION_REFERENCES)) {
            return HeapTypes.NONE;
        }
        return new HeapTypeGenerator(random, abilities).types();
    }

    private HeapTypes types() {
        for (int i = random.nextInt(1, MOST_GROUPS + 1); i > 0; i--) {
            if (hasObjects && chance(4) && !groups.isEmpty()) {
                again(random.nextInt(groups.size()));
            } else {
                group();
            }
        }
        return HeapTypes.of(groups);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private void group() {
        int size = hasObjects ? random.nextInt(1, MOST_TYPES + 1) : 1;
        known = all.size() + size;
        List<Definition> group = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Definition type = hasObjects && chance(2) ? below() : null;
            if (type == null) {
                type = fresh();
            }
            group.add(type);
            all.add(type);
        }
        groups.add(group);
    }

    /** The same group once more: its types equal the first ones. */
    private void again(int index) {
        int start = 0;
        for (List<Definition> group : groups.subList(0, index)) {
            start += group.size();
        }
        List<Definition> group = new ArrayList<>();
        int by = all.size() - start;
        for (Definition type : groups.get(index)) {
            Definition copy = new Definition(
                    type.supertype() >= start ? type.supertype() + by : type.supertype(),
                    type.isFinal(),
                    type.kind(),
                    moved(type.fields(), start, by),
                    type.mutable(),
                    moved(type.results(), start, by));
            group.add(copy);
        }
        groups.add(group);
        all.addAll(group);
    }

    private static int[] moved(int[] types, int start, int by) {
        int[] moved = types.clone();
        for (int i = 0; i < moved.length; i++) {
            if (ValueType.isReference(moved[i])
                    && ValueType.isConcrete(moved[i])
                    && ValueType.typeIndex(moved[i]) >= start) {
                moved[i] += by;
            }
        }
        return moved;
    }

    private Definition fresh() {
        boolean isFinal = !hasObjects || chance(3);
        Kind kind = !hasObjects || chance(5) ? Kind.FUNCTION : chance(3) ? Kind.ARRAY : Kind.STRUCT;
        if (kind == Kind.FUNCTION) {
            return new Definition(-1, isFinal, kind, values(4), new boolean[0], values(2));
        }
        int[] fields = new int[kind == Kind.ARRAY ? 1 : random.nextInt(chance(10) ? 30 : 5)];
        boolean[] mutable = new boolean[fields.length];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = field();
            mutable[i] = !chance(3);
        }
        return new Definition(-1, isFinal, kind, fields, mutable, new int[0]);
    }

    /** A subtype of an earlier type; null if that has none. */
    private Definition below() {
        int supertype = all.isEmpty() ? -1 : random.nextInt(all.size());
        if (supertype < 0 || all.get(supertype).isFinal()) {
            return null;
        }
        Definition above = all.get(supertype);
        int more = above.kind() == Kind.STRUCT ? random.nextInt(3) : 0;
        int inherited = above.fields().length;
        int[] fields = Arrays.copyOf(above.fields(), inherited + more);
        boolean[] mutable = Arrays.copyOf(above.mutable(), above.mutable().length + more);
        for (int i = 0; i < mutable.length; i++) {
            if (i >= inherited) {
                fields[i] = field();
                mutable[i] = !chance(3);
            } else if (!mutable[i]) {
                fields[i] = narrowed(fields[i]);
            }
        }
        int[] results = above.results().clone();
        for (int i = 0; i < results.length; i++) {
            results[i] = narrowed(results[i]);
        }
        return new Definition(supertype, chance(4), above.kind(), fields, mutable, results);
    }

    /** A subtype of a field's type, or the type itself. */
    private int narrowed(int type) {
        if (type == ValueType.ANYREF && chance(2)) {
            return chance(2) ? ValueType.EQREF : ValueType.STRUCTREF;
        }
        return type == ValueType.EQREF && chance(2) ? ValueType.asNonNull(ValueType.I31REF) : type;
    }

    private int[] values(int most) {
        int[] types = new int[random.nextInt(most + 1)];
        for (int i = 0; i < types.length; i++) {
            types[i] = ValueType.unpacked(field());
        }
        return types;
    }

    private int field() {
        int choice = random.nextInt(hasObjects ? 16 : 6);
        return switch (choice) {
            case 4 -> hasVectors ? ValueType.V128 : ValueType.I64;
            case 5 -> chance(2) ? ValueType.FUNCREF : ValueType.EXTERNREF;
            case 6, 7 -> ValueType.I8;
            case 8 -> ValueType.I16;
            case 9, 10 -> ABSTRACT[random.nextInt(ABSTRACT.length)];
            case 11, 12, 13 -> ValueType.reference(true, ValueType.concrete(random.nextInt(known)));
            case 14 -> all.isEmpty() ? ValueType.I32 : earlier(random.nextInt(all.size()));
            case 15 -> ValueType.asNonNull(ValueType.I31REF);
            default -> NUMBERS[choice];
        };
    }

    /** Functions may be missing from a module, objects can be made. */
    private int earlier(int index) {
        return ValueType.reference(all.get(index).kind() == Kind.FUNCTION, ValueType.concrete(index));
    }
}
