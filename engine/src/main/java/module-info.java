/** WebAssembly engine: public API, stores, tiers. */
module emberwall.engine {
    requires transitive emberwall.op;
    requires transitive emberwall.wasm;
    requires emberwall.ir;
    requires emberwall.codegen;
    requires emberwall.fiber;
    requires emberwall.link;
    requires emberwall.asm;
    requires emberwall.os;

    exports emberwall.engine;
    exports emberwall.engine.stops to
            emberwall.fuzz;
}
