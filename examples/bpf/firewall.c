// A firewall: the longest prefix that the sender's address begins with says what happens.
#include "packet.h"

struct prefix {
    u32 bits;
    u8 address[4];
};

struct rule {
    u32 action;
    u32 id;
};

struct {
    NUMBER(type, LPM_TRIE);
    NUMBER(max_entries, 100000);
    NUMBER(map_flags, NO_PREALLOC);
    TYPE(key, struct prefix);
    TYPE(value, struct rule);
} rules SEC(".maps");

struct {
    NUMBER(type, HASH);
    NUMBER(max_entries, 1024);
    TYPE(key, u32);
    TYPE(value, u64);
} hits SEC(".maps");

SEC("xdp")
int firewall(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip) return XDP_PASS;
    struct prefix prefix = {.bits = 32};
    __builtin_memcpy(prefix.address, &ip->from, 4);
    struct rule *rule = bpf_map_lookup_elem(&rules, &prefix);
    if (!rule) return XDP_PASS;
    u32 id = rule->id;
    u64 *count = bpf_map_lookup_elem(&hits, &id);
    if (count) {
        __sync_fetch_and_add(count, 1);
    } else {
        u64 one = 1;
        bpf_map_update_elem(&hits, &id, &one, NOEXIST);
    }
    return rule->action == XDP_DROP ? XDP_DROP : XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
