/** eBPF: programs that provably end and stay inside their memory, verified and compiled. */
module emberwall.ebpf {
    exports emberwall.ebpf;
    exports emberwall.ebpf.helper;
    exports emberwall.ebpf.map;
    exports emberwall.ebpf.btf;
    exports emberwall.ebpf.object;
    exports emberwall.ebpf.insn;
    exports emberwall.ebpf.run;
    exports emberwall.ebpf.verify;
    exports emberwall.ebpf.host;
    exports emberwall.ebpf.pcap;

    requires transitive emberwall.op;
    requires emberwall.asm;
    requires emberwall.codegen;
    requires emberwall.link;
    requires emberwall.fiber;
    requires emberwall.os;
}
