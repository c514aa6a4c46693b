/** A program as it is verified and run, whoever wrote or loaded it. */
package emberwall.ebpf;
