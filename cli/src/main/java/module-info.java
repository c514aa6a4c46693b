/** The command line: nothing but the engine, WASI, and the forms of a module. */
module emberwall.cli {
    requires emberwall.engine;
    requires emberwall.wasi;
    requires emberwall.script;
    requires emberwall.wasm;
    requires info.picocli;

    exports emberwall.cli;
}
