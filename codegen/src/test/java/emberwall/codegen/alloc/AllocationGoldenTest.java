package emberwall.codegen.alloc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What the linear scan makes of small codes. In the file each case is a line that says what it shows, the code, {@code =>}, and the
 * code with its allocation. After a change that is meant, or with new cases that have nothing behind {@code =>}, this writes it anew:
 *
 * <pre>
 *   ./mvnw -pl codegen -am test -Dtest=AllocationGoldenTest -Dsurefire.failIfNoSpecifiedTests=false -Dbless
 * </pre>
 */
class AllocationGoldenTest {
    private static final Path FILE = Path.of(System.getProperty("emberwall.root", ""))
            .resolve("codegen/src/test/resources/emberwall/codegen/alloc/scan.txt");
    private static final String ARROW = "=>\n";

    @Test
    void allocatesAsWritten() throws IOException {
        String expected = Files.readString(FILE);
        StringBuilder actual = new StringBuilder();
        int cases = 0;
        for (String part : expected.split("(?m)^(?=# )")) {
            if (!part.isBlank()) {
                String before = part.split("(?m)^" + ARROW, 2)[0].strip();
                Code code = CodeText.parse(before.substring(before.indexOf('\n') + 1));
                Allocation allocation = new LinearScan().allocate(code, RandomCode.ALL);
                Checker.check(code, allocation, RandomCode.ALL);
                actual.append(actual.isEmpty() ? "" : "\n");
                actual.append(before, 0, before.indexOf('\n') + 1).append(Listing.of(code, null));
                actual.append(ARROW).append(Listing.of(code, allocation));
                cases++;
            }
        }
        assertTrue(cases > 0, "no cases");
        if (System.getProperty("bless") != null) {
            Files.writeString(FILE, actual.toString());
        } else {
            assertEquals(expected, actual.toString());
        }
    }

    @Test
    void listingsReadBack() {
        for (int seed = 0; seed < 100; seed++) {
            Code code = new Code();
            RandomCode.fill(code, seed, 8, RandomCode.ALL);
            String text = Listing.of(code, null);
            assertEquals(text, Listing.of(CodeText.parse(text), null));
        }
    }
}
