// Protocols by tail calls: the first program looks for IPv4, and leaves the rest to one that the host has put in place.
#include "packet.h"

struct {
    NUMBER(type, PROG_ARRAY);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, u32);
} programs SEC(".maps");

struct {
    NUMBER(type, ARRAY);
    NUMBER(max_entries, 4);
    TYPE(key, u32);
    TYPE(value, u64);
} seen SEC(".maps");

enum { ICMP, TCP, UDP, REST };

INLINE int saw(u32 what, int action) {
    u64 *count = bpf_map_lookup_elem(&seen, &what);
    if (count) __sync_fetch_and_add(count, 1);
    return action;
}

SEC("xdp")
int dispatch(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    if (ip) bpf_tail_call(context, &programs, ip->protocol);
    return saw(REST, XDP_PASS);
}

SEC("xdp/icmp")
int icmp(struct xdp_md *context) {
    return saw(ICMP, context->data_end - context->data > 128 ? XDP_DROP : XDP_PASS);
}

SEC("xdp/tcp")
int tcp(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    struct tcp *tcp = ip ? take(&cursor, sizeof *tcp) : 0;
    if (!tcp) return XDP_DROP;
    u8 flags = tcp->flags;
    return saw(TCP, (flags & (TCP_SYN | TCP_FIN)) == (TCP_SYN | TCP_FIN) ? XDP_DROP : XDP_PASS);
}

SEC("xdp/udp")
int udp(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    struct udp *udp = ip ? take(&cursor, sizeof *udp) : 0;
    return saw(UDP, udp && SWAP16(udp->length) >= sizeof *udp ? XDP_PASS : XDP_DROP);
}

char terms[] SEC("license") = "Apache-2.0";
