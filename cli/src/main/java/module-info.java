/** The command line: nothing but the engine, WASI, the forms of a module, and eBPF. */
module emberwall.cli {
    requires emberwall.engine;
    requires emberwall.wasi;
    requires emberwall.script;
    requires emberwall.wasm;
    requires emberwall.ebpf;
    requires com.google.gson;
    requires info.picocli;

    exports emberwall.cli;
}
