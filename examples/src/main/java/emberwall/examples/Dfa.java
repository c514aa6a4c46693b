package emberwall.examples;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A deterministic automaton over bytes. It reads all of its input; state 0 is the first, and from {@link #DEAD} nothing is
 * accepted any more.
 */
public final class Dfa {
    /** In the table: no way leads from there to an accepting state. */
    public static final int DEAD = -1;

    private static final int BYTES = 256;
    private static final int MOST = 2048;

    private final List<int[]> next = new ArrayList<>();
    private final BitSet accepting = new BitSet();

    private Dfa() {}

    /**
     * The automaton that accepts what an {@link Nfa} does, each state a set of that one's (the subset construction).
     *
     * @throws IllegalArgumentException if it takes more than 2048 states
     */
    static Dfa of(Nfa nfa) {
        Dfa dfa = new Dfa();
        Map<BitSet, Integer> numbers = new HashMap<>();
        List<BitSet> sets = new ArrayList<>();
        int[] like = nfa.likeness();
        BitSet first = nfa.closure(nfa.start());
        numbers.put(first, 0);
        sets.add(first);
        for (int state = 0; state < sets.size(); state++) {
            if (sets.size() > MOST) {
                throw new IllegalArgumentException("more than " + MOST + " states");
            }
            int[] row = new int[BYTES];
            for (int b = 0; b < BYTES; b++) {
                if (like[b] != b) {
                    row[b] = row[like[b]];
                    continue;
                }
                BitSet reached = nfa.step(sets.get(state), b);
                if (reached.isEmpty()) {
                    row[b] = DEAD;
                } else {
                    Integer known = numbers.putIfAbsent(reached, sets.size());
                    if (known == null) {
                        sets.add(reached);
                    }
                    row[b] = known == null ? sets.size() - 1 : known;
                }
            }
            dfa.next.add(row);
            dfa.accepting.set(state, nfa.accepts(sets.get(state)));
        }
        return dfa.smallest();
    }

    /** The smallest automaton for the same: states are one unless some input tells them apart (Moore's algorithm). */
    private Dfa smallest() {
        int[] classes = new int[size()];
        for (int state = 0; state < classes.length; state++) {
            classes[state] = accepting.get(state) ? 1 : 0;
        }
        int count = 0;
        for (boolean more = true; more; ) {
            Map<List<Integer>, Integer> numbers = new HashMap<>();
            int[] finer = new int[classes.length];
            for (int state = 0; state < classes.length; state++) {
                List<Integer> behaviour = new ArrayList<>(BYTES + 1);
                behaviour.add(classes[state]);
                for (int target : next.get(state)) {
                    behaviour.add(target == DEAD ? DEAD : classes[target]);
                }
                Integer known = numbers.putIfAbsent(behaviour, numbers.size());
                finer[state] = known == null ? numbers.size() - 1 : known;
            }
            more = numbers.size() > count;
            count = numbers.size();
            classes = finer;
        }
        return merged(classes, count);
    }

    /** State 0 is the first that was looked at, so that its class is 0. */
    private Dfa merged(int[] classes, int count) {
        Dfa small = new Dfa();
        for (int number = 0; number < count; number++) {
            int state = 0;
            while (classes[state] != number) {
                state++;
            }
            int[] row = next.get(state).clone();
            for (int b = 0; b < BYTES; b++) {
                row[b] = row[b] == DEAD ? DEAD : classes[row[b]];
            }
            small.next.add(row);
            small.accepting.set(number, accepting.get(state));
        }
        return small;
    }

    /** How many states there are. */
    public int size() {
        return next.size();
    }

    /** Where a byte leads from a state: to a state, or {@link #DEAD}. */
    public int next(int state, int unsignedByte) {
        return next.get(state)[unsignedByte];
    }

    /** Whether an input that ends in a state is accepted. */
    public boolean isAccepting(int state) {
        return accepting.get(state);
    }

    /** Whether the automaton stays in a state for good, whatever comes. */
    boolean isFinal(int state) {
        for (int target : next.get(state)) {
            if (target != state) {
                return false;
            }
        }
        return true;
    }
}
