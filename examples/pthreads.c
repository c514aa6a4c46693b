/*
 * Four POSIX threads, as any program would have them: a plate of metal whose rows they share out (barrier), jobs that they
 * take from a queue (mutex and conditions), answers that they remember for each other (read-write lock), and a report in
 * turn. What it prints is the same each time. ./build says how it is compiled for wasi-threads.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS 4
#define SIDE 64
#define STEPS 100
#define QUEUE 8
#define JOBS 160
#define SPAN 100

struct worker {
    pthread_t thread;
    int number;
    int error; /* what its errno was at the end */
    long cells;
};

static void check(int error, const char *what) {
    if (!error) return;
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
}

/* The plate: each step computes one from the other, and nobody begins the next before all have ended this one. */
static double plates[2][SIDE][SIDE];
static pthread_barrier_t step_done;
static atomic_int next_row[STEPS];

static long heat(void) {
    long cells = 0;
    for (int step = 0; step < STEPS; step++) {
        double(*from)[SIDE] = plates[step & 1], (*to)[SIDE] = plates[~step & 1];
        for (int row; (row = 1 + atomic_fetch_add(&next_row[step], 1)) < SIDE - 1; cells += SIDE - 2) {
            for (int column = 1; column < SIDE - 1; column++) {
                double beside = from[row][column - 1] + from[row][column + 1];
                to[row][column] = (from[row - 1][column] + from[row + 1][column] + beside) / 4;
            }
        }
        pthread_barrier_wait(&step_done);
    }
    return cells;
}

/* How many steps the Collatz sequence takes from a number to 1, remembered for small ones. */
static short known[1000];
static pthread_rwlock_t known_lock = PTHREAD_RWLOCK_INITIALIZER;

static int collatz(long long number) {
    int steps = 0;
    for (long long at = number; at != 1; at = at % 2 ? 3 * at + 1 : at / 2, steps++) {
        if (at >= 1000) continue;
        pthread_rwlock_rdlock(&known_lock);
        int rest = known[at];
        pthread_rwlock_unlock(&known_lock);
        if (rest) {
            steps += rest;
            break;
        }
    }
    if (number < 1000) {
        pthread_rwlock_wrlock(&known_lock);
        known[number] = steps;
        pthread_rwlock_unlock(&known_lock);
    }
    return steps;
}

/* The queue of jobs; a job is the first number of a span, and -1 says that there are no more. */
static int queue[QUEUE];
static int queued, first;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER, not_full = PTHREAD_COND_INITIALIZER;

static void put(int job) {
    pthread_mutex_lock(&queue_lock);
    while (queued == QUEUE) pthread_cond_wait(&not_full, &queue_lock);
    queue[(first + queued++) % QUEUE] = job;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&queue_lock);
}

static int take(void) {
    pthread_mutex_lock(&queue_lock);
    while (!queued) pthread_cond_wait(&not_empty, &queue_lock);
    int job = queue[first];
    first = (first + 1) % QUEUE;
    queued--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&queue_lock);
    return job;
}

/* Each thread keeps its sums in memory of its own, which is added to the whole when it ends. */
static _Thread_local long my_steps;
static pthread_key_t longest_key;
static pthread_mutex_t total_lock;
static long total_steps;
static int longest, ended;

static void add_longest(void *mine) {
    pthread_mutex_lock(&total_lock);
    pthread_mutex_lock(&total_lock); /* it is a recursive one */
    if (*(int *)mine > longest) longest = *(int *)mine;
    ended++;
    pthread_mutex_unlock(&total_lock);
    pthread_mutex_unlock(&total_lock);
    free(mine);
}

static void work(void) {
    int *mine = calloc(1, sizeof *mine);
    check(!mine ? ENOMEM : pthread_setspecific(longest_key, mine), "calloc");
    for (int job; (job = take()) >= 0;) {
        short *steps = malloc(SPAN * sizeof *steps);
        check(!steps ? ENOMEM : 0, "malloc");
        for (int i = 0; i < SPAN; i++) steps[i] = collatz(job + i);
        for (int i = 0; i < SPAN; i++) {
            my_steps += steps[i];
            if (steps[i] > *mine) *mine = steps[i];
        }
        free(steps);
    }
    pthread_mutex_lock(&total_lock);
    total_steps += my_steps;
    pthread_mutex_unlock(&total_lock);
}

