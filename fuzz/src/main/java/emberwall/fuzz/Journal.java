package emberwall.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Changes to a draft that can be taken back together. */
final class Journal {
    private final ArrayDeque<Runnable> undo = new ArrayDeque<>();

    /** Replaces what a list holds. */
    <T> void replace(List<T> list, List<? extends T> contents) {
        List<T> before = new ArrayList<>(list);
        List<T> after = new ArrayList<>(contents);
        change(() -> set(list, after), () -> set(list, before));
    }

    private static <T> void set(List<T> list, List<T> contents) {
        list.clear();
        list.addAll(contents);
    }

    /** Does something that can be undone. */
    void change(Runnable change, Runnable inverse) {
        undo.push(inverse);
        change.run();
    }

    /** Keeps what was done. */
    void commit() {
        undo.clear();
    }

    /** Takes back what was done since the last commit. */
    void rollback() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
