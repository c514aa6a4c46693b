/*
 * Threads for musl's pthreads where the system is wasi-threads: making, ending, joining, and waiting at an address. The
 * locks, conditions, barriers and keys above are musl's own.
 *
 * A thread has one allocation, with its stack at the upper end:
 *
 *     struct thread | values of keys | thread-local variables | stack
 *
 * Nothing frees it before the thread has stored DT_EXITED into its detach_state, which is the last that it does (start.s);
 * then who joins it does, or the next pthread_create if it was detached.
 *
 * There is no cancelling, there are no signals, and robust mutexes do not notice that their owner is gone. A thread that
 * calls pthread_exit below its first function keeps a thread of the host until the program ends.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "pthread_impl.h"
#include "stdio_impl.h"
#include "lock.h"

/* The first thread has a number above all that hosts give to others, and below the bits that musl's locks add. */
#define FIRST 0x20000000

#define NANOS 1000000000LL

struct thread {
    /* What start.s reads. */
    void *stack;
    void *variables;

    void *(*entry)(void *);
    void *argument;
    struct __pthread self;
};

/* A negative result means that the host gives no further thread; else it is the number that the thread gets, too. */
__attribute__((import_module("wasi"), import_name("thread-spawn"))) int __threads_spawn(struct thread *);

hidden _Noreturn void __threads_end(volatile int *word);

static struct __pthread first = {
    .self = &first,
    .prev = &first,
    .next = &first,
    .tid = FIRST,
    .detach_state = DT_JOINABLE,
    .robust_list.head = &first.robust_list.head,
    .locale = &libc.global_locale,
};

_Thread_local struct __pthread *__threads_self = &first;

/* What is only there if the program uses keys, flockfile or the standard files. */
static void nothing(void) {}
weak_alias(nothing, __pthread_tsd_run_dtors);
weak_alias(nothing, __do_orphaned_stdio_locks);
static volatile size_t no_keys;
weak_alias(no_keys, __pthread_tsd_size);
static void *no_values[1];
weak_alias(no_values, __pthread_tsd_main);
static FILE *volatile no_file;
weak_alias(no_file, __stdin_used);
weak_alias(no_file, __stdout_used);
weak_alias(no_file, __stderr_used);

/* The list of threads, and that of detached ones that end; both are guarded by the lock. */
static volatile int list_lock[1];
static struct __pthread *dead;

void __tl_lock(void) {
    LOCK(list_lock);
}

void __tl_unlock(void) {
    UNLOCK(list_lock);
}

static int state_of(struct __pthread *thread) {
    return __atomic_load_n(&thread->detach_state, __ATOMIC_SEQ_CST);
}

static void link_before(struct __pthread *next, struct __pthread *thread) {
    thread->next = next;
    thread->prev = next->prev;
    next->prev->next = thread;
    next->prev = thread;
}

static void take_out(struct __pthread *thread) {
    thread->next->prev = thread->prev;
    thread->prev->next = thread->next;
    thread->next = thread->prev = thread;
}

/* Waiting at an address. */

long __threads_syscall(long number, long address, long operation, long value) {
    if (number != SYS_futex) return -ENOSYS;
    switch (operation & ~FUTEX_PRIVATE) {
        case FUTEX_WAIT:
            __builtin_wasm_memory_atomic_wait32((int *)address, value, -1);
            return 0;
        case FUTEX_WAKE:
            return __builtin_wasm_memory_atomic_notify((int *)address, value);
        case FUTEX_REQUEUE: /* one thread is to wait elsewhere: awake, it will do so by itself */
            return __builtin_wasm_memory_atomic_notify((int *)address, 1);
        default:
            return -ENOSYS;
    }
}

/* WASI's clocks are addresses; musl's default is 0, for the real time. */
int __timedwait(volatile int *word, int value, clockid_t clock, const struct timespec *until, int private) {
    long long nanos = -1;
    if (until) {
        struct timespec now;
        if (until->tv_nsec >= (unsigned long)NANOS) return EINVAL;
        if (clock_gettime(clock ? clock : CLOCK_REALTIME, &now)) return EINVAL;
        long long seconds = until->tv_sec - now.tv_sec;
        if (seconds < INT_MAX) {
            nanos = seconds * NANOS + until->tv_nsec - now.tv_nsec;
            if (nanos <= 0) return ETIMEDOUT;
        }
    }
    return __builtin_wasm_memory_atomic_wait32((int *)word, value, nanos) == 2 ? ETIMEDOUT : 0;
}

weak_alias(__timedwait, __timedwait_cp);

int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) return EINVAL;
    attributes->__attr = (attributes->__attr & 0x80000000) | (uintptr_t)clock;
    return 0;
}

void thrd_yield(void) {
    sched_yield();
}

/* Cleaning up. */

void __do_cleanup_push(struct __ptcb *handler) {
    handler->__next = __pthread_self()->cancelbuf;
    __pthread_self()->cancelbuf = handler;
}

void __do_cleanup_pop(struct __ptcb *handler) {
    __pthread_self()->cancelbuf = handler->__next;
}

