/** WebAssembly engine: public API, stores, tiers. */
module emberwall.engine {
    requires emberwall.op;
    requires emberwall.wasm;
    requires emberwall.codegen;
    requires emberwall.fiber;
    requires emberwall.link;
    requires emberwall.asm;
    requires emberwall.os;
}
