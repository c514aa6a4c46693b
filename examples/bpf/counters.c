// Packets and bytes by protocol, each processor with counters of its own.
#include "packet.h"

struct counter {
    u64 packets;
    u64 bytes;
};

struct {
    NUMBER(type, PERCPU_ARRAY);
    NUMBER(max_entries, 256);
    TYPE(key, u32);
    TYPE(value, struct counter);
} protocols SEC(".maps");

u64 others; // no IPv4

SEC("xdp")
int count(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    u64 bytes = cursor.end - cursor.at;
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip) {
        __sync_fetch_and_add(&others, 1);
        return XDP_PASS;
    }
    u32 protocol = ip->protocol;
    struct counter *counter = bpf_map_lookup_elem(&protocols, &protocol);
    if (counter) {
        counter->packets++;
        counter->bytes += bytes;
    }
    return XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
