/** WebAssembly: opcode table, decoder, validator, reference interpreter. */
module emberwall.wasm {
    requires transitive emberwall.op;

    exports emberwall.wasm;
    exports emberwall.wasm.reference;
    exports emberwall.wasm.text;
}
