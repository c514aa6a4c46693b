package emberwall.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/** The one warning of a process that has to do without machine code. */
final class Warning {
    private static final AtomicBoolean GIVEN = new AtomicBoolean();

    private Warning() {}

    static void once(String reason) {
        if (!GIVEN.getAndSet(true)) {
            System.getLogger("emberwall.engine")
                    .log(System.Logger.Level.WARNING, "programs run in the reference interpreter, slowly: " + reason);
        }
    }
}
