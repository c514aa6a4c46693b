package emberwall.engine;

/** A function that guests of the native tier can refer to: of a guest or of the host. */
interface NativeReference {
    /** Address of its {@link emberwall.engine.store.FuncRecord}. */
    long record();

    /** Id of its type in the engine. */
    int canonicalType();
}
