/** The instruction set of RFC 9669: one table, and what is read from it. */
package emberwall.ebpf.insn;
