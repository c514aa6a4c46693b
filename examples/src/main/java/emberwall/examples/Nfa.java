package emberwall.examples;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A nondeterministic automaton for a regular expression over bytes, by Thompson's construction: a state either goes on with
 * one of some bytes, or freely to one or two others.
 *
 * <p>Expressions are a part of {@link java.util.regex.Pattern}'s: characters up to {@code \xff}, {@code .}, classes, {@code \d \w
 * \s}, groups, alternatives, {@code * + ?} and <code>{m,n}</code>. All that does not mean there what it means here is refused.
 */
final class Nfa {
    private static final int NONE = -1;
    private static final int MOST_REPEATED = 200;

    /** By state: the bytes that it goes on with, or null if it goes on freely. */
    private final List<BitSet> bytes = new ArrayList<>();

    private final List<int[]> ways = new ArrayList<>();

    private final Map<Integer, BitSet> closures = new HashMap<>();
    private final String regex;
    private int at;
    private final int start;
    private final int end;

    /** A piece of the automaton with one way in and one way out, which leads nowhere yet. */
    private record Piece(int first, int last) {}

    Nfa(String regex) {
        this.regex = regex;
        Piece whole = alternatives();
        if (at < regex.length()) {
            throw wrong("unmatched )");
        }
        start = whole.first;
        end = whole.last;
    }

