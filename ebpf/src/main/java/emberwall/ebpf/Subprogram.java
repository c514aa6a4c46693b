package emberwall.ebpf;

/**
 * A function in a linked program.
 *
 * @param name as in the source
 * @param start slot (of 8 bytes) of its first instruction; the first subprogram starts at 0 and is the program's entry
 * @param end slot behind its last one
 * @param type its function type in the program's BTF, or 0
 */
public record Subprogram(String name, int start, int end, int type) {}
