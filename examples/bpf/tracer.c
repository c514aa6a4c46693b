// Tells the host of each connection that begins or is refused, by a ring buffer.
#include "packet.h"

struct event {
    u64 when;
    u32 from;
    u32 to;
    u16 from_port;
    u16 to_port;
    u8 flags;
    u8 unused[3];
    u32 bytes;
};

struct {
    NUMBER(type, RINGBUF);
    NUMBER(max_entries, 1 << 20);
} events SEC(".maps");

u64 lost;

SEC("xdp")
int trace(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    u32 bytes = cursor.end - cursor.at;
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip || ip->protocol != IP_TCP) return XDP_PASS;
    struct tcp *tcp = take(&cursor, sizeof *tcp);
    if (!tcp || !(tcp->flags & (TCP_SYN | TCP_RST))) return XDP_PASS;
    struct event *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
    if (!event) {
        __sync_fetch_and_add(&lost, 1);
        return XDP_PASS;
    }
    event->when = bpf_ktime_get_ns();
    event->from = SWAP32(ip->from);
    event->to = SWAP32(ip->to);
    event->from_port = SWAP16(tcp->from);
    event->to_port = SWAP16(tcp->to);
    event->flags = tcp->flags;
    __builtin_memset(event->unused, 0, sizeof event->unused);
    event->bytes = bytes;
    if (event->from_port == event->to_port) {
        bpf_ringbuf_discard(event, 0);
    } else {
        bpf_ringbuf_submit(event, 0);
    }
    return XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
