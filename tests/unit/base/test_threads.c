#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h wants the four above first. */
#include <cmocka.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/threads.h"

enum { MAX_TASKS = 500, MAX_THREADS = 4 };

struct record {
    struct thread_pool *pool;
    size_t n_threads;
    int n_runs[MAX_TASKS];           /* plain: each belongs to one task */
    size_t scratch[MAX_THREADS];     /* plain: each belongs to one worker */
    atomic_bool in_use[MAX_THREADS]; /* a worker is inside a task */
    atomic_int n_wrong;
    int n_inner[MAX_TASKS];
};

static void count(void *context, size_t task, size_t worker) {
    struct record *record = context;
    if (worker >= record->n_threads || atomic_exchange(&record->in_use[worker], true)) {
        atomic_fetch_add(&record->n_wrong, 1);
        return;
    }
    record->n_runs[task]++;
    record->scratch[worker]++;
    atomic_store(&record->in_use[worker], false);
}

static void check(struct record *record, size_t n_tasks) {
    size_t sum = 0;
    for (size_t i = 0; i < record->n_threads; i++)
        sum += record->scratch[i];
    assert_int_equal(sum, n_tasks);
    for (size_t i = 0; i < MAX_TASKS; i++)
        assert_int_equal(record->n_runs[i], i < n_tasks);
    assert_int_equal(atomic_load(&record->n_wrong), 0);
}

static void every_task_once(void **state) {
    (void)state;
    for (size_t n_threads = 1; n_threads <= MAX_THREADS; n_threads++) {
        struct error err;
        struct thread_pool *pool;
        assert_int_equal(thread_pool_create(&pool, n_threads, &err), STATUS_OK);
        assert_int_equal(thread_pool_size(pool), n_threads);
        for (size_t i = 0; i < 3000; i++) {
            struct record record = {.n_threads = n_threads};
            size_t n_tasks = i % 10 == 0 ? i % MAX_TASKS : i % 10;
            thread_pool_run(pool, count, &record, n_tasks);
            check(&record, n_tasks);
        }
        thread_pool_destroy(pool);
    }
}

static void workers_that_slept_wake(void **state) {
    (void)state;
    struct error err;
    struct thread_pool *pool;
    assert_int_equal(thread_pool_create(&pool, MAX_THREADS, &err), STATUS_OK);
    for (int i = 0; i < 20; i++) {
        usleep(3000); /* longer than they spin */
        struct record record = {.n_threads = MAX_THREADS};
        thread_pool_run(pool, count, &record, MAX_TASKS);
        check(&record, MAX_TASKS);
    }
    thread_pool_destroy(pool);
}

static void wait_for_all(void *context, size_t task, size_t worker) {
    (void)task;
    (void)worker;
    atomic_int *n_inside = context;
    atomic_fetch_add(n_inside, 1);
    while (atomic_load(n_inside) < MAX_THREADS)
        usleep(100);
}

/* Each task waits for the others to begin: the run ends only when all workers take part. */
static void tasks_run_side_by_side(void **state) {
    (void)state;
    struct error err;
    struct thread_pool *pool;
    assert_int_equal(thread_pool_create(&pool, MAX_THREADS, &err), STATUS_OK);
    for (int i = 0; i < 20; i++) {
        atomic_int n_inside = 0;
        thread_pool_run(pool, wait_for_all, &n_inside, MAX_THREADS);
        assert_int_equal(atomic_load(&n_inside), MAX_THREADS);
    }
    thread_pool_destroy(pool);
}

struct inner {
    struct record *record;
    size_t outer_task;
    size_t outer_worker;
};

static void run_inner(void *context, size_t task, size_t worker) {
    struct inner *inner = context;
    if (worker != inner->outer_worker || (size_t)inner->record->n_inner[inner->outer_task] != task)
        atomic_fetch_add(&inner->record->n_wrong, 1);
    inner->record->n_inner[inner->outer_task]++;
}

static void run_outer(void *context, size_t task, size_t worker) {
    count(context, task, worker);
    struct record *record = context;
    struct inner inner = {record, task, worker};
    thread_pool_run(record->pool, run_inner, &inner, 5);
}

static void a_task_may_start_a_run(void **state) {
    (void)state;
    for (size_t n_threads = 1; n_threads <= MAX_THREADS; n_threads++) {
        struct error err;
        struct record record = {.n_threads = n_threads};
        assert_int_equal(thread_pool_create(&record.pool, n_threads, &err), STATUS_OK);
        thread_pool_run(record.pool, run_outer, &record, MAX_TASKS);
        check(&record, MAX_TASKS);
        for (size_t i = 0; i < MAX_TASKS; i++)
            assert_int_equal(record.n_inner[i], 5);
        thread_pool_destroy(record.pool);
    }
}

static void note_order(void *context, size_t task, size_t worker) {
    size_t *next = context;
    assert_int_equal(worker, 0);
    assert_int_equal(task, *next);
    ++*next;
}

static void no_pool_runs_in_order(void **state) {
    (void)state;
    size_t next = 0;
    assert_int_equal(thread_pool_size(NULL), 1);
    thread_pool_run(NULL, note_order, &next, 100);
    assert_int_equal(next, 100);
    thread_pool_run(NULL, note_order, &next, 0);
    assert_int_equal(next, 100);
    thread_pool_destroy(NULL);
}

static void impossible_pools_are_errors(void **state) {
    (void)state;
    struct error err = {.message = ""};
    struct thread_pool *pool;
    assert_int_not_equal(thread_pool_create(&pool, 0, &err), STATUS_OK);
    assert_null(pool);
    assert_true(err.message[0] != '\0');
    assert_int_not_equal(thread_pool_create(&pool, SIZE_MAX, &err), STATUS_OK);
    assert_null(pool);
}

static void pools_come_and_go(void **state) {
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        struct error err;
        struct thread_pool *pool;
        assert_int_equal(thread_pool_create(&pool, 1 + i % MAX_THREADS, &err), STATUS_OK);
        struct record record = {.n_threads = MAX_THREADS};
        thread_pool_run(pool, count, &record, i % 7);
        check(&record, i % 7);
        thread_pool_destroy(pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_once),        cmocka_unit_test(workers_that_slept_wake),
        cmocka_unit_test(tasks_run_side_by_side), cmocka_unit_test(a_task_may_start_a_run),
        cmocka_unit_test(no_pool_runs_in_order),  cmocka_unit_test(impossible_pools_are_errors),
        cmocka_unit_test(pools_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
