package emberwall.examples;

import emberwall.ir.Block;
import emberwall.ir.Builder;
import emberwall.jit.FunctionBuilder;
import emberwall.jit.Jit;
import emberwall.jit.SegmentAccess;
import emberwall.op.Op;
import emberwall.op.Type;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compiles regular expressions over bytes: each state of the automaton is a block, the position its parameter. No byte is looked
 * at twice, and there is no table of states in memory: where the program is says which state it is in.
 *
 * <pre>{@code
 * MethodHandle isNumber = RegexCompiler.compile(jit, "[+-]?\\d+(\\.\\d+)?");
 * boolean matches = (boolean) isNumber.invokeExact(segment);
 * }</pre>
 */
public final class RegexCompiler {
    /** Up to so many ranges of bytes are told apart by comparing, more by a table of jumps. */
    private static final int FEW = 6;

    private final Dfa dfa;
    private final FunctionBuilder f;
    private final Builder b;
    private final SegmentAccess text;
    private final List<Block> states = new ArrayList<>();

    /** Bytes from {@code first} up to the next range lead to a state. */
    private record Range(int first, int target) {}

    private RegexCompiler(Jit jit, Dfa dfa) {
        this.dfa = dfa;
        f = jit.function("matches", MethodType.methodType(boolean.class, MemorySegment.class));
        b = f.ir();
        text = f.segment(0).unchecked(); // the position is compared with the end at each step anyway
    }

    /**
     * A matcher of whole texts.
     *
     * @param regex see {@link Nfa}
     * @return {@code (MemorySegment) -> boolean}
     * @throws IllegalArgumentException if the expression cannot be read, or needs too many states
     */
    public static MethodHandle compile(Jit jit, String regex) {
        return compile(jit, automaton(regex));
    }

    /** A finder: whether an expression matches anywhere in a text. */
    public static MethodHandle compileFinder(Jit jit, String regex) {
        return compile(jit, finder(regex));
    }

    /** The automaton of an expression. */
    public static Dfa automaton(String regex) {
        return Dfa.of(new Nfa(regex));
    }

    /** The automaton that accepts what an expression matches a part of. */
    public static Dfa finder(String regex) {
        String anything = "(?:.|[\\n\\r\u0085])*";
        return automaton(anything + "(?:" + regex + ")" + anything);
    }

    private static MethodHandle compile(Jit jit, Dfa dfa) {
        return new RegexCompiler(jit, dfa).compile();
    }

    private MethodHandle compile() {
        for (int state = 0; state < dfa.size(); state++) {
            states.add(b.block(Type.I64));
        }
        Block refused = b.block();
        b.jump(states.getFirst(), b.i64(0));
        for (int state = 0; state < dfa.size(); state++) {
            state(state, refused);
        }
        b.at(refused);
        b.returns(b.i32(0));
        return f.compile().handle();
    }

    private void state(int state, Block refused) {
        Block block = states.get(state);
        b.at(block);
        int accepts = b.i32(dfa.isAccepting(state) ? 1 : 0);
        if (dfa.isFinal(state)) {
            b.returns(accepts);
            return;
        }
        int position = block.parameter(0);
        Block ended = b.block();
        Block goesOn = b.block();
        b.branch(b.compute(Op.LT_U, Type.I64, position, text.size()), goesOn, ended);
        b.at(ended);
        b.returns(accepts);
        b.at(goesOn);
        int current = text.load(Op.LOAD8_U, Type.I32, position);
        int next = b.compute(Op.ADD, Type.I64, position, b.i64(1));
        List<Range> ranges = ranges(state);
        if (ranges.size() <= FEW) {
            compare(ranges, current, next, refused);
        } else {
            choose(state, current, next, refused);
        }
    }

    private List<Range> ranges(int state) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            if (i == 0 || dfa.next(state, i) != dfa.next(state, i - 1)) {
                ranges.add(new Range(i, dfa.next(state, i)));
            }
        }
        return ranges;
    }

    /** From the highest range down: a byte that is not below its first belongs to it. */
    private void compare(List<Range> ranges, int current, int next, Block refused) {
        for (Range range : ranges.reversed()) {
            if (range.first == 0) {
                go(range.target, next, refused);
            } else {
                Block inRange = b.block();
                Block below = b.block();
                b.branch(b.compute(Op.GE_U, Type.I32, current, b.i32(range.first)), inRange, below);
                b.at(inRange);
                go(range.target, next, refused);
                b.at(below);
            }
        }
    }

    private void choose(int state, int current, int next, Block refused) {
        List<Block> targets = new ArrayList<>();
        List<int[]> arguments = new ArrayList<>(Collections.nCopies(256, new int[] {next}));
        for (int i = 0; i < 256; i++) {
            int target = dfa.next(state, i);
            targets.add(target == Dfa.DEAD ? refused : states.get(target));
            if (target == Dfa.DEAD) {
                arguments.set(i, new int[0]);
            }
        }
        b.choose(current, targets, arguments);
    }

    private void go(int target, int next, Block refused) {
        if (target == Dfa.DEAD) {
            b.jump(refused);
        } else {
            b.jump(states.get(target), next);
        }
    }
}
