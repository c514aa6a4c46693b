/** Benchmarks. */
module emberwall.bench {
    requires emberwall.wasi;
    requires emberwall.engine;
    requires emberwall.wasm;
    requires emberwall.codegen;
    requires emberwall.fiber;
    requires emberwall.link;
    requires emberwall.asm;
    requires emberwall.os;
    requires emberwall.op;
    requires jmh.core;
    requires java.management;

    exports emberwall.bench;
}
