/**
 * Captures of packets, as tcpdump and Wireshark keep them: {@link emberwall.ebpf.pcap.PcapReader} reads both formats,
 * {@link emberwall.ebpf.pcap.PcapWriter} writes the older one. Sources: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
 */
package emberwall.ebpf.pcap;
