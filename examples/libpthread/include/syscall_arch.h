/* The system calls that musl's locks make; those of the futex are instructions here, and there are no others. */
#define SYS_futex 1
#define SYS_futex_time64 SYS_futex
#define SYS_set_robust_list 2

__attribute__((__visibility__("hidden"))) long __threads_syscall(long number, long a, long b, long c);

#define CALL(name, ...) \
    static inline long(name)(long number, __VA_ARGS__) { \
        return __threads_syscall(number, a, b, c); \
    }
CALL(__syscall3, long a, long b, long c)
CALL(__syscall4, long a, long b, long c, long d)
CALL(__syscall5, long a, long b, long c, long d, long e)
CALL(__syscall6, long a, long b, long c, long d, long e, long f)
#undef CALL

static inline long(__syscall2)(long number, long a, long b) {
    return __threads_syscall(number, a, b, 0);
}
