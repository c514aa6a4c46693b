package emberwall.engine;

import emberwall.engine.store.FuncRecord;
import emberwall.engine.store.GuestHeap;
import emberwall.engine.store.HeapRecord;
import emberwall.engine.store.MappingBudget;
import emberwall.engine.store.ObjectType;
import emberwall.engine.store.References;
import emberwall.os.OsException;
import emberwall.os.RawMemory;
import emberwall.wasm.ValueType;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** The structures and arrays of a store of the native tier, what programs see of them, and which reference is of which type. */
final class GuestObjects {
    private static final int FIRST_PURGE = 1024;

    private final NativeStore store;
    private final long limit;
    private long record;
    private GuestHeap heap;

    /** What programs have of the heap: while they do, it lives. */
    private final List<WeakReference<GuestReference>> views = new ArrayList<>();

    private int purgeAt = FIRST_PURGE;

    GuestObjects(NativeStore store, long limit) {
        this.store = store;
        this.limit = limit;
    }

    /** A reference as programs have it: of a structure, an array or an integer. Programs may keep it longer than the heap. */
    record Reference(NativeStore store, long word, GuestReference.Kind kind) {
        @Override
        public String toString() {
            return switch (kind) {
                case I31 -> "i31 " + References.i31(word);
                case STRUCT -> "struct@" + Long.toHexString(word);
                case ARRAY -> "array@" + Long.toHexString(word);
            };
        }
    }

    // ---- the heap

    /** Address of the {@link HeapRecord}, which outlives all code of the store. */
    long record() {
        if (record == 0) {
            record = store.allocate(HeapRecord.SIZE);
        }
        return record;
    }

    private GuestHeap heap() {
        if (heap == null) {
            try {
                heap = new GuestHeap(
                        store.engine.budget,
                        store.handles,
                        store::forEachRoot,
                        record(),
                        limit,
                        store.engine.collectsAlways);
                store.holdings.heap = heap.space();
            } catch (OsException refused) {
                throw new EngineLimitException("no heap for the store: " + refused.getMessage());
            } catch (MappingBudget.ExceededException exceeded) {
                throw new EngineLimitException(exceeded.getMessage());
            }
        }
        return heap;
    }

    /** A structure of zeros and nulls, or 0 if there is no room. */
    long newStruct(ObjectType type) {
        return limit < GuestHeap.BLOCK ? 0 : heap().newStruct(type);
    }

    /** An array of zeros or nulls, its length unsigned, or 0 if there is no room. */
    long newArray(ObjectType type, int length) {
        return limit < GuestHeap.BLOCK ? 0 : heap().newArray(type, length);
    }

    /** Frees what nobody refers to any more: objects and handles. Guests inside stand at calls. */
    void collect() {
        if (heap != null) {
            heap.collect();
        } else {
            store.handles.beginSweep();
            store.forEachRoot(store.handles::mark);
            store.handles.sweep();
        }
    }

    /** Bytes that lived at the last collection. */
    long live() {
        return heap == null ? 0 : heap.live();
    }

    /** Reads the references that programs have. */
    void forEachView(LongConsumer words) {
        purge();
        for (WeakReference<GuestReference> view : views) {
            GuestReference reference = view.get();
            if (reference != null && reference.object instanceof Reference guest) {
                words.accept(guest.word);
            }
        }
    }

    private void purge() {
        views.removeIf(view -> view.refersTo(null));
        purgeAt = Math.max(FIRST_PURGE, 2 * views.size());
    }

    // ---- values

    /** What programs see of a word of the types any and extern and below. */
    Object view(long word) {
        if (word == References.NULL) {
            return null;
        }
        if (References.isExtern(word)) {
            return store.handles.object(word);
        }
        GuestReference view = new GuestReference(store, new Reference(store, word, kind(word)));
        if (!References.isI31(word)) {
            if (views.size() >= purgeAt) {
                purge();
            }
            views.add(new WeakReference<>(view));
        }
        return view;
    }

    /** Whether a value is one of guests that is in another hierarchy than any: as an extern it is an object of Java's. */
    private static boolean isOther(Object value) {
        return value instanceof Function || value instanceof WasmException;
    }

    private static GuestReference.Kind kind(long word) {
        if (References.isI31(word)) {
            return GuestReference.Kind.I31;
        }
        return ObjectType.kind(word) == ValueType.STRUCT ? GuestReference.Kind.STRUCT : GuestReference.Kind.ARRAY;
    }

    /** The word of a value for a type of these, with canonical ids. */
    long word(int type, Object value) {
        long word = References.NULL;
        if (value instanceof GuestReference view) {
            if (!(view.object instanceof Reference reference) || reference.store != store) {
                throw new IllegalArgumentException("a reference of another store");
            }
            word = reference.word;
        } else if (value != null && (ValueType.heapType(type) == ValueType.EXTERN || !isOther(value))) {
            word = store.handle(value);
        }
        if ((word == References.NULL) != (value == null) || !isOf(word, type)) {
            throw new IllegalArgumentException(value + " given for " + ValueType.text(type));
        }
        return word;
    }

    /** Whether a reference of any hierarchy is one of a type of the same hierarchy, which has canonical ids. */
    boolean isOf(long word, int type) {
        if (word == References.NULL) {
            return ValueType.isNullable(type);
        }
        int heapType = ValueType.heapType(type);
        boolean isObject = heap != null && heap.contains(word);
        return switch (heapType) {
            case ValueType.ANY, ValueType.EXTERN, ValueType.FUNC, ValueType.EXN -> true;
            case ValueType.EQ -> isObject || References.isI31(word);
            case ValueType.I31 -> References.isI31(word);
            case ValueType.STRUCT, ValueType.ARRAY -> isObject && ObjectType.kind(word) == heapType;
            case ValueType.NONE, ValueType.NOEXTERN, ValueType.NOFUNC, ValueType.NOEXN -> false;
            default -> {
                int wanted = ValueType.typeIndex(heapType);
                if (isObject) {
                    yield store.engine.types.isSubtype(ObjectType.id(word), wanted);
                }
                yield (word & 7) == 0
                        && store.engine.types.isHeapSubtype(heapType, ValueType.FUNC)
                        && store.engine.types.isSubtype(RawMemory.getInt(word + FuncRecord.TYPE), wanted);
            }
        };
    }
}
