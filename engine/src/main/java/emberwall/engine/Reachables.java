package emberwall.engine;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects that programs may forget, each with what remains of it then outside of Java's heap. That is kept here, and may
 * lead neither to the object nor to anything else of programs': else the object would never be forgotten.
 *
 * @param <T> what programs have
 * @param <R> what remains of it
 */
final class Reachables<T, R extends Reachables.Remains> {
    private final Map<R, Entry<T, R>> entries = new HashMap<>(); // guarded by itself
    private final ReferenceQueue<T> forgotten = new ReferenceQueue<>();

    /** What is left of an object that is forgotten. */
    interface Remains {
        /** Gives it all back; called once. */
        void release();
    }

    /** One object. A phantom: what is looked at or saved by a finalizer is not yet forgotten. */
    private static final class Entry<T, R extends Remains> extends PhantomReference<T> {
        private final WeakReference<T> object;
        final R remains;
        private boolean released; // guarded by this

        Entry(T object, ReferenceQueue<T> queue, R remains) {
            super(object, queue);
            this.object = new WeakReference<>(object);
            this.remains = remains;
        }

        synchronized void release() {
            if (!released) {
                released = true;
                remains.release();
            }
        }
    }

    /** Adds an object with what will remain of it. */
    void add(T object, R remains) {
        synchronized (entries) {
            entries.put(remains, new Entry<>(object, forgotten, remains));
        }
    }

    /** Forgets an object that has given everything back by itself. */
    void remove(R remains) {
        synchronized (entries) {
            entries.remove(remains);
        }
    }

    /** What will remain of all objects that are there. */
    List<R> remains() {
        synchronized (entries) {
            return new ArrayList<>(entries.keySet());
        }
    }

    /** The objects that programs may still have. */
    List<T> objects() {
        synchronized (entries) {
            List<T> reachable = new ArrayList<>(entries.size());
            for (Entry<T, R> entry : entries.values()) {
                T object = entry.object.get();
                if (object != null) {
                    reachable.add(object);
                }
            }
            return reachable;
        }
    }

    /** Releases what remains of objects that were found forgotten since the last time. */
    void releaseForgotten() {
        for (var found = forgotten.poll(); found != null; found = forgotten.poll()) {
            release((Entry<?, ?>) found);
        }
    }

    /** Releases all that is left here, and waits for others that do. */
    void releaseAll() {
        List<Entry<T, R>> all;
        synchronized (entries) {
            all = new ArrayList<>(entries.values());
        }
        all.forEach(this::release);
    }

    private void release(Entry<?, ?> entry) {
        entry.release();
        synchronized (entries) {
            entries.remove(entry.remains); // last: until then someone waits for it
        }
    }
}
