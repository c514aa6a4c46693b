package emberwall.fuzz;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.RecordedStates;
import emberwall.engine.Tier;
import emberwall.engine.stops.SourceFrame;
import emberwall.engine.stops.Stop;
import emberwall.engine.stops.Watched;
import emberwall.op.TrapReason;
import emberwall.op.V128;
import emberwall.wasm.Features;
import emberwall.wasm.reference.I31;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Holds what optimized code says of the frames of its source against what the reference interpreter has there: at each round of
 * a loop, at each call of the host and each trap, in all frames. What the code says nothing of is spoiled in the interpreter, which must not
 * matter: then nobody needed it. The engine records all states that it can.
 */
final class LockStep implements AutoCloseable {
    private static final int ROUNDS = 2;
    private static final int MOST_STOPS = 400;
    private static final int MOST_FRAMES = 12;
    private static final int STACK = 256 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Engine reference = Engine.start(config(Tier.REFERENCE, Bounds.AUTO));
    private final Engine optimizing;

    private long stops;
    private long frames;
    private long values;
    private long spoiled;

    LockStep(Bounds bounds) {
        optimizing = Engine.start(config(Tier.OPTIMIZING, bounds));
    }

    private static Config config(Tier tier, Bounds bounds) {
        return Config.builder()
                .tier(tier)
                .bounds(bounds)
                .recordedStates(RecordedStates.TRAPS)
                .features(Features.ALL)
                .maxMemory(40 * 65_536)
                .maxTable(2000)
                .maxStack(STACK)
                .build();
    }

    /** What was compared so far. */
    String summary() {
        return stops + " stops, " + frames + " frames, " + values + " values equal, " + spoiled + " spoiled";
    }

    /** How many values were compared. */
    long values() {
        return values;
    }

    /** How many slots were spoiled, since the code says that nobody needs them. */
    long spoiled() {
        return spoiled;
    }

    /** The first difference between the two, or null. */
    String compare(List<byte[]> modules) {
        try (World fast = new World(optimizing, PATIENCE, false);
                World slow = new World(reference, PATIENCE, false)) {
            Trace trace = new Trace();
            ((Watched) fast.store()).watch(trace::record, MOST_FRAMES);
            ((Watched) slow.store()).watch(trace::check, MOST_FRAMES);
            for (int i = 0; i < modules.size(); i++) {
                byte[] module = modules.get(i);
                String outcome = trace.run(() -> fast.instantiate(module), () -> slow.instantiate(module));
                if (!outcome.equals(World.DONE)) {
                    return trace.difference(outcome);
                }
            }
            for (int call = 0; call < ROUNDS * fast.functions(); call++) {
                int function = call % fast.functions();
                int round = call / fast.functions();
                String outcome = trace.run(() -> fast.call(function, round), () -> slow.call(function, round));
                if (trace.difference(outcome) != null || trace.isExhausted(outcome)) {
                    return trace.difference(outcome);
                }
            }
            return null;
        }
    }

    private interface Step {
        String run();
    }

    /** The stops of one call: written down for the code, then checked for the interpreter. */
    private final class Trace {
        private final List<Stop> recorded = new ArrayList<>();
        private int next;
        private int dropped;
        private String difference;

        /** The outcome, or how both differ. */
        String run(Step fast, Step slow) {
            recorded.clear();
            next = 0;
            dropped = 0;
            difference = null;
            String actual = fast.run();
            String expected = slow.run();
            if (isExhausted(actual) || isExhausted(expected)) {
                difference = null;
                return World.TRAP + TrapReason.STACK_EXHAUSTED.text();
            }
            if (difference == null && !isAlike(actual, expected)) {
                difference = "expected " + expected + ", not " + actual;
            } else if (difference == null && next < recorded.size()) {
                difference = "stop " + next + " is the code's alone: " + text(recorded.get(next));
            }
            return expected;
        }

        /** Whether a guest went on for longer than it may: machine frames have other sizes, and machine code another pace. */
        boolean isExhausted(String outcome) {
            return outcome.startsWith(World.TRAP + TrapReason.STACK_EXHAUSTED.text())
                    || outcome.startsWith(World.TRAP + TrapReason.DEADLINE.text());
        }

        String difference(String outcome) {
            return difference == null ? null : difference + " (" + outcome + ")";
        }

        void record(Stop stop) {
            if (recorded.size() < MOST_STOPS) {
                recorded.add(stop);
            } else {
                dropped++;
            }
        }

