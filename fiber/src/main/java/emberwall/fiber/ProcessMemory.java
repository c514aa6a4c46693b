package emberwall.fiber;

import emberwall.link.CodeSpace;
import emberwall.os.OsException;
import emberwall.os.Pages;

/**
 * What all fibers of the process share and nobody ever gives back: code memory for the stubs, and the table that the
 * fault handler reads. Apart from {@link Stubs} and {@link FaultHandler}, whose constants lie in it, so that what the
 * system refuses now can be had later: a static initialiser is not run twice.
 */
final class ProcessMemory {
    private static final long CODE = 64 << 10;

    private static volatile boolean complete;

    // Guarded by the class.
    private static CodeSpace code;
    private static long faultTable;

    private ProcessMemory() {}

    /**
     * Sees to it that everything is there.
     *
     * @throws OsException if the system refuses some of it; the next call tries again
     */
    static void require() {
        if (!complete) {
            take();
        }
    }

    private static synchronized void take() {
        if (faultTable == 0) {
            faultTable = Pages.allocate(FaultHandler.TABLE_BYTES);
        }
        if (code == null) {
            code = CodeSpace.reserve(CODE);
        }
        complete = true;
    }

    /** For the stubs. */
    static synchronized CodeSpace code() {
        require();
        return code;
    }

    /** Where the fault handler's table is, all zero at first. */
    static synchronized long faultTable() {
        require();
        return faultTable;
    }
}
