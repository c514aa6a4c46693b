// A rate limiter: each sender has a bucket of tokens that fills with time; a packet takes one, or is dropped.
#include "packet.h"

struct bucket {
    u64 filled; // when, in nanoseconds
    u64 tokens; // in thousandths
};

const volatile u64 per_second = 100;
const volatile u64 burst = 20;

struct {
    NUMBER(type, LRU_HASH);
    NUMBER(max_entries, 4096);
    TYPE(key, u32);
    TYPE(value, struct bucket);
} buckets SEC(".maps");

u64 dropped;

SEC("xdp")
int limit(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip) return XDP_PASS;
    u64 now = bpf_ktime_get_ns();
    u32 sender = ip->from;
    struct bucket *bucket = bpf_map_lookup_elem(&buckets, &sender);
    if (!bucket) {
        struct bucket full = {now, (burst - 1) * 1000};
        bpf_map_update_elem(&buckets, &sender, &full, ANY);
        return XDP_PASS;
    }
    u64 passed = now - bucket->filled;
    if (passed > 1000000000) passed = 1000000000;
    u64 tokens = bucket->tokens + passed * per_second / 1000000;
    if (tokens > burst * 1000) tokens = burst * 1000;
    bucket->filled = now;
    if (tokens < 1000) {
        bucket->tokens = tokens;
        __sync_fetch_and_add(&dropped, 1);
        return XDP_DROP;
    }
    bucket->tokens = tokens - 1000;
    return XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
