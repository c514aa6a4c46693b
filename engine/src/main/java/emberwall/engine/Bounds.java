package emberwall.engine;

/** How memory accesses of guests are kept inside their memory. */
public enum Bounds {
    /** Guard pages where the fault handler has proven to work and the memory allows it, else explicit checks. */
    AUTO,
    /** Unmapped pages around each memory and no check in the code; refused where the fault handler does not work. */
    GUARD,
    /** A comparison before every access that has not been compared for yet. */
    EXPLICIT
}
