package emberwall.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What java.util.regex says of a text is right. */
class RegexCompilerTest {
    private static final long SEED = 20261121;
    private static final int EXPRESSIONS = 200;
    private static final int TEXTS = 60;
    /** Long ones have too many states too often. */
    private static final int LONGEST = 40;

    private final Random random = new Random(SEED);
    private int matched;

    private static MemorySegment segment(Arena arena, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        MemorySegment segment = arena.allocate(bytes.length);
        return segment.copyFrom(MemorySegment.ofArray(bytes)).asReadOnly();
    }

    private void compare(Jit jit, String regex, List<String> texts) throws Throwable {
        Pattern pattern = Pattern.compile(regex);
        MethodHandle matcher = RegexCompiler.compile(jit, regex);
        MethodHandle finder = RegexCompiler.compileFinder(jit, regex);
        try (Arena arena = Arena.ofConfined()) {
            for (String text : texts) {
                MemorySegment segment = segment(arena, text);
                boolean matches = pattern.matcher(text).matches();
                matched += matches ? 1 : 0;
                assertEquals(matches, (boolean) matcher.invokeExact(segment), regex + " matches " + text);
                assertEquals(
                        pattern.matcher(text).find(), (boolean) finder.invokeExact(segment), regex + " finds " + text);
            }
        }
    }

    @Test
    void expressionsThatPeopleWrite() throws Throwable {
        try (Jit jit = Jit.open()) {
            compare(
                    jit,
                    "[+-]?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?",
                    List.of("", "1", "-1.5e10", "1.", "x1e5", "1e1234"));
            compare(
                    jit,
                    "(\\w+)@(\\w+\\.)+(com|org|net)",
                    List.of("a@b.com", "a.b@c.d.org", "@b.com", "a@b.c", "a@b.coma"));
            compare(
                    jit,
                    "\\d{4}-(0[1-9]|1[0-2])-([0-2]\\d|3[01])",
                    List.of("2026-11-21", "2026-13-01", "x2026-01-31y"));
            compare(jit, "[^\"\\\\]*(\\\\.[^\"\\\\]*)*", List.of("plain", "a\\\"b", "a\"b", "\\", "\n\u0085\u00ff"));
            compare(
                    jit,
                    "(GET|POST|PUT) /[^ ]* HTTP/1\\.[01]",
                    List.of("GET / HTTP/1.1", "GET /a b HTTP/1.0", "PATCH / HTTP/1.1"));
            compare(jit, "", List.of("", "a"));
            compare(jit, ".*", List.of("", "a\n", "\r", "\u0085", "\u0000\u00ff"));
        }
        assertTrue(matched >= 10, "only " + matched + " matched");
    }

    @Test
    void expressionsThatNobodyWrote() throws Throwable {
        for (int i = 0; i < EXPRESSIONS; i++) {
            String regex = alternatives(2);
            while (regex.length() > LONGEST) {
                regex = alternatives(2);
            }
            try (Jit jit = Jit.open(1 << 20, 1 << 16)) {
                compare(
                        jit,
                        regex,
                        random.ints(TEXTS, 0, 12).mapToObj(this::text).toList());
            }
        }
        assertTrue(matched > EXPRESSIONS, "only " + matched + " matched");
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("aaabbbccd1_ \n\u00e9".charAt(random.nextInt(14)));
        }
        return text.toString();
    }

    private String alternatives(int depth) {
        StringBuilder text = new StringBuilder(sequence(depth));
        while (random.nextInt(4) == 0) {
            text.append('|').append(sequence(depth));
        }
        return text.toString();
    }

    private String sequence(int depth) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String atom = atom(depth);
            String[] times = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,}"};
            text.append(atom).append(times[random.nextInt(atom.startsWith("(") ? 6 : times.length)]);
        }
        return text.toString();
    }

    private String atom(int depth) {
        if (depth > 0 && random.nextInt(3) == 0) {
            return (random.nextBoolean() ? "(" : "(?:") + alternatives(depth - 1) + ")";
        }
        String[] atoms = {
            "a", "b", "c", "\\d", "\\w", "\\s", ".", "[ab]", "[^b]", "[a-c1]", "[^\\w]", "\\S", "\\D", "\\.", "\u00e9"
        };
        return atoms[random.nextInt(atoms.length)];
    }

    /** What means something else in Java, or nothing, is refused with the place. */
    @Test
    void whatIsNoneIsRefused() {
        for (String regex : List.of(
                "(", ")", "a**", "*", "[", "[]", "[a", "a{", "a{3,1}", "a{999}", "\\q", "(?=a)", "^a", "a$", "a++",
                "\\1", "[a&&b]", "\u20ac")) {
            var refused = assertThrows(IllegalArgumentException.class, () -> RegexCompiler.automaton(regex), regex);
            assertTrue(refused.getMessage().endsWith(" of " + regex), refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> RegexCompiler.automaton("(a|b)*a(a|b){16}"));
    }

    @Test
    void theEndOfATextIsItsEnd() throws Throwable {
        try (Jit jit = Jit.open();
                Arena arena = Arena.ofConfined()) {
            MethodHandle letters = RegexCompiler.compile(jit, "a*");
            MemorySegment segment = arena.allocate(1000);
            segment.fill((byte) 'a');
            segment.set(ValueLayout.JAVA_BYTE, 999, (byte) 'b');
            assertEquals(true, (boolean) letters.invokeExact(segment.asSlice(0, 999)));
            assertEquals(false, (boolean) letters.invokeExact(segment));
        }
    }
}
