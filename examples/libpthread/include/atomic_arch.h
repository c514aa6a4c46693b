/* The atomic operations that musl builds on. The linear memory is shared, so these become WebAssembly's own. */
#define a_cas a_cas
static inline int a_cas(volatile int *word, int expected, int value) {
    return __sync_val_compare_and_swap(word, expected, value);
}

#define a_swap a_swap
static inline int a_swap(volatile int *word, int value) {
    return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST);
}

#define a_fetch_add a_fetch_add
static inline int a_fetch_add(volatile int *word, int value) {
    return __atomic_fetch_add(word, value, __ATOMIC_SEQ_CST);
}

#define a_barrier() __sync_synchronize()
#define a_crash() __builtin_trap()
#define a_clz_32 __builtin_clz
#define a_clz_64 __builtin_clzll
#define a_ctz_32 __builtin_ctz
#define a_ctz_64 __builtin_ctzll
