// Headers of packets, and a cursor that reads them: each header is there only if the packet is long enough.
#pragma once

#include "bpf.h"

#define SWAP16(x) ((u16)__builtin_bswap16(x))
#define SWAP32(x) __builtin_bswap32(x)

enum { ETHERNET_IPV4 = 0x0800, ETHERNET_VLAN = 0x8100, ETHERNET_QINQ = 0x88a8, ETHERNET_IPV6 = 0x86dd };
enum { IP_ICMP = 1, IP_TCP = 6, IP_UDP = 17 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct ethernet {
    u8 to[6];
    u8 from[6];
    u16 type;
} __attribute__((packed));

struct vlan {
    u16 tag;
    u16 type;
};

struct ipv4 {
    u8 version_words; // of the header, of 32 bits
    u8 service;
    u16 length;
    u16 id;
    u16 fragment;
    u8 ttl;
    u8 protocol;
    u16 checksum;
    u32 from;
    u32 to;
};

struct tcp {
    u16 from;
    u16 to;
    u32 sequence;
    u32 acknowledged;
    u8 words; // in the upper half
    u8 flags;
    u16 window;
    u16 checksum;
    u16 urgent;
};

struct udp {
    u16 from;
    u16 to;
    u16 length;
    u16 checksum;
};

struct cursor {
    u8 *at;
    u8 *end;
};

INLINE struct cursor packet(struct xdp_md *context) {
    return (struct cursor){(u8 *)(long)context->data, (u8 *)(long)context->data_end};
}

INLINE void *take(struct cursor *cursor, u32 bytes) {
    u8 *at = cursor->at;
    if (at + bytes > cursor->end) return 0;
    cursor->at = at + bytes;
    return at;
}

// The header behind Ethernet and up to two VLAN tags, if it is IPv4.
INLINE struct ipv4 *take_ipv4(struct cursor *cursor) {
    struct ethernet *ethernet = take(cursor, sizeof *ethernet);
    if (!ethernet) return 0;
    u16 type = SWAP16(ethernet->type);
#pragma unroll
    for (int i = 0; i < 2; i++) {
        if (type == ETHERNET_VLAN || type == ETHERNET_QINQ) {
            struct vlan *vlan = take(cursor, sizeof *vlan);
            if (!vlan) return 0;
            type = SWAP16(vlan->type);
        }
    }
    if (type != ETHERNET_IPV4) return 0;
    struct ipv4 *ip = take(cursor, sizeof *ip);
    if (!ip || ip->version_words >> 4 != 4) return 0;
    u32 options = (ip->version_words & 15) * 4;
    if (options < sizeof *ip || !take(cursor, options - sizeof *ip)) return 0;
    return ip;
}
