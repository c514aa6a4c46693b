/** How meanings become machine code: convention and operators. */
module emberwall.codegen {
    requires transitive emberwall.op;
    requires transitive emberwall.asm;

    exports emberwall.codegen;
    exports emberwall.codegen.x64;
}
