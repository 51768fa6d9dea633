/* Tasks are handed out by one counter, `unclaimed`: whoever takes it from k to k - 1 has task
 * n_tasks - k. The run is over when `unfinished` reaches zero.
 *
 * A worker reads what the run is (function, context, n_tasks) only after it has claimed a task. As
 * long as that task is unfinished the run cannot end and the next cannot begin, so these fields
 * need no lock, and a worker that sleeps through a whole run does no harm: whenever it wakes, what
 * it claims belongs to the run that is under way. Nobody waits for idle workers. */
#include "base/threads.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

/* Looks before a waiting thread sleeps: some tens of microseconds, about what waking one costs. */
enum { SPIN_LIMIT = 2000 };

struct worker {
    struct thread_pool *pool;
    size_t index;
    pthread_t thread;
};

struct thread_pool {
    size_t size;            /* workers, the caller of thread_pool_run among them */
    struct worker *workers; /* size of them; that of the caller, 0, has no thread */
    int spin_limit;

    /* The run under way. */
    thread_task *run;
    void *context;
    size_t n_tasks;
    bool busy;

    pthread_mutex_t mutex;
    pthread_cond_t work; /* there are unclaimed tasks, or it is time to stop */
    pthread_cond_t done; /* no task is unfinished */
    atomic_bool stop;

    /* On cache lines of their own, because every worker writes them. */
    alignas(64) atomic_size_t unclaimed;
    alignas(64) atomic_size_t unfinished;
};

static void spin_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool claim_task(struct thread_pool *pool, size_t *task) {
    size_t left = atomic_load_explicit(&pool->unclaimed, memory_order_relaxed);
    while (left > 0) {
        if (atomic_compare_exchange_weak_explicit(&pool->unclaimed, &left, left - 1,
                                                  memory_order_acquire, memory_order_relaxed)) {
            *task = pool->n_tasks - left;
            return true;
        }
    }
    return false;
}

/* Works until nothing is left to claim. */
static void work(struct thread_pool *pool, size_t worker) {
    size_t n_done = 0;
    size_t task;
    while (claim_task(pool, &task)) {
        pool->run(pool->context, task, worker);
        n_done++;
    }
    if (n_done == 0)
        return;
    size_t before = atomic_fetch_sub_explicit(&pool->unfinished, n_done, memory_order_acq_rel);
    if (before == n_done && worker != 0) {
        pthread_mutex_lock(&pool->mutex);
        pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->mutex);
    }
}

/* Waits for unclaimed tasks; false when it is time to stop. */
static bool wait_for_work(struct thread_pool *pool) {
    for (int i = 0; i < pool->spin_limit; i++) {
        if (atomic_load_explicit(&pool->unclaimed, memory_order_relaxed) > 0)
            return true;
        if (atomic_load_explicit(&pool->stop, memory_order_relaxed))
            return false;
        spin_pause();
    }
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load_explicit(&pool->unclaimed, memory_order_relaxed) == 0 &&
           !atomic_load_explicit(&pool->stop, memory_order_relaxed))
        pthread_cond_wait(&pool->work, &pool->mutex);
    bool stop = atomic_load_explicit(&pool->stop, memory_order_relaxed);
    pthread_mutex_unlock(&pool->mutex);
    return !stop;
}

static void wait_for_end(struct thread_pool *pool) {
    for (int i = 0; i < pool->spin_limit; i++) {
        if (atomic_load_explicit(&pool->unfinished, memory_order_acquire) == 0)
            return;
        spin_pause();
    }
    pthread_mutex_lock(&pool->mutex);
    while (atomic_load_explicit(&pool->unfinished, memory_order_acquire) > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

static void *worker_main(void *argument) {
    struct worker *worker = argument;
    while (wait_for_work(worker->pool))
        work(worker->pool, worker->index);
    return NULL;
}

/* Spinning is for a thread on a processor of its own; otherwise it keeps the others from theirs. */
static int choose_spin_limit(size_t n_threads) {
    cpu_set_t allowed;
    long n_cpus = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) < n_cpus)
        n_cpus = CPU_COUNT(&allowed);
    return n_cpus > 1 && n_threads <= (size_t)n_cpus ? SPIN_LIMIT : 0;
}