/* Lines in the order of numbers, whoever comes first. */
static int turn;
static _Thread_local int my_turn = -1;
static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static pthread_once_t titled = PTHREAD_ONCE_INIT;
static pthread_t reporters[THREADS];

static void title(void) {
    puts("threads report:");
}

static void report(const struct worker *self) {
    pthread_mutex_lock(&turn_lock);
    while (turn != self->number) pthread_cond_wait(&turned, &turn_lock);
    pthread_once(&titled, title);
    if (my_turn != -1) abort();
    my_turn = turn;
    int others = 0;
    for (int i = 0; i < turn; i++) others += !pthread_equal(reporters[i], pthread_self());
    reporters[turn++] = pthread_self();
    printf("  thread %d after %d others\n", self->number, others);
    pthread_cond_broadcast(&turned);
    pthread_mutex_unlock(&turn_lock);
}

static void *run(void *argument) {
    struct worker *self = argument;
    errno = self->number; /* each has its own */
    self->cells = heat();
    work();
    self->error = errno;
    report(self);
    if (self->number == THREADS - 1) pthread_exit(self);
    return self;
}

static void *answer(void *argument) {
    pthread_mutex_lock(&turn_lock);
    turn = *(int *)argument;
    pthread_cond_signal(&turned);
    pthread_mutex_unlock(&turn_lock);
    return 0;
}

/* One that nobody joins: its answer is waited for, and then nothing more comes. */
static void detached(void) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 32768);
    int number = 42;
    pthread_t thread;
    check(pthread_create(&thread, &attributes, answer, &number), "pthread_create");
    pthread_mutex_lock(&turn_lock);
    while (turn != 42) pthread_cond_wait(&turned, &turn_lock);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    if ((soon.tv_nsec += 1000000) >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
    int error;
    while (!(error = pthread_cond_timedwait(&turned, &turn_lock, &soon))) continue;
    pthread_mutex_unlock(&turn_lock);
    printf("a detached one said %d, then: %s\n", turn, error == ETIMEDOUT ? "silence" : strerror(error));
}

int main(void) {
    setvbuf(stdout, 0, _IOLBF, BUFSIZ); /* each thread writes its own lines */
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    check(pthread_mutex_init(&total_lock, &recursive), "pthread_mutex_init");
    check(pthread_barrier_init(&step_done, 0, THREADS), "pthread_barrier_init");
    check(pthread_key_create(&longest_key, add_longest), "pthread_key_create");
    for (int i = 0; i < SIDE; i++) plates[0][0][i] = plates[1][0][i] = 100;

    struct worker workers[THREADS] = {{0}};
    for (int i = 0; i < THREADS; i++) {
        workers[i].number = i;
        check(pthread_create(&workers[i].thread, 0, run, &workers[i]), "pthread_create");
    }
    for (int job = 0; job < JOBS; job++) put(1 + job * SPAN);
    for (int i = 0; i < THREADS; i++) put(-1);
    long cells = 0;
    int own_errors = 0;
    for (int i = 0; i < THREADS; i++) {
        void *result;
        check(pthread_join(workers[i].thread, &result), "pthread_join");
        if (result != &workers[i]) abort();
        cells += workers[i].cells;
        own_errors += workers[i].error == i;
    }
    if (my_turn != -1) abort(); /* the first thread's is its own, too */
    printf("%ld cells, %.6f degrees near the edge\n", cells, plates[STEPS & 1][SIDE / 8][SIDE / 2]);
    printf("%ld steps below %d, %d at most\n", total_steps, JOBS * SPAN + 1, longest);
    printf("%d threads ended, %d of them with an errno of their own\n", ended, own_errors);
    detached();
    return 0;
}