    // ---- reading

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + " at " + at + " of " + regex);
    }

    private boolean is(char wanted) {
        return at < regex.length() && regex.charAt(at) == wanted;
    }

    private char take() {
        if (at == regex.length()) {
            throw wrong("nothing more");
        }
        return regex.charAt(at++);
    }

    private Piece alternatives() {
        Piece left = sequence();
        while (is('|')) {
            at++;
            Piece right = sequence();
            int join = state(null);
            int fork = state(null, left.first, right.first);
            lead(left, join);
            lead(right, join);
            left = new Piece(fork, join);
        }
        return left;
    }

    private Piece sequence() {
        int empty = state(null);
        Piece all = new Piece(empty, empty);
        while (at < regex.length() && !is('|') && !is(')')) {
            all = behind(all, repeated());
        }
        return all;
    }

    private Piece repeated() {
        int from = at;
        Piece piece = atom();
        int to = at;
        if (is('*') || is('+') || is('?')) {
            char kind = take();
            piece = kind == '?' ? optional(piece) : loop(piece, kind == '*');
        } else if (is('{')) {
            at++;
            int least = number();
            int most = is(',') ? NONE : least;
            if (is(',')) {
                at++;
                most = is('}') ? NONE : number();
            }
            if (take() != '}' || most != NONE && most < least) {
                throw wrong("no repetition");
            }
            int behind = at;
            piece = counted(from, to, least, most);
            at = behind;
        }
        if (is('*') || is('+') || is('?') || is('{')) {
            throw wrong("a repetition of a repetition");
        }
        return piece;
    }

    private int number() {
        int from = at;
        int number = 0;
        while (at < regex.length() && Character.isDigit(regex.charAt(at)) && number <= MOST_REPEATED) {
            number = number * 10 + take() - '0';
        }
        if (from == at || number > MOST_REPEATED) {
            throw wrong("no number up to " + MOST_REPEATED);
        }
        return number;
    }

    /** Reads the same part of the expression again for each time. */
    private Piece counted(int from, int to, int least, int most) {
        int empty = state(null);
        Piece all = new Piece(empty, empty);
        for (int i = 0; i < least; i++) {
            all = behind(all, again(from, to));
        }
        if (most == NONE) {
            return behind(all, loop(again(from, to), true));
        }
        for (int i = least; i < most; i++) {
            all = behind(all, optional(again(from, to)));
        }
        return all;
    }

    private Piece again(int from, int to) {
        at = from;
        Piece piece = atom();
        assert at == to;
        return piece;
    }

    private Piece atom() {
        char c = take();
        return switch (c) {
            case '(' -> {
                if (is('?') && regex.startsWith("?:", at)) {
                    at += 2;
                } else if (is('?')) {
                    throw wrong("a group with a meaning of its own");
                }
                Piece inside = alternatives();
                if (!is(')')) {
                    throw wrong("no )");
                }
                at++;
                yield inside;
            }
            case '.' -> one(any());
            case '[' -> one(charClass());
            case '\\' -> one(escaped());
            case '*', '+', '?', '{', '^', '$' -> throw wrong(c + " alone");
            default -> one(single(c));
        };
    }

    /** All but line ends, of which Latin-1 has three. */
    private static BitSet any() {
        BitSet all = range(0, 255);
        all.clear('\n');
        all.clear('\r');
        all.clear(0x85);
        return all;
    }

    private BitSet charClass() {
        BitSet members = new BitSet();
        boolean inverted = is('^');
        if (inverted) {
            at++;
        }
        do {
            char low = take();
            if (low == '[' || low == '&' || low == ']' || low == '^') {
                throw wrong(low + " in a class");
            }
            BitSet one = low == '\\' ? escaped() : single(low);
            if (is('-') && at + 1 < regex.length() && regex.charAt(at + 1) != ']') {
                at++;
                char high = take();
                if (one.cardinality() != 1 || high == '\\' || high == '[' || high < one.nextSetBit(0)) {
                    throw wrong("no range");
                }
                one = range(one.nextSetBit(0), high);
            }
            members.or(one);
        } while (!is(']'));
        at++;
        if (inverted) {
            members.flip(0, 256);
        }
        return members;
    }

    private BitSet escaped() {
        char c = take();
        return switch (c) {
            case 'd' -> range('0', '9');
            case 'D' -> inverse(range('0', '9'));
            case 's' -> space();
            case 'S' -> inverse(space());
            case 'w' -> word();
            case 'W' -> inverse(word());
            case 'n' -> single('\n');
            case 't' -> single('\t');
            case 'r' -> single('\r');
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw wrong("\\" + c);
                }
                yield single(c);
            }
        };
    }

    private static BitSet inverse(BitSet bytes) {
        bytes.flip(0, 256);
        return bytes;
    }

    private static BitSet space() {
        BitSet space = range('\t', '\r');
        space.set(' ');
        return space;
    }

    private static BitSet word() {
        BitSet word = range('a', 'z');
        word.or(range('A', 'Z'));
        word.or(range('0', '9'));
        word.set('_');
        return word;
    }

    private BitSet single(char c) {
        if (c > 255) {
            throw wrong("no byte: " + c);
        }
        return range(c, c);
    }

    private static BitSet range(int low, int high) {
        BitSet bytes = new BitSet();
        bytes.set(low, high + 1);
        return bytes;
    }

    // ---- making

    private int state(BitSet itsBytes, int... itsWays) {
        bytes.add(itsBytes);
        ways.add(itsWays);
        return ways.size() - 1;
    }

    private Piece one(BitSet wanted) {
        int out = state(null);
        return new Piece(state(wanted, out), out);
    }

    private void lead(Piece piece, int to) {
        assert ways.get(piece.last).length == 0;
        ways.set(piece.last, new int[] {to});
    }

    private Piece behind(Piece first, Piece second) {
        lead(first, second.first);
        return new Piece(first.first, second.last);
    }

    private Piece optional(Piece piece) {
        int out = state(null);
        lead(piece, out);
        return new Piece(state(null, piece.first, out), out);
    }

    private Piece loop(Piece piece, boolean mayBeEmpty) {
        int out = state(null);
        int fork = state(null, piece.first, out);
        lead(piece, fork);
        return new Piece(mayBeEmpty ? fork : piece.first, out);
    }

    // ---- running

    int start() {
        return start;
    }

    boolean accepts(BitSet states) {
        return states.get(end);
    }

    /** All states that are reached from one without a byte. */
    BitSet closure(int state) {
        BitSet known = closures.get(state);
        if (known == null) {
            known = new BitSet();
            close(state, known);
            closures.put(state, known);
        }
        return known;
    }

    private void close(int from, BitSet reached) {
        int[] work = new int[2 * ways.size() + 1];
        int count = 0;
        work[count++] = from;
        while (count > 0) {
            int state = work[--count];
            if (!reached.get(state)) {
                reached.set(state);
                if (bytes.get(state) == null) {
                    for (int target : ways.get(state)) {
                        work[count++] = target;
                    }
                }
            }
        }
    }

    /** All states that are reached by a byte. */
    BitSet step(BitSet states, int unsignedByte) {
        BitSet reached = new BitSet();
        for (int state = states.nextSetBit(0); state >= 0; state = states.nextSetBit(state + 1)) {
            if (bytes.get(state) != null && bytes.get(state).get(unsignedByte)) {
                reached.or(closure(ways.get(state)[0]));
            }
        }
        return reached;
    }

    /** By byte: the lowest one that no state tells from it. */
    int[] likeness() {
        int[] like = new int[256];
        Map<List<Boolean>, Integer> lowest = new HashMap<>();
        for (int b = 0; b < like.length; b++) {
            List<Boolean> members = new ArrayList<>();
            for (BitSet set : bytes) {
                if (set != null) {
                    members.add(set.get(b));
                }
            }
            Integer known = lowest.putIfAbsent(members, b);
            like[b] = known == null ? b : known;
        }
        return like;
    }
}
