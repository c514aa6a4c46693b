// Takes the VLAN tag off a packet: moves the addresses, and begins the packet four bytes later.
#include "packet.h"

struct {
    NUMBER(type, ARRAY);
    NUMBER(max_entries, 4096);
    TYPE(key, u32);
    TYPE(value, u64);
} tags SEC(".maps");

SEC("xdp")
int untag(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ethernet *ethernet = take(&cursor, sizeof *ethernet);
    if (!ethernet || SWAP16(ethernet->type) != ETHERNET_VLAN) return XDP_PASS;
    struct vlan *vlan = take(&cursor, sizeof *vlan);
    if (!vlan) return XDP_DROP;
    u32 tag = SWAP16(vlan->tag) & 4095;
    u64 *count = bpf_map_lookup_elem(&tags, &tag);
    if (count) __sync_fetch_and_add(count, 1);

    struct ethernet header;
    __builtin_memcpy(&header, ethernet, sizeof header);
    header.type = vlan->type;
    if (bpf_xdp_adjust_head(context, sizeof *vlan)) return XDP_ABORTED;
    cursor = packet(context);
    ethernet = take(&cursor, sizeof *ethernet);
    if (!ethernet) return XDP_ABORTED;
    __builtin_memcpy(ethernet, &header, sizeof header);
    return XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
