package emberwall.codegen.alloc;

import java.util.Arrays;

/**
 * The pieces that have no place yet, by start: whole lifetimes, which come in that order, in a list, and the rests of what was cut in a
 * heap.
 */
final class Upcoming {
    private final Pieces pieces;

    private int[] list = {};
    private int listed;
    private int next;
    /** Starts, and below them pieces. */
    private long[] heap = new long[64];

    private int heaped;

    Upcoming(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Begins anew, with room for so many whole lifetimes. */
    void reset(int lifetimes) {
        if (list.length < lifetimes) {
            list = new int[lifetimes * 3 / 2];
        }
        listed = 0;
        next = 0;
        heaped = 0;
    }

    /** Adds a piece that starts where or behind where all those do that were listed before. */
    void list(int piece) {
        list[listed++] = piece;
    }

    /** Adds a piece. */
    void push(int piece) {
        if (heaped == heap.length) {
            heap = Arrays.copyOf(heap, heaped * 2);
        }
        long key = (long) pieces.start(piece) << 32 | piece;
        int place = heaped++;
        while (place > 0 && heap[place - 1 >> 1] > key) {
            heap[place] = heap[place - 1 >> 1];
            place = place - 1 >> 1;
        }
        heap[place] = key;
    }

    boolean isEmpty() {
        return next == listed && heaped == 0;
    }

    /** Takes the piece away that starts first; of several a rest. */
    int take() {
        boolean rest = heaped > 0 && (next == listed || (int) (heap[0] >> 32) <= pieces.start(list[next]));
        return rest ? pop() : list[next++];
    }

    private int pop() {
        int piece = (int) heap[0];
        long key = heap[--heaped];
        int place = 0;
        while (2 * place + 1 < heaped) {
            int child = 2 * place + 1;
            if (child + 1 < heaped && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = key;
        return piece;
    }
}
