// How long packets are, and how their bytes spread: two histograms in memory of the program's own.
#include "packet.h"

u64 lengths[16]; // by the logarithm
u64 bytes[256];  // of the first 256 of each packet

struct sample {
    struct xdp_md *context;
    u32 seen[8];
};

static long visit(u32 index, struct sample *sample) {
    u8 *at = (u8 *)(long)sample->context->data;
    u8 *end = (u8 *)(long)sample->context->data_end;
    if (index >= 256 || at + index + 1 > end) return 1;
    u8 byte = at[index];
    __sync_fetch_and_add(&bytes[byte], 1);
    sample->seen[byte >> 5] |= 1u << (byte & 31);
    return 0;
}

NOINLINE int logarithm(u64 x) {
    int result = 0;
    for (int i = 0; i < 16 && x > 1; i++) {
        x >>= 1;
        result++;
    }
    return result;
}

SEC("xdp")
int histogram(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    u32 bin = logarithm(cursor.end - cursor.at);
    __sync_fetch_and_add(&lengths[bin & 15], 1);
    struct sample sample = {context};
    bpf_loop(256, visit, &sample, 0);
    u32 kinds = 0;
#pragma unroll
    for (int i = 0; i < 8; i++) kinds += __builtin_popcount(sample.seen[i]);
    return kinds > 1 ? XDP_PASS : XDP_DROP; // all bytes alike: noise
}

char terms[] SEC("license") = "Apache-2.0";
