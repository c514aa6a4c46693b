/* Who runs: a thread-local variable, which each thread starts with the first one's value and then makes its own. */
struct __pthread;
extern __attribute__((__visibility__("hidden"))) _Thread_local struct __pthread *__threads_self;

static inline unsigned long __get_tp(void) {
    return (unsigned long)__threads_self;
}

/* There are no signals to keep away. */
static inline void __block_app_sigs(void *set) {}
static inline void __restore_sigs(void *set) {}
