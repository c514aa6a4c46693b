// A load balancer: connections to one address are spread over servers, each packet of a connection to the same one. The
// packet goes back out with another destination; checksums are mended for what changed.
#include "packet.h"

struct connection {
    u32 from;
    u32 to;
    u16 from_port;
    u16 to_port;
    u32 protocol;
};

struct server {
    u32 address;
    u8 ethernet[6];
    u16 weight;
    u64 packets;
    u64 bytes;
};

enum { SERVERS = 16 };

const volatile u32 service = 0x0a0000fe; // 10.0.0.254
const volatile u32 servers_used = 4;

struct {
    NUMBER(type, LRU_HASH);
    NUMBER(max_entries, 65536);
    TYPE(key, struct connection);
    TYPE(value, u32);
} connections SEC(".maps");

struct {
    NUMBER(type, ARRAY);
    NUMBER(max_entries, SERVERS);
    TYPE(key, u32);
    TYPE(value, struct server);
} servers SEC(".maps");

INLINE u32 rotate(u32 x, int by) {
    return x << by | x >> (32 - by);
}

static NOINLINE u32 hash(const struct connection *c) {
    u32 h = 0x9e3779b9;
    const u32 words[] = {c->from, c->to, (u32)c->from_port << 16 | c->to_port, c->protocol};
#pragma unroll
    for (int i = 0; i < 4; i++) {
        h ^= words[i] * 0x85ebca6b;
        h = rotate(h, 13) * 5 + 0xe6546b64;
    }
    return h ^ h >> 16;
}

// What a checksum becomes when a word under it becomes another one (RFC 1624).
INLINE u16 mended(u16 checksum, u32 before, u32 after) {
    u64 sum = (u16)~checksum;
    sum += (u16)~(before & 0xffff) + (u16) ~(before >> 16);
    sum += (after & 0xffff) + (after >> 16);
#pragma unroll
    for (int i = 0; i < 3; i++) sum = (sum & 0xffff) + (sum >> 16);
    return ~sum;
}

SEC("xdp")
int balance(struct xdp_md *context) {
    struct cursor cursor = packet(context);
    struct ethernet *ethernet = (void *)cursor.at;
    struct ipv4 *ip = take_ipv4(&cursor);
    if (!ip || SWAP32(ip->to) != service) return XDP_PASS;
    struct connection connection = {.from = ip->from, .to = ip->to, .protocol = ip->protocol};
    u16 *checksum;
    if (ip->protocol == IP_TCP) {
        struct tcp *tcp = take(&cursor, sizeof *tcp);
        if (!tcp) return XDP_DROP;
        connection.from_port = tcp->from;
        connection.to_port = tcp->to;
        checksum = &tcp->checksum;
    } else if (ip->protocol == IP_UDP) {
        struct udp *udp = take(&cursor, sizeof *udp);
        if (!udp) return XDP_DROP;
        connection.from_port = udp->from;
        connection.to_port = udp->to;
        checksum = &udp->checksum;
    } else {
        return XDP_PASS;
    }

    u32 *known = bpf_map_lookup_elem(&connections, &connection);
    u32 chosen = known ? *known : hash(&connection) % (servers_used ? servers_used : 1);
    if (!known) bpf_map_update_elem(&connections, &connection, &chosen, ANY);
    struct server *server = bpf_map_lookup_elem(&servers, &chosen);
    if (!server) return XDP_DROP;
    __sync_fetch_and_add(&server->packets, 1);
    __sync_fetch_and_add(&server->bytes, cursor.end - (u8 *)ethernet);

    u32 to = SWAP32(server->address);
    if (ip->protocol == IP_TCP || *checksum) *checksum = mended(*checksum, ip->to, to);
    ip->checksum = mended(ip->checksum, ip->to, to);
    ip->to = to;
    if ((u8 *)(ethernet + 1) > cursor.end) return XDP_DROP;
    __builtin_memcpy(ethernet->from, ethernet->to, 6);
    __builtin_memcpy(ethernet->to, server->ethernet, 6);
    return XDP_TX;
}

char terms[] SEC("license") = "Apache-2.0";
