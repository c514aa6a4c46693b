/** WASI preview 1 over the engine. */
module emberwall.wasi {
    requires transitive emberwall.engine;
    requires transitive emberwall.wasm;
    requires emberwall.os;

    exports emberwall.wasi;
}
