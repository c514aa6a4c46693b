/** Programs that nobody wrote, run in every engine. */
module emberwall.fuzz {
    requires emberwall.wasi;
    requires emberwall.engine;
    requires emberwall.wasm;
    requires emberwall.op;
}
