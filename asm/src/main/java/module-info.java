/** Machine code as bytes: instruction rows, assembler, decoder. */
module emberwall.asm {
    exports emberwall.asm;
    exports emberwall.asm.x64;
}
