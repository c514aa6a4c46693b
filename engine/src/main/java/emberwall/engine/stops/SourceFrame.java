package emberwall.engine.stops;

import emberwall.op.Type;
import emberwall.op.V128;
import emberwall.wasm.Module;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * What a function of a guest holds: locals, then operands that the instruction at work leaves alone. Machine code knows the types,
 * but only has what is needed later; the interpreter has everything, but no types.
 */
public final class SourceFrame {
    private final Module module;
    private final int function;
    private final int position;
    private int[] slots = {};
    private Type[] types = {};
    private V128[] values = {};
    private boolean[] references = {};
    private Object[] objects = {};
    private int count;
    private boolean known;
    private IntConsumer spoiler;

    /** A frame of which nothing is known yet. */
    public SourceFrame(Module module, int function, int position) {
        this.module = module;
        this.function = function;
        this.position = position;
    }

    /** Adds a value of machine code; slots ascend. */
    public void add(int slot, Type type, boolean isReference, long low, long high) {
        add(slot, new V128(low, high), null);
        types[count - 1] = type;
        references[count - 1] = isReference;
    }

    /** Adds a value of the interpreter: whether the word or the object means something depends on a type that is unknown. */
    public void add(int slot, long word, Object object) {
        add(slot, new V128(word, 0), object);
    }

    private void add(int slot, V128 value, Object object) {
        if (count == slots.length) {
            int size = Math.max(8, 2 * count);
            slots = Arrays.copyOf(slots, size);
            types = Arrays.copyOf(types, size);
            values = Arrays.copyOf(values, size);
            objects = Arrays.copyOf(objects, size);
            references = Arrays.copyOf(references, size);
        }
        slots[count] = slot;
        values[count] = value;
        objects[count++] = object;
    }

    /** Says who spoils slots: {@link #spoil}. */
    public void setSpoiler(IntConsumer itsSpoiler) {
        spoiler = itsSpoiler;
    }

    /** Puts something else into a slot of the guest, while it stands still; only the interpreter can. */
    public void spoil(int slot) {
        spoiler.accept(slot);
    }

    /** Says that all is there that is needed. */
    public void setKnown() {
        known = true;
    }

    /** Whether all is there that is needed later; else it is code that tells nobody. */
    public boolean isKnown() {
        return known;
    }

    /** The module of the function. */
    public Module module() {
        return module;
    }

    /** Its index, imports counted. */
    public int function() {
        return function;
    }

    /** The instruction at work, a byte offset in the module; of a loop that is about to begin a round, its first instruction. */
    public int position() {
        return position;
    }

    /** How many values there are. */
    public int count() {
        return count;
    }

    /** The slot of a value: locals from 0 on, then operands. */
    public int slot(int index) {
        return slots[index];
    }

    /** The type of a value, a reference being an i64; null if nobody knows. */
    public Type type(int index) {
        return types[index];
    }

    /** Whether a value of machine code is a reference; a null that is a constant may not say so. */
    public boolean isReference(int index) {
        return references[index];
    }

    /** Its bits; of types below 128 bits the others are 0. Of the interpreter the word alone. */
    public V128 bits(int index) {
        return values[index];
    }

    /** A reference or vector of the interpreter, or null. */
    public Object object(int index) {
        return objects[index];
    }
}
