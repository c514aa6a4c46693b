/** The command line. */
module emberwall.cli {
    requires emberwall.script;
    requires emberwall.wasi;
    requires emberwall.engine;
    requires emberwall.wasm;
    requires emberwall.codegen;
    requires emberwall.fiber;
    requires emberwall.link;
    requires emberwall.asm;
    requires emberwall.os;
    requires emberwall.op;
    requires info.picocli;

    exports emberwall.cli;
}