        void check(Stop expected) {
            if (difference != null || next == recorded.size()) {
                if (difference == null && dropped-- <= 0) {
                    difference = "stop " + next + " is the interpreter's alone: " + text(expected);
                }
                return;
            }
            Stop actual = recorded.get(next++);
            stops++;
            List<SourceFrame> own = actual.frames();
            List<SourceFrame> wanted = expected.frames();
            if (own.size() != wanted.size() || actual.kind() != expected.kind()) {
                difference = "stop " + next + ": expected " + text(expected) + ", not " + text(actual);
                return;
            }
            for (int i = 0; i < own.size() && difference == null; i++) {
                String where = compare(wanted.get(i), own.get(i));
                difference = where == null ? null : "stop " + next + ", frame " + i + " " + where;
            }
        }
    }

    /** Outcomes are the same, or limits that engines word each in its own way. */
    private static boolean isAlike(String actual, String expected) {
        return actual.equals(expected) || World.isBeyondLimits(actual) && World.isBeyondLimits(expected);
    }

    private String compare(SourceFrame expected, SourceFrame actual) {
        if (expected.function() != actual.function() || expected.position() != actual.position()) {
            return "is " + text(actual) + ", not " + text(expected);
        }
        if (!actual.isKnown()) {
            return null;
        }
        frames++;
        int slot = 0;
        for (int i = 0; i < actual.count(); i++, slot++) {
            for (; slot < actual.slot(i); slot++) {
                spoil(expected, slot);
            }
            if (slot >= expected.count() || !isEqual(actual, i, expected, slot)) {
                String wanted = slot < expected.count() ? expected.bits(slot) + " " + expected.object(slot) : "nothing";
                return text(actual) + " has " + actual.bits(i) + " in slot " + slot + " of type " + actual.type(i)
                        + ", not " + wanted;
            }
            values++;
        }
        for (int locals = locals(expected); slot < locals; slot++) {
            spoil(expected, slot);
        }
        return null;
    }

    private void spoil(SourceFrame frame, int slot) {
        frame.spoil(slot);
        spoiled++;
    }

    private static int locals(SourceFrame frame) {
        return frame.module().locals(frame.function()).count()
                + frame.module().functionType(frame.function()).parameterCount();
    }

    /** NaNs are all alike; of references only whether they are null is known to both. */
    private static boolean isEqual(SourceFrame actual, int index, SourceFrame expected, int slot) {
        V128 own = actual.bits(index);
        long word = expected.bits(slot).low();
        Object object = expected.object(slot);
        return switch (actual.type(index)) {
            case I32 -> own.low() == word;
            case F32 -> same32((int) own.low(), (int) word);
            case F64 -> same64(own.low(), word);
            case V128 -> sameVector(own, object instanceof V128 vector ? vector : V128.ZERO);
            default -> isReference(own.low(), object) || !actual.isReference(index) && own.low() == word;
        };
    }

    /** Whether a word may be a reference to an object. */
    private static boolean isReference(long word, Object object) {
        if (object instanceof I31 small) {
            return (word & 1) != 0 && (int) word >> 1 == small.signed();
        }
        return word == 0 == (object == null);
    }

    private static boolean same32(int a, int b) {
        return a == b || Float.isNaN(Float.intBitsToFloat(a)) && Float.isNaN(Float.intBitsToFloat(b));
    }

    private static boolean same64(long a, long b) {
        return a == b || Double.isNaN(Double.longBitsToDouble(a)) && Double.isNaN(Double.longBitsToDouble(b));
    }

    private static boolean sameVector(V128 a, V128 b) {
        long[] words = {a.low(), b.low(), a.high(), b.high()};
        boolean same = true;
        for (int i = 0; i < words.length; i += 2) {
            boolean halves = same32((int) words[i], (int) words[i + 1])
                    && same32((int) (words[i] >>> 32), (int) (words[i + 1] >>> 32));
            same &= halves || same64(words[i], words[i + 1]);
        }
        return same;
    }

    private static String text(Stop stop) {
        return stop.kind() + " in "
                + Arrays.toString(stop.frames().stream().map(LockStep::text).toArray());
    }

    private static String text(SourceFrame frame) {
        return "f" + frame.function() + "@0x" + Integer.toHexString(frame.position());
    }

    @Override
    public void close() {
        optimizing.close();
        reference.close();
    }
}
