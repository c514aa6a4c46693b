/** Benchmarks. */
module emberwall.bench {
    requires emberwall.wasi;
    requires emberwall.engine;
    requires emberwall.ebpf;
    requires emberwall.examples;
    requires emberwall.wasm;
    requires emberwall.os;
    requires jmh.core;
    requires java.management;
    requires jdk.management;
    requires wasmtime.java;

    exports emberwall.bench;
}
