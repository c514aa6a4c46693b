// Drops DNS questions for names that are blocked: walks over a name byte by byte, and asks for each of its suffixes.
#include "packet.h"

enum { MOST_LABELS = 8, MOST_BYTES = 128 };

struct {
    NUMBER(type, HASH);
    NUMBER(max_entries, 10000);
    TYPE(key, u64); // FNV-1a of the labels from the last to the first, each behind its length
    TYPE(value, u32);
} blocked SEC(".maps");

struct dns {
    u16 id;
    u16 flags;
    u16 questions;
    u16 answers;
    u16 authorities;
    u16 more;
};

struct walk {
    struct xdp_md *context;
    u32 offset; // of the next byte
    u32 left;   // of the label
    u32 labels;
    int action;
    u64 hashes[MOST_LABELS]; // that of a suffix begins with its first label
};

// Takes one byte of the name; nonzero at its end.
static long step(u32 index, struct walk *walk) {
    u8 *at = (u8 *)(long)walk->context->data;
    u8 *end = (u8 *)(long)walk->context->data_end;
    u32 offset = walk->offset;
    walk->action = XDP_DROP;
    if (offset > 1500 || at + offset + 1 > end) return 1;
    u8 c = at[offset];
    walk->offset = offset + 1;
    if (walk->left == 0) {
        if (c == 0) {
            walk->action = XDP_PASS;
            return 1;
        }
        if (c > 63 || walk->labels >= MOST_LABELS) return 1;
        walk->left = c;
        walk->hashes[walk->labels & (MOST_LABELS - 1)] = 0xcbf29ce484222325;
        walk->labels++;
    } else {
        walk->left--;
    }
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
#pragma unroll
    for (u32 l = 0; l < MOST_LABELS; l++) walk->hashes[l] = (walk->hashes[l] ^ c) * 0x100000001b3;
    return 0;
}

SEC("xdp")
int dns(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    u8 *start = cursor.at;
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip || ip->protocol != IP_UDP) return XDP_PASS;
    struct udp *udp = take(&cursor, sizeof *udp);
    if (!udp || SWAP16(udp->to) != 53) return XDP_PASS;
    struct dns *dns = take(&cursor, sizeof *dns);
    if (!dns || SWAP16(dns->questions) != 1 || SWAP16(dns->flags) & 0x8000) return XDP_PASS;

    struct walk walk = {.context = context, .offset = cursor.at - start, .action = XDP_DROP};
    bpf_loop(MOST_BYTES, step, &walk, 0);
    if (walk.action != XDP_PASS) return XDP_DROP; // no name that anyone sends
    for (u32 l = 0; l < MOST_LABELS; l++) {
        if (l < walk.labels && bpf_map_lookup_elem(&blocked, &walk.hashes[l])) return XDP_DROP;
    }
    return XDP_PASS;
}

char terms[] SEC("license") = "Apache-2.0";
