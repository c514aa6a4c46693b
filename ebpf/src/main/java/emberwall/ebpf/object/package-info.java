/**
 * Objects as {@code clang -target bpf} writes them, made into programs.
 *
 * <pre>
 *   file ──Elf──► sections, symbols, relocations
 *                   ├─ .BTF, .BTF.ext ──► Btf, BtfExt
 *                   ├─ .maps, maps, .rodata, .data, .bss ──MapReader──► MapDefinition (the object's list, by index)
 *                   └─ code ──Linker──► Program: the function and all that it calls, one behind the other
 * </pre>
 */
package emberwall.ebpf.object;
