/** Machine code as bytes: instruction rows, assembler, decoder. */
module emberwall.asm {}
