package emberwall.engine.cc;

import emberwall.engine.Bounds;
import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.Tier;
import org.opentest4j.TestAbortedException;

/** Engines of the C compiler's tier, for tests that are skipped with one line where there is no compiler. */
final class Compiler {
    /** Quick to compile, with a frame for each function. */
    static final String PLAIN = "-O1 -fno-inline";

    private Compiler() {}

    static Config.Builder config(Bounds bounds) {
        return Config.builder().tier(Tier.CC).bounds(bounds);
    }

    static Engine start(Config config) {
        try {
            CCompiler.find();
        } catch (CCompilerException missing) {
            throw new TestAbortedException(missing.getMessage());
        }
        return Engine.start(config);
    }

    /** Sets a system property until it is closed. */
    static final class Property implements AutoCloseable {
        private final String name;
        private final String before;

        Property(String name, String value) {
            this.name = name;
            before = System.getProperty(name);
            System.setProperty(name, value);
        }

        @Override
        public void close() {
            if (before == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, before);
            }
        }
    }
}
