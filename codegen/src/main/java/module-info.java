/** How meanings become machine code: convention and operators. */
module emberwall.codegen {
    requires transitive emberwall.op;
    requires transitive emberwall.asm;
    requires transitive emberwall.ir;

    exports emberwall.codegen;
    exports emberwall.codegen.alloc;
    exports emberwall.codegen.select;
    exports emberwall.codegen.x64;
}
