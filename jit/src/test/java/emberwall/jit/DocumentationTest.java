package emberwall.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import emberwall.testing.Doclint;
import org.junit.jupiter.api.Test;

/** The public package says of everything what it is for, what it takes, what it gives and how it fails. */
class DocumentationTest {
    @Test
    void nothingIsLeftUnsaid() throws Exception {
        assertEquals("", String.join("\n", Doclint.problems("jit", "emberwall.jit")));
    }
}