/* Ends the running thread but for its last word, whose address is the result. Ends the program if it is the last thread. */
static volatile int *finish(void *result) {
    struct __pthread *self = __pthread_self();
    self->result = result;
    while (self->cancelbuf) {
        struct __ptcb *handler = self->cancelbuf;
        self->cancelbuf = handler->__next;
        handler->__f(handler->__x);
    }
    __pthread_tsd_run_dtors();
    __do_orphaned_stdio_locks();

    bool detached = a_cas(&self->detach_state, DT_JOINABLE, DT_EXITING) == DT_DETACHED;
    __tl_lock();
    if (self->next == self) {
        __tl_unlock();
        exit(0);
    }
    take_out(self);
    libc.threads_minus_1--;
    if (detached && self->map_base) {
        self->next = dead;
        dead = self;
    }
    __tl_unlock();
    return &self->detach_state;
}

_Noreturn void pthread_exit(void *result) {
    __threads_end(finish(result));
}

/* Frees the detached threads that have ended. */
static void bury(void) {
    struct __pthread *gone = 0;
    __tl_lock();
    for (struct __pthread **link = &dead; *link;) {
        struct __pthread *thread = *link;
        if (state_of(thread) == DT_EXITED) {
            *link = thread->next;
            thread->next = gone;
            gone = thread;
        } else {
            link = &thread->next;
        }
    }
    __tl_unlock();
    while (gone) {
        struct __pthread *next = gone->next;
        free(gone->map_base);
        gone = next;
    }
}

hidden volatile int *__threads_run(int number, struct thread *thread) {
    __threads_self = &thread->self;
    thread->self.tid = number;
    return finish(thread->entry(thread->argument));
}

/* From now on locks are taken. */
static void become_threaded(void) {
    FILE *standard[] = {__stdin_used, __stdout_used, __stderr_used};
    for (int i = 0; i < 3; i++) {
        if (standard[i] && standard[i]->lock < 0) standard[i]->lock = 0;
    }
    for (FILE *file = *__ofl_lock(); file; file = file->next) {
        if (file->lock < 0) file->lock = 0;
    }
    __ofl_unlock();
    if (!first.tsd) first.tsd = __pthread_tsd_main;
    libc.can_do_threads = libc.threaded = libc.need_locks = 1;
}

static size_t round_up(size_t size, size_t alignment) {
    return (size + alignment - 1) & -alignment;
}

static struct thread *allocate(const pthread_attr_t *attributes) {
    size_t alignment = __builtin_wasm_tls_align();
    if (alignment < 16) alignment = 16;
    size_t values = round_up(sizeof(struct thread), 16);
    size_t variables = round_up(values + __pthread_tsd_size, alignment);
    size_t stack = round_up(variables + __builtin_wasm_tls_size(), 16);
    size_t stack_size = attributes ? attributes->_a_stacksize : __default_stacksize;
    size_t own_size = attributes && attributes->_a_stackaddr ? 0 : round_up(stack_size, 16);
    if (own_size > SIZE_MAX / 2) return 0;

    size_t size = round_up(stack + own_size, alignment);
    char *base = aligned_alloc(alignment, size);
    if (!base) return 0;
    memset(base, 0, variables);
    struct thread *thread = (struct thread *)base;
    thread->stack = own_size ? base + stack + own_size : (void *)(attributes->_a_stackaddr & -16);
    thread->variables = base + variables;
    struct __pthread *self = &thread->self;
    self->self = self;
    self->map_base = (unsigned char *)base;
    self->map_size = size;
    self->stack = thread->stack;
    self->stack_size = stack_size;
    self->tsd = (void **)(base + values);
    self->locale = &libc.global_locale;
    self->robust_list.head = &self->robust_list.head;
    self->detach_state = attributes && attributes->_a_detach ? DT_DETACHED : DT_JOINABLE;
    return thread;
}

int __pthread_create(
    pthread_t *restrict result, const pthread_attr_t *restrict attributes, void *(*entry)(void *), void *restrict argument) {
    if (!libc.threaded) become_threaded();
    bury();
    /* C11's functions return int, which is the same type of function here. */
    struct thread *thread = allocate(attributes == __ATTRP_C11_THREAD ? 0 : attributes);
    if (!thread) return EAGAIN;
    thread->entry = entry;
    thread->argument = argument;
    __tl_lock();
    link_before(__pthread_self(), &thread->self);
    libc.threads_minus_1++;
    __tl_unlock();
    *result = &thread->self;
    if (__threads_spawn(thread) < 0) {
        __tl_lock();
        take_out(&thread->self);
        libc.threads_minus_1--;
        __tl_unlock();
        free(thread);
        return EAGAIN;
    }
    return 0;
}

weak_alias(__pthread_create, pthread_create);

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *until) {
    int state;
    while ((state = state_of(thread)) != DT_EXITED) {
        if (state == DT_DETACHED) a_crash();
        int error = __timedwait(&thread->detach_state, state, CLOCK_REALTIME, until, 1);
        if (error) return error;
    }
    if (result) *result = thread->result;
    if (thread->map_base) free(thread->map_base);
    return 0;
}

int __pthread_join(pthread_t thread, void **result) {
    return pthread_timedjoin_np(thread, result, 0);
}

weak_alias(__pthread_join, pthread_join);

int pthread_tryjoin_np(pthread_t thread, void **result) {
    return state_of(thread) != DT_EXITED ? EBUSY : __pthread_join(thread, result);
}
