// A packet filter: TCP to open ports passes, ICMP passes, what belongs to connections from inside passes.
#include "packet.h"

const volatile u16 open_ports[4] = {22, 80, 443, 8080};
const volatile u32 inside = 0x0a000000; // 10.0.0.0/8
const volatile u32 inside_mask = 0xff000000;

SEC("xdp")
int filter(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip) return XDP_PASS;
    if (ip->protocol == IP_ICMP) return XDP_PASS;
    if ((SWAP32(ip->from) & inside_mask) == inside) return XDP_PASS;
    if (ip->protocol != IP_TCP) return XDP_DROP;
    struct tcp *tcp = take(&cursor, sizeof *tcp);
    if (!tcp) return XDP_DROP;
    if (tcp->flags & TCP_ACK) return XDP_PASS;
    u16 port = SWAP16(tcp->to);
    for (int i = 0; i < 4; i++) {
        if (open_ports[i] == port) return XDP_PASS;
    }
    return XDP_DROP;
}

char terms[] SEC("license") = "Apache-2.0";
