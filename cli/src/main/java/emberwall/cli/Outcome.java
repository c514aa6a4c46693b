package emberwall.cli;

import emberwall.engine.Config;
import emberwall.engine.Engine;
import emberwall.engine.EngineLimitException;
import emberwall.engine.LinkException;
import emberwall.engine.Trap;
import emberwall.engine.UnsupportedFeatureException;
import emberwall.op.TrapReason;
import emberwall.wasi.ExitException;
import emberwall.wasm.ModuleException;

/** How guests end, as exit statuses and lines on standard error. */
final class Outcome {
    /** What a guest does, with the status that it ends with. */
    interface Guest {
        int run();
    }

    private Outcome() {}

    static int of(String file, Guest guest) {
        try {
            return guest.run();
        } catch (ModuleException refused) {
            throw ModuleFile.refused(file, refused);
        } catch (LinkException missing) {
            throw new Failure(Status.UNAVAILABLE, file + ": " + missing.getMessage());
        } catch (UnsupportedFeatureException ahead) {
            throw new Failure(Status.UNAVAILABLE, file + ": " + ahead.getMessage());
        } catch (EngineLimitException full) {
            throw new Failure(Status.NO_RESOURCE, file + ": " + full.getMessage());
        } catch (ExitException exit) {
            exit.endProcess();
            return exit.code();
        } catch (Trap trap) {
            return trapped(trap);
        }
    }

    /** An engine, where this machine can do what is asked for. */
    static Engine engine(Config config) {
        try {
            return Engine.start(config);
        } catch (IllegalStateException e) {
            throw new Failure(Status.NO_RESOURCE, e.getMessage());
        }
    }

    private static int trapped(Trap trap) {
        boolean late = trap.reason() == TrapReason.DEADLINE;
        Main.complain((late ? "timeout: " : "trap: ") + trap.describe());
        return late ? Status.TIMEOUT : Status.TRAP;
    }
}
