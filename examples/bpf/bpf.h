// What a program needs of the kernel's interface: types, contexts, helpers and how maps are declared. The numbers and
// layouts are Linux's; programs built with this header run there, too.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed int s32;
typedef signed long long s64;

#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

// Maps, as BTF describes them: a number is the length of an array that a pointer points to.
#define NUMBER(name, value) int(*name)[value]
#define TYPE(name, value) typeof(value) *name

enum map_type {
    HASH = 1,
    ARRAY = 2,
    PROG_ARRAY = 3,
    PERCPU_ARRAY = 6,
    LRU_HASH = 9,
    LPM_TRIE = 11,
    RINGBUF = 27,
};

enum { ANY = 0, NOEXIST = 1, EXIST = 2 };
enum { NO_PREALLOC = 1 };

// XDP: a packet as it comes from the wire.
enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };

struct xdp_md {
    u32 data;
    u32 data_end;
    u32 data_meta;
    u32 ingress_ifindex;
    u32 rx_queue_index;
    u32 egress_ifindex;
};

static void *(*const bpf_map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const bpf_map_update_elem)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*const bpf_map_delete_elem)(void *map, const void *key) = (void *)3;
static u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static u32 (*const bpf_get_prandom_u32)(void) = (void *)7;
static long (*const bpf_tail_call)(void *context, void *programs, u32 index) = (void *)12;
static long (*const bpf_xdp_adjust_head)(struct xdp_md *context, int delta) = (void *)44;
static void *(*const bpf_ringbuf_reserve)(void *ring, u64 size, u64 flags) = (void *)131;
static void (*const bpf_ringbuf_submit)(void *record, u64 flags) = (void *)132;
static void (*const bpf_ringbuf_discard)(void *record, u64 flags) = (void *)133;
static long (*const bpf_loop)(u32 times, void *body, void *context, u64 flags) = (void *)181;
