package emberwall.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Tier;
import emberwall.testing.Shared;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The official suite in the tier that the machine's C compiler makes: the files of WebAssembly 1.0 and of what was added up to
 * 2.0, vectors excepted. Each of their 1 200 modules is a run of the compiler, so a build plays every sixth file, and
 * {@code -Dtest.jvm.options=-Demberwall.test.cc.suite=all} all of them.
 */
class CompilerSuiteTest {
    private static final int STEP = 6;

    @Test
    void nothingFails() throws IOException {
        Path core = Shared.path("spec/wasm/wast/core");
        List<ScriptFile> files = new ArrayList<>();
        for (ScriptFile file : ScriptFile.in(core)) {
            Path path = core.relativize(file.path());
            if (path.getNameCount() == 1 || path.startsWith("bulk-memory")) {
                files.add(file);
            }
        }
        boolean all = "all".equals(System.getProperty("emberwall.test.cc.suite"));
        Config config = Config.builder().tier(Tier.CC).bounds(Bounds.GUARD).build();
        Totals totals = new Totals();
        List<String> problems = new ArrayList<>();
        String options = System.setProperty("emberwall.cc.options", "-O1");
        try (ScriptSuite suite = new ScriptSuite(config)) {
            for (int index = 0; index < files.size(); index += all ? 1 : STEP) {
                totals.add(suite.run(files.get(index)), line -> {}, problems::add);
            }
        } catch (IllegalStateException missing) {
            if (missing.getMessage().startsWith("no C compiler")) {
                Shared.lacking(missing.getMessage());
            }
            throw missing;
        } finally {
            if (options == null) {
                System.clearProperty("emberwall.cc.options");
            } else {
                System.setProperty("emberwall.cc.options", options);
            }
        }
        System.out.println("the suite through the C compiler" + (all ? "" : ", every " + STEP + "th file") + ": "
                + totals.passed() + " passed, " + problems.size() + " failed, " + totals.skippedBy());
        assertEquals("", String.join("\n", problems));
        assertTrue(totals.passed() > (all ? 28_000 : 5_000), totals.passed() + " passed");
        for (String reason : totals.skippedBy().keySet()) {
            assertTrue(reason.endsWith(")"), reason + " names no feature");
        }
    }
}
