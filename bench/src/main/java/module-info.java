/** Benchmarks. */
module emberwall.bench {
    requires emberwall.wasi;
    requires emberwall.engine;
    requires emberwall.wasm;
    requires emberwall.os;
    requires jmh.core;
    requires java.management;

    exports emberwall.bench;
}