/* Stops and joins the threads of workers 1 .. n_started - 1 and frees everything. */
static void destroy(struct thread_pool *pool, size_t n_started) {
    pthread_mutex_lock(&pool->mutex);
    atomic_store_explicit(&pool->stop, true, memory_order_relaxed);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 1; i < n_started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->workers);
    free(pool);
}

/* Returns how many workers are there: all of them, or as many as could be started before `code`. */
static size_t start_workers(struct thread_pool *pool, int *code) {
    /* Signals belong to the main thread, which knows how to stop a run. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    size_t n_started = 1;
    *code = 0;
    while (n_started < pool->size) {
        struct worker *worker = &pool->workers[n_started];
        worker->pool = pool;
        worker->index = n_started;
        *code = pthread_create(&worker->thread, NULL, worker_main, worker);
        if (*code != 0)
            break;
        n_started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return n_started;
}

int thread_pool_create(struct thread_pool **result, size_t n_threads, struct error *err) {
    *result = NULL;
    if (n_threads == 0)
        return error_set(err, STATUS_USAGE,
                         "a pool of 0 threads can do no work: ask for 1 or more");
    struct thread_pool *pool = memory_alloc(1, sizeof *pool, err);
    if (pool == NULL)
        return STATUS_NO_MEMORY;
    pool->workers = memory_alloc(n_threads, sizeof *pool->workers, err);
    if (pool->workers == NULL) {
        free(pool);
        return error_prefix(err, STATUS_NO_MEMORY, "%zu threads", n_threads);
    }
    pool->size = n_threads;
    pool->spin_limit = choose_spin_limit(n_threads);
    /* With default attributes these three cannot fail on Linux. */
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    atomic_init(&pool->stop, false);
    atomic_init(&pool->unclaimed, 0);
    atomic_init(&pool->unfinished, 0);

    int code;
    size_t n_started = start_workers(pool, &code);
    if (n_started < n_threads) {
        destroy(pool, n_started);
        return error_set(err, status_of_errno(code),
                         "cannot start thread %zu of %zu (%s): use fewer threads", n_started + 1,
                         n_threads, strerror(code));
    }
    *result = pool;
    return STATUS_OK;
}

void thread_pool_destroy(struct thread_pool *pool) {
    if (pool != NULL)
        destroy(pool, pool->size);
}

size_t thread_pool_size(const struct thread_pool *pool) {
    return pool == NULL ? 1 : pool->size;
}

/* The worker that the calling thread is. */
static size_t own_index(const struct thread_pool *pool) {
    pthread_t self = pthread_self();
    for (size_t i = 1; i < pool->size; i++)
        if (pthread_equal(self, pool->workers[i].thread))
            return i;
    return 0;
}

static void run_alone(thread_task *run, void *context, size_t n_tasks, size_t worker) {
    for (size_t task = 0; task < n_tasks; task++)
        run(context, task, worker);
}

void thread_pool_run(struct thread_pool *pool, thread_task *run, void *context, size_t n_tasks) {
    if (pool == NULL || pool->size == 1) {
        run_alone(run, context, n_tasks, 0);
        return;
    }
    if (pool->busy) {
        run_alone(run, context, n_tasks, own_index(pool));
        return;
    }
    if (n_tasks <= 1) {
        run_alone(run, context, n_tasks, 0);
        return;
    }
    pool->run = run;
    pool->context = context;
    pool->n_tasks = n_tasks;
    pool->busy = true;
    pthread_mutex_lock(&pool->mutex);
    atomic_store_explicit(&pool->unfinished, n_tasks, memory_order_relaxed);
    /* Publishes the fields above: a claim acquires what this releases. */
    atomic_store_explicit(&pool->unclaimed, n_tasks, memory_order_release);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    work(pool, 0);
    wait_for_end(pool);
    pool->busy = false;
}
