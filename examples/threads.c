/*
 * Counts primes on four threads, as wasi-threads has them: each takes the next block of numbers by an atomic addition, a
 * mutex of cmpxchg, wait and notify guards the sum, and joining is waiting. wasi-libc is not needed.
 */
#define THREADS 4
#define STACK 16384
#define LIMIT 400000
#define BLOCK 1000

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int spawn(void *argument);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_write"))) int fd_write(
    int fd, const void *vectors, int count, int *written);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) _Noreturn void proc_exit(int status);

/* What a thread is started with. */
struct thread {
    char *stack;
    int done;
    int blocks;
    char space[STACK] __attribute__((aligned(16)));
};

static struct thread threads[THREADS];
static int next;
static int mutex;
static int sum;

static void lock(void) {
    int free = 0;
    if (__atomic_compare_exchange_n(&mutex, &free, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return;
    while (__atomic_exchange_n(&mutex, 2, __ATOMIC_SEQ_CST)) __builtin_wasm_memory_atomic_wait32(&mutex, 2, -1);
}

static void unlock(void) {
    if (__atomic_exchange_n(&mutex, 0, __ATOMIC_SEQ_CST) == 2) __builtin_wasm_memory_atomic_notify(&mutex, 1);
}

static int primes(int from, int to) {
    int count = 0;
    for (int n = from < 2 ? 2 : from; n < to; n++) {
        int divisor = 2;
        while (divisor * divisor <= n && n % divisor) divisor++;
        count += divisor * divisor > n;
    }
    return count;
}

static __attribute__((noinline)) void work(struct thread *self) {
    int from;
    while ((from = __atomic_fetch_add(&next, BLOCK, __ATOMIC_SEQ_CST)) < LIMIT) {
        int found = primes(from, from + BLOCK);
        lock();
        sum += found;
        unlock();
        self->blocks++;
    }
    __atomic_store_n(&self->done, 1, __ATOMIC_SEQ_CST);
    __builtin_wasm_memory_atomic_notify(&self->done, -1);
}

/* Runs on no stack of its own until it has set the pointer to it. */
__attribute__((used)) void wasi_thread_start(int number, struct thread *self) {
    (void)number;
    __asm__ volatile(".globaltype __stack_pointer, i32\n"
                     "local.get %0\n"
                     "global.set __stack_pointer" ::"r"(self->stack));
    work(self);
}

static void print(int number) {
    char text[12];
    int at = sizeof text;
    text[--at] = '\n';
    do text[--at] = '0' + number % 10;
    while (number /= 10);
    const struct {
        const char *bytes;
        int length;
    } vector = {text + at, sizeof text - at};
    int written;
    fd_write(1, &vector, 1, &written);
}

void _start(void) {
    for (int i = 0; i < THREADS; i++) {
        threads[i].stack = threads[i].space + STACK;
        if (spawn(&threads[i]) < 0) proc_exit(1);
    }
    for (int i = 0; i < THREADS; i++) {
        while (!__atomic_load_n(&threads[i].done, __ATOMIC_SEQ_CST))
            __builtin_wasm_memory_atomic_wait32(&threads[i].done, 0, -1);
    }
    print(sum);
}
