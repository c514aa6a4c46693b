/** Conformance scripts of WebAssembly, read and played. */
module emberwall.script {
    requires transitive emberwall.engine;
    requires transitive emberwall.wasm;
    requires com.google.gson;

    exports emberwall.script;
}
